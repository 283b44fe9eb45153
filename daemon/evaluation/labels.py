"""What the labels of a set mean to a configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from daemon.config.names import ALIASES, NO_GESTURE
from daemon.config.problems import nearest
from gestures.spec import GestureSpec

#: What 'none of the gestures' is called in figures.
NONE = "none"
#: What it is called in sets: a name that no gesture may have, or nothing at all.
_NONE_LABELS = frozenset({"", *NO_GESTURE})
#: Mapped to this a label is left out.
_LEFT_OUT = ""


class LabelError(Exception):
    """A label is to mean what is no pose of the configuration; `str()` is one line."""


class Labels:
    """Translates labels to the names of poses.

    Args:
        specs: The gestures of the configuration.
        meanings: What the user says that labels mean: a pose, none, or '' to leave them out;
            several poses with `|` between, where any of them is right.

    Raises:
        LabelError: A label is to mean something else.
    """

    def __init__(self, specs: Iterable[GestureSpec], meanings: Mapping[str, str]) -> None:
        specs = tuple(specs)
        self._motions = frozenset(spec.name for spec in specs if spec.motion is not None)
        self._poses = tuple(spec.name for spec in specs if spec.motion is None)
        self._meanings = {
            label: [each.strip() for each in meaning.split("|")]
            for label, meaning in meanings.items()
        }
        for label, names in self._meanings.items():
            for name in names:
                if (name != _LEFT_OUT or len(names) > 1) and self._known(name) is None:
                    raise LabelError(f"{label}={meanings[label]}: {name} {self._fault(name)}")

    def gesture(self, label: str) -> str | None:
        """The pose that a label means, `NONE` for none of them, None when it is left out."""
        (meaning, *_) = self._meanings.get(label, [label])
        if label in self._meanings and meaning == _LEFT_OUT:
            return None
        return self._known(meaning)

    def right(self, label: str) -> frozenset[str]:
        """All names that are right for a label that `gesture` has one for."""
        known = map(self._known, self._meanings.get(label, [label]))
        return frozenset(name for name in known if name is not None)

    def why_left_out(self, label: str) -> str:
        """What is wrong with a label for which `gesture` has nothing."""
        return "is left out by --labels" if label in self._meanings else self._fault(label)

    def _known(self, name: str) -> str | None:
        canonical = name if name in self._poses else ALIASES.get(name, name)
        if canonical in self._poses:
            return canonical
        return NONE if name.strip().casefold() in _NONE_LABELS else None

    def _fault(self, name: str) -> str:
        if name in self._motions:
            return "is a motion: evaluate knows poses only"
        near = nearest(name, (*self._poses, *(a for a in ALIASES if self._known(a)), NONE))
        hint = "" if near is None else f"; did you mean '{self._known(near)}'?"
        return f"is no gesture of the configuration{hint}"
