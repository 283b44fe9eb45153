"""sway and Hyprland, played by servers on real sockets."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from daemon.focus.app import App, process_name
from daemon.focus.choose import open_focus
from daemon.focus.follower import Follower
from daemon.focus.hyprland import Hyprland
from daemon.focus.sway import Sway
from tests.unit.waiting import until

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")

OWN_NAME = process_name(os.getpid())

Serve = Callable[[socket.socket], None]


class Server:
    """A Unix socket that has `serve` talk to each who connects, and can be gone for a while."""

    def __init__(self, path: Path, serve: Serve) -> None:
        self.path = path
        self.serve = serve
        self.connected = threading.Semaphore(0)
        self._clients: list[socket.socket] = []
        self.start()

    def start(self) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept, args=(self._listener,))
        self._thread.start()

    def stop(self) -> None:
        """Be gone, with all connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self.path.unlink()
        for client in self._clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for client in self._clients:
            client.close()
        self._clients.clear()

    def say(self, data: bytes) -> None:
        """Send something to everybody, unasked."""
        for client in self._clients:
            client.sendall(data)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self._clients.append(client)
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()
            self.connected.release()

    def _talk(self, client: socket.socket) -> None:
        with suppress(OSError):
            self.serve(client)


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    servers: list[Server] = []
    yield servers
    for server in servers:
        server.stop()


@pytest.fixture
def follow() -> Iterator[Callable[[Any], Follower]]:
    """Follows a teller, and tries again at once."""
    followers = []

    def start(connect: Any) -> Follower:
        follower = Follower("the server", "start it", connect, retry_s=0.005)
        followers.append(follower)
        return follower

    yield start
    for follower in followers:
        follower.close()
        assert not follower._thread.is_alive()


# sway


def i3_message(kind: int, content: Any) -> bytes:
    payload = json.dumps(content).encode()
    return b"i3-ipc" + struct.pack("=II", len(payload), kind) + payload


class FakeSway:
    """What sway has on its screen, and how it talks."""

    def __init__(self) -> None:
        self.tree: Any = workspace(focused=True)
        self.asked: list[int] = []
        self.answers: dict[int, bytes] = {2: i3_message(2, {"success": True})}
        self.before: dict[int, bytes] = {}

    def serve(self, client: socket.socket) -> None:
        while header := client.recv(14, socket.MSG_WAITALL):
            assert header[:6] == b"i3-ipc"
            size, kind = struct.unpack("=II", header[6:])
            client.recv(size, socket.MSG_WAITALL) if size else b""
            self.asked.append(kind)
            answer = self.answers.get(kind, i3_message(4, self.tree) if kind == 4 else b"")
            client.sendall(self.before.get(kind, b"") + answer)


def workspace(*windows: Any, focused: bool = False, floating: tuple[Any, ...] = ()) -> Any:
    """A tree with one workspace."""
    inner = {
        "type": "workspace", "name": "1", "focused": focused, "fullscreen_mode": 1,
        "nodes": list(windows), "floating_nodes": list(floating),
    }  # fmt: skip
    return {"type": "root", "focused": False, "nodes": [{"type": "output", "nodes": [inner]}]}


def window(app_id: str | None, focused: bool = True, **more: Any) -> Any:
    return {
        "type": "con", "app_id": app_id, "name": f"{app_id}'s", "pid": os.getpid(),
        "focused": focused, "fullscreen_mode": 0, "nodes": [], "floating_nodes": [],
    } | more  # fmt: skip


def window_event(change: str, focused: bool) -> bytes:
    return i3_message(0x80000003, {"change": change, "container": {"focused": focused}})


@pytest.fixture
def sway() -> FakeSway:
    return FakeSway()


@pytest.fixture
def sway_server(sway: FakeSway, tmp_path: Path, servers: list[Server]) -> Server:
    server = Server(tmp_path / "sway", sway.serve)
    servers.append(server)
    return server


@pytest.fixture
def sway_focus(
    sway: FakeSway, sway_server: Server, follow: Callable[[Any], Follower]
) -> Callable[[], Follower]:
    return lambda: follow(lambda: Sway(str(sway_server.path)))


