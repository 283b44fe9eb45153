"""One neural network on OpenVINO, which reads `.tflite` files as they are."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.network import Floats
from models.syslibs import MissingPackage, importing


class OpenVinoNetwork:
    """A `.tflite` file made ready to run on OpenVINO.

    Args:
        path: The model file.
        threads: How many threads OpenVINO may use.
        precision: What to calculate in: `f32`, or where the processor has it `f16` or `bf16`.

    Raises:
        MissingPackage: OpenVINO is not installed.
        MissingLibrary: The system lacks a library that OpenVINO needs.
    """

    def __init__(self, path: Path, threads: int, precision: str = "f32") -> None:
        settings = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": precision,
            "NUM_STREAMS": 1,
            # Else the threads of two networks are pinned to the same cores.
            "ENABLE_CPU_PINNING": False,
        }
        compiled = _core().compile_model(str(path), "CPU", settings)
        self._request: Any = compiled.create_infer_request()
        self._input: Floats = self._request.get_input_tensor().data
        names = sorted(output.get_any_name() for output in compiled.outputs)
        self._outputs: list[Floats] = [self._request.get_tensor(name).data for name in names]
        self.side: int = self._input.shape[1]
        self._crop = np.empty((self.side, self.side, 3), dtype=np.uint8)

    @property
    def crop(self) -> NDArray[np.uint8]:
        """Buffer of shape `(side, side, 3)`, RGB, to be filled before each `run`."""
        return self._crop

    def run(self) -> list[Floats]:
        """Run on `crop`; the outputs, ordered by name, are valid until the next run."""
        np.multiply(self._crop, np.float32(1 / 255), out=self._input[0], casting="unsafe")
        self._request.infer()
        return self._outputs


def capabilities() -> tuple[str, ...]:
    """What this processor has instructions for, in OpenVINO's words: `FP32`, `BF16` and so on.

    Raises:
        MissingPackage: OpenVINO is not installed.
        MissingLibrary: The system lacks a library that OpenVINO needs.
    """
    return tuple(_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))


def import_openvino() -> Any:
    """The library.

    Raises:
        MissingPackage: It is not installed.
        MissingLibrary: It can't be imported, or the system lacks a library that it needs.
    """
    # Importing openvino reports the import to its makers over the network, and leaves files in
    # the user's home, if this package is there; it does without.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    with importing("openvino"):
        try:
            import openvino
        except ModuleNotFoundError as error:
            if error.name != "openvino":
                raise
            raise MissingPackage("openvino", "runtime: openvino", "openvino") from error
        # What an uninstalled one left, an empty folder, can be imported, too.
        from openvino import Core  # noqa: F401
    return openvino


@cache
def _core() -> Any:
    """The one core, whose threads all networks share."""
    # Without its cache of compiled networks, which would spare 0.4 s at the start: a damaged one
    # is run without a word.
    return import_openvino().Core()
