"""The figures as people read them in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from daemon.evaluation.figures import ClassFigures, Figures
from daemon.evaluation.labels import NONE
from daemon.evaluation.landmark_error import LandmarkFigures
from daemon.evaluation.outcomes import Doubt, Outcome, Passed
from daemon.tables import aligned


def class_table(figures: Figures) -> list[str]:
    """Lines: of each class how many, in how many a hand was found, right, precision, recall."""
    head = ("gesture", "n", "found", "right", "precision", "recall")
    rows = [
        (
            each.gesture,
            *map(str, (each.examples, each.found, each.right)),
            _percent(each.precision),
            _percent(each.recall),
        )
        for each in figures.class_figures()
    ]
    return aligned([head, *rows])


def overall(figures: Figures) -> list[str]:
    """Lines: found, accuracy, what became of the gestures, and of what is none."""
    found, everything = figures.found, figures.examples
    lines = [
        f"a hand found in {_of(found, everything)}",
        f"accuracy {_of(figures.right, found)} with a hand;"
        f" {_of(figures.right_of_all, everything)} of all",
    ]
    gestures = figures.of_gestures()
    if gestures.found:
        others = gestures.taken - gestures.right
        lines.append(
            f"gestures {_of(gestures.right, gestures.found)} right, {others} taken for another,"
            f" {gestures.found - gestures.taken} for none"
        )
    none = next((each for each in figures.class_figures() if each.gesture == NONE), None)
    if none is not None and none.found:
        lines.append(
            f"none-rate: of those labelled none {_of(figures.named, none.found)} got a name"
        )
    return lines


def source_tables(sources: Mapping[str, Figures]) -> list[str]:
    """Lines: of each set how its gestures did, then each one's classes; the worst come first."""
    ranked = sorted(sources.items(), key=lambda each: each[1].of_gestures().recall or 0.0)
    head = ("set", "n", "found", "right", "wrong name", "none", "none named")
    rows = [(name, *_row(figures.of_gestures()), _named(figures)) for name, figures in ranked]
    lines = aligned([head, *rows])
    for name, figures in ranked:
        labelled = [each for each in figures.class_figures() if each.examples]
        classes = sorted(labelled, key=lambda each: each.recall or 0.0)
        lines += [
            "",
            *aligned([(name, *head[1:-1]), *((each.gesture, *_row(each)) for each in classes)]),
        ]
    return lines


def _row(figures: ClassFigures) -> tuple[str, ...]:
    found = figures.found
    shares = (figures.right, figures.wrong, figures.none)
    return (
        str(figures.examples), str(found), *(_percent(_share(each, found)) for each in shares)
    )  # fmt: skip


def _named(figures: Figures) -> str:
    none = next((each for each in figures.class_figures() if each.gesture == NONE), None)
    return "-" if none is None else _percent(_share(figures.named, none.found))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def matrix_table(figures: Figures) -> list[str]:
    """Lines of the confusion matrix: a row is a label, a column what it was taken for."""
    numbers = [str(number) for number in range(1, len(figures.classes) + 1)]
    rows = [
        (
            f"{number:>2} {label}",
            *(str(figures.confusion[label, taken] or ".") for taken in figures.classes),
        )
        for number, label in zip(numbers, figures.classes, strict=True)
    ]
    return aligned([("label \\ taken for", *numbers), *rows])


def failures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line for each example that is not what it should be; frames of a trace are put together."""
    alike: dict[tuple[str, str, str, bool], list[Outcome]] = {}
    for each in outcomes:
        if not each.right:
            alike.setdefault((each.name, each.label, each.gesture, each.found), []).append(each)
    for group in alike.values():
        yield _failure(group)


def passed_over(passed: Sequence[Passed]) -> Iterator[str]:
    """A line for each label that was left out, and for each file that can't be read."""
    left_out = Counter((each.label, each.problem) for each in passed if not each.unreadable)
    for (label, problem), count in left_out.items():
        yield f"left out: {count} labelled '{label}', which {problem}"
    unreadable = [each.problem for each in passed if each.unreadable]
    if unreadable:
        yield f"can't be read: {len(unreadable)}"
    yield from (f"  {problem}" for problem in unreadable)


def _failure(group: Sequence[Outcome]) -> str:
    first = group[0]
    place = first.name if first.t_s is None else f"{first.name} {first.t_s:.2f} s"
    more = f" ({len(group)} frames)" if len(group) > 1 else ""
    written = "" if first.written in (first.label, "") else f" ({first.written})"
    label = f"{first.label}{written}"
    if not first.found:
        return f"{place}: {label}, no hand found{more}"
    taken = NONE if first.gesture == NONE else f"{first.gesture} ({first.score:.2f})"
    line = f"{place}: {label}, taken for {taken}{more}"
    doubt = first.doubt
    if doubt is None:
        return line
    line += f"; {first.label} scores {doubt.score:.2f}"
    if not doubt.failed:
        return line + _rivalry(first, doubt)
    measured = "" if doubt.value is None else f", that is {doubt.value:.4g}"
    return f"{line}: it needs {doubt.condition}{measured}"


def _rivalry(outcome: Outcome, doubt: Doubt) -> str:
    """Why a gesture whose rule holds was not shown."""
    if not doubt.rival:
        return f", yet {outcome.gesture} goes first"
    lead = round(doubt.score - doubt.rival_score, 2)
    if lead == 0:
        return f", as high as {doubt.rival}"
    return f", only {lead:.2f} ahead of {doubt.rival}" if lead > 0 else (
        f", {-lead:.2f} behind {doubt.rival}"
    )  # fmt: skip


def landmark_lines(figures: LandmarkFigures) -> list[str]:
    """Lines about the landmarks' error."""
    return [
        f"the expected hand found in {_of(figures.found, figures.expected)} frames",
        f"error in palm lengths: mean {figures.mean_palms:.4f}, median {figures.median_palms:.4f},"
        f" p95 {figures.p95_palms:.4f}, worst frame {figures.worst_palms:.4f}",
        f"in depth: mean {figures.mean_depth_palms:.4f}",
    ]


def _of(part: int, whole: int) -> str:
    share = f" ({part / whole:.1%})" if whole else ""
    return f"{part} of {whole}{share}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
