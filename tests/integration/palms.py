"""Pictures in which an open hand is seen for half a minute, for runs that are to act at once."""

from __future__ import annotations

from pathlib import Path

import cv2

from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import PALM
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.source import SyntheticSource

_PICTURES = 5_000
#: Holds keys down for as long as such a picture is seen.
HOLD_CONFIG = """\
version: 1
arming: false
safety: {yield_ms: 0}
bindings: [{gesture: palm, action: {type: hold, keys: ctrl+shift}}]
"""


def palms_folder(parent: Path) -> Path:
    """A folder with many names of one such picture."""
    act = Act(HandState(PALM, (320.0, 260.0), 75.0)).hold(1.0)
    rgb, _, _ = next(iter(SyntheticSource(Scene((act,)), width=640, height=480, fps=30)))
    folder = parent / "palms"
    folder.mkdir()
    assert cv2.imwrite(str(folder / "00000.jpg"), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    for number in range(1, _PICTURES):
        (folder / f"{number:05}.jpg").symlink_to("00000.jpg")
    return folder
