"""`gestured evaluate`: how well tracker and rules do on labelled examples."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from daemon.commands import common

if TYPE_CHECKING:
    from daemon.config.model import Config
    from daemon.evaluation.figures import Figures
    from daemon.evaluation.items import Item
    from daemon.evaluation.labels import Labels
    from daemon.evaluation.outcomes import Outcome, Passed
    from gestures.landmarks import HandFrame

_T = TypeVar("_T")

_DESCRIPTION = """\
Runs labelled examples through the tracker and the rules of the configuration.

SET is one of:
  a folder    with labels.csv in it; or with one subfolder for each gesture, named as it is, and
              'none' or 'no_gesture' for what is no gesture
  a .csv      with the columns file (relative to the .csv) and gesture (empty: none of them)
  a .npz      of landmarks: image (N, 21, 3) normalised, label (or letter, or gesture) (N,), size
              (N, 2), the pictures' width and height, or aspect, the one over the other; where known
              hand (left, right), world (N, 21, 3) and picture (names); without hand all are right
Files are pictures, traces (`gestured record`), of which every frame with a hand counts, and
landmarks in MediaPipe's .pbtxt.

A label is a pose of the configuration or MediaPipe's name of one; any other is left out and
told. Of several hands in a picture the surest that shows something counts. Accuracy, precision
and recall are of the examples in which a hand was found. Of several sets each is told on its own
as well, the worst set and the worst gesture first.
"""
_EPILOG = """\
examples:
  gestured evaluate photos/labels.csv --matrix confusion.png
  gestured evaluate letters.npz --labels A=fist,V=peace,E=none
  gestured evaluate people.npz students.npz --labels "palm=palm|stop,mute=one,natural=none"
  gestured evaluate --landmarks expected.json clip.mp4
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "evaluate",
        help="accuracy, confusion matrix and landmark error on labelled examples",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common.add_config_option(parser)
    common.add_json_option(parser)
    common.add_mirror_option(parser)
    parser.add_argument(
        "--labels",
        type=_meanings,
        action="extend",
        default=[],
        metavar="LABEL=GESTURE,...",
        help="what labels mean: a gesture, none, or nothing to leave them out; with | between"
        " several gestures any of them is right",
    )
    parser.add_argument(
        "--without-world",
        action="store_true",
        help="judge by the landmarks in the picture alone, as of sources that have no others",
    )
    parser.add_argument(
        "--matrix", type=_picture, metavar="OUT.png", help="save the confusion matrix as a picture"
    )
    parser.add_argument(
        "--landmarks",
        type=Path,
        metavar="EXPECTED",
        help="compare landmarks instead: SET is a video, picture, trace or folder of pictures;"
        " EXPECTED is JSON, for each frame 21 points in pixels or null, or a .pbtxt for a picture",
    )
    parser.add_argument("sets", type=Path, nargs="+", metavar="SET")
    parser.set_defaults(func=evaluate)


def evaluate(args: argparse.Namespace) -> int:
    """Print the figures; fails when there is nothing to make them of."""
    from daemon.evaluation.items import read_items, read_sets
    from daemon.evaluation.labels import LabelError, Labels

    if args.landmarks is not None:
        if args.labels or args.matrix or args.mirror is not None or args.without_world:
            common.print_error(
                "--landmarks goes without --labels, --matrix, --mirror and --without-world"
            )
            return 2
        if len(args.sets) > 1:
            common.print_error("--landmarks takes one SET")
            return 2
        return _evaluate_landmarks(args)
    config = common.read_config(args.config)
    try:
        labels = Labels(config.gestures, dict(args.labels))
    except LabelError as error:
        common.print_error(f"--labels {error}")
        return 2
    items = read_sets(args.sets) if len(args.sets) > 1 else read_items(args.sets[0])
    for label in sorted(dict(args.labels).keys() - {item.label for item in items}):
        common.print_error(f"--labels {label}: {_named(args)} has nothing that is labelled so")
    return _evaluate_items(items, labels, config, args)


