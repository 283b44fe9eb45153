"""One daemon a session, and the commands that talk to it."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.backends.backend import BackendError
from daemon.cli import main
from daemon.commands.control import stop
from daemon.control import client
from daemon.control.desk import ControlDesk
from daemon.control.errors import ControlError, NoDaemon
from daemon.control.folder import keep_private, session_folder, socket_path
from daemon.control.lock import as_only_daemon, running_pid
from daemon.control.server import Control, ControlServer, NoControl
from daemon.control.session import open_control
from daemon.control.status import Latency, Status
from daemon.control.wording import status_lines
from daemon.ledger import Recovered
from daemon.reload.outcome import Asked, Failed
from daemon.reload.start import start_config
from tests.unit.control_loop import SOON_S, FakeControlled, Told
from tests.unit.waiting import until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs Unix sockets")

NONE_RUNS = "no gestured runs in this session, or only a dry run; `gestured run` starts it"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a session of the test's own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "gestured"


@dataclass
class FakeDaemon:
    """A daemon in a thread of its own; `order` tells what it did at its end."""

    controlled: FakeControlled = field(default_factory=FakeControlled)
    order: list[str] = field(default_factory=list)
    control: Control = field(default_factory=NoControl)

    def run(self, is_ready: threading.Event) -> None:
        with open_control() as self.control:
            desk = ControlDesk(self.control, self.controlled)
            is_ready.set()
            while not self.controlled.stopped.wait(0.001):
                self.control.publish(desk.attend())
            self.order.append("released its keys")


@pytest.fixture
def daemon() -> Iterator[FakeDaemon]:
    daemon, is_ready = FakeDaemon(), threading.Event()
    thread = threading.Thread(target=daemon.run, args=(is_ready,))
    thread.start()
    assert is_ready.wait(SOON_S)
    yield daemon
    daemon.controlled.stopped.set()
    thread.join(SOON_S)
    assert not thread.is_alive()


@contextmanager
def mortal_daemon() -> Iterator[subprocess.Popen[str]]:
    """Another process that is the session's daemon, and never answers."""
    code = (
        "import sys\n"
        "from daemon.control.session import open_control\n"
        "with open_control():\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], list[str]]:
    """Exit code, lines of stdout and of stderr."""
    code = main(words)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err.splitlines()


def test_the_folder_is_the_users_alone(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    folder.chmod(0o777)
    with open_control():
        assert session_folder() == folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(socket_path(folder).stat().st_mode) == 0o600


def test_a_folder_of_somebody_else_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_folder()
    monkeypatch.setattr(os, "geteuid", partial(int, os.geteuid() + 1))
    with pytest.raises(ControlError, match="is not a folder of yours"):
        keep_private(folder)


def test_a_link_in_the_folders_place_is_refused(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    folder.symlink_to(elsewhere)
    with pytest.raises(ControlError), open_control():
        pass
    assert list(elsewhere.iterdir()) == []


def test_a_runtime_folder_that_is_set_is_taken_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_readers = tmp_path / "open"
    open_to_readers.mkdir()
    open_to_readers.chmod(0o755)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(open_to_readers))
    assert session_folder() == open_to_readers / "gestured"
    link = tmp_path / "link"
    link.symlink_to(open_to_readers)
    for unfit, why in ((link, "is not a folder of yours"), (tmp_path / "gone", "No such file")):
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(unfit))
        with pytest.raises(ControlError, match=why):
            session_folder()


def test_without_a_runtime_folder_set_there_is_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    usual = tmp_path / "usual"
    usual.mkdir()
    monkeypatch.setattr("platformdirs.user_runtime_path", lambda *_, **__: usual)
    assert session_folder() == usual


def test_the_second_daemon_is_told_of_the_first(folder: Path) -> None:
    with open_control():
        with pytest.raises(ControlError) as raised, open_control():
            pass
        assert str(raised.value) == (
            f"gestured runs already in this session (pid {os.getpid()}): `gestured stop` ends it;"
            " with --dry-run another one runs beside it"
        )
        # The first one is still there.
        assert socket_path(folder).exists()
    with open_control():
        pass


def test_nothing_of_a_daemon_is_left_when_it_has_ended(folder: Path) -> None:
    with open_control():
        pass
    assert running_pid(folder) is None
    assert {path.name for path in folder.iterdir()} <= {"daemon.lock"}


def test_what_a_killed_daemon_leaves_is_replaced(folder: Path) -> None:
    with mortal_daemon() as process:
        with pytest.raises(ControlError, match=f"pid {process.pid}"), open_control():
            pass
        process.send_signal(signal.SIGKILL)
        process.wait(SOON_S)
    assert socket_path(folder).exists()
    with pytest.raises(NoDaemon):
        client.ask(folder, {"command": "status"})
    with open_control() as control, ExitStack() as stack:
        peer = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        peer.connect(str(socket_path(folder)))
        assert control.take() == []
        assert running_pid(folder) == os.getpid()


def test_without_unix_sockets_only_control_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    with open_control() as control:
        assert control.take() == []
        control.publish([Told({})])
        with pytest.raises(ControlError, match="no control socket"):
            client.ask(folder, {"command": "status"})
        with pytest.raises(ControlError, match="runs already"), open_control():
            pass
    (record,) = caplog.records
    assert record.message.startswith("this system has no control socket")


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("pause",),
        ("resume",),
        ("arm",),
        ("disarm",),
        ("mode", "video"),
        ("reload",),
        ("watch",),
    ],
)
def test_without_a_daemon_the_commands_say_so(capsys, words: tuple[str, ...]) -> None:
    assert run(capsys, *words) == (1, [], [f"gestured: {NONE_RUNS}"])


