"""Values of states and events, and the question they answer, as people read them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from armsledger.domain.events.statement import Role
from armsledger.domain.states.deal import Licence, Listing, Option
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity

if TYPE_CHECKING:
    from armsledger.application.question import Question
    from armsledger.domain.states.stream_day import StreamDay

COUNTRIES = frozenset({"supplier", "buyer", "end_user"})
"""Fields in which a terminal shows the name of a country beside its code."""


def words(name: str, value: Any) -> str:
    """A field's value as text; empty where it says nothing."""
    match value:
        case None | () | "" | 0 | False:
            return ""
        case True:
            return "yes"
        case Listing():
            return _listing_words(value)
        case Licence() | Option():
            return _joined(vars(value))
        case Mapping():
            return _joined(value)
        case tuple() | list():
            separator = " + " if isinstance(value[0], Money | Quantity) else ", "
            return separator.join(words(name, part) for part in value)
    return _with_country(str(value)) if name in COUNTRIES else str(value)


def _joined(fields: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in fields.items() if value)


def _listing_words(listing: Listing) -> str:
    """A register's row: the volumes in millions of TIV, which are no money, and the comment."""
    volumes = {
        "ordered": listing.volume_ordered,
        "delivered": listing.volume_delivered,
        "per unit": listing.volume_per_unit,
    }
    tiv = ", ".join(f"{volume} m {name}" for name, volume in volumes.items() if volume)
    parts = (
        listing.listed_in,
        f"number {listing.reference}" if listing.reference else "",
        f"TIV {tiv}" if tiv else "",
        listing.comment,
    )
    return "; ".join(part for part in parts if part)


def _with_country(code: str) -> str:
    """``RUS (Russia)`` on a terminal; the names take time to load."""
    if not sys.stdout.isatty():
        return code
    from armsledger.application.names.iso import country_name

    name = country_name(code)
    return code if name == code else f"{code} ({name})"


def as_known(question: Question) -> str:
    """``as known by 2021-11-12, by asserted date (position 21)``."""
    if question.known is None:
        return f"as known now (position {question.position})"
    return f"as known by {question.known}, by {question.known_by} date (position {question.position})"


def not_begun(stream_day: StreamDay, question: Question) -> str:
    """Why there is no state on a day: nothing was known, or has begun by then, or what was said is taken back."""
    belief = stream_day.belief
    if not belief.entries and question.known is not None:
        if question.known_by == "asserted":
            return "no source had spoken of it by then"
        hint = "" if question.known.startswith("@") else "; '--known-by asserted' goes by when sources spoke"
        return f"nothing of it was recorded by then{hint}"
    said = [entry for entry in belief.entries if entry.event.role in (Role.OCCURRENCE, Role.EXPECTATION)]
    retractions = [belief.repairs.retracted_by.get(entry.id) for entry in said]
    taken_back = [entry for entry in retractions if entry is not None]
    if not said or len(taken_back) < len(said):
        return "nothing has begun by then"
    last = belief.current(max(taken_back, key=lambda entry: entry.event.asserted.last)).event
    whose = "".join(f", {word}" for word in (str(last.asserted), last.source) if word)
    reason = getattr(last, "reason", None)
    return f"retracted is all that was said of it ({reason}{whose}); 'armsledger log {stream_day.stream}' shows it"
