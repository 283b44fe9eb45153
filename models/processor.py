"""Which processor this is."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
#: The lines that list what a processor can do, on x86 and on ARM.
_FEATURES = ("flags", "Features")


def processor_model(cpuinfo: Path = _CPUINFO) -> str:
    """The name its maker gave it, as far as the system tells."""
    told = _first_processor(cpuinfo).get("model name")
    return told or platform.processor() or platform.machine() or "an unknown processor"


def processor_identity(cpuinfo: Path = _CPUINFO) -> str:
    """The model, and a mark of what it can do: a virtual machine may hide some of that."""
    told = _first_processor(cpuinfo)
    features = " ".join(told.get(name, "") for name in _FEATURES)
    mark = hashlib.sha256(features.encode()).hexdigest()[:8]
    return f"{processor_model(cpuinfo)} {platform.machine()} {mark}"


def is_virtual(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether this is a virtual machine, as far as the system tells: on ARM it does not."""
    return "hypervisor" in _first_processor(cpuinfo).get("flags", "").split()


def _first_processor(cpuinfo: Path) -> dict[str, str]:
    """What Linux tells of it; empty elsewhere."""
    try:
        first, _, _ = cpuinfo.read_text(encoding="utf-8").partition("\n\n")
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
