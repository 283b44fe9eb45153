"""What conditions leave each other: the limits that the features' own geometry sets them.

Every limit is a sum that no hand makes negative: upper bounds and constants, less lower bounds.
Where it is small the conditions in it have little room. What is said here is true of every hand;
not all that is true is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from gestures.conditions import Condition
from gestures.landmarks import FINGER_JOINTS, FINGERS, LANDMARK_NAMES
from gestures.vocabulary import DIRECTIONS, FEATURE_KINDS, FeatureRef

_TINY = 1e-9
_HALF_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Limit:
    """Conditions that must share what there is.

    Attributes:
        conditions: Those that are in it.
        slack: How much there is to share, in the features' unit; below 0 they contradict.
        softness: The sum of their features' softness.
        reason: Why there is no more, to go on after "for"; empty where the conditions say it.
    """

    conditions: tuple[Condition, ...]
    slack: float
    softness: float
    reason: str

    @property
    def room(self) -> float:
        """By how many softnesses all the conditions can hold at once."""
        return self.slack / self.softness


def tightest(conditions: Iterable[Condition], most_room: float) -> Limit | None:
    """The limit that leaves conditions the least room; None when that is above `most_room`."""
    ranges = _ranges(conditions)
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


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a feature can't be beyond, and the condition that says so, if it is one."""

    value: float
    by: Condition | None = None

    @property
    def softness(self) -> float:
        return self.by.feature.kind.softness if self.by else 0.0

    def __neg__(self) -> _Bound:
        return _Bound(-self.value, self.by)


@dataclass(slots=True)
class _Range:
    low: _Bound
    high: _Bound


#: A feature's kind, its arguments, and whether it is the second hand's.
_Key = tuple[str, tuple[str, ...], bool]

#: The palm's length is the unit of all gaps.
_UNIT_GAP = ("middle_mcp", "wrist")
#: Those velocities that are others the other way round.
_REVERSED = {"left": "right", "up": "down"}


def _ranges(conditions: Iterable[Condition]) -> dict[_Key, _Range]:
    """Of each feature in the conditions, its tightest bounds."""
    ranges: dict[_Key, _Range] = {}
    for condition in conditions:
        key, is_reversed = _key(condition.feature)
        if key not in ranges:
            ranges[key] = _whole_range(key)
        is_lower, bound = condition.is_lower_bound, _Bound(condition.value, condition)
        if is_reversed:
            is_lower, bound = not is_lower, -bound
        found = ranges[key]
        # A condition as tight as the feature's own end comes before it: it can be blamed.
        if is_lower and (bound.value, found.low.by is None) > (found.low.value, False):
            found.low = bound
        elif not is_lower and (-bound.value, found.high.by is None) > (-found.high.value, False):
            found.high = bound
    return ranges


def _key(feature: FeatureRef) -> tuple[_Key, bool]:
    """One key for all ways to write a feature, and whether this one is the other way round."""
    name, arguments = feature.kind.name, feature.arguments
    if name == "velocity" and arguments[0] in _REVERSED:
        return (name, (_REVERSED[arguments[0]],), feature.other), True
    if name in ("gap", "hands_gap"):
        arguments = tuple(f"{each}_tip" if each in FINGERS else each for each in arguments)
    if name in ("gap", "spread"):
        arguments = tuple(sorted(arguments))
    return (name, arguments, feature.other), False


def _whole_range(key: _Key) -> _Range:
    name, arguments, _ = key
    low, high = FEATURE_KINDS[name].low, FEATURE_KINDS[name].high
    if name == "gap" and arguments == _UNIT_GAP:
        low = high = 1.0
    elif name == "curl" and arguments == ("thumb",):
        high = _HALF_TURN
    elif name == "opposition":
        # A ratio: of a palm that is measured badly it may be anything.
        low, high = -np.inf, np.inf
    return _Range(_Bound(low), _Bound(high))


def _limit(bounds: Sequence[_Bound], spare: float, reason: str) -> Limit | None:
    """The limit that bounds make, lower ones negated; None when no condition is among them."""
    conditions = tuple(dict.fromkeys(bound.by for bound in bounds if bound.by))
    if not conditions:
        return None
    slack = sum(bound.value for bound in bounds) + spare
    return Limit(conditions, slack, sum(bound.softness for bound in bounds), reason)


def _plain(ranges: dict[_Key, _Range]) -> Iterator[Limit]:
    """The limits that are the same at any room: of single features, and of sums of them."""
    for key, found in ranges.items():
        if limit := _limit((found.high, -found.low), 0.0, _own_end(key, found)):
            yield limit
    for other in {other for _, _, other in ranges}:
        for finger in FINGERS[1:]:
            yield from _sums(ranges, finger, other)
        for direction in ("right", "down"):
            yield from _speeds(ranges, direction, other)


