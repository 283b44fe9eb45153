"""`gestured bench`: how fast and how steady it is, measured now."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.commands import common
from daemon.commands.bench_finding import add_finding
from daemon.commands.bench_idle import add_idle
from daemon.commands.bench_latency import add_latency
from daemon.commands.bench_options import add_source, count
from daemon.commands.bench_soak import add_soak
from daemon.commands.bench_startup import add_startup
from daemon.commands.bench_tracker import add_tracker

if TYPE_CHECKING:
    from daemon.bench.printing import Row
    from daemon.config.model import Config

_FRAMES = 300
_KEYS, _MOST_KEYS = 500, 100_000
_FEW_GESTURES = 20
_MANY_GESTURES, _MOST_GESTURES = 1000, 10_000
_SEEDS, _MOST_SEEDS = 3, 1000


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "bench",
        help="figures of speed, of the pointer, of long runs and of the start, measured now on this"
        " machine",
        description="Figures of speed, of the pointer, of long runs and of the start, measured now"
        " on this machine. Run it on a quiet one: it says how busy other programs kept it.",
    )
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    add_tracker(parts)
    add_finding(parts)
    _add_pipeline(parts)
    add_latency(parts)
    add_idle(parts)
    _add_rules(parts)
    _add_pointer(parts)
    _add_input(parts)
    add_soak(parts)
    add_startup(parts)


def _add_pipeline(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = parts.add_parser(
        "pipeline",
        help="stage by stage what comes after the landmarks, with the shipped configuration",
        description="Stage by stage what comes after the landmarks, with the shipped"
        " configuration, in a dry run; with pictures as the source the tracker, too, as on a"
        " camera. total is the whole chain: the stages, what lies between them, and the"
        " stopwatches, which take less than 0.01 ms. ratio_network is each one's median over that"
        " of the bare landmark network (full, one hand), which runs now and then in between.",
    )
    pictures = f"the first {_FRAMES} pictures of a camera, a video file or a folder"
    add_source(parser, f"a trace, or {pictures}")
    common.add_json_option(parser)
    parser.set_defaults(func=bench_pipeline)


def _add_rules(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = parts.add_parser(
        "rules",
        help=f"scoring one hand against {_FEW_GESTURES} and against many gestures",
        description=f"Scoring one hand against {_FEW_GESTURES} and against many gestures, made by"
        " moving the thresholds of the shipped ones.",
    )
    parser.add_argument(
        "--gestures",
        type=count(_MOST_GESTURES, _FEW_GESTURES + 1),
        default=_MANY_GESTURES,
        metavar="N",
        help=f"many, more than {_FEW_GESTURES}: {_MANY_GESTURES}",
    )
    common.add_json_option(parser)
    parser.set_defaults(func=bench_rules)


def _add_pointer(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = parts.add_parser(
        "pointer",
        help="how steady and how quick the pointer is, beside a One Euro filter",
        description="Jitter, lag and what else can be wrong with a pointer that follows a hand, on"
        " simulated hands whose true place is known, beside a One Euro filter (Casiez, 2012) tuned"
        " by a grid to the same jitter and to the same lag. lag_frames is of steady sweeps at 1, 2"
        " and 4 palm lengths/s; slow_std_px with noise that lasts; reached_std_px"
        " from 0.5 s after a reach on; click_px how far a press is from"
        " where the pointer was before the fingers closed.",
    )
    parser.add_argument(
        "--seeds",
        type=count(_MOST_SEEDS),
        default=_SEEDS,
        metavar="N",
        help=f"hands of each kind, each with its own noise: {_SEEDS}",
    )
    common.add_json_option(parser)
    parser.set_defaults(func=bench_pointer)


def _add_input(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = parts.add_parser(
        "input",
        help="from a gesture event to its key, at the X server and at a program",
        description="From a gesture event to the press of its key: until the X server has answered"
        " that it has it, and until a program with the focus has read it. Taps ctrl, in a window of"
        " its own that has the focus meanwhile.",
    )
    parser.add_argument(
        "--keys", type=count(_MOST_KEYS), default=_KEYS, metavar="N", help=f"by default {_KEYS}"
    )
    common.add_json_option(parser)
    parser.set_defaults(func=bench_input)


def bench_pipeline(args: argparse.Namespace) -> int:
    """Print the stages' figures."""
    from daemon.bench.measure import Surroundings
    from daemon.bench.printing import print_rows
    from daemon.config.load import load_config
    from daemon.config.places import shipped_config

    config = load_config(shipped_config()).config
    surroundings = Surroundings()
    if args.source is None or _is_trace(args.source):
        rows, conditions = _stages_of_landmarks(config, args.source)
    else:
        rows, conditions = _stages_of_pictures(config, args.source)
    print_rows(
        rows, f"{conditions}; shipped configuration, dry run", surroundings, as_json=args.json
    )
    return 0


