"""What is certain of one stream by a date, for export to a standard of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Cancelled, Completed, Terminated
from armsledger.domain.events.link import Linked, Unlinked
from armsledger.domain.events.payment import Covered
from armsledger.domain.events.statement import Statement, is_silent, own_fields
from armsledger.domain.states.course import Course
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.source import Source
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity


class References(NamedTuple):
    """What exports look up: the name and the two-letter code (None if it has none) of a state, and sources by key."""

    name_of: Callable[[str], str]
    alpha_2_of: Callable[[str], str | None]
    sources: Mapping[str, Source]


class Facts(NamedTuple):
    """One stream at the end of a day, as believed.

    ``certain`` has happened by the day, with the fields that facts and reports give; ``possible`` may have happened
    too. ``state`` follows from what is certain and is None before the stream has certainly begun; ``expectations`` are
    those that were certainly stated by the day.
    """

    stream: str
    belief: Belief
    day: date
    certain: Sequence[Occurrence]
    possible: Sequence[Occurrence]
    state: Any
    expectations: Sequence[Judgement]

    @property
    def key(self) -> str:
        """The key of the stream."""
        return self.stream.partition("/")[2]

    @property
    def deal(self) -> Deal | None:
        """The state, where the stream is a deal's."""
        return self.state if isinstance(self.state, Deal) else None


def facts_of(stream: str, belief: Belief, day: date) -> Facts:
    """What a belief says of a stream at the end of a day."""
    stream_day = StreamDay(Course(stream, belief), day)
    certain = [occurrence._replace(event=occurrence.sure) for occurrence in stream_day.certain]
    possible = [occurrence for occurrence in stream_day.possible if not stream_day.is_certain(occurrence)]
    state = stream_day.bounds.certain
    judged = () if state is None else state.expectations
    stated = [judgement for judgement in judged if judgement.expectation.stated.last <= stream_day.ordinal]
    return Facts(stream, belief, day, certain, possible, state, stated)


def first_version(occurrence: Occurrence) -> int:
    """The version of the first statement of an occurrence, which names it whichever statement is preferred."""
    return min(entry.version for entry in (*occurrence.entries, *occurrence.superseded))


def suppliers_of(deal: Deal) -> tuple[Party, ...]:
    """All suppliers of a deal, the leading one first."""
    return deal.suppliers or (() if deal.supplier is None else (deal.supplier,))


def buyers_of(deal: Deal) -> tuple[Party, ...]:
    """All buyers of a deal, the leading one first."""
    return deal.buyers or (() if deal.buyer is None else (deal.buyer,))


def endings_of(facts: Facts) -> list[Occurrence]:
    """What ends the deal; the first one holds."""
    return [one for one in facts.certain if isinstance(one.event, Cancelled | Terminated | Completed)]


def standing_links(facts: Facts) -> list[Sequence[Occurrence]]:
    """The links of the stream that hold, each with all that tells it; what tells it first comes first."""
    told: dict[tuple[str, str], list[Occurrence]] = {}
    for occurrence in facts.certain if facts.state is not None else ():
        event = occurrence.event
        if isinstance(event, Linked):
            told.setdefault((event.to, event.relation), []).append(occurrence)
        elif isinstance(event, Unlinked):
            told.pop((event.to, event.relation), None)
    return list(told.values())


def is_total(event: Statement) -> bool:
    """Whether an event tells all that there is up to a day, and nothing that happened on it."""
    return bool(getattr(event, "so_far", None))


def title_of(event: Statement) -> str:
    """What people call an event."""
    return event.name.replace("-", " ") + (" so far" if is_total(event) else "")


def own_values(event: Statement) -> Iterator[tuple[str, Any]]:
    """The names and values of the event's own fields that are not blank."""
    for name in own_fields(type(event)):
        value = getattr(event, name)
        if not is_silent(value):
            yield name, value


def words_of(event: Statement, *leaving_out: str) -> str:
    """The event's own fields as people read them: ``authority DSCA; ceiling USD 2bn``."""
    told = ((name, words(value)) for name, value in own_values(event) if name not in leaving_out)
    return "; ".join(f"{name.replace('_', ' ')} {text}" for name, text in told)


def words(value: Any) -> str:
    """A field's value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(words, value))
    return item_words(value) if isinstance(value, Item) else str(value)


def item_words(item: Item) -> str:
    """All that is said of an item: ``180 tanks of K2 (main battle tank, new) for USD 3bn``."""
    unroca = None if item.unroca is None else f"UNROCA {item.unroca}"
    details = [detail for detail in (item.description, item.category, unroca, item.condition) if detail is not None]
    text = f"{item.designation} ({', '.join(details)})" if details else item.designation
    counted = text if item.quantity is None else f"{item.quantity} of {text}"
    return counted if item.value is None else f"{counted} for {item.value}"


def amounts_in(value: Any) -> Sequence[Money | Quantity]:
    """The amounts and quantities in a field's value, those of items and of other deals among them."""
    if isinstance(value, Money | Quantity):
        return (value,)
    if isinstance(value, tuple):
        return [amount for part in value for amount in amounts_in(part)]
    parts: tuple[Money | Quantity | None, ...] = ()
    if isinstance(value, Item):
        parts = (value.quantity, value.value)
    elif isinstance(value, Covered):
        parts = (value.amount,)
    return [part for part in parts if part is not None]


def cited_by(facts: Facts) -> list[str]:
    """The sources on which what is certain of a stream rests, in the order of the fold."""
    entries = [entry for occurrence in facts.certain for entry in occurrence.entries]
    entries += [judged.expectation.entry for judged in facts.expectations]
    return list(dict.fromkeys(entry.event.source for entry in entries if entry.event.source is not None))


def page_of(source: Source) -> str | None:
    """The address of a source's page; None if its URL is none that other programs accept."""
    url = source.url
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isascii() and " " not in url
    return url if is_address else None


def odd_address(source: Source) -> str | None:
    """The URL of a source where other programs do not accept it."""
    return (source.url or None) if page_of(source) is None else None
