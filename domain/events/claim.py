"""Claims over a deal, before a court or tribunal or between the parties."""

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.statement import Identity, Statement
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party


class ClaimStep(Statement):
    """A step of a claim; two statements that name the same parties and court are about one claim."""

    identity: ClassVar[Identity] = ("by", "against", "forum")
    by_what_is_named: ClassVar[bool] = True

    by: Party | None = Field(default=None, description="who claims")
    against: Party | None = Field(default=None, description="against whom")
    forum: str | None = Field(default=None, description="court or tribunal")
    amount: Money | None = Field(default=None, description="amount claimed, or on which they settle")
    reason: str | None = Field(default=None, description="why")


class ClaimFiled(ClaimStep):
    """A claim over the deal is filed."""

    name: ClassVar[str] = "claim-filed"
    place_in_cycle: ClassVar[int] = 94


class ClaimSettled(ClaimStep):
    """A claim is decided or settled."""

    name: ClassVar[str] = "claim-settled"
    place_in_cycle: ClassVar[int] = 95


class ClaimWithdrawn(ClaimStep):
    """A claim is taken back."""

    name: ClassVar[str] = "claim-withdrawn"
    place_in_cycle: ClassVar[int] = 96


ClaimEvent = ClaimFiled | ClaimSettled | ClaimWithdrawn
"""Events of claims."""
