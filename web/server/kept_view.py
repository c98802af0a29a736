"""A view whose rows are kept, so that several pages at one date and belief date are made from the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from armsledger.application.ledger_view import LedgerView
from armsledger.application.question import Question
from armsledger.application.session import Session
from armsledger.application.tables import Tables
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Rows
from armsledger.web.server.kept import Kept


class KeptView(LedgerView):
    """A view of one commit; ``commit`` differs whenever an answer could."""

    def __init__(self, session: Session, question: Question, kept: Kept[Any], commit: tuple[object, ...]) -> None:
        super().__init__(session, question)
        self._kept = kept
        self.key = (*commit, question.day, question.cut, question.position, question.folded)
        """Tells answers at these dates, of this commit, from all others."""

    def _rows(self, table: str, given: Mapping[str, Any]) -> Rows[Any]:
        asked = {name: value for name, value in given.items() if value is not None and name != "self"}
        rows: Rows[Any] = self.keep(table, asked, lambda: super(KeptView, self)._rows(table, given))
        return rows

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
