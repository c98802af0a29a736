"""A view whose rows are kept, so that several pages at one date and belief date are made from the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from armsledger.application.answers import kept_answer
from armsledger.application.filtering import Filters
from armsledger.application.ledger_view import LedgerView
from armsledger.application.question import Question
from armsledger.application.session import Session
from armsledger.application.tables import Tables, built_in
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Rows
from armsledger.web.server.kept import Kept
from armsledger.web.server.latest import MOST_TOUCHED, Latest, LatestRows, latest_rows


class Commit(NamedTuple):
    """The state of a ledger that a question is about: a position alone would also be that of a restored backup.

    ``forgotten`` is how many persons were forgotten, whose names answers held before.
    """

    ledger: str
    recorded_at: str | None
    forgotten: int


class KeptView(LedgerView):
    """A view of one commit; ``commit`` differs whenever an answer could."""

    def __init__(self, session: Session, question: Question, kept: Kept[Any], latest: Latest, commit: Commit) -> None:
        super().__init__(session, question)
        self._kept = kept
        self._latest = latest
        self._same = commit.ledger, commit.forgotten, question.day
        self.key = (*commit, question.day, question.cut, question.position, question.folded)
        """Tells answers at these dates, of this commit, from all others."""

    def _rows(self, table: str, given: Mapping[str, Any]) -> Rows[Any]:
        asked = {name: value for name, value in given.items() if value is not None and name != "self"}
        whole = not asked and self.question.known is None
        rows: Rows[Any] = self.keep(table, asked, lambda: self._all(table) if whole else self._read(table, given))
        return rows

    def _read(self, table: str, given: Mapping[str, Any]) -> Rows[Any]:
        return super()._rows(table, given)

    def _all(self, table: str) -> Rows[Any]:
        """All rows of a table, as of everything recorded: those that were kept last, with what has changed since."""
        position, before = self.question.position, self._latest.of(table, self._same)
        latest = None if before is None else self._since(before, table)
        if latest is None:
            rows = self._read(table, {})
            latest = latest_rows(position, rows, table)
            if latest is None:
                return rows
        self._latest.keep(table, self._same, latest)
        return latest.rows

    def _since(self, before: LatestRows, table: str) -> LatestRows | None:
        """Rows with what has changed since; None if too much has, or no table can tell."""
        position = self.question.position
        if before.position > position:
            return None
        touched = self.streams_touched(before.position, position) if before.position < position else []
        if len(touched) > MOST_TOUCHED:
            return None
        fresh = kept_answer(self, built_in(table), Filters(streams=tuple(touched))) if touched else ()
        return None if fresh is None else before.with_fresh(position, touched, fresh, table)

    def rows(self, projection: Projection | str, **filters: Any) -> Rows[Any]:
        """The rows of any projection."""
        name = projection if isinstance(projection, str) else projection.name
        kept: Rows[Any] = self.keep(f"rows {name}", filters, lambda: super(KeptView, self).rows(projection, **filters))
        return kept

    def answer(self, name: str, asked: Mapping[str, Any]) -> Rows[Any]:
        """The rows of a table, by the name of its method; ``asked`` are the arguments."""
        method: Callable[..., Rows[Any]] = getattr(self, name)
        if hasattr(Tables, name):
            return method(**asked)
        kept: Rows[Any] = self.keep(f"answer {name}", asked, lambda: method(**asked))
        return kept

    def keep(self, what: str, asked: Mapping[str, Any], make: Callable[[], Any]) -> Any:
        """What is kept of an answer, else what ``make`` gives."""
        return self._kept.get((*self.key, what, repr(sorted(asked.items()))), make)
