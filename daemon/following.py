"""The pointer and the gestures that want it: with several, it goes with the one that came last."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.injector import Injector
from daemon.pointer import By, Motion, PointerControl, To
from gestures.landmarks import HandObservation


class Follower:
    """A gesture that the pointer follows.

    Attributes:
        pressing: Whether a button is down meanwhile.
    """

    __slots__ = ("pressing",)

    def __init__(self, *, pressing: bool) -> None:
        self.pressing = pressing


class Pointing:
    """Moves the pointer for the gestures that are followed."""

    def __init__(self, control: PointerControl, injector: Injector) -> None:
        self._control = control
        self._injector = injector
        self._followers: list[Follower] = []
        #: The one that the control knows of.
        self._current: Follower | None = None

    def armed(self, hand: HandObservation | None, aspect: float) -> None:
        """Take in with which hand, and so where, it was armed; None when by no hand in view."""
        if hand is None:
            self._control.forget_region()
        else:
            self._control.armed(hand, aspect)

    def see(self, hands: Sequence[HandObservation], t_s: float, aspect: float) -> None:
        """Take in a frame's hands, or that there are none; for every frame, before `follow`."""
        self._control.see(hands, t_s, aspect)

    def begin(
        self, hand: HandObservation, t_s: float, aspect: float, *, pressing: bool
    ) -> Follower:
        """Follow a gesture from here on; the pointer is where its button has to go down.

        Raises:
            InjectorError: The pointer can't be moved; the gesture isn't followed.
        """
        follower = Follower(pressing=pressing)
        self._followers.append(follower)
        try:
            self._take(follower, hand, t_s, aspect)
        except BaseException:
            self.end(follower)
            raise
        return follower

    def follow(self, follower: Follower, hand: HandObservation, t_s: float, aspect: float) -> None:
        """Move on, if the pointer is this one's.

        Raises:
            InjectorError: The pointer can't be moved.
        """
        if self._followers[-1] is not follower:
            return
        if self._current is not follower:
            self._take(follower, hand, t_s, aspect)
        else:
            self._go(self._control.follow(hand, t_s, aspect))

    def end(self, follower: Follower) -> None:
        """Follow it no longer; the one before it goes on with the next frame."""
        self._followers.remove(follower)
        if self._current is follower:
            self._control.end()
            self._current = None

    def reset(self) -> None:
        """Forget everything."""
        self._followers.clear()
        self._current = None
        self._control.reset()

    def _take(self, follower: Follower, hand: HandObservation, t_s: float, aspect: float) -> None:
        if self._current is not None:
            self._control.end()
        self._current = follower
        self._go(self._control.begin(hand, t_s, aspect, pressing=follower.pressing))

    def _go(self, step: Motion | None) -> None:
        match step:
            case To(x, y):
                self._injector.move_to(x, y)
            case By(dx_px, dy_px):
                self._injector.move_by(dx_px, dy_px)
