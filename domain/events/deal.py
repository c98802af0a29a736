"""What can happen to an arms deal, from the first interest to the last delivery."""

from typing import ClassVar, Literal

from pydantic import Field

from armsledger.domain.events.statement import Identity, Statement, Tranche
from armsledger.domain.values.item import Item
from armsledger.domain.values.listing import Instalment, Revision, Verbatim, Volume
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.share import Share
from armsledger.domain.values.stream import StreamKind
from armsledger.domain.values.when import When

Mode = Literal["sale", "aid", "lease", "gift", "licence"]
Strength = Literal["warn", "threaten", "ultimatum"]
Position = Literal["no-determination", "under-review", "will", "will-not"]


class DealEvent(Statement):
    """An event of a deal's stream."""

    kind: ClassVar[StreamKind | None] = "deal"


class Opened(DealEvent):
    """The deal is taken up: who would supply what to whom."""

    name: ClassVar[str] = "opened"
    identity: ClassVar[Identity] = Identity.ONCE
    opens: ClassVar[bool] = True
    place_in_cycle: ClassVar[int] = 0

    supplier: Party = Field(description="who supplies")
    buyer: Party = Field(description="who buys")
    items: tuple[Item, ...] = Field(default=(), description="what is to be transferred")
    end_user: Party | None = Field(default=None, description="who will use it, where that is not the buyer")
    prime: str | None = Field(default=None, description="prime contractor")
    title: str | None = Field(default=None, description="short title of the deal")


class ApprovalGranted(DealEvent):
    """An authority of the buyer or supplier approves."""

    name: ClassVar[str] = "approval-granted"
    place_in_cycle: ClassVar[int] = 4

    authority: str = Field(description="who approved")
    stage: str | None = Field(default=None, description="step of the approval")
    ceiling: Money | None = Field(default=None, description="highest value approved")


class Notified(DealEvent):
    """A legislature is notified of a possible sale."""

    name: ClassVar[str] = "notified"
    place_in_cycle: ClassVar[int] = 5

    legislature: str = Field(description="which legislature")
    reference: str | None = Field(default=None, description="transmittal or other number")
    ceiling: Money | None = Field(default=None, description="highest value notified")


class OfferIssued(DealEvent):
    """The supplier makes an offer, such as a letter of offer and acceptance."""

    name: ClassVar[str] = "offer-issued"
    place_in_cycle: ClassVar[int] = 6

    reference: str | None = Field(default=None, description="number of the offer")
    value: Money | None = Field(default=None, description="value offered")
    quantity: Quantity | None = Field(default=None, description="quantity offered")


class AgreementSigned(DealEvent):
    """An intergovernmental agreement is signed, before the contract."""

    name: ClassVar[str] = "agreement-signed"
    identity: ClassVar[Identity] = Identity.ONCE
    place_in_cycle: ClassVar[int] = 8

    title: str | None = Field(default=None, description="title of the agreement")
    place: str | None = Field(default=None, description="where it was signed")


class ContractSigned(DealEvent):
    """The contract is signed."""

    name: ClassVar[str] = "contract-signed"
    identity: ClassVar[Identity] = Identity.ONCE
    place_in_cycle: ClassVar[int] = 10

    reference: str | None = Field(default=None, description="number of the contract")
    value: Money | None = Field(default=None, description="value of the contract")
    quantity: Quantity | None = Field(default=None, description="quantity ordered")
    mode: Mode | None = Field(default=None, description="how it is transferred")


class Amended(DealEvent):
    """The contract is changed by law: not a repair of the record, which is a correction."""

    name: ClassVar[str] = "amended"
    place_in_cycle: ClassVar[int] = 14

    value: Money | None = Field(default=None, description="new value of the whole contract")
    quantity: Quantity | None = Field(default=None, description="new quantity of the whole order")
    reason: str | None = Field(default=None, description="why")


class Halt(DealEvent):
    """An event that stops the deal for a while or for good."""

    by: Party | None = Field(default=None, description="who decided")
    reason: str | None = Field(default=None, description="why")


class Suspended(Halt):
    """The deal is put on hold."""

    name: ClassVar[str] = "suspended"
    place_in_cycle: ClassVar[int] = 60


class Cancelled(Halt):
    """The deal is called off."""

    name: ClassVar[str] = "cancelled"
    identity: ClassVar[Identity] = Identity.ONCE
    place_in_cycle: ClassVar[int] = 90


