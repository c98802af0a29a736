"""Values of states and events, and the question they answer, as people read them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from armsledger.domain.events.repair import Retracted
from armsledger.domain.events.statement import Role
from armsledger.domain.states.claim import Claim
from armsledger.domain.states.deal import Listing, Notice
from armsledger.domain.states.industry import Arrangement
from armsledger.domain.states.licence import Licence
from armsledger.domain.states.onward import OnwardConsent
from armsledger.domain.states.order import Option
from armsledger.domain.states.pledge import Pledge
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity

if TYPE_CHECKING:
    from armsledger.application.question import Question
    from armsledger.domain.beliefs.belief import Belief
    from armsledger.domain.entry import Entry
    from armsledger.domain.states.stream_day import StreamDay

_SEPARATORS: Mapping[type, str] = dict.fromkeys((Pledge, Notice, OnwardConsent, Arrangement, Claim), "; ")
"""What stands between lines that have commas themselves."""
COUNTRIES = frozenset({"supplier", "buyer", "suppliers", "buyers", "end_user", "recipients"})
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
        case Pledge():
            return _pledge_words(value)
        case Notice():
            return _notice_words(value)
        case OnwardConsent():
            return _consent_words(value)
        case Arrangement():
            return _arrangement_words(value)
        case Claim():
            return _claim_words(value)
        case Mapping():
            return _joined(value)
        case tuple() if name == "value":
            return _one_or_several(value)
        case tuple() | list():
            separator = " + " if isinstance(value[0], Money | Quantity) else _SEPARATORS.get(type(value[0]), ", ")
            return separator.join(words(name, part) for part in value)
    return _with_country(str(value)) if name in COUNTRIES else str(value)


def _pledge_words(pledge: Pledge) -> str:
    """``DEU, PRT: 14 tanks of Leopard 2A4, ~EUR 100m, once crews are trained``."""
    by = ", ".join(pledge.by)
    goods = " + ".join(map(str, pledge.lines)) or ", ".join(pledge.items)
    said = [goods, *map(str, pledge.value), pledge.conditions]
    what = ", ".join(part for part in said if part)
    return ": ".join(part for part in (by, what) if part)


def _notice_words(notice: Notice) -> str:
    """``US Congress (23-41): 11 launchers of HIMARS, USD 500m``."""
    to = notice.legislature or ""
    head = f"{to} ({notice.reference})" if to and notice.reference else to or notice.reference or ""
    goods = " + ".join(map(str, notice.lines)) or ", ".join(notice.items)
    what = ", ".join(part for part in (goods, *map(str, notice.amounts)) if part)
    return ": ".join(part for part in (head, what) if part) or "made"


def _consent_words(line: OnwardConsent) -> str:
    """``DEU: consented to UKR (14 tanks of Leopard 2A4), since 2023-01-25``."""
    goods = " of ".join(str(part) for part in (line.quantity, line.item) if part is not None)
    to = "" if line.to is None else f" for {line.to}"
    return f"{line.authority}: {line.status}{to}{f' ({goods})' if goods else ''}, since {line.since}"


def _arrangement_words(line: Arrangement) -> str:
    """``offset: 50 per cent, EUR 3.935bn, engines, with Snecma; discharged EUR 500m``."""
    said = (
        None if line.share is None else f"{line.share} per cent",
        line.value,
        line.scope,
        None if line.partner is None else f"with {line.partner}",
    )
    agreed = ", ".join(str(part) for part in said if part is not None) or "agreed"
    done = " + ".join(map(str, line.discharged))
    return f"{line.form}: {agreed}{f'; discharged {done}' if done else ''}"


def _claim_words(line: Claim) -> str:
    """``IRN against Rosoboronexport (Geneva): withdrawn, USD 4bn claimed, since 2015-11``."""
    sides = " against ".join(str(part) for part in (line.by, line.against) if part is not None)
    forum = "" if line.forum is None else f" ({line.forum})"
    claimed = "" if line.amount is None else f", {line.amount} claimed"
    settled = "" if line.settled is None else f", settled at {line.settled}"
    return f"{sides}{forum}: {line.status}{claimed}{settled}, since {line.since}".lstrip(": ")


def _joined(fields: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_one_or_several(value)}" for name, value in fields.items() if value)


def _one_or_several(value: Any) -> str:
    """A value, or an amount with its equivalents in other currencies: ``PLN 9bn (USD 2bn)``."""
    if not isinstance(value, tuple):
        return str(value)
    first, *others = map(str, value)
    return f"{first} ({', '.join(others)})" if others else first


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
        is_hinted = question.known.startswith("@") or question.position == 0
        hint = "" if is_hinted else "; '--known-by asserted' goes by when sources spoke"
        return f"nothing of it was recorded by then{hint}"
    said = [entry for entry in belief.entries if entry.event.role in (Role.OCCURRENCE, Role.EXPECTATION)]
    retractions = [belief.repairs.retracted_by.get(entry.id) for entry in said]
    taken_back = [entry for entry in retractions if entry is not None]
    if not said or len(taken_back) < len(said):
        first = min((entry.event for entry in said), key=lambda event: (event.on.last, -event.on.first), default=None)
        return "nothing has begun by then" + ("" if first is None else f"; it begins with {first.name}, {first.on}")
    last = max(taken_back, key=lambda entry: entry.event.asserted.last)
    event = belief.current(last).event
    whose = "".join(f", {word}" for word in (str(event.asserted), event.source) if word)
    reason = getattr(event, "reason", None)
    decision = _decision(last, belief)
    told = f"; decided by {decision.recorded_by}: {decision.event.note}" if decision.event.note else ""
    hint = f"'armsledger log {stream_day.stream}' shows it"
    return f"retracted is all that was said of it ({reason}{whose}){told}; {hint}"


def _decision(retraction: Entry, belief: Belief) -> Entry:
    """What decided last that a retraction holds: itself, or what undid its undoing."""
    for entry in belief.entries:
        undoing = belief.repairs.retracted_by.get(entry.id)
        if isinstance(entry.event, Retracted) and entry.event.target == retraction.id and undoing is not None:
            return _decision(undoing, belief)
    return retraction
