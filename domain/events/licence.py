"""Export licences for a deal."""

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.statement import Statement
from armsledger.domain.values.money import Money
from armsledger.domain.values.when import When


class LicenceStep(Statement):
    """A step of an export licence."""

    place_in_cycle: ClassVar[int] = 12

    authority: str = Field(description="licensing authority")
    reference: str | None = Field(default=None, description="number of the licence")
    scope: str | None = Field(default=None, description="what it covers")
    value: Money | None = Field(default=None, description="value licensed")
    until: When | None = Field(default=None, description="how long it holds (EDTF)")
    criteria: str | None = Field(default=None, description="criteria on which it was decided")
    reason: str | None = Field(default=None, description="why")


class LicenceApplied(LicenceStep):
    """An export licence is applied for."""

    name: ClassVar[str] = "licence-applied"
    place_in_cycle: ClassVar[int] = 11


class LicenceGranted(LicenceStep):
    """An export licence is granted."""

    name: ClassVar[str] = "licence-granted"


class LicenceDenied(LicenceStep):
    """An export licence is denied."""

    name: ClassVar[str] = "licence-denied"


class LicenceSuspended(LicenceStep):
    """An export licence is suspended."""

    name: ClassVar[str] = "licence-suspended"
    place_in_cycle: ClassVar[int] = 62


class LicenceRevoked(LicenceStep):
    """An export licence is revoked."""

    name: ClassVar[str] = "licence-revoked"
    place_in_cycle: ClassVar[int] = 63


class LicenceExpired(LicenceStep):
    """An export licence runs out."""

    name: ClassVar[str] = "licence-expired"
    place_in_cycle: ClassVar[int] = 64


LicenceEvent = LicenceApplied | LicenceGranted | LicenceDenied | LicenceSuspended | LicenceRevoked | LicenceExpired
"""Events of an export licence."""