def _own_end(key: _Key, found: _Range) -> str:
    """Why a condition can't ask for more; empty where two conditions face each other."""
    condition = found.low.by or found.high.by
    if condition is None or (found.low.by and found.high.by):
        return ""
    if key[:2] == ("gap", _UNIT_GAP):
        return "that is the palm's length, always 1"
    ends = found.low.value, found.high.value
    low, high = (-ends[1], -ends[0]) if _key(condition.feature)[1] else ends
    word, value = ("above", high) if condition.is_lower_bound else ("below", low)
    return f"{condition.feature} is never {word} {value:g} {condition.feature.kind.unit}"


def _of(ranges: dict[_Key, _Range], key: _Key) -> _Range:
    return ranges.get(key) or _whole_range(key)


def _sums(ranges: dict[_Key, _Range], finger: str, other: bool) -> Iterator[Limit]:
    joints = [LANDMARK_NAMES[joint] for joint in FINGER_JOINTS[finger][:-1]]
    keys: list[_Key] = [("flexion", (joint,), other) for joint in joints]
    if ("curl", (finger,), other) not in ranges or ranges.keys().isdisjoint(keys):
        return
    curl, bends = ranges["curl", (finger,), other], [_of(ranges, key) for key in keys]
    reason = f"{finger} curls by the sum of its three flexions"
    for bounds in (
        (curl.high, *(-bend.low for bend in bends)),
        (-curl.low, *(bend.high for bend in bends)),
    ):
        if limit := _limit(bounds, 0.0, reason):
            yield limit


def _speeds(ranges: dict[_Key, _Range], direction: str, other: bool) -> Iterator[Limit]:
    speed, velocity = ("speed", (), other), ("velocity", (direction,), other)
    if speed not in ranges or velocity not in ranges:
        return
    for bound in (-ranges[velocity].low, ranges[velocity].high):
        if limit := _limit((ranges[speed].high, bound), 0.0, "no velocity is above the speed"):
            yield limit


class _Web:
    """Points, and how far apart they are at most once every condition has some room.

    Args:
        room: That room, in softnesses.
    """

    def __init__(self, room: float) -> None:
        self._room = room
        self._number: dict[object, int] = {}
        self._ties: dict[tuple[int, int], tuple[float, _Bound]] = {}

    def tie(self, one: object, other: object, bound: _Bound) -> None:
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

    def way(self, one: object, other: object, below: float) -> list[_Bound]:
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


def _on_sphere(ranges: dict[_Key, _Range], room: float) -> Iterator[Limit]:
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
            opposite = _Bound(_HALF_TURN - found.low.value, found.low.by)
            web.tie((one, sign), (other, not sign ^ is_opposite), opposite)
    vectors = dict.fromkeys(vector for one, other, _, _ in angles for vector in (one, other))
    for one, other in combinations(vectors, 2):
        if one[1] == other[1] and any({one[0], other[0]} <= each for each in (_PICTURE, _PALM)):
            for signs in product((False, True), repeat=2):
                web.tie((one, signs[0]), (other, signs[1]), _Bound(_HALF_TURN / 2))
    web.measure()
    for vector in vectors:
        bounds = web.way((vector, False), (vector, True), _HALF_TURN)
        if limit := _limit(bounds, -_HALF_TURN, ""):
            yield Limit(limit.conditions, limit.slack, limit.softness, _why(limit.conditions))


def _directions(key: _Key) -> tuple[_Vector, _Vector, bool] | None:
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


def _in_space(ranges: dict[_Key, _Range], room: float) -> Iterator[Limit]:
    """The limits of distances: none is longer than the way round."""
    for kind in ("gap", "hands_gap"):
        gaps = [(key, found) for key, found in ranges.items() if key[0] == kind]
        if len(gaps) < 2:
            continue
        for other in {key[2] for key, _ in gaps} if kind == "gap" else ():
            key: _Key = ("gap", _UNIT_GAP, other)
            if key not in ranges:
                gaps.append((key, _whole_range(key)))
        web = _Web(room)
        pairs = [(*_points(key), found) for key, found in gaps]
        for one, two, found in pairs:
            web.tie(one, two, found.high)
        web.measure()
        for one, two, found in pairs:
            way = web.way(one, two, found.low.value + room * found.low.softness)
            limit = _limit((*way, -found.low), 0.0, "no distance is above the sum of the others")
            if way and limit:
                yield limit


def _points(key: _Key) -> tuple[_Vector, _Vector]:
    name, (one, two), other = key
    return ((one, False), (two, True)) if name == "hands_gap" else ((one, other), (two, other))
