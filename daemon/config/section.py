"""What all sections of the YAML have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """What all sections have in common: nothing unknown, nothing converted."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, protected_namespaces=()
    )


def text_of_number(value: object) -> object:
    """A number as the text that was meant, as for the key 5."""
    return str(value) if type(value) is int else value


def in_a_list(value: object) -> object:
    """One text as a list of it."""
    return [value] if isinstance(value, str) else value
