"""The schema for editors against `check`: never stricter, and as strict where shapes are wrong."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from daemon.cli import main
from daemon.config.editor_line import FILE_NAME, names_schema_beside, naming_schema_beside
from daemon.config.json_schema import json_schema, schema_text
from daemon.config.load import builtin_library, parse_config
from daemon.config.names import FAULT, Names
from daemon.config.places import PRESETS, preset_path
from daemon.config.problems import ConfigError
from daemon.config.schema import Document
from daemon.config.yamlread import read_tree
from tests.unit.config_texts import EVERYTHING, EXAMPLE

ROOT = Path(__file__).parents[2]
SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
KEYS = ["version", "gesture", "type", "keys", "when", "motion", "swipe", "name", "any", "x", "none"]


def data_of(text: str) -> Any:
    return read_tree(text, Path("c.yaml")).root.data()


def faults_of_schema(data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)]


def faults_of_check(text: str) -> list[str]:
    try:
        parse_config(text, Path("c.yaml"))
    except ConfigError as error:
        return str(error).splitlines()
    return []


def readme_blocks() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


ACCEPTED = {
    **{f"preset {name}": preset_path(name).read_text("utf-8") for name in PRESETS},
    **{f"README {n}": f"version: 1\n{block}" for n, block in enumerate(readme_blocks())},
    "example": EXAMPLE,
    "everything": EVERYTHING,
    "library": "version: 1\ngestures:\n"
    + re.sub("^", "  ", (ROOT / "gestures/library.yaml").read_text("utf-8"), flags=re.MULTILINE),
    "nothing but the version": "version: 1",
    "sections left empty": "version: 1\n" + "".join(
        f"{name}:\n" for name in SCHEMA["properties"] if name not in ("version", "allow_commands")
    ),
    "a mode left empty": "version: 1\nmodes: {film: {bindings: }}",
    "arming off": "version: 1\narming: false",
    "a camera's index": "version: 1\ncamera: {source: 2, mirror: null}",
    "a key that is a number": "version: 1\n"
    "bindings: [{gesture: one, action: {type: key, keys: 7}}]",
    "keys in many ways": "version: 1\nbindings:\n" + "".join(
        f"  - {{gesture: one, action: {{type: hold, keys: {keys}}}}}\n"
        for keys in ("Page Down", "CTRL + alt_gr+pgdn", "'😀'", "é", "minus", "'['", "'-'")
    ),
    "terms in many ways": "version: 1\ngestures:\n"
    "  a: {when: {any: ['curl(index) < 1', {all: ['curl(ring) > 2'], not: 'curl(pinky) > 9'}]}}\n"
    "  b: {when: ['curl(index) <= 10'], release: , motion: , fingers: }\n",
}  # fmt: skip

REFUSED = [
    "version: 2", "version: '1'", "{}", "version: 1\ncamra: {}", "version: 1\ncamera: []",
    "version: 1\ncamera: {width: 63}", "version: 1\ncamera: {fps: '30'}",
    "version: 1\ncamera: {mirror: 'on'}", "version: 1\ncamera: {source: ''}",
    "version: 1\narming: true", "version: 1\narming: 'off'", "version: 1\ninput: {backend: magic}",
    "version: 1\nsmoothing: {process_noise: 0}", "version: 1\npointer: {region: {left: 0.1}}",
    "version: 1\nfeedback: {sound: armed}", "version: 1\nallow_commands:",
    "version: 1\nmodes: {default: {}}", "version: 1\nmodes: {Film: {}}",
    "version: 1\nmodes: {film: {apps: mpv}}",
    *(
        f"version: 1\ngestures: {{{gesture}}}"
        for gesture in (
            "a: {}", "a: ", "A: {when: ['curl(index) < 1']}", "none: {when: ['curl(index) < 1']}",
            "a: {when: curl(index) < 1}", "a: {when: []}", "a: {when: [1]}", "a: {when: ['curl']}",
            "a: {when: {}}", "a: {when: {some: ['curl(index) < 1']}}", "a: {when: {any: []}}",
            "a: {when: {not: {}}}", "a: {when: [{all: 'curl(index) < 1'}]}",
            "a: {fingers: {toe: half}}", "a: {fingers: {index: []}}", "a: {fingers: {index: bent}}",
            "a: {fingers: {index: }}", "a: {motion: swipe}", "a: {motion: {}}",
            "a: {motion: {swipe: left, wave: 3}}", "a: {motion: {swipe: aside}}",
            "a: {motion: {swipe: left, turns: 3}}", "a: {motion: {wave: 1}}",
            "a: {motion: {swipe: left}, when: ['curl(index) < 1']}",
            "a: {motion: {swipe: left}, hold_ms: 10}", "a: {motion: {swipe: left}, while: palm}",
            "a: {fingers: {index: half}, while: [palm]}", "a: {fingers: {index: half}, hand: two}",
            "a: {motion: {change: {from: [palm]}}}",
        )
    ),
    *(
        f"version: 1\nbindings: [{{gesture: fist, action: {action}}}]"
        for action in (
            "", "key", "{}", "{type: kee}", "{keys: a}", "{type: key}", "{type: key, keys: []}",
            "{type: key, keys: true}", "{type: key, keys: a++b}", "{type: key, keys: ''}",
            "{type: key, keys: ctrl-c}", "{type: key, keys: 10}", "{type: key, keys: a, ms: 1}",
            "{type: text, text: ''}", "{type: text, text: 5}", "{type: click, count: 4}",
            "{type: click, keys: 5}", "{type: scroll, direction: back}", "{type: run, command: ls}",
            "{type: repeat, action: {type: pointer}}", "{type: wait, ms: 20}",
            "{type: sequence, actions: [{type: sequence, actions: []}]}", "{type: pause, name: x}",
        )
    ),
    "version: 1\nbindings: {gesture: fist}", "version: 1\nbindings: [fist]",
    "version: 1\nbindings: [{action: {type: pause}}]", "version: 1\nbindings: [{gesture: fist}]",
    "version: 1\nbindings: [{gesture: [fist], action: {type: pause}}]",
    "version: 1\nbindings: [{gesture: fist, hand: both, action: {type: pause}}]",
]  # fmt: skip


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_can_be_written_is_accepted(name):
    text = ACCEPTED[name]
    assert faults_of_check(text) == []
    assert faults_of_schema(data_of(text)) == []


@pytest.mark.parametrize("text", REFUSED)
def test_wrong_shapes_are_refused_by_both(text):
    assert faults_of_check(text)
    assert faults_of_schema(data_of(text))


def schemas_within(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(inner, dict | list):
            yield from schemas_within(inner)


def test_examples_and_defaults_fit_what_they_stand_at():
    seen = 0
    for schema in schemas_within({"properties": SCHEMA["properties"], "$defs": SCHEMA["$defs"]}):
        values = schema.get("examples", [])
        if isinstance(values, list) and "properties" not in values:
            values = [*values, *([schema["default"]] if schema.get("default") else [])]
            for value in values:
                here = Draft202012Validator({"$defs": SCHEMA["$defs"], **schema})
                assert [error.message for error in here.iter_errors(value)] == [], value
                seen += 1
    assert seen > 100


def test_the_command_prints_it(capsys):
    assert main(["check", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


def test_it_lies_beside_a_configuration_of_ones_own(tmp_path, monkeypatch, capsys):
    own = tmp_path / "own" / "config.yaml"
    monkeypatch.setattr("daemon.config.load.user_config", lambda: own)
    monkeypatch.setattr("daemon.config.places.user_config", lambda: own)
    monkeypatch.setenv("EDITOR", "true")
    assert main(["config", "init"]) == 0
    schema = tmp_path / "own" / FILE_NAME
    assert schema.read_text("utf-8") == schema_text()
    schema.write_text("{}", "utf-8")
    assert main(["config", "edit", "--config", str(tmp_path / "own" / "config.yaml")]) == 0
    assert schema.read_text("utf-8") == schema_text()
    other = tmp_path / "config.yaml"
    other.write_text(EXAMPLE, "utf-8")
    main(["config", "edit", "--config", str(other)])
    assert not other.with_name(FILE_NAME).exists()
    capsys.readouterr()
    assert main(["presets", "slides"]) == 0
    other.write_text(capsys.readouterr().out, "utf-8")
    # Where it is put, no schema is written: it must name none.
    assert "$schema" not in other.read_text("utf-8")
    main(["config", "edit", "--config", str(other)])
    assert not other.with_name(FILE_NAME).exists()


def test_editors_find_it_from_the_shipped_default_and_from_ones_own():
    text = (ROOT / "config.yaml").read_text("utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named is not None
    # If not, then: gestured check --schema > daemon/config/config.schema.json
    assert json.loads((ROOT / named[1]).read_text("utf-8")) == SCHEMA
    assert not names_schema_beside(text)
    own = naming_schema_beside(text)
    assert own.startswith(f"# yaml-language-server: $schema={FILE_NAME}\n")
    assert own.partition("\n")[2] == text.partition("\n")[2]
    assert names_schema_beside(own)
    assert naming_schema_beside(EXAMPLE) == EXAMPLE


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping or list in a document, with each of its keys or indices."""
    inside = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, inner in inside:
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


