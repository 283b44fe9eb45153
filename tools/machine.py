"""What the tests run on: the processor and its features, the system, and the versions installed."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

#: What decides which arithmetic the networks run on, and so their last digits.
_FEATURES: Final = re.compile(r"sse4_2|avx\w*|fma|f16c|amx\w*|neon|asimd\w*|sve\w*|i8mm|bf16")
PACKAGES: Final = (
    "mediapipe", "ai-edge-litert", "openvino", "opencv-contrib-python", "numpy", "scipy",
    "filterpy", "pynput", "evdev", "pyyaml", "pydantic", "pip", "pytest", "hypothesis", "mypy",
    "ruff",
)  # fmt: skip


def describe() -> Iterator[str]:
    """Lines for a log."""
    name, features = _processor()
    yield f"processor: {name}, {os.cpu_count()} cores; {' '.join(features) or 'features unknown'}"
    yield f"system: {platform.platform()}, Python {platform.python_version()}"
    yield f"installed: {', '.join(_installed()) or 'nothing yet'}"


def _processor() -> tuple[str, list[str]]:
    """The processor's name and those of its features that matter."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine(), []
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    found = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)
    features = [each for each in (found[1].split() if found else ()) if _FEATURES.fullmatch(each)]
    return name[1] if name else platform.machine(), sorted(features)


def _installed() -> Iterator[str]:
    for name in PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue


if __name__ == "__main__":
    print("\n".join(describe()))
