"""What is transferred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.value import STRIPPED, Value

Unroca = Literal["I", "II", "III", "IV", "V", "VI", "VII"]
Condition = Literal["new", "second hand", "second hand but modernized"]


@dataclass(frozen=True)
class Item(Value):
    """A weapon or other good: its designation, and how registers classify it.

    ``category`` is SIPRI's weapon category, ``unroca`` the category I to VII of the UN Register of
    Conventional Arms, ``condition`` SIPRI's status of the goods. ``quantity`` makes it a line of an order, of which
    ``value`` is what the line costs.
    """

    __pydantic_config__ = STRIPPED

    designation: str
    description: str | None = None
    category: str | None = None
    unroca: Unroca | None = None
    condition: Condition | None = None
    quantity: Quantity | None = None
    value: Money | None = None

    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith(("[", "{")):
            raise InvalidValue(
                f"{quoted(value, 40)} is not the name of an item",
                'write the name alone, or the parts as JSON: {"designation": "K2", "quantity": "10 tanks"}',
            )
        return {"designation": value}

    def __str__(self) -> str:
        return f"{self.designation} ({self.description})" if self.description else self.designation

    @property
    def in_full(self) -> str:
        """The item with how many there are and what they cost: ``180 tanks of K2 for USD 1bn``."""
        counted = str(self) if self.quantity is None else f"{self.quantity} of {self.designation}"
        return counted if self.value is None else f"{counted} for {self.value}"
