"""A view: the ledger at a date, as known at a belief date. It reads, and never writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from armsledger.application.answers import rows_of, source_rows
from armsledger.application.beliefs import Beliefs
from armsledger.application.filtering import check_words, event_names, wanted
from armsledger.application.question import Question
from armsledger.application.tables import Tables, built_in, with_filters
from armsledger.domain.errors import UsageError
from armsledger.projections.filtering import conditions
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row, Rows
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from sqlalchemy import Subquery

    from armsledger.application.audit import AuditRow
    from armsledger.application.beside import Beside
    from armsledger.application.relations import Relations
    from armsledger.application.tables import Day, Number, Words, YesNo
    from armsledger.application.timeline import TimelineRow
    from armsledger.application.volumes.sums import VolumeSums
    from armsledger.domain.values.citation import Reliability
    from armsledger.domain.values.words import FindingCode, Severity, Status
    from armsledger.projections.read_models.findings import FindingRow
    from armsledger.projections.read_models.found import SearchRow
    from armsledger.projections.read_models.links import LinkRow
    from armsledger.projections.read_models.parts import Related
    from armsledger.projections.read_models.precedents import FollowUp, PrecedentRow
    from armsledger.projections.read_models.scorecard import ScoredBy, ScoreRow
    from armsledger.projections.read_models.sources import SourceRow
    from armsledger.projections.read_models.trail import LogRow

R = TypeVar("R", bound=Row)


class View(Tables, Beliefs):
    """The ledger at a date, as known at a belief date: states (those of `Beliefs`), and the rows of read models.

    Its answers never change once the belief date is past.
    """

    def __init__(
        self,
        reader: Callable[[], JournalReader],
        question: Question,
        projection: Callable[[str], Projection],
    ) -> None:
        """``projection`` finds one by its name."""
        super().__init__(reader, question)
        self._projection = projection

    def __repr__(self) -> str:
        return f"<the ledger at {self.at}, as known {self.known or 'now'}, by {self.known_by}>"

    @property
    def file_mode(self) -> int | None:
        """Who may read and write files that are made of the answers; None where the umask says it."""
        return None

    def _rows(self, table: str, given: Mapping[str, Any]) -> Rows[Any]:
        return rows_of(self, built_in(table), _filters(given))

    def _wanted(self, rows: Rows[R], given: Mapping[str, Any], projection: Projection | None = None) -> Rows[R]:
        return wanted(self.reader, rows, _filters(given), projection)

    @with_filters
    def precedents(
        self,
        deal: str,
        *,
        supplier: Words = None,
        buyer: Words = None,
        by: Words = None,
        against: Words = None,
        basis: Words = None,
        shared: Words = None,
        follow_up: FollowUp | Sequence[FollowUp] | None = None,
    ) -> Rows[PrecedentRow]:
        """What became of other deals under the same legal basis or with the same supplier. Raises UnknownStream."""
        given = {**locals(), "deal": None}
        from armsledger.projections.read_models.precedents import PrecedentRow, precedent_rows

        key = self.named(deal, "deal").removeprefix("deal/")
        (shown,) = self.deals(deal=key) or [None]
        rows = precedent_rows(key, None if shown is None else shown.supplier, self.sanctions())
        return self._wanted(Rows(PrecedentRow, rows), given)

    @with_filters
    def scorecard(self, by: ScoredBy = "holder", *, name: Words = None) -> Rows[ScoreRow]:
        """How often what a holder expected, or a source reported as expected, came true. Raises UsageError."""
        from armsledger.projections.read_models.scorecard import ScoredBy, ScoreRow, score_rows

        if by not in get_args(ScoredBy):
            raise UsageError(f"a scorecard cannot be by {by!r}", remedy="write holder or source")
        return self._wanted(Rows(ScoreRow, score_rows(self.expectations(), by)), {"name": name})

    def search(self, text: str, *, kind: str | None = None, limit: int | None = 20) -> Rows[SearchRow]:
        """The streams that hold all words of a text, the best first; at most ``limit``, or all with None.

        It looks through titles, designations, descriptions, comments, quotes, notes, parties, sources and keys, as they
        are believed; ``"words in quotation marks"`` must follow one another. ``kind`` keeps streams of one kind, such
        as ``deal``. docs/search.md says how words match. Raises UsageError.
        """
        from armsledger.application.searching.search import search

        return search(self, text, kind=kind, limit=limit).rows

    @with_filters
    def links(
        self,
        stream: str | None = None,
        *,
        relation: Words = None,
        to: Words = None,
        certain: YesNo = None,
        currency: Words = None,
        since_from: Day = None,
        since_to: Day = None,
    ) -> Rows[LinkRow]:
        """How streams are related: the links from one and those to it, or all. Raises UnknownStream and UsageError.

        Each row says what ``stream`` is to ``to``; a payment that is for several deals is a link, too (``covers``).
        """
        given = {**locals(), "stream": None}
        if stream is None:
            return self._rows("links", given)
        from armsledger.application.links import links_of

        return self._wanted(links_of(self, self.named(stream)), given)

    def related(self, stream: str) -> Related:
        """The links of a stream both ways, and what the deals within it come to."""
        from armsledger.application.links import related_to

        return related_to(self, stream)

    def beside(self, first: str, second: str) -> Rows[Beside]:
        """Two deals field by field, such as a register's row and the deal that people record.

        Raises UnknownStream and UsageError.
        """
        from armsledger.application.beside import beside

        return beside(self, first, second)

    @with_filters
    def relations(self, *, supplier: Words = None, buyer: Words = None, currency: Words = None) -> Relations:
        """Suppliers and buyers: their deals, sums per currency and unit, and meetings."""
        given = locals()
        from armsledger.application.relations import Relations
        from armsledger.projections.read_models.relations import RelationRow, relation_rows

        rows = self._wanted(Rows(RelationRow, relation_rows(self.deals(), self.engagements())), given)
        relations = Relations(RelationRow, rows, self.question.in_words)
        relations.file_mode = self.file_mode
        return relations

    def volumes(
        self,
        by: str | Sequence[str] = (),
        *,
        from_year: int | None = None,
        to_year: int | None = None,
        supplier: str | Sequence[str] | None = None,
        buyer: str | Sequence[str] | None = None,
        category: str | Sequence[str] | None = None,
    ) -> VolumeSums:
        """The volumes that registers tell of, in millions of TIV, by some of supplier, buyer, category and year.

        ``from_year`` and ``to_year`` are inclusive. The deliveries themselves are ``rows("volumes")``. Raises
        UsageError.
        """
        from armsledger.application.volumes.question import ask
        from armsledger.application.volumes.sums import sums_of
        from armsledger.projections.read_models.volumes import VOLUMES

        question = ask(by, from_year, to_year, {"supplier": supplier, "buyer": buyer, "category": category})
        sums = sums_of(rows_of(self, VOLUMES, {}), question, self.at, self.question.in_words)
        check_words(self.reader, VOLUMES, conditions(VOLUMES.row, question.names), ())
        sums.file_mode = self.file_mode
        return sums

    @with_filters
    def sources(
        self,
        *,
        source: Words = None,
        publisher: Words = None,
        title: Words = None,
        reliability: Reliability | Sequence[Reliability] | None = None,
        published_from: Day = None,
        published_to: Day = None,
        cited_from: Number = None,
        cited_to: Number = None,
    ) -> Rows[SourceRow]:
        """Sources known of, or cited by what is known, whatever the date."""
        given = locals()
        from armsledger.projections.read_models.sources import SOURCES, SourceRow

        return self._wanted(Rows(SourceRow, source_rows(self)), given, SOURCES)

    def rows(self, projection: Projection | str, **filters: Any) -> Rows[Any]:
        """The rows of any projection, or of the one of a name, one's own too. Raises UsageError.

        Filters are as for `Rows.where`, countries by any of their names; one by the stream's name or key looks at that
        stream alone.
        """
        if isinstance(projection, str):
            projection = self._projection(projection)
        return rows_of(self, projection, filters)

    def table(self, name: str) -> Subquery:
        """A read model at this view's date and belief, for SQLAlchemy: a column for each field, to be joined at will.

        Dates are EDTF text, lists and money JSON text; of money ``..._amount`` (a number) and ``..._currency`` are
        columns too. Raises UsageError for an unknown name, and for a question that tables do not answer.
        """
        from armsledger.application.sql import table_at

        return table_at(self, self._projection(name))

    @with_filters
    def findings(
        self,
        stream: str | None = None,
        *,
        deal: Words = None,
        supplier: Words = None,
        buyer: Words = None,
        item: Words = None,
        open: YesNo = None,
        severity: Severity | Sequence[Severity] | None = None,
        code: FindingCode | Sequence[FindingCode] | None = None,
        field: Words = None,
    ) -> Rows[FindingRow]:
        """What does not fit, in one stream or all. Raises UnknownStream and UsageError."""
        if stream is not None:
            stream = self.named(stream)
        return self._rows("findings", locals())

    @with_filters
    def log(
        self,
        stream: str | None = None,
        *,
        begun: bool = False,
        event: Words = None,
        source: Words = None,
        status: Status | Sequence[Status] | None = None,
        reliability: Reliability | Sequence[Reliability] | None = None,
        recorded_by: Words = None,
        on_from: Day = None,
        on_to: Day = None,
        asserted_from: Day = None,
        asserted_to: Day = None,
    ) -> Rows[LogRow]:
        """The audit trail: the entries known, in order of recording.

        ``begun`` keeps the entries that have at least possibly happened by the view's date.
        """
        given = {**locals(), "stream": None, "begun": None, "event": event_names(event)}
        from armsledger.application.log import log_of
        from armsledger.projections.read_models.trail import LogRow

        name = None if stream is None else self.named(stream)
        return self._wanted(Rows(LogRow, log_of(self, name, begun=begun)), given)

    def timeline(self, stream: str) -> Rows[TimelineRow]:
        """What happened to a stream by the date, in the order of the world, and what became of what was expected.

        Raises UnknownStream and UsageError.
        """
        from armsledger.application.timeline import TimelineRow, timeline_rows

        return Rows(TimelineRow, timeline_rows(self.stream_day(self.named(stream))))

    def audit(self, stream: str | None = None) -> Rows[AuditRow]:
        """What was said of a stream, or of all, in the order of recording, and what each repair changed.

        It leaves out what can only have happened after the date. Raises UnknownStream and UsageError.
        """
        from armsledger.application.audit import AuditRow, audit_rows

        name = None if stream is None else self.named(stream)
        rows = audit_rows(self.log(name))
        return Rows(AuditRow, (row for row in rows if row.on.possible_by(self.at)))


def _filters(given: Mapping[str, Any]) -> dict[str, Any]:
    """The filters among the local names of a method."""
    return {name: value for name, value in given.items() if value is not None and name != "self"}