class Terminated(Halt):
    """A signed contract is ended before it is fulfilled."""

    name: ClassVar[str] = "terminated"
    identity: ClassVar[Identity] = Identity.ONCE
    place_in_cycle: ClassVar[int] = 90


class Resumed(DealEvent):
    """A suspended deal goes on."""

    name: ClassVar[str] = "resumed"
    place_in_cycle: ClassVar[int] = 61

    reason: str | None = Field(default=None, description="why")


class Completed(DealEvent):
    """The deal is fulfilled."""

    name: ClassVar[str] = "completed"
    identity: ClassVar[Identity] = Identity.ONCE
    place_in_cycle: ClassVar[int] = 85

    reason: str | None = Field(default=None, description="what completes it")


class CommitmentReaffirmed(DealEvent):
    """Parties say that they stand by the deal."""

    name: ClassVar[str] = "commitment-reaffirmed"

    by: tuple[Party, ...] = Field(min_length=1, description="who stands by it")


class PaymentMechanismAgreed(DealEvent):
    """The parties agree how to pay."""

    name: ClassVar[str] = "payment-mechanism-agreed"
    place_in_cycle: ClassVar[int] = 18

    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$", description="currency of payment (ISO 4217)")
    route: str | None = Field(default=None, description="banks or other route of payment")


class FinancingAgreed(DealEvent):
    """A lender finances the deal."""

    name: ClassVar[str] = "financing-agreed"
    place_in_cycle: ClassVar[int] = 18

    lender: Party = Field(description="who lends")
    amount: Money | None = Field(default=None, description="amount lent")
    share: Share | None = Field(default=None, description="per cent of the value")
    terms: str | None = Field(default=None, description="terms of the loan")


class PaymentScheduled(DealEvent):
    """A tranche falls due."""

    name: ClassVar[str] = "payment-scheduled"
    identity: ClassVar[Identity] = Identity.TRANCHE
    place_in_cycle: ClassVar[int] = 20

    tranche: Tranche = Field(description="number or label of the tranche")
    due: When | None = Field(default=None, description="when it falls due (EDTF)")
    amount: Money | None = Field(default=None, description="amount due")
    share: Share | None = Field(default=None, description="per cent of the value")


class TranchePaid(DealEvent):
    """A tranche is paid."""

    name: ClassVar[str] = "tranche-paid"
    identity: ClassVar[Identity] = Identity.TRANCHE
    place_in_cycle: ClassVar[int] = 24

    tranche: Tranche | None = Field(default=None, description="number or label of the tranche")
    amount: Money | None = Field(default=None, description="amount paid; left out where nobody says")
    share: Share | None = Field(default=None, description="per cent of the value")
    payer: Party | None = Field(default=None, description="who paid")
    payee: Party | None = Field(default=None, description="who was paid")


class PaymentTrouble(DealEvent):
    """An event of a payment that did not go as agreed."""

    identity: ClassVar[Identity] = Identity.TRANCHE

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


class DeliveryScheduled(DealEvent):
    """A batch is to be delivered in a window."""

    name: ClassVar[str] = "delivery-scheduled"
    identity: ClassVar[Identity] = Identity.TRANCHE
    place_in_cycle: ClassVar[int] = 28

    tranche: Tranche | None = Field(default=None, description="number or label of the batch")
    quantity: Quantity | None = Field(default=None, description="quantity to be delivered")
    window: When | None = Field(default=None, description="when it is to be delivered (EDTF)")


class DeliveryMilestone(DealEvent):
    """An event that marks the course of a batch; without a tranche, of one that is not named."""

    identity: ClassVar[Identity] = Identity.TRANCHE

    tranche: Tranche | None = Field(default=None, description="number or label of the batch")


class DeliveryBegun(DeliveryMilestone):
    """The delivery of a batch begins."""

    name: ClassVar[str] = "delivery-begun"
    place_in_cycle: ClassVar[int] = 30


class Delivered(DealEvent):
    """Goods arrive: a quantity of its own, never added twice for one ``same_as`` another."""

    name: ClassVar[str] = "delivered"
    place_in_cycle: ClassVar[int] = 32

    quantity: Quantity = Field(description="quantity delivered")
    tranche: Tranche | None = Field(default=None, description="number or label of the batch")
    item: Item | None = Field(default=None, description="what was delivered, where the deal has several items")


