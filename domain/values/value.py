"""What value types have in common: how pydantic reads and checks them, and how amounts add up.

They are plain frozen dataclasses, so that whoever reads rows loads no pydantic. It is imported when an event is built
that has such a field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeVar

from armsledger.domain.limits import LONGEST_NUMBER

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


FIGURES: Final = rf"^-?[0-9.]{{1,{LONGEST_NUMBER}}}([eE][+-]?[0-9]{{1,2}})?$"
"""How decimals are stored; some have stored a nought as ``-0``."""


class ReadInPython:
    """Marks a type of which ``read`` prepares what people and programs give: ``Annotated[int | str, ReadInPython(f)]``.

    Stored JSON is decoded without a call into Python, which halves the cost of decoding.
    """

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self.read = read

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], CoreSchema]) -> CoreSchema:
        from pydantic_core import core_schema

        stored = handler(source)
        given = core_schema.no_info_before_validator_function(self.read, stored)
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=given)


class _Parts(dict[str, Any]):
    """The parts of a value as they were read: pydantic asks for them once for each type around the value."""


class Checked:
    """Marks a type with what pydantic checks of it, in its own words: ``Annotated[int, Checked(ge=0)]``."""

    def __init__(
        self,
        ge: int | None = None,
        le: int | None = None,
        pattern: str | None = None,
        allow_inf_nan: bool | None = None,
    ) -> None:
        self.ge, self.le = ge, le
        self.pattern = pattern
        self.allow_inf_nan = allow_inf_nan

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        checked: CoreSchema = schema | {name: limit for name, limit in vars(self).items() if limit is not None}
        return checked


class StoredInFigures:
    """Marks a decimal that is stored as a text of figures; an exponent of three figures is short to store, and the
    number endless to show: ``1e999999999``, and ``0e-999999999``.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], CoreSchema]) -> CoreSchema:
        from pydantic_core import core_schema

        number = handler(source)
        stored = core_schema.chain_schema([core_schema.str_schema(pattern=FIGURES), number])
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=number)


class Value:
    """A value of several parts, which people write as one text: the base of frozen dataclasses.

    Its own constructor trusts what it is given. pydantic reads and checks it whenever it becomes a part of an event.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        own: Any = handler(source)
        stored = {name: part for name, part in own.items() if name != "ref"}
        schema: Any = ReadInPython(cls._given).__get_pydantic_core_schema__(source, lambda _: stored)
        whole: CoreSchema = schema | {"ref": own["ref"]}  # what pydantic takes for this type where it meets it again
        return whole

    @classmethod
    def _given(cls, value: Any) -> Any:
        """The parts of what is given; those of a value that somebody made are looked at as if they were written."""
        if type(value) is _Parts:
            return value
        parts = cls._read(dict(vars(value)) if type(value) is cls else value)
        return _Parts(parts) if type(parts) is dict else parts

    @classmethod
    def _read(cls, value: Any) -> Any:
        """The parts of what is given; what this type cannot tell is left to pydantic."""
        raise NotImplementedError

    @property
    def parts(self) -> dict[str, Any]:
        """The parts that there are, by their names."""
        return {name: part for name, part in vars(self).items() if part is not None}


STRIPPED: Final = {**Value.__pydantic_config__, "str_strip_whitespace": True}
"""How pydantic reads a value of which the texts lose the blanks around them."""


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
