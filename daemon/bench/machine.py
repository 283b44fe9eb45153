"""What a figure was measured on: without it no figure means anything."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from models.processor import processor_model

_PACKAGES = ("mediapipe", "ai-edge-litert", "openvino", "opencv-contrib-python", "numpy")


def describe_machine() -> str:
    """One line: processor, cores, system, and the versions that do the work."""
    cores = os.cpu_count() or 1
    versions = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return (
        f"{processor_model()}, {cores} core{'s' if cores > 1 else ''}, {platform.system()};"
        f" Python {platform.python_version()}, {versions}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
