"""Facts of a deal beside its order: what was said before the contract, its terms, and what came of the goods."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from armsledger.domain.states.deal import Deal
from armsledger.domain.states.entries_behind import EntriesBehind
from armsledger.domain.states.stream_day import StreamDay
from armsledger.web.glance.happened import Happened, happening

Addresses = tuple[str, ...]
STATED: Final[Mapping[str, tuple[str, ...]]] = {
    "pledged": ("by", "quantity", "items", "value", "conditions"),
    "pledge-withdrawn": ("by", "quantity", "items", "reason"),
    "approval-granted": ("authority", "stage", "ceiling"),
    "approval-denied": ("authority", "stage", "reason"),
    "notified": ("legislature", "reference", "quantity", "items", "ceiling"),
    "offer-issued": ("reference", "quantity", "items", "value"),
    "agreement-signed": ("title", "place"),
    "milestone-reached": ("milestone", "item", "tranche", "place"),
    "tested": ("tranche", "result", "place"),
    "accepted": ("tranche", "unit_name", "place"),
    "inducted": ("tranche", "unit_name", "place"),
    "scheduled": ("planned", "place"),
    "rescheduled": ("planned", "place"),
    "postponed": ("to", "reason"),
    "renewed": ("until",),
    "registered": ("reliability",),
    "regraded": ("reliability", "reason"),
}
"""By an event, the fields that the card tells of it."""
BEFORE: Final = frozenset(
    {"pledged", "pledge-withdrawn", "approval-granted", "approval-denied", "notified", "offer-issued"}
    | {"agreement-signed"}
)
"""The events on the way to a contract."""
MADE: Final = frozenset({"milestone-reached", "tested", "accepted", "inducted"})
"""The events of making the goods and taking them over."""
TERMS: Final[Mapping[str, tuple[str, ...]]] = {
    "30-terms": ("mode", "channel", "reference", "effective", "until", "lapsed"),
    "31-options": ("options",),
    "32-payment": ("payment_mechanism", "financing", "refunded", "covers"),
    "33-industry": ("industry",),
    "34-licences": ("licences",),
    "35-onward": ("onward_consents", "transferred_onward"),
    "36-service": ("recipients", "returned", "lost", "in_service"),
    "38-claims": ("claims",),
    "39-reaffirmed": ("reaffirmed_by",),
    "50-sanctions": ("sanctions", "legislation"),
    "70-links": ("links",),
    "71-register": ("listings",),
}
"""By the row of the card, the fields of the state that it tells."""


TOGETHER: Final = frozenset({"recipients", "reaffirmed_by"})
"""Fields of several values that make one line."""


SET: Final = frozenset({"scheduled", "rescheduled", "postponed"})
"""The events by which a meeting is set for a date, or put off."""


class Stated(NamedTuple):
    """An occurrence on the card: the event, when, and some of its fields."""

    event: str
    when: Happened
    fields: tuple[Hashable, ...]
    entries: Addresses


class Fact(NamedTuple):
    """The value of a field of the state, or one of its values; certain or only possible."""

    field: str
    value: Hashable
    is_certain: bool
    entries: Addresses


def stated(day: StreamDay, events: frozenset[str]) -> tuple[Stated, ...]:
    """What happened of some events by a day, for certain or possibly, in the order of the fold."""
    return tuple(
        Stated(
            one.event.name,
            happening(one, is_certain=day.is_certain(one)),
            tuple(one.event.__dict__[name] for name in STATED[one.event.name]),
            tuple(entry.address for entry in one.entries),
        )
        for one in day.possible
        if one.event.name in events
    )


def terms(certain: Deal | None, possible: Deal, behind: EntriesBehind) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """The rows of a card that fields of the state fill, those that say something."""
    for row, fields in TERMS.items():
        facts = tuple(fact for field in fields for fact in _facts(field, certain, possible, behind))
        if facts:
            yield row, facts


def _facts(field: str, certain: Deal | None, possible: Deal, behind: EntriesBehind) -> Iterator[Fact]:
    """The values of a field: the certain ones, and those that are only possible."""
    if field == "in_service" and possible.in_service == possible.delivered:  # nothing is gone
        return
    least, most = (_values(bound, field) for bound in (certain, possible))
    for value in least:
        yield Fact(field, value, True, behind.certain.get(field, ()))
    for value in most:
        if value not in least:
            yield Fact(field, value, False, behind.possible.get(field, ()))


def _values(bound: Deal | None, field: str) -> tuple[Any, ...]:
    """The values of a field of a bound: one, several, or none."""
    value = getattr(bound, field, None)
    if isinstance(value, tuple) and field not in TOGETHER:
        return value
    return () if value in (None, False, "", ()) else (value,)
