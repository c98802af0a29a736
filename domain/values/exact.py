"""Decimals that add up exactly, however many figures the sums have.

Python rounds what it computes with decimals to 28 figures. That is right for a quotient and wrong for a sum of money.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, Final

from armsledger.domain.limits import SUM_DIGITS

CONTEXT: Final = Context(prec=SUM_DIGITS)


class Exact(Decimal):
    """A decimal of which no sum, difference or product is rounded; each of them is of this kind, too."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return _exact(CONTEXT.add, self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return _exact(CONTEXT.subtract, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _exact(CONTEXT.subtract, other, self)

    def __mul__(self, other: Any) -> Any:
        return _exact(CONTEXT.multiply, self, other)

    __rmul__ = __mul__

    def __neg__(self) -> Any:
        return Exact(self.copy_negate())

    def __abs__(self) -> Any:
        return Exact(self.copy_abs())


def _exact(compute: Any, one: Any, other: Any) -> Any:
    """What is computed of decimals or whole numbers; other numbers and `Traced` ones say themselves what they do."""
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return Exact(compute(one, other))
    return NotImplemented
