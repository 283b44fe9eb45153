"""Where the pointer goes while a hand points, drags or clicks.

The pointer follows a place, `lead`, that goes with the hand at a distance, `away`. The distance
takes up whatever must not move the pointer: a palm that shifts as the fingers close or open, the
first bit of the way after a press, and where the hand has gone from one gesture to the next. While
pointing in absolute mode it goes back to nothing with the hand's movement, so that it is not felt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import dist, exp, hypot

from daemon.config.model import PointerSettings
from daemon.pointer.gain import px_per_palm
from daemon.pointer.reading import read
from daemon.pointer.region import Region, region_around, to_desktop
from daemon.pointer.trail import KEPT_S, Trail
from gestures.landmarks import HandObservation
from models.smoothing import Noise

#: What a desktop of unknown size is taken for.
_USUAL_PX = (1920, 1080)
#: A gesture that begins so soon after another of the same hand, and so near to it in palm lengths,
#: takes the pointer over where it is.
_HAND_OVER_S = 1.0
_HAND_OVER_PALMS = 0.5
#: Pointing does not take over a pointer that is farther from the hand, palm lengths.
_FARTHEST_PALMS = 0.7
#: Presses one after another are in one place while the hand drifts no more in all, palm lengths.
_ONE_PLACE_PALMS = 0.2
#: Without hands for so long, whoever comes next may be somebody else, somewhere else.
_ALONE_S = 5.0
#: A hand that has gone farther than this while its fingers closed was meant to, palm lengths.
_MEANT_PALMS = 0.5
#: A press does not become a drag before this, palm lengths.
_SLOP_PALMS = 0.04
#: By how much the hand moves until a third of the distance is left, palm lengths.
_RETURNS_PALMS = 1.5

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class To:
    """The pointer's place, 0 to 1 over the desktop's width and height."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class By:
    """How far the pointer moves to the right and down, pixels of the desktop."""

    dx_px: int
    dy_px: int


Motion = To | By


@dataclass(frozen=True, slots=True)
class _Former:
    """The gesture that had the pointer last: whose, until when, where the hand was."""

    track: int
    until_s: float
    place: Place
    pressing: bool


