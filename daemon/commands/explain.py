"""`gestured explain`: every rule's score, and the condition that decides it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.commands import common

if TYPE_CHECKING:
    from gestures.landmarks import HandFrame
    from gestures.rules import PoseRules


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "explain", help="every rule's score for a picture or trace, and the condition that decides"
    )
    common.add_config_option(parser)
    common.add_json_option(parser)
    parser.add_argument("input", type=Path, metavar="PICTURE|TRACE")
    parser.set_defaults(func=explain)


def explain(args: argparse.Namespace) -> int:
    """Print each hand's scores, the highest first."""
    from daemon.hand_files import HandFiles
    from gestures.rules import PoseRules

    config = common.read_config(args.config)
    rules = PoseRules(config.gestures)
    with HandFiles(lambda: common.open_configured_tracker(config)) as files:
        for frame in files.frames(args.input):
            value = {"source": str(args.input), "t": round(frame.t_s, 3)}
            value["hands"] = explanations(frame, rules)
            print(json.dumps(value) if args.json else _table(value), flush=True)
    return 0


def explanations(frame: HandFrame, rules: PoseRules) -> list[dict[str, Any]]:
    """For each hand what it shows, and for each pose its weakest condition."""
    from gestures.features import HandGeometry

    hands = []
    for hand in frame.hands:
        geometry = HandGeometry(hand, frame)
        verdict = rules.judge(geometry, hand.hand)
        found = []
        for index in verdict.scores.argsort()[::-1].tolist():
            weakest = rules.explain(index, geometry)[0]
            found.append(
                {
                    "gesture": rules.names[index],
                    "score": round(float(verdict.scores[index]), 2),
                    "condition": str(weakest.condition),
                    "value": round(weakest.value, 2),
                }
            )
        best = None if verdict.best is None else rules.names[verdict.best]
        hands.append({"hand": hand.hand, "gesture": best, "rules": found})
    return hands


def _table(value: dict[str, Any]) -> str:
    lines = []
    for hand in value["hands"]:
        shown = hand["gesture"] or "no gesture"
        lines.append(f"{value['source']} {value['t']:.2f} s, {hand['hand']} hand: {shown}")
        lines += [
            f"  {rule['score']:4.2f}  {rule['gesture']:16} {rule['condition']}"
            f"  (it is {rule['value']:g})"
            for rule in hand["rules"]
        ]
    return "\n".join(lines) or f"{value['source']} {value['t']:.2f} s: no hand"
