"""Precedents of a deal by belief: what became of other deals under the same law or with the same supplier."""

from __future__ import annotations

from typing import Final

from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.believed_rows import BelievedRows
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.projections.read_models.precedents import PrecedentRow, precedent_rows
from armsledger.projections.read_models.sanctions import SanctionRow
from armsledger.projections.spans.sanctions import sanction_spans

MOST_DEALS: Final = 40
"""Other deals that are looked at; the first ones by their keys if there are more."""


class Precedents:
    """The precedents of a deal at the day of a page, among the deals that are exposed in the page's own belief."""

    def __init__(self, pictures: Pictures, deal: str) -> None:
        """``deal`` is the stream."""
        self._key = deal.partition("/")[2]
        view = pictures.view
        shown = next(iter(view.deals(deal=self._key)), None)
        self._supplier = None if shown is None else shown.supplier
        lines = list(view.sanctions())
        own = {(line.by, line.basis) for line in lines if line.deal == self._key}
        others = {line.deal for line in lines if line.deal != self._key and self._is_near(line, own)}
        self.left_out = max(0, len(others) - MOST_DEALS)
        streams = [deal, *(f"deal/{key}" for key in sorted(others)[:MOST_DEALS])] if others else []
        self._rows = BelievedRows(pictures, streams, sanction_spans)

    def at(self, standpoint: Standpoint) -> tuple[PrecedentRow, ...]:
        """The precedents by the belief of a standpoint."""
        return tuple(precedent_rows(self._key, self._supplier, self._rows.at(standpoint)))

    def _is_near(self, line: SanctionRow, own: set[tuple[str, str | None]]) -> bool:
        is_of_supplier = self._supplier is not None and line.supplier == self._supplier
        return is_of_supplier or (line.basis is not None and (line.by, line.basis) in own)
