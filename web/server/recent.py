"""The log from its end: the last entries come first, and only those of a page are read."""

from __future__ import annotations

from typing import Any

from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.rows import Rows
from armsledger.projections.spans.trail import log_rows
from armsledger.web.server.kept_view import KeptView


class RecentLog:
    """All entries that a view knows by their positions, the last ones first; asked for by slices."""

    row_type: type[LogRow] = LogRow
    columns = Rows(LogRow, ()).columns

    def __init__(self, view: KeptView) -> None:
        self._view = view

    def __len__(self) -> int:
        return self._view.question.position

    def __getitem__(self, wanted: slice) -> Rows[LogRow]:
        """Some rows, counted from the end of the log."""
        start, stop, _ = wanted.indices(len(self))
        upto, after = len(self) - start, len(self) - max(start, stop)
        standing: Rows[Any] = self._view.rows("standing")
        entries = self._view.reader.entries(after=after, upto=upto)
        rows = log_rows(entries, [row for row in standing if after < row.position <= upto], self._view.grades)
        return Rows(LogRow, list(rows)[::-1])
