"""Sanctions over a deal: threats, positions, measures and waivers; and what legislatures do."""

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.statement import Statement
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Position, Strength


class SanctionStatement(Statement):
    """An event of sanctions over the deal: a threat, a position, a measure, a waiver."""

    by: Party = Field(description="whose sanctions they are")
    basis: str | None = Field(default=None, description="legal basis, such as CAATSA")


class SanctionThreatRaised(SanctionStatement):
    """An authority warns of or threatens sanctions over the deal."""

    name: ClassVar[str] = "sanction-threat-raised"
    place_in_cycle: ClassVar[int] = 70

    by: Party = Field(description="who threatens")
    against: Party = Field(description="who is threatened")
    strength: Strength | None = Field(default=None, description="how strongly")
    over: str | None = Field(default=None, description="what it is about")


class SanctionPositionStated(SanctionStatement):
    """An authority says where it stands on sanctions."""

    name: ClassVar[str] = "sanction-position-stated"
    place_in_cycle: ClassVar[int] = 71

    by: Party = Field(description="whose position it is")
    position: Position = Field(description="what the position is")


class SanctionImposed(SanctionStatement):
    """Sanctions are imposed over the deal."""

    name: ClassVar[str] = "sanction-imposed"
    place_in_cycle: ClassVar[int] = 72

    by: Party = Field(description="who imposes them")
    against: Party = Field(description="against whom")
    measures: tuple[str, ...] = Field(default=(), description="measures taken")
    targets: tuple[str, ...] = Field(default=(), description="persons and bodies named")


class SanctionStep(SanctionStatement):
    """A later step of sanctions or of a threat."""

    against: Party = Field(description="against whom")
    reason: str | None = Field(default=None, description="why")


class SanctionTookEffect(SanctionStep):
    """Imposed sanctions begin to hold."""

    name: ClassVar[str] = "sanction-took-effect"
    place_in_cycle: ClassVar[int] = 73


class SanctionLifted(SanctionStep):
    """Sanctions are lifted."""

    name: ClassVar[str] = "sanction-lifted"
    place_in_cycle: ClassVar[int] = 78


class SanctionThreatWithdrawn(SanctionStep):
    """A threat is taken back."""

    name: ClassVar[str] = "sanction-threat-withdrawn"
    place_in_cycle: ClassVar[int] = 77


class WaiverStep(SanctionStatement):
    """A step of a waiver of sanctions."""

    by: Party = Field(description="whose sanctions would be waived")
    against: Party = Field(description="who would be spared")
    basis: str | None = Field(default=None, description="legal basis of the waiver")
    scope: str | None = Field(default=None, description="what it covers")
    until: When | None = Field(default=None, description="how long it holds (EDTF)")


class WaiverGranted(WaiverStep):
    """A waiver is granted."""

    name: ClassVar[str] = "waiver-granted"
    place_in_cycle: ClassVar[int] = 74


class WaiverDenied(WaiverStep):
    """A waiver is denied."""

    name: ClassVar[str] = "waiver-denied"
    place_in_cycle: ClassVar[int] = 75


class WaiverExpired(WaiverStep):
    """A waiver runs out; what was waived stands again."""

    name: ClassVar[str] = "waiver-expired"
    place_in_cycle: ClassVar[int] = 76


SanctionEvent = (
    SanctionThreatRaised
    | SanctionPositionStated
    | SanctionImposed
    | SanctionTookEffect
    | SanctionLifted
    | SanctionThreatWithdrawn
    | WaiverGranted
    | WaiverDenied
    | WaiverExpired
)
"""Events of sanctions."""


class LegislativeAction(Statement):
    """A chamber acts; an action that does not bind changes no state."""

    name: ClassVar[str] = "legislative-action"
    place_in_cycle: ClassVar[int] = 68

    by: str = Field(description="chamber")
    binding: bool = Field(description="whether it has the force of law")
    instrument: str | None = Field(default=None, description="bill, resolution or amendment")
    stage: str | None = Field(default=None, description="step of the procedure")
