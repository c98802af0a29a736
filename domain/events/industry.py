"""Offsets, licensed production and other industrial arrangements that come with a deal."""

from typing import ClassVar, Literal

from pydantic import Field

from armsledger.domain.events.statement import Identity, Statement
from armsledger.domain.values.money import Money, Share
from armsledger.domain.values.party import Party

Form = Literal["offset", "licensed-production", "technology-transfer", "workshare"]


class IndustrialArrangementAgreed(Statement):
    """The supplier's side takes on an industrial obligation, or shares the work."""

    name: ClassVar[str] = "industrial-arrangement-agreed"
    identity: ClassVar[Identity] = ("form", "scope", "partner")
    by_what_is_named: ClassVar[bool] = True
    place_in_cycle: ClassVar[int] = 16

    form: Form = Field(description="what kind of arrangement it is")
    share: Share | None = Field(default=None, description="per cent of the value of the deal, or of the work")
    value: Money | None = Field(default=None, description="value of it")
    scope: str | None = Field(default=None, description="what it covers")
    partner: Party | None = Field(default=None, description="company or other party that gets the work")


class IndustrialArrangementDischarged(Statement):
    """An industrial obligation is fulfilled, in whole or in part."""

    name: ClassVar[str] = "industrial-arrangement-discharged"
    place_in_cycle: ClassVar[int] = 46

    form: Form = Field(description="what kind of arrangement it is")
    value: Money | None = Field(default=None, description="value fulfilled; left out where nobody says")
    so_far: bool | None = Field(default=None, description="whether it is the total up to its day, and no increment")


IndustryEvent = IndustrialArrangementAgreed | IndustrialArrangementDischarged
"""Events of industrial arrangements."""
