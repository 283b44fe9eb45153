"""Rounds as those see them who talk to the daemon: what is in force, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from daemon.chain import Chain, Recognition, recognition
from daemon.config.load import parse_config
from daemon.config.model import Config
from daemon.config.problems import ConfigError, Problem
from daemon.control.wording import status_lines
from daemon.guard import Guard
from daemon.injector import Injector
from daemon.live import Live
from daemon.reload.outcome import Asked, Failed, Outcome, Reloaded
from daemon.round import Round
from daemon.running import Running
from gestures.landmarks import HandFrame
from tests.unit.fake_keyboard import FakeKeyboard

PATH = Path("config.yaml").absolute()
PLAIN = "version: 1\nbindings: [{gesture: fist, action: {type: key, keys: space}}]\n"
VIDEO = PLAIN + "modes: {video: {bindings: []}}\n"


def parsed(text: str) -> Config:
    return parse_config(text, PATH).config


def error(message: str) -> ConfigError:
    return ConfigError([Problem(PATH, 2, 1, "camera", message)])


@dataclass
class FakeReloader:
    """Gives what the test puts in."""

    outcomes: list[Outcome[Recognition]] = field(default_factory=list)
    failure: ConfigError | None = None
    answers: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self) -> Outcome[Recognition] | None:
        return self.outcomes.pop(0) if self.outcomes else None

    def refuse(self, reloaded: Reloaded[Recognition], why: str) -> Failed:
        self.failure = error(why)
        return Failed(reloaded.path, self.failure, reloaded.asked)

    def reads(self, text: str) -> None:
        asked = (Asked(self.answers.append, until_s=1e9),)
        self.outcomes.append(Reloaded(PATH, text, recognition(parsed(text)), (), asked))


@dataclass
class FakeCamera:
    start_s: float = 0.0
    state: str = "on"
    problem: str | None = None
    warnings: tuple[str, ...] = ()

    def pause(self) -> None:
        self.state = "off"

    def resume(self) -> None:
        self.state = "on"


class Run:
    """A run whose rounds the test opens."""

    def __init__(self, text: str = PLAIN, *, stands_in: bool = False) -> None:
        self.reloader = FakeReloader()
        self.now_s = 100.0
        self.locked = self.no_camera = False
        self.running = Running(self.reloader, lambda: None, clock=lambda: self.now_s)  # type: ignore[arg-type]
        self.keyboard = FakeKeyboard()
        config = Config(path=PATH) if stands_in else parsed(text)
        self.opened: list[Config] = []
        self.open(config, stands_in=stands_in)

    def open(self, config: Config, *, stands_in: bool = False) -> list[dict[str, Any]]:
        injector = Injector(self.keyboard)
        guard = Guard(locked=lambda: self.locked)
        live = Live(injector, "fake: why", guard=guard)
        chain = Chain(config, injector, dry_run=False, guard=guard)
        self.opened.append(config)
        camera = None if stands_in or self.no_camera else FakeCamera(self.now_s)
        return said(self.running.begin(Round(config, live, chain, camera, stands_in)))

    def see(self, t_s: float) -> float:
        (frame,) = self.running.watched([HandFrame(t_s, 64, 48)])
        return frame.t_s

    def take_up(self) -> list[dict[str, Any]]:
        return said(self.running.take_up())

    def status(self) -> str:
        return "\n".join(status_lines(self.running.status().to_json()))


def said(lines: list[Any]) -> list[dict[str, Any]]:
    return [line.to_json() for line in lines]


def test_what_opens_the_same_is_in_force_at_once_and_answered_then() -> None:
    run = Run()
    before = run.running.round
    run.reloader.reads(VIDEO)
    assert [line["state"] for line in run.take_up() if line["event"] == "config"] == ["reloaded"]
    assert run.running.round.live is before.live
    assert "video" in run.running.round.config.modes
    assert run.reloader.answers[0]["result"] == "reloaded"


def test_what_opens_something_else_is_in_force_once_it_is_open() -> None:
    run = Run()
    text = VIDEO + "camera: {source: another}\n"
    run.reloader.reads(text)
    assert run.take_up() == []
    assert (run.running.wanted, run.reloader.answers) == (parsed(text), [])
    assert run.running.round.config == parsed(PLAIN)
    # What is read meanwhile waits for its turn.
    run.reloader.reads(PLAIN)
    assert run.take_up() == []
    told = run.open(parsed(text))
    assert [line["state"] for line in told] == ["reloaded"]
    assert run.running.wanted is None
    assert run.reloader.answers[0]["result"] == "reloaded"
    assert run.take_up() == []
    assert run.running.wanted == parsed(PLAIN)


def test_what_can_not_be_opened_is_told_so_and_nothing_changes() -> None:
    run = Run()
    run.reloader.reads(VIDEO + "camera: {source: another}\n")
    run.take_up()
    told = said(run.running.refuse("another: there is no such camera"))
    assert [(line["event"], line["state"]) for line in told] == [("config", "failed")]
    assert "there is no such camera" in told[0]["reason"]
    assert run.reloader.answers[0]["ok"] is False
    assert run.running.wanted is None
    assert run.running.round.config == parsed(PLAIN)
    assert "changed since, but not used" in run.status()
    assert "what it said before is in force" in run.running.in_words()


def test_nothing_is_in_force_before_a_bad_start_is_mended() -> None:
    run = Run(stands_in=True)
    run.reloader.failure = error("expected a mapping, found 3")
    status = run.running.status()
    assert (status.state, status.armed, status.config_age_s) == ("disarmed", False, None)
    assert "can't be used: " in run.status()
    assert run.running.in_words().startswith("nothing is in force: ")
    with pytest.raises(ValueError, match="no configuration is in force"):
        run.running.arm()
    # Even what opens the same as nothing in particular has yet to be opened.
    run.reloader.failure = None
    run.reloader.reads("version: 1\n")
    assert run.take_up() == []
    assert run.running.wanted == parsed("version: 1\n")
    run.open(run.running.wanted)
    assert "can't be used" not in run.status()


def test_mode_and_pause_outlive_what_is_opened_anew() -> None:
    run = Run(VIDEO)
    run.running.set_mode("video")
    run.running.pause()
    assert run.running.camera_is_off
    run.open(parsed(VIDEO))
    status = run.running.status()
    assert (status.state, status.mode) == ("paused", "video")
    assert run.running.camera_is_off
    run.running.resume()
    assert not run.running.camera_is_off


@pytest.mark.parametrize("opens", [False, True])
def test_a_mode_that_is_gone_is_left_and_told(opens: bool) -> None:
    run = Run(VIDEO)
    run.running.set_mode("video")
    text = PLAIN + ("camera: {source: another}\n" if opens else "")
    run.reloader.reads(text)
    told = run.take_up()
    if opens:
        told = run.open(parsed(text))
    assert [line["mode"] for line in told if line["event"] == "mode"] == ["default"]
    assert run.running.status().mode == "default"


def test_a_pause_by_gesture_keeps_the_camera_that_ends_it() -> None:
    run = Run()
    run.running.round.chain.dispatcher.toggle_pause(0.0)
    run.open(parsed(PLAIN))
    assert run.running.status().state == "paused"
    assert not run.running.camera_is_off
    assert run.running.round.camera is not None
    assert run.running.round.camera.state == "on"


def test_times_go_on_from_round_to_round() -> None:
    run = Run()
    run.no_camera = True
    run.open(parsed(PLAIN))
    assert [run.see(0.0), run.see(2.5)] == [0.0, 2.5]
    run.open(parsed(PLAIN))
    assert [run.see(0.0), run.see(0.5)] == [2.5, 3.0]
    run.open(parsed(PLAIN))
    run.open(parsed(PLAIN))  # one without a picture between
    assert run.see(0.25) == 3.25


def test_time_goes_on_while_a_camera_gives_nothing() -> None:
    run = Run()
    assert run.see(1.0) == 1.0
    run.now_s += 1.2  # a frame that is still worked on
    assert run.running.now_s() == 1.0
    run.now_s += 60.0
    (line,) = said(run.running.pause())
    assert line["t"] == 61.2
    assert run.see(61.1) == pytest.approx(61.2)  # never back
    assert run.see(62.0) == 62.0


def test_a_lock_of_the_screen_is_seen_without_frames() -> None:
    run = Run()
    run.see(0.1)
    run.locked = True
    assert run.running.stand_back() == []  # the next frame's turn
    run.now_s += 10.0
    run.running.stand_back()
    assert run.running.status().state == "locked"


def test_the_age_of_a_configuration_is_that_of_the_one_in_force() -> None:
    run = Run()
    run.now_s += 60.0
    run.reloader.reads(VIDEO)
    run.take_up()
    run.now_s += 1.0
    assert run.running.status().config_age_s == pytest.approx(1.0)
    run.reloader.reads(PLAIN + "camera: {source: another}\n")
    run.now_s += 5.0
    run.take_up()
    run.running.refuse("it is not there")
    run.open(parsed(VIDEO))
    assert run.running.status().config_age_s == pytest.approx(6.0)