class DeliveryCompleted(DeliveryMilestone):
    """The delivery of a batch is complete."""

    name: ClassVar[str] = "delivery-completed"
    place_in_cycle: ClassVar[int] = 34


class DeliverySuspended(DealEvent):
    """Deliveries are put on hold."""

    name: ClassVar[str] = "delivery-suspended"
    place_in_cycle: ClassVar[int] = 36

    reason: str | None = Field(default=None, description="why")


class DeliveryResumed(DealEvent):
    """Deliveries go on."""

    name: ClassVar[str] = "delivery-resumed"
    place_in_cycle: ClassVar[int] = 37

    reason: str | None = Field(default=None, description="why")


class Fielding(DealEvent):
    """An event after delivery, with the forces of the buyer."""

    identity: ClassVar[Identity] = Identity.TRANCHE

    tranche: Tranche | None = Field(default=None, description="number or label of the batch")
    place: str | None = Field(default=None, description="where")
    unit_name: str | None = Field(default=None, description="military unit")


class Accepted(Fielding):
    """The buyer accepts a batch."""

    name: ClassVar[str] = "accepted"
    place_in_cycle: ClassVar[int] = 40


class Inducted(Fielding):
    """A batch enters service."""

    name: ClassVar[str] = "inducted"
    place_in_cycle: ClassVar[int] = 42


class Tested(Fielding):
    """A batch is tested."""

    name: ClassVar[str] = "tested"
    place_in_cycle: ClassVar[int] = 41


class LicenceEvent(DealEvent):
    """A step of an export licence."""

    place_in_cycle: ClassVar[int] = 12

    authority: str = Field(description="licensing authority")
    reference: str | None = Field(default=None, description="number of the licence")
    scope: str | None = Field(default=None, description="what it covers")
    value: Money | None = Field(default=None, description="value licensed")
    until: When | None = Field(default=None, description="how long it holds (EDTF)")
    criteria: str | None = Field(default=None, description="criteria on which it was decided")
    reason: str | None = Field(default=None, description="why")


class LicenceApplied(LicenceEvent):
    """An export licence is applied for."""

    name: ClassVar[str] = "licence-applied"
    place_in_cycle: ClassVar[int] = 11


class LicenceGranted(LicenceEvent):
    """An export licence is granted."""

    name: ClassVar[str] = "licence-granted"


class LicenceDenied(LicenceEvent):
    """An export licence is denied."""

    name: ClassVar[str] = "licence-denied"


class LicenceSuspended(LicenceEvent):
    """An export licence is suspended."""

    name: ClassVar[str] = "licence-suspended"
    place_in_cycle: ClassVar[int] = 62


class LicenceRevoked(LicenceEvent):
    """An export licence is revoked."""

    name: ClassVar[str] = "licence-revoked"
    place_in_cycle: ClassVar[int] = 63


class LicenceExpired(LicenceEvent):
    """An export licence runs out."""

    name: ClassVar[str] = "licence-expired"
    place_in_cycle: ClassVar[int] = 64


class SanctionEvent(DealEvent):
    """An event of sanctions over the deal: a threat, a position, a measure, a waiver."""

    by: Party = Field(description="whose sanctions they are")
    basis: str | None = Field(default=None, description="legal basis, such as CAATSA")


class SanctionThreatRaised(SanctionEvent):
    """An authority warns of or threatens sanctions over the deal."""

    name: ClassVar[str] = "sanction-threat-raised"
    place_in_cycle: ClassVar[int] = 70

    by: Party = Field(description="who threatens")
    against: Party = Field(description="who is threatened")
    basis: str | None = Field(default=None, description="legal basis, such as CAATSA")
    strength: Strength | None = Field(default=None, description="how strongly")
    over: str | None = Field(default=None, description="what it is about")


class SanctionPositionStated(SanctionEvent):
    """An authority says where it stands on sanctions."""

    name: ClassVar[str] = "sanction-position-stated"
    place_in_cycle: ClassVar[int] = 71

    by: Party = Field(description="whose position it is")
    position: Position = Field(description="what the position is")
    basis: str | None = Field(default=None, description="legal basis, such as CAATSA")


