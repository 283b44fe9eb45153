"""What each labelled example was taken for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from daemon.evaluation.items import Item
from daemon.evaluation.labels import NONE, Labels
from daemon.evaluation.landmark_text import ENDINGS, text_frame
from daemon.hand_files import HandFiles
from daemon.judging import JudgedHand, judge_hands, surest
from daemon.sources import SourceError
from daemon.trace import TraceError
from gestures.landmarks import HandFrame, HandSide
from gestures.sight import PoseReader

#: Score of a condition whose value is its threshold.
_ON_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a hand is not the gesture that it is labelled.

    Attributes:
        score: The gesture's own score.
        condition: The one that decides this score.
        value: What was measured, or None.
        failed: Whether the condition fails; if not, another gesture is too near or goes first.
        rival: The other gesture that scores most, where none was sure enough to be shown.
        rival_score: Its score.
    """

    score: float
    condition: str
    value: float | None
    failed: bool
    rival: str = ""
    rival_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example, and what it was taken for.

    Attributes:
        name: The file, or the place in it.
        label: What it shows: a pose, or `NONE`.
        written: The label as it is written in the set.
        t_s: Time in a trace, or None.
        gesture: What it was taken for: a pose, or `NONE`.
        score: The score of that; the best score of all poses for `NONE`.
        hand: The hand that shows it, or None when no hand was found.
        doubt: Why the label was not found, where one is missed.
        of: The set that it is of.
        also: Other names that are right.
    """

    name: str
    label: str
    written: str
    t_s: float | None
    gesture: str
    score: float
    hand: HandSide | None
    doubt: Doubt | None
    of: str = ""
    also: frozenset[str] = frozenset()

    @property
    def found(self) -> bool:
        """Whether there is a hand."""
        return self.hand is not None

    @property
    def right(self) -> bool:
        """Whether it was taken for what it is; without a hand everything is `NONE`."""
        return self.gesture == self.label or self.gesture in self.also

    def to_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "file": self.name,
            "label": None if self.label == NONE else self.label,
            "gesture": None if self.gesture == NONE else self.gesture,
            "score": round(self.score, 2),
            "hand": self.hand,
            "right": self.right,
        }
        if self.t_s is not None:
            value["t"] = round(self.t_s, 3)
        if self.written != self.label:
            value["written"] = self.written
        if self.of:
            value["set"] = self.of
        if self.doubt is not None:
            value["label_score"] = round(self.doubt.score, 2)
            value["condition"] = self.doubt.condition
            if self.doubt.value is not None:
                value["value"] = round(self.doubt.value, 2)
        return value


@dataclass(frozen=True, slots=True)
class Passed:
    """An example that was passed over.

    Attributes:
        name: The file, or the place in it.
        label: The label as it is written in the set.
        problem: Why it was.
        unreadable: Whether it can't be read; else its label is left out.
    """

    name: str
    label: str
    problem: str
    unreadable: bool

    def to_json(self) -> dict[str, Any]:
        key = "error" if self.unreadable else "left_out"
        return {"file": self.name, "written": self.label, key: self.problem}


def judge_items(
    items: Iterable[Item],
    labels: Labels,
    files: HandFiles,
    reader: PoseReader,
    *,
    mirror: bool,
    world: bool = True,
) -> Iterator[Outcome | Passed]:
    """Judge examples: a picture is one; of a trace all frames with a hand are.

    Args:
        items: The examples.
        labels: Say what their labels mean.
        files: Reads their hands.
        reader: Judges them.
        mirror: Whether to judge pictures as in a mirror.
        world: Whether to use world landmarks.

    Raises:
        ModelError, MissingLibrary: No picture can be looked at.
    """
    for item in items:
        label = labels.gesture(item.label)
        if label is None:
            yield Passed(item.name, item.label, labels.why_left_out(item.label), unreadable=False)
            continue
        try:
            frames = _frames(item, files)
        except (SourceError, TraceError) as error:
            yield Passed(item.name, item.label, str(error), unreadable=True)
            continue
        seen = [frame for frame in frames if frame.hands] or frames[:1]
        for frame in seen:
            t_s = frame.t_s if len(frames) > 1 else None
            seen_as = frame.mirror() if mirror else frame
            if not world:
                seen_as = _without_world(seen_as)
            outcome = _judge(item, label, t_s, seen_as, reader)
            yield replace(outcome, of=item.of, also=labels.right(item.label))


def _without_world(frame: HandFrame) -> HandFrame:
    return replace(frame, hands=tuple(replace(hand, world=None) for hand in frame.hands))


def _judge(
    item: Item, label: str, t_s: float | None, frame: HandFrame, reader: PoseReader
) -> Outcome:
    hands = judge_hands(frame, reader)
    best = surest(hands)
    return Outcome(
        name=item.name,
        label=label,
        written=item.label,
        t_s=t_s,
        gesture=NONE if best is None or best.gesture is None else best.gesture,
        score=0.0 if best is None else best.score,
        hand=None if best is None else best.hand,
        doubt=_doubt(label, best, hands, reader),
    )


def _frames(item: Item, files: HandFiles) -> list[HandFrame]:
    if isinstance(item.source, HandFrame):
        return [item.source]
    if item.source.suffix.lower() in ENDINGS:
        return [text_frame(item.source)]
    return list(files.frames(item.source))


def _doubt(
    label: str, best: JudgedHand | None, hands: list[JudgedHand], reader: PoseReader
) -> Doubt | None:
    """About the hand that comes nearest to the label, where it is missed."""
    if best is None or label in (NONE, best.gesture):
        return None
    nearest = max(hands, key=lambda each: each.scores[label])
    clauses = nearest.explain(label, reader)
    if not clauses:
        return Doubt(0.0, "takes both hands", None, failed=True)
    weakest = clauses[0]
    failed = weakest.score <= _ON_THRESHOLD
    others = {name: score for name, score in nearest.scores.items() if name != label}
    rival = max(others, key=others.__getitem__) if others and best.gesture is None else ""
    return Doubt(
        nearest.scores[label], str(weakest.clause), weakest.value, failed, rival,
        others.get(rival, 0.0),
    )  # fmt: skip
