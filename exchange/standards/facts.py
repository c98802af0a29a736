"""What is told of one stream to another standard: what is certain by a date, and what of it no standard can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.statement import Statement, is_silent, own_fields
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.state import happened, state_at
from armsledger.domain.values.citation import ERASED
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.standards.losses import Kind, Loss

REPAIRS: dict[type[Statement], Kind] = {
    Corrected: "correction",
    Retracted: "retraction",
    Disputed: "dispute",
    Resolved: "resolution",
}


class Facts(NamedTuple):
    """One stream at the end of a day, as believed.

    ``certain`` has happened by the day, ``possible`` may have in addition. ``state`` is what is certain, None before
    the stream has certainly begun; ``expectations`` are those that were certainly stated by the day.
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
    """What a belief tells of a stream at the end of a day."""
    ordinal = day.toordinal()
    certain, all_possible = happened(belief, ordinal)
    sure = {id(occurrence) for occurrence in certain}
    possible = [occurrence for occurrence in all_possible if id(occurrence) not in sure]
    state = state_at(stream.partition("/")[0], belief, day).certain
    judged = () if state is None else state.expectations
    stated = [one for one in judged if one.expectation.stated.last <= ordinal]
    return Facts(stream, belief, day, certain, possible, state, stated)


def place_of(occurrence: Occurrence) -> int:
    """The version by which an occurrence is named: that of the first statement of it, whichever is preferred."""
    return min(entry.version for entry in (*occurrence.entries, *occurrence.superseded))


def given(event: Statement) -> Iterator[tuple[str, Any]]:
    """The event's own fields that it gives."""
    for name in own_fields(type(event)):
        value = getattr(event, name)
        if not is_silent(value):
            yield name, value


def told(event: Statement, *leaving_out: str) -> str:
    """The event's own fields as people read them: ``authority DSCA; ceiling USD 2bn``."""
    words = ((name, _words(value)) for name, value in given(event) if name not in leaving_out)
    return "; ".join(f"{name.replace('_', ' ')} {text}" for name, text in words)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def common_losses(facts: Facts, fits: Callable[[When], bool]) -> Iterator[Loss]:
    """What no other standard says of a stream; ``fits`` tells which dates the target holds as they are."""
    for occurrence in facts.certain:
        yield from _values(occurrence, fits)
        yield from _rivals(occurrence)
    for occurrence in facts.possible:
        yield Loss("possible", occurrence.entry.address, occurrence.event.name, str(occurrence.event.on))
        yield from _rivals(occurrence)
    addresses = {entry.id: entry.address for entry in facts.belief.entries}
    for entry in facts.belief.entries:
        yield from _words_of(entry, addresses)


def _values(occurrence: Occurrence, fits: Callable[[When], bool]) -> Iterator[Loss]:
    entry, event = occurrence.entry.address, occurrence.event
    for name, value in [("on", event.on), *given(event)]:
        if isinstance(value, When) and not fits(value):
            yield Loss("uncertain-date", entry, name, str(value))
        elif isinstance(value, Money | Quantity) and value.approximate:
            yield Loss("approximate", entry, name, str(value))


def _rivals(occurrence: Occurrence) -> Iterator[Loss]:
    for contest in occurrence.contests:
        values = "; ".join(str(getattr(entry.event, contest.field)) for entry in contest.entries)
        yield Loss("contested", contest.entries[0].address, contest.field, values)
    for entry in occurrence.entries[1:]:
        yield Loss("agreeing-statement", entry.address, entry.event.name, entry.event.source)
    for entry in occurrence.superseded:
        yield Loss("superseded-statement", entry.address, entry.event.name, entry.event.source)


def _words_of(entry: Entry, addresses: Mapping[str, str]) -> Iterator[Loss]:
    """What an entry tells of itself: who said it, how good that is, and what it does to others."""
    event, address = entry.event, entry.address
    yield Loss("belief", address, "asserted", f"{event.asserted}, {event.source or 'no source'}")
    kind = REPAIRS.get(type(event))
    if kind is not None:
        target = getattr(event, "target", None) or getattr(event, "preferred", None)
        yield Loss(kind, address, "target", addresses.get(target or "", target))
    if event.denies:
        yield Loss("denial", address, event.name, str(event.on))
    elif not event.vouches:
        yield Loss("claim", address, event.name, event.status)
    if event.credibility is not None:
        yield Loss("grade", address, "credibility", str(event.credibility))
    if event.attribution is not None:
        erased = event.attribution.speaker == ERASED
        yield Loss("erased-person" if erased else "attribution", address, "attribution", event.attribution.role)
    if event.quote is not None:
        yield Loss("remark", address, "quote", event.quote)
    if event.note is not None:
        yield Loss("remark", address, "note", event.note)