class SanctionImposed(SanctionEvent):
    """Sanctions are imposed over the deal."""

    name: ClassVar[str] = "sanction-imposed"
    place_in_cycle: ClassVar[int] = 72

    by: Party = Field(description="who imposes them")
    against: Party = Field(description="against whom")
    basis: str | None = Field(default=None, description="legal basis, such as CAATSA")
    measures: tuple[str, ...] = Field(default=(), description="measures taken")
    targets: tuple[str, ...] = Field(default=(), description="persons and bodies named")


class SanctionStep(SanctionEvent):
    """A later step of sanctions or of a threat."""

    by: Party = Field(description="whose sanctions they are")
    against: Party = Field(description="against whom")
    basis: str | None = Field(default=None, description="legal basis, such as CAATSA")
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


class WaiverEvent(SanctionEvent):
    """A step of a waiver of sanctions."""

    by: Party = Field(description="whose sanctions would be waived")
    against: Party = Field(description="who would be spared")
    basis: str | None = Field(default=None, description="legal basis of the waiver")
    scope: str | None = Field(default=None, description="what it covers")
    until: When | None = Field(default=None, description="how long it holds (EDTF)")


class WaiverGranted(WaiverEvent):
    """A waiver is granted."""

    name: ClassVar[str] = "waiver-granted"
    place_in_cycle: ClassVar[int] = 74


class WaiverDenied(WaiverEvent):
    """A waiver is denied."""

    name: ClassVar[str] = "waiver-denied"
    place_in_cycle: ClassVar[int] = 75


class WaiverExpired(WaiverEvent):
    """A waiver runs out; what was waived stands again."""

    name: ClassVar[str] = "waiver-expired"
    place_in_cycle: ClassVar[int] = 76


class LegislativeAction(DealEvent):
    """A chamber acts; an action that does not bind changes no state."""

    name: ClassVar[str] = "legislative-action"
    place_in_cycle: ClassVar[int] = 68

    by: str = Field(description="chamber")
    binding: bool = Field(description="whether it has the force of law")
    instrument: str | None = Field(default=None, description="bill, resolution or amendment")
    stage: str | None = Field(default=None, description="step of the procedure")


class Listed(DealEvent):
    """A register of transfers lists the deal, in the words of its row.

    A register is one witness however often it is issued: what a later release says otherwise is a correction. A
    question mark after a year or number is the register's mark of uncertain data.
    """

    name: ClassVar[str] = "listed"
    identity: ClassVar[Identity] = Identity.REGISTER
    place_in_cycle: ClassVar[int] = 1

    listed_in: str = Field(description="which register")
    reference: str | None = Field(default=None, description="number of the deal in the register")
    recipient: Verbatim = Field(description="recipient in the register's words")
    supplier: Verbatim = Field(description="supplier in the register's words")
    designation: Verbatim = Field(description="weapon designation in the register's words")
    description: Verbatim | None = Field(default=None, description="weapon description in the register's words")
    category: Verbatim | None = Field(default=None, description="armament category in the register's words")
    order_year: Verbatim | None = Field(default=None, description="year of order, 2018 or 2018?")
    ordered: Verbatim | None = Field(default=None, description="number ordered, 10 or 10?")
    delivered: Verbatim | None = Field(default=None, description="number delivered, 6 or 6?")
    years: Verbatim | None = Field(default=None, description="years of delivery, 2021; 2022; 2023")
    deliveries: tuple[Instalment, ...] = Field(default=(), description="deliveries by year, where the register splits")
    condition: Verbatim | None = Field(default=None, description="status of the goods in the register's words")
    comment: Verbatim | None = Field(default=None, description="comment, whole and in the register's words")
    estimate: Verbatim | None = Field(default=None, description="the register's estimate")
    local_production: Verbatim | None = Field(default=None, description="whether some of it is produced locally")
    volume_per_unit: Volume | None = Field(
        default=None, description="trend-indicator value of a unit, in millions: a volume, never money"
    )
    volume_ordered: Volume | None = Field(default=None, description="trend-indicator value of the order, in millions")
    volume_delivered: Volume | None = Field(
        default=None, description="trend-indicator value of what was delivered, in millions"
    )
    rows: tuple[int, ...] = Field(default=(), description="which rows it stands in, where several are alike")
    perhaps: tuple[str, ...] = Field(default=(), description="other deals that may be the same row under another key")
    revisions: tuple[Revision, ...] = Field(default=(), description="how this release changed the row")
