"""A view: the ledger at a date, as known at a belief date. It reads, and never writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, get_args

from armsledger.application.question import KnownBy, Question
from armsledger.domain.beliefs.belief import EVERYTHING, Belief, believe, cited, known_entries
from armsledger.domain.entry import Entry
from armsledger.domain.errors import UnknownStream, UsageError
from armsledger.domain.events.repair import OUR_COPY, Corrected, Retracted
from armsledger.domain.events.source import Registered
from armsledger.domain.findings.checks import findings_at
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.source import Source, reliability_of
from armsledger.domain.states.state import Course
from armsledger.domain.values.citation import CANNOT_BE_JUDGED, Grades, Reliability
from armsledger.domain.values.stream import StreamId
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import DEALS, DealRow
from armsledger.projections.read_models.deliveries import DELIVERIES, DeliveryRow
from armsledger.projections.read_models.engagements import ENGAGEMENTS, EngagementRow
from armsledger.projections.read_models.expectations import EXPECTATIONS, ExpectationRow
from armsledger.projections.read_models.findings import FindingRow, finding_rows
from armsledger.projections.read_models.frameworks import FRAMEWORKS, FrameworkRow
from armsledger.projections.read_models.payments import PAYMENTS, PaymentRow
from armsledger.projections.read_models.precedents import PrecedentRow, precedent_rows
from armsledger.projections.read_models.relations import RelationRow, relation_rows
from armsledger.projections.read_models.sanctions import SANCTIONS, SanctionRow
from armsledger.projections.read_models.scorecard import ScoredBy, ScoreRow, score_rows
from armsledger.projections.read_models.sources import (
    CITATIONS,
    SOURCES,
    Cited,
    RegisteredSource,
    SourceRow,
    source_spans,
    with_citations,
)
from armsledger.projections.read_models.trail import STANDING, LogRow, log_rows, standing_rows
from armsledger.projections.reading import (
    citing_position,
    citing_streams,
    count_kept,
    kept_citations,
    kept_rows,
    serves,
    walk_kept,
)
from armsledger.projections.row_history import spans_of
from armsledger.projections.rows import Rows
from armsledger.projections.state_json import state_to_json
from armsledger.projections.timeline import StreamDay, Timeline
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from sqlalchemy import Subquery

S = TypeVar("S", Deal, Engagement, Framework, Source)


def no_projection(name: str) -> Projection:
    """What a view answers that knows of no ledger's projections."""
    raise UsageError(f"there is no projection {name!r}", remedy="ask a view that a ledger gave")


class StreamState(Generic[S]):
    """The state of one stream: ``certain`` and ``possible`` (None before it begins), and the findings."""

    def __init__(self, question: Question, stream_day: StreamDay) -> None:
        self.question = question
        self.stream_day = stream_day
        self.stream = stream_day.stream
        self.certain: S | None = stream_day.bounds.certain
        self.possible: S | None = stream_day.bounds.possible

    @property
    def at(self) -> date:
        """The date of the state."""
        return self.stream_day.day

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What does not fit in the stream's history at the date."""
        return findings_at(self.stream, self.stream_day.belief, self.stream_day.day)

    def to_dict(self) -> dict[str, Any]:
        """The state in the types of JSON."""
        return {
            "stream": self.stream,
            "at": self.at.isoformat(),
            "known": self.question.known,
            "known_by": self.question.known_by,
            "position": self.question.position,
            "certain": state_to_json(self.certain),
            "possible": state_to_json(self.possible),
            "findings": [finding._asdict() | {"entries": list(finding.entries)} for finding in self.findings],
        }

    def __repr__(self) -> str:
        return f"<{self.stream} at {self.at}: certain {self.certain}, possible {self.possible}>"


class Side(NamedTuple):
    """What a view knows of one stream: the entries known, and the grades of the sources they cite."""

    entries: Sequence[Entry]
    grades: Grades


