"""Loader errors, as the dynamic loader words them, turned into one line."""

from __future__ import annotations

import pytest

from models.syslibs import MissingLibrary, explain

NO_FILE = "cannot open shared object file: No such file or directory"


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libGL.so.1", "libgl1"),
        ("libEGL.so.1", "libegl1"),
        ("libGLESv2.so.2", "libgles2"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libxcb.so.1", "libxcb1"),
    ],
)
@pytest.mark.parametrize("kind", [ImportError, OSError])
def test_names_the_debian_package(kind: type[Exception], library: str, package: str) -> None:
    missing = explain(kind(f"{library}: {NO_FILE}"))
    assert missing is not None
    assert (missing.library, missing.package) == (library, package)


def test_line() -> None:
    assert str(explain(ImportError(f"libGL.so.1: {NO_FILE}"))) == (
        "the system library libGL.so.1 is missing: sudo apt install libgl1 "
        "(Fedora: libglvnd-glx, Arch: libglvnd)"
    )


def test_unknown_library_is_still_named() -> None:
    missing = explain(OSError(f"libfoo-3.so.12: {NO_FILE}"))
    assert missing is not None
    assert missing.package is None
    assert str(missing) == "the system library libfoo-3.so.12 is missing"


def test_musl_words() -> None:
    error = ImportError(
        "Error loading shared library libGL.so.1: No such file or directory (needed by cv2.abi3.so)"
    )
    missing = explain(error)
    assert missing is not None
    assert missing.package == "libgl1"


def test_looks_at_the_cause() -> None:
    outer = RuntimeError("cannot start the tracker")
    outer.__cause__ = OSError(f"libEGL.so.1: {NO_FILE}")
    missing = explain(outer)
    assert missing is not None
    assert missing.package == "libegl1"


@pytest.mark.parametrize(
    "error",
    [
        ImportError("No module named 'cv2'"),
        FileNotFoundError(2, "No such file or directory", "config.yaml"),
        ValueError(f"libGL.so.1: {NO_FILE}"),
    ],
)
def test_other_errors_are_not_explained(error: Exception) -> None:
    assert explain(error) is None


def test_is_an_exception_with_fields() -> None:
    with pytest.raises(MissingLibrary) as caught:
        raise MissingLibrary("libGL.so.1", None)
    assert caught.value.library == "libGL.so.1"
