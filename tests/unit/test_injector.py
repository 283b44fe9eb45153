from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.actions import Button
from daemon.backends.backend import BackendError
from daemon.backends.dry_run import DryRunBackend
from daemon.injector import Hold, Injector, InjectorError
from daemon.ledger import Held
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
    first, second = injector.hold_button("left"), injector.hold_button("left")
    injector.move_to(0.25, 1.0)
    injector.let_go(first)
    assert injector.held == {("button", "left")}
    injector.let_go(second)
    injector.let_go(second)
    assert keyboard.log == ["press_button left", "move 0.25,1.00", "release_button left"]
    assert injector.held == set()


def test_no_click_through_a_held_button() -> None:
    injector = Injector(FakeKeyboard())
    injector.hold_button("left")
    with pytest.raises(InjectorError, match="holds this mouse button down already; end it"):
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


def _places(held: Iterable[Held]) -> set[tuple[str, str]]:
    keyboard = FakeKeyboard()
    return {(kind, str(keyboard.place_of(name))) for kind, name in held}


class WatchedKeyboard(FakeKeyboard):
    """Presses nothing that is not in the record already."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        super().__init__(outcomes)
        self.record: set[Held] = set()

    def write(self, held: Iterable[Held]) -> None:
        self.record = set(held)
        assert self.down <= _places(self.record)

    def press_key(self, name: str) -> None:
        assert ("key", name) in self.record
        super().press_key(name)

    def press_button(self, button: Button) -> None:
        assert ("button", button) in self.record
        super().press_button(button)


outcomes_ = st.lists(
    st.sampled_from(["ok", "ok", "fails", "fails_after", "interrupted", "interrupted_after"]),
    max_size=40,
)
keys_ = st.sampled_from([("a",), ("A",), ("ctrl", "c"), ("ctrl", "shift", "Right"), ("?",)])
buttons_ = st.sampled_from(["left", "right"])
operations = st.lists(
    st.one_of(
        st.tuples(st.just("tap"), keys_),
        st.tuples(st.just("type_text"), st.sampled_from(["a", "Abc", "a\n"])),
        st.tuples(st.just("click"), buttons_, st.integers(1, 3), st.sampled_from([(), ("ctrl",)])),
        st.tuples(st.just("hold_button"), buttons_),
        st.tuples(st.just("hold_keys"), keys_),
        st.tuples(st.just("let_go"), st.integers(0, 5)),
        st.tuples(st.just("move_to"), st.just(0.5), st.just(0.5)),
        st.tuples(st.just("scroll"), st.just(0), st.just(1)),
        st.tuples(st.just("settle")),
        st.tuples(st.just("release_all")),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=300)
@given(operations, outcomes_)
def test_ledger_record_and_keyboard_agree_whatever_fails(
    steps: list[tuple[Any, ...]], outcomes: list[Outcome]
) -> None:
    keyboard = WatchedKeyboard(outcomes)
    injector = Injector(keyboard, keyboard)
    holds: list[Hold] = []
    interrupted = False
    for name, *arguments in steps:
        keyboard.pressed_over.clear()
        if name == "let_go":
            if arguments[0] >= len(holds):
                continue
            arguments = [holds.pop(arguments[0])]
        before = {item for hold in holds for item in hold.items}
        try:
            result = getattr(injector, name)(*arguments)
        except InjectorError:
            assert keyboard.failures or name in ("click", "tap", "type_text")
        except KeyboardInterrupt:
            interrupted = True
        else:
            if name.startswith("hold_"):
                holds.append(result)
        if name == "release_all":
            holds.clear()
        assert keyboard.down <= _places(injector.held) <= _places(keyboard.record)
        if not keyboard.failures:
            held = {item for hold in holds for item in hold.items}
            assert injector.held == keyboard.record == held
            assert keyboard.down == _places(held)
        if name == "tap" and not interrupted:
            mine = _places(before | {("key", key) for key in ("shift", *arguments[0])})
            for others in keyboard.pressed_over:
                assert {held for held in others if held[0] == "key"} <= mine
    keyboard.work_from_now_on()
    assert injector.release_all()
    assert keyboard.down == injector.held == keyboard.record == set()


def test_a_shared_modifier_goes_up_with_the_last_who_holds_it() -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    hold = injector.hold_keys(("ctrl",))
    injector.tap(("ctrl", "c"))
    assert keyboard.log == ["press ctrl", "press c", "release c"]
    injector.let_go(hold)
    assert keyboard.log[-1] == "release ctrl"


def test_who_held_before_everything_was_released_releases_nothing_of_others() -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    old = injector.hold_keys(("a",))
    injector.release_all()
    injector.hold_keys(("a",))
    injector.let_go(old)
    assert keyboard.down == {("key", "a")}


def test_a_held_key_is_not_tapped() -> None:
    injector = Injector(FakeKeyboard())
    injector.hold_keys(("Right",))
    with pytest.raises(InjectorError, match="a gesture holds this key down already"):
        injector.tap(("Right",))
    assert injector.held == {("key", "Right")}


def test_text_is_typed_character_by_character() -> None:
    keyboard = FakeKeyboard()
    Injector(keyboard).type_text("aB")
    assert keyboard.log == [
        "press a", "release a", "press shift", "press B", "release B", "release shift",
    ]  # fmt: skip


def test_a_click_holds_its_modifiers_meanwhile() -> None:
    keyboard = FakeKeyboard()
    Injector(keyboard).click("left", 2, ("ctrl",))
    assert keyboard.log == [
        "press ctrl", *["press_button left", "release_button left"] * 2, "release ctrl",
    ]  # fmt: skip


def test_two_names_of_one_key_are_one_key() -> None:
    keyboard = FakeKeyboard()
    injector = Injector(keyboard)
    hold = injector.hold_keys(("a",))
    for tap in (lambda: injector.tap(("A",)), lambda: injector.type_text("bA")):
        with pytest.raises(InjectorError, match="a gesture holds this key down already"):
            tap()
    other = injector.hold_keys(("A",))
    injector.let_go(hold)
    assert keyboard.down == {("key", "a")}
    injector.let_go(other)
    assert keyboard.down == set()
