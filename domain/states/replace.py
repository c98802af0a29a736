"""``dataclasses.replace`` for the states, without its walk over every field.

Folding replaces fields of a state for each event; the library's function calls the constructor again
and takes most of the fold's time. A state made by ``blank`` holds only what differs from the defaults,
which the class holds, so that copying it is cheap. Type checkers see the library's signature: a
misspelt field is a type error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(state: Any, /, **changes: Any) -> Any:
        """A copy of a frozen dataclass (one without slots) with other values in some fields."""
        copy = object.__new__(state.__class__)
        object.__setattr__(copy, "__dict__", state.__dict__ | changes)
        return copy


T = TypeVar("T")


def blank(state: type[T]) -> T:
    """An instance of a frozen dataclass with the default in every field; all fields must have one."""
    return object.__new__(state)
