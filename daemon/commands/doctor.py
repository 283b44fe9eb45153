"""`gestured doctor`: what works on this machine, what does not, and how to mend it.

Each check looks at one thing and gives findings. Libraries that could crash or hang are tried in
a process of their own, nothing is pressed, and no camera is started.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from daemon import desktop_checks, service_checks
from daemon.cameras import (
    CameraNotFound,
    choose_camera,
    means_camera,
    permission_mend,
    without_password,
)
from daemon.config.problems import ConfigError, render
from daemon.findings import Finding, State, Surroundings, pip_install, split_mend
from daemon.printing import printable
from daemon.probe import (
    LIBRARIES,
    PRINT_VERSION,
    end_of,
    last_line,
)
from models.syslibs import explain

if TYPE_CHECKING:
    from daemon.config.model import Config

OLDEST_PYTHON = (3, 11)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "doctor",
        help="what works on this machine, what does not, and how to mend it",
        description="Look at Python, configuration, libraries, model files, camera, desktop,"
        " session, the daemon that runs and the service."
        " Exits with 0 when nothing is wrong and 1 otherwise. Presses no key, starts no camera.",
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="take this file for the configuration"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a finding, a line")
    parser.set_defaults(func=_run)


def _run(arguments: argparse.Namespace) -> int:
    return doctor(arguments.config, as_json=arguments.json)


def doctor(
    config: Path | None = None, *, as_json: bool = False, surroundings: Surroundings | None = None
) -> int:
    """Print every finding as soon as it is known, and return the exit code."""
    is_well = True
    for finding in examine(config, surroundings or Surroundings()):
        print(printable(json.dumps(asdict(finding)) if as_json else _shown(finding)), flush=True)
        is_well = is_well and finding.state != "problem"
    return 0 if is_well else 1


def examine(config: Path | None, at: Surroundings) -> Iterator[Finding]:
    """All findings, in the order in which they are best mended; raises nothing.

    Args:
        config: The value of `--config`.
        at: What to look at.
    """
    settings = _settings(config, at)
    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "python": partial(_python, at),
        "config": partial(_config, config, at),
        **{name: partial(_library, name, settings, at) for name in LIBRARIES},
        "models": partial(_models, settings, at),
        "camera": partial(_camera, settings, at),
        "display": partial(desktop_checks.display, settings, at),
        "focus": partial(desktop_checks.focus, settings, at),
        "desktop": partial(desktop_checks.desk, settings, at),
        "session": partial(service_checks.session, at),
        "daemon": partial(service_checks.running, at),
        "service": partial(service_checks.service, settings, at),
    }
    for name, check in checks.items():
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001 - the other checks are to be told of as well
            message = f"this check failed itself: {type(error).__name__}: {error}"
            broken = isinstance(error, ImportError)
            mend = "install gestured again" if broken else "please report it: gestured is at fault"
            yield Finding(name, "problem", message, mend)


def _settings(config: Path | None, at: Surroundings) -> Config | None:
    try:
        from daemon.config.load import find_config, load_config

        return load_config(find_config(config, at.environ)).config
    except Exception:  # noqa: BLE001 - the check of the configuration tells what it was
        return None


def _python(at: Surroundings) -> Iterator[Finding]:
    version = ".".join(map(str, at.python))
    if at.python[:2] >= OLDEST_PYTHON:
        yield Finding("python", "ok", version)
        return
    oldest = ".".join(map(str, OLDEST_PYTHON))
    mend = f"install gestured with Python {oldest} or newer"
    yield Finding("python", "problem", f"{version} is too old", mend)


def _config(config: Path | None, at: Surroundings) -> Iterator[Finding]:
    from daemon.config.load import load_config, locate_config
    from daemon.config.trusted import refusal

    found = locate_config(config, at.environ)
    path = shlex.quote(str(found.path))
    refused = refusal(found.path)
    if refused:
        message = f"{found.path} is not used: {refused.why}"
        yield Finding("config", "problem", message, refused.mend)
    try:
        warnings = load_config(found.path).warnings
    except ConfigError as error:
        first, count = error.problems[0], len(error.problems)
        message = render(first) if count == 1 else f"{count} errors, the first: {render(first)}"
        mend = f"gestured check {path}"
        if not first.line:
            mend = f"it is {found.reason}: make it one that can be read, or name another"
        yield Finding("config", "problem", message, mend)
    else:
        if warnings:
            message = f"{len(warnings)} to look at, the first: {render(warnings[0])}"
            yield Finding("config", "warning", message, f"gestured check {path}")
        elif not refused:
            yield Finding("config", "ok", f"{found.path}, {found.reason}")


def _library(name: str, settings: Config | None, at: Surroundings) -> Iterator[Finding]:
    library = LIBRARIES[name]
    ran = at.run_python(library.use + PRINT_VERSION, at.environ)
    if ran.status == 0:
        yield Finding(name, "ok", last_line(ran.output))
        return
    configured = settings.tracker.runtime if settings else None
    # `auto` always has LiteRT to take.
    needing = "litert" if configured == "auto" else configured
    missing = explain(ImportError(ran.errors))
    if library.extra and f"No module named '{library.package}'" in ran.errors:
        if needing != library.runtime:
            return
        message = "is not installed"
        mend = f"{shlex.quote(sys.executable)} -m pip install 'gestured[{library.extra}]'"
    elif missing is not None:
        message, _, mend = str(missing).partition(": ")
        mend = mend or "install the package of your system that has it"
    else:
        message = end_of(ran)
        mend = f"install it again: {pip_install(library.package)}"
    state: State = "problem"
    if needing and library.runtime not in (None, needing):
        state, message = "warning", f"{message} (only 'runtime: {library.runtime}' needs it)"
    yield Finding(name, state, message, mend)


def _models(settings: Config | None, at: Surroundings) -> Iterator[Finding]:
    from models.manifest import MODELS
    from models.store import ModelError
    from models.store import State as FileState

    store = at.model_store()
    try:
        files = [store.find(name) for name in MODELS]
    except ModelError as error:
        yield Finding("models", "problem", error.problem, error.mend)
        return
    bad = [file for file in files if file.state is not FileState.PRESENT]
    if not bad:
        message = f"{len(files)} files, all whole, in {files[0].path.parent}"
        yield Finding("models", "ok", message)
        return
    size = settings.tracker.model if settings else "full"
    of_hands = {"palm_detection_full", f"hand_landmark_{size}"}
    needed = any(file.model.name in of_hands for file in bad)
    message = ", ".join(f"{file.model.name} is {file.state}" for file in bad)
    if len(bad) == len(files) and {file.state for file in bad} == {FileState.MISSING}:
        message = f"none of the {len(files)} files is in {files[0].path.parent}"
    elif not needed:
        message += " (hands need none of these)"
    mend = "gestured models pull"
    if own := [file.path for file in bad if not file.in_cache]:
        mend = f"put the right file in place of {own[0]}, or delete it and run '{mend}'"
    yield Finding("models", "problem" if needed else "warning", message, mend)


def _camera(settings: Config | None, at: Surroundings) -> Iterator[Finding]:
    source = settings.camera.source if settings else "auto"
    needed = means_camera(source)
    if "://" in source:
        yield _address(source, at)
        return
    state: State = "problem" if needed else "warning"
    aside = "" if needed else f" (the source {without_password(source)!r} needs none)"
    if at.platform != "linux":
        message = "this system names its cameras to nobody, so none was looked for"
        yield Finding("camera", "warning", message + aside, "gestured run --dry-run tries one")
        return
    cameras = at.cameras()
    try:
        camera = choose_camera(source if needed else "auto", cameras)
    except CameraNotFound as error:
        yield Finding("camera", state, error.problem + aside, error.mend)
        return
    if at.may_open(camera.path):
        others = ", ".join(str(each) for each in cameras if each is not camera)
        yield Finding("camera", "ok", f"{camera}{others and f'; there are also {others}'}")
    elif not Path(camera.path).exists():
        message = f"the system has {camera}, but the device is not there{aside}"
        mend = f"in a container, pass it in: --device {camera.path}"
        yield Finding("camera", state, message, mend)
    else:
        message = f"no permission to open {camera}{aside}"
        yield Finding("camera", state, message, permission_mend(camera))


def _address(source: str, at: Surroundings) -> Finding:
    why = at.unreachable(source)
    if why is None:
        return Finding("camera", "ok", f"{without_password(source)} answers")
    message, mend = split_mend(why)
    return Finding("camera", "problem", message, mend)


def _shown(finding: Finding) -> str:
    head = f"{finding.state:<7}  {finding.check:<14}  "
    line = head + " ".join(finding.message.split())
    return f"{line}\n{' ' * len(head)}{' '.join(finding.mend.split())}" if finding.mend else line
