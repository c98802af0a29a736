"""What an export cannot say of the ledger: counted by kind, with examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.errors import shortened
from armsledger.domain.events.claim import ClaimStep
from armsledger.domain.events.contract import OptionAgreed, OptionStep
from armsledger.domain.events.delivery import OnwardDecision, TransferredOnward
from armsledger.domain.events.expectation import ExpectationWithdrawn
from armsledger.domain.events.industry import IndustrialArrangementAgreed, IndustrialArrangementDischarged
from armsledger.domain.events.link import LinkStatement
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.statement import Statement, is_silent
from armsledger.domain.states.tallies import COUNTED, sums_of
from armsledger.domain.values.citation import ERASED
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.standards.facts import Facts, amounts_in, own_values, standing_links, words, words_of

LossKind = Literal[
    "uncertain-date",
    "possible",
    "expectation",
    "grade",
    "belief",
    "correction",
    "retraction",
    "dispute",
    "resolution",
    "contested",
    "agreeing-statement",
    "superseded-statement",
    "claim",
    "denial",
    "approximate",
    "range",
    "doubtful-sum",
    "precision",
    "unit",
    "unknown-party",
    "assumed-party",
    "country",
    "currency",
    "attribution",
    "erased-person",
    "remark",
    "source-detail",
    "listing",
    "equivalent",
    "shared-payment",
    "several-parties",
    "detail",
    "option",
    "onward-transfer",
    "industrial-arrangement",
    "court-claim",
    "link",
    "event",
    "deal",
    "engagement",
    "framework",
]
REPAIRS: Final[Mapping[type[Statement], LossKind]] = {
    Corrected: "correction",
    Retracted: "retraction",
    Disputed: "dispute",
    Resolved: "resolution",
}
KINDS: Final[Mapping[type[Statement], LossKind]] = {
    OptionAgreed: "option",
    OptionStep: "option",
    OnwardDecision: "onward-transfer",
    TransferredOnward: "onward-transfer",
    IndustrialArrangementAgreed: "industrial-arrangement",
    IndustrialArrangementDischarged: "industrial-arrangement",
    ClaimStep: "court-claim",
}
"""The kinds of losses of events that no standard has a place for, beside ``event``."""
COMMON_MEANINGS: Final[Mapping[LossKind, str]] = {
    "dispute": "left out: the entry is told as if nobody disputed it",
    "resolution": "left out: the preferred value alone is told",
    "contested": "the preferred value alone is told",
    "superseded-statement": "left out: the last word of the source alone is told",
    "claim": "left out unless somebody else establishes it",
    "denial": "left out",
    "attribution": "left out",
    "erased-person": "left out, as the name is no longer readable",
    "remark": "left out",
    "doubtful-sum": "each is told; they may be one, or a total contradicts them, so do not add them up",
    "listing": "left out, the volumes (TIV) among it",
    "deal": "left out: nothing of the deal is certain by the date",
}
"""What becomes of some kinds of loss in any standard; the texts stand in the reports."""
EXAMPLES: Final = 5
"""How many losses of each kind the report shows: the first ones."""
LONGEST_EXAMPLE: Final = 200
"""In characters."""


class Loss(NamedTuple):
    """One thing that the standard cannot say: the entry (or stream) that says it, the field, and its value as text.

    The name of a speaker is never a value: the person may be forgotten later, and the report would keep the name.
    """

    kind: LossKind
    entry: str
    field: str | None = None
    value: str | None = None


class Losses:
    """The losses of one export, counted as they come; only the examples are held in memory."""

    def __init__(self) -> None:
        self.counts: Counter[LossKind] = Counter()
        self._examples: dict[LossKind, list[Loss]] = {}

    def take(self, losses: Iterable[Loss]) -> None:
        """Count losses."""
        for loss in losses:
            self.counts[loss.kind] += 1
            examples = self._examples.setdefault(loss.kind, [])
            if len(examples) < EXAMPLES:
                examples.append(loss)

    def report(self, meanings: Mapping[LossKind, str]) -> list[dict[str, Any]]:
        """The losses by kind, the most frequent first; ``meanings`` say what becomes of each kind."""
        kinds = sorted(self.counts, key=lambda kind: (-self.counts[kind], kind))
        return [
            {
                "kind": kind,
                "count": self.counts[kind],
                "meaning": meanings[kind],
                "examples": [_plain(loss) for loss in self._examples[kind]],
            }
            for kind in kinds
        ]


def _plain(loss: Loss) -> dict[str, str]:
    value = None if loss.value is None else shortened(loss.value, LONGEST_EXAMPLE)
    fields = {"entry": loss.entry, "field": loss.field, "value": value}
    return {name: text for name, text in fields.items() if text is not None}


def common_losses(facts: Facts, fits: Callable[[When], bool], has_place: Callable[[Statement], bool]) -> Iterator[Loss]:
    """What is lost in any standard. ``fits`` says which dates it holds as they are, ``has_place`` which events."""
    for occurrence in facts.certain:
        yield from _value_losses(occurrence, fits)
        yield from _rivals(occurrence)
    for occurrence in facts.possible:
        yield Loss("possible", occurrence.entry.address, occurrence.event.name, str(occurrence.event.on))
        yield from _rivals(occurrence)
    addresses = {entry.id: entry.address for entry in facts.belief.entries}
    for entry in facts.belief.entries:
        yield from _entry_losses(entry, addresses)
    if facts.state is not None:
        yield from _event_losses(facts, has_place)
        yield from _doubtful_sums(facts)
    elif facts.stream.startswith("deal/"):
        yield Loss("deal", facts.stream)


def _event_losses(facts: Facts, has_place: Callable[[Statement], bool]) -> Iterator[Loss]:
    for occurrence in facts.certain:
        event = occurrence.event
        if isinstance(event, Listed):
            yield Loss("listing", occurrence.entry.address, event.listed_in, event.comment)
        elif not isinstance(event, LinkStatement) and not has_place(event):
            yield event_loss(occurrence)
    for judgement in facts.expectations:
        stated = judgement.expectation
        yield Loss("expectation", stated.entry.address, str(stated.what), f"{stated.due}, {judgement.outcome}")


def event_loss(occurrence: Occurrence) -> Loss:
    """The loss of an event with all its fields."""
    event = occurrence.event
    return Loss(_kind_of(type(event)), occurrence.entry.address, event.name, words_of(event) or None)


@cache
def _kind_of(event: type[Statement]) -> LossKind:
    return next((kind for base, kind in KINDS.items() if issubclass(event, base)), "event")


def detail_losses(occurrence: Occurrence, names: Iterable[str]) -> Iterator[Loss]:
    """The fields of an event that a standard has no field for."""
    for name in names:
        value = getattr(occurrence.event, name)
        if not is_silent(value):
            yield Loss("detail", occurrence.entry.address, name, words(value))


def link_loss(occurrence: Occurrence) -> Loss:
    """The loss of a link: its relation, and the stream that it is to."""
    event = occurrence.event
    assert isinstance(event, LinkStatement)
    return Loss("link", occurrence.entry.address, event.relation, words_of(event, "relation"))


def untold_links(facts: Facts) -> Iterator[Loss]:
    """Links that hold no more, what ended them, and what tells of a link that another statement has told."""
    standing = standing_links(facts)
    first = {told[0].entry.id for told in standing}
    again = {one.entry.id for told in standing for one in told[1:]}
    for occurrence in facts.certain:
        event, entry = occurrence.event, occurrence.entry
        if entry.id in again:
            yield Loss("agreeing-statement", entry.address, event.name, event.source)
        elif isinstance(event, LinkStatement) and entry.id not in first:
            yield Loss("link", entry.address, event.name, words_of(event))


def _value_losses(occurrence: Occurrence, fits: Callable[[When], bool]) -> Iterator[Loss]:
    entry, event = occurrence.entry.address, occurrence.event
    for name, value in [("on", event.on), *own_values(event)]:
        if isinstance(value, When) and not fits(value):
            yield Loss("uncertain-date", entry, name, str(value))
        for amount in amounts_in(value):
            if amount.approximate:
                yield Loss("approximate", entry, name, str(amount))
            if amount.most != _least(amount):
                yield Loss("range", entry, name, str(amount))


def _least(value: Money | Quantity) -> Any:
    return value.amount if isinstance(value, Money) else value.count


def _doubtful_sums(facts: Facts) -> Iterator[Loss]:
    """Deliveries and payments that may be one, or that a total contradicts."""
    for event in COUNTED:
        for one in sums_of(facts.certain, event, facts.belief):
            for doubt in one.tally.doubts:
                first, *others = (facts.certain[place].entry.address for place in doubt.places)
                yield Loss("doubtful-sum", first, event.name, f"{doubt.code}: {', '.join(others)}")


def _rivals(occurrence: Occurrence) -> Iterator[Loss]:
    for contest in occurrence.contests:
        values = "; ".join(words(getattr(entry.event, contest.field)) for entry in contest.entries)
        yield Loss("contested", contest.entries[0].address, contest.field, values)
    for entry in occurrence.entries[1:]:
        yield Loss("agreeing-statement", entry.address, entry.event.name, entry.event.source)
    for entry in occurrence.superseded:
        yield Loss("superseded-statement", entry.address, entry.event.name, entry.event.source)


def _entry_losses(entry: Entry, addresses: Mapping[str, str]) -> Iterator[Loss]:
    """What an entry says about itself: who said it, how reliably, and which entry it repairs."""
    event, address = entry.event, entry.address
    yield Loss("belief", address, "asserted", f"{event.asserted}, {event.source or 'no source'}")
    kind = REPAIRS.get(type(event))
    if kind is not None:
        target = getattr(event, "target", None) or getattr(event, "preferred", None)
        yield Loss(kind, address, "target", addresses.get(target or "", target))
    if isinstance(event, ExpectationWithdrawn):
        yield Loss("expectation", address, event.name, event.reason)
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
