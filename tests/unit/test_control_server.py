"""The control socket, with real sockets: nobody gets in the way of the loop or of each other."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.control.errors import ControlError
from daemon.control.message import COMMANDS, LONGEST
from daemon.control.server import MOST_CLIENTS, ControlServer, Request
from tests.unit.control_loop import SOON_S, FakeControlled, Told, attending
from tests.unit.waiting import until

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")

STATUS = b'{"command": "status"}\n'


class Peer:
    """A client that does as it likes."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(SOON_S)
        self.socket.connect(str(path))
        self._lines = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> dict[str, Any]:
        return json.loads(self._lines.readline())

    def ask(self, data: bytes = STATUS) -> dict[str, Any]:
        self.send(data)
        return self.answer()

    def is_hung_up(self) -> bool:
        """Reads what is left; fails with a timeout while the other side is there."""
        with suppress(ConnectionError):
            while self._lines.read(1 << 16):
                pass
        return True

    def close(self) -> None:
        self._lines.close()
        self.socket.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control.sock"


@pytest.fixture
def server(path: Path) -> Iterator[ControlServer]:
    with closing(ControlServer(path)) as server:
        yield server


@pytest.fixture
def loop(server: ControlServer) -> Iterator[FakeControlled]:
    with attending(server) as controlled:
        yield controlled


@pytest.fixture
def connect(path: Path) -> Iterator[Callable[[], Peer]]:
    peers: list[Peer] = []

    def connected() -> Peer:
        peers.append(Peer(path))
        return peers[-1]

    yield connected
    for peer in peers:
        peer.close()


def taken(server: ControlServer) -> Request:
    """The next request."""
    turn = threading.Event()
    for _ in range(int(SOON_S * 1000)):
        if requests := server.take():
            (request,) = requests
            return request
        turn.wait(0.001)
    raise AssertionError("no request came")


def test_every_command_reaches_the_loop(loop: FakeControlled, connect) -> None:
    peer = connect()
    for name in COMMANDS:
        request = {"command": name, **({"name": "video"} if name == "mode" else {})}
        assert peer.ask(json.dumps(request).encode() + b"\n")["ok"] is True
    assert loop.asked == ["pause", "resume", "arm", "disarm", "mode video", "reload", "stop"]


def test_a_reload_is_answered_when_its_outcome_is_known(loop: FakeControlled, connect) -> None:
    loop.reloaded = None
    waiting, other = connect(), connect()
    waiting.send(b'{"command": "reload"}\n')
    assert until(lambda: loop.reloads)
    assert other.ask()["ok"]  # the loop goes on
    loop.reloads[0]({"ok": True, "result": "reloaded"})
    assert waiting.answer() == {"ok": True, "result": "reloaded"}
    assert waiting.ask()["ok"]


def test_who_waits_for_a_reload_hears_of_the_end(path: Path, connect) -> None:
    with closing(ControlServer(path)) as server, attending(server) as loop:
        loop.reloaded = None
        peer = connect()
        peer.send(b'{"command": "reload"}\n')
        assert until(lambda: loop.reloads)
    assert peer.answer()["error"].startswith("gestured is ending")


def test_each_watcher_gets_what_it_asked_for(server: ControlServer, connect) -> None:
    assert not server.wants("events")
    plain, curious = connect(), connect()
    assert plain.ask(b'{"command": "watch"}\n')["ok"]
    assert not server.wants("landmarks")
    assert curious.ask(b'{"command": "watch", "landmarks": true}\n')["ok"]
    assert (server.wants("landmarks"), server.wants("scores")) == (True, False)
    server.publish([Told({"event": "scores"})], "scores")
    server.publish([Told({"event": "landmarks"})], "landmarks")
    server.publish([Told({"event": "begin"})])
    assert [curious.answer()["event"] for _ in range(2)] == ["landmarks", "begin"]
    assert plain.answer()["event"] == "begin"
    # Who asks again has the last word.
    assert curious.ask(b'{"command": "watch", "scores": true}\n')["ok"]
    assert (server.wants("landmarks"), server.wants("scores")) == (False, True)
    curious.close()
    assert until(lambda: not server.wants("scores"))
    assert server.wants("events")


def test_status_is_the_loops(loop: FakeControlled, connect) -> None:
    assert connect().ask() == {"ok": True, **loop.now.to_json()}


def test_a_refusal_is_the_loops(loop: FakeControlled, connect) -> None:
    answer = connect().ask(b'{"command": "mode", "name": "vdeo"}\n')
    assert answer == {"ok": False, "error": "no mode 'vdeo'; there are: default, video"}


