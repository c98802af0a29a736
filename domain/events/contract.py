"""The deal as a whole: from the first interest to the contract, and how it ends."""

from typing import ClassVar, Literal

from pydantic import Field

from armsledger.domain.events.statement import ONCE, Identity, Statement
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.several import Amounts, Parties
from armsledger.domain.values.when import When

Mode = Literal["sale", "aid", "lease", "gift", "licence"]
Channel = Literal["foreign-military-sale", "government-to-government", "direct-commercial"]


class Opened(Statement):
    """The deal is taken up: who would supply what to whom."""

    name: ClassVar[str] = "opened"
    identity: ClassVar[Identity] = ONCE
    opens: ClassVar[bool] = True
    place_in_cycle: ClassVar[int] = 0

    supplier: Parties = Field(description="who supplies; of several the first leads")
    buyer: Parties = Field(description="who buys; of several the first leads")
    items: tuple[Item, ...] = Field(default=(), description="what is to be transferred")
    end_user: Party | None = Field(default=None, description="who will use it, where that is not the buyer")
    prime: str | None = Field(default=None, description="prime contractor")
    title: str | None = Field(default=None, description="short title of the deal")
    channel: Channel | None = Field(default=None, description="between whom it is contracted")


class Pledged(Statement):
    """Goods are given or promised without a contract."""

    name: ClassVar[str] = "pledged"
    place_in_cycle: ClassVar[int] = 3

    by: Parties | None = Field(default=None, description="who gives")
    quantity: Quantity | None = Field(default=None, description="quantity promised")
    items: tuple[Item, ...] = Field(default=(), description="what is promised, each with its quantity")
    value: Amounts | None = Field(default=None, description="value of it")
    conditions: str | None = Field(default=None, description="on what it depends")


class PledgeWithdrawn(Statement):
    """Who promised goods no longer gives them, or not all."""

    name: ClassVar[str] = "pledge-withdrawn"
    place_in_cycle: ClassVar[int] = 7

    by: Parties | None = Field(default=None, description="who had promised them")
    quantity: Quantity | None = Field(default=None, description="quantity taken back; left out, all of it")
    items: tuple[Item, ...] = Field(default=(), description="what is taken back; left out, all of it")
    reason: str | None = Field(default=None, description="why")


class Approval(Statement):
    """The word of an authority of the buyer or supplier."""

    place_in_cycle: ClassVar[int] = 4

    authority: str = Field(description="who decided")
    stage: str | None = Field(default=None, description="step of the approval")
    ceiling: Money | None = Field(default=None, description="highest value it is about")
    reason: str | None = Field(default=None, description="why")


class ApprovalGranted(Approval):
    """An authority of the buyer or supplier approves."""

    name: ClassVar[str] = "approval-granted"


class ApprovalDenied(Approval):
    """An authority of the buyer or supplier does not approve; that alone ends nothing."""

    name: ClassVar[str] = "approval-denied"


class Notified(Statement):
    """A legislature is notified of a possible sale."""

    name: ClassVar[str] = "notified"
    place_in_cycle: ClassVar[int] = 5

    legislature: str = Field(description="which legislature")
    reference: str | None = Field(default=None, description="transmittal or other number")
    ceiling: Money | None = Field(default=None, description="highest value notified")
    quantity: Quantity | None = Field(default=None, description="quantity notified")
    items: tuple[Item, ...] = Field(default=(), description="what is notified, each with its quantity")


class OfferIssued(Statement):
    """The supplier makes an offer, such as a letter of offer and acceptance."""

    name: ClassVar[str] = "offer-issued"
    place_in_cycle: ClassVar[int] = 6

    reference: str | None = Field(default=None, description="number of the offer")
    value: Amounts | None = Field(default=None, description="value offered")
    quantity: Quantity | None = Field(default=None, description="quantity offered")
    items: tuple[Item, ...] = Field(default=(), description="what is offered, each with its quantity")


class AgreementSigned(Statement):
    """An intergovernmental agreement is signed, before the contract."""

    name: ClassVar[str] = "agreement-signed"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 8

    title: str | None = Field(default=None, description="title of the agreement")
    place: str | None = Field(default=None, description="where it was signed")


