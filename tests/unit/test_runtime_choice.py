"""Which engine runs the networks: the choice, its memory, and what can go wrong with both."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import runtime_choice
from models.choices import Choices
from models.engine import ENGINES, Engine, opener
from models.openvino_network import import_openvino
from models.processor import processor_identity, processor_model
from models.runtime_choice import choose_engine
from models.sample_hand import sample_crops
from models.syslibs import MissingLibrary, MissingPackage
from models.tracker import TrackerOptions
from models.trial import MOST_PALMS, Trial, best, try_out

OPTIONS = TrackerOptions(model="full", threads=2)
ALL: tuple[Engine, ...] = ("openvino-f32", "openvino-f16", "openvino-bf16")

trials = st.lists(
    st.builds(Trial, st.sampled_from(ENGINES), st.floats(0.1, 100), st.floats(0, 0.1)),
    min_size=1,
    max_size=5,
)


class Store:
    def path(self, name: str) -> Path:
        return Path(f"{name}.tflite")


class Machine:
    """One on which every engine takes a time that is known before."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.median_ms: dict[Engine, float] = {"litert": 5.2, "openvino-f32": 5.0}
        self.palms: dict[Engine, float] = {}
        self.openvino: str | None = "2026.4.1"
        self.processor = "a processor"
        self.races: list[tuple[Engine, ...]] = []
        self.error: Exception | None = None
        monkeypatch.setattr(runtime_choice, "race", self.race)
        monkeypatch.setattr(runtime_choice, "openvino_engines", self.openvino_engines)
        monkeypatch.setattr(runtime_choice, "_version", self.version)
        monkeypatch.setattr(runtime_choice, "processor_identity", lambda: self.processor)

    def version(self, package: str) -> str | None:
        return self.openvino if package == "openvino" else "1.0"

    def openvino_engines(self) -> tuple[Engine, ...]:
        if self.openvino is None:
            raise MissingPackage("openvino", "runtime: openvino", "openvino")
        return tuple(engine for engine in self.median_ms if engine != "litert")

    def race(self, engines: tuple[Engine, ...], path: Path, threads: int) -> list[Trial]:
        self.races.append(engines)
        if self.error is not None:
            raise self.error
        return [Trial(each, self.median_ms[each], self.palms.get(each, 0.0)) for each in engines]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.fixture
def choices(tmp_path: Path) -> Choices:
    return Choices(tmp_path / "cache" / "engines.json")


def choose(choices: Choices, runtime: Any = "auto", options: TrackerOptions = OPTIONS) -> Engine:
    return choose_engine(runtime, options, Store(), choices)  # type: ignore[arg-type]


class TestBest:
    @given(trials)
    def test_is_never_far_off_nor_slower_than_the_first(self, ran: list[Trial]) -> None:
        chosen = best(ran)
        assert chosen is ran[0] or chosen.palms <= MOST_PALMS
        assert chosen.median_ms <= ran[0].median_ms

    @given(trials)
    def test_leaves_nobody_plainly_faster_behind(self, ran: list[Trial]) -> None:
        chosen = best(ran)
        near = [trial for trial in ran if trial.palms <= MOST_PALMS]
        assert all(trial.median_ms > 0.8 * chosen.median_ms for trial in near)

    @pytest.mark.parametrize(
        ("median_ms", "palms", "engine"),
        [
            (2.8, 0.004, "openvino-bf16"),
            (2.8, 0.0101, "litert"),
            (2.8, float("nan"), "litert"),
            (5.0, 0.0, "litert"),
            (9.0, 0.0, "litert"),
        ],
    )
    def test_litert_stays_unless_the_other_is_plainly_faster_and_near(
        self, median_ms: float, palms: float, engine: Engine
    ) -> None:
        ran = [Trial("litert", 5.2, 0.0), Trial("openvino-bf16", median_ms, palms)]
        assert best(ran).engine == engine

    def test_of_two_as_fast_the_more_exact_is_taken(self) -> None:
        ran = [Trial("litert", 5.0, 0), Trial("openvino-f32", 3, 0), Trial("openvino-bf16", 2.9, 0)]
        assert best(ran).engine == "openvino-f32"


