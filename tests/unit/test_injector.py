from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.backends.backend import BackendError
from daemon.backends.dry_run import DryRunBackend
from daemon.injector import Injector, InjectorError
from tests.unit.fake_keyboard import FakeKeyboard, Outcome


def test_a_combination_goes_down_in_order_and_up_in_reverse() -> None:
    keyboard = FakeKeyboard()
    Injector(keyboard).tap(("ctrl", "shift", "Right"))
    assert keyboard.log == [
        "press ctrl", "press shift", "press Right",
        "release Right", "release shift", "release ctrl",
    ]  # fmt: skip


def test_modifiers_of_the_layout_are_the_injector_s_to_release() -> None:
    keyboard = FakeKeyboard()
    keyboard.fail_next("ok", "ok", "fails", "fails")
    injector = Injector(keyboard)
    with pytest.raises(InjectorError):
        injector.tap(("?",))
    assert keyboard.log == ["press shift", "release shift"]
    assert injector.held == {("key", "?")}


@pytest.mark.parametrize("outcome", ["fails", "fails_after"])
def test_a_press_that_fails_releases_what_is_down(outcome: Outcome) -> None:
    keyboard = FakeKeyboard()
    keyboard.fail_next("ok", "ok", outcome)
    injector = Injector(keyboard)
    with pytest.raises(InjectorError, match=r"^can't press a key: KeyboardOfSecrets; .*doctor"):
        injector.tap(("ctrl", "q"))
    assert keyboard.down == set()
    assert injector.held == set()


def test_clicks_count() -> None:
    keyboard = FakeKeyboard()
    Injector(keyboard).click("right", 2)
    assert keyboard.log == ["press_button right", "release_button right"] * 2


def test_a_button_is_held_until_released() -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    injector.hold_button("left")
    injector.hold_button("left")
    injector.move_to(0.25, 1.0)
    assert injector.held == {("button", "left")}
    injector.release_button("left")
    injector.release_button("left")
    assert keyboard.log == ["press_button left", "move 0.25,1.00", "release_button left"]
    assert injector.held == set()


def test_no_click_through_a_held_button() -> None:
    injector = Injector(FakeKeyboard())
    injector.hold_button("left")
    with pytest.raises(InjectorError, match="a gesture holds the left button; end it first"):
        injector.click("left")


def test_what_stayed_down_is_released_before_the_next_key() -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    keyboard.fail_next("ok", "ok", "ok", "ok", "fails")
    with pytest.raises(InjectorError, match="1 of the keys or buttons may be down still"):
        injector.tap(("ctrl", "c"))
    assert injector.held == keyboard.down == {("key", "ctrl")}
    injector.tap(("Right",))
    assert keyboard.log[-3:] == ["release ctrl", "press Right", "release Right"]


def test_nothing_is_pressed_while_another_key_can_t_be_released() -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    keyboard.fail_next("ok", "ok", "ok", "ok", "fails", "fails")
    for keys in (("ctrl", "c"), ("Right",)):
        with pytest.raises(InjectorError):
            injector.tap(keys)
    assert "press Right" not in keyboard.log
    injector.settle()
    assert keyboard.down == set()


def test_release_all_goes_past_a_failure_and_retries_it(caplog: pytest.LogCaptureFixture) -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    injector.hold_button("left")
    injector.hold_button("right")
    keyboard.fail_next("fails")
    assert not injector.release_all()
    assert keyboard.down == {("button", "right")}
    assert "press them once by hand" in caplog.text
    assert injector.release_all()
    assert keyboard.down == set()


def test_close_releases_and_later_calls_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    injector.hold_button("left")
    injector.close()
    injector.close()
    assert keyboard.log == ["press_button left", "release_button left", "close"]
    calls: list[Callable[[], None]] = [
        lambda: injector.tap(("a",)),
        lambda: injector.click("left"),
        lambda: injector.hold_button("left"),
        lambda: injector.move_to(0.5, 0.5),
    ]
    for call in calls:
        with pytest.raises(InjectorError, match="the input is closed"):
            call()
    assert injector.release_all()
    assert caplog.text == ""


def test_a_backend_that_can_t_close_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    keyboard = FakeKeyboard()
    keyboard.fail_next("fails")
    Injector(keyboard).close()
    assert "closing the input failed" in caplog.text


def test_the_backend_s_own_words_are_passed_on() -> None:
    class Refusing(DryRunBackend):
        def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
            raise BackendError("not here; bind another")

    with pytest.raises(InjectorError, match=r"^can't send the keys: not here; bind another$"):
        Injector(Refusing()).tap(("a",))


def test_keys_are_never_logged_or_quoted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keys = ("SECRET",)
    for outcomes in (["fails"], ["ok", "fails"], ["ok", "ok", "fails", "fails"]):
        keyboard = FakeKeyboard()
        keyboard.fail_next(*outcomes)  # type: ignore[arg-type]
        injector = Injector(keyboard)
        with pytest.raises(InjectorError) as caught:
            injector.tap(keys)
        logging.getLogger().warning("no action", exc_info=caught.value)
        injector.close()
    assert "no action" in caplog.text
    assert "SECRET" not in caplog.text


outcomes_ = st.lists(
    st.sampled_from(["ok", "ok", "fails", "fails_after", "interrupted", "interrupted_after"]),
    max_size=40,
)
operations = st.lists(
    st.one_of(
        st.tuples(
            st.just("tap"),
            st.sampled_from([("a",), ("ctrl", "c"), ("ctrl", "shift", "Right"), ("?",)]),
        ),
        st.tuples(st.just("click"), st.sampled_from(["left", "right"]), st.integers(1, 3)),
        st.tuples(st.just("hold_button"), st.sampled_from(["left", "right"])),
        st.tuples(st.just("release_button"), st.sampled_from(["left", "right"])),
        st.tuples(st.just("move_to"), st.just(0.5), st.just(0.5)),
        st.tuples(st.just("settle")),
        st.tuples(st.just("release_all")),
    ),
    max_size=15,
)


@settings(deadline=None)
@given(operations, outcomes_)
def test_the_ledger_covers_the_keyboard_whatever_fails(
    steps: list[tuple[object, ...]], outcomes: list[Outcome]
) -> None:
    keyboard = FakeKeyboard(outcomes)
    injector = Injector(keyboard)
    interrupted = False
    for name, *arguments in steps:
        keyboard.pressed_over.clear()
        try:
            getattr(injector, str(name))(*arguments)
        except InjectorError:
            assert keyboard.failures or name == "click"
        except KeyboardInterrupt:
            interrupted = True
        assert keyboard.down <= injector.held
        if not keyboard.failures:
            assert keyboard.down == injector.held
            assert all(kind == "button" for kind, _ in injector.held)
        if name == "tap" and not interrupted:
            mine = {("key", key) for key in ("shift", *arguments[0])}  # type: ignore[misc]
            for others in keyboard.pressed_over:
                assert {held for held in others if held[0] == "key"} <= mine
    keyboard.work_from_now_on()
    assert injector.release_all()
    assert keyboard.down == injector.held == set()