class ContractSigned(Statement):
    """The contract is signed."""

    name: ClassVar[str] = "contract-signed"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 10

    reference: str | None = Field(default=None, description="number of the contract")
    value: Amounts | None = Field(
        default=None, description="value of the contract: in its currency first, then what sources give as equivalent"
    )
    quantity: Quantity | None = Field(default=None, description="quantity ordered")
    items: tuple[Item, ...] = Field(default=(), description="lines of the order, each with a quantity")
    until: When | None = Field(default=None, description="how long a lease runs (EDTF)")
    mode: Mode | None = Field(default=None, description="how it is transferred")
    effective: When | None = Field(
        default=None, description="when it takes effect, where that waits for conditions (EDTF)"
    )
    place: str | None = Field(default=None, description="where it was signed")


class Amended(Statement):
    """The contract is changed by law: not a repair of the record, which is a correction."""

    name: ClassVar[str] = "amended"
    place_in_cycle: ClassVar[int] = 14

    value: Amounts | None = Field(default=None, description="new value of the whole contract")
    quantity: Quantity | None = Field(
        default=None, description="new quantity: of the line in its unit, else of the order"
    )
    items: tuple[Item, ...] = Field(default=(), description="lines that are changed, each with its new quantity")
    until: When | None = Field(default=None, description="how long a lease now runs (EDTF)")
    reason: str | None = Field(default=None, description="why")


class OptionAgreed(Statement):
    """The buyer may order more, up to a day."""

    name: ClassVar[str] = "option-agreed"
    place_in_cycle: ClassVar[int] = 13

    option: str | None = Field(default=None, description="label of the option")
    quantity: Quantity | None = Field(default=None, description="quantity that may be ordered")
    item: Item | None = Field(default=None, description="of what")
    value: Amounts | None = Field(default=None, description="what it would cost")
    until: When | None = Field(default=None, description="how long it holds (EDTF)")


class OptionStep(Statement):
    """What becomes of an option."""

    place_in_cycle: ClassVar[int] = 15

    option: str | None = Field(default=None, description="label of the option")
    quantity: Quantity | None = Field(default=None, description="quantity; left out, what was agreed")
    value: Amounts | None = Field(default=None, description="value; left out, what was agreed")


class OptionExercised(OptionStep):
    """The buyer orders what the option allows: it is added to the order."""

    name: ClassVar[str] = "option-exercised"


class OptionLapsed(OptionStep):
    """The option was not taken up in time."""

    name: ClassVar[str] = "option-lapsed"


class Halt(Statement):
    """An event that stops the deal for a while or for good."""

    by: Parties | None = Field(default=None, description="who decided, one side or both")
    reason: str | None = Field(default=None, description="why")


class Suspended(Halt):
    """The deal is put on hold."""

    name: ClassVar[str] = "suspended"
    place_in_cycle: ClassVar[int] = 60

    until: When | None = Field(default=None, description="how long (EDTF); it ends by itself on the day after")


class Cancelled(Halt):
    """The deal is called off."""

    name: ClassVar[str] = "cancelled"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 90


class Terminated(Halt):
    """A signed contract is ended before it is fulfilled."""

    name: ClassVar[str] = "terminated"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 90


class Resumed(Statement):
    """A suspended deal goes on."""

    name: ClassVar[str] = "resumed"
    place_in_cycle: ClassVar[int] = 61

    reason: str | None = Field(default=None, description="why")


class Completed(Statement):
    """The deal is fulfilled."""

    name: ClassVar[str] = "completed"
    identity: ClassVar[Identity] = ONCE
    place_in_cycle: ClassVar[int] = 85

    reason: str | None = Field(default=None, description="what completes it")


class CommitmentReaffirmed(Statement):
    """Parties say that they stand by the deal."""

    name: ClassVar[str] = "commitment-reaffirmed"

    by: tuple[Party, ...] = Field(min_length=1, description="who stands by it")


ContractEvent = (
    Opened
    | Pledged
    | PledgeWithdrawn
    | ApprovalGranted
    | ApprovalDenied
    | Notified
    | OfferIssued
    | AgreementSigned
    | ContractSigned
    | Amended
    | OptionAgreed
    | OptionExercised
    | OptionLapsed
    | Suspended
    | Cancelled
    | Terminated
    | Resumed
    | Completed
    | CommitmentReaffirmed
)
"""Events of the deal as a whole."""