def _evaluate_items(
    items: list[Item], labels: Labels, config: Config, args: argparse.Namespace
) -> int:
    from daemon.evaluation.figures import Figures
    from daemon.evaluation.outcomes import Outcome, judge_items
    from daemon.hand_files import HandFiles
    from gestures.sight import PoseReader

    reader = PoseReader(config.gestures)
    outcomes: list[Outcome] = []
    passed: list[Passed] = []
    with HandFiles(lambda: common.open_configured_tracker(config)) as files:
        told = _progress(items, len(items), quiet=args.json)
        for result in judge_items(
            told, labels, files, reader, mirror=bool(args.mirror), world=not args.without_world
        ):
            if isinstance(result, Outcome):
                outcomes.append(result)
            else:
                passed.append(result)
            if args.json:
                print(json.dumps(result.to_json()), flush=True)
    figures = Figures(outcomes, reader.names)
    sources = {
        of: Figures((each for each in outcomes if each.of == of), reader.names)
        for of in dict.fromkeys(each.of for each in outcomes if each.of)
    }
    if args.json:
        summary = figures.to_json() | _passed_json(passed)
        if sources:
            summary["sets"] = {of: each.to_json() for of, each in sources.items()}
        print(json.dumps({"summary": summary}), flush=True)
    else:
        _print_figures(figures, sources, outcomes, passed)
    if not outcomes:
        common.print_error(f"{_named(args)}: nothing in it could be evaluated")
        return 1
    if not figures.found:
        common.print_error(f"{_named(args)}: no hand was found in it")
        return 1
    if args.matrix is not None:
        from daemon.evaluation.matrix import save_matrix

        save_matrix(figures, args.matrix)
    return 0


def _named(args: argparse.Namespace) -> str:
    return ", ".join(map(str, args.sets))


def _passed_json(passed: list[Passed]) -> dict[str, Any]:
    left_out = Counter(each.label for each in passed if not each.unreadable)
    return {
        "left_out": dict(left_out),
        "unreadable": [each.name for each in passed if each.unreadable],
    }


def _print_figures(
    figures: Figures, sources: dict[str, Figures], outcomes: list[Outcome], passed: list[Passed]
) -> None:
    from daemon.evaluation import report

    blocks: list[Iterable[str]] = [report.passed_over(passed)]
    if outcomes:
        blocks = [
            report.class_table(figures),
            report.overall(figures),
            report.source_tables(sources) if sources else [],
            report.matrix_table(figures),
            *blocks,
            report.failures(outcomes),
        ]
    print("\n\n".join(text for block in blocks if (text := "\n".join(block))))


def _evaluate_landmarks(args: argparse.Namespace) -> int:
    from daemon.evaluation.landmark_error import frame_errors, landmark_figures, read_expected

    expected = read_expected(args.landmarks)
    config = common.read_config(args.config)
    errors = []
    (of,) = args.sets
    with _frames(of, config) as frames:
        told = _progress(frames, len(expected.frames), quiet=args.json)
        for error in frame_errors(told, expected):
            errors.append(error)
            if args.json:
                print(json.dumps({"file": str(of), **error.to_json()}), flush=True)
    figures = landmark_figures(errors)
    if args.json:
        summary = {"expected": len(errors), "found": 0} if figures is None else figures.to_json()
        print(json.dumps({"summary": summary}), flush=True)
    elif figures is not None:
        from daemon.evaluation.report import landmark_lines

        print("\n".join(landmark_lines(figures)))
    if figures is None:
        common.print_error(f"{of}: the expected hand was found in none of {len(errors)} frames")
        return 1
    return 0


@contextmanager
def _frames(path: Path, config: Config) -> Iterator[Iterator[HandFrame]]:
    """The hands of a picture's, trace's, video's or folder's frames, not smoothed."""
    from daemon.hand_files import HandFiles
    from daemon.picture_files import PICTURE_ENDINGS
    from daemon.sources import SourceError, until_lost
    from daemon.trace import is_trace

    try:
        by_file = not path.is_dir() and (path.suffix.lower() in PICTURE_ENDINGS or is_trace(path))
    except OSError as error:
        raise SourceError(f"{path}: can't be read: {error.strerror}") from error
    if by_file:
        with HandFiles(lambda: common.open_configured_tracker(config)) as files:
            yield files.frames(path)
    else:
        # As a whole path it is never taken for the name of a camera.
        named = common.with_source(config, str(path.resolve()))
        with common.opened(named, mirror=False) as seen:
            yield until_lost(seen(lambda: False))


def _progress(values: Iterable[_T], count: int, *, quiet: bool) -> Iterator[_T]:
    """The same values, counted on a terminal's stderr as they go."""
    if quiet or not sys.stderr.isatty():
        yield from values
        return
    try:
        for number, value in enumerate(values, 1):
            print(f"\r{number} of {count}", end="", file=sys.stderr, flush=True)
            yield value
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _meanings(text: str) -> list[tuple[str, str]]:
    """What labels mean, for argparse."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if not pairs or not all(label.strip() and sign for label, sign, _ in pairs):
        raise argparse.ArgumentTypeError(f"expected LABEL=GESTURE,..., found '{text}'")
    return [(label.strip(), meaning.strip()) for label, _, meaning in pairs]


def _picture(text: str) -> Path:
    """A picture to be written, for argparse: told now, not after everything was looked at."""
    path = Path(text)
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg") or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"expected a .png in a folder of yours, found '{text}'")
    return path
