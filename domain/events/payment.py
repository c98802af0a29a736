"""How a deal is paid for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.events.statement import BY_TRANCHE, Identity, Statement, Tranche
from armsledger.domain.values.money import Money, Share
from armsledger.domain.values.party import Party
from armsledger.domain.values.stream import KEY
from armsledger.domain.values.value import Value
from armsledger.domain.values.when import When


@dataclass(frozen=True)
class Covered(Value):
    """Another deal that a payment is for, and how much of the payment is for it; written as the deal's key alone where
    no source says how much."""

    deal: str
    amount: Money | None = None

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {**value, "deal": _key(value["deal"])} if isinstance(value.get("deal"), str) else value
        return {"deal": _key(value)} if isinstance(value, str) else value

    @property
    def stream(self) -> str:
        """The stream of the deal."""
        return f"deal/{self.deal}"

    def __str__(self) -> str:
        return self.deal if self.amount is None else f"{self.deal} ({self.amount})"


def _key(text: str) -> str:
    """A deal's key; people may write its stream."""
    text = text.strip().removeprefix("deal/")
    if KEY.fullmatch(text) is None:
        raise InvalidValue(f"{quoted(text)} is not a deal's key", "write the key of a deal, such as poland-k9")
    return text


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
    covers: tuple[Covered, ...] = Field(
        default=(), description="other deals that the same payment is for, with the amount for each where it is given"
    )


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
