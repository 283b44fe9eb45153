"""`gestured learn`: a rule fitted to examples, printed as YAML."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.commands import common

if TYPE_CHECKING:
    from daemon.learning.lesson import Lesson
    from gestures.learning.trial import Trial

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "learn",
        help="a rule fitted to examples, as YAML",
        description="Fit a rule to hands that show a gesture, and print it as YAML for the"
        " configuration. It is told from the hands of --negative; without any, from typical hands"
        " of the built-in gestures.",
    )
    parser.add_argument("name", metavar="NAME", help="what to call the gesture")
    for kind, help_text in (
        ("--positive", "files whose hands show the gesture"),
        ("--negative", "files in which no hand does"),
    ):
        parser.add_argument(
            kind,
            nargs="+",
            action="extend",
            type=Path,
            default=[],
            required=kind == "--positive",
            metavar="TRACE|PICTURE",
            help=help_text,
        )
    parser.add_argument(
        "--hand", choices=("left", "right"), help="look at this hand only, and ask for it"
    )
    common.add_config_option(parser)
    common.add_json_option(parser)
    parser.set_defaults(func=learn)


def learn(args: argparse.Namespace) -> int:
    """Print the YAML on stdout, and what is to be said about it on stderr."""
    from daemon.config.names import ALIASES, NO_GESTURE
    from daemon.hand_files import HandFiles
    from daemon.learning import wording
    from daemon.learning.gather import gather
    from daemon.learning.lesson import TooAlike
    from daemon.learning.lesson import learn as learn_from

    if not _NAME.fullmatch(args.name):
        meant = ALIASES.get(args.name)
        common.print_error(
            f"a gesture's name has small letters, digits and _ only and begins with a letter,"
            f" found {args.name!r}" + (f"; did you mean '{meant}'?" if meant else "")
        )
        return 2
    if args.name in NO_GESTURE:
        common.print_error(f"'{args.name}' is what stands for no gesture: give it another name")
        return 2
    config = common.read_config(args.config)
    # Left and right are learned as the camera will show them.
    read = partial(gather, side=args.hand, mirrored=config.camera.mirror is not False)
    with HandFiles(lambda: common.open_configured_tracker(config)) as files:
        positives = read(files, args.positive, every_hand=False)
        negatives = read(files, args.negative, every_hand=True)
    for kind, asked, found in (
        ("positive", args.positive, positives),
        ("negative", args.negative, negatives),
    ):
        for line in wording.of_files(found):
            common.print_error(line)
        if asked and not found.files:
            side = f"{args.hand} hand" if args.hand else "hand"
            common.print_error(f"no {side} in any of the {kind} examples")
            return 1
    try:
        lesson = learn_from(args.name, positives.files, negatives.files, config.gestures, args.hand)
    except TooAlike as error:
        for line in wording.of_failure(args.name, error):
            common.print_error(line)
        return 1
    notes = list(wording.of_lesson(lesson, config.gestures))
    if args.json:
        print(json.dumps(_as_json(lesson, notes)))
        return 0
    print(lesson.text, end="", flush=True)
    for line in notes:
        common.print_error(line)
    return 0


def _as_json(lesson: Lesson, notes: list[str]) -> dict[str, Any]:
    validation = lesson.validation
    return {
        "gesture": lesson.name,
        "yaml": lesson.text,
        "fingers": lesson.rule.fingers,
        "when": [str(condition) for condition in lesson.rule.when],
        "margin": round(lesson.rule.margin, 2),
        "cross_validation": None if validation is None else asdict(validation),
        "positives": _trial(lesson.name, lesson.positives),
        "negatives": lesson.negatives and _trial(lesson.name, lesson.negatives),
        "typical": {pose: _trial(lesson.name, trial) for pose, trial in lesson.typical.items()},
        "left_out": lesson.alike,
        "notes": notes,
    }


def _trial(name: str, trial: Trial) -> dict[str, Any]:
    shown = trial.shown[name]
    return {"hands": trial.hands, "shown": shown, "holds": trial.holds, "lost": trial.lost}
