"""``dataclasses.replace`` for the states, without its walk over every field.

Folding replaces fields of a state for each event; the library's function calls the constructor again
and takes most of the fold's time. Type checkers see the library's signature, so a misspelt field is a
type error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(state: Any, /, **changes: Any) -> Any:
        """A copy of a frozen dataclass (one without slots) with other values in some fields."""
        copy = object.__new__(state.__class__)
        fields = copy.__dict__
        fields.update(state.__dict__)
        fields.update(changes)
        return copy
