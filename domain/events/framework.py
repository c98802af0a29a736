"""Framework agreements within which deals are made."""

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.statement import ONCE, Identity, Statement
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When


class FrameworkSigned(Statement):
    """A framework agreement is signed."""

    name: ClassVar[str] = "signed"
    identity: ClassVar[Identity] = ONCE
    opens: ClassVar[bool] = True
    place_in_cycle: ClassVar[int] = 10

    parties: tuple[Party, ...] = Field(default=(), description="who signed")
    title: str | None = Field(default=None, description="title of the agreement")
    until: When | None = Field(default=None, description="how long it holds (EDTF)")


class InForce(Statement):
    """A framework agreement enters into force."""

    name: ClassVar[str] = "in-force"
    identity: ClassVar[Identity] = ONCE
    opens: ClassVar[bool] = True
    place_in_cycle: ClassVar[int] = 20


class Renewed(Statement):
    """A framework agreement is renewed."""

    name: ClassVar[str] = "renewed"
    opens: ClassVar[bool] = True
    place_in_cycle: ClassVar[int] = 30

    until: When | None = Field(default=None, description="how long it holds now (EDTF)")


class FrameworkExpired(Statement):
    """A framework agreement runs out."""

    name: ClassVar[str] = "expired"
    place_in_cycle: ClassVar[int] = 40


class FrameworkTerminated(Statement):
    """A framework agreement is ended."""

    name: ClassVar[str] = "terminated"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 50

    by: Party | None = Field(default=None, description="who ended it")
    reason: str | None = Field(default=None, description="why")


FrameworkEvent = FrameworkSigned | InForce | Renewed | FrameworkExpired | FrameworkTerminated
"""Events of a framework agreement."""
