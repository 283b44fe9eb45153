"""What can run a network: a library, and the precision that it calculates in."""

from __future__ import annotations

from functools import partial
from typing import Literal, get_args

from models.network import OpenNetwork

Engine = Literal["litert", "openvino-f32", "openvino-f16", "openvino-bf16"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def opener(engine: Engine) -> OpenNetwork:
    """Opens networks on this engine, whose library is imported with the first."""
    if engine == "litert":
        from models.litert_network import LitertNetwork

        return LitertNetwork
    from models.openvino_network import OpenVinoNetwork

    precision = engine.removeprefix("openvino-")
    return partial(OpenVinoNetwork, precision=precision)


def openvino_engines() -> tuple[Engine, ...]:
    """Those of OpenVINO that this processor has instructions for, the most exact first.

    Raises:
        MissingPackage: OpenVINO is not installed.
        MissingLibrary: The system lacks a library that OpenVINO needs.
    """
    from models.openvino_network import capabilities

    known: tuple[tuple[str, Engine], ...] = (
        ("FP32", "openvino-f32"),
        ("FP16", "openvino-f16"),
        ("BF16", "openvino-bf16"),
    )
    has = capabilities()
    return tuple(engine for capability, engine in known if capability in has)
