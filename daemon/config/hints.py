"""What someone who wrote a wrong value most likely meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from daemon.config.yamlread import resolve
from daemon.config.yamltree import Node, YamlPath

_TRUE = ("yes", "on", "y", "true", "1")
_FALSE = ("no", "off", "n", "false", "0")
_CLOCK = re.compile(r"[0-9]+(?::[0-9]{1,2})+(?:\.[0-9]*)?")
_QUANTITY = re.compile(
    r"(?P<number>[-+]?(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)) ?(?P<unit>ms|s|sec|px|fps|hz|%|°)", re.I
)
_SYNONYMS = {
    "little": "pinky", "little_finger": "pinky", "pinkie": "pinky", "small": "pinky",
    "forefinger": "index", "pointer": "index",
    "open": "extended", "straight": "extended", "up": "extended", "out": "extended",
    "closed": "folded", "bent": "folded", "curled": "folded", "down": "folded", "in": "folded",
    "condition": "when", "conditions": "when", "until": "release", "during": "while",
    "poses": "while", "action": "type", "do": "action", "run": "action",
    "double": "count", "times": "count", "rate": "per_second", "button_click": "click",
    "double_click": "click", "doubleclick": "click", "exec": "run", "shell": "run",
    "command": "run", "wheel": "scroll", "sleep": "wait", "delay": "wait", "to": "name",
    "message": "text", "steps": "actions",
    "press": "key", "keyboard": "key", "shortcut": "keys", "mouse": "click", "move": "pointer",
    "applications": "apps", "app": "apps", "device": "source", "flip": "mirror",
    "cw": "clockwise", "ccw": "counterclockwise", "anticlockwise": "counterclockwise",
    "forward": "towards", "forwards": "towards", "nearer": "towards", "back": "away",
    "both": "two", "any": "either",
    "hold": "hold_ms", "cooldown": "cooldown_ms", "within": "within_ms",
}  # fmt: skip


def synonym(word: str, names: Iterable[str]) -> str | None:
    """The one of `names` that another word for it means."""
    meant = _SYNONYMS.get(word.casefold())
    return meant if meant in tuple(names) else None


def hint(schema: Mapping[str, Any], node: Node, path: YamlPath) -> str:
    """How to mend a value of the wrong kind, to go on after it; empty when there is no telling."""
    kind = schema.get("type")
    value = node.value
    if kind == "boolean" or (path == ("arming",) and isinstance(value, str)):
        return _boolean(node)
    if path == ("version",) and type(value) is int:
        return "; this gestured reads version 1 of the format"
    if kind in ("number", "integer") and isinstance(value, str):
        return _number(value, node.quoted, str(path[-1]), float(schema.get("maximum", 0)))
    if kind == "array" and isinstance(value, list) and len(value) > schema.get("maxItems", 1e9):
        return f" of {len(value)}: {schema['maxItems']} are the most"
    if kind == "array" and isinstance(value, str) and value:
        return "; put it in square brackets"
    if kind == "array" and isinstance(value, dict):
        return "; begin each entry with '- '"
    if isinstance(value, list) and "sequence" in _kinds(schema):
        return "; for several write {type: sequence, actions: [...]}"
    if kind == "object" and isinstance(value, list) and value:
        if "bindings" in schema.get("properties", ()):
            return "; put the list under 'bindings:'"
        return "; leave out the '- '" if isinstance(value[0].value, dict) else ""
    if isinstance(value, str) and len(value) > schema.get("maxLength", 1e9):
        return f", of {len(value)} characters: {schema['maxLength']} are the most"
    if kind == "string" and "enum" not in schema:
        if isinstance(value, bool | int | float):
            return "; put it in quotes if it is meant as text"
        if isinstance(value, dict) and len(value) == 1:
            return "; put it in quotes if it is text with a ':' in it"
    if path[-1:] == ("hand",) and value in ("both", "any", "either"):
        return "; leave it out for either hand"
    return ""


def _kinds(schema: Mapping[str, Any]) -> Iterable[str]:
    """What a key of the value may say of its kind."""
    return tuple(schema.get("discriminator", {}).get("mapping", ()))


def _boolean(node: Node) -> str:
    word = str(node.value).casefold()
    if word not in _TRUE + _FALSE:
        return ""
    meant = "true" if word in _TRUE else "false"
    if word == meant:
        return f"; write {meant} without the quotes"
    if isinstance(node.value, str):
        return f", which is text in gestured's YAML; write {meant}"
    return f"; write {meant}"


def _number(text: str, quoted: bool, key: str, most: float) -> str:
    text = text.strip()
    if quoted and _is_number(text):
        return f"; write {text} without the quotes"
    if _CLOCK.fullmatch(text):
        unit = "milliseconds as one number" if key.endswith("_ms") else "one number"
        return f", which is text in gestured's YAML; write {unit}"
    for mended in (text.replace("_", ""), text.replace(",", ".")):
        if mended != text and _is_number(mended):
            return f", which is text in gestured's YAML; write {mended}"
    if quantity := _QUANTITY.fullmatch(text):
        return f"; write {_without_unit(quantity, key, most)}"
    return ""


def _without_unit(quantity: re.Match[str], key: str, most: float) -> str:
    number = float(quantity["number"].replace(",", "."))
    unit = quantity["unit"].lower()
    if unit in ("s", "sec") and key.endswith("_ms"):
        number *= 1000
    if unit == "%" and most == 1:
        number /= 100
    return f"{number:.10g}"


def _is_number(text: str) -> bool:
    value = resolve(text)
    return isinstance(value, int | float) and not isinstance(value, bool)