def test_the_commands_reach_the_daemon(daemon: FakeDaemon, capsys) -> None:
    for words in (["pause"], ["resume"], ["arm"], ["disarm"], ["mode", "video"]):
        assert run(capsys, *words) == (0, [], [])
    assert daemon.controlled.asked == ["pause", "resume", "arm", "disarm", "mode video"]


def test_the_daemons_refusal_is_shown(daemon: FakeDaemon, capsys) -> None:
    error = "gestured: no mode 'vdeo'; there are: default, video"
    assert run(capsys, "mode", "vdeo") == (1, [], [error])
    assert run(capsys, "mode", "\udc80")[0] == 1


def test_status_for_programs(daemon: FakeDaemon, capsys) -> None:
    code, (line,), err = run(capsys, "status", "--json")
    assert (code, err) == (0, [])
    assert json.loads(line) == daemon.controlled.now.to_json()


def test_status_for_people(daemon: FakeDaemon, capsys) -> None:
    assert run(capsys, "status") == (
        0,
        [
            "state        armed by the right hand",
            "mode         default",
            "config       a.yaml",
            "running      pid 7",
        ],
        [],
    )


def test_all_of_the_status_is_shown() -> None:
    status = Status(
        "paused", mode="video", source="/dev/video0", fps=29.97, latency=Latency(8.0, 12.25, 20.0),
        backend="uinput", backend_reason="this is a Wayland session",
        application="mpv", focus_problem="KDE tells nobody; use sway",
        input_problem="no rights", lock_problem="no D-Bus", warnings=["the camera is slow"],
        config=Path("/a/b.yaml"), config_age_s=200.4, config_problem="no such file",
        uptime_s=7500.0,
        last_events=[Told({"t": 1.5, "event": "mode", "mode": "video"})], pid=7,
    )  # fmt: skip
    assert list(status_lines(json.loads(json.dumps(status.to_json())))) == [
        "state        paused; `gestured resume` goes on",
        "mode         video",
        "camera       /dev/video0, 30.0 frames/s",
        "latency      median 8.0 ms, 95 % under 12.2 ms, 99 % under 20.0 ms",
        "input        uinput: this is a Wayland session",
        "application  not known: KDE tells nobody; use sway",
        "config       /a/b.yaml, read 3 min ago",
        "             changed since, but not used: no such file",
        "running      for 2 h 5 min, pid 7",
        "warning      real input: no rights",
        "warning      screen lock: no D-Bus",
        "warning      the camera is slow",
        "event            1.50  mode      video",
    ]


def test_reload_says_what_came_of_it(daemon: FakeDaemon, capsys) -> None:
    fine = {"ok": True, "path": "/a/b.yaml", "warnings": 0}
    for answer, line in (
        ({**fine, "result": "unchanged"}, "/a/b.yaml: unchanged"),
        ({**fine, "result": "reloaded"}, "/a/b.yaml: reloaded"),
        (
            {**fine, "result": "reloaded", "warnings": 2},
            "/a/b.yaml: reloaded with 2 warnings: see `gestured check`",
        ),
    ):
        daemon.controlled.reloaded = answer
        assert run(capsys, "reload") == (0, [line], [])
        code, (line,), err = run(capsys, "reload", "--json")
        assert (code, json.loads(line), err) == (0, answer, [])


