"""Texts with mistakes in them: as people make them, as programs make them, and as nobody would."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_WORD = re.compile(r"[\w.+*-]+|\"[^\"\n]*\"|'[^'\n]*'")
_VALUE = re.compile(r"(?<=: )[^\s,{}\[\]#][^,{}\[\]#\n]*")

#: Words with a meaning of their own somewhere, most of them in YAML 1.1.
_TRAPS = [
    "yes", "no", "on", "off", "y", "n", "Yes", "NO", "true", "False", "null", "~", "",
    "1:30", "190:20:30", "0o17", "017", "0x1F", "0b101", "1_000", "1e3", "1E400", "-1e-400",
    ".inf", "-.INF", ".nan", "2024-01-01", "2001-12-14t21:59:43.10-05:00", "=", "<<", "!!int 3",
    "!!python/object/apply:os.system [id]", "!x", "| ", ">-", "? ", "- ", "@a", "`a", "%TAG",
    "---", "...", "&a", "*a", "*b", "'", '"', "\\", "#", " #", ":", ": ", ",", "[", "]", "{", "}",
    "300ms", "0,5", "50%", "ctrl-c", "a++b", "palm ", "Palm", "none", "default", "swipe", "when",
    '"\\ud800"', '"\\U0010FFFF"', '"\\x00"', '"\\x07"', '"\\N"', '"\\q"', '"\\', "'it''s'",
]  # fmt: skip
_ODD = [
    "\t", "\r", "\r\n", "\n\n", "\x00", "\x07", "\x7f", "\x85", "\xa0", "\xad", "\u200b",
    "\u200f", "\u2028", "\u2029", "\u202e", "\u3000", "\ufeff", "\ufffd", "\uffff", "é", "e\u0301",
    "手", "👋🏽", "İ", "ß", "\u017f", "\u212a", "٣", "\U0001d7db", "\U000e0001",
]  # fmt: skip
_NUMBERS = [
    "0", "-0", "-1", "1", "2", "0.0", "1.5", "3.0", "1e308", "-1e309", "1e-320", "9" * 19,
    "9" * 63, "-" + "9" * 64, "9" * 400, "9" * 5000, "0x" + "f" * 300, "1" + "_0" * 40,
    "." + "1" * 99,
]  # fmt: skip

Random = random.Random
Mutation = Callable[[Random, str, Sequence[str]], str]


def mutated(chance: Random, seeds: Sequence[str]) -> bytes:
    """A text made of one of `seeds`, with one to five mistakes in it."""
    text = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        text = chance.choice(_MUTATIONS)(chance, text, seeds)
    return _as_bytes(chance, text)


def _lines(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """Delete, double, move, join, indent or cut lines, or take one from elsewhere."""
    lines = text.split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    line = lines[at]
    match chance.randrange(9):
        case 0:
            del lines[at : at + chance.choice((1, 1, 1, 2, 5))]
        case 1:
            lines.insert(to, line)
        case 2:
            lines.insert(to, lines.pop(at))
        case 3:
            lines[at] = chance.choice((" ", "  ", "    ", "\t", "- ")) + line
        case 4:
            lines[at] = line[chance.choice((1, 2, 4)) :]
        case 5:
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
        case 6:
            lines[at] = line[: chance.randrange(len(line) + 1)]
        case 7:
            lines.insert(to, chance.choice(chance.choice(seeds).split("\n")))
        case _:
            lines[at] = re.sub("^( *)# ?", r"\1", line) if "#" in line else f"# {line}"
    return "\n".join(lines)


def _values(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """Put another value, a trap or a number in a value's place."""
    return _replaced(chance, text, _VALUE, _other(chance, _VALUE, seeds))


def _words(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """Put another word, a trap or a number in a word's place: a key's as well."""
    return _replaced(chance, text, _WORD, _other(chance, _WORD, seeds))


def _misspell(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """Leave out, double, swap or change a letter."""
    at = chance.randrange(len(text)) if text else 0
    pair = text[at : at + 2]
    piece = chance.choice((pair[1:], pair[:1] + pair, pair[::-1], pair.swapcase(), "_" + pair[1:]))
    return text[:at] + piece + text[at + 2 :]


def _insert(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """Put something odd anywhere."""
    at = chance.randrange(len(text) + 1)
    piece = chance.choice(chance.choice((_TRAPS, _ODD, _NUMBERS)))
    return text[:at] + piece * chance.choice((1, 1, 1, 2, 40)) + text[at:]


def _cut(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """Take a piece out, or end there, as a file that is half written."""
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice((text[at + chance.randrange(60) :], ""))


def _nest(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """A value deep within lists or mappings."""
    depth = chance.choice((2, 5, 31, 32, 33, 100, 3000))
    opening, closing = chance.choice((("[", "]"), ("{a: ", "}"), ("{not: ", "}"), ("- ", "")))
    return _replaced(chance, text, _VALUE, opening * depth + "x" + closing * depth)


def _anchors(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """Anchors and aliases: of a value, within itself, of none, and of ever more."""
    match chance.randrange(4):
        case 0:
            value = _replaced(chance, text, _VALUE, lambda found: f"&a {found}")
            return _replaced(chance, value, _VALUE, "*a")
        case 1:
            return _replaced(chance, text, _VALUE, "&a [*a]")
        case 2:
            return re.sub(r"(?m)^(\w+):", r"\1: &a", text, count=1) + "\nmodes: *a\n"
        case _:
            bomb = "a: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
                f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
            )
            return bomb + text


def _repeat(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """A piece of it very often."""
    at = chance.randrange(len(text) + 1)
    piece = text[at : at + chance.choice((1, 10, 200))]
    return text[:at] + piece * chance.choice((3, 30, 300)) + text[at:]


def _long(chance: Random, text: str, seeds: Sequence[str]) -> str:
    """One character so often that whoever looks at it more than once a time takes very long."""
    run = chance.choice("x9 (,.:'-_+*[#\t\\&é手") * chance.choice((300, 5000, 60_000))
    return _replaced(
        chance, text, chance.choice((_WORD, _VALUE)), lambda old: old[:2] + run + old[2:]
    )


def _replaced(
    chance: Random, text: str, pattern: re.Pattern[str], by: str | Callable[[str], str]
) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = chance.choice(found)
    return text[: one.start()] + (by if isinstance(by, str) else by(one[0])) + text[one.end() :]


def _other(chance: Random, pattern: re.Pattern[str], seeds: Sequence[str]) -> str:
    known = pattern.findall(chance.choice(seeds))
    return chance.choice(chance.choice([known or _TRAPS, _TRAPS, _NUMBERS]))


def _as_bytes(chance: Random, text: str) -> bytes:
    """As a file: in rare cases not in UTF-8, or with bytes that are wrong in it."""
    match chance.randrange(40):
        case 0:
            return text.encode(
                chance.choice(("utf-16", "utf-16-le", "latin-1", "cp1252")), "replace"
            )
        case 1:
            return b"\xef\xbb\xbf" + text.encode()
        case 2:
            return text.replace("\n", chance.choice(("\r\n", "\r", "\x85"))).encode()
        case 3 | 4:
            data = bytearray(text.encode())
            for _ in range(chance.choice((1, 1, 3, 20))):
                data.insert(chance.randrange(len(data) + 1), chance.randrange(256))
            return bytes(data)
        case _:
            return text.encode()


_MUTATIONS: list[Mutation] = [
    _lines, _lines, _lines, _values, _values, _values, _words, _words, _misspell, _misspell,
    _insert, _insert, _cut, _nest, _anchors, _repeat, _long,
]  # fmt: skip
