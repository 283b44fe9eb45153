"""`gestured classify`: the poses of pictures or of a trace, frame by frame, without time."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.commands import common

if TYPE_CHECKING:
    from gestures.landmarks import HandFrame
    from gestures.rules import PoseRules
    from models.tracker import Tracker

#: Scores below this say nothing and are left out of the JSON.
_LEAST_SHOWN = 0.05


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "classify", help="the static gestures of pictures or a trace, frame by frame"
    )
    common.add_config_option(parser)
    common.add_json_option(parser)
    common.add_mirror_option(parser)
    parser.add_argument("inputs", nargs="+", type=Path, metavar="PICTURE|TRACE")
    parser.set_defaults(func=classify)


def classify(args: argparse.Namespace) -> int:
    """Print the gestures of each input; one that can't be read fails, the others go on."""
    from daemon.sources import SourceError
    from daemon.trace import TraceError
    from gestures.rules import PoseRules

    config = common.read_config(args.config)
    rules = PoseRules(config.gestures)
    reader = _Reader(lambda: common.open_configured_tracker(config))
    code = 0
    try:
        for path in args.inputs:
            try:
                for frame in reader.frames(path):
                    seen = frame.mirror() if args.mirror else frame
                    value = {"source": str(path), "t": round(frame.t_s, 3)}
                    value["hands"] = judge(seen, rules)
                    print(json.dumps(value) if args.json else _in_words(value), flush=True)
            except (SourceError, TraceError) as error:
                common.print_error(str(error))
                code = 1
    finally:
        reader.close()
    return code


def judge(frame: HandFrame, rules: PoseRules) -> list[dict[str, Any]]:
    """For each hand its side, the gesture or None, its score, and all scores that count."""
    from gestures.features import HandGeometry

    hands = []
    for hand in frame.hands:
        verdict = rules.judge(HandGeometry(hand, frame), hand.hand)
        scores = dict(zip(rules.names, verdict.scores.tolist(), strict=True))
        ordered = sorted(scores.items(), key=lambda each: -each[1])
        hands.append(
            {
                "hand": hand.hand,
                "gesture": None if verdict.best is None else rules.names[verdict.best],
                "score": round(ordered[0][1], 2) if ordered else 0.0,
                "scores": {n: round(s, 2) for n, s in ordered if s >= _LEAST_SHOWN},
            }
        )
    return hands


class _Reader:
    """Hands of pictures and traces; the tracker is opened with the first picture."""

    def __init__(self, open_tracker: Any) -> None:
        self._open_tracker = open_tracker
        self._tracker: Tracker | None = None

    def frames(self, path: Path) -> Iterator[HandFrame]:
        """The frames of a file.

        Raises:
            SourceError: It is missing or no picture.
            TraceError: It is a trace, and a broken one.
        """
        from daemon.sources import SourceError
        from daemon.trace import is_trace, read_trace

        try:
            trace = is_trace(path)
        except OSError as error:
            raise SourceError(f"{path}: can't be read: {error.strerror}") from error
        if trace:
            yield from read_trace(path)
        else:
            yield self._look(path)

    def close(self) -> None:
        if self._tracker is not None:
            self._tracker.close()

    def _look(self, path: Path) -> HandFrame:
        from daemon.sources import read_picture
        from gestures.landmarks import HandFrame

        rgb = read_picture(path)
        self._tracker = self._tracker or self._open_tracker()
        # As in a video, the second look starts from the first one's landmarks: they are surer
        # than the palm detector's box.
        self._tracker.reset()
        self._tracker.track(rgb, 0.0)
        hands = self._tracker.track(rgb, 1 / 30)
        height, width = rgb.shape[:2]
        return HandFrame(0.0, width, height, hands)


def _in_words(value: dict[str, Any]) -> str:
    hands = [
        f"{hand['hand']} hand: {hand['gesture'] or 'no gesture'} ({hand['score']:.2f})"
        for hand in value["hands"]
    ]
    at = f" {value['t']:.2f} s" if value["t"] else ""
    return f"{value['source']}{at}: {', '.join(hands) or 'no hand'}"
