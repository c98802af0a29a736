"""Summits, visits and other meetings around the deals."""

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.statement import ONCE, Identity, Statement
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Format


class EngagementStatement(Statement):
    """An event of an engagement's stream; any of them may be the first that is known of it."""

    opens: ClassVar[bool] = True


class EngagementDetails(EngagementStatement):
    """What is known of the meeting itself."""

    format: Format | None = Field(default=None, description="kind of meeting")
    series: str | None = Field(default=None, description="series it belongs to")
    edition: int | None = Field(default=None, ge=0, lt=10**6, description="number within the series")
    level: str | None = Field(default=None, description="rank of those who meet")
    participants: tuple[Party, ...] = Field(default=(), description="who takes part")
    place: str | None = Field(default=None, description="where")


class Scheduled(EngagementDetails):
    """A meeting is set for a date."""

    name: ClassVar[str] = "scheduled"
    place_in_cycle: ClassVar[int] = 10

    planned: When | None = Field(default=None, description="when it is to be held (EDTF)")


class Rescheduled(EngagementDetails):
    """A meeting is set for another date."""

    name: ClassVar[str] = "rescheduled"
    place_in_cycle: ClassVar[int] = 30

    planned: When | None = Field(default=None, description="when it is to be held (EDTF)")


class Postponed(EngagementStatement):
    """A meeting is put off; it may still be held."""

    name: ClassVar[str] = "postponed"
    place_in_cycle: ClassVar[int] = 20

    reason: str | None = Field(default=None, description="why")
    to: When | None = Field(default=None, description="new date, where one is named (EDTF)")


class EngagementCancelled(EngagementStatement):
    """A meeting is called off."""

    name: ClassVar[str] = "cancelled"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 40

    reason: str | None = Field(default=None, description="why")


class Held(EngagementDetails):
    """A meeting is held."""

    name: ClassVar[str] = "held"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 50

    agenda: tuple[str, ...] = Field(default=(), description="streams that were talked about")
    outcomes: tuple[str, ...] = Field(default=(), description="what came of it")


EngagementEvent = Scheduled | Rescheduled | Postponed | EngagementCancelled | Held
"""Events of an engagement."""
