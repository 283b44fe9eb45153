"""How far the pointer goes for a hand's movement, by the hand's speed.

All desktops make a quick mouse go farther than a slow one, which serves both aiming and crossing
the screen better than any constant gain (Casiez and Roussel, "No more bricolage!", UIST 2011).
libinput's curve has a slow part below one, a plateau and a linear rise up to a limit; the same
shape without corners is the logistic curve that Nancel, Pietriga, Chapuis and Beaudouin-Lafon found
to suit hands in mid-air ("Mid-air pointing on ultra-walls", ACM TOCHI 22(5), 2015).
"""

from __future__ import annotations

from math import exp

#: Of the desktop's height, for a palm length at the middle gain: with the default acceleration a
#: slow hand goes 0.3 of it a palm length, a quick one more than 1.
_HEIGHTS_PER_PALM = 0.45
#: Speed in palm lengths/s where the gain rises fastest, and how fast, per palm length/s.
_RISES_AT = 1.2
_STEEPNESS = 2.5
#: How much an acceleration of 1 adds to a quick hand's gain.
_QUICK = 1.5


def px_per_palm(speed_palms_s: float, acceleration: float, desktop_height_px: int) -> float:
    """Pixels of the desktop for a palm length of movement.

    Args:
        speed_palms_s: How fast the hand is, palm lengths/s.
        acceleration: 0 for the same gain at any speed; 1 is usual.
        desktop_height_px: Height of the desktop, pixels.
    """
    slow, quick = 1.0 / (1.0 + acceleration), 1.0 + _QUICK * acceleration
    rise = 1.0 / (1.0 + exp(-_STEEPNESS * (min(speed_palms_s, 100.0) - _RISES_AT)))
    return _HEIGHTS_PER_PALM * desktop_height_px * (slow + (quick - slow) * rise)
