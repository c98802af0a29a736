"""The marks of a stream's timeline: its facts and forecasts by one belief, as charts draw them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from armsledger.application.pictures.labels import Label, expected_words, label_beside, label_of
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.application.wording import party_words, when_words
from armsledger.charts.marks import Comb, Days, Fact, Forecast, Lane, Look
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.beliefs.occurrence import Occurrence, occurrence_key, speaker_of
from armsledger.domain.entry import Entry
from armsledger.domain.events.catalogue import OWN
from armsledger.domain.events.repair import OUR_COPY, Retracted
from armsledger.domain.events.sanction import LegislativeAction
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.source import Source
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Outcome

LANES: Final = (
    Lane("contract", "Contract", "approvals and signature"),
    Lane("meeting", "Meeting"),
    Lane("framework", "Agreement"),
    Lane("source", "Source"),
    Lane("payment", "Payments"),
    Lane("delivery", "Deliveries"),
    Lane("industry", "Industry", "offsets, shared work"),
    Lane("licence", "Licences", "for export"),
    Lane("claim", "Claims", "courts, settlements"),
    Lane("sanction", "Sanctions", "threats, positions, laws"),
    Lane("diplomacy", "Diplomacy", "meetings, frameworks"),
)
"""All lanes from the top to the bottom; a chart has those in which something is."""
LAST_DAY: Final = date.max.toordinal()
OTHER_LANES: Final = {"commitment-reaffirmed": "diplomacy", "legislative-action": "sanction"}
"""Events that stand in another lane than their neighbours in the catalogue."""
BY_KIND: Final = {"engagement": "meeting", "framework": "framework", "source": "source"}
LEFT_OUT: Final = frozenset({"listed", "linked", "unlinked"})
"""Events that tell of registers and links, and of nothing that happened at a time."""
HOLLOW: Final = frozenset({"postponed", "rescheduled", "scheduled", "delivery-scheduled", "payment-scheduled"})
"""What was planned or put off, and has not come about by that."""
OUTCOMES: Final[Mapping[Outcome, str]] = {
    "pending": "open",
    "met-early": "met early",
    "met-late": "met late",
    "indeterminate": "met or late, which no source tells",
    "partially-met": "met in part, the rest overdue",
    "moot": "moot, as the deal ended",
}
"""Outcomes that are told in other words than their own."""


class Telling:
    """What timelines tell. It keeps what it made for a belief, as that is asked again for each day."""

    def __init__(self) -> None:
        self._courses: tuple[Any, ...] = ()
        self._facts: dict[str, Fact] = {}
        self._pending: dict[str, Forecast] = {}
        self._judged: dict[tuple[str, Outcome, Days | None], Forecast] = {}

    def facts(self, standpoint: Standpoint) -> Mapping[str, Fact]:
        """The facts that the belief knows, whatever the day, by a key of each."""
        self._believe(standpoint)
        return self._facts

    def forecasts(self, standpoint: Standpoint) -> Mapping[str, Forecast]:
        """The forecasts that were stated by the day, by a key of each, and what became of them by then."""
        self._believe(standpoint)
        lower, upper = standpoint.bounds
        judgements: dict[str, Judgement] = {}
        for state in (upper, lower):  # what is certain comes last, and holds
            judgements |= {} if state is None else {one.expectation.entry.address: one for one in state.expectations}
        return {address: self._forecast(address, one, standpoint) for address, one in judgements.items()}

    def _believe(self, standpoint: Standpoint) -> None:
        courses = (standpoint.stream_day.course, *(other.course for other in standpoint.beside))
        if len(courses) == len(self._courses) and all(map(_is, courses, self._courses)):
            return
        self._courses = courses
        self._facts = dict(_facts(standpoint))
        self._pending = {}
        self._judged = {}

    def _forecast(self, address: str, judgement: Judgement, standpoint: Standpoint) -> Forecast:
        one = judgement.occurrence
        met = None if one is None else (one.first, one.last)
        key = address, judgement.outcome, met
        known = self._judged.get(key)
        if known is None:
            known = self._judged[key] = _forecast(judgement, met, standpoint)
        return known


def _is(one: object, other: object) -> bool:
    return one is other


def _facts(standpoint: Standpoint) -> Iterator[tuple[str, Fact]]:
    yield from _facts_of(standpoint.stream_day, standpoint.sources, None)
    for beside in standpoint.beside:
        _, upper = beside.course.states(LAST_DAY)
        yield from _facts_of(beside, standpoint.sources, upper)


def _facts_of(stream_day: StreamDay, sources: Mapping[str, Source], state: Any) -> Iterator[tuple[str, Fact]]:
    """The facts of a stream; ``state`` is that of one that stands beside, which gives it its name."""
    belief = stream_day.belief
    events = {entry.id: belief.current(entry).event for entry in belief.entries}
    told = set()

    def key_of(entry: Entry) -> str:
        return " ".join(map(str, (stream_day.stream, *occurrence_key(entry.id, entry.event, events.get))))

    for one in belief.occurrences:
        if one.name not in LEFT_OUT:
            key = key_of(one.entry)
            told.add(key)
            yield (
                key,
                _of_occurrence(
                    one, sources, _lane(stream_day, one.event, state), _label(one.event, state, stream_day.key)
                ),
            )
    for entry in (*belief.denials, *_retracted(stream_day)):
        key = key_of(entry)
        if key not in told and entry.event.name not in LEFT_OUT:
            told.add(key)
            word = "denied" if entry.event.denies else "retracted"
            yield (
                key,
                _single(
                    entry,
                    word,
                    sources,
                    _lane(stream_day, entry.event, state),
                    _label(entry.event, state, stream_day.key),
                ),
            )


def _retracted(stream_day: StreamDay) -> Iterator[Entry]:
    """What sources took back, or what news took back for them; not what we had written down wrongly."""
    belief = stream_day.belief
    for entry in belief.entries:
        retraction = belief.repairs.retracted_by.get(entry.id)
        event = None if retraction is None else retraction.event
        if isinstance(event, Retracted) and event.reason not in OUR_COPY and entry.event.role is Role.OCCURRENCE:
            yield belief.current(entry)


def _lane(stream_day: StreamDay, event: Statement, state: Any) -> str:
    if state is not None:
        return "diplomacy"
    if stream_day.kind != "deal":
        return BY_KIND[stream_day.kind]
    return lane_of(event.name)


def lane_of(name: str) -> str:
    """The lane of an event of a deal."""
    return OTHER_LANES.get(name) or _LANE_OF.get(name, "contract")


_LANE_OF: Final = {event.name: event.__module__.rpartition(".")[2] for event in OWN["deal"]}
"""By the name of an event of a deal, the part of the catalogue that holds it, which is its lane."""


def _label(event: Statement, state: Any, key: str) -> Label:
    return label_of(event) if state is None else label_beside(event, state, key)


def _of_occurrence(one: Occurrence, sources: Mapping[str, Source], lane: str, label: Label) -> Fact:
    event = one.event
    is_denied = not one.established and bool(one.denials)
    is_claim = not one.established and not is_denied
    mark = ", denied" if is_denied else f" ({event.status})" if is_claim else ""
    on = next((contest.entries for contest in one.contests if contest.field == "on"), ())
    rivals = {entry.event.on: entry for entry in on if entry.event.on != event.on}
    said = [_said(one.entry, event.on, sources)]
    said += [f"≠ {_said(entry, when, sources)}" for when, entry in rivals.items()]
    said += [f"≠ {_said(entry, None, sources)}, who denies it" for entry in one.denials]
    return Fact(
        lane=lane,
        days=(event.on.first, event.on.last),
        head=label.head + (mark if is_denied else ""),
        detail=label.detail + (mark if is_claim else ""),
        look=_look(event, is_denied=is_denied, is_claim=is_claim),
        is_qualified=bool(event.on.qualifier),
        is_contested=bool(one.contests or one.denials),
        rivals=tuple([(when.first, when.last) for when in rivals]),
        told=f"{''.join(label)}{mark}: {'; '.join(said)}",
        entry=one.entry.address,
    )


def _single(entry: Entry, word: str, sources: Mapping[str, Source], lane: str, label: Label) -> Fact:
    """A statement that nothing stands for: a denial, or what was taken back."""
    on = entry.event.on
    return Fact(
        lane=lane,
        days=(on.first, on.last),
        head=f"{label.head}, {word}",
        look="hollow" if word == "denied" else "retracted",
        is_qualified=bool(on.qualifier),
        told=f"{''.join(label)}, {word}: {_said(entry, on, sources)}",
        entry=entry.address,
    )


def _look(event: Statement, *, is_denied: bool, is_claim: bool) -> Look:
    is_without_force = isinstance(event, LegislativeAction) and not event.binding
    if is_denied or is_without_force or event.name in HOLLOW:
        return "hollow"
    return "possible" if is_claim else "solid"


def _said(entry: Entry, when: When | None, sources: Mapping[str, Source]) -> str:
    """``about Sep 2019, Defensemirror, B2``."""
    event = entry.event
    source = None if event.source is None else sources.get(event.source)
    grade = f"{(source and source.reliability) or 'F'}{event.credibility or ''}" if event.source else ""
    name = (source and (source.publisher or source.title)) or event.source or ""
    return ", ".join(part for part in ("" if when is None else when_words(when), name, grade) if part)


_RANKS: Final = {"delivery-begun": 0, "tranche-paid": 1, "delivered": 1, "delivery-completed": 2}


def comb_of(link: Expectation, stream_day: StreamDay) -> Comb:
    """The comb to which a forecast belongs: what is expected, of which tranche and item."""
    tranche = str(link.what.selectors.get("tranche", ""))
    title = expected_words(link)
    name = link.what.event
    lane = lane_of(name) if stream_day.kind == "deal" else BY_KIND[stream_day.kind]
    is_first = name == "delivery-begun" and tranche == "1"  # one that names no batch means the first
    number = int(tranche) if tranche.isdecimal() and not is_first else 0
    return Comb(lane, title, (_RANKS.get(name, 3), number, title))


def _forecast(judgement: Judgement, met: Days | None, standpoint: Standpoint) -> Forecast:
    link = judgement.expectation
    comb = comb_of(link, standpoint.stream_day)
    holder = holder_of(link, standpoint.sources)
    outcome = OUTCOMES.get(judgement.outcome, judgement.outcome)
    much = link.quantity or link.amount
    what = f"{comb.title}{f', {much}' if much else ''}"
    modality = ", ruled out" if link.modality == "ruled-out" else ""
    return Forecast(
        comb=comb,
        stated=(link.stated.first, link.stated.last),
        due=(link.due.first, link.due.last),
        outcome=judgement.outcome,
        met=met,
        is_ruled_out=link.modality == "ruled-out",
        holder=holder,
        due_words=when_words(link.due),
        told=f"{what}{modality}, due {when_words(link.due)}; said {when_words(link.stated)} by {holder}: {outcome}",
        entry=link.entry.address,
    )


def holder_of(link: Expectation, sources: Mapping[str, Source]) -> str:
    """Who expects it: a party, whom the source quotes, or the source itself."""
    if link.holder:
        return party_words(link.holder) if len(link.holder) == 3 and link.holder.isupper() else link.holder
    event = link.entry.event
    source = None if event.source is None else sources.get(event.source)
    speaker = speaker_of(link.entry.id, event)
    return (speaker and str(event.attribution)) or (source and source.publisher) or event.source or "nobody named"
