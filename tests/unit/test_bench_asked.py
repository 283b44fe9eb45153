"""`gestured bench`: what it refuses, leaves out and warns of."""

from __future__ import annotations

from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from daemon.bench import tracker
from daemon.bench.measure import figures
from daemon.cli import main
from daemon.sources import SourceError
from models.store import ModelStore
from models.syslibs import BrokenPackage, MissingLibrary
from models.tracker import Runtime, Tracker, TrackerOptions


class TestOpening:
    @pytest.fixture
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
        """Has every runtime fail so."""

        def fail(error: Exception) -> None:
            def opened(*_: object) -> None:
                raise error

            monkeypatch.setattr("daemon.bench.tracker.open_tracker", opened)

        return fail

    def opened(self, runtime: Runtime) -> Tracker | None:
        return tracker.open_if_possible(runtime, TrackerOptions(), ModelStore())

    @pytest.mark.parametrize(
        "error",
        [
            BrokenPackage("openvino", "half of it is lost"),
            MissingLibrary("libtbb.so", None),
            RuntimeError("Exception from src/core.cpp:\nno such device"),
        ],
    )
    def test_an_openvino_that_does_not_work_is_left_out_and_told(
        self,
        failing: Callable[[Exception], None],
        error: Exception,
        caplog: pytest.LogCaptureFixture,
    ):
        failing(error)
        assert self.opened("openvino") is None
        (message,) = caplog.messages
        assert message.startswith("openvino fails here and is left out: ")
        assert "\n" not in message

    @pytest.mark.parametrize(
        ("spec", "is_there"),
        [
            (None, False),
            (ModuleSpec("openvino", None, is_package=True), False),
            (ModuleSpec("openvino", None, origin="openvino/__init__.py"), True),
        ],
    )
    def test_one_that_is_not_installed_is_not_tried(
        self, monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None, is_there: bool
    ):
        monkeypatch.setattr(tracker, "find_spec", lambda _: spec)
        assert ("openvino" in tracker.runtimes()) == is_there

    def test_the_others_have_to_work(self, failing: Callable[[Exception], None]):
        failing(MissingLibrary("libEGL.so.1", None))
        with pytest.raises(MissingLibrary):
            self.opened("mediapipe")


@pytest.mark.parametrize("number", ["20", "5", "100000000"])
def test_many_gestures_are_more_than_few(number: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as stopped:
        main(["bench", "rules", "--gestures", number])
    assert stopped.value.code == 2
    assert f"from 21 to 10000, found '{number}'" in capsys.readouterr().err


def test_a_source_has_a_scene_of_its_own(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as stopped:
        main(["bench", "tracker", "--source", "talk.mp4", "--scene", "two-hands"])
    assert stopped.value.code == 2
    assert "--scene: not allowed with argument --source" in capsys.readouterr().err


def test_how_many_pictures_of_a_source_count_is_said_once(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["bench", "tracker", "--help"])
    assert capsys.readouterr().out.count("300") == 1


@pytest.mark.parametrize("what", ["tracker", "latency", "idle"])
@pytest.mark.parametrize(
    ("png", "why"),
    [
        ("", "expected a name that ends with .png, found ''"),
        ("figures.jpg", "expected a name that ends with .png, found 'figures.jpg'"),
        ("none/figures.png", "there is no folder 'none': make it first"),
        ("folder.png", "'folder.png' is a folder: name a file in it"),
    ],
)
def test_a_picture_that_can_not_be_saved_is_told_before_anything_is_measured(
    what: str,
    png: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    Path("folder.png").mkdir()
    with pytest.raises(SystemExit) as stopped:
        main(["bench", what, "--png", png])
    assert stopped.value.code == 2
    assert why in capsys.readouterr().err


def measured(monkeypatch: pytest.MonkeyPatch, found: int) -> None:
    """Has `bench tracker` come to rows with so many frames in which LiteRT found a hand."""
    rows = [
        tracker.Row(name, "full", 2, None, hands, figures([0.01]), 9.0, 1.0, 1.0)
        for name, hands in (("litert", found), ("mediapipe", 3))
    ]
    monkeypatch.setattr(tracker, "bench_tracker", lambda *_: rows)


def test_figures_of_no_hand_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    measured(monkeypatch, 0)
    assert main(["bench", "tracker", "--frames", "3", "--scene", "still"]) == 0
    assert caplog.messages == []
    assert main(["bench", "tracker", "--frames", "3"]) == 0
    (message,) = caplog.messages
    assert message == "no hand was found by litert: ratios tell nothing then"
    measured(monkeypatch, 1)
    assert main(["bench", "tracker", "--frames", "3"]) == 0
    assert len(caplog.messages) == 1


def test_a_picture_that_fails_at_the_end_costs_no_figure(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    measured(monkeypatch, 3)
    picture = tmp_path / "figures.png"

    def full(*_: object) -> None:
        raise SourceError("the disk is full")

    monkeypatch.setattr("daemon.bench.chart.save_chart", full)
    assert main(["bench", "tracker", "--frames", "1", "--png", str(picture)]) == 1
    out, err = capsys.readouterr()
    assert "no hand was seen by both litert and mediapipe" in out
    assert "the disk is full" in err