def test_sway_tells_at_once(sway: FakeSway, sway_focus: Callable[[], Follower]) -> None:
    sway.tree = workspace(window("foot", focused=False), window("mpv"))
    focus = sway_focus()
    assert focus.focused() == App(("mpv", OWN_NAME or ""), "mpv's", False, os.getpid())
    assert focus.problem is None


@pytest.mark.parametrize("change", ["focus", "title", "fullscreen_mode", "close"])
def test_sway_tells_of_changes(
    sway: FakeSway, sway_server: Server, sway_focus: Callable[[], Follower], change: str
) -> None:
    sway.tree = workspace(window("foot"))
    focus = sway_focus()
    sway.tree = workspace(window("soffice", name="Presenting: deck", fullscreen_mode=1))
    sway_server.say(window_event(change, focused=True))
    assert until(lambda: (app := focus.focused()) and app.title == "Presenting: deck")
    app = focus.focused()
    assert app is not None
    assert app.fullscreen is True


def test_sway_is_not_asked_for_titles_of_other_windows(
    sway: FakeSway, sway_server: Server, sway_focus: Callable[[], Follower]
) -> None:
    focus = sway_focus()
    for _ in range(50):
        sway_server.say(window_event("title", focused=False))
    sway.tree = workspace(window("mpv"))
    sway_server.say(i3_message(0x80000000, {"change": "focus"}))
    assert until(focus.focused)
    assert sway.asked == [2, 4, 4]


def test_events_in_between_are_not_taken_for_the_answer(
    sway: FakeSway, sway_focus: Callable[[], Follower]
) -> None:
    sway.tree = workspace(window("mpv"))
    sway.before = {2: window_event("focus", focused=True), 4: window_event("new", focused=False)}
    app = sway_focus().focused()
    assert app is not None
    assert app.names[0] == "mpv"


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        (workspace(focused=True), None),
        (workspace(window("a", focused=False)), None),
        (workspace({"type": "con", "focused": True, "nodes": [window("a", focused=False)]}), None),
        (workspace(floating=(window("pavucontrol"),)), ("pavucontrol",)),
        (workspace({"type": "con", "focused": False, "nodes": [window("deep")]}), ("deep",)),
        (
            workspace(window(None, window_properties={"instance": "gimp", "class": "Gimp"})),
            ("gimp", "Gimp"),
        ),
        # i3 tells no pid.
        (
            workspace(
                {"focused": True, "name": None, "window_properties": {"class": "XTerm"}}
            ),
            ("XTerm",),
        ),
    ],
)  # fmt: skip
def test_what_sway_has_on_its_screen(
    sway: FakeSway, sway_focus: Callable[[], Follower], tree: Any, names: tuple[str, ...] | None
) -> None:
    sway.tree = tree
    focus = sway_focus()
    assert until(lambda: focus.problem is None)
    app = focus.focused()
    assert (app and tuple(name for name in app.names if name != OWN_NAME)) == names


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({2: i3_message(2, {"success": False})}, "the server refuses to tell of its windows"),
        ({2: b"HTTP/1.1 400 Bad Request\r\n"}, "the server speaks another protocol than i3-ipc"),
        (
            {4: b"i3-ipc" + struct.pack("=II", 5, 4) + b"{bad}"},
            "the server answers what is not understood (JSONDecodeError)",
        ),
        ({4: i3_message(4, [1])}, "the server sent something other than an object"),
        (
            {4: i3_message(4, {"focused": True, "window_properties": 5})},
            "the server answers what is not understood (AttributeError)",
        ),
    ],
)
def test_a_wrong_answer_of_sway_is_a_problem_until_it_is_right(
    sway: FakeSway,
    sway_focus: Callable[[], Follower],
    answers: dict[int, bytes],
    problem: str,
) -> None:
    right = dict(sway.answers)
    sway.answers = right | answers
    sway.tree = workspace(window("mpv"))
    focus = sway_focus()
    assert until(lambda: focus.problem == f"{problem}; start it")
    assert focus.focused() is None
    sway.answers = right
    assert until(focus.focused)
    assert focus.problem is None


