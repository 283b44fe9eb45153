"""Loader errors, as the dynamic loader words them, turned into one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.sources import import_cv2
from models.litert_network import LitertNetwork
from models.mediapipe_tracker import MediaPipeTracker
from models.openvino_network import import_openvino
from models.store import ModelStore
from models.syslibs import BrokenPackage, MissingLibrary, explain, importing
from models.tracker import TrackerOptions

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


def test_an_error_that_is_its_own_cause_ends() -> None:
    error = ImportError("it won't")
    error.__cause__ = error
    assert explain(error) is None


class TestImporting:
    def test_a_package_that_does_not_import_is_told_in_one_line_with_the_mend(self) -> None:
        with pytest.raises(BrokenPackage) as caught, importing("mediapipe"):
            raise ModuleNotFoundError("No module named 'mediapipe'\n\nsee the manual", name="x")
        assert str(caught.value) == (
            "the package mediapipe can't be imported (No module named 'mediapipe' see the manual):"
            " pip install --force-reinstall mediapipe"
        )

    def test_a_long_story_is_cut(self) -> None:
        with pytest.raises(BrokenPackage) as caught, importing("numpy"):
            raise ImportError("too old " * 500)
        assert len(str(caught.value)) < 350

    def test_a_library_that_the_system_lacks_is_named(self) -> None:
        with pytest.raises(MissingLibrary, match="sudo apt install libgl1"), importing("cv2"):
            raise ImportError(f"libGL.so.1: {NO_FILE}")

    @pytest.mark.parametrize(
        ("package", "use"),
        [
            ("mediapipe", lambda: MediaPipeTracker(TrackerOptions(), ModelStore())),
            ("ai_edge_litert", lambda: LitertNetwork(Path("network.tflite"), 1)),
            ("cv2", import_cv2),
            ("openvino", import_openvino),
        ],
    )
    def test_what_is_broken_says_so(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        package: str,
        use: Callable[[], object],
    ) -> None:
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text("raise ImportError('half of it is lost')")
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(BrokenPackage, match="half of it is lost"):
            use()


def test_the_empty_folder_of_an_openvino_that_was_uninstalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openvino").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    # Set first, so that afterwards it is as it was, though the folder can be imported.
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.delitem(sys.modules, "openvino")
    with pytest.raises(BrokenPackage, match="cannot import name 'Core'"):
        import_openvino()
