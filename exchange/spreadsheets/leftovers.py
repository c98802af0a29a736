"""Rows and cells that no entry of the mapping takes: listed, or refused if the mapping says ``leftovers: refuse``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from armsledger.domain.errors import UnreadableDossier, quoted
from armsledger.domain.near import near
from armsledger.exchange.spreadsheets.cell import as_text
from armsledger.exchange.spreadsheets.mapping import EntryMapping
from armsledger.exchange.spreadsheets.row_cells import RowNumber
from armsledger.exchange.spreadsheets.value import Cells

LISTED = 20
"""Rows that are listed; further ones are counted."""


class Leftovers:
    """The rows of one pass that no entry takes: ``places`` lists the first, ``more`` counts the others."""

    def __init__(self, entries: Sequence[EntryMapping], *, are_refused: bool) -> None:
        self.places: list[str] = []
        self.more = 0
        self._entries = entries
        self._are_refused = are_refused

    def clear(self) -> None:
        """Begin a new pass."""
        self.places.clear()
        self.more = 0

    def add_row(self, place: str, cells: Cells) -> None:
        """Note a row that no entry takes; raises UnreadableDossier if it is refused."""
        if self._are_refused:
            raise self._unmatched(place, cells)
        if len(self.places) < LISTED:
            self.places.append(place)
        else:
            self.more += 1

    def check_cells(self, place: str, cells: Cells, takers: Sequence[EntryMapping]) -> None:
        """Refuse a cell that none of the row's entries takes, if leftovers are refused."""
        if not self._are_refused:
            return
        taken = {column for entry in takers for column, _ in entry.columns}
        for column, cell in cells.items():
            if cell is not None and column not in taken and not isinstance(cell, RowNumber):
                events = ", ".join(entry.event.name for entry in takers)
                raise UnreadableDossier(
                    f"{events} does not take this cell, which says {quoted(as_text(cell))}",
                    remedy="leave it blank, or write it as a note or in a row of its own",
                ).at(f"{place}, column {quoted(column)}")

    def _unmatched(self, place: str, cells: Cells) -> UnreadableDossier:
        """The refusal of a row that meets no condition; names the cell that most conditions are about."""
        conditions = [condition for entry in self._entries for condition in entry.when]
        counts = Counter(condition.columns[0] for condition in conditions)
        column = counts.most_common(1)[0][0] if counts else ""
        words = sorted(
            word
            for condition in conditions
            if condition.columns[0] == column and condition.among and condition.is_wanted
            for word in condition.among
        )
        cell = as_text(cells.get(column))
        close = near(cell, words)
        remedy = f"write one of {', '.join(words)}" if words else "leave the row out, or say leftovers: skip"
        return UnreadableDossier(
            f"no entry of the mapping takes this row, which says {quoted(cell)}",
            remedy=f"did you mean {close[0]!r}?" if close else remedy,
        ).at(f"{place}, column {quoted(column)}" if column else place)