def test_a_failed_reload_shows_the_errors_as_check_does(
    daemon: FakeDaemon, tmp_path: Path, capsys
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\nbindngs: []\narmin: 1\n")
    answers: list[dict[str, Any]] = []
    Failed(path, start_config(path).error, [Asked(answers.append, 0.0)]).reply()
    (daemon.controlled.reloaded,) = answers
    code, shown, _ = run(capsys, "check", str(path))
    assert code == 78
    assert run(capsys, "reload") == (
        78, [*shown[:-1], f"{path}: 2 errors; nothing was changed"], []
    )  # fmt: skip
    checked = run(capsys, "check", "--json", str(path))[1]
    code, lines, err = run(capsys, "reload", "--json")
    assert (code, err) == (78, [])
    assert [json.loads(line) for line in lines] == [json.loads(line) for line in checked]


def test_a_reload_that_is_refused_is_a_failure(daemon: FakeDaemon, capsys) -> None:
    daemon.controlled.reloaded = {"ok": False, "error": "out of reach"}
    assert run(capsys, "reload") == (1, [], ["gestured: out of reach"])


def test_watch_asks_for_more(daemon: FakeDaemon, capsys) -> None:
    watcher = threading.Thread(target=main, args=(["watch", "--landmarks", "--scores"],))
    watcher.start()
    assert until(lambda: daemon.control.wants("landmarks") and daemon.control.wants("scores"))
    hand = {"hand": "right", "scores": {"one": 0.1, "fist": 0.97, "palm": 0.0, "ok": 0.5}}
    for topic, hands in (("scores", [hand]), ("landmarks", [{"hand": "left"}]), ("scores", [])):
        daemon.control.publish([Told({"t": 1.0, "event": topic, "hands": hands})], topic)
    daemon.controlled.stopped.set()
    watcher.join(SOON_S)
    assert capsys.readouterr().out.splitlines() == [
        "    1.00  scores    right hand: fist 0.97, ok 0.50, one 0.10",
        "    1.00  landmarks left hand",
        "    1.00  scores    no hand",
    ]


def test_watch_prints_events_until_the_daemon_ends(
    daemon: FakeDaemon, folder: Path, capsys
) -> None:
    codes: list[int] = []
    watcher = threading.Thread(target=lambda: codes.append(main(["watch", "--json"])))
    watcher.start()
    turn = threading.Event()
    while not daemon.control.wants("events"):
        assert watcher.is_alive()
        turn.wait(0.001)
    client.ask(folder, {"command": "mode", "name": "video"})
    client.ask(folder, {"command": "stop"})
    watcher.join(SOON_S)
    out, err = capsys.readouterr()
    assert codes == [0]
    assert [json.loads(line) for line in out.splitlines()] == [
        {"t": 1.0, "event": "mode", "mode": "mode video"}
    ]
    assert err == "gestured: the daemon has ended, or found this reader too slow\n"


def test_stop_waits_for_the_end_and_then_releases_what_is_left(
    daemon: FakeDaemon, folder: Path, capsys, monkeypatch
) -> None:
    def release() -> Recovered:
        daemon.order.append("released what was left")
        # No other may start meanwhile.
        with pytest.raises(ControlError), as_only_daemon(folder):
            pass
        return Recovered(done=("a button was down",))

    monkeypatch.setattr("daemon.release.release_left", release)
    assert stop(None) == 0
    assert daemon.order == ["released its keys", "released what was left"]
    assert capsys.readouterr() == ("a button was down\n", "")
    with open_control():
        pass


def test_stop_without_a_daemon_releases_all_the_same(folder: Path, capsys, monkeypatch) -> None:
    recovered = Recovered(done=("a button was down",))
    monkeypatch.setattr("daemon.release.release_left", lambda: recovered)
    with mortal_daemon() as process:
        process.kill()
        process.wait(SOON_S)
    assert running_pid(folder) == process.pid
    assert stop(None) == 0
    assert running_pid(folder) is None
    assert capsys.readouterr() == (
        "a button was down\n", "gestured: no gestured runs in this session\n"
    )  # fmt: skip
    assert run(capsys, "stop")[0] == 0


def test_stop_fails_when_something_may_be_down_still(capsys, monkeypatch) -> None:
    recovered = Recovered(("a button was down",), ("a key may be down; press it",))
    monkeypatch.setattr("daemon.release.release_left", lambda: recovered)
    code, out, err = run(capsys, "stop")
    assert (code, out, err[1:]) == (
        1, ["a button was down"], ["gestured: a key may be down; press it"]
    )  # fmt: skip


@pytest.mark.parametrize("words", [("stop",), ("run", "--source", "demo")])
def test_a_strange_file_in_the_folder_is_told_of_in_one_line(
    folder: Path, capsys, caplog, monkeypatch, words: tuple[str, ...]
) -> None:
    def no_backend(*_: object) -> None:
        raise BackendError("no way to send input")

    monkeypatch.setattr("daemon.backends.choose.open_backend", no_backend)
    (session_folder() / "x.held").mkdir()
    code, _, err = run(capsys, *words)
    assert code == 1
    told = [line for line in (*err, *caplog.messages) if "x.held" in line]
    assert len(told) == 1
    assert told[0].endswith("; remove it")


def test_no_room_for_the_process_id_is_told_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ControlError) as raised, open_control():
        pass
    assert str(raised.value) == f"no room in {folder} for the process id: free some there"
    assert running_pid(folder) is None


