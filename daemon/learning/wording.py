"""What is to be said about a lesson besides its YAML, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from daemon.learning.fragment import hands
from daemon.learning.gather import Example, Gathered
from daemon.learning.lesson import Lesson, TooAlike
from gestures.learning.trial import Trial
from gestures.rules import LEAD, OWN_LEAD
from gestures.spec import GestureSpec

#: Of more pairs of files that are alike, only the worst are named.
_MOST_PAIRS = 10


def of_files(gathered: Gathered) -> Iterator[str]:
    """What was odd about the files."""
    yield from gathered.broken
    for path in gathered.empty:
        yield f"{path}: no hand found"
    for path, count in gathered.crowded.items():
        times = "" if count == 1 else f" in {count} pictures"
        yield f"{path}: several hands{times}: the upper one is taken; --hand left or right chooses"


def of_lesson(lesson: Lesson, library: Sequence[GestureSpec]) -> Iterator[str]:
    """What the gesture will do among the others."""
    name = lesson.name
    for spec in library:
        if spec.name == name:
            kind = "motion" if spec.motion else "two-hand gesture" if spec.both else "gesture"
            yield f"{name} replaces the {kind} of that name"
    for source, (start_s, end_s) in lesson.ends.items():
        yield f"{source}: {start_s:.2f} to {end_s:.2f} s is taken: before and after, it moves"
    yield _shown(name, lesson.positives, "its")
    if lesson.negatives is not None:
        yield _shown(name, lesson.negatives, "the other")
    own = {spec.name for spec in library if spec.own}
    for other, count in lesson.positives.holds.most_common():
        share = f"{other} holds for {count} of its {hands(lesson.positives.hands)} as well"
        yield (
            f"{share}: where both score within {LEAD:g}, neither is shown"
            if other in own
            else f"{share}: yours is shown unless the built-in one scores {OWN_LEAD:g} more"
        )
    for pose in lesson.alike:
        yield f"{name} can't be told from {pose}"
    tried = [("negatives", lesson.negatives)] if lesson.negatives is not None else []
    tried += [(f"typical hands of {pose}", trial) for pose, trial in lesson.typical.items()]
    for what, trial in tried:
        for other, count in trial.lost.most_common():
            yield f"{name} takes {count} of {trial.hands} {what} away from {other}"
    if any(trial.lost for trial in lesson.typical.values()):
        yield "to keep those, record such hands and give them as --negative"


def of_failure(name: str, error: TooAlike) -> Iterator[str]:
    """Which examples can't be told apart."""
    if error.accuracy is not None:
        yield (
            f"{name} can't be told from the negatives: rules that fit some of the examples are"
            f" right for {error.accuracy:.0%} of the others only; show more of both"
        )
        return
    if not error.pairs:
        yield f"{name} can't be learned: its examples have nothing in common"
        return
    yield (
        f"{name} can't be told from the negatives:"
        f" no rule rejects {hands(len(error.pairs))} of them"
    )
    files: dict[tuple[str, str], list[tuple[Example, Example]]] = {}
    for pair in error.pairs:
        files.setdefault((pair[0].source, pair[1].source), []).append(pair)
    worst = sorted(files.values(), key=lambda pairs: -len(pairs))
    for pairs in worst[:_MOST_PAIRS]:
        negatives, positives = zip(*pairs, strict=True)
        yield f"{_place(negatives)} ({hands(len(pairs))}) looks like {_place(positives)}"
    if len(worst) > _MOST_PAIRS:
        yield f"and {len(worst) - _MOST_PAIRS} more pairs of files"


def _shown(name: str, trial: Trial, whose: str) -> str:
    others = [
        f"{other or 'nothing'} for {count}"
        for other, count in trial.shown.most_common()
        if other != name
    ]
    instead = f" ({', '.join(others)})" if others else ""
    return f"{name} is shown for {trial.shown[name]} of {whose} {hands(trial.hands)}{instead}"


def _place(examples: Iterable[Example]) -> str:
    """Where examples of one file are."""
    found = list(examples)
    first, last = min(each.t_s for each in found), max(each.t_s for each in found)
    if first == last == 0.0:
        return found[0].source
    return f"{found[0].source} {first:.2f} to {last:.2f} s"
