"""What hands do over time: a small vocabulary of moves, and the scene they make.

An `Act` is one hand's part: it begins with a state and every move adds to it, as in
`Act(start).hold(1.0).swipe("left").become(FIST).hold(1.2)`. Acts are immutable; a move returns a
new one. A `Scene` is one or two acts played together. Where a hand is depends on the time alone, so
any frame can be drawn at any time.

Every move starts and ends at rest and follows the minimum-jerk curve of human reaching (Flash and
Hogan, 1985), whose peak speed is 1.875 times its mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import PINCH, PINCH_OPEN
from daemon.synthetic.skeleton import Pose, lerp, mix

Direction = Literal["left", "right", "up", "down"]

PEAK_TO_MEAN_SPEED: Final = 1.875

_OFFSETS: Final = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
# From the middle of the palm to the tip of the longest finger, and some: this far below the
# picture's edge nothing of the hand shows.
_OUT_OF_SIGHT_PALMS: Final = 1.8


class Move(Protocol):
    """A stretch of an act: `at` the seconds since it began, and where it leaves the hand."""

    @property
    def duration_s(self) -> float: ...

    @property
    def end(self) -> HandState: ...

    def at(self, t_s: float) -> HandState: ...


@dataclass(frozen=True, slots=True)
class _Glide:
    """From one state straight to another; place, size, rotation and pose together."""

    start: HandState
    end: HandState
    duration_s: float

    def at(self, t_s: float) -> HandState:
        progress = _minimum_jerk(t_s / self.duration_s)
        return HandState(
            pose=lerp(self.start.pose, self.end.pose, progress),
            centre_px=(
                mix(self.start.centre_px[0], self.end.centre_px[0], progress),
                mix(self.start.centre_px[1], self.end.centre_px[1], progress),
            ),
            palm_px=mix(self.start.palm_px, self.end.palm_px, progress),
            hand=self.start.hand,
            rotation_deg=mix(self.start.rotation_deg, self.end.rotation_deg, progress),
        )


@dataclass(frozen=True, slots=True)
class _Circle:
    """Around a circle and back to where it began, its topmost point."""

    end: HandState
    radius_px: float
    clockwise_turns: float
    duration_s: float

    def at(self, t_s: float) -> HandState:
        angle = 2 * math.pi * self.clockwise_turns * _minimum_jerk(t_s / self.duration_s)
        x_px, y_px = self.end.centre_px
        centre_px = (
            x_px + self.radius_px * math.sin(angle),
            y_px + self.radius_px * (1 - math.cos(angle)),
        )
        return replace(self.end, centre_px=centre_px)


@dataclass(frozen=True, slots=True)
class Act:
    """One hand's part in a scene. Durations in seconds, distances in palm lengths."""

    start: HandState
    moves: tuple[Move, ...] = ()

    @property
    def duration_s(self) -> float:
        """How long the act lasts; afterwards the hand stays as it is."""
        return sum(move.duration_s for move in self.moves)

    @property
    def end(self) -> HandState:
        """The state in which the act leaves the hand."""
        return self.moves[-1].end if self.moves else self.start

    def at(self, t_s: float) -> HandState:
        """The hand `t_s` seconds after the act's beginning."""
        if t_s <= 0:
            return self.start
        for move in self.moves:
            if t_s < move.duration_s:
                return move.at(t_s)
            t_s -= move.duration_s
        return self.end

    def hold(self, duration_s: float) -> Act:
        """Stays still."""
        return self._glide(self.end, duration_s)

    def become(self, pose: Pose, duration_s: float = 0.4) -> Act:
        """Morphs to another pose on the spot."""
        return self._glide(replace(self.end, pose=pose), duration_s)

    def turn(self, rotation_deg: float, duration_s: float = 0.6) -> Act:
        """Turns in the picture to `rotation_deg`, counter-clockwise from upright."""
        return self._glide(replace(self.end, rotation_deg=rotation_deg), duration_s)

    def approach(self, palm_px: float, duration_s: float = 0.6) -> Act:
        """Comes nearer or goes away, until its palm is `palm_px` long."""
        return self._glide(replace(self.end, palm_px=palm_px), duration_s)

    def move_to(self, x_px: float, y_px: float, duration_s: float) -> Act:
        """Moves the middle of the palm there in a straight line."""
        return self._glide(replace(self.end, centre_px=(x_px, y_px)), duration_s)

    def swipe(self, direction: Direction, palms: float = 2.4, duration_s: float = 0.4) -> Act:
        """Moves `palms` in a direction of the picture, as quickly as a swipe."""
        (right, down), (x_px, y_px) = _OFFSETS[direction], self.end.centre_px
        reach_px = palms * self.end.palm_px
        return self.move_to(x_px + right * reach_px, y_px + down * reach_px, duration_s)

    def circle(
        self, radius_palms: float = 0.8, clockwise_turns: float = 1.0, duration_s: float = 1.2
    ) -> Act:
        """Traces a circle below where it is; negative turns are counter-clockwise.

        `clockwise_turns` is a whole number: the hand ends where it began.
        """
        if not float(clockwise_turns).is_integer():
            raise ValueError(f"clockwise_turns must be a whole number, not {clockwise_turns}")
        radius_px = radius_palms * self.end.palm_px
        return self._add(_Circle(self.end, radius_px, clockwise_turns, duration_s))

    def pinch(self, closed_s: float = 0.3, move_s: float = 0.3) -> Act:
        """Opens thumb and index finger, closes them for `closed_s`, and opens them again."""
        opened = self.become(PINCH_OPEN, move_s)
        return opened.become(PINCH, move_s).hold(closed_s).become(PINCH_OPEN, move_s)

    def enter(self, x_px: float, y_px: float, duration_s: float = 0.7) -> Act:
        """Comes into the picture from where it is; the same as `move_to`, and reads better."""
        return self.move_to(x_px, y_px, duration_s)

    def leave(self, height_px: int, duration_s: float = 0.7) -> Act:
        """Drops below the lower edge of a picture of that height, until nothing of it shows."""
        x_px, _ = self.end.centre_px
        return self.move_to(x_px, below(height_px, self.end.palm_px), duration_s)

    def _glide(self, end: HandState, duration_s: float) -> Act:
        return self._add(_Glide(self.end, end, duration_s))

    def _add(self, move: Move) -> Act:
        if move.duration_s <= 0:
            raise ValueError(f"a move takes time: {move.duration_s} s does not")
        return Act(self.start, (*self.moves, move))


@dataclass(frozen=True, slots=True)
class Scene:
    """Acts played together, each hand from the scene's beginning."""

    acts: tuple[Act, ...]

    @property
    def duration_s(self) -> float:
        """How long the longest act lasts."""
        return max((act.duration_s for act in self.acts), default=0.0)

    def at(self, t_s: float) -> list[HandState]:
        """The hands at a moment, in the order of the acts, also those out of the picture."""
        return [act.at(t_s) for act in self.acts]


def below(height_px: int, palm_px: float) -> float:
    """The y of a hand's centre at which it is out of sight below a picture of that height."""
    return height_px + _OUT_OF_SIGHT_PALMS * palm_px


def _minimum_jerk(progress: float) -> float:
    return progress**3 * (10 - 15 * progress + 6 * progress**2)
