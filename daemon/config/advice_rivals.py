"""Warnings about poses that others keep from being shown: see `PoseRules` for which one wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from daemon.config.model import Config
from daemon.config.problems import Problem
from daemon.config.uses import placed_bindings
from daemon.config.yamltree import Tree, YamlPath
from gestures.feasibility import Clash, can_hold, holds_wherever
from gestures.geometry import HandGeometry
from gestures.landmarks import HandFrame, HandObservation, HandSide
from gestures.rules import SURE, PoseRules, rule_of
from gestures.spec import GestureSpec
from gestures.specificity import implications

#: Where so many pairs of poses say more than one another, nobody reads what is wrong with each.
_MOST_PAIRS = 1000
#: Of more rivals of one gesture these are named.
_MOST_NAMED = 5
#: Of each of the user's own poses the built-in ones that are lost to it, and what for.
_Losses = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Use:
    """What a pose is for, to go on after its name, and the hands that must be able to make it."""

    purpose: str
    hands: frozenset[HandSide]


def rival_warnings(config: Config, tree: Tree, clashes: Mapping[str, Clash]) -> Iterator[Problem]:
    """Warnings about poses that are never shown because others are.

    Args:
        config: The configuration.
        tree: Its file.
        clashes: Of the poses whose rules leave hardly any room; those that can't hold have no
            rivals.
    """
    impossible = {name for name, clash in clashes.items() if clash.is_certain}
    for both in (False, True):
        specs = [
            spec
            for spec in config.gestures
            if spec.motion is None and spec.both == both and spec.name not in impossible
        ]
        if any(spec.own for spec in specs):
            yield from _Contest(config, tree, specs).warnings()


class _Contest:
    """Poses that are shown by the same hands."""

    def __init__(self, config: Config, tree: Tree, specs: Sequence[GestureSpec]) -> None:
        self._tree = tree
        self._specs = specs
        self._place = {spec.name: index for index, spec in enumerate(specs)}
        self._rules = [rule_of(spec) for spec in specs]
        self._implied = implications(self._rules)
        self._uses = _uses(config, tree)
        self._armed_by = config.arming.gesture if config.arming else None
        beaten = np.flatnonzero((self._implied & ~self._implied.T).any(axis=0)).tolist()
        self._beaten = [number for number in beaten if not specs[number].own]

    def warnings(self) -> Iterator[Problem]:
        yield from self._own_rivals()
        certain = self._replaced()
        for own, names in certain.items():
            message = (
                f"keeps {_listed(names)} from ever being shown: it holds wherever"
                f" {'that does' if len(names) == 1 else 'they do'}, and your own gestures go first;"
                " make it stricter"
            )
            if self._armed_by in names:
                message += ", or nothing would ever act"
            yield self._problem(own, message)
        for own, names in self._taken_over(certain).items():
            message = (
                f"takes over {_listed(names)}: a typical hand{' of each' * (len(names) > 1)}"
                " is shown as this, for your own gestures go first; make it stricter"
            )
            yield self._problem(own, message)

    def _problem(self, name: str, message: str) -> Problem:
        path: YamlPath = ("gestures", name)
        return self._tree.problem(self._tree.key(path), path, message, severity="warning")

    def _own_rivals(self) -> Iterator[Problem]:
        """Of the user's own poses those that tie, and those that a stricter one covers."""
        own = np.array([spec.own for spec in self._specs])
        pairs = np.argwhere(self._implied & own[:, None] & own[None, :])
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        # By the later gesture and the hands that both have: the earlier ones that are the same.
        ties: dict[tuple[str, str], list[str]] = {}
        covered: dict[tuple[str, str], str] = {}
        for first, second in pairs[:_MOST_PAIRS].tolist():
            one, other = self._specs[first], self._specs[second]
            hands = [side for side in one.hands if side in other.hands]
            if not hands:
                continue
            how = "" if len(hands) == 2 or one.both else f" with the {hands[0]} hand"
            if self._implied[second, first]:
                if first < second:
                    rival = f"'{one.name}' (line {self._line(one)})"
                    ties.setdefault((other.name, how), []).append(rival)
            elif (other.name, how) not in covered and holds_wherever(
                self._rules[first], self._rules[second]
            ):
                covered[other.name, how] = (
                    f"never shown{how}: '{one.name}' (line {self._line(one)}) asks for more, yet"
                    " holds wherever this does, and so goes first"
                )
        for (name, how), rivals in ties.items():
            named = " nor ".join(rivals[:_MOST_NAMED])
            more = f" nor {len(rivals) - _MOST_NAMED} more" if len(rivals) > _MOST_NAMED else ""
            same = "both" if len(rivals) == 1 else "all"
            message = f"neither this nor {named}{more} is ever shown{how}: {same} ask for the same"
            yield self._problem(name, f"{message}; change {'one' if same == 'both' else 'them'}")
        for (name, _), message in covered.items():
            yield self._problem(name, message)

    def _line(self, spec: GestureSpec) -> int:
        return self._tree.key(("gestures", spec.name)).line

    def _replaced(self) -> _Losses:
        """The built-in poses in use that the user's own surely replace."""
        found: _Losses = {}
        for index, spec in enumerate(self._specs):
            if spec.own or spec.name not in self._uses:
                continue
            for own, other in enumerate(self._specs):
                lost = self._lost_use(spec, other.hands) if other.own else None
                if lost and self._covers(own, index):
                    found.setdefault(other.name, {})[spec.name] = lost
        return found

    def _lost_use(self, spec: GestureSpec, hands: Sequence[HandSide]) -> str | None:
        """What a pose is in vain for when these hands don't show it, if there is something."""
        lost = (use.purpose for use in self._uses[spec.name] if use.hands <= set(hands))
        return next(lost, None)

    def _covers(self, own: int, index: int) -> bool:
        """Whether one of the user's own poses wins wherever a built-in one holds."""
        if self._implied[index, own]:
            return self._implied[own, index] or not self._can_be_outdone(index)
        is_stricter = bool(self._implied[own, index])
        return is_stricter and holds_wherever(self._rules[own], self._rules[index])

    def _can_be_outdone(self, index: int) -> bool:
        """Whether another pose may score so much better that the user's own go first no more.

        It must be beaten itself then, by one that says more, or it would be shown.
        """
        return any(
            number != index and can_hold((*self._rules[index], *self._rules[number]))
            for number in self._beaten
        )

    def _taken_over(self, known: _Losses) -> _Losses:
        """The built-in poses in use whose typical hands are shown as the user's own."""
        used = [spec for spec in self._specs if spec.name in self._uses]
        wanted = [spec for spec in used if not spec.own and not spec.both]
        found: _Losses = {}
        if not wanted:
            return found
        poses = PoseRules(self._specs)
        for spec in wanted:
            for taker, sides in self._takers(poses, spec).items():
                # Whoever asks for more than a built-in pose does wants a part of it; but of the one
                # that arms it may be the part that people show.
                is_part = self._implied[self._place[taker], self._place[spec.name]]
                lost = self._lost_use(spec, sides)
                if spec.name in known.get(taker, {}) or (is_part and spec.name != self._armed_by):
                    continue
                if lost:
                    found.setdefault(taker, {})[spec.name] = lost
        return found

    def _takers(self, poses: PoseRules, spec: GestureSpec) -> dict[str, list[HandSide]]:
        """The user's own poses that a typical hand of a built-in one is shown as."""
        found: dict[str, list[HandSide]] = {}
        for side in spec.hands:
            hand = _typical_hand(spec.name, side)
            if hand is None:
                continue
            verdict = poses.judge(hand, side)
            is_typical = verdict.score(self._place[spec.name]) > SURE
            if is_typical and verdict.best is not None and self._specs[verdict.best].own:
                found.setdefault(poses.names[verdict.best], []).append(side)
        return found


