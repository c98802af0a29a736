"""How the goods are delivered, and what the buyer's forces do with them."""

from typing import ClassVar, Final, Literal

from pydantic import Field

from armsledger.domain.events.contract import Mode
from armsledger.domain.events.statement import BY_TRANCHE, Identity, Statement, Tranche
from armsledger.domain.values.item import Item
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

TestResult = Literal["passed", "failed", "accident"]
Milestone = Literal["production-begun", "keel-laid", "launched", "rolled-out", "first-flight"]


class DeliveryScheduled(Statement):
    """A batch is to be delivered in a window."""

    name: ClassVar[str] = "delivery-scheduled"
    place_in_cycle: ClassVar[int] = 28

    tranche: Tranche | None = Field(default=None, description="number or label of the batch")
    quantity: Quantity | None = Field(default=None, description="quantity to be delivered")
    item: Item | None = Field(default=None, description="what is to be delivered, where the deal has several items")
    window: When | None = Field(default=None, description="when it is to be delivered (EDTF)")


class DeliveryMilestone(Statement):
    """An event that marks the course of a batch; without a tranche, of one that is not named."""

    identity: ClassVar[Identity] = BY_TRANCHE

    tranche: Tranche | None = Field(default=None, description="number or label of the batch")


class DeliveryBegun(DeliveryMilestone):
    """The delivery of a batch begins."""

    name: ClassVar[str] = "delivery-begun"
    place_in_cycle: ClassVar[int] = 30


class Delivered(Statement):
    """Goods arrive: a quantity, or with ``so_far`` all there is by then (``0 aircraft``: none yet)."""

    name: ClassVar[str] = "delivered"
    identity: ClassVar[Identity] = BY_TRANCHE
    place_in_cycle: ClassVar[int] = 32

    quantity: Quantity | None = Field(default=None, description="quantity delivered; left out where nobody says")
    tranche: Tranche | None = Field(default=None, description="number or label of the batch")
    item: Item | None = Field(default=None, description="what was delivered, where the deal has several items")
    part: bool | None = Field(default=None, description="whether it is one instalment of several of its tranche")
    so_far: bool | None = Field(default=None, description="whether it is the total up to its day, and no increment")
    by: Party | None = Field(default=None, description="which of several suppliers delivered it")
    to: Party | None = Field(default=None, description="who received it, where that is not the buyer")


class DeliveryCompleted(DeliveryMilestone):
    """The delivery of a batch is complete."""

    name: ClassVar[str] = "delivery-completed"
    place_in_cycle: ClassVar[int] = 34


class DeliverySuspended(Statement):
    """Deliveries are put on hold."""

    name: ClassVar[str] = "delivery-suspended"
    place_in_cycle: ClassVar[int] = 36

    reason: str | None = Field(default=None, description="why")


class DeliveryResumed(Statement):
    """Deliveries go on."""

    name: ClassVar[str] = "delivery-resumed"
    place_in_cycle: ClassVar[int] = 37

    reason: str | None = Field(default=None, description="why")


class Withdrawal(Statement):
    """Goods leave the buyer's service after they were delivered."""

    quantity: Quantity | None = Field(default=None, description="how many")
    item: Item | None = Field(default=None, description="what, where the deal has several items")
    so_far: bool | None = Field(default=None, description="whether it is the total up to its day, and no increment")
    reason: str | None = Field(default=None, description="why")


RETURN_REASONS: Final = ("lease-end", "rejected", "refunded", "resold", "repair")
LOSS_REASONS: Final = ("combat", "accident", "written-off", "captured")
"""Why goods return or are lost; what was recorded before there was a choice stays as it is."""


class Returned(Withdrawal):
    """Goods go back to the supplier: at the end of a lease, as rejected, refunded or resold."""

    name: ClassVar[str] = "returned"
    place_in_cycle: ClassVar[int] = 80

    reason: str | None = Field(default=None, description=f"why: {', '.join(RETURN_REASONS)}")
    to: Party | None = Field(default=None, description="who takes them back")


class Lost(Withdrawal):
    """Goods are lost, in combat or otherwise."""

    name: ClassVar[str] = "lost"
    place_in_cycle: ClassVar[int] = 81

    reason: str | None = Field(default=None, description=f"why: {', '.join(LOSS_REASONS)}")


class OnwardDecision(Statement):
    """The word of an authority on passing goods on to somebody else."""

    place_in_cycle: ClassVar[int] = 26

    authority: str = Field(description="whose consent it takes")
    to: Party | None = Field(default=None, description="who is to get them")
    quantity: Quantity | None = Field(default=None, description="how many")
    item: Item | None = Field(default=None, description="what, where the deal has several items")
    reason: str | None = Field(default=None, description="why")


class OnwardTransferRequested(OnwardDecision):
    """An authority is asked for its consent that goods are passed on."""

    name: ClassVar[str] = "onward-transfer-requested"
    place_in_cycle: ClassVar[int] = 25

    by: Party | None = Field(default=None, description="who asks")


class OnwardTransferConsented(OnwardDecision):
    """An authority consents that goods are passed on."""

    name: ClassVar[str] = "onward-transfer-consented"


class OnwardTransferRefused(OnwardDecision):
    """An authority refuses that goods are passed on."""

    name: ClassVar[str] = "onward-transfer-refused"


class TransferredOnward(Statement):
    """The buyer passes goods on to somebody else."""

    name: ClassVar[str] = "transferred-onward"
    place_in_cycle: ClassVar[int] = 82

    to: Party = Field(description="who gets them")
    quantity: Quantity | None = Field(default=None, description="how many")
    item: Item | None = Field(default=None, description="what, where the deal has several items")
    so_far: bool | None = Field(default=None, description="whether it is the total up to its day, and no increment")
    mode: Mode | None = Field(default=None, description="how they are passed on")


class Fielding(Statement):
    """An event after delivery, with the forces of the buyer."""

    identity: ClassVar[Identity] = BY_TRANCHE

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

    result: TestResult | None = Field(default=None, description="how it went")


class MilestoneReached(Statement):
    """A step of making the goods, before they are delivered."""

    name: ClassVar[str] = "milestone-reached"
    identity: ClassVar[Identity] = ("milestone", "tranche")
    place_in_cycle: ClassVar[int] = 27

    milestone: Milestone = Field(description="which step")
    tranche: Tranche | None = Field(default=None, description="number or label of the batch")
    item: Item | None = Field(default=None, description="what, where the deal has several items")
    place: str | None = Field(default=None, description="where")


DeliveryEvent = (
    DeliveryScheduled
    | DeliveryBegun
    | Delivered
    | DeliveryCompleted
    | Returned
    | Lost
    | OnwardTransferRequested
    | OnwardTransferConsented
    | OnwardTransferRefused
    | TransferredOnward
    | DeliverySuspended
    | DeliveryResumed
    | Accepted
    | Inducted
    | Tested
    | MilestoneReached
)
"""Events of the deliveries."""
