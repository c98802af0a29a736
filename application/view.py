"""A view: the ledger at a date, as known at a belief date. It reads, and never writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, get_args

from armsledger.application.answers import rows_of, source_rows
from armsledger.application.beliefs import Beliefs
from armsledger.application.links import links_of, related_to
from armsledger.application.log import log_of
from armsledger.application.names.filters import with_party_codes
from armsledger.application.question import Question
from armsledger.domain.errors import UsageError
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.words import LATE, OPEN
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import DEALS, DealRow
from armsledger.projections.read_models.deliveries import DELIVERIES, DeliveryRow
from armsledger.projections.read_models.engagements import ENGAGEMENTS, EngagementRow
from armsledger.projections.read_models.expectations import EXPECTATIONS, ExpectationRow
from armsledger.projections.read_models.findings import FINDINGS, FindingRow
from armsledger.projections.read_models.found import SearchRow
from armsledger.projections.read_models.frameworks import FRAMEWORKS, FrameworkRow
from armsledger.projections.read_models.links import LINKS, RELATIONS, LinkRow
from armsledger.projections.read_models.parts import Related
from armsledger.projections.read_models.payments import PAYMENTS, PaymentRow
from armsledger.projections.read_models.precedents import PrecedentRow, precedent_rows
from armsledger.projections.read_models.relations import RelationRow, relation_rows
from armsledger.projections.read_models.revisions import REVISIONS, RevisedCell, check_words
from armsledger.projections.read_models.sanctions import SANCTIONS, SanctionRow
from armsledger.projections.read_models.scorecard import ScoredBy, ScoreRow, score_rows
from armsledger.projections.read_models.sources import SourceRow
from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.read_models.volumes import VOLUMES
from armsledger.projections.rows import Rows
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from sqlalchemy import Subquery

    from armsledger.application.beside import Beside
    from armsledger.application.volumes.sums import VolumeSums


class View(Beliefs):
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

    def deals(self, *, open: bool = False, **filters: Any) -> Rows[DealRow]:
        """Deals that have at least possibly begun; filters are names of fields, such as ``buyer="IND"``.

        ``open`` keeps those that are signed or delivering.
        """
        rows: Rows[DealRow] = self.rows(DEALS, **filters)
        return rows.where(lambda row: row.stage in OPEN) if open else rows

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
            self.entries(f"deal/{deal}")
        supplier = None if shown is None else shown.supplier
        return Rows(PrecedentRow, precedent_rows(deal, supplier, self.sanctions())).where(**filters)

    def expectations(self, *, overdue: bool = False, **filters: Any) -> Rows[ExpectationRow]:
        """Expectations stated by the date; ``overdue`` keeps those whose window has passed unmet, in whole or part."""
        rows: Rows[ExpectationRow] = self.rows(EXPECTATIONS, **filters)
        return rows.where(lambda row: row.outcome in LATE) if overdue else rows

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

    def search(self, text: str, *, kind: str | None = None, limit: int | None = 20) -> Rows[SearchRow]:
        """The streams that hold all words of a text, the best first; at most ``limit``, or all with None.

        It looks through titles, designations, descriptions, comments, quotes, notes, parties, sources and keys, as they
        are believed; ``"words in quotation marks"`` must follow one another. ``kind`` keeps streams of one kind, such
        as ``deal``. docs/search.md says how words match. Raises UsageError.
        """
        from armsledger.application.searching.search import search

        return search(self, text, kind=kind, limit=limit).rows

    def links(self, stream: str | None = None, **filters: Any) -> Rows[LinkRow]:
        """How streams are related: the links from one and those to it, or all. Raises UnknownStream and UsageError.

        Each row says what ``stream`` is to ``to``; a payment that is for several deals is a link, too (``covers``).
        """
        relation = filters.get("relation")
        if relation is not None and relation not in RELATIONS:
            raise UsageError(f"{relation!r} is no relation", remedy=f"there are {', '.join(RELATIONS)}")
        if stream is None:
            return self.rows(LINKS, **filters)
        name = str(StreamId.parse(stream))
        self.entries(name)
        return links_of(self, name).where(**filters)

    def related(self, stream: str) -> Related:
        """The links of a stream both ways, and what the deals within it come to."""
        return related_to(self, stream)

    def beside(self, first: str, second: str) -> Rows[Beside]:
        """Two deals field by field, such as a register's row and the deal that people record.

        Raises UnknownStream and UsageError.
        """
        from armsledger.application.beside import beside

        return beside(self, first, second)

    def relations(self, **filters: Any) -> Rows[RelationRow]:
        """Suppliers and buyers: their deals, sums per currency and unit, and meetings."""
        return Rows(RelationRow, relation_rows(self.deals(), self.engagements())).where(**with_party_codes(filters))

    def revisions(self, **filters: Any) -> Rows[RevisedCell]:
        """What releases of a register changed by the date, a row for each deal, release and column.

        Filters are names of fields, such as ``column="delivered", direction="down"``; ``classes`` takes one class, and
        ``release`` the key of a release or its day. Raises UsageError for words that no row can have.
        """
        check_words(filters)
        return self.rows(REVISIONS, **filters)

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

        question = ask(by, from_year, to_year, {"supplier": supplier, "buyer": buyer, "category": category})
        return sums_of(rows_of(self, VOLUMES, {}), question, self.at)

    def sources(self, **filters: Any) -> Rows[SourceRow]:
        """Sources known of, or cited by what is known, whatever the date."""
        return Rows(SourceRow, source_rows(self)).where(**filters)

    def rows(self, projection: Projection | str, **filters: Any) -> Rows[Any]:
        """The rows of any projection, or of the one of a name, one's own too. Raises UsageError.

        A filter by the stream's name or key looks at that stream alone.
        """
        if isinstance(projection, str):
            projection = self._projection(projection)
        return rows_of(self, projection, with_party_codes(filters))

    def table(self, name: str) -> Subquery:
        """A read model at this view's date and belief, for SQLAlchemy: a column for each field, to be joined at will.

        Dates are EDTF text, lists and money JSON text; of money ``..._amount`` (a number) and ``..._currency`` are
        columns too. Raises UsageError for an unknown name, and for a question that tables do not answer.
        """
        from armsledger.application.sql import table_at

        return table_at(self, self._projection(name))

    def findings(self, stream: str | None = None, *, deal: str | None = None, **filters: Any) -> Rows[FindingRow]:
        """What does not fit, in one stream, in one deal by its key, or in all.

        Filters are names of fields, such as ``severity="error"``. Raises UnknownStream.
        """
        name = stream if deal is None else f"deal/{deal}"
        if name is None:
            return self.rows(FINDINGS, **filters)
        self.entries(name)
        return self.rows(FINDINGS, stream=name, **filters)

    def log(self, stream: str | None = None, *, begun: bool = False, **filters: Any) -> Rows[LogRow]:
        """The audit trail: the entries known, in order of recording.

        ``begun`` keeps the entries that have at least possibly happened by the view's date.
        """
        return Rows(LogRow, log_of(self, stream, begun=begun)).where(**filters)
