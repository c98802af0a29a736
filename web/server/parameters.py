"""Parameters: what stands after the question mark of an address, within limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl

from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.near import did_you_mean

LONGEST_ADDRESS: Final = 4_000
MOST_PARAMETERS: Final = 60
LONGEST_VALUE: Final = 400
LONGEST_NUMBER: Final = 9
"""Digits."""
NO_TEXT: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for bytes that are no text."""


class Parameters:
    """The parameters of an address, each with its values; those without a value are left out, as forms send them."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    @classmethod
    def read(cls, query: str) -> Parameters:
        """Read what stands after the question mark; raises UsageError."""
        if len(query) > LONGEST_ADDRESS:
            raise UsageError("the address is too long", remedy=f"it may have {LONGEST_ADDRESS:,} characters")
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
        except ValueError as error:
            raise UsageError("the address has too many parameters", remedy=f"{MOST_PARAMETERS} may be given") from error
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            _check(name)
            _check(value)
            if value.strip():
                values.setdefault(name, []).append(value.strip())
        return cls(values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def all(self, name: str) -> list[str]:
        """The values of a parameter, in their order."""
        return list(self._values.get(name, ()))

    def one(self, name: str) -> str | None:
        """The one value of a parameter; raises UsageError if there are several."""
        values = self._values.get(name, ())
        if len(values) > 1:
            raise UsageError(f"{name} is given {len(values)} times", remedy="give it once")
        return values[0] if values else None

    def number(self, name: str, default: int | None, least: int, most: int) -> int | None:
        """A whole number within bounds; raises UsageError."""
        text = self.one(name)
        if text is None:
            return default
        if not (text.isdecimal() and text.isascii() and len(text) <= LONGEST_NUMBER and least <= int(text) <= most):
            raise UsageError(f"{name} cannot be {quoted(text)}", remedy=f"give a whole number from {least} to {most:,}")
        return int(text)

    def check_only(self, names: Collection[str]) -> None:
        """Raise UsageError for a parameter that is none of some names."""
        for name in self._values:
            if name not in names:
                remedy = did_you_mean(name, names) or f"its parameters are {', '.join(names)}"
                raise UsageError(f"there is no parameter {quoted(name)} here", remedy=remedy)

    def pairs(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """The names and values, in an order that does not depend on how they were given."""
        left_out = set(without)
        return [(name, value) for name in sorted(self._values) if name not in left_out for value in self._values[name]]


def _check(text: str) -> None:
    if len(text) > LONGEST_VALUE:
        raise UsageError(f"{quoted(text)} is too long", remedy=f"give at most {LONGEST_VALUE} characters")
    if NO_TEXT in text or any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise UsageError(f"{quoted(text)} is not all text", remedy="leave out what cannot be typed")
