"""The event of the catalogue that somebody may mean by a name that no event has."""

from __future__ import annotations

from typing import Final

from armsledger.domain.decisions.wording import near_word
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.values.stream import StreamKind

EVERYDAY: Final = {
    "acceptance": "accepted",
    "accident": "lost",
    "agreed": "agreement-signed",
    "agreement": "agreement-signed",
    "amendment": "amended",
    "approval": "approval-granted",
    "approved": "approval-granted",
    "arrival": "delivered",
    "arrived": "delivered",
    "cancel": "cancelled",
    "canceled": "cancelled",
    "cancellation": "cancelled",
    "commissioned": "inducted",
    "completion": "completed",
    "contract": "contract-signed",
    "correct": "corrected",
    "correction": "corrected",
    "crash": "lost",
    "crashed": "lost",
    "credit": "financing-agreed",
    "delivery": "delivered",
    "destroyed": "lost",
    "deployed": "inducted",
    "dispute": "disputed",
    "ended": "terminated",
    "expect": "expected",
    "expectation": "expected",
    "expiry": "expired",
    "finished": "completed",
    "forecast": "expected",
    "grade": "regraded",
    "grant": "pledged",
    "induction": "inducted",
    "licence": "licence-granted",
    "license": "licence-granted",
    "loan": "financing-agreed",
    "loss": "lost",
    "meeting": "held",
    "met": "held",
    "modified": "amended",
    "notification": "notified",
    "offer": "offer-issued",
    "offered": "offer-issued",
    "offset": "industrial-arrangement-agreed",
    "open": "opened",
    "option": "option-agreed",
    "order": "contract-signed",
    "ordered": "contract-signed",
    "paid": "tranche-paid",
    "payment": "tranche-paid",
    "plan": "expected",
    "planned": "expected",
    "pledge": "pledged",
    "promise": "pledged",
    "promised": "pledged",
    "received": "delivered",
    "refund": "payment-refunded",
    "refunded": "payment-refunded",
    "register": "registered",
    "renewal": "renewed",
    "retraction": "retracted",
    "return": "returned",
    "sanction": "sanction-imposed",
    "sanctioned": "sanction-imposed",
    "sanctions": "sanction-imposed",
    "sign": "contract-signed",
    "signature": "contract-signed",
    "signed": "contract-signed",
    "signing": "contract-signed",
    "suspension": "suspended",
    "termination": "terminated",
    "test": "tested",
    "threat": "sanction-threat-raised",
    "took place": "held",
    "tranche": "tranche-paid",
    "trial": "tested",
    "visit": "held",
    "visited": "held",
    "waived": "waiver-granted",
    "waiver": "waiver-granted",
    "withdrawn": "expectation-withdrawn",
}
"""Everyday words for events."""
NAMES: Final = frozenset(name for events in CATALOGUE.by_kind.values() for name in events)
"""The names of all events of the catalogue."""


def event_remedy(name: str, kind: StreamKind) -> str:
    """What to write in place of a name that no event of this kind has."""
    events = CATALOGUE.by_kind[kind]
    if name in NAMES:
        others = [other for other, named in CATALOGUE.by_kind.items() if name in named]
        belongs = f"{name!r} is an event of {_kinds(others)}"
        near = EVERYDAY.get(name)
        return f"did you mean {near!r}? {belongs}" if near in events else f"{belongs}, not of {_kinds([kind])}"
    near = near_word(name, events.keys(), EVERYDAY)
    return f"did you mean {near!r}?" if near else f"'armsledger {kind} --help' lists the events"


def _kinds(kinds: list[StreamKind]) -> str:
    return " and ".join(f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" for kind in kinds)