def bench_rules(args: argparse.Namespace) -> int:
    """Print the figures of few and of many gestures."""
    from daemon.bench.clip import true_landmarks
    from daemon.bench.measure import Surroundings
    from daemon.bench.printing import print_rows
    from daemon.bench.rules import bench_rules as measure_rules
    from daemon.config.load import builtin_library

    counts = [_FEW_GESTURES, args.gestures]
    surroundings = Surroundings()
    rows = measure_rules(builtin_library(), counts, true_landmarks())
    conditions = "one hand, its features included; the shipped gestures, thresholds varied"
    print_rows(rows, conditions, surroundings, as_json=args.json)
    return 0


def bench_pointer(args: argparse.Namespace) -> int:
    """Print the pointers' figures."""
    from daemon.bench import pointer, pointer_runs
    from daemon.bench.printing import print_rows

    rows = pointer.bench_pointer(args.seeds)
    (width, height), (desktop_width, desktop_height) = pointer_runs.SIZE_PX, pointer.DESKTOP_PX
    conditions = (
        f"simulated hands, {args.seeds} of each kind: picture {width}x{height}, palm"
        f" {pointer_runs.PALM_PX:.0f} px, landmark noise {pointer_runs.NOISE_PX} px; desktop"
        f" {desktop_width}x{desktop_height}; default smoothing, region and gain"
    )
    print_rows(rows, conditions, None, as_json=args.json)
    return 0


def bench_input(args: argparse.Namespace) -> int:
    """Print the figures of keys."""
    from daemon.bench import input as keys
    from daemon.bench.measure import Surroundings
    from daemon.bench.printing import print_rows

    surroundings = Surroundings()
    rows = keys.bench_input(args.keys)
    conditions = (
        f"{args.keys} taps of a modifier after {keys.WARM_UP_KEYS} not counted, through"
        " dispatcher, injector and ledger"
    )
    print_rows(rows, conditions, surroundings, as_json=args.json)
    return 0


def _landmark_network() -> Callable[[], object] | None:
    """Runs the full landmark network once on what is in its input; None without its file."""
    from models.litert_network import LitertNetwork
    from models.store import ModelError, ModelStore
    from models.tracker import TrackerOptions

    try:
        path = ModelStore().path("hand_landmark_full")
    except ModelError:
        return None
    return LitertNetwork(path, TrackerOptions().threads).run


def _stages_of_landmarks(config: Config, trace: str | None) -> tuple[Sequence[Row], str]:
    from daemon.bench.clip import CLIP_NAME, true_landmarks
    from daemon.bench.pipeline import bench_landmarks
    from daemon.trace import read_trace

    if trace is None:
        frames, name = true_landmarks(), f"true landmarks of {CLIP_NAME}"
    else:
        frames, name = list(read_trace(Path(trace))), trace
    with_hand = sum(1 for frame in frames if frame.hands)
    conditions = f"{name}, {len(frames)} frames, {with_hand} with a hand, played over and over"
    return bench_landmarks(config, frames, _landmark_network()), conditions


def _stages_of_pictures(config: Config, source: str) -> tuple[Sequence[Row], str]:
    from daemon.bench.clip import load_frames
    from daemon.bench.pipeline import bench_pictures
    from daemon.cameras import without_password

    frames = load_frames(source, _FRAMES)
    tracker = common.open_configured_tracker(config, live=True)
    try:
        rows = bench_pictures(config, frames, tracker, _landmark_network())
    finally:
        tracker.close()
    height, width = frames[0].picture.shape[:2]
    return rows, f"{without_password(source)}, {len(frames)} decoded frames, {width}x{height}"


def _is_trace(source: str) -> bool:
    from daemon.sources import SourceError
    from daemon.trace import is_trace

    path = Path(source).expanduser()
    try:
        return path.is_file() and is_trace(path)
    except OSError as error:
        raise SourceError(f"{path}: can't be read: {error.strerror}") from error
