"""What the person is told, by sound and notice; the thread for it; the lock that is asked."""

from __future__ import annotations

import io
import logging
import stat
import sys
import threading
import wave
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from daemon.actions import ClickAction, KeyAction
from daemon.config.model import FeedbackEvent, FeedbackSettings
from daemon.desk import command, notify, sounds
from daemon.desk.feedback import Feedback, open_feedback
from daemon.desk.lock import ASK_AGAIN_S, AskedLock
from daemon.desk.notify import open_notifier
from daemon.desk.sounds import FilePlayer, check_sounds, open_sounds
from daemon.desk.tones import wav
from daemon.desk.worker import JobError, Worker
from daemon.reports import ActionEvent, ModeEvent
from gestures.events import ArmingEvent, GestureEvent
from tests.patience import patient

_LONG_S = patient(10)
_EVENTS: tuple[FeedbackEvent, ...] = get_args(FeedbackEvent)
_REPORTS = (
    GestureEvent(0.9, "begin", "palm", "right", 1),
    ArmingEvent(1.0, "armed", "right", 1),
    ActionEvent(2.0, "swipe_left", KeyAction(("ctrl", "s")), dry_run=False),
    ActionEvent(3.0, "fist", ClickAction(), dry_run=True),
    ModeEvent(3.5, "video"),
    ArmingEvent(4.0, "disarmed", reason="no gesture for 10 s"),
)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class Recorder:
    """Stands for a notifier and for sounds, and notes what they are given."""

    def __init__(self, problem: str | None = None) -> None:
        self.told: list[Any] = []
        self.problem = problem
        self.is_closed = False

    def show(self, summary: str, body: str) -> None:
        self.told.append((summary, body))

    def play(self, event: FeedbackEvent) -> None:
        self.told.append(event)

    def wait_idle(self, timeout_s: float) -> bool:
        return True

    def close(self) -> None:
        self.is_closed = True


def told(**settings: frozenset[FeedbackEvent]) -> tuple[list[Any], list[Any]]:
    """Notices and sounds of `_REPORTS`."""
    notifier, player = Recorder(), Recorder()
    Feedback(FeedbackSettings(**settings), notifier, player).report(_REPORTS)
    return notifier.told, player.told


def test_notices_name_the_gesture_and_the_kind_of_action_and_nothing_else() -> None:
    assert told(notify=frozenset(_EVENTS)) == (
        [
            ("Gestures armed", "right hand"),
            ("swipe_left", "key"),
            ("fist", "click (dry run)"),
            ("Gestures disarmed", "no gesture for 10 s"),
        ],
        [],
    )


def test_sounds_tell_of_each_event() -> None:
    assert told(sound=frozenset(_EVENTS)) == ([], ["armed", "fired", "fired", "disarmed"])


@pytest.mark.parametrize("event", _EVENTS)
def test_only_what_the_settings_name_is_told(event: FeedbackEvent) -> None:
    notices, played = told(notify=frozenset({event}), sound=frozenset({event}))
    assert set(played) == {event}
    assert len(notices) == len(played) == (2 if event == "fired" else 1)


def test_an_action_that_shows_a_text_gets_no_second_notice() -> None:
    class Notify:
        type = "notify"

    notifier, player = Recorder(), Recorder()
    feedback = Feedback(FeedbackSettings(frozenset(_EVENTS), frozenset(_EVENTS)), notifier, player)
    feedback.notify("Lights on")
    feedback.report([ActionEvent(1.0, "like", Notify(), dry_run=False)])  # type: ignore[arg-type]
    assert (notifier.told, player.told) == ([("gestured", "Lights on")], ["fired"])


def test_problems_of_both_are_told_and_both_are_closed() -> None:
    notifier, player = Recorder("no notices; do this"), Recorder()
    feedback = Feedback(FeedbackSettings(), notifier, player)
    assert feedback.problems == ("no notices; do this",)
    feedback.close()
    assert notifier.is_closed
    assert player.is_closed


def test_nothing_is_opened_and_no_thread_started_when_nothing_is_to_be_told() -> None:
    before = threading.active_count(), descriptors()
    feedback = open_feedback(FeedbackSettings(), {}, "linux")
    feedback.report(_REPORTS)
    assert (threading.active_count(), descriptors()) == before
    assert feedback.problems == ()
    feedback.close()


