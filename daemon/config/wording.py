"""Pydantic's complaints in plain words, each at the place in the file that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from daemon.config.hints import hint, synonym
from daemon.config.names import ALIASES, FAULT, NO_GESTURE
from daemon.config.problems import Problem, nearest
from daemon.config.yamltree import Tree, YamlPath, describe, shorten

Schema = Mapping[str, Any]

#: Under it, a schema that is one of several kinds names them all.
_KINDS = "x-kinds"
_WORD = re.compile(r"\w+|[^\w\s]+")


def problems_of(error: ValidationError, model: type[BaseModel], tree: Tree) -> Iterator[Problem]:
    """Say what is wrong with a tree's data.

    Args:
        error: What validating the data raised.
        model: The model they were validated against.
        tree: Where the data came from.
    """
    complaints = [
        _Complaint(details, _schema(model), tree) for details in error.errors(include_url=False)
    ]
    for unknown in complaints:
        if unknown.is_unknown_key:
            beside = [c for c in complaints if c.section == unknown.section]
            missing = [c.missing[-1] for c in beside if c.missing]
            if len(missing) == 1 and sum(c.is_unknown_key for c in beside) == 1:
                unknown.only_missing = str(missing[0])
    found = [(complaint, complaint.problem()) for complaint in complaints]
    explained = {complaint.meant for complaint in complaints}
    for complaint, problem in found:
        if problem is not None and complaint.missing not in explained:
            yield problem


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


class _Complaint:
    """One of pydantic's errors, with the schema of the value it is about."""

    def __init__(self, details: ErrorDetails, root: Schema, tree: Tree) -> None:
        self._details = details
        self._definitions: Schema = root.get("$defs", {})
        self._tree = tree
        #: The schemas from the whole file down to the value.
        self._schemas = [root]
        self._path: YamlPath = ()
        self._about_key = False
        #: The key that an unknown key is a misspelling or a part of.
        self.meant: YamlPath | None = None
        #: The one key that is missing beside an unknown one.
        self.only_missing: str | None = None
        for step in details["loc"]:
            self._descend(step)

    def _descend(self, step: str | int) -> None:
        schema = self._schemas[-1]
        if step == "[key]":
            self._about_key = True
        elif "oneOf" in schema:
            self._schemas[-1] = self._kinds(schema)[str(step)]
        elif isinstance(step, str):
            below = schema.get("properties", {}).get(step) or _of_any_name(schema)
            self._schemas.append(self._resolved(below))
            self._path += (step,)
        elif isinstance(self._tree.node(self._path).value, list):
            self._schemas.append(self._resolved(schema.get("items", {})))
            self._path += (step,)
        else:
            # A single value was taken for a list of one.
            self._schemas[-1] = self._resolved(schema.get("items", {}))

    def _resolved(self, schema: Schema) -> Schema:
        """A schema without its references, and of one that may be null what else it may be."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            target: Schema = self._definitions[name]
            return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        for choice in schema.get("anyOf", ()):
            if choice.get("type") != "null":
                outer = {key: value for key, value in schema.items() if key != "anyOf"}
                return {**self._resolved(choice), **outer}
        return schema

    def _kinds(self, schema: Schema) -> dict[str, Schema]:
        """The schemas of which a value has one: by what one of its keys says, or by which it has.

        Where it is which key, each kind has one that no other has and that it can't do without.
        """
        if "discriminator" in schema:
            by_value: dict[str, str] = schema["discriminator"]["mapping"]
            return {value: self._resolved({"$ref": ref}) for value, ref in by_value.items()}
        variants = self._variants(schema)
        kinds = tuple(variant["required"][0] for variant in variants)
        return {
            kind: {**variant, _KINDS: kinds} for kind, variant in zip(kinds, variants, strict=True)
        }

    @property
    def is_unknown_key(self) -> bool:
        return str(self._details["type"]) == "extra_forbidden"

    @property
    def section(self) -> YamlPath:
        """Where a key is missing or unknown; of other complaints, nothing that is asked for."""
        return self._path[:-1]

    @property
    def missing(self) -> YamlPath:
        """The key that is missing, or nothing."""
        return self._path if self._details["type"] == "missing" else ()

    def problem(self) -> Problem | None:
        """The complaint in words; None when another one says the same better."""
        kind = self._details["type"]
        if kind == FAULT:
            return self._fault()
        if kind == "missing":
            return self._missing(str(self._path[-1]), self._path[:-1], self._schemas[-1])
        if kind == "extra_forbidden":
            return self._unknown_key()
        if kind in ("union_tag_not_found", "union_tag_invalid"):
            by_value = "discriminator" in self._schemas[-1]
            return self._variant() if by_value else self._kind()
        if self._about_key:
            return self._bad_name()
        return self._expectation()

    def _expectation(self) -> Problem:
        schema = self._schemas[-1]
        node = self._tree.node(self._path)
        message = f"expected {expected(schema)}, found {describe(node)}"
        message += hint(schema, node, self._path)
        choices = schema.get("enum", ())
        suggestion = None
        if isinstance(node.value, str):
            suggestion = synonym(node.value, choices) or nearest(node.value, choices)
        return self._tree.problem(node.place, self._path, message, suggestion)

    def _fault(self) -> Problem | None:
        context = self._details["ctx"]
        node = self._tree.node(self._path)
        text = str(node.value)
        message, suggestion, start = (context[key] for key in ("message", "suggestion", "start"))
        if start is None:
            return self._tree.problem(node.place, self._path, message, suggestion)
        start += len(text[start:]) - len(text[start:].lstrip())
        word = _WORD.match(text, start)
        place = node.within(start, len(word[0]) if word else 1)
        return self._tree.problem(place, self._path, message, suggestion)

    def _missing(self, key: str, path: YamlPath, schema: Schema) -> Problem:
        message = f"'{key}' is missing"
        if examples := schema.get("examples"):
            message += f": write {key}: {examples[0]}"
        return self._tree.problem(self._tree.node(path).place, path, message)

    def _unknown_key(self) -> Problem:
        key = str(self._path[-1])
        known = tuple(self._schemas[-2].get("properties", ()))
        suggestion = None
        if key in self._schemas[-2].get(_KINDS, ()):
            chosen = self._schemas[-2]["required"][0]
            message = f"'{key}' can't stand beside '{chosen}': it is one or the other"
        elif inner := self._section_with(key):
            message = f"the key '{shorten(key)}' belongs inside '{inner}'"
            self.meant = (*self._path[:-1], inner)
        elif outer := self._section_beside(key):
            message = f"the key '{shorten(key)}' belongs beside '{outer}', not inside it"
        elif ":" in key:
            message = f"a space is missing after the ':' in '{shorten(key)}'"
        else:
            names = ", ".join(known)
            message = f"unknown key '{shorten(key)}'; the keys here are {names}"
            suggestion = nearest(key, known) or synonym(key, known) or self.only_missing
            self.meant = (*self._path[:-1], suggestion or "")
        return self._tree.problem(self._tree.key(self._path), self._path, message, suggestion)

    def _section_with(self, key: str) -> str | None:
        """The key beside it that an unknown key should stand inside."""
        for name, below in self._schemas[-2].get("properties", {}).items():
            if any(key in variant.get("properties", ()) for variant in self._variants(below)):
                return str(name)
        return None

    def _section_beside(self, key: str) -> str | None:
        """The key around it that an unknown key should stand beside."""
        outer = enumerate(self._schemas[:-2])
        depths = [depth for depth, schema in outer if key in schema.get("properties", ())]
        return str(self._path[depths[-1]]) if depths else None

    def _variants(self, schema: Schema) -> list[Schema]:
        resolved = self._resolved(schema)
        return [self._resolved(variant) for variant in resolved.get("oneOf", (resolved,))]

    def _variant(self) -> Problem:
        """A value without the key that says of which kind it is, or with a kind there is not."""
        discriminator = self._schemas[-1]["discriminator"]
        key, choices = discriminator["propertyName"], tuple(discriminator["mapping"])
        outer = self._tree.node(self._path)
        if not isinstance(outer.value, dict) or key not in outer.value:
            message = f"'{key}' is missing: expected {_one_of(choices)}"
            return self._tree.problem(outer.place, self._path, message)
        node = outer.value[key].node
        message = f"expected {_one_of(choices)}, found {describe(node)}"
        suggestion = None
        if isinstance(node.value, str):
            if node.value == "wait" and "sequence" in choices:
                message += "; waits stand between the actions of a sequence"
            suggestion = synonym(node.value, choices) or nearest(node.value, choices)
        return self._tree.problem(node.place, (*self._path, key), message, suggestion)

    def _kind(self) -> Problem:
        """A value that has none of the keys that say of which kind it is."""
        schema = self._schemas[-1]
        node = self._tree.node(self._path)
        kinds = tuple(self._kinds(schema))
        if not isinstance(node.value, dict):
            return self._expectation()
        for key, entry in node.value.items():
            if meant := nearest(key, kinds):
                message = f"expected {_one_of(kinds)}, found '{shorten(key)}'"
                return self._tree.problem(entry.key, (*self._path, key), message, meant)
        message = f"nothing says which kind it is: expected {_one_of(kinds)}"
        return self._tree.problem(node.place, self._path, message)

    def _bad_name(self) -> Problem:
        name = str(self._path[-1])
        message = (
            "expected a name of small letters, digits and _ that begins with a letter,"
            f" found '{shorten(name)}'"
        )
        plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
        plain = plain.strip("_")
        suggestion = plain if re.match("[a-z]", plain) and plain not in NO_GESTURE else None
        if self._path[0] == "gestures":
            suggestion = ALIASES.get(name, suggestion)
        return self._tree.problem(self._tree.key(self._path), self._path, message, suggestion)


def _of_any_name(schema: Schema) -> Schema:
    """What a mapping with names of the user's own has under each."""
    by_pattern: dict[str, Schema] = schema.get("patternProperties", {})
    return next(iter(by_pattern.values()), {})


def expected(schema: Schema) -> str:
    """What a value of a schema is, as in `a number between 0 and 1`."""
    if "enum" in schema:
        return _one_of(schema["enum"])
    example = f" such as {schema['examples'][0]}" if "examples" in schema else ""
    match schema.get("type"):
        case "boolean":
            return "true or false"
        case "integer":
            return _number("a whole number", schema)
        case "number":
            return _number("a number", schema)
        case "array" if "enum" in schema["items"]:
            return f"one or more of {_one_of(schema['items']['enum'])}"
        case "array":
            return "a list" + example
        case "string":
            return "text" + example
        case _:
            return "keys with values" + example


def _number(kind: str, schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None:
        return f"{kind} above {schema['exclusiveMinimum']:g}, up to {_plain(high)}"
    return _plain(low) if low == high else f"{kind} between {_plain(low)} and {_plain(high)}"


def _plain(number: float | None) -> str:
    return "" if number is None else str(int(number) if number == int(number) else number)


def _one_of(choices: tuple[str, ...]) -> str:
    *most, last = choices
    return f"{', '.join(most)} or {last}" if most else last