def test_many_clients_each_get_their_own_answers(
    server: ControlServer, loop: FakeControlled, connect
) -> None:
    peers = [connect() for _ in range(MOST_CLIENTS)]
    for turn in range(3):
        for number, peer in enumerate(peers):
            peer.send(b'{"command": "mode", "name": "%d-%d"}\n' % (turn, number))
        for number, peer in enumerate(peers):
            assert f"'{turn}-{number}'" in peer.answer()["error"]


def test_one_client_too_many_is_told_so(loop: FakeControlled, connect) -> None:
    peers = [connect() for _ in range(MOST_CLIENTS)]
    assert all(peer.ask()["ok"] for peer in peers)
    late = connect()
    assert "no more may be" in late.answer()["error"]
    assert late.is_hung_up()
    # A place that is left can be taken.
    peers[0].send(b'{"command": "watch"}\n')
    peers[0].close()
    assert peers[1].ask()["ok"]
    assert connect().ask()["ok"]


def test_requests_sent_at_once_are_answered_one_after_the_other(
    server: ControlServer, connect
) -> None:
    peer = connect()
    peer.send(b'{"command": "arm"}\n' + STATUS)
    request = taken(server)
    assert request.command.name == "arm"
    assert server.take() == []
    request.answer({"ok": True})
    assert taken(server).command.name == "status"


def test_half_a_line_is_no_request(server: ControlServer, loop: FakeControlled, connect) -> None:
    peer = connect()
    peer.send(b'{"command": "stop"}')
    peer.close()
    assert connect().ask()["ok"]
    assert loop.asked == []


def test_who_hangs_up_after_asking_still_gets_the_answer(loop: FakeControlled, connect) -> None:
    peer = connect()
    peer.send(STATUS + b"{}\n")
    peer.socket.shutdown(socket.SHUT_WR)
    assert peer.answer()["ok"] is True
    assert peer.answer()["ok"] is False
    assert peer.is_hung_up()


def test_an_answer_to_who_has_left_goes_nowhere(server: ControlServer, connect) -> None:
    peer = connect()
    peer.send(STATUS)
    request = taken(server)
    peer.close()
    request.answer({"ok": True})
    other = connect()
    other.send(STATUS)
    taken(server).answer({"ok": True})
    assert other.answer() == {"ok": True}


def test_a_line_of_a_megabyte_is_refused_and_the_next_is_answered(
    loop: FakeControlled, connect
) -> None:
    peer = connect()
    sender = threading.Thread(target=peer.send, args=(b"x" * (1 << 20) + b"\n" + STATUS,))
    sender.start()
    assert peer.answer() == {"ok": False, "error": f"the line is longer than {LONGEST} bytes"}
    assert peer.answer()["ok"] is True
    sender.join(SOON_S)


def test_events_go_to_those_who_watch(server: ControlServer, loop: FakeControlled, connect) -> None:
    server.publish([Told({"event": "too early"})])
    watcher, other = connect(), connect()
    assert watcher.ask(b'{"command": "watch"}\n') == {"ok": True}
    server.publish([Told({"number": number}) for number in range(3)])
    assert [watcher.answer() for _ in range(3)] == [{"number": number} for number in range(3)]
    assert "ok" in other.ask()
    # To ask for them again changes nothing.
    watcher.ask(b'{"command": "watch"}\n')
    server.publish([Told({"number": 3})])
    assert watcher.answer() == {"number": 3}
    assert watcher.ask()["ok"]


def test_who_does_not_read_events_is_dropped_and_the_others_get_all(
    server: ControlServer, connect, caplog
) -> None:
    reader, sleeper = connect(), connect()
    for peer in (reader, sleeper):
        peer.ask(b'{"command": "watch"}\n')
    for number in range(100):
        server.publish([Told({"number": number, "filler": "x" * 20_000})])
        assert reader.answer()["number"] == number
    assert sleeper.is_hung_up()
    assert [record.message for record in caplog.records] == [
        "control: a client that watches reads too slowly and is dropped"
    ]


def test_who_reads_late_gets_all_in_order(server: ControlServer, connect) -> None:
    peer = connect()
    peer.ask(b'{"command": "watch"}\n')
    server.publish([Told({"number": n, "filler": "x" * 20_000}) for n in range(12)])
    assert [peer.answer()["number"] for _ in range(12)] == list(range(12))


def test_who_asks_and_never_reads_is_asked_to_wait(server: ControlServer, connect) -> None:
    flood = connect()
    flood.socket.settimeout(0)
    with suppress(BlockingIOError):
        while True:
            flood.send(b"{}\n" * 10_000)
    with attending(server):
        assert connect().ask()["ok"]


class Gate:
    """Tells the user on the other side, but only while open: the thread waits before it."""

    def __init__(self) -> None:
        self.is_open, self.reached = threading.Event(), threading.Event()
        self.is_open.set()

    def peer_uid(self, _connection: socket.socket) -> int:
        self.reached.set()
        assert self.is_open.wait(SOON_S)
        return os.geteuid()

    @contextmanager
    def closed(self, path: Path) -> Iterator[None]:
        self.is_open.clear()
        self.reached.clear()
        with closing(Peer(path)):
            assert self.reached.wait(SOON_S)
            yield
            self.is_open.set()


