"""`gestured explain`: every rule's score, and the condition that decides it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.commands import common

if TYPE_CHECKING:
    from gestures.landmarks import HandFrame
    from gestures.sight import PoseReader


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "explain", help="every rule's score for a picture or trace, and the condition that decides"
    )
    common.add_config_option(parser)
    common.add_json_option(parser)
    common.add_mirror_option(parser)
    parser.add_argument("input", type=Path, metavar="PICTURE|TRACE")
    parser.set_defaults(func=explain)


def explain(args: argparse.Namespace) -> int:
    """Print each hand's scores, the highest first."""
    from daemon.hand_files import HandFiles
    from gestures.sight import PoseReader

    config = common.read_config(args.config)
    reader = PoseReader(config.gestures)
    with HandFiles(lambda: common.open_configured_tracker(config)) as files:
        for frame in files.frames(args.input):
            value = {"source": str(args.input), "t": round(frame.t_s, 3)}
            value["hands"] = explanations(frame.mirror() if args.mirror else frame, reader)
            print(json.dumps(value) if args.json else _in_words(value), flush=True)
    return 0


def explanations(frame: HandFrame, reader: PoseReader) -> list[dict[str, Any]]:
    """For each hand what it shows, and for each pose the condition that decides its score."""
    from daemon.judging import judge_hands

    hands = []
    for judged in judge_hands(frame, reader):
        found = []
        for name, score in sorted(judged.scores.items(), key=lambda each: -each[1]):
            rule: dict[str, Any] = {"gesture": name, "score": round(score, 2)}
            clauses = judged.explain(name, reader)
            if clauses:
                rule["condition"] = str(clauses[0].clause)
                rule["feature"] = str(clauses[0].condition.feature)
                rule["value"] = round(clauses[0].value, 2)
            found.append(rule)
        hands.append({"hand": judged.hand, "gesture": judged.gesture, "rules": found})
    return hands


def _in_words(value: dict[str, Any]) -> str:
    lines = []
    for hand in value["hands"]:
        shown = hand["gesture"] or "no gesture"
        lines.append(f"{value['source']} {value['t']:.2f} s, {hand['hand']} hand: {shown}")
        lines.append("  score gesture          measured                      decided by")
        lines += map(_line, hand["rules"])
    return "\n".join(lines) or f"{value['source']} {value['t']:.2f} s: no hand"


def _line(rule: dict[str, Any]) -> str:
    measured = f"{rule['feature']} = {rule['value']:g}" if "feature" in rule else ""
    decided = rule.get("condition", "(takes both hands)")
    return f"  {rule['score']:5.2f} {rule['gesture']:16} {measured:29} {decided}"