class ScriptedNetwork:
    """Answers with one hand, `off_px` to the right; each run takes what `clock` is moved by."""

    side = 224

    def __init__(self, clock: list[float], run_ms: Sequence[float], off_px: float = 0.0) -> None:
        self.crop = np.zeros((self.side, self.side, 3), np.uint8)
        self.seen: list[int] = []
        self._clock = clock
        self._run_ms = [run_ms[index % len(run_ms)] for index in range(1000)]
        self._points = np.zeros((21, 3), np.float32)
        self._points[9, 1] = -80.0
        self._points[:, 0] += off_px
        self._points[:, 2] = off_px * 100

    def run(self) -> list[Any]:
        self.seen.append(int(self.crop.sum()))
        self._clock[0] += self._run_ms[len(self.seen)] / 1000
        return [self._points.reshape(1, 63).copy()]


class TestTrying:
    def test_times_are_medians_and_distances_are_in_palm_lengths_of_the_first(self) -> None:
        clock = [0.0]
        first = ScriptedNetwork(clock, [5.0])
        other = ScriptedNetwork(clock, [3.0, 3.0, 3.0, 50.0], off_px=0.4)
        crops = sample_crops(224)
        ran = try_out({"litert": first, "openvino-bf16": other}, crops, lambda: clock[0])
        assert [trial.engine for trial in ran] == ["litert", "openvino-bf16"]
        assert [trial.median_ms for trial in ran] == pytest.approx([5.0, 3.0])
        assert [trial.palms for trial in ran] == pytest.approx([0.0, 0.4 / 80])

    def test_all_run_as_often_on_the_same_crops(self) -> None:
        clock = [0.0]
        networks: dict[Engine, ScriptedNetwork] = {
            engine: ScriptedNetwork(clock, [1.0]) for engine in ENGINES
        }
        try_out(networks, sample_crops(224), lambda: clock[0])
        seen = [network.seen for network in networks.values()]
        assert all(each == seen[0] for each in seen)
        assert len(set(seen[0])) == len(sample_crops(224))


def test_the_sample_is_a_picture_at_any_size() -> None:
    for side in (192, 224):
        crops = sample_crops(side)
        assert {crop.shape for crop in crops} == {(side, side, 3)}
        assert {crop.dtype for crop in crops} == {np.dtype(np.uint8)}


class TestChoice:
    def test_without_openvino_auto_is_litert_and_measures_nothing(
        self, machine: Machine, choices: Choices
    ) -> None:
        machine.openvino = None
        assert choose(choices) == "litert"
        assert machine.races == []

    def test_asked_for_by_name_it_must_be_installed(
        self, machine: Machine, choices: Choices
    ) -> None:
        machine.openvino = None
        with pytest.raises(MissingPackage) as caught:
            choose(choices, "openvino")
        assert str(caught.value) == (
            "'runtime: openvino' needs the package openvino, which is not installed:"
            " pip install 'gestured[openvino]'"
        )

    def test_the_faster_is_measured_once_and_told(
        self, machine: Machine, choices: Choices, caplog: pytest.LogCaptureFixture
    ) -> None:
        machine.median_ms |= {"openvino-bf16": 2.8}
        machine.palms["openvino-bf16"] = 0.004
        with caplog.at_level(logging.INFO):
            assert choose(choices) == choose(choices) == "openvino-bf16"
        assert machine.races == [("litert", "openvino-f32", "openvino-bf16")]
        assert caplog.messages == [
            "openvino-bf16 runs the networks: litert 5.2 ms, 0.0000 palm lengths off;"
            " openvino-f32 5.0 ms, 0.0000 palm lengths off;"
            " openvino-bf16 2.8 ms, 0.0040 palm lengths off"
        ]

    def test_a_choice_for_litert_is_remembered_too(
        self, machine: Machine, choices: Choices
    ) -> None:
        assert choose(choices) == choose(choices) == "litert"
        assert len(machine.races) == 1

    def test_by_name_only_openvino_is_tried_and_one_precision_needs_no_trial(
        self, machine: Machine, choices: Choices
    ) -> None:
        machine.median_ms["openvino-f32"] = 50.0
        assert choose(choices, "openvino") == "openvino-f32"
        assert machine.races == []
        machine.median_ms["openvino-f16"] = 25.0
        assert choose(choices, "openvino") == "openvino-f16"
        assert machine.races == [("openvino-f32", "openvino-f16")]

    def test_anything_that_matters_makes_it_measure_again(
        self, machine: Machine, choices: Choices
    ) -> None:
        choose(choices)
        machine.openvino = "2027.0"
        choose(choices)
        machine.processor = "another"
        choose(choices)
        choose(choices, options=TrackerOptions(model="full", threads=1))
        choose(choices, options=TrackerOptions(model="lite", threads=1))
        assert len(machine.races) == 5
        for options in (OPTIONS, TrackerOptions(model="lite", threads=1)):
            choose(choices, options=options)
        assert len(machine.races) == 5

    @pytest.mark.parametrize(
        "error",
        [
            RuntimeError("Exception from src/core.cpp:\nno such device"),
            MissingLibrary("libtbb.so", None),
            ImportError("numpy is too old"),
        ],
    )
    def test_openvino_that_fails_is_not_taken_by_auto_but_told_to_who_names_it(
        self,
        machine: Machine,
        choices: Choices,
        caplog: pytest.LogCaptureFixture,
        error: Exception,
    ) -> None:
        machine.error = error
        machine.median_ms["openvino-bf16"] = 1.0
        assert choose(choices) == "litert"
        (message,) = caplog.messages
        assert message.startswith("openvino fails here, so litert runs the networks: ")
        assert "\n" not in message
        with pytest.raises(type(error)):
            choose(choices, "openvino")
        machine.error = None
        assert choose(choices) == "openvino-bf16"


