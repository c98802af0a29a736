"""Events that every stream may hold: expectations, and entries that speak of other entries."""

import shlex
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, JsonValue, WrapValidator
from pydantic_core import CoreSchema, core_schema

from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

Modality = Literal["planned", "scheduled", "expected", "likely", "promised", "threatened"]
CorrectionReason = Literal["entry-error", "source-error", "new-information", "translation"]
OUR_COPY = frozenset({"entry-error", "translation"})
"""Reasons that repair our own copy: they hold from the day on which the target was asserted."""


class What(BaseModel):
    """What is expected: an event of the same stream, and fields that the occurrence must have.

    ``{"event": "delivered", "tranche": 1}``; on the command line ``delivered tranche=1``.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    event: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text such as ``delivered tranche=1`` is read in Python."""
        stored = handler(source)
        read = core_schema.no_info_before_validator_function(cls._read, stored)
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=read)

    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        words = shlex.split(value)
        if not words or any("=" not in word for word in words[1:]):
            raise ValueError(f"{value!r} is not an expectation; write an event and fields, 'delivered tranche=1'")
        return {"event": words[0], **dict(word.split("=", 1) for word in words[1:])}

    @property
    def selectors(self) -> Mapping[str, JsonValue]:
        """The fields that the occurrence must have."""
        return self.__pydantic_extra__ or {}

    def __str__(self) -> str:
        given = (f"{name}={_shown(value)}" for name, value in self.selectors.items())
        return " ".join([self.event, *given])


def _shown(value: JsonValue) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class Expected(Statement):
    """Someone expects something: never a fact with a future date."""

    name: ClassVar[str] = "expected"
    role: ClassVar[Role] = Role.EXPECTATION
    opens: ClassVar[bool] = True

    what: What = Field(description="event and fields expected, such as 'delivered tranche=1'")
    due: When = Field(description="window in which it is expected; '../X' means by X (EDTF)")
    quantity: Quantity | None = Field(default=None, description="quantity expected")
    modality: Modality | None = Field(default=None, description="how firmly")
    holder: str | None = Field(default=None, description="who expects it")


class ExpectationRevised(Statement):
    """The window of an expectation is moved."""

    name: ClassVar[str] = "expectation-revised"
    role: ClassVar[Role] = Role.EXPECTATION

    target: str = Field(description="entry of the expectation")
    due: When = Field(description="the new window (EDTF)")
    modality: Modality | None = Field(default=None, description="how firmly")
    holder: str | None = Field(default=None, description="who expects it")


class ExpectationWithdrawn(Statement):
    """An expectation is given up."""

    name: ClassVar[str] = "expectation-withdrawn"
    role: ClassVar[Role] = Role.EXPECTATION

    target: str = Field(description="entry of the expectation")
    reason: str | None = Field(default=None, description="why")


def _as_given(value: Any, check: Callable[[Any], Any]) -> Any:
    check(value)
    return value


Changes = Annotated[dict[str, JsonValue], WrapValidator(_as_given)]
"""New values as they are given: the type of each field reads it, and blanks may count."""


class Corrected(Statement):
    """An entry is repaired; what was written stays in the trail."""

    name: ClassVar[str] = "corrected"
    role: ClassVar[Role] = Role.REPAIR

    target: str = Field(description="entry to correct")
    set: Changes = Field(min_length=1, description="fields and their new values; null clears a field")
    reason: CorrectionReason = Field(description="why")


class Retracted(Statement):
    """An entry is taken back; a retraction can itself be retracted."""

    name: ClassVar[str] = "retracted"
    role: ClassVar[Role] = Role.REPAIR

    target: str = Field(description="entry to take back")
    reason: str = Field(min_length=1, description="why; entry-error and translation repair our own copy")


class Disputed(Statement):
    """Somebody disputes an entry; it stands, and is shown as disputed."""

    name: ClassVar[str] = "disputed"
    role: ClassVar[Role] = Role.REPAIR

    target: str = Field(description="entry that is disputed")
    reason: str | None = Field(default=None, description="why")


class Resolved(Statement):
    """Of entries that disagree one is preferred."""

    name: ClassVar[str] = "resolved"
    role: ClassVar[Role] = Role.REPAIR

    preferred: str = Field(description="entry to prefer")
    over: tuple[str, ...] = Field(min_length=1, description="entries it is preferred to")
    reason: str | None = Field(default=None, description="why")


Repair = Corrected | Retracted | Disputed | Resolved
"""Events that speak of entries."""
