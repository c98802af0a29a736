"""How a deal is paid for."""

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.statement import BY_TRANCHE, Identity, Statement, Tranche
from armsledger.domain.values.money import Money, Share
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When


class PaymentMechanismAgreed(Statement):
    """The parties agree how to pay."""

    name: ClassVar[str] = "payment-mechanism-agreed"
    place_in_cycle: ClassVar[int] = 18

    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$", description="currency of payment (ISO 4217)")
    route: str | None = Field(default=None, description="banks or other route of payment")


class FinancingAgreed(Statement):
    """A lender finances the deal."""

    name: ClassVar[str] = "financing-agreed"
    place_in_cycle: ClassVar[int] = 18

    lender: Party = Field(description="who lends")
    amount: Money | None = Field(default=None, description="amount lent")
    share: Share | None = Field(default=None, description="per cent of the value")
    terms: str | None = Field(default=None, description="terms of the loan")


class PaymentScheduled(Statement):
    """A tranche falls due."""

    name: ClassVar[str] = "payment-scheduled"
    place_in_cycle: ClassVar[int] = 20

    tranche: Tranche = Field(description="number or label of the tranche")
    due: When | None = Field(default=None, description="when it falls due (EDTF)")
    amount: Money | None = Field(default=None, description="amount due")
    share: Share | None = Field(default=None, description="per cent of the value")


class TranchePaid(Statement):
    """A tranche is paid."""

    name: ClassVar[str] = "tranche-paid"
    identity: ClassVar[Identity] = BY_TRANCHE
    place_in_cycle: ClassVar[int] = 24

    tranche: Tranche | None = Field(default=None, description="number or label of the tranche")
    amount: Money | None = Field(default=None, description="amount paid; left out where nobody says")
    share: Share | None = Field(default=None, description="per cent of the value")
    part: bool | None = Field(default=None, description="whether it is one instalment of several of its tranche")
    so_far: bool | None = Field(default=None, description="whether it is the total up to its day, and no increment")
    payer: Party | None = Field(default=None, description="who paid")
    payee: Party | None = Field(default=None, description="who was paid")


class PaymentTrouble(Statement):
    """An event of a payment that did not go as agreed."""

    identity: ClassVar[Identity] = BY_TRANCHE

    tranche: Tranche | None = Field(default=None, description="number or label of the tranche")
    amount: Money | None = Field(default=None, description="amount concerned")
    reason: str | None = Field(default=None, description="why")


class PaymentDelayed(PaymentTrouble):
    """A payment is late."""

    name: ClassVar[str] = "payment-delayed"
    place_in_cycle: ClassVar[int] = 22


class PaymentRefunded(PaymentTrouble):
    """A payment is paid back."""

    name: ClassVar[str] = "payment-refunded"
    place_in_cycle: ClassVar[int] = 92


PaymentEvent = (
    PaymentMechanismAgreed | FinancingAgreed | PaymentScheduled | TranchePaid | PaymentDelayed | PaymentRefunded
)
"""Events of the payments."""