class TestMemory:
    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": 3}', b"[" * 100_000, b'{"a": {}}'],
    )
    def test_a_damaged_file_is_as_none(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "engines.json"
        path.write_bytes(content)
        choices = Choices(path)
        assert choices.get("a") is None
        choices.put("a", "litert")
        assert Choices(path).get("a") == "litert"

    def test_an_engine_that_is_none_is_not_believed(self, machine: Machine, tmp_path: Path) -> None:
        path = tmp_path / "engines.json"
        choose(Choices(path))
        path.write_text(json.dumps(dict.fromkeys(json.loads(path.read_text()), "abacus")))
        assert choose(Choices(path)) == "litert"
        assert len(machine.races) == 2

    def test_a_folder_that_cant_be_made_costs_only_the_memory(
        self, machine: Machine, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        choices = Choices(tmp_path / "file" / "engines.json")
        assert choose(choices) == choose(choices) == "litert"
        assert len(machine.races) == 2

    def test_a_place_that_is_taken_costs_only_the_memory(self, tmp_path: Path) -> None:
        path = tmp_path / "engines.json"
        path.mkdir()
        choices = Choices(path)
        choices.put("a", "litert")
        assert choices.get("a") is None
        assert list(tmp_path.iterdir()) == [path]

    def test_it_does_not_grow_for_ever_and_forgets_the_oldest(self, tmp_path: Path) -> None:
        choices = Choices(tmp_path / "engines.json")
        for number in range(40):
            choices.put(str(number), "litert")
        assert choices.get("0") is None
        assert choices.get("39") == "litert"

    def test_it_is_in_the_users_cache(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
        Choices().put("a", "litert")
        assert (tmp_path / "engines.json").is_file()


class TestProcessor:
    def test_is_known_by_its_name_and_what_it_can_do(self, tmp_path: Path) -> None:
        numbers = count()

        def cpuinfo(text: str) -> Path:
            path = tmp_path / str(next(numbers))
            path.write_text(text)
            return path

        plain = cpuinfo("processor\t: 0\nmodel name\t: A 9\nflags\t\t: avx2\n\nprocessor\t: 1\n")
        better = cpuinfo("processor\t: 0\nmodel name\t: A 9\nflags\t\t: avx2 avx512_bf16\n")
        arm = cpuinfo("processor\t: 0\nFeatures\t: asimd bf16\n")
        assert processor_model(plain) == processor_model(better) == "A 9"
        assert len({processor_identity(path) for path in (plain, better, arm)}) == 3
        assert processor_identity(plain) == processor_identity(plain)

    def test_a_system_that_does_not_tell_is_no_fault(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken"
        broken.write_bytes(b"\xff\xfe")
        for path in (tmp_path / "none", broken):
            assert processor_model(path)
            assert processor_identity(path)


def test_every_engine_has_an_opener_that_loads_nothing_yet() -> None:
    assert all(callable(opener(engine)) for engine in ENGINES)


def test_openvino_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingPackage, match=r"pip install 'gestured\[openvino\]'"):
        import_openvino()
