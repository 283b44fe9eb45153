"""One hand's steadied place and its recent past: where it was before its fingers began to close.

Most hands lead no pointer most of the time. Their frames are kept as they are, and read when a
gesture wants the pointer: it begins with what the hand did lately.
"""

from __future__ import annotations

from collections import deque
from math import exp

from daemon.pointer.reading import read
from daemon.pointer.steady import Steady
from gestures.landmarks import HandObservation
from models.smoothing import Noise

#: How far back places are kept.
KEPT_S = 1.2
#: Fingers faster than this, and than so many times the palm, change the hand's shape: in footage
#: of hands that point, tilt or move about 3 % of the frames, while they close or open all.
_CLOSING_PALMS_S = 1.2
_CLOSING_OF_PALM = 1.2
#: The palm comes to rest so long after the fingers.
_SETTLES_S = 0.07
#: Fingers that never rest do not stop the pointer for ever.
_LONGEST_CLOSING_S = 0.5
#: A gesture begins so long after its fingers have closed, at most.
_CLOSED_S = 0.5
#: Fingers at rest for so long have not begun to close.
_AT_REST_S = 0.06
#: After a gap like this nothing before it belongs to the same movement.
_GAP_S = 0.3
#: The palm's length is averaged over this.
_PALM_S = 0.5
#: How long a prediction is believed.
_BELIEVED_S = 0.1


class Trail:
    """Follows one hand.

    Args:
        noise: What the landmarks' filter expects.

    Attributes:
        place: Its steadied place, picture heights; None until it was seen.
        palm: Length of its palm, picture heights.
        t_s: Time of the last frame that was taken in.
        restarted: Whether the last frame has nothing to do with those before it.
    """

    __slots__ = (
        "_closing_s", "_closing_since_s", "_noise", "_past", "_seen_s", "_steady",
        "_unread", "palm", "place", "restarted", "t_s",
    )  # fmt: skip

    def __init__(self, noise: Noise) -> None:
        self._noise = noise
        self.place: tuple[float, float] | None = None
        self.palm = 0.0
        self.t_s = -1.0
        self.restarted = False
        self._steady: Steady | None = None
        self._past: deque[tuple[float, tuple[float, float], bool]] = deque()
        self._unread: deque[tuple[HandObservation, float, float]] = deque()
        self._seen_s = 0.0
        self._closing_since_s: float | None = None
        self._closing_s = 0.0

    @property
    def speed_palms_s(self) -> float:
        """Speed of the hand, palm lengths/s."""
        return self._steady.speed_palms_s(self.palm) if self._steady else 0.0

    @property
    def uncertain(self) -> bool:
        """Whether its place says little: fingers are closing or opening, or it is long unseen."""
        if self.t_s - self._seen_s > _BELIEVED_S:
            return True
        since_s = self._closing_since_s
        return since_s is not None and self.t_s - since_s <= _LONGEST_CLOSING_S

    def see(self, hand: HandObservation, t_s: float, aspect: float) -> None:
        """Keep a frame until it is wanted, or too long ago."""
        self._unread.append((hand, t_s, aspect))
        while t_s - self._unread[0][1] > KEPT_S:
            self._unread.popleft()

    def last_s(self) -> float:
        """When it was seen last."""
        return self._unread[-1][1] if self._unread else self.t_s

    def catch_up(self) -> None:
        """Take in what has been kept."""
        while self._unread:
            self._take(*self._unread.popleft())

    def take(self, hand: HandObservation, t_s: float, aspect: float) -> bool:
        """Take in a frame after those kept, once however often it comes.

        Returns:
            False when it is of no use.
        """
        self.catch_up()
        return self._take(hand, t_s, aspect)

    def _take(self, hand: HandObservation, t_s: float, aspect: float) -> bool:
        if self.place is not None and t_s == self.t_s:
            return True
        reading = read(hand, aspect)
        dt_s = t_s - self.t_s
        if reading is None or (self.place is not None and not dt_s > 0.0):
            return False
        steady = self._steady
        self.restarted = steady is None or hand.fresh or dt_s > _GAP_S
        if steady is None or self.restarted:
            self._steady = steady = Steady(reading, self._noise)
            self._past.clear()
            self._closing_since_s = None
            self.palm = reading.palm
        else:
            self.palm += (1.0 - exp(-dt_s / _PALM_S)) * (reading.palm - self.palm)
            steady.update(reading, dt_s, self.palm, seen=not hand.coasting)
        self.t_s = t_s
        self.place = (steady.x, steady.y)
        if not hand.coasting:
            self._seen_s = t_s
        limit = max(_CLOSING_PALMS_S, _CLOSING_OF_PALM * steady.speed_palms_s(self.palm))
        closing = reading.closing_palms_s > limit
        self._note(closing)
        self._past.append((t_s, self.place, closing))
        while t_s - self._past[0][0] > KEPT_S:
            self._past.popleft()
        return True

    def before_closing(self) -> tuple[float, float] | None:
        """Where it was when its fingers began to close for what they show now.

        None when they did not close lately.
        """
        began_s: float | None = None
        place = None
        for t_s, place, closing in reversed(self._past):
            if closing:
                began_s = t_s
            elif began_s is None:
                if self.t_s - t_s > _CLOSED_S:
                    return None
            elif began_s - t_s >= _AT_REST_S:
                return place
        return None if began_s is None else place

    def _note(self, closing: bool) -> None:
        if closing:
            self._closing_s = self.t_s
            if self._closing_since_s is None:
                self._closing_since_s = self.t_s
        elif self.t_s - self._closing_s > _SETTLES_S:
            self._closing_since_s = None
