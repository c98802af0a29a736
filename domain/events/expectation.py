"""What somebody expects, and how it is revised or withdrawn."""

import shlex
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, JsonValue
from pydantic_core import CoreSchema

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.value import ReadInPython
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Modality


class What(BaseModel):
    """What is expected: an event of the same stream, and fields that the occurrence must have.

    ``{"event": "delivered", "tranche": 1}``; on the command line ``delivered tranche=1``.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    event: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return ReadInPython(cls._read).__get_pydantic_core_schema__(source, handler)

    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            words = shlex.split(value)
        except ValueError as error:
            raise InvalidValue(str(error)) from error
        if not words or any("=" not in word for word in words[1:]):
            raise InvalidValue(
                f"{quoted(value)} is not an expectation", "write an event and fields, 'delivered tranche=1'"
            )
        return {"event": words[0], **dict(word.split("=", 1) for word in words[1:])}

    @property
    def selectors(self) -> Mapping[str, JsonValue]:
        """The fields that the occurrence must have."""
        return self.__pydantic_extra__ or {}

    @property
    def parts(self) -> dict[str, Any]:
        """The event and the fields, by their names."""
        return {"event": self.event, **self.selectors}

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
    amount: Money | None = Field(default=None, description="amount expected")
    so_far: bool | None = Field(default=None, description="whether the quantity is the total by then")
    modality: Modality | None = Field(default=None, description="how firmly; ruled-out: that it will not happen")
    holder: str | None = Field(default=None, description="who expects it")


class ExpectationRevised(Statement):
    """An expectation is changed: its window, quantity, amount, firmness or holder."""

    name: ClassVar[str] = "expectation-revised"
    role: ClassVar[Role] = Role.EXPECTATION

    target: str = Field(description="entry of the expectation")
    due: When | None = Field(default=None, description="the new window (EDTF)")
    quantity: Quantity | None = Field(default=None, description="the new quantity")
    amount: Money | None = Field(default=None, description="the new amount")
    modality: Modality | None = Field(default=None, description="how firmly")
    holder: str | None = Field(default=None, description="who expects it")


class ExpectationWithdrawn(Statement):
    """An expectation is given up."""

    name: ClassVar[str] = "expectation-withdrawn"
    role: ClassVar[Role] = Role.EXPECTATION

    target: str = Field(description="entry of the expectation")
    reason: str | None = Field(default=None, description="why")
