"""Which engine is to run the networks here: measured once, then remembered.

`auto` takes LiteRT unless OpenVINO is installed and plainly faster on this machine; `openvino`
takes the precision that is. None is taken that moves the landmarks by more than `MOST_PALMS`.
"""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from models.choices import Choices
from models.engine import Engine, opener, openvino_engines
from models.manifest import MODELS
from models.processor import processor_identity
from models.sample_hand import sample_crops
from models.syslibs import MissingLibrary
from models.trial import Trial, best, try_out

if TYPE_CHECKING:
    from models.store import ModelStore
    from models.tracker import TrackerOptions

_PACKAGES = ("openvino", "ai-edge-litert", "numpy")

_log = logging.getLogger(__name__)


def choose_engine(
    runtime: Literal["auto", "openvino"],
    options: TrackerOptions,
    store: ModelStore,
    choices: Choices | None = None,
) -> Engine:
    """The engine for a runtime that leaves it open.

    Args:
        runtime: `auto` for any engine, `openvino` for one of OpenVINO's.
        options: With the landmark network that counts, and the threads it has.
        store: Has that network.
        choices: What was chosen before; None for the memory in the user's cache.

    Raises:
        ModelError: The model file is missing or not what it should be.
        MissingPackage: OpenVINO is asked for by name, but not installed.
        MissingLibrary: OpenVINO is asked for by name, but the system lacks a library that it needs.
    """
    if runtime == "auto" and _version("openvino") is None:
        return "litert"
    choices = choices or Choices()
    model = f"hand_landmark_{options.model}"
    conditions = _conditions(runtime, model, options.threads)
    known = choices.get(conditions)
    path = store.path(model)
    try:
        engines = openvino_engines()
        if runtime == "auto":
            engines = ("litert", *engines)
        for engine in engines:
            if engine == known or len(engines) == 1:
                return engine
        trials = race(engines, path, options.threads)
    except (ImportError, OSError, RuntimeError, MissingLibrary) as error:
        if runtime == "openvino":
            raise
        reason = " ".join(str(error).split())
        _log.warning("openvino fails here, so litert runs the networks: %s", reason)
        return "litert"
    chosen = best(trials)
    _log.info("%s runs the networks: %s", chosen.engine, "; ".join(map(str, trials)))
    choices.put(conditions, chosen.engine)
    return chosen.engine


def race(engines: tuple[Engine, ...], path: Path, threads: int) -> list[Trial]:
    """How each engine does on a hand landmark network; takes about a second.

    Raises:
        MissingLibrary: The system lacks a library that one of them needs.
    """
    networks = {engine: opener(engine)(path, threads) for engine in engines}
    return try_out(networks, sample_crops(networks[engines[0]].side))


def _conditions(runtime: str, model: str, threads: int) -> str:
    """All that the choice depends on, in a line."""
    packages = (f"{name} {_version(name)}" for name in _PACKAGES)
    network = f"{model} {MODELS[model].sha256[:12]}"
    return ", ".join((runtime, network, f"threads {threads}", *packages, processor_identity()))


def _version(package: str) -> str | None:
    """The version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
