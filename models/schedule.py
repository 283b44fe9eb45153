"""When to run the palm detector: only when a hand may have come."""

from __future__ import annotations

from math import inf

#: How long after a hand was lost, or anything moved while none was there, to look in every frame.
_SEARCH_AFTER_S = 0.3
#: How often to look for one more hand while something moves beside those that are followed: whose
#: hands are followed moves, too.
_BESIDE_S = 0.33
#: How often to see whether something does: a look costs a twentieth of following a hand.
_LOOK_BESIDE_S = 0.09
#: How often to look in any case, where one more hand may come: for what moves too slowly, or was
#: overlooked.
_HEARTBEAT_S = 1.5
#: The same while nothing has gone on for long: half of what such a second costs is this look.
RESTING_HEARTBEAT_S = 3.0
#: How long after the last motion or hand nothing is expected any more.
_RESTS_AFTER_S = 2.0
#: How long to look more often after a hand came, or was seen turned otherwise than it is followed:
#: the detector also tells whether it is followed crookedly.
_SETTLING_S = 1.0


class Schedule:
    """Decides from frame to frame; all times are those of frames, seconds."""

    def __init__(self, max_hands: int) -> None:
        self._max_hands = max_hands
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._searched_s = self._lost_s = self._moved_s = self._doubted_s = -inf
        self._looked_s = -inf

    def lost(self, t_s: float) -> None:
        """A hand was lost."""
        self._lost_s = t_s

    def doubted(self, t_s: float) -> None:
        """Whether a hand is followed as it is turned is not sure yet."""
        self._doubted_s = t_s

    def searched(self, t_s: float) -> None:
        """The detector looks at this frame."""
        self._searched_s = t_s

    def rests(self, t_s: float) -> bool:
        """Whether nothing has gone on for a while."""
        return t_s - max(self._moved_s, self._lost_s, self._doubted_s) > _RESTS_AFTER_S

    def should_look(self, t_s: float, followed: int) -> bool:
        """Whether to see if anything moves: beside followed hands only when it may matter."""
        recently = t_s - self._searched_s < _BESIDE_S or t_s - self._looked_s < _LOOK_BESIDE_S
        if followed and recently:
            return False
        self._looked_s = t_s
        return True

    def is_due(self, t_s: float, followed: int, *, moves: bool) -> bool:
        """Whether the detector should look at this frame.

        Args:
            t_s: Time of the frame.
            followed: How many hands are followed.
            moves: Whether something has changed beside them since the last search.
        """
        if moves:
            self._moved_s = t_s
        if followed >= self._max_hands:
            return False
        since_s = t_s - self._searched_s
        heartbeat_s = _HEARTBEAT_S if followed or not self.rests(t_s) else RESTING_HEARTBEAT_S
        if t_s - self._lost_s <= _SEARCH_AFTER_S or since_s >= heartbeat_s:
            return True
        if not followed:
            return t_s - self._moved_s <= _SEARCH_AFTER_S
        return (moves or t_s - self._doubted_s <= _SETTLING_S) and since_s >= _BESIDE_S