def test_the_loop_does_not_wait_for_the_thread(path: Path) -> None:
    gate = Gate()
    with closing(ControlServer(path, gate.peer_uid)) as server, closing(Peer(path)) as peer:
        peer.ask(b'{"command": "watch"}\n')
        peer.send(STATUS)
        request = taken(server)
        with gate.closed(path):
            request.answer({"ok": True})
            for number in range(2_000):
                server.publish([Told({"number": number})])
                assert server.take() == []
        assert peer.answer() == {"ok": True}
        assert [peer.answer()["number"] for _ in range(2_000)] == list(range(2_000))


def test_the_last_answer_is_sent_though_the_end_comes_at_once(path: Path) -> None:
    gate = Gate()
    with closing(ControlServer(path, gate.peer_uid)) as server, closing(Peer(path)) as peer:
        peer.send(b'{"command": "stop"}\n')
        request = taken(server)
        with gate.closed(path):
            request.answer({"ok": True})
            end = threading.Thread(target=server.close)
            end.start()
            turn = threading.Event()
            while path.exists():
                turn.wait(0.001)
        end.join(SOON_S)
        assert peer.answer() == {"ok": True}


def test_another_user_is_refused(path: Path) -> None:
    with (
        closing(ControlServer(path, lambda _: os.geteuid() + 1)) as server,
        closing(Peer(path)) as peer,
    ):
        error = "only the user whom gestured runs for may talk to it"
        assert peer.answer() == {"ok": False, "error": error}
        assert peer.is_hung_up()
        assert server.take() == []


def test_who_cant_be_told_is_refused(path: Path) -> None:
    def nobody(_connection: socket.socket) -> int:
        raise OSError("gone")

    with closing(ControlServer(path, nobody)), closing(Peer(path)) as peer:
        assert peer.answer()["ok"] is False


def test_only_the_user_may_open_the_socket(server: ControlServer, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_end_answers_what_is_open_and_leaves_nothing(path: Path, connect) -> None:
    fds = Path("/proc/self/fd")
    before = len(list(fds.iterdir())) if fds.exists() else None
    server = ControlServer(path)
    peers = [Peer(path) for _ in range(5)]
    peers[0].ask(b'{"command": "watch"}\n')
    peers[1].send(STATUS)
    taken(server)
    peers[2].send(b'{"comm')
    peers[3].send(b'{"command": "stop"}\n')
    taken(server).answer({"ok": True})
    server.close()
    server.close()
    assert peers[1].answer()["error"] == "gestured is ending; `gestured run` starts it again"
    assert peers[3].answer() == {"ok": True}
    for peer in peers:
        assert peer.is_hung_up()
        peer.close()
    assert not path.exists()
    assert "control" not in [thread.name for thread in threading.enumerate()]
    if before is not None:
        assert len(list(fds.iterdir())) == before
    # Who is late harms nothing.
    server.publish([Told({})])
    assert server.take() == []


def test_a_name_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="too long"):
        ControlServer(tmp_path / ("x" * 200))


def mutated(message: bytes) -> st.SearchStrategy[bytes]:
    """A message with a few of its bytes cut out, doubled or replaced."""
    put = st.sampled_from([b'"', b"{", b"}", b"\n", b"\\u", b",", b"x" * 5000])
    put |= st.binary(max_size=5)
    cut = st.tuples(st.integers(0, len(message)), st.integers(0, 5), put)

    def apply(cuts: list[tuple[int, int, bytes]]) -> bytes:
        changed = message
        for start, length, put in cuts:
            changed = changed[:start] + put + changed[start + length :]
        return changed

    return st.lists(cut, max_size=4).map(apply)


MESSAGES = [json.dumps({"command": name}).encode() for name in COMMANDS]
MESSAGES += [b'{"command": "mode", "name": "video"}', b'{"command": "mode", "name": "\\ud800"}']


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    path = tmp_path_factory.mktemp("talk") / "control.sock"
    with (
        closing(ControlServer(path)) as server,
        attending(server),
        closing(Peer(path)) as peer,
    ):
        yield peer


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MESSAGES).flatmap(mutated))
@example(b"\x00")
@example(b'{"command": "mode", "name": "\\ud800"}')
@example(b'{"command": NaN}')
def test_each_line_gets_one_answer_whatever_it_is(talk: Peer, message: bytes) -> None:
    talk.send(message + b"\n" + STATUS)
    for _ in range(message.count(b"\n") + 1):
        answer = talk.answer()
        assert answer["ok"] or (answer["error"] and "\n" not in answer["error"])
    assert talk.answer()["pid"] == 7
