"""What runs one neural network, whichever library does: pixels in, tensors out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Network(Protocol):
    """A `.tflite` file made ready to run on pictures."""

    @property
    def side(self) -> int:
        """Width and height of `crop`."""

    @property
    def crop(self) -> NDArray[np.uint8]:
        """Buffer of shape `(side, side, 3)`, RGB, to be filled before each `run`."""

    def run(self) -> list[Floats]:
        """Run on `crop`; the outputs, ordered by name, are valid until the next run."""


#: Makes a network of a model file, to run on so many threads.
OpenNetwork = Callable[[Path, int], Network]