def test_a_daemon_that_does_not_answer_is_named(folder: Path) -> None:
    with mortal_daemon() as process:
        mend = f"`kill -9 {process.pid}`, then `gestured stop` releases what it held"
        for request in ("status", "stop"):
            with pytest.raises(ControlError) as raised:
                client.ask(folder, {"command": request}, timeout_s=0.05)
            assert str(raised.value) == (
                "gestured runs but did not answer within 0.05 s; unless it is fetching models,"
                f" {mend}"
            )
        with pytest.raises(ControlError, match="did not answer"), client.stopped(folder, 0.05):
            pass
        socket_path(folder).unlink()
        with pytest.raises(ControlError) as raised, client.stopped(folder, 0.05):
            pass
        assert str(raised.value) == (
            f"gestured (pid {process.pid}) has not ended within 0.05 s; {mend}"
        )


def test_a_daemon_that_ends_before_it_answers_counts_as_ended(folder: Path) -> None:
    session_folder()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(socket_path(folder)))
        listener.listen()

        def hang_up() -> None:
            listener.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with client.stopped(folder) as ran:
            assert not ran
        thread.join(SOON_S)


def test_a_socket_of_somebody_else_gets_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_folder()
    monkeypatch.setattr(client, "peer_uid", lambda _: os.geteuid() + 1)
    with (
        closing(ControlServer(socket_path(folder))) as server,
        pytest.raises(ControlError, match="belongs to another user"),
    ):
        client.ask(folder, {"command": "status"})
    assert server.take() == []


def test_who_is_refused_before_it_has_asked_hears_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_folder()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(socket_path(folder)))
        listener.listen()

        def refuse(_connection: socket.socket) -> int:
            with listener.accept()[0] as accepted:
                accepted.send(b'{"ok": false, "error": "too many"}\n')
            return os.geteuid()

        monkeypatch.setattr(client, "peer_uid", refuse)
        with pytest.raises(ControlError, match="too many"):
            client.ask(folder, {"command": "status"})


@pytest.mark.parametrize("cut", [b"", b'{"t": 2, "ev', b'{"t": 2}'])
def test_a_daemon_that_dies_in_the_middle_of_a_line_ends_the_watching(
    folder: Path, cut: bytes
) -> None:
    session_folder()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(socket_path(folder)))
        listener.listen()

        def die(sent: bytes) -> None:
            with listener.accept()[0] as accepted:
                accepted.recv(4096)
                accepted.sendall(sent + cut)

        thread = threading.Thread(target=die, args=(b'{"ok": true}\n{"t": 1}\n',))
        thread.start()
        assert list(client.watch(folder)) == [{"t": 1}]
        thread.join(SOON_S)
        thread = threading.Thread(target=die, args=(b"",))
        thread.start()
        with pytest.raises(NoDaemon, match="ended before it answered"):
            client.ask(folder, {"command": "status"})
        thread.join(SOON_S)
