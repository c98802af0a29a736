"""When: a date, as uncertain as its source leaves it.

Its text is EDTF (`armsledger.domain.values.edtf` says which forms) and is kept exactly as written. Its meaning is the
interval of whole days that the text allows, and only these days are ever compared.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, dataclass_transform, final

from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.date_mistakes import UnreadableDate
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST, days_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

REMEMBERED_TEXTS: Final = 65_536
"""More than there are days in 150 years, so a ledger seldom has more texts of dates."""

C = TypeVar("C")


@dataclass_transform(frozen_default=True, eq_default=False)
def _frozen(cls: type[C]) -> type[C]:
    """Tell type checkers that the attributes are read-only; the class itself refuses to set them."""
    return cls


def _remembered(read: Callable[[str], When]) -> Callable[[str], When]:
    """Cache by text: events repeat the same few dates, and a hit costs no Python frame."""
    return lru_cache(maxsize=REMEMBERED_TEXTS)(read)


@final
@_frozen
class When:
    """A date as its source gives it: the EDTF text, and the whole days from the earliest to the latest that it allows.

    Use `When.parse`, which remembers what it has read; `When(text)` reads anew. Both raise `UnreadableDate`. Two dates
    are equal when their texts are. There is no `<`, because dates that overlap have no order: sort by `first` or by
    `last`.
    """

    __slots__ = ("earliest", "first", "last", "latest", "qualifier", "text")

    text: str
    """The EDTF text exactly as written, without surrounding blanks."""
    earliest: date | None
    """The first day it can mean; None if it is open to the past."""
    latest: date | None
    """The last day it can mean; None if it is open to the future."""
    first: int
    """The proleptic ordinal of `earliest`, or `OPEN_PAST`."""
    last: int
    """The proleptic ordinal of `latest`, or `OPEN_FUTURE`."""
    qualifier: str
    """Those of `?`, `~` and `%` that occur anywhere in the text, in this order; mostly empty."""

    def __init__(self, text: str) -> None:
        text = text.strip()
        first, last = days_of(text)
        keep = object.__setattr__
        keep(self, "text", text)
        keep(self, "first", first)
        keep(self, "last", last)
        keep(self, "earliest", None if first == OPEN_PAST else date.fromordinal(first))
        keep(self, "latest", None if last == OPEN_FUTURE else date.fromordinal(last))
        keep(self, "qualifier", "".join(mark for mark in "?~%" if mark in text))

    @staticmethod
    @_remembered
    def parse(text: str) -> When:
        """Read the text, or recall it if it was read before; a hit costs no Python frame."""
        return When(text)

    @staticmethod
    def read(text: str) -> When:
        """What people write, in EDTF or in words (`armsledger.domain.values.date_phrases`); raises UnreadableDate.

        What is stored is EDTF and never comes here.
        """
        try:
            return When.parse(text)
        except UnreadableDate:
            from armsledger.domain.values.date_phrases import plain_date  # whoever writes EDTF never loads it

            plain = plain_date(text)
            if plain is None:
                raise
        return When.parse(plain)

    @staticmethod
    def day(day: date) -> When:
        """The date that is this one day."""
        return When.parse(day.isoformat())

    @property
    def is_day(self) -> bool:
        """Whether it is one single day, without any qualifier."""
        return self.first == self.last and not self.qualifier

    def possible_by(self, day: date) -> bool:
        """Whether it can have come to pass by the end of that day."""
        return self.first <= day.toordinal()

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, When) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<When {self.text!r}: {self.earliest or '..'} to {self.latest or '..'}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        message = f"{name!r} of a When cannot be set: parse another text instead"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> NoReturn:
        message = f"{name!r} of a When cannot be deleted"
        raise AttributeError(message)

    def __reduce__(self) -> tuple[Callable[[str], When], tuple[str]]:
        """Copy and pickle by text, so that a stored pickle holds nothing that is derived."""
        return When.parse, (self.text,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate from text, and in Python from a When too; serialise to the text.

        Stored JSON goes to the cache of `parse` without a Python frame, which halves the cost of decoding.
        """
        from pydantic_core import core_schema  # here, as the module itself must load without pydantic

        text = core_schema.str_schema(strict=True)
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(When.parse, text),
            python_schema=core_schema.no_info_plain_validator_function(_from_python),
            serialization=core_schema.plain_serializer_function_ser_schema(attrgetter("text")),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe it as the string that it is in JSON."""
        return {
            "type": "string",
            "description": "A date as EDTF text (ISO 8601-2), which may be uncertain or an interval. Files and "
            "commands may say it in English words, such as March 2022, mid-2021, Q2 2022 or by May 2023; it is stored "
            "as EDTF.",
            "examples": ["2018-10-05", "2018-10", "2021-11-12/2021-12-31", "../2021-12-15~"],
        }


def _from_python(value: object) -> When:
    """The date that pydantic is given in Python."""
    if isinstance(value, str):
        return When.read(value)
    if isinstance(value, When):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return When.day(value)
    given = type(value).__name__
    raise InvalidValue(
        f"a date is given as EDTF text such as '2021-12-01', not as {given}"
    )  # pydantic reports no TypeError
