"""Groups of rows that become one entry, such as the items of a package: rows that follow one another and agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from armsledger.domain.errors import LedgerError, UnreadableDossier, quoted
from armsledger.exchange.spreadsheets.cell import as_text
from armsledger.exchange.spreadsheets.mapping import EntryMapping
from armsledger.exchange.spreadsheets.row_cells import RowCells

Key = tuple[str, ...]


class Group(NamedTuple):
    """The rows of one entry: its number among the parts of the mapping, and what the rows agree in."""

    part: int
    entry: EntryMapping
    key: Key
    rows: list[RowCells]


class Groups:
    """The groups of one table."""

    def __init__(self, entries: Sequence[tuple[int, EntryMapping]]) -> None:
        self._entries = entries
        self._open: dict[int, Group] = {}
        self._closed: dict[tuple[int, Key], str] = {}

    def add(self, row: RowCells) -> Iterator[Group]:
        """Take a row; gives the groups that end with the row before. Raises UnreadableDossier."""
        for index, entry in self._entries:
            if not all(condition.holds(row.cells) for condition in entry.when):
                continue
            key = _key_of(entry, row)
            group = self._open.get(index)
            if group is not None and group.key == key:
                group.rows.append(row)
                continue
            if group is not None:
                self._closed[index, group.key] = group.rows[-1].place
                yield group
            self._open[index] = Group(index, entry, key, [row])
            if (index, key) in self._closed:
                raise _torn(entry, key, row, self._closed[index, key])

    def end(self) -> Iterator[Group]:
        """The groups that end with the table."""
        yield from self._open.values()
        self._open.clear()


def _key_of(entry: EntryMapping, row: RowCells) -> Key:
    for column in entry.group:
        if row.cells[column] is None:
            raise UnreadableDossier(
                "this cell says which rows belong together, and is blank",
                remedy="fill it in, or say fill_down in the mapping if the cell above holds for it",
            ).at(f"{row.place}, column {quoted(column)}")
    return tuple(" ".join(as_text(row.cells[column]).split()).casefold() for column in entry.group)


def _torn(entry: EntryMapping, key: Key, row: RowCells, earlier: str) -> LedgerError:
    return UnreadableDossier(
        f"{quoted(', '.join(key))} began a group that ended in {earlier}",
        remedy=f"sort the sheet by {', '.join(entry.group)}, so that the rows of a group follow one another",
    ).at(f"{row.place}, column {quoted(entry.group[0])}")
