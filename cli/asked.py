"""The ledger as the command line opens it: a question that can hardly be meant so is answered, with a hint, and
notices go to standard error.

Commands import this module when they open a ledger, as it loads what a read needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from armsledger.application.ledger import Ledger
from armsledger.application.ledger_view import LedgerView
from armsledger.application.question import BeliefDate, Day, Question
from armsledger.cli.messages import tell
from armsledger.storage.clock import held_back


class AskedLedger(Ledger):
    """A ledger that hints, once, that a belief date lies before what was recorded."""

    def __init__(self, address: str | Path | None = None, **options: Any) -> None:
        super().__init__(address, **{"notice": tell, **options})
        self._has_hinted = False

    def at(
        self,
        at: Day = None,
        known: BeliefDate = None,
        known_by: str = "recorded",
        as_recorded: BeliefDate = None,
        **more: Any,
    ) -> LedgerView:
        """The ledger as of two times, as `Ledger.at` gives it."""
        view = super().at(at, known, known_by, as_recorded, **more)
        if not self._has_hinted and (hint := self._hint(view.question)):
            self._has_hinted = True
            tell(hint)
        return view

    def _hint(self, question: Question) -> str:
        """What is to be said of a date that asks for beliefs by the time of recording; a position is meant as it is."""
        known, reader = question.known, self.session.reader()
        if known is None or known.startswith("@") or question.known_by == "asserted":
            return ""
        if question.position > 0:
            last = reader.recorded_at(reader.head())
            return held_back(self.session.time_of(reader), last or "")
        first = reader.recorded_at(1)
        if first is None:
            return ""
        return (
            f"nothing was recorded by {known}: the first entry is of {first[:10]};"
            " --known-by asserted goes by when sources spoke"
        )
