"""Warnings about motions that no camera could follow, no hand make, or no pose allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, pi

from daemon.config.model import Config
from daemon.config.problems import Problem
from daemon.config.uses import uses
from daemon.config.yamltree import Tree, YamlPath
from gestures.feasibility import Clash
from gestures.motion_spec import Circle, Motion, Pinch, PoseChange, Swipe, Wave
from gestures.spec import GestureSpec

#: Frames in which a movement must be seen to be known as one: where it begins, that it goes on,
#: and that it ends.
_LEAST_FRAMES = 4
#: A circle has four sides as well, each with its turn.
_CIRCLE_FRAMES = 8
#: A hand that comes into the picture is as fast as this, and no tracker keeps one that is faster;
#: measured swipes average 4 to 13 palm lengths/s.
_FASTEST_PALMS_S = 21.0
_WHOLE_MS = 10


@dataclass(frozen=True, slots=True)
class _Demand:
    """What a motion asks of the camera and of the hand.

    Attributes:
        part: The part of it that is quickest.
        part_ms: Most time for that.
        parts: How many of them its `within_ms` is for.
        frames: In how many frames that part must be seen.
        palms: How far the hand goes in it, palm lengths; 0 where that is not what is asked.
    """

    part: str
    part_ms: float
    parts: int = 1
    frames: int = _LEAST_FRAMES
    palms: float = 0.0

    def sees(self, fps: float) -> bool:
        return self.part_ms * fps / 1000 >= self.frames

    @property
    def palms_s(self) -> float:
        return self.palms / self.part_ms * 1000


def _demand(motion: Motion) -> _Demand | None:
    match motion:
        case Pinch():
            return None
        case Swipe():
            return _Demand("a swipe", motion.within_ms, palms=motion.distance_palms)
        case Wave():
            stroke_ms = motion.within_ms / motion.turns
            return _Demand(
                "a wave's stroke", stroke_ms, motion.turns, palms=motion.distance_palms
            )  # fmt: skip
        case Circle():
            way = 2 * pi * motion.radius_palms
            return _Demand("a circle", motion.within_ms, frames=_CIRCLE_FRAMES, palms=way)
        case PoseChange():
            return _Demand("a change", motion.within_ms, frames=1)
        case _:
            return _Demand("it", motion.within_ms)


def motion_warnings(config: Config, tree: Tree, clashes: Mapping[str, Clash]) -> Iterator[Problem]:
    """Warnings about motions: the user's own, and the built-in ones that are bound.

    Args:
        config: The configuration.
        tree: Its file.
        clashes: Of the poses whose rules leave hardly any room.
    """
    for spec in config.gestures:
        if spec.own and spec.motion:
            yield from _too_quick(config, tree, spec, spec.motion)
            yield from _without_pose(config, tree, spec, spec.motion, clashes)
    yield from _built_in_without_pose(config, tree, clashes)
    yield from _too_slow_a_camera(config, tree)


def _too_quick(config: Config, tree: Tree, spec: GestureSpec, motion: Motion) -> Iterator[Problem]:
    demand, fps = _demand(motion), config.camera.fps
    if demand is None:
        return
    path: YamlPath = ("gestures", spec.name, "motion", "within_ms")
    if tree.node(path) is tree.node(path[:-1]):
        path = path[:-1]
    # A limit that would make both warnings is mended once, by the longer time.
    seen_ms = demand.frames * 1000 / fps
    moved_ms = demand.palms / _FASTEST_PALMS_S * 1000
    least_ms = _WHOLE_MS * ceil(max(seen_ms, moved_ms) * demand.parts / _WHOLE_MS)
    if demand.palms_s > _FASTEST_PALMS_S and moved_ms >= seen_ms:
        message = (
            f"faster than a hand: {demand.palms:.3g} palm lengths in {demand.part_ms:.3g} ms are"
            f" {demand.palms_s:.3g} a second, and quick ones have 4 to 13;"
            f" allow 'within_ms: {least_ms}' or more"
        )
    elif not demand.sees(fps):
        message = (
            f"too quick for the camera: at {fps:g} frames/s {demand.part_ms:.3g} ms are"
            f" {demand.part_ms * fps / 1000:.2g} frames, and {demand.part} takes"
            f" {demand.frames}; allow 'within_ms: {least_ms}' or more"
        )
    else:
        return
    yield tree.problem(tree.key(path), path, message, severity="warning")


def _too_slow_a_camera(config: Config, tree: Tree) -> Iterator[Problem]:
    fps = config.camera.fps
    bound = uses(config, tree)
    missed = [
        (spec.name, demand)
        for spec in config.gestures
        if spec.motion and not spec.own and spec.name in bound
        if (demand := _demand(spec.motion)) and not demand.sees(fps)
    ]
    if not missed:
        return
    names = ", ".join(f"'{name}'" for name, _ in missed)
    least = max(demand.frames * 1000 / demand.part_ms for _, demand in missed)
    path = ("camera", "fps")
    message = f"too few frames for {names}; it takes {ceil(least)} a second"
    yield tree.problem(tree.node(path).place, path, message, severity="warning")


def _without_pose(
    config: Config, tree: Tree, spec: GestureSpec, motion: Motion, clashes: Mapping[str, Clash]
) -> Iterator[Problem]:
    specs = {each.name: each for each in config.gestures}
    for keys, names in _poses_of(spec, motion):
        reasons = [_why_not(specs[name], spec, clashes) for name in names]
        if reasons and all(reasons):
            path: YamlPath = ("gestures", spec.name, *keys)
            message = f"can never be made: {' and '.join(reasons)}; name another pose"
            yield tree.problem(tree.node(path).place, path, message, severity="warning")


def _built_in_without_pose(
    config: Config, tree: Tree, clashes: Mapping[str, Clash]
) -> Iterator[Problem]:
    """Built-in motions in use, told at the user's own gestures that took their poses away."""
    specs = {spec.name: spec for spec in config.gestures}
    for name, purpose in uses(config, tree).items():
        spec = specs[name]
        if spec.own or spec.motion is None:
            continue
        for _, names in _poses_of(spec, spec.motion):
            reasons = {pose: _why_not(specs[pose], spec, clashes) for pose in names}
            own = [pose for pose in names if specs[pose].own]
            if own and all(reasons.values()):
                path: YamlPath = ("gestures", own[0])
                message = (
                    f"'{name}' ({purpose}) can never be made: {' and '.join(reasons.values())};"
                    " give this gesture another name"
                )
                yield tree.problem(tree.key(path), path, message, severity="warning")


def _poses_of(spec: GestureSpec, motion: Motion) -> Iterator[tuple[YamlPath, Sequence[str]]]:
    """The poses of which a motion needs one, and below which keys of the gesture they stand."""
    yield ("while",), spec.poses
    if isinstance(motion, PoseChange):
        yield ("motion", "change", "from"), motion.before
        yield ("motion", "change", "to"), motion.after


def _why_not(pose: GestureSpec, motion: GestureSpec, clashes: Mapping[str, Clash]) -> str:
    """Why a pose can't be shown during a motion; empty when it can."""
    clash = clashes.get(pose.name)
    if clash is not None and clash.is_certain:
        return f"'{pose.name}' can never hold"
    if pose.motion:
        return f"'{pose.name}' is a motion"
    if pose.both:
        return f"'{pose.name}' takes both hands"
    if not set(pose.hands) & set(motion.hands):
        return f"'{pose.name}' is made with the {pose.hands[0]} hand only"
    return ""
