"""Given what was recorded, when something is proposed, then so: the words in which the domain is specified.

Given some statements, ``when`` proposes more of them to ``decide``; ``then`` looks at what was taken or
refused, and at what is believed of the stream at a date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from armsledger.domain.beliefs.belief import Belief, believe
from armsledger.domain.decisions.decision import Decision, decide
from armsledger.domain.decisions.fields import event_class, read_event
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import InvalidValue, Refused, UnknownSource
from armsledger.domain.events.payment import Covered
from armsledger.domain.findings.checks import findings_of
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.course import Course
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import Bounds, StreamDay, state_at
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.item import Item
from armsledger.domain.values.known import EVERYTHING, Known
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import CodeLists, Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.when import When

TODAY = date(2026, 11, 22)
BEGINNING = datetime(2026, 11, 22, 9, tzinfo=UTC)
STREAMS = {
    "deal": "deal/india-s400",
    "engagement": "engagement/india-russia-summit-21",
    "framework": "framework/india-russia-military-technical",
    "source": "source/theprint",
}
PUBLISHED: Mapping[str, str | None] = {
    "sipri": "2019-03-11",
    "tass": "2021-11-10",
    "theprint": "2021-11-12",
    "hindu": "2021-12-20",
    "archive": None,
}
"""The sources there are, and when they were published; one does not say."""
ELSEWHERE = frozenset({"deal/india-s300", "deal/sipri-4711", "framework/india-russia"})
"""Other streams that there are."""

STATES = {"India": "IND", "Russia": "RUS", "United States": "USA", "Turkey": "TUR", "Ukraine": "UKR"}
CURRENCIES = frozenset({"USD", "INR", "RUB", "EUR"})


class Codes:
    """Code lists that know what the specifications name."""

    def party(self, party: Party) -> Party:
        """States by their codes; three other capitals are a typo."""
        if party in STATES:
            return Party(STATES[party])
        if party.is_state and party not in STATES.values():
            raise InvalidValue(f"{party!r} is no country", f"write a code of ISO 3166, or 'actor:{party}'")
        return party

    def earlier(self, name: str) -> Party | None:
        return None

    def check_designation(self, name: str) -> None:
        """Refuse nothing."""

    def check_currency(self, code: str) -> None:
        """Only a few currencies exist here."""
        if code not in CURRENCIES:
            raise InvalidValue(f"{code!r} is no currency", "write a code of ISO 4217, such as USD")


class World:
    """What a decision asks of the world outside its stream."""

    def __init__(self, today: date = TODAY) -> None:
        self.today = today
        self.codes: CodeLists = Codes()
        self.elsewhere: dict[str, Draft] = {}

    def published(self, source: str) -> When | None:
        """When a source was published."""
        if source not in PUBLISHED:
            raise UnknownSource(f"there is no source {source!r}", remedy="register it first", field="source")
        text = PUBLISHED[source]
        return None if text is None else When.parse(text)

    def entry_of(self, entry_id: str) -> Draft | None:
        """An entry of another stream."""
        return self.elsewhere.get(entry_id)

    def has_stream(self, stream: str) -> bool:
        """Whether there is a stream, among those that the specifications name."""
        return stream in ELSEWHERE


@dataclass(frozen=True)
class Said:
    """A proposed statement, in the words of its source."""

    event: str
    fields: Mapping[str, Any]
    id: str | None = None


def said(event: str, *, id: str | None = None, **fields: Any) -> Said:
    """``said("delivered", on="2021-12", quantity="1 regiment")``; ThePrint says it unless it is told who."""
    return Said(event, fields, id)


class Case:
    """A stream with what was recorded in it, and what became of the last proposals."""

    def __init__(self, stream: str, grades: Mapping[str, Reliability], world: World | None = None) -> None:
        self.stream = StreamId.parse(stream)
        self.grades = grades
        self.world = world or World()
        self.history = History(stream)
        self.entries: list[Entry] = []
        self.decisions: list[Decision] = []
        self.refusal: Refused | None = None

    def record(self, statement: Said, *, is_new: bool = False) -> Decision:
        """Decide upon a statement and take it in; raises what decide raises.

        Only of a new one it is asked whether a source can say that by the day on which it spoke, so that a
        specification need not say who reported what later.
        """
        fields = self._with_source(statement)
        proposal = Proposal(self.stream, statement.event, fields, statement.id, is_restored=not is_new)
        decision = decide(proposal, self.history, self.world)
        if decision.draft is not None:
            self.history.add(decision.draft)
            self.entries.append(recorded(decision.draft, len(self.entries) + 1))
        return decision

    def _with_source(self, statement: Said) -> dict[str, Any]:
        cited = {} if self.stream.kind == "source" else {"source": "theprint"}
        return {**cited, **statement.fields}

    def when(self, *statements: Said, are_new: bool = False) -> Case:
        """Propose statements one after the other; the first refusal ends it."""
        self.decisions, self.refusal = [], None
        try:
            for statement in statements:
                self.decisions.append(self.record(statement, is_new=are_new))
        except Refused as refusal:
            self.refusal = refusal
        return self

    def on_the_day(self, day: str) -> Case:
        """From now on it is that day."""
        self.world.today = date.fromisoformat(day)
        return self

    # what was taken

    def then(self, *statements: Said) -> Case:
        """The proposals were taken, and say this."""
        self._not_refused()
        drafts = [decision.draft for decision in self.decisions]
        assert [draft and draft.event.name for draft in drafts] == [said.event for said in statements]
        for draft, statement in zip(drafts, statements, strict=True):
            assert draft is not None
            kind = event_class(self.stream, statement.event)
            wanted = {**draft.event.model_dump(exclude_none=True), **statement.fields}
            assert draft.event == read_event(kind, wanted)
        return self

    def then_taken(self) -> Case:
        """Every proposal became an entry."""
        self._not_refused()
        assert all(decision.draft is not None for decision in self.decisions)
        return self

    def then_known_already(self) -> Case:
        """The proposals added nothing."""
        self._not_refused()
        assert all(decision.draft is None and decision.known is not None for decision in self.decisions)
        return self

    def then_refused(self, kind: type[Refused], message: str, *, remedy: str, field: str | None = None) -> Case:
        """A proposal was refused, by a message that says so and names the remedy; nothing was stored."""
        refusal = self.refusal
        assert refusal is not None, f"nothing was refused: {self.decisions}"
        assert type(refusal) is kind, repr(refusal)
        assert message in refusal.message
        assert remedy in refusal.remedy
        assert bool(refusal.remedy) == bool(remedy), refusal.remedy
        if field is not None:
            assert refusal.field == field
        return self

    def _not_refused(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    # what is believed

    def belief(self, known: Known = EVERYTHING) -> Belief:
        """What is believed of the stream."""
        return believe(self.entries, self.grades, known)

    def state(self, at: str, known: Known = EVERYTHING) -> Bounds[Any]:
        """Both bounds of the state at the end of a day."""
        self._not_refused()
        return state_at(str(self.stream), self.belief(known), date.fromisoformat(at))

    def certain(self, at: str) -> Any:
        """The certain bound of the state at the end of a day."""
        return self.state(at).certain

    def possible(self, at: str) -> Any:
        """The possible bound of the state at the end of a day."""
        return self.state(at).possible

    def findings(self, at: str, known: Known = EVERYTHING) -> tuple[Finding, ...]:
        """What does not fit, at the end of a day."""
        self._not_refused()
        return findings_of(StreamDay(Course(str(self.stream), self.belief(known)), date.fromisoformat(at)))

    def then_certain(self, at: str, known: Known = EVERYTHING, **expected: object) -> Case:
        """The certain bound of the state shows this."""
        self._not_refused()
        assert shown(self.state(at, known).certain, expected) == expected
        return self

    def then_possible(self, at: str, known: Known = EVERYTHING, **expected: object) -> Case:
        """The possible bound of the state shows this."""
        assert shown(self.state(at, known).possible, expected) == expected
        return self

    def then_both(self, at: str, known: Known = EVERYTHING, **expected: object) -> Case:
        """Both bounds of the state show this."""
        return self.then_certain(at, known, **expected).then_possible(at, known, **expected)

    def then_not_begun(self, at: str, *, possibly: bool = False) -> Case:
        """The stream has not begun; ``possibly``: it may have."""
        state = self.state(at)
        assert state.certain is None
        assert (state.possible is not None) is possibly
        return self

    def then_found(self, at: str, *codes: str) -> Case:
        """Exactly these findings, by their codes."""
        assert sorted(finding.code for finding in self.findings(at)) == sorted(codes)
        return self


def given(*statements: Said, grades: Mapping[str, Reliability] | None = None, kind: str = "deal") -> Case:
    """A stream of a kind, in which statements were recorded; ``grades`` are those of the sources."""
    case = Case(STREAMS[kind], grades or {})
    for statement in statements:
        case.record(statement)
    return case


def recorded(draft: Draft, position: int) -> Entry:
    """A draft as the journal would hold it."""
    moment = BEGINNING + timedelta(seconds=position)
    return Entry(draft.stream, draft.version, position, draft.id, moment, "tester", draft.event)


def by(day: str) -> Known:
    """What had been asserted by the end of a day."""
    return Known(day=date.fromisoformat(day).toordinal())


def as_of(position: int) -> Known:
    """What had been recorded at a position."""
    return Known(position=position)


def shown(state: Any, names: Mapping[str, object] | Sequence[str]) -> dict[str, object]:
    """Some fields of a state, in plain values."""
    assert state is not None, "the stream has not begun"
    return {name: told(getattr(state, name)) for name in names}


def told(value: Any) -> Any:
    """A value as people write it: amounts and dates as text, an expectation by its outcome."""
    if isinstance(value, Judgement):
        return value.outcome
    if isinstance(value, tuple):
        return [told(part) for part in value]
    if isinstance(value, Covered | Item | Money | Quantity | When):
        return str(value)
    if is_dataclass(value):
        parts = {field.name: told(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in parts.items() if part is not None and part != []}
    return str(value) if isinstance(value, Party) else value
