"""Which limits the features' own geometry sets the conditions of a rule.

What is said here is true of every hand; not all that is true is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

import numpy as np

from gestures.bounds import (
    HALF_TURN,
    UNIT_GAP,
    Bound,
    Key,
    Limit,
    Range,
    end_of,
    limit_of,
    ranges_of,
    whole_range,
)
from gestures.conditions import Condition
from gestures.landmarks import FINGER_JOINTS, FINGERS, LANDMARK_NAMES
from gestures.vocabulary import DIRECTIONS

_TINY = 1e-9


def tightest(conditions: Iterable[Condition], most_room: float) -> Limit | None:
    """The limit that leaves conditions the least room; None when that is above `most_room`."""
    ranges = ranges_of(conditions)
    found = _least(_plain(ranges), most_room)
    if len(ranges) < 2:
        return found
    while True:
        # The webs show only what is too tight at a given room: ask again for what is tighter.
        room = most_room if found is None else found.room
        tighter = _least([*_on_sphere(ranges, room), *_in_space(ranges, room)], room)
        if tighter is None or (found is not None and tighter.room > found.room - _TINY):
            return found
        found = tighter


def _least(limits: Iterable[Limit], most_room: float) -> Limit | None:
    tight = [limit for limit in limits if limit.room <= most_room + _TINY]
    return min(tight, key=lambda limit: limit.room, default=None)


def _plain(ranges: dict[Key, Range]) -> Iterator[Limit]:
    """The limits that are the same at any room: of single features, and of sums of them."""
    for key, found in ranges.items():
        if limit := limit_of((found.high, -found.low), 0.0, end_of(key, found)):
            yield limit
    for other in {other for _, _, other in ranges}:
        for finger in FINGERS[1:]:
            yield from _sums(ranges, finger, other)
        for direction in ("right", "down"):
            yield from _speeds(ranges, direction, other)


def _of(ranges: dict[Key, Range], key: Key) -> Range:
    return ranges.get(key) or whole_range(key)


def _sums(ranges: dict[Key, Range], finger: str, other: bool) -> Iterator[Limit]:
    joints = [LANDMARK_NAMES[joint] for joint in FINGER_JOINTS[finger][:-1]]
    keys: list[Key] = [("flexion", (joint,), other) for joint in joints]
    if ("curl", (finger,), other) not in ranges or ranges.keys().isdisjoint(keys):
        return
    curl, bends = ranges["curl", (finger,), other], [_of(ranges, key) for key in keys]
    reason = f"{finger} curls by the sum of its three flexions"
    for bounds in (
        (curl.high, *(-bend.low for bend in bends)),
        (-curl.low, *(bend.high for bend in bends)),
    ):
        if limit := limit_of(bounds, 0.0, reason):
            yield limit


def _speeds(ranges: dict[Key, Range], direction: str, other: bool) -> Iterator[Limit]:
    speed, velocity = ("speed", (), other), ("velocity", (direction,), other)
    if speed not in ranges or velocity not in ranges:
        return
    for bound in (-ranges[velocity].low, ranges[velocity].high):
        if limit := limit_of((ranges[speed].high, bound), 0.0, "no velocity is above the speed"):
            yield limit


class _Web:
    """Points, and how far apart they are at most once every condition has some room.

    Args:
        room: That room, in softnesses.
    """

    def __init__(self, room: float) -> None:
        self._room = room
        self._number: dict[object, int] = {}
        self._ties: dict[tuple[int, int], tuple[float, Bound]] = {}

    def tie(self, one: object, other: object, bound: Bound) -> None:
        """Keep two points no farther apart than a bound."""
        a = self._number.setdefault(one, len(self._number))
        b = self._number.setdefault(other, len(self._number))
        length = bound.value - self._room * bound.softness
        if length < self._ties.get((a, b), (np.inf,))[0]:
            self._ties[a, b] = self._ties[b, a] = length, bound

    def measure(self) -> None:
        """Find the shortest ways between all points (Floyd and Warshall)."""
        count = len(self._number)
        length = np.full((count, count), np.inf)
        np.fill_diagonal(length, 0.0)
        self._next = np.tile(np.arange(count), (count, 1))
        for (a, b), (tied, _) in self._ties.items():
            length[a, b] = tied
        for via in range(count):
            detour = length[:, via, None] + length[None, via, :]
            is_shorter = detour < length - _TINY
            length = np.where(is_shorter, detour, length)
            self._next = np.where(is_shorter, self._next[:, via, None], self._next)
        self._length = length

    def way(self, one: object, other: object, below: float) -> list[Bound]:
        """The bounds along the shortest way, if it is shorter than a length."""
        a, b = self._number.get(one, -1), self._number.get(other, -1)
        if a < 0 or b < 0 or self._length[a, b] > below + _TINY:
            return []
        bounds = []
        while a != b:
            step = int(self._next[a, b])
            bounds.append(self._ties[a, step][1])
            a = step
        return bounds


#: A direction in the picture, or of a hand: its name, and whether it is the second hand's.
_Vector = tuple[str, bool]
_AXES = {
    "up": ("up", False), "down": ("up", True), "right": ("right", False), "left": ("right", True),
    "camera": ("camera", False), "away": ("camera", True),
}  # fmt: skip
_PICTURE = frozenset({"up", "right", "camera"})
#: Where the palm points, where it looks, and its side with the thumb are at right angles.
_PALM = frozenset({"palm", "palm's look", "palm's side"})


def _on_sphere(ranges: dict[Key, Range], room: float) -> Iterator[Limit]:
    """The limits of angles: on the sphere of directions the straight way is the shortest.

    With each direction goes its opposite, from one to the other it is half a turn, and an angle's
    lower bound is an upper one to the opposite: so every limit is a way round that is too short.
    """
    angles = [(*ends, found) for key, found in ranges.items() if (ends := _directions(key))]
    if len(angles) < 2:
        return
    web = _Web(room)
    for one, other, is_opposite, found in angles:
        for sign in (False, True):
            web.tie((one, sign), (other, sign ^ is_opposite), found.high)
            opposite = Bound(HALF_TURN - found.low.value, found.low.by)
            web.tie((one, sign), (other, not sign ^ is_opposite), opposite)
    vectors = dict.fromkeys(vector for one, other, _, _ in angles for vector in (one, other))
    for one, other in combinations(vectors, 2):
        if one[1] == other[1] and any({one[0], other[0]} <= each for each in (_PICTURE, _PALM)):
            for signs in product((False, True), repeat=2):
                web.tie((one, signs[0]), (other, signs[1]), Bound(HALF_TURN / 2))
    web.measure()
    for vector in vectors:
        bounds = web.way((vector, False), (vector, True), HALF_TURN)
        if limit := limit_of(bounds, -HALF_TURN, ""):
            yield Limit(limit.conditions, limit.slack, limit.softness, _why(limit.conditions))


def _directions(key: Key) -> tuple[_Vector, _Vector, bool] | None:
    """The directions that a feature is the angle between, the second one's opposite or not."""
    match key:
        case "angle", (part, direction), other:
            axis, is_opposite = _AXES[direction]
            return (part, other), (axis, False), is_opposite
        case "facing", (direction,), other:
            axis, is_opposite = _AXES[direction]
            return ("palm's look", other), (axis, False), is_opposite
        case "spread", (one, two), other:
            return (one, other), (two, other), False
        case "curl", ("thumb",), other:
            return ("thumb", other), ("palm's side", other), False
        case "hands_angle", (one, two), _:
            return (one, False), (two, True), False
    return None


