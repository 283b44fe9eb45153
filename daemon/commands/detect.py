"""`gestured detect`: the landmarks of pictures, as JSON or drawn."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.commands import common

if TYPE_CHECKING:
    from gestures.landmarks import HandObservation


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser("detect", help="the landmarks of pictures")
    parser.add_argument("--tracker", choices=("hands",), default="hands", help="what to look for")
    common.add_config_option(parser)
    common.add_json_option(parser)
    parser.add_argument("--draw", type=Path, metavar="OUT.png", help="draw what was found")
    parser.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE")
    parser.set_defaults(func=detect)


def detect(args: argparse.Namespace) -> int:
    """Print the hands of each picture; a picture that can't be read fails, the others go on."""
    from daemon.picture_files import read_picture
    from daemon.sources import SourceError

    if args.draw is not None and len(args.pictures) > 1:
        common.print_error("--draw takes one picture at a time")
        return 2
    config = common.read_config(args.config)
    tracker = common.open_configured_tracker(config)
    code = 0
    try:
        for path in args.pictures:
            try:
                rgb = read_picture(path)
            except SourceError as error:
                common.print_error(str(error))
                code = 1
                continue
            hands = tracker.detect(rgb)
            height, width = rgb.shape[:2]
            if args.json:
                print(json.dumps([_as_json(hand, width, height) for hand in hands]), flush=True)
            else:
                print(f"{path}: {_in_words(hands)}", flush=True)
            if args.draw is not None:
                from daemon.drawing import save_drawing

                save_drawing(rgb, hands, args.draw)
    finally:
        tracker.close()
    return code


def _as_json(hand: HandObservation, width: int, height: int) -> dict[str, Any]:
    """Pixels in `keypoints`, metres in `keypoints3D`."""
    from gestures.landmarks import LANDMARK_NAMES

    names = [_standard_name(name) for name in LANDMARK_NAMES]
    scale = (width, height, width)
    value: dict[str, Any] = {
        "score": round(hand.score, 4),
        "handedness": hand.hand.capitalize(),
        "keypoints": [
            {axis: round(p * s, 2) + 0.0 for axis, p, s in zip("xyz", point, scale, strict=True)}
            | {"name": name}
            for name, point in zip(names, hand.image.tolist(), strict=True)
        ],
    }
    if hand.world is not None:
        value["keypoints3D"] = [
            {axis: round(p, 5) + 0.0 for axis, p in zip("xyz", point, strict=True)} | {"name": name}
            for name, point in zip(names, hand.world.tolist(), strict=True)
        ]
    return value


def _standard_name(name: str) -> str:
    """MediaPipe's name: it says `index_finger_tip` where conditions say `index_tip`."""
    finger, _, joint = name.partition("_")
    return f"{finger}_finger_{joint}" if finger in ("index", "middle", "ring") else name


def _in_words(hands: tuple[HandObservation, ...]) -> str:
    return ", ".join(f"{h.hand} hand ({h.score:.2f})" for h in hands) or "no hand"
