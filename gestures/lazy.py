"""Attributes that are computed when they are first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_Result = TypeVar("_Result", covariant=True)


class lazy(Generic[_Result]):
    """`functools.cached_property` without its lock, which is most of what Python 3.11's costs."""

    def __init__(self, compute: Callable[[Any], _Result]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> lazy[_Result]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> _Result: ...

    def __get__(self, instance: object | None, owner: type) -> lazy[_Result] | _Result:
        if instance is None:
            return self
        # What stands in the instance goes before a descriptor that can't be set.
        # Not through its `__dict__`, which Python would build for it, and look into from then on.
        result = self._compute(instance)
        setattr(instance, self._name, result)
        return result
