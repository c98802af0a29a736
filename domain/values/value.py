"""What value types have in common: how pydantic reads them, and how amounts add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class ReadInPython:
    """Marks a type of which ``read`` prepares what people and programs give: ``Annotated[int | str, ReadInPython(f)]``.

    Stored JSON is decoded without a call into Python, which halves the cost of decoding.
    """

    read: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return read_in_python(self.read, handler(source))


def read_in_python(read: Callable[[Any], Any], stored: CoreSchema) -> CoreSchema:
    """The schema of stored JSON, with what is given in Python prepared before."""
    given = core_schema.no_info_before_validator_function(read, stored)
    return core_schema.json_or_python_schema(json_schema=stored, python_schema=given)


class _Parts(dict[str, Any]):
    """The parts of a value as they were read: pydantic asks for them once for each type around the value."""


class Value(BaseModel):
    """A value of several parts, which people write as one text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if schema["type"] == "json-or-python":  # another type asks for what the class has
            return schema
        return read_in_python(cls._read_once, schema)

    @classmethod
    def _read_once(cls, value: Any) -> Any:
        """The same as `_read`, in no time for what was read before."""
        if type(value) is cls or type(value) is _Parts:
            return value
        parts = cls._read(value)
        return _Parts(parts) if type(parts) is dict else parts

    @classmethod
    def _read(cls, value: Any) -> Any:
        """The parts of what is given; what this type cannot tell is left to pydantic."""
        raise NotImplementedError


class Amount(Value):
    """So much money of a currency, or so many units."""

    def plus(self, other: Self) -> Self | None:
        """The sum, approximate if one of the two is; None where they are of different currencies or units."""
        raise NotImplementedError


A = TypeVar("A", bound=Amount)


def added(sums: tuple[A, ...], amount: A) -> tuple[A, ...]:
    """The sums with one more amount: one for each currency or unit, in the order in which these first came."""
    for index, total in enumerate(sums):
        total_after = total.plus(amount)
        if total_after is not None:
            return (*sums[:index], total_after, *sums[index + 1 :])
    return (*sums, amount)