SCALARS = (
    st.none() | st.booleans() | st.integers(-2, 70000) | st.sampled_from([0.5, -1.5, 1e9, 3.0])
    | st.sampled_from(["left", "palm", "ctrl+a", "key", "", "a++b", "curl(index) < 9", "half"])
    | st.text(max_size=4)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2)
    ),
    max_leaves=4,
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A document with one to three values replaced, taken away, moved or put beside others."""
    document = copy.deepcopy(data_of(draw(st.sampled_from([EXAMPLE, EVERYTHING, EVERYTHING]))))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(document))
        if not found:
            break
        outer, key = draw(st.sampled_from(found))
        kind = draw(st.sampled_from(["replace", "take away", "move", "put beside"]))
        if kind == "take away":
            del outer[key]
        elif kind == "replace":
            outer[key] = draw(VALUES)
        elif kind == "move":
            other, at = draw(st.sampled_from(found))
            outer[key] = copy.deepcopy(other[at])
        elif isinstance(outer, dict):
            outer[draw(st.sampled_from(KEYS))] = draw(VALUES)
        else:
            outer.insert(key, draw(VALUES))
    return document


def wrong_shapes(data: Any) -> list[str]:
    """What pydantic alone finds wrong, apart from names, and numbers such as 3.0."""
    names = Names(frozenset(), frozenset(), frozenset(), commands=True)
    try:
        Document.model_validate(data, context=names)
    except ValidationError as error:
        return [
            f"{each['loc']}: {each['msg']}"
            for each in error.errors(include_url=False)
            if each["type"] not in (FAULT, "int_type", "finite_number")
        ]
    return []


@settings(
    deadline=None, max_examples=120, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(mutated())
@example({"version": 1, "bindings": [{"gesture": "one", "action": {"type": "hold", "keys": "É"}}]})
def test_mutated_documents(document):
    faults = faults_of_schema(document)
    # JSON is YAML.
    text = json.dumps(document, ensure_ascii=False)
    if faults:
        assert faults_of_check(text), faults
    assert faults or not wrong_shapes(document)


def test_every_gesture_and_key_is_offered():
    offered = SCHEMA["$defs"]["Binding"]["properties"]["gesture"]["examples"]
    assert {spec.name for spec in builtin_library()} < set(offered)
    assert "media_next" in SCHEMA["$defs"]["Key"]["properties"]["keys"]["examples"]
