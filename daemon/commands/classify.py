"""`gestured classify`: the poses of pictures or of a trace, frame by frame, without time."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.commands import common

if TYPE_CHECKING:
    from gestures.landmarks import HandFrame
    from gestures.sight import PoseReader

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
    from daemon.hand_files import HandFiles
    from daemon.picture_files import PICTURE_ENDINGS
    from daemon.sources import SourceError
    from daemon.trace import TraceError
    from gestures.sight import PoseReader

    config = common.read_config(args.config)
    reader = PoseReader(config.gestures)
    code = 0
    with HandFiles(lambda: common.open_configured_tracker(config)) as files:
        for path in args.inputs:
            timed = path.suffix.lower() not in PICTURE_ENDINGS
            try:
                for frame in files.frames(path):
                    seen = frame.mirror() if args.mirror else frame
                    value = {"source": str(path), "t": round(frame.t_s, 3)}
                    value["hands"] = judge(seen, reader)
                    shown = json.dumps(value) if args.json else _in_words(value, timed=timed)
                    print(shown, flush=True)
            except (SourceError, TraceError) as error:
                common.print_error(str(error))
                code = 1
    return code


def judge(frame: HandFrame, reader: PoseReader) -> list[dict[str, Any]]:
    """For each hand its side, the gesture or None, its score, and all scores that count."""
    from daemon.judging import judge_hands

    return [
        {
            "hand": judged.hand,
            "gesture": judged.gesture,
            "score": round(judged.score, 2),
            "scores": {
                name: round(score, 2)
                for name, score in sorted(judged.scores.items(), key=lambda each: -each[1])
                if score >= _LEAST_SHOWN
            },
        }
        for judged in judge_hands(frame, reader)
    ]


def _in_words(value: dict[str, Any], *, timed: bool) -> str:
    hands = [
        f"{hand['hand']} hand: {hand['gesture'] or 'no gesture'} ({hand['score']:.2f})"
        for hand in value["hands"]
    ]
    at = f" {value['t']:.2f} s" if timed else ""
    return f"{value['source']}{at}: {', '.join(hands) or 'no hand'}"
