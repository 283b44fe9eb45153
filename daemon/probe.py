"""Trying what may crash or hang: a piece of Python in a process of its own, ended in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Library:
    """A library that may fail to load.

    Attributes:
        package: What installs it.
        runtime: The runtime that needs it; None when all of them do.
        use: Python that tries it.
        extra: gestured's extra that it comes with; None for one that is always installed.
    """

    package: str
    runtime: str | None
    use: str
    extra: str | None = None


#: What each library is tried with.
LIBRARIES = {
    "cv2": Library("opencv-contrib-python", None, "import cv2 as library"),
    # Importing mediapipe doesn't load its native part; making a task does.
    "mediapipe": Library(
        "mediapipe",
        "mediapipe",
        "import mediapipe as library; from mediapipe.tasks.python import vision;"
        "from mediapipe.tasks.python.core.mediapipe_c_bindings import load_raw_library;"
        "load_raw_library()",
    ),
    "ai_edge_litert": Library(
        "ai-edge-litert",
        "litert",
        "import ai_edge_litert as library; from ai_edge_litert.interpreter import Interpreter",
    ),
    "openvino": Library(
        "openvino",
        "openvino",
        "from models.openvino_network import import_openvino; library = import_openvino()",
        extra="openvino",
    ),
}
PRINT_VERSION = "; print(getattr(library, '__version__', 'loads'), flush=True)"

_OPEN_BACKEND = """
import json, os
from daemon.backends.backend import BackendError
from daemon.backends.choose import open_backend
answer = {"error": None, "warning": None, "reason": None}
try:
    opened = open_backend(choice, os.environ)
except BackendError as error:
    answer["error"] = str(error)
else:
    answer.update(reason=opened.reason, warning=opened.backend.warning)
    opened.backend.close()
print(json.dumps(answer), flush=True)
"""

#: Prints what is known of the application with the focus, as JSON.
TRY_FOCUS = """
import json, os, sys
from daemon.focus.choose import open_focus
focus = open_focus(os.environ, sys.platform)
app = focus.focused()
print(json.dumps({"problem": focus.problem, "names": app.names if app else []}), flush=True)
focus.close()
"""

#: Prints why there is no session bus, or null, as JSON.
TRY_BUS = """
import json, os
from daemon.desk.bus import NoBusError, connect, session_address
why = None
try:
    connect(session_address(os.environ)).close()
except NoBusError as error:
    why = str(error)
print(json.dumps(why), flush=True)
"""

#: Prints what does not work of noticing and telling the person, as JSON.
TRY_DESK = """
import json, os, sys
from daemon.desk.health import problems
print(json.dumps(problems(os.environ, sys.platform)), flush=True)
"""


def try_backend(choice: str) -> str:
    """Python that opens the backend of this choice and prints how that went, as JSON."""
    return f"choice = {choice!r}{_OPEN_BACKEND}"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a piece of Python in its own process ended; `status` is None when it took too long."""

    status: int | None
    output: str
    errors: str


def run_python(code: str, environ: Mapping[str, str], timeout_s: float = TIMEOUT_S) -> Ran:
    """Run `code` in a Python that imports what this one would, and end it after `timeout_s`.

    Raises:
        OSError: Python can't be started.
    """
    folders = os.pathsep.join(folder for folder in sys.path if folder)
    try:
        done = subprocess.run(
            # -P: nothing is imported from the folder that doctor happens to be called in.
            [sys.executable, "-P", "-c", code],
            env={**environ, "PYTHONPATH": folders, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(None, "", "")
    return Ran(done.returncode, done.stdout, done.stderr)


def end_of(ran: Ran) -> str:
    """How a process that failed came to its end."""
    if ran.status is None:
        return f"took longer than {TIMEOUT_S:.0f} s, and was ended"
    if ran.status < 0:
        return f"crashed: {signal.strsignal(-ran.status)}"
    return last_line(ran.errors) or f"ended with status {ran.status}"


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""
