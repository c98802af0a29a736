"""Numbers that remember what they were made of.

The rules that make a sum of statements are written once, for plain numbers. Given numbers of this kind, the same rules
tell as well on which statements the sum rests.
"""

from __future__ import annotations

from typing import Any

Number = Any
"""A whole number or a decimal, traced or not; of one line all are alike."""


class Traced:
    """A number that remembers its parts, by their places."""

    __slots__ = ("places", "value")

    def __init__(self, value: Number, places: frozenset[int]) -> None:
        self.value, self.places = value, places

    def _made(self, value: Number, other: Number) -> Traced:
        return Traced(value, self.places | other.places if type(other) is Traced else self.places)

    def __add__(self, other: Number) -> Traced:
        return self._made(self.value + plain(other), other)

    __radd__ = __add__

    def __sub__(self, other: Number) -> Traced:
        return self._made(self.value - plain(other), other)

    def __rsub__(self, other: Number) -> Traced:
        return self._made(plain(other) - self.value, other)

    def __mul__(self, other: Number) -> Traced:
        return self._made(self.value * plain(other), other)

    __rmul__ = __mul__

    def __lt__(self, other: Number) -> bool:
        return bool(self.value < plain(other))

    def __gt__(self, other: Number) -> bool:
        return bool(self.value > plain(other))

    def __le__(self, other: Number) -> bool:
        return bool(self.value <= plain(other))

    def __ge__(self, other: Number) -> bool:
        return bool(self.value >= plain(other))

    def __eq__(self, other: object) -> bool:
        return bool(self.value == plain(other))

    def __hash__(self) -> int:
        return hash(self.value)


def plain(number: Any) -> Any:
    """A number without what it was made of."""
    return number.value if type(number) is Traced else number


def places_of(number: Number) -> frozenset[int]:
    """The places of the parts that a number was made of; none of nothing."""
    return number.places if type(number) is Traced else frozenset()


def greater(one: Number, other: Number) -> Number:
    """The greater of two numbers; of equal ones that which is made of the parts of both, as they agree."""
    if one == other:
        return Traced(one.value, one.places | places_of(other)) if type(one) is Traced else other
    return one if one > other else other


def lesser(one: Number, other: Number) -> Number:
    """The lesser of two numbers; the same of equal ones."""
    return greater(one, other) if one == other else min(one, other)