def test_a_short_answer_is_a_problem(sway_server: Server, sway: FakeSway, follow: Any) -> None:
    def cut(client: socket.socket) -> None:
        client.recv(1000)
        client.sendall(i3_message(2, {"success": True})[:-3])
        client.shutdown(socket.SHUT_RDWR)

    sway_server.serve = cut
    focus = follow(lambda: Sway(str(sway_server.path)))
    assert until(lambda: "ConnectionResetError" in str(focus.problem))
    sway_server.serve = sway.serve
    sway.tree = workspace(window("mpv"))
    assert until(focus.focused)


def test_a_late_answer_keeps_nobody_waiting(sway: FakeSway, sway_server: Server) -> None:
    late = threading.Event()

    def wait_first(client: socket.socket) -> None:
        late.wait(30)
        sway.serve(client)

    sway_server.serve = wait_first
    sway.tree = workspace(window("mpv"))
    focus = Follower("sway", "start it", lambda: Sway(str(sway_server.path)), 0.005, 0.0)
    assert focus.focused() is None
    assert focus.problem == "sway has not answered yet; start it"
    late.set()
    assert until(focus.focused)
    assert focus.problem is None
    focus.close()


def test_no_answer_is_a_problem(
    sway_server: Server, follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.focus.unix_sockets.ANSWER_S", 0.01)
    never = threading.Event()
    sway_server.serve = lambda client: never.wait(30) and None
    focus = follow(lambda: Sway(str(sway_server.path)))
    assert until(lambda: focus.problem == "the server does not answer; start it")
    never.set()


def test_sway_gone_and_back(
    sway: FakeSway, sway_server: Server, sway_focus: Callable[[], Follower]
) -> None:
    sway.tree = workspace(window("mpv"))
    focus = sway_focus()
    assert focus.focused()
    sway_server.stop()
    gone = "the server can't be reached (No such file or directory); start it"
    assert until(lambda: focus.problem == gone)
    assert focus.focused() is None
    sway_server.start()
    assert until(focus.focused)
    assert focus.problem is None


def test_closing_ends_the_thread_while_it_waits_for_events(
    sway_focus: Callable[[], Follower],
) -> None:
    focus = sway_focus()
    assert focus.problem is None
    focus.close()
    assert not focus._thread.is_alive()
    focus.close()


# Hyprland


MPV = {
    "address": "0x1", "class": "mpv", "initialClass": "mpv", "title": "A film",
    "pid": 2**31 - 1, "fullscreen": 0,
}  # fmt: skip


class FakeHyprland:
    def __init__(self, folder: Path) -> None:
        self.answer: bytes = json.dumps(MPV).encode()
        self.asked: list[bytes] = []
        folder.mkdir(parents=True)
        self.requests = Server(folder / ".socket.sock", self._answer)
        self.events = Server(folder / ".socket2.sock", lambda client: None)

    def _answer(self, client: socket.socket) -> None:
        self.asked.append(client.recv(1000))
        client.sendall(self.answer)
        # Hyprland closes when it has answered.
        client.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def hyprland(tmp_path: Path, servers: list[Server]) -> FakeHyprland:
    hyprland = FakeHyprland(tmp_path / "hypr" / "abc")
    servers += [hyprland.requests, hyprland.events]
    return hyprland


@pytest.fixture
def hyprland_focus(
    hyprland: FakeHyprland, follow: Callable[[Any], Follower]
) -> Callable[[], Follower]:
    def start() -> Follower:
        focus = follow(lambda: Hyprland(hyprland.events.path.parent))
        assert hyprland.events.connected.acquire(timeout=120)
        return focus

    return start


def test_hyprland_tells_at_once(
    hyprland: FakeHyprland, hyprland_focus: Callable[[], Follower]
) -> None:
    focus = hyprland_focus()
    assert focus.focused() == App(("mpv",), "A film", False, 2**31 - 1)
    assert hyprland.asked == [b"j/activewindow"]


def test_hyprland_tells_of_changes(
    hyprland: FakeHyprland, hyprland_focus: Callable[[], Follower]
) -> None:
    focus = hyprland_focus()
    assert focus.focused()
    hyprland.answer = b"{}"
    # Events come in any pieces.
    hyprland.events.say(b"activewin")
    hyprland.events.say(b"dow>>,\n")
    assert until(lambda: focus.focused() is None)
    assert focus.problem is None
    hyprland.answer = json.dumps(MPV).encode()
    hyprland.events.say(b"fullscreen>>1\n")
    assert until(focus.focused)


def test_hyprland_is_asked_once_for_events_that_come_together(
    hyprland: FakeHyprland, hyprland_focus: Callable[[], Follower]
) -> None:
    focus = hyprland_focus()
    hyprland.events.say(b"submap>>x\nopenlayer>>rofi\nurgent>>1\n")
    hyprland.answer = b"{}"
    hyprland.events.say(b"activewindow>>a,b\nactivewindowv2>>1\nwindowtitle>>1\n")
    assert until(lambda: focus.focused() is None)
    assert len(hyprland.asked) == 2


@pytest.mark.parametrize(
    ("fields", "fullscreen"),
    [
        ({"fullscreen": 0}, False),
        ({"fullscreen": 1}, False),
        ({"fullscreen": 2}, True),
        ({"fullscreen": 3}, True),
        ({"fullscreen": True, "fullscreenMode": 0}, True),
        ({"fullscreen": True, "fullscreenMode": 1}, False),
        ({"fullscreen": False, "fullscreenMode": 0}, False),
    ],
)
def test_full_screen_of_hyprland_old_and_new(
    hyprland: FakeHyprland,
    hyprland_focus: Callable[[], Follower],
    fields: dict[str, Any],
    fullscreen: bool,
) -> None:
    hyprland.answer = json.dumps(MPV | fields).encode()
    app = hyprland_focus().focused()
    assert app is not None
    assert app.fullscreen is fullscreen


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"unknown request", "answers what is not understood (JSONDecodeError)"),
        (b"", "answers what is not understood (JSONDecodeError)"),
        (json.dumps(MPV).encode()[:-10], "answers what is not understood (JSONDecodeError)"),
        (b"[]", "sent something other than an object"),
        (b'{"class": "mpv"}', "answers what is not understood (KeyError)"),
    ],
)
def test_a_wrong_answer_of_hyprland_is_a_problem_until_it_is_right(
    hyprland: FakeHyprland,
    hyprland_focus: Callable[[], Follower],
    answer: bytes,
    problem: str,
) -> None:
    right, hyprland.answer = hyprland.answer, answer
    focus = hyprland_focus()
    assert until(lambda: focus.problem == f"the server {problem}; start it")
    assert focus.focused() is None
    hyprland.answer = right
    assert until(focus.focused)


