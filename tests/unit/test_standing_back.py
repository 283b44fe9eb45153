"""When gestures stand back: a locked screen, the real keyboard, a pause, a command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daemon.chain import AT_REST, IN_USE, LOCKED, Chain
from daemon.config.load import parse_config
from daemon.config.model import Config
from daemon.control.status import Status
from daemon.guard import Guard
from daemon.injector import Injector
from daemon.live import Live
from daemon.round import Round
from daemon.running import Running
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import FIST, PALM
from daemon.synthetic.scene import Act
from gestures.landmarks import HandFrame
from tests.unit.fake_keyboard import FakeKeyboard
from tests.unit.hand_paths import acting_hands

CONFIG = """\
version: 1
arming: {gesture: palm, hold_ms: 300, disarm_after_ms: 10000}
safety: {longest_hold_ms: 300000}
bindings:
  - {gesture: fist, action: {type: hold, keys: space}}
modes: {video: {bindings: []}}
"""


def parsed(text: str = CONFIG) -> Config:
    return parse_config(text, Path("config.yaml")).config


class Desk:
    """A chain before a desktop that the test plays."""

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or parsed()
        self.keyboard = FakeKeyboard()
        self.used = self.locked = self.stopped = False
        self.guard = Guard(lambda: self.used, lambda: self.locked, yield_ms=1000)
        injector = Injector(self.keyboard)
        self.chain = Chain(self.config, injector, dry_run=False, guard=self.guard)
        self.running = Running(None, self._stop, clock=lambda: 0.0)
        live = Live(injector, "fake: why", guard=self.guard)
        self.running.begin(Round(self.config, live, self.chain, None))
        self.t_s = 0.0
        self.lines: list[dict[str, Any]] = []

    def _stop(self) -> None:
        self.stopped = True

    def play(self, frames: Iterator[HandFrame]) -> list[str]:
        """Feed frames, one after another; returns what happened, updates left out."""
        told = []
        start_s = self.t_s
        for frame in frames:
            self.t_s = start_s + frame.t_s + 1 / 30
            now = HandFrame(self.t_s, frame.width, frame.height, frame.hands)
            for watched in self.running.watched([now]):
                lines = self.chain.feed(watched)
                self.running.tell(lines)
                told += [line.to_json() for line in lines]
        self.lines += told
        return [
            " ".join([each["event"], each.get("gesture") or each.get("reason") or ""]).strip()
            for each in told
            if each["event"] in ("armed", "disarmed", "action")
        ]


def still(pose: object, duration_s: float) -> Iterator[HandFrame]:
    return acting_hands(Act(HandState(pose, (320.0, 260.0), 75.0)).hold(duration_s))  # type: ignore[arg-type]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    assert desk.play(still(PALM, 1.0)) == ["armed"]
    assert desk.play(still(FIST, 1.0)) == ["action fist"]
    assert desk.keyboard.down == {("key", "space")}
    return desk


def test_the_real_keyboard_takes_over_for_a_moment(desk: Desk) -> None:
    desk.used = True
    assert desk.play(still(FIST, 0.1)) == [f"disarmed {IN_USE}"]
    assert desk.keyboard.down == set()
    assert desk.running.status().state == "yielding"
    desk.used = False
    assert desk.play(still(PALM, 0.3)) == []
    assert desk.play(still(FIST, 1.0)) == [f"armed {AT_REST}"]
    assert desk.keyboard.down == set(), "a gesture begun meanwhile does not act"
    assert desk.play(still(PALM, 0.6)) == []
    assert desk.play(still(FIST, 0.6)) == ["action fist"]


def test_a_locked_screen_disarms_and_nothing_is_recognised(desk: Desk) -> None:
    desk.locked = True
    assert desk.play(still(PALM, 2.0)) == [f"disarmed {LOCKED}"]
    assert desk.keyboard.down == set()
    assert desk.running.status().state == "locked"
    desk.locked = False
    assert desk.play(still(FIST, 0.6)) == []
    assert desk.running.status().state == "disarmed"
    assert desk.play(still(PALM, 1.0)) == ["armed"]


def test_what_lasts_keeps_it_armed(desk: Desk) -> None:
    assert desk.play(still(FIST, 11.0)) == []
    assert desk.keyboard.down == {("key", "space")}
    assert desk.play(still(PALM, 9.0)) == []
    assert desk.play(still(PALM, 3.0)) == ["disarmed no gesture for 10 s"]


def test_commands_arm_and_disarm(desk: Desk) -> None:
    assert [line.to_json()["reason"] for line in desk.running.disarm()] == ["by command"]
    assert desk.keyboard.down == set()
    desk.play(still(PALM, 0.1))
    assert desk.play(still(FIST, 0.6)) == []
    desk.play(still(PALM, 0.2))
    (armed,) = desk.running.arm()
    assert armed.to_json() == {
        "t": round(desk.t_s, 3), "event": "armed", "hand": "right", "track": 1,
        "reason": "by command",
    }  # fmt: skip
    assert desk.play(still(FIST, 0.6)) == ["action fist"]


def test_armed_by_command_the_next_hand_acts() -> None:
    desk = Desk()
    desk.running.arm()
    assert desk.play(still(FIST, 0.6)) == ["action fist"]


def test_without_arming_there_is_nothing_to_arm() -> None:
    desk = Desk(parsed("version: 1\narming: false"))
    for refused in (desk.running.arm, desk.running.disarm):
        with pytest.raises(ValueError, match="'arming' is off in the configuration"):
            refused()


def test_pause_releases_and_resume_goes_on(desk: Desk) -> None:
    (paused,) = desk.running.pause()
    assert paused.to_json()["event"] == "disarmed"
    assert paused.to_json()["reason"] == "paused"
    assert desk.running.pause() == []
    assert desk.keyboard.down == set()
    assert desk.running.status().state == "paused"
    desk.play(still(PALM, 0.6))
    assert desk.play(still(FIST, 0.6)) == []
    (resumed,) = desk.running.resume()
    assert resumed.to_json()["event"] == "armed"
    assert desk.running.status().hand == "right"
    desk.play(still(PALM, 0.6))
    assert desk.play(still(FIST, 0.6)) == ["action fist"]


def test_status_tells_what_is_on(desk: Desk) -> None:
    assert [line.to_json() for line in desk.running.set_mode("video")] == [
        {"t": round(desk.t_s, 3), "event": "mode", "mode": "video"}
    ]
    with pytest.raises(ValueError, match="no mode 'vdeo'; there are: default, video"):
        desk.running.set_mode("vdeo")
    status = desk.running.status()
    assert isinstance(status, Status)
    assert (status.state, status.mode, status.hand) == ("armed", "video", "right")
    assert (status.backend, status.backend_reason) == ("fake", "why")
    assert [line.to_json()["event"] for line in status.last_events][-1] == "action"
    desk.running.stop()
    assert desk.stopped


def test_arming_what_is_armed_changes_nothing(desk: Desk) -> None:
    assert desk.running.arm() == []
    assert desk.keyboard.down == {("key", "space")}


def test_armed_for_the_next_hand_no_former_one_is_named(desk: Desk) -> None:
    desk.running.tell(desk.running.disarm())
    desk.play(HandFrame(t_s, 640, 480) for t_s in (0.1, 0.5, 1.0))
    desk.running.tell(desk.running.arm())
    assert (desk.running.status().state, desk.running.status().hand) == ("armed", None)
    desk.play(still(PALM, 0.2))
    assert desk.running.status().hand == "right"


def test_status_tells_what_keeps_failing(desk: Desk) -> None:
    desk.keyboard.fail_next(*["fails"] * 50)
    desk.play(still(PALM, 0.3))
    assert any("may be down still" in warning for warning in desk.running.status().warnings)
    desk.keyboard.work_from_now_on()
    desk.play(still(PALM, 0.3))
    assert desk.running.status().warnings == []


def test_a_pause_is_not_told_to_be_over_when_the_keyboard_rests(desk: Desk) -> None:
    desk.running.pause()
    desk.used = True
    desk.play(still(PALM, 0.1))
    desk.used = False
    assert desk.play(still(PALM, 2.0)) == []


def test_status_tells_that_it_is_armed_though_the_person_types(desk: Desk) -> None:
    desk.used = True
    desk.play(still(PALM, 0.1))
    status = desk.running.status()
    assert (status.state, status.armed, status.hand) == ("yielding", True, "right")


def test_armed_by_command_it_is_locked_to_the_first_hand_that_comes() -> None:
    desk = Desk()
    desk.running.arm()
    assert desk.play(still(FIST, 0.6)) == ["action fist"]
    left = HandState(FIST, (320.0, 260.0), 75.0, hand="left")
    desk.play(HandFrame(t_s, 640, 480) for t_s in (0.1, 0.4, 0.8))
    frames = list(acting_hands(Act(left).hold(1.0)))
    others = (replace(f, hands=tuple(replace(h, track=9) for h in f.hands)) for f in frames)
    assert desk.play(others) == []


def test_a_pose_that_goes_on_fires_once(desk: Desk) -> None:
    config = parsed(
        CONFIG.replace("bindings:\n", "bindings:\n  - {gesture: fist, hold_ms: 300, action:"
                       " {type: key, keys: b}}\n")
    )  # fmt: skip
    desk = Desk(config)
    desk.play(still(PALM, 1.0))
    desk.play(still(FIST, 1.0))
    desk.play(HandFrame(t_s, 640, 480) for t_s in (0.1, 0.2, 0.3, 0.4))
    desk.play(still(FIST, 1.0))
    assert desk.keyboard.log.count("press b") == 1
    assert desk.keyboard.log.count("press space") == 2


def test_a_pause_by_gesture_ends_by_it_however_much_later() -> None:
    desk = Desk(
        parsed(
            CONFIG.replace("{type: hold, keys: space}", "{type: pause}").replace("10000", "2000")
        )
    )
    desk.play(still(PALM, 1.0))
    assert "disarmed paused" in desk.play(still(FIST, 0.6))
    assert desk.running.status().state == "paused"
    assert desk.play(still(PALM, 5.0)) == []
    assert "armed resumed" in desk.play(still(FIST, 0.6))


def test_armed_while_paused_is_not_told_and_not_by_command(desk: Desk) -> None:
    desk.running.tell(desk.running.disarm())
    desk.running.pause()
    desk.play(HandFrame(t_s, 640, 480) for t_s in (0.1, 0.7, 1.3))
    assert desk.play(still(PALM, 1.0)) == []
    with pytest.raises(ValueError, match="it is paused: `gestured resume` first"):
        desk.running.arm()
    (resumed,) = desk.running.resume()
    assert resumed.to_json()["event"] == "armed"
