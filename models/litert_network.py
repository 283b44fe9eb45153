"""One neural network on LiteRT: no copy of the input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.network import Floats
from models.placement import Placement
from models.syslibs import importing


class LitertNetwork:
    """A `.tflite` file made ready to run on LiteRT.

    Args:
        path: The model file.
        threads: How many threads XNNPACK may use.

    Raises:
        ModelError: The file is no model that LiteRT can run.
        MissingLibrary: LiteRT can't be imported, or the system lacks a library that it needs.
    """

    def __init__(self, path: Path, threads: int) -> None:
        with importing("ai-edge-litert"):
            from ai_edge_litert.interpreter import Interpreter

        self._placement = Placement(threads)
        with self._placement.starting_helpers():
            self._interpreter: Any = Interpreter(str(path), num_threads=threads)
            self._interpreter.allocate_tensors()
        details = self._interpreter.get_input_details()[0]
        self._input: int = details["index"]
        self.side: int = int(details["shape"][1])
        outputs = sorted(self._interpreter.get_output_details(), key=lambda each: str(each["name"]))
        self._outputs: list[int] = [each["index"] for each in outputs]
        self._crop = np.empty((self.side, self.side, 3), dtype=np.uint8)

    @property
    def crop(self) -> NDArray[np.uint8]:
        """Buffer of shape `(side, side, 3)`, RGB, to be filled before each `run`."""
        return self._crop

    def run(self) -> list[Floats]:
        """Run on `crop`; the outputs, ordered by name, are valid until the next run."""
        tensor: Floats = self._interpreter.tensor(self._input)()
        np.multiply(self._crop, np.float32(1 / 255), out=tensor[0], casting="unsafe")
        del tensor  # LiteRT refuses to run while a view of its memory lives
        with self._placement.calling():
            self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]