def test_hyprland_gone_and_back(
    hyprland: FakeHyprland, hyprland_focus: Callable[[], Follower]
) -> None:
    focus = hyprland_focus()
    assert focus.focused()
    hyprland.events.stop()
    assert until(lambda: "No such file" in str(focus.problem))
    assert focus.focused() is None
    hyprland.events.start()
    assert until(focus.focused)
    assert focus.problem is None


# Choosing them


def test_sway_and_hyprland_are_found_by_their_variables(
    sway: FakeSway, sway_server: Server, hyprland: FakeHyprland, tmp_path: Path
) -> None:
    sway.tree = workspace(window("in-sway"))
    environ = {"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0", "XDG_RUNTIME_DIR": str(tmp_path)}
    for more, name in (
        ({"SWAYSOCK": str(sway_server.path)}, "in-sway"),
        ({"HYPRLAND_INSTANCE_SIGNATURE": "abc"}, "mpv"),
    ):
        focus = open_focus(environ | more, "linux")
        app = focus.focused()
        assert app is not None
        assert app.names[0] == name
        focus.close()


def test_a_sway_that_is_gone_is_one_clear_line(tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-1", "SWAYSOCK": str(tmp_path / "none")}
    focus = open_focus(environ, "linux")
    assert focus.problem == (
        "sway can't be reached (No such file or directory); "
        "see that SWAYSOCK names the socket of the running sway"
    )
    focus.close()
