"""From the hand to the pointer on the desktop. Pure: no input, output or clock; times are given.

```
HandObservation -> reading: palm, its velocity, how fast the fingers close
                -> steady: calm at rest, no lag in motion
                -> trail: where the hand lately was, and whether its fingers are closing
                -> control: absolute by a region of the picture, or relative with a gain
```

All places between reading and control are `(x, y)` in picture heights from the picture's left top.
"""

from daemon.pointer.control import By, Motion, PointerControl, To

__all__ = ["By", "Motion", "PointerControl", "To"]