def test_a_worker_does_the_newest_job_and_tells_of_a_failure_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []
    started, go_on = threading.Event(), threading.Event()

    def do(job: str) -> None:
        started.set()
        assert go_on.wait(_LONG_S)
        if job == "bad":
            raise JobError("it is broken; mend it")
        if job == "worse":
            raise KeyError("secret")
        done.append(job)

    worker = Worker("testing", do, lambda: done.append("finished"))
    worker.put("first")
    assert started.wait(_LONG_S)
    for job in ("dropped", "dropped too", "bad"):
        worker.put(job)
    go_on.set()
    assert worker.wait_idle(_LONG_S)
    for job, problem in (
        ("bad", "it is broken; mend it"),
        ("worse", "testing failed: KeyError"),
        ("good", None),
    ):
        worker.put(job)
        assert worker.wait_idle(_LONG_S)
        assert worker.problem == problem
    worker.close()
    worker.close()
    worker.put("late")
    assert done == ["first", "good", "finished"]
    assert [record.getMessage() for record in caplog.records] == [
        "it is broken; mend it",
        "testing failed: KeyError",
    ]
    assert not [thread for thread in threading.enumerate() if thread.name == "testing"]


@pytest.mark.parametrize("event", _EVENTS)
def test_tones_are_short_soft_and_without_a_click(event: FeedbackEvent) -> None:
    with wave.open(io.BytesIO(wav(event))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        rate_hz = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    assert 0.05 <= len(samples) / rate_hz <= 0.4
    assert 0.1 <= np.abs(samples).max() <= 0.25
    assert samples[0] == samples[-1] == 0.0
    assert np.abs(np.diff(samples)).max() < 0.05


def test_the_sounds_differ() -> None:
    assert len({wav(event) for event in _EVENTS}) == 3


def program(folder: Path, name: str, code: str) -> None:
    """Put a Python program called `name` into a folder of programs."""
    path = folder / name
    path.write_text(f"#!{sys.executable} -S\nimport os, sys\n{code}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder that programs are found in."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


_NOTE = "open({!r}, 'a').write(repr(sys.argv[1:]) + '\\n')"


def test_the_first_player_that_can_plays_and_goes_first_from_then_on(
    programs: Path, tmp_path: Path
) -> None:
    noted = tmp_path / "noted"
    program(programs, "paplay", f"{_NOTE.format(str(noted))}; sys.exit(1)")
    program(programs, "aplay", _NOTE.format(str(noted)))
    folder = tmp_path / "cache" / "sounds"
    player = open_sounds("linux", folder)
    for event in ("armed", "armed", "fired"):
        player.play(event)
        assert player.wait_idle(_LONG_S)
    assert player.problem is None
    player.close()
    armed, fired = str(folder / "armed.wav"), str(folder / "fired.wav")
    assert noted.read_text("utf-8").splitlines() == [
        repr([armed]), repr(["-q", armed]), repr(["-q", armed]), repr(["-q", fired]),
    ]  # fmt: skip
    assert (folder / "armed.wav").read_bytes() == wav("armed")
    assert sorted(path.name for path in folder.iterdir()) == ["armed.wav", "fired.wav"]


def test_a_damaged_file_is_written_anew(programs: Path, tmp_path: Path) -> None:
    program(programs, "play", "")
    player = FilePlayer([("play",)], tmp_path)
    (tmp_path / "armed.wav").write_bytes(b"half")
    player.play("armed")
    assert (tmp_path / "armed.wav").read_bytes() == wav("armed")


def test_no_player_is_one_line_with_the_mend(programs: Path, tmp_path: Path) -> None:
    assert check_sounds("linux") is not None
    with pytest.raises(JobError, match=r"\(play is not installed\); install pipewire-bin"):
        FilePlayer([("play",)], tmp_path).play("armed")
    program(programs, "aplay", "")
    assert check_sounds("linux") is None
    assert check_sounds("win32") is None


def test_a_folder_that_can_not_be_written_is_named(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JobError, match=r"armed\.wav can't be written"):
        FilePlayer([("play",)], tmp_path / "file").play("armed")


def test_a_program_that_hangs_is_ended(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "LONGEST_S", 0.05)
    program(programs, "hang", "sys.stdin = None\nimport signal\nsignal.pause()")
    with pytest.raises(JobError, match="hang took longer"):
        command.run_command(["hang", "secret"])


_NASTY = ('-e do shell script "x"', '\'; "$(touch x)" & <b>`x`</b>\n%TEMP% …')


def test_on_macos_texts_are_arguments_after_the_script(programs: Path, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    program(programs, "osascript", _NOTE.format(str(noted)))
    notifier = open_notifier({}, "darwin")
    notifier.show(*_NASTY)
    assert notifier.wait_idle(_LONG_S)
    assert notifier.problem is None
    notifier.close()
    arguments = eval(noted.read_text("utf-8"))
    assert arguments[-3:] == ["gestured", *_NASTY]
    assert not any(text in part for part in arguments[:-3] for text in _NASTY)


def test_on_windows_texts_are_in_the_environment_and_not_in_the_script(
    programs: Path, tmp_path: Path
) -> None:
    noted = tmp_path / "noted"
    code = (
        "import base64\n"
        "script = sys.argv[sys.argv.index('-EncodedCommand') + 1]\n"
        "script = base64.b64decode(script).decode('utf-16-le')\n"
        "texts = os.environ['GESTURED_SUMMARY'], os.environ['GESTURED_BODY']\n"
        f"open({str(noted)!r}, 'w').write(repr((script, texts)))"
    )
    program(programs, "powershell.exe", code)
    notifier = open_notifier({}, "win32")
    notifier.show(*_NASTY)
    assert notifier.wait_idle(_LONG_S)
    assert notifier.problem is None
    notifier.close()
    script, texts = eval(noted.read_text("utf-8"))
    assert texts == _NASTY
    assert "Escape($env:GESTURED_BODY)" in script
    assert not any(text in script for text in _NASTY)


@pytest.mark.parametrize(
    ("platform", "name"), [("darwin", "osascript"), ("win32", "powershell.exe")]
)
def test_a_program_for_notices_that_fails_or_is_missing_is_named(
    platform: str, name: str, programs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert name in str(notify.check_notifier({}, platform))
    program(programs, name, "sys.exit(3)")
    assert notify.check_notifier({}, platform) is None
    notifier = open_notifier({}, platform)
    notifier.show("secret", "secret")
    assert notifier.wait_idle(_LONG_S)
    assert notifier.problem == (
        f"no notification was shown ({name} ended with 3);"
        " see that the system's settings allow notifications"
    )
    assert "secret" not in caplog.text
    notifier.close()


def test_windows_plays_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Any] = []

    class Winsound:
        SND_MEMORY = 4

        @staticmethod
        def PlaySound(sound: bytes, flags: int) -> None:
            played.append((sound, flags))
            if len(played) > 1:
                raise RuntimeError("Failed to play sound")

    monkeypatch.setitem(sys.modules, "winsound", Winsound)
    player = sounds.open_sounds("win32")
    player.play("armed")
    assert player.wait_idle(_LONG_S)
    assert played == [(wav("armed"), 4)]
    player.play("fired")
    assert player.wait_idle(_LONG_S)
    assert "Failed to play sound" in str(player.problem)
    player.close()


def test_a_lock_is_asked_once_a_second_and_its_failure_is_a_problem() -> None:
    answers: list[bool | Exception] = [True, False, OSError("no"), True]
    asked_at_s: list[float] = []
    now_s = 0.0

    def ask() -> bool:
        asked_at_s.append(now_s)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    lock = AskedLock(ask, lambda: now_s)
    assert lock.wait_known(0.0)
    seen = []
    for tenth in range(31):
        now_s = tenth * ASK_AGAIN_S / 10
        seen.append((lock.locked(), lock.problem is None))
    assert seen == [(True, True)] * 10 + [(False, True)] * 10 + [(False, False)] * 10 + [
        (True, True)
    ]
    assert asked_at_s == [0.0, 1.0, 2.0, 3.0]
    lock.close()


@pytest.mark.parametrize(
    ("session", "locked"),
    [
        ({"kCGSSessionOnConsoleKey": True}, False),
        ({"kCGSSessionOnConsoleKey": True, "CGSSessionScreenIsLocked": True}, True),
        ({"kCGSSessionOnConsoleKey": False}, True),
        (None, True),
    ],
)
def test_macos_tells_by_the_session(
    session: dict[str, bool] | None, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from daemon.desk.lock import open_screen_lock

    class Quartz:
        @staticmethod
        def CGSessionCopyCurrentDictionary() -> dict[str, bool] | None:
            return session

    monkeypatch.setitem(sys.modules, "Quartz", Quartz)
    lock = open_screen_lock({}, "darwin")
    assert lock.locked() is locked
    assert lock.problem is None


@pytest.mark.parametrize("desktop", [0, 4711])
def test_windows_tells_by_the_desktop_that_may_be_opened(
    desktop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ctypes

    from daemon.desk.lock import open_screen_lock

    closed: list[int] = []

    class Function:
        def __init__(self, run: Any) -> None:
            self.run = run

        def __call__(self, *arguments: Any) -> Any:
            return self.run(*arguments)

    class User32:
        OpenInputDesktop = Function(lambda *_: desktop or None)
        CloseDesktop = Function(closed.append)

    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: User32, raising=False)
    lock = open_screen_lock({}, "win32")
    assert lock.locked() is (desktop == 0)
    assert lock.problem is None
    assert closed == ([desktop] if desktop else [])


def test_a_system_without_notices_says_so() -> None:
    notifier = open_notifier({}, "sunos5")
    notifier.show("one", "two")
    assert notifier.wait_idle(_LONG_S)
    assert notifier.problem == notify.check_notifier({}, "sunos5")
    assert "; take sounds instead" in str(notifier.problem)
    notifier.close()


def test_a_system_without_a_way_says_so(caplog: pytest.LogCaptureFixture) -> None:
    from daemon.desk.lock import open_screen_lock

    lock = open_screen_lock({}, "sunos5")
    assert not lock.locked()
    assert "; run 'gestured pause'" in str(lock.problem)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
