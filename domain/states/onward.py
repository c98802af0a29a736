"""Whether goods may be passed on: what authorities said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from armsledger.domain.events.delivery import OnwardDecision
from armsledger.domain.states.replace import replace
from armsledger.domain.states.sanction import the_only
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When


@dataclass(frozen=True)
class OnwardConsent:
    """What an authority last said of passing an item on to somebody."""

    authority: str
    to: Party | None
    item: str | None
    status: Literal["requested", "consented", "refused"]
    quantity: Quantity | None = None
    since: When | None = None


def with_consent(consents: tuple[OnwardConsent, ...], event: OnwardDecision) -> tuple[OnwardConsent, ...]:
    """One line for each authority, recipient and item; an event that names fewer speaks of the only one it can mean."""
    item = None if event.item is None else event.item.designation
    key = (event.authority, event.to, item)
    meant = the_only([(line.authority, line.to, line.item) for line in consents], key)
    status: Any = event.name.removeprefix("onward-transfer-")
    line = OnwardConsent(*key, status, event.quantity, event.on)
    if meant is None:
        return (*consents, line)
    before = consents[meant]
    line = replace(
        line, to=line.to or before.to, item=line.item or before.item, quantity=line.quantity or before.quantity
    )
    return (*consents[:meant], line, *consents[meant + 1 :])
