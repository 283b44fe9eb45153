"""The YAML's shape as a JSON Schema, for editors that complete and check while one writes.

It is pydantic's, and what our own validators take besides: a section left empty, one value where a
list may stand, terms. What only `gestured check` can tell, such as whether a name is known, it lets
pass: whatever the schema refuses, `check` refuses too.

`config.schema.json` beside this module is what `gestured check --schema` prints, for who edits the
shipped default in the repository.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from daemon.config.load import builtin_library
from daemon.config.names import ALIASES, DEFAULT_MODE, NO_GESTURE
from daemon.config.problems import ConfigError
from daemon.config.schema import Document
from daemon.config.yamlread import read_tree
from daemon.keys import KEY_NAMES

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: In an example that is none of a whole value.
_LEFT_OUT = "[...]"
_NULL: Schema = {"type": "null"}
#: A character, in UTF-16 one or two, or the name of a key. What it stands for `check` tells.
_ONE_KEY = r"\s*([^+\s]{1,2}|\w[\w ]*)\s*"
_KEYS: Schema = {
    "anyOf": [
        {"type": "string", "pattern": rf"^({_ONE_KEY}\+)*{_ONE_KEY}$"},
        {"type": "integer", "minimum": 0, "maximum": 9},
    ],
    "examples": ["ctrl+Right", *KEY_NAMES],
}
_TERMS: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Term"}}
_TERM: Schema = {
    "title": "Term",
    "description": "a comparison, or any, all or not of some",
    "anyOf": [
        {"type": "string", "pattern": "[<>]", "examples": ["gap(thumb, index) < 0.25"]},
        {"$ref": "#/$defs/Joined"},
    ],
}
_JOINED: Schema = {
    "title": "Joined",
    "description": "terms joined by any, all and not",
    "type": "object",
    "properties": {
        "any": {**_TERMS, "description": "one of them holds, or more"},
        "all": {**_TERMS, "description": "all of them hold"},
        "not": {"anyOf": [{"$ref": "#/$defs/Term"}, _TERMS], "description": "they don't all hold"},
    },
    "additionalProperties": False,
    "minProperties": 1,
}
#: What names gestures: the section, and the key that holds one or a list of them.
_NAMING = (
    ("Binding", "gesture"), ("Arming", "gesture"), ("Gesture", "while"), ("FromTo", "from"),
    ("FromTo", "to"),
)  # fmt: skip
#: Names of two classes that are called the same, as pydantic tells them apart, and better ones.
_BETTER_NAMES = {
    "daemon__config__action_schema__Pointer": "PointerAction",
    "daemon__config__settings_schema__Pointer": "PointerSettings",
}


def json_schema() -> Schema:
    """The schema of a configuration, in JSON Schema's draft 2020-12."""
    schema = _rewritten(Document.model_json_schema())
    sections: dict[str, Schema] = schema["$defs"]
    sections |= {"Term": _TERM, "Joined": _JOINED}
    _take_single_values(sections)
    _take_terms(sections["Gesture"])
    _take_names(sections)
    for section in (schema, sections["Mode"]):
        properties: dict[str, Schema] = section["properties"]
        for name in properties.keys() - {"version", "allow_commands", "apps"}:
            properties[name] = _or_else(properties[name], _NULL)
    arming = schema["properties"]["arming"]
    schema["properties"]["arming"] = _or_else(arming, {"const": False})
    _own_names(schema["properties"]["gestures"], sorted(NO_GESTURE))
    _own_names(schema["properties"]["modes"], [DEFAULT_MODE])
    return {"$schema": _DIALECT, **schema, "title": "The configuration of gestured"}


def schema_text() -> str:
    """The schema as a file."""
    return json.dumps(json_schema(), indent=1) + "\n"


def _rewritten(value: Any) -> Any:
    """A schema with examples that are values, and without what JSON Schema does not know."""
    if isinstance(value, list):
        return [_rewritten(each) for each in value]
    if isinstance(value, str):
        kind, _, name = value.rpartition("/")
        return f"{kind}/{_BETTER_NAMES[name]}" if name in _BETTER_NAMES else value
    if not isinstance(value, dict):
        return value
    found: Schema = {}
    for key, inner in value.items():
        if key == "examples":
            found[key] = [_example(text) for text in inner if _LEFT_OUT not in text]
        elif key == "default" and inner is None:
            continue  # by which pydantic means that it may be left out
        elif key != "discriminator":
            better: str = _BETTER_NAMES.get(str(key), str(key))
            found[better] = _rewritten(inner)
    return found


def _example(text: str) -> Any:
    """The value of an example that is written as in the YAML, after a key or below one."""
    for document in (f"value: {text}", f"value:\n  {text}"):
        try:
            return read_tree(document, Path("example")).node(("value",)).data()
        except ConfigError:
            continue
    raise ValueError(f"no YAML: {text}")


def _take_single_values(sections: dict[str, Schema]) -> None:
    """What is read as a list of one, or as text."""
    for name, finger in sections["Fingers"]["properties"].items():
        sections["Fingers"]["properties"][name] = _or_else(finger, finger["items"])
    camera = sections["Camera"]["properties"]
    camera["source"] = _or_else(camera["source"], {"type": "integer"})
    key, hold = sections["Key"]["properties"], sections["Hold"]["properties"]
    many = {**key["keys"], "items": _KEYS}
    key["keys"] = _or_else(many, *_KEYS["anyOf"]) | {"examples": _KEYS["examples"]}
    hold["keys"] |= _KEYS
    del hold["keys"]["type"]


def _take_terms(gesture: Schema) -> None:
    """`when`, `release`, and which keys go together."""
    for key in ("when", "release"):
        gesture["properties"][key] |= {"anyOf": [_TERMS, {"$ref": "#/$defs/Joined"}, _NULL]}
    gesture["anyOf"] = [{"required": [key]} for key in ("fingers", "when", "motion")]
    gesture["dependentRequired"] = {"while": ["motion"]}
    gesture["if"] = {"required": ["motion"], "properties": {"motion": {"type": "object"}}}
    gesture["then"] = {
        "properties": {
            **dict.fromkeys(("fingers", "when", "release"), _NULL),
            **dict.fromkeys(("hold_ms", "repeat_ms"), False),
        }
    }


def _take_names(sections: dict[str, Schema]) -> None:
    """Any name may be one of the user's own; the built-in ones are there to choose from."""
    poses = [*(spec.name for spec in builtin_library() if spec.motion is None), *ALIASES]
    motions = [spec.name for spec in builtin_library() if spec.motion is not None]
    for section, key in _NAMING:
        value = sections[section]["properties"][key]
        names = [*poses, *motions] if section == "Binding" else poses
        value.get("items", value)["examples"] = names


def _own_names(section: Schema, taken: Iterable[str]) -> None:
    """Names that the user gives: of small letters, digits and _, and none that is taken."""
    (mapping,) = (each for each in section["anyOf"] if each.get("type") == "object")
    mapping["additionalProperties"] = False
    mapping["propertyNames"] = {"not": {"enum": list(taken)}}


def _or_else(schema: Schema, *others: Schema) -> Schema:
    """A schema that takes other values besides; what it says of itself stays outside."""
    outer: Schema = {
        key: schema[key] for key in ("title", "description", "default", "examples") if key in schema
    }
    inner = {key: value for key, value in schema.items() if key not in outer}
    choices = inner["anyOf"] if inner.keys() == {"anyOf"} else [inner]
    return {**outer, "anyOf": [*choices, *(each for each in others if each not in choices)]}