class View:
    """The ledger at a date, as known at a belief date. Its answers never change once ``known`` is past."""

    def __init__(
        self,
        reader: Callable[[], JournalReader],
        question: Question,
        projection: Callable[[str], Projection] = no_projection,
    ) -> None:
        """``projection`` finds one by its name."""
        self._reader = reader
        self._projection = projection
        self.question = question
        self._some_grades: dict[str, Reliability] = {}

    @property
    def at(self) -> date:
        """The date."""
        return self.question.day

    @property
    def known(self) -> str | None:
        """The belief date as asked for; None for everything recorded."""
        return self.question.known

    @property
    def known_by(self) -> KnownBy:
        """Whether ``known`` goes by the time of recording or by that of asserting."""
        return self.question.known_by

    @property
    def reader(self) -> JournalReader:
        """The journal's reader that the view asks."""
        return self._reader()

    def __repr__(self) -> str:
        return f"<the ledger at {self.at}, as known {self.known or 'now'}, by {self.known_by}>"

    def deal(self, key: str) -> StreamState[Deal]:
        """The state of a deal. Raises UnknownStream."""
        return StreamState(self.question, self.stream_day(f"deal/{key}"))

    def engagement(self, key: str) -> StreamState[Engagement]:
        """The state of an engagement. Raises UnknownStream."""
        return StreamState(self.question, self.stream_day(f"engagement/{key}"))

    def framework(self, key: str) -> StreamState[Framework]:
        """The state of a framework agreement. Raises UnknownStream."""
        return StreamState(self.question, self.stream_day(f"framework/{key}"))

    def source(self, key: str) -> StreamState[Source]:
        """The state of a source. Raises UnknownStream."""
        return StreamState(self.question, self.stream_day(f"source/{key}"))

    def table(self, name: str) -> Subquery:
        """A read model at this view's date and belief, for SQLAlchemy: a column for each field, to be joined at will.

        Dates are EDTF text, lists and money JSON text; of money ``..._amount`` (a number) and ``..._currency`` are
        columns too. Raises UsageError for an unknown name, and for a question that tables do not answer.
        """
        from armsledger.projections.tables import select_at

        projection = self._projection(name)
        if not self._is_kept():
            raise UsageError(
                f"the table {name} goes by when entries were recorded; what was asserted by a day is folded",
                remedy=f"ask for rows: .rows({name!r}).to_polars()",
            )
        reader, position = self._reader(), self.question.position
        if not reader.is_whole(position):
            raise UsageError(
                f"the table {name} cannot tell what was known at position {position}, in the midst of one instant",
                remedy=f"ask as known at its end, @{reader.head_at(reader.recorded_at(position) or '')},"
                f" or for rows: .rows({name!r})",
            )
        if not serves(reader, projection, position):
            raise UsageError(
                f"the table {name} cannot tell what was known at position {position}: it was left behind",
                remedy=f"build it anew: armsledger rebuild {name}",
            )
        return select_at(projection, self.at, self.question.position).subquery(name)

    def state(self, stream: str) -> StreamState[Any]:
        """The state of any stream, named ``deal/india-s400``. Raises UnknownStream and UsageError."""
        return StreamState(self.question, self.stream_day(str(StreamId.parse(stream))))

    def deals(self, **filters: Any) -> Rows[DealRow]:
        """Deals that have at least possibly begun; filters are names of fields, such as ``buyer="IND"``."""
        return self.rows(DEALS, **filters)

    def payments(self, **filters: Any) -> Rows[PaymentRow]:
        """Payments per tranche and currency: scheduled, paid, outstanding, late."""
        return self.rows(PAYMENTS, **filters)

    def deliveries(self, **filters: Any) -> Rows[DeliveryRow]:
        """Deliveries per tranche and unit: scheduled or expected, delivered, outstanding, late."""
        return self.rows(DELIVERIES, **filters)

    def sanctions(self, **filters: Any) -> Rows[SanctionRow]:
        """Lines of sanctions that are at least possible."""
        return self.rows(SANCTIONS, **filters)

    def precedents(self, deal: str, **filters: Any) -> Rows[PrecedentRow]:
        """What became of other deals under the same legal basis or with the same supplier. Raises UnknownStream."""
        deal = StreamId.parse(f"deal/{deal}").key
        (shown,) = self.deals(deal=deal) or [None]
        if shown is None:
            self._entries(f"deal/{deal}")
        supplier = None if shown is None else shown.supplier
        return Rows(PrecedentRow, precedent_rows(deal, supplier, self.sanctions())).where(**filters)

    def expectations(self, *, overdue: bool = False, **filters: Any) -> Rows[ExpectationRow]:
        """Expectations stated by the date; ``overdue`` keeps those whose window has passed unmet."""
        rows: Rows[ExpectationRow] = self.rows(EXPECTATIONS, **filters)
        return rows.where(lambda row: row.outcome == "overdue") if overdue else rows

    def scorecard(self, by: ScoredBy = "holder", **filters: Any) -> Rows[ScoreRow]:
        """How often what a holder expected, or a source reported as expected, came true. Raises UsageError."""
        if by not in get_args(ScoredBy):
            raise UsageError(f"a scorecard cannot be by {by!r}", remedy="write holder or source")
        return Rows(ScoreRow, score_rows(self.expectations(), by)).where(**filters)

    def engagements(self, **filters: Any) -> Rows[EngagementRow]:
        """Meetings that are at least possibly known of."""
        return self.rows(ENGAGEMENTS, **filters)

    def frameworks(self, **filters: Any) -> Rows[FrameworkRow]:
        """Framework agreements that are at least possibly known of."""
        return self.rows(FRAMEWORKS, **filters)

    def relations(self, **filters: Any) -> Rows[RelationRow]:
        """Suppliers and buyers: their deals, sums per currency and unit, and meetings."""
        return Rows(RelationRow, relation_rows(self.deals(), self.engagements())).where(**filters)

    def sources(self, **filters: Any) -> Rows[SourceRow]:
        """Sources known of, or cited by what is known, whatever the date."""
        registered: Iterable[RegisteredSource] | None = self._kept(SOURCES)
        citations = kept_citations(self._reader(), self.question.position) if self._is_kept() else None
        if registered is None or citations is None:
            citations = self._folded_citations()
            registered = self._folded_sources(citations.keys())
        return Rows(SourceRow, with_citations(registered, citations)).where(**filters)

    def rows(self, projection: Projection | str, **filters: Any) -> Rows[Any]:
        """The rows of any projection, or of the one of a name, one's own too. Raises UsageError.

        A filter by the stream's name or key looks at that stream alone.
        """
        if isinstance(projection, str):
            projection = self._projection(projection)
        stream = self._stream_wanted(projection, filters)
        kept = self._kept(projection, stream)
        found = Rows(projection.row, self._fold(projection, stream)) if kept is None else kept
        return found.where(**filters)

    def walk(self, projection: Projection) -> Iterator[Any]:
        """The rows of a projection one by one, however many there are; to be walked in a snapshot of the journal."""
        if self._is_kept() and serves(self._reader(), projection, self.question.position):
            return walk_kept(self._reader(), projection, self.at, self.question.position)
        return self._fold(projection, None)

    def count(self, projection: Projection) -> int:
        """How many rows there are to walk; 0 where that takes folding them."""
        return count_kept(self._reader(), projection, self.at, self.question.position) if self._is_kept() else 0

    def walk_log(self, *, begun: bool = False) -> Iterator[LogRow]:
        """The audit trail entry by entry, as `log` gives it; to be walked in a snapshot of the journal."""
        from armsledger.application.log_walk import walk_log

        return walk_log(self, self._reader(), begun=begun)

    def findings(self, stream: str | None = None, **filters: Any) -> Rows[FindingRow]:
        """What does not fit, in one stream or all."""
        if stream is None:
            return Rows(
                FindingRow, (row for stream_day in self.stream_days() for row in finding_rows(stream_day))
            ).where(**filters)
        return Rows(FindingRow, finding_rows(self.stream_day(stream))).where(**filters)

    def log(self, stream: str | None = None, *, begun: bool = False, **filters: Any) -> Rows[LogRow]:
        """The audit trail: the entries known, in order of recording.

        ``begun`` keeps the entries that have at least possibly happened by the view's date.
        """
        rows = list(self._log(stream))
        kept = [row for row in rows if not begun or row.on.possible_by(self.at)]
        return Rows(LogRow, sorted(kept, key=lambda row: row.position)).where(**filters)

    def _log(self, stream: str | None) -> Iterator[LogRow]:
        standing = self._kept(STANDING) if stream is None else None
        if standing is not None:
            yield from log_rows(self._reader().entries(upto=self.question.position), standing, self.grades)
            return
        for stream_day in self.stream_days() if stream is None else iter([self.stream_day(stream)]):
            yield from log_rows(
                stream_day.belief.entries, standing_rows(stream_day.stream, stream_day.belief), self.grades
            )

    @cached_property
    def grades(self) -> dict[str, Reliability]:
        """The reliability of each source, as known.

        Our first grade of a source is no statement of somebody's: by asserted date it holds from the start.
        """
        streams = self._reader().streams_grouped("source", upto=self.question.position)
        return {stream.partition("/")[2]: self._reliability(entries) for stream, entries in streams}

    def belief(self, stream: str) -> Belief:
        """What is believed of one stream. Raises UnknownStream."""
        entries = self._entries(stream)
        return believe(entries, self._grades_cited(entries), self.question.cut)

    def _entries(self, stream: str) -> list[Entry]:
        kind = StreamId.parse(stream).kind
        entries = self._reader().stream(stream, upto=self.question.position)
        if not entries and self._reader().version_of(stream) == 0:
            raise UnknownStream(f"the ledger holds no {stream}", remedy=f"'armsledger {kind}s' lists those there are")
        return entries

    def streams(self) -> list[str]:
        """All streams that the ledger holds."""
        return self._reader().streams()

    def streams_touched(self, after: int, upto: int) -> list[str]:
        """The streams of which the belief can have changed between two positions: those that were recorded in, and
        those that cite a source that was."""
        reader = self._reader()
        if citing_position(reader) < upto:
            return reader.streams()
        touched = reader.streams_touched(after=after, upto=upto)
        judged = [stream.partition("/")[2] for stream in touched if stream.startswith("source/")]
        return sorted({*touched, *citing_streams(reader, judged)})

    def deal_entries(self, upto: int) -> Iterator[tuple[str, list[Entry]]]:
        """The entries of each deal up to a position, whatever this view knows of them."""
        return self._reader().streams_grouped("deal", upto=upto)

    def side(self, stream: str) -> Side:
        """What is known of one stream, before it is folded. Raises UnknownStream."""
        entries = self._entries(stream)
        grades = self._grades_cited(entries)
        own = cited(entries) & grades.keys()
        return Side(known_entries(entries, self.question.cut), {key: grades[key] for key in own})

    def stream_day(self, stream: str) -> StreamDay:
        """One stream as known, at the date. Raises UnknownStream."""
        return _stream_day(stream, self.belief(stream), self.at)

    def stream_days(self, kind: str | None = None) -> Iterator[StreamDay]:
        """All streams of a kind as known, at the date."""
        for stream, entries in self._reader().streams_grouped(kind, upto=self.question.position):
            yield _stream_day(stream, believe(entries, self.grades, self.question.cut), self.at)

    def _is_kept(self) -> bool:
        """Whether the question is one that tables answer: belief goes by when entries were recorded."""
        return self.question.cut == EVERYTHING or self.question.cut.position is not None

    def _kept(self, projection: Projection, stream: str | None = None) -> Rows[Any] | None:
        """The rows from the projection's table; None if it cannot tell."""
        if not self._is_kept():
            return None
        return kept_rows(self._reader(), projection, self.at, self.question.position, stream)

    def _fold(self, projection: Projection, stream: str | None) -> Iterator[Any]:
        """The rows folded from the journal."""
        day = self.at.toordinal()
        for name, belief in self._beliefs(projection, stream):
            spans = spans_of(projection, Timeline(name, belief, day))
            yield from (span.row for span in sorted(spans, key=lambda span: span.slot))

    def _beliefs(self, projection: Projection, stream: str | None) -> Iterator[tuple[str, Belief]]:
        if stream is not None:
            yield stream, self.belief(stream)
            return
        only = projection.kinds[0] if len(projection.kinds) == 1 else None
        for name, entries in self._reader().streams_grouped(only, upto=self.question.position):
            if name.partition("/")[0] in projection.kinds:
                yield name, believe(entries, self.grades, self.question.cut)

    def _stream_wanted(self, projection: Projection, filters: Mapping[str, Any]) -> str | None:
        """The one stream that filters ask for, by its name or by its key, if there is such a one."""
        wanted = filters.get("stream")
        if len(projection.kinds) == 1 and wanted is None:
            key = filters.get(projection.kinds[0])
            wanted = None if key is None else f"{projection.kinds[0]}/{key}"
        is_one = isinstance(wanted, str) and self._reader().version_of(wanted) > 0
        return wanted if is_one else None

    def _grades_cited(self, entries: Sequence[Entry]) -> Grades:
        """The grades of the sources that entries cite, without reading all sources for one stream."""
        if "grades" in self.__dict__:
            return self.grades
        for source in cited(entries) - self._some_grades.keys():
            registered = self._reader().stream(f"source/{source}", upto=self.question.position)
            if registered:
                self._some_grades[source] = self._reliability(registered)
        return self._some_grades

    def _reliability(self, entries: list[Entry]) -> Reliability:
        if len(entries) == 1:
            return getattr(entries[0].event, "reliability", None) or CANNOT_BE_JUDGED
        return reliability_of(self._with_registration(entries))

    def _with_registration(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries of a source that are known, and our own registration of it with the repairs of our copy."""
        kept = {entry.id for entry in known_entries(entries, self.question.cut)}
        for entry in entries:
            event = entry.event
            own = isinstance(event, Corrected | Retracted) and event.reason in OUR_COPY and event.target in kept
            if own or isinstance(event, Registered):
                kept.add(entry.id)
        return [entry for entry in entries if entry.id in kept]

    def _folded_sources(self, used: Collection[str]) -> Iterator[RegisteredSource]:
        for stream, entries in self._reader().streams_grouped("source", upto=self.question.position):
            is_cited = stream.partition("/")[2] in used
            known = self._with_registration(entries) if is_cited else known_entries(entries, self.question.cut)
            yield from (span.row for span in source_spans(Timeline(stream, believe(known, self.grades))))

    def _folded_citations(self) -> dict[str, Cited]:
        found: dict[str, Cited] = {}
        for row in self._fold(CITATIONS, None):
            for source, entries, alone in row.cited:
                before = found.get(source, Cited())
                found[source] = Cited(before.entries + entries, before.alone + alone)
        return found


def _stream_day(stream: str, belief: Belief, day: date) -> StreamDay:
    return StreamDay(stream, Course(stream.partition("/")[0], belief), day)