def _listed(losses: Mapping[str, str]) -> str:
    *others, last = (f"'{name}' ({purpose})" for name, purpose in losses.items())
    return f"{', '.join(others)} and {last}" if others else last


def _uses(config: Config, tree: Tree) -> dict[str, list[_Use]]:
    """What acts or arms; a motion's `while` takes a pose also where another one goes first."""
    hands = {spec.name: frozenset(spec.hands) for spec in config.gestures}
    found: dict[str, list[_Use]] = {}
    if config.arming:
        name = config.arming.gesture
        found[name] = [_Use("which arms", hands[name])]
    for path, binding in placed_bindings(config):
        line = tree.node(path).place.line
        sides = frozenset((binding.hand,)) if binding.hand else hands[binding.gesture]
        found.setdefault(binding.gesture, []).append(_Use(f"bound in line {line}", sides))
    return found


@cache
def _typical_hand(name: str, side: HandSide) -> HandGeometry | None:
    """The drawn hand that shows a built-in pose, at rest in the middle of the picture."""
    from daemon.synthetic.hand import HandState, image_joints
    from daemon.synthetic.poses import POSES

    if name not in POSES:
        return None
    width, height = 640, 480
    joints = image_joints(HandState(POSES[name], (width / 2, height / 2), 75.0, side))
    image = joints / np.array([width, height, width])
    hand = HandObservation(1, side, 1.0, image, velocity=np.zeros_like(image))
    return HandGeometry(hand, HandFrame(0.0, width, height, (hand,)))
