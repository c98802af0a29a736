"""The cards of meetings, frameworks and sources: what is known of each, field by field."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.entries_behind import entries_behind
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.when import When
from armsledger.web.glance.fact_words import joined
from armsledger.web.glance.facts import SET, Addresses, stated
from armsledger.web.glance.other_decks import FORMATS, ordinal
from armsledger.web.glance.outcomes import judgements, tally_of
from armsledger.web.glance.rivals import Rivals, contested, rivals_of
from armsledger.web.glance.rows import (
    Several,
    behind_fields,
    lines_of,
    possibly,
    several_html,
    tally_html,
    tally_row,
    tally_slots,
)
from armsledger.web.links import Links
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Part, Slots
from armsledger.web.parts.sources import is_web_address
from armsledger.web.sentences import capital
from armsledger.web.words import party_words, refs, when_words

FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "engagement": {
        "format": "Meeting",
        "level": "Level",
        "participants": "Between",
        "place": "Place",
        "held_on": "Held",
        "planned": "Set for",
        "reason": "Reason",
        "agenda": "Agenda",
        "outcomes": "Outcomes",
    },
    "framework": {
        "parties": "Between",
        "signed_on": "Signed",
        "in_force_since": "In force since",
        "until": "Until",
        "ended_on": "Ended",
    },
    "source": {
        "publisher": "Publisher",
        "published": "Published",
        "url": "Address",
        "retrieved": "Retrieved",
        "scope": "Holds",
        "sha256": "SHA-256",
    },
}
"""By the kind of a stream, the fields that its card tells, and their labels."""
STEPS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "engagement": ("Before that", SET),
    "framework": ("Renewals", frozenset({"renewed"})),
    "source": ("Grade", frozenset({"registered", "regraded"})),
}
"""By the kind, the events that its card tells, and the label."""
TALLY: Final = "card/tally/"


class Value(NamedTuple):
    """A field: its value for certain, what it possibly is instead, and what other statements say."""

    kind: str
    field: str
    certain: Hashable
    possible: Hashable
    rivals: Rivals
    entries: Addresses


class PlainCard(Part):
    """What is known of a meeting, a framework or a source; a row is there only if something is said."""

    name: ClassVar[str] = "card"

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The facts of each row."""
        if standpoint.bounds.possible is None:
            return {}
        rows: dict[str, Hashable] = {
            f"card/{row}": (standpoint.stream, facts) for row, facts in _rows(standpoint.stream_day)
        }
        return {**rows, **tally_slots(TALLY, tally_of(judgements(standpoint.bounds)))}

    def html(self, slot: str, data: Any) -> Markup:
        """A row of the list: its label and its facts."""
        if slot.startswith(TALLY):
            return tally_html(slot, data)
        stream, facts = data
        kind = stream.partition("/")[0]
        match facts:
            case Value():
                label, told = FIELDS[kind][facts.field], _value_html(facts, stream, self.links)
            case _:
                label, told = STEPS[kind][0], several_html(facts, stream)
        return Markup("<dt>{}</dt><dd>{}</dd>").format(label, told)

    def section(self, slots: Slots) -> Markup:
        """The list of the rows."""
        names = slots.of(self)
        rows = [slots.element(name) for name in names if not name.startswith(TALLY)]
        rows.append(tally_row(slots, TALLY, names))
        return Markup('<dl class="card plain">{}</dl>').format(Markup("").join(rows))


def _rows(day: StreamDay) -> Iterator[tuple[str, Hashable]]:
    certain, possible = day.bounds
    behind, told = entries_behind(day), disputes(day)
    for number, field in enumerate(FIELDS[day.kind]):
        sure = None if certain is None else getattr(certain, field)
        most = getattr(possible, field)
        if sure in (None, ()) and most in (None, ()):
            continue
        names_of = ("format", "series", "edition") if field == "format" else (field,)
        if field == "format":
            sure, most = (_meeting(bound) for bound in (certain, possible))
        rivals = rivals_of(told, field, dates=True)[0]
        yield f"{number:02}-{field}", Value(day.kind, field, sure, most, rivals, behind_fields(behind, *names_of))
    steps = stated(day, STEPS[day.kind][1])
    if steps:
        yield "50-steps", Several(steps)


def _meeting(bound: Any) -> str | None:
    """``Summit, 21st of the series India-Russia annual summit``."""
    if bound is None or bound.format is None:
        return None
    edition = "" if bound.edition is None else f", {ordinal(bound.edition)}"
    series = "" if bound.series is None else f"{' of' if edition else ','} the series {bound.series}"
    return f"{FORMATS[bound.format]}{edition}{series}"


def _value_html(one: Value, stream: str, links: Links) -> Markup:
    if one.certain in (None, ()):
        told = possibly("") + _words(one.field, one.possible, links)
    else:
        told = _words(one.field, one.certain, links)
        if one.possible not in (None, one.certain):
            told += Markup("<br>") + possibly("") + _words(one.field, one.possible, links)
    told += refs(one.entries, stream)
    return told + Markup("<br>") + contested(one.rivals, stream) if one.rivals else told


def _words(field: str, value: Any, links: Links) -> Markup:
    match value:
        case When():
            return escape(when_words(value))
        case tuple() if field in ("participants", "parties"):
            return Markup('<span class="big">{}</span>').format(joined(map(party_words, value)))
        case tuple() if field == "agenda":
            return lines_of([_stream(name, links) for name in value])
        case tuple():
            return lines_of([escape(capital(part)) for part in value])
    if field == "url" and is_web_address(str(value)):
        return Markup('<a href="{0}" rel="noreferrer nofollow">{0}</a>').format(value)
    return Markup('<span class="mono">{}</span>').format(value) if field == "sha256" else escape(str(value))


def _stream(name: str, links: Links) -> Markup:
    """A stream, with its page where there is one."""
    address = links.stream(name)
    text = Markup('<span class="mono">{}</span>').format(name)
    return text if address is None else Markup('<a href="{}">{}</a>').format(address, text)