class PointerControl:
    """Turns a hand's places into the pointer's; one gesture at a time has the pointer.

    A frame of a hand may come through several calls. Hands with numbers that are none change
    nothing.

    Args:
        settings: How the pointer goes with the hand.
        desktop_px: Width and height of the desktop with all its monitors; None when unknown.
        noise: What the hands were smoothed with.
    """

    def __init__(
        self,
        settings: PointerSettings,
        desktop_px: tuple[int, int] | None,
        noise: Noise | None = None,
    ) -> None:
        self._settings = settings
        self._noise = noise or Noise()
        self._relative = settings.move == "relative"
        self._width_px, self._height_px = desktop_px or _USUAL_PX
        self.reset()

    def reset(self) -> None:
        """Forget all hands and where one armed."""
        self._trails: dict[int, Trail] = {}
        self._track: int | None = None
        self._lead: Place | None = None
        self._away: Place = (0.0, 0.0)
        #: The distance when the first of presses in one place began.
        self._first_away: Place = (0.0, 0.0)
        self._seen_s: float | None = None
        self.forget_region()
        self._pressing = False
        self._pressed: Place | None = None
        self._rest_px: Place = (0.0, 0.0)

    def forget_region(self) -> None:
        """The region will be around where the next gesture begins, unless the settings fix one."""
        fixed = self._settings.region
        self._region = Region(*fixed).zoomed(self._settings.speed) if fixed else None
        self._is_armed_region = False
        # What takes over from a gesture before would be off by the old region.
        self._former: _Former | None = None

    def armed(self, hand: HandObservation, aspect: float) -> None:
        """A hand has armed: the region is around it, unless the settings fix one.

        Args:
            hand: Smoothed.
            aspect: Width of the picture over its height.
        """
        reading = read(hand, aspect)
        if reading is not None and self._settings.region is None:
            self.forget_region()
            self._region = self._around((reading.x, reading.y), reading.palm, aspect)
            self._is_armed_region = True

    def see(self, hands: Sequence[HandObservation], t_s: float, aspect: float) -> None:
        """All hands of a frame, whatever they do, or none.

        A region that no hand armed is forgotten when none has been there for a while.

        Args:
            hands: Smoothed.
            t_s: Time of the frame, seconds.
            aspect: Width of the picture over its height.
        """
        for hand in hands:
            self._trail(hand.track, t_s).see(hand, t_s, aspect)
        if hands or self._seen_s is None:
            self._seen_s = t_s
        elif not self._is_armed_region and t_s - self._seen_s > _ALONE_S:
            self.forget_region()

    def begin(
        self, hand: HandObservation, t_s: float, aspect: float, *, pressing: bool
    ) -> Motion | None:
        """A gesture of this hand begins to lead the pointer.

        Args:
            hand: Smoothed.
            t_s: Time of the frame, seconds.
            aspect: Width of the picture over its height.
            pressing: Whether a button goes down with it: then the pointer is put where it was
                before the fingers began to close.

        Returns:
            Where the pointer must be before the button goes down; None when it is there.
        """
        self.end()
        self._track, self._pressing = hand.track, pressing
        trail = self._trail(hand.track, t_s)
        trail.take(hand, t_s, aspect)
        if trail.place is None:
            self._lead = None
            return None
        return self._start(trail, trail.place, aspect)

    def follow(self, hand: HandObservation, t_s: float, aspect: float) -> Motion | None:
        """A frame while the gesture lasts; None when the pointer stays where it is."""
        trail = self._trail(hand.track, t_s)
        if not trail.take(hand, t_s, aspect) or hand.track != self._track or trail.place is None:
            return None
        if self._lead is None:
            return self._start(trail, trail.place, aspect)
        before, place = self._lead, trail.place
        if self._pressed is not None:
            self._lead = self._past_slop(trail, before, place, self._pressed)
        elif not (trail.uncertain or (self._relative and trail.restarted)):
            self._lead = self._drawn_in(trail, before, place)
        self._away = _minus(place, self._lead)
        return None if self._lead == before else self._motion(before, self._lead, trail, aspect)

    def end(self) -> None:
        """The gesture is over; the pointer stays."""
        trail = self._trails.get(self._track) if self._track is not None else None
        if trail is not None:
            trail.catch_up()
        if trail is not None and trail.place is not None and self._lead is not None:
            self._former = _Former(self._track or 0, trail.t_s, trail.place, self._pressing)
        self._track = self._pressed = None

    def _start(self, trail: Trail, place: Place, aspect: float) -> Motion | None:
        if self._region is None:
            self._region = self._around(place, trail.palm, aspect)
        again = self._pressing and self._former is not None and self._former.pressing
        lead = self._lead if self._takes_over(trail, place) else None
        if lead is None or not again:
            lead = lead or self._fresh_lead(trail, place)
            self._first_away = _minus(place, lead)
        self._lead, self._away = lead, _minus(place, lead)
        self._pressed = place if self._pressing else None
        return None if self._relative else self._to(lead, aspect)

    def _takes_over(self, trail: Trail, place: Place) -> bool:
        former = self._former
        if former is None or self._lead is None or former.track != self._track:
            return False
        if trail.t_s - former.until_s > _HAND_OVER_S:
            return False
        away = _minus(place, self._lead)
        if former.pressing and self._pressing:
            return dist(away, self._first_away) <= _ONE_PLACE_PALMS * trail.palm
        # A press must be where the pointer is seen, however far that is from the hand.
        near = dist(former.place, place) <= _HAND_OVER_PALMS * trail.palm
        return near and (self._pressing or hypot(*away) <= _FARTHEST_PALMS * trail.palm)

    def _fresh_lead(self, trail: Trail, place: Place) -> Place:
        before = trail.before_closing() if self._pressing else None
        if before is None or dist(before, place) > _MEANT_PALMS * trail.palm:
            return place
        return before

    def _past_slop(self, trail: Trail, lead: Place, place: Place, pressed: Place) -> Place:
        """The lead after a press: it stays within the slop, and goes on from the slop's edge."""
        if trail.uncertain:
            self._pressed = place
            return lead
        gone, slop = dist(place, pressed), _SLOP_PALMS * trail.palm
        if gone <= slop:
            return lead
        self._pressed = None
        beyond, way = 1.0 - slop / gone, _minus(place, pressed)
        # A drag is no drift.
        first = self._first_away
        self._first_away = first[0] + (1.0 - beyond) * way[0], first[1] + (1.0 - beyond) * way[1]
        return lead[0] + beyond * way[0], lead[1] + beyond * way[1]

    def _drawn_in(self, trail: Trail, before: Place, place: Place) -> Place:
        """The lead that goes with the hand, a little nearer to it than before."""
        lead = _minus(place, self._away)
        if self._relative or self._pressing:
            return lead
        kept = exp(-dist(lead, before) / (_RETURNS_PALMS * trail.palm))
        return place[0] - kept * self._away[0], place[1] - kept * self._away[1]

    def _motion(self, before: Place, lead: Place, trail: Trail, aspect: float) -> Motion | None:
        if not self._relative:
            return self._to(lead, aspect)
        acceleration = self._settings.acceleration
        scale = px_per_palm(trail.speed_palms_s, acceleration, self._height_px)
        scale *= self._settings.speed / trail.palm
        x_px = self._rest_px[0] + scale * (lead[0] - before[0])
        y_px = self._rest_px[1] + scale * (lead[1] - before[1])
        dx_px, dy_px = round(x_px), round(y_px)
        self._rest_px = (x_px - dx_px, y_px - dy_px)
        return By(dx_px, dy_px) if dx_px or dy_px else None

    def _to(self, lead: Place, aspect: float) -> To | None:
        if self._region is None:
            return None
        return To(*to_desktop((lead[0] / aspect, lead[1]), self._region))

    def _around(self, place: Place, palm: float, aspect: float) -> Region:
        desktop_aspect = self._width_px / self._height_px
        return region_around(place, palm, aspect, desktop_aspect, self._settings.speed)

    def _trail(self, track: int, t_s: float) -> Trail:
        trail = self._trails.get(track)
        if trail is None:
            recent = {t: each for t, each in self._trails.items() if t_s - each.last_s() <= KEPT_S}
            self._trails = recent
            trail = self._trails[track] = Trail(self._noise)
        return trail


def _minus(one: Place, other: Place) -> Place:
    return one[0] - other[0], one[1] - other[1]