def _why(conditions: Sequence[Condition]) -> str:
    """Why angles don't fit together."""
    features = [condition.feature for condition in conditions]
    if len(conditions) > 2 and all(condition.is_lower_bound for condition in conditions):
        return "angles all round make no more than 360 degrees"
    if len(conditions) != 2 or not all(each.kind.name in ("angle", "facing") for each in features):
        return "no angle is above the sum of the others"
    if features[0].kind is not features[1].kind:
        return "the palm points and looks at right angles"
    axis, other = sorted((each.arguments[-1] for each in features), key=DIRECTIONS.index)
    is_opposite = _AXES[axis][0] == _AXES[other][0]
    return f"{axis} and {other} are {'opposite' if is_opposite else 'at right angles'}"


#: Between these a gap is the smaller of two: that it is small bounds neither.
_TIPS = frozenset(f"{finger}_tip" for finger in FINGERS)


def _in_space(ranges: dict[Key, Range], room: float) -> Iterator[Limit]:
    """The limits of distances: none is longer than the way round."""
    for kind in ("gap", "hands_gap"):
        gaps = [(key, found) for key, found in ranges.items() if key[0] == kind]
        if len(gaps) < 2:
            continue
        for other in {key[2] for key, _ in gaps} if kind == "gap" else ():
            key: Key = ("gap", UNIT_GAP, other)
            if key not in ranges:
                gaps.append((key, whole_range(key)))
        web = _Web(room)
        pairs = [(*_points(key), found) for key, found in gaps]
        for one, two, found in pairs:
            if kind == "hands_gap" or not {one[0], two[0]} <= _TIPS:
                web.tie(one, two, found.high)
        web.measure()
        for one, two, found in pairs:
            way = web.way(one, two, found.low.value + room * found.low.softness)
            limit = limit_of((*way, -found.low), 0.0, "no distance is above the sum of the others")
            if way and limit:
                yield limit


def _points(key: Key) -> tuple[_Vector, _Vector]:
    name, (one, two), other = key
    return ((one, False), (two, True)) if name == "hands_gap" else ((one, other), (two, other))
