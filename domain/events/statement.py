"""What every event of the catalogue is: a statement by a source about an occurrence."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from enum import IntEnum
from functools import cache
from typing import Annotated, Any, ClassVar, cast, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.value import ReadInPython, Value
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Status


class Role(IntEnum):
    """What an event does to the history of its stream."""

    OCCURRENCE = 0
    """It tells what happened in the world."""
    EXPECTATION = 1
    """It tells what somebody expects, or revises or withdraws that."""
    REPAIR = 2
    """It speaks of entries: a correction, retraction, dispute or resolution."""
    UNREADABLE = 3
    """It tells nothing that this release can read."""


Identity = tuple[str, ...] | None
"""How statements about one occurrence are recognised: by the event's name and these of its fields.

None, or a field that a statement leaves out: the statement speaks of an occurrence of its own, unless ``same_as`` says
otherwise.
"""
ONCE: Identity = ()
"""The event can happen only once in a stream."""
BY_TRANCHE: Identity = ("tranche",)


def _read_tranche(value: Any) -> Any:
    """A number, however it is written, or a label."""
    if isinstance(value, bool) or not isinstance(value, int | str | None):
        raise InvalidValue(f"{value!r} is not a tranche", "write its number or a label, such as 1 or 'advance'")
    if isinstance(value, int) and not 0 <= value < 10**9:
        raise InvalidValue(f"{value!r:.40} is no number of a tranche", "write a small number or a label")
    if isinstance(value, str):
        text = value.strip()
        if not text:
            raise InvalidValue("a tranche needs a number or a label")
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else text
    return value


Tranche = Annotated[int | str, ReadInPython(_read_tranche)]
"""A number or a label; ``"1"`` and ``1`` are the same tranche."""


class Statement(BaseModel):
    """The fields that every entry may have; each event adds its own.

    ``on`` is when it happened in the world, ``asserted`` when the source said so, ``source`` the key of the source,
    ``same_as`` the id of another entry about the same occurrence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, str_strip_whitespace=True)

    name: ClassVar[str] = ""
    """The event's name, by which people write it and the ledger stores it; empty for a class that is only a base."""
    schema_version: ClassVar[int] = 1
    """Version of the fields; it rises when they change."""
    role: ClassVar[Role] = Role.OCCURRENCE
    identity: ClassVar[Identity] = None
    by_what_is_named: ClassVar[bool] = False
    """Whether fields of the identity may be left out: two statements that name the same are of one occurrence."""
    opens: ClassVar[bool] = False
    """Whether it can be the first entry of a stream."""
    place_in_cycle: ClassVar[int] = 50
    """Its place in the life cycle: of two that begin on one day, the fold takes the lower place first."""

    on: When = Field(description="when it happened in the world (EDTF)")
    asserted: When = Field(description="when the source said so (EDTF); default: the day it was published")
    source: str | None = Field(default=None, description="key of the source")
    attribution: Attribution | None = Field(default=None, description="speaker whom the source quotes")
    credibility: int | None = Field(
        default=None,
        ge=1,
        le=6,
        description="credibility of this statement, 1 (confirmed) to 6 (cannot be judged)",
    )
    status: Status = Field(default="fact", description="how the source puts it")
    quote: str | None = Field(default=None, description="short quote or locator in the source")
    note: str | None = Field(default=None, description="a remark of whoever records")
    same_as: str | None = Field(default=None, description="entry that speaks of the same occurrence")
    apart_from: str | None = Field(default=None, description="entry that looks alike and speaks of another occurrence")

    @property
    def denies(self) -> bool:
        """Whether the statement says that the occurrence did not happen."""
        return self.status == "denial"

    @property
    def vouches(self) -> bool:
        """Whether the statement by itself can make an occurrence certain."""
        return self.status in ("fact", "reported")

    def occurrence_key(self) -> tuple[Any, ...] | None:
        """What identifies the occurrence within its stream; None if it is one of its own."""
        if self.identity is None:
            return None
        fields = self.__dict__
        values = [fields[name] for name in self.identity]
        if fields.get("so_far") or fields.get("part"):
            return None
        if None in values and not (self.by_what_is_named and any(value is not None for value in values)):
            return None
        return (self.name, *values)


COMMON_FIELDS = frozenset(Statement.model_fields)
"""Names of the fields that every entry may have."""


@cache
def own_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that an event adds to those of every entry."""
    return tuple(name for name in event.model_fields if name not in COMMON_FIELDS)


@cache
def reader_of(event: type[Statement]) -> Callable[[Mapping[str, Any]], Statement]:
    """What reads an event from its fields; raises ValidationError. It goes without pydantic's wrapper, which takes as
    long again."""
    event.model_rebuild()
    return cast("Callable[[Mapping[str, Any]], Statement]", event.__pydantic_validator__.validate_python)


def is_silent(value: Any) -> bool:
    """Whether a statement leaves a field out that has this value."""
    return value is None or (type(value) is tuple and not value)


def types_in(annotation: Any) -> Iterator[Any]:
    """The types that an annotation names: Party, the ellipsis and None's type in ``tuple[Party, ...] | None``."""
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from types_in(part)


@cache
def parts_of(kind: Any) -> Mapping[str, FieldInfo]:
    """The parts of a type that has several, by their names: those of a value, or the fields of an event."""
    if not isinstance(kind, type):
        return {}
    if issubclass(kind, BaseModel):
        return kind.model_fields
    if not issubclass(kind, Value):
        return {}
    hints: Any = get_type_hints(kind, include_extras=True)
    return {
        field.name: FieldInfo.from_annotation(hints[field.name])
        if field.default is MISSING
        else FieldInfo.from_annotated_attribute(hints[field.name], field.default)
        for field in fields(kind)  # type: ignore[arg-type]  # each value is a dataclass
    }
