"""A learned rule as text: a fragment of YAML for the configuration, with a comment above."""

from __future__ import annotations

from math import exp
from typing import Final

from gestures.landmarks import FINGERS, HandSide
from gestures.learning.fit import Fit
from gestures.learning.folds import Validation

#: Fewer examples than these say little.
_FEW: Final = 5
#: More than this part of them left aside is worth a word.
_FEW_BAD: Final = 0.02
#: A rule that is right less often, on either kind, is poor.
_POOR: Final = 0.9


def fragment(
    name: str,
    rule: Fit,
    validation: Validation | None,
    side: HandSide | None,
    positives: int,
    against: str,
    bad: float,
) -> str:
    """What to paste into a configuration.

    Args:
        name: Of the gesture.
        rule: Its rule.
        validation: How rules do on examples they were not fitted to, if that is known.
        side: The only hand that may make it, or None for either.
        positives: Hands it was learned from.
        against: What they were told from.
        bad: Part of them that was left aside.
    """
    score = 1 / (1 + exp(-rule.margin))
    lines = [
        f"# {name}: learned from {hands(positives)}, told from {against}.",
        *_tested(validation),
        f"# Weakest margin: {rule.margin:.1f}, that is a score of {score:.2f}; 0.5 decides.",
    ]
    if bad > _FEW_BAD:
        lines.append(f"# The outermost {bad:.0%} of the examples are left aside.")
    if positives < _FEW:
        lines.append("# That is little: show it more often, from several sides and distances.")
    lines += ["gestures:", f"  {name}:"]
    if rule.fingers:
        told = [
            f"{each}: {_states(rule.fingers[each])}" for each in FINGERS if each in rule.fingers
        ]
        lines.append(f"    fingers: {{{', '.join(told)}}}")
    if rule.bounds:
        lines.append(f"    when: [{', '.join(f'{chr(34)}{each}{chr(34)}' for each in rule.when)}]")
    if side is not None:
        lines.append(f"    hand: {side}")
    return "\n".join(lines) + "\n"


def hands(number: int) -> str:
    """So many hands, in words."""
    return f"{number} hand" if number == 1 else f"{number} hands"


def _tested(validation: Validation | None) -> list[str]:
    if validation is None:
        return ["# Not tested on examples kept back: there are too few of them."]
    poor = min(validation.positives, validation.negatives) < _POOR
    how = "by file" if validation.by_file else "by stretches of the recording"
    return [
        f"# Cross-validated in {validation.folds} folds {how}: {validation.accuracy:.0%} right,",
        f"# {validation.positives:.0%} of its hands and {validation.negatives:.0%} of the others.",
        *(["# That is poor: show more of both, as different as they will be."] if poor else []),
    ]


def _states(states: tuple[str, ...]) -> str:
    return states[0] if len(states) == 1 else f"[{', '.join(states)}]"
