"""Spreadsheets as dossiers: each row becomes the entries that a mapping says (docs/spreadsheets.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from armsledger.domain.errors import LedgerError, Refused, UnreadableValue, UsageError, quoted
from armsledger.exchange.dossiers.lines import WHOLE_ENTRY
from armsledger.exchange.dossiers.objects import ObjectReader, Proposed, TellUnread, Unread, raise_unread
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.input import STANDARD_INPUT, closed_on_error, open_input
from armsledger.exchange.spreadsheets.cell import stripped
from armsledger.exchange.spreadsheets.csv import CsvTable
from armsledger.exchange.spreadsheets.leftovers import Leftovers
from armsledger.exchange.spreadsheets.mapping import EntryMapping, SheetMapping
from armsledger.exchange.spreadsheets.repeats import Repeats
from armsledger.exchange.spreadsheets.table import SheetRow, Table, column_places
from armsledger.exchange.spreadsheets.value import Cells
from armsledger.exchange.spreadsheets.workbook import ENDINGS, open_workbook


@dataclass(slots=True)
class ProposedRow(Proposed):
    """An entry of a row, which knows the part of the mapping that it is made by, and the mapping's name."""

    made_by: EntryMapping = field(kw_only=True)
    mapping: str = field(kw_only=True)

    def place_of(self, field: str) -> str:
        """``payments.csv:17, column 'Amount'``, or the line of the mapping for what is the same in all rows."""
        return origin_of(self.made_by, self.mapping, self.proposal.place, field)


def origin_of(entry: EntryMapping, mapping: str, row: str, field: str) -> str:
    """Where a field comes from: a column, a line of the mapping, or the row as a whole."""
    while field:
        if field in entry.columns_of:
            return f"{row}, column {quoted(entry.columns_of[field])}"
        if field in entry.lines:
            return f"{mapping}:{entry.lines[field]}"
        field = field.rpartition(".")[0]
    return row


class SpreadsheetDossier:
    """The entries of all rows. The mark of an entry is the row's number times the mapping's entries, plus its own.

    ``count`` is the number of entries in the pass that runs or has ended, ``total`` that of all rows once they were
    read. ``on_row`` is called with ``count`` after each row.
    """

    is_restore = False

    def __init__(self, tables: Sequence[Table], mapping: SheetMapping, folder: Path) -> None:
        """Take over open tables; ``folder`` is where stored texts of sources are looked for, the mapping's.

        Raises UnreadableDossier for columns that a table lacks.
        """
        self.count = 0
        self.total = 0
        self.on_row: Callable[[int], None] | None = None
        self._tables = tables
        self._mapping = mapping
        self._readers = {
            name: ObjectReader(name, folder, is_restore=False)
            for name in (mapping.name, *(table.name for table in tables))
        }
        self._constant = [entry for entry in mapping.entries if entry.is_constant]
        self._by_row = [entry for entry in mapping.entries if not entry.is_constant]
        self._main_section = self._by_row[-1].section
        self._width = len(mapping.entries)
        self._columns = [column_places(table, mapping.columns(), mapping.name) for table in tables]
        self.repeats = Repeats()
        self.leftovers = Leftovers(self._by_row, are_refused=mapping.refuses_leftovers)

    def __enter__(self) -> SpreadsheetDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        for table in self._tables:
            table.close()

    def proposals(self, unread: TellUnread = raise_unread) -> Iterator[tuple[int, Proposed]]:
        """What is the same for all rows, then the entries row by row, each with its mark.

        ``unread`` is told each row that makes no entries because one of its cells cannot be read.
        """
        self.count = 0
        self.repeats.clear()
        self.leftovers.clear()
        for mark, proposed in self._marked(lambda number: True, unread):
            entry = proposed.made_by
            if not self.repeats.has(proposed.proposal, entry.event, is_constant=entry.is_constant):
                self.count += 1
                yield mark, proposed
        self.total = self.count

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in their order, which is quickest if the marks ascend."""
        wanted = iter(marks)
        mark = next(wanted, None)
        while mark is not None:
            is_found = False
            rows = {mark // self._width}
            for current, proposed in self._marked(rows.__contains__):
                if current == mark:
                    is_found = True
                    yield mark, proposed
                    mark = next(wanted, None)
                    if mark is None or mark <= current:
                        break
                    rows.add(mark // self._width)
            if not is_found:
                raise IndexError(f"{self._tables[0].name} has no entry with the mark {mark}")

    def first_rows(self, rows: int) -> Iterator[tuple[str, list[ProposedRow]]]:
        """What is the same for all rows, and the first rows that become entries, each with its place and entries."""
        with_entries = ((number, made) for number, made in self._rows(lambda number: True) if made)
        for number, made in islice(with_entries, rows + bool(self._constant)):
            entries = [proposed for _, proposed in made]
            yield entries[0].proposal.place if number else "", entries

    def _marked(
        self, is_wanted: Callable[[int], bool], unread: TellUnread = raise_unread
    ) -> Iterator[tuple[int, ProposedRow]]:
        """All entries of the wanted rows, each with its mark."""
        for number, made in self._rows(is_wanted, unread):
            for index, proposed in made:
                yield number * self._width + index, proposed

    def _rows(
        self, is_wanted: Callable[[int], bool], unread: TellUnread = raise_unread
    ) -> Iterator[tuple[int, list[tuple[int, ProposedRow]]]]:
        """The wanted rows with their entries; what is the same for all rows counts as row 0."""
        if is_wanted(0):
            yield 0, [(index, self._same(entry)) for index, entry in enumerate(self._constant)]
        number = 0
        for table, columns in zip(self._tables, self._columns, strict=True):
            for row in table.rows():
                number += 1
                if is_wanted(number):
                    try:
                        made = self._entries(row, table.name, columns)
                    except LedgerError as error:
                        unread(number * self._width, Unread(error))
                    else:
                        yield number, made
                if self.on_row is not None:
                    self.on_row(self.count)

    def _entries(self, row: SheetRow, name: str, columns: Mapping[str, int]) -> list[tuple[int, ProposedRow]]:
        """The entries of a row, each with the number of its part of the mapping; none if the row is blank."""
        nulls, width = self._mapping.nulls, len(row.cells)
        cells = {column: stripped(row.cells[at], nulls) if at < width else None for column, at in columns.items()}
        if all(cell is None for cell in cells.values()):
            return []
        made = [
            (index, self._filled(entry, cells, name, row.number))
            for index, entry in enumerate(self._by_row)
            if all(condition.holds(cells) for condition in entry.when)
        ]
        takers = [proposed.made_by for _, proposed in made]
        if any(entry.section == self._main_section for entry in takers):
            self.leftovers.check_cells(f"{name}:{row.number}", cells, takers)
        else:
            self.leftovers.add_row(f"{name}:{row.number}", cells)
        return made

    def _same(self, entry: EntryMapping) -> ProposedRow:
        """The entry of a part of the mapping that is the same for all rows."""
        fields = {name: value.of({}) for name, value in entry.values.items()}
        return self._proposed(entry, fields, self._mapping.name, entry.lines[WHOLE_ENTRY])

    def _filled(self, entry: EntryMapping, cells: Cells, name: str, row: int) -> ProposedRow:
        """The entry that a row becomes; raises UnreadableValue, with row and column."""
        fields: dict[str, Any] = {}
        for field_name, value in entry.values.items():
            try:
                fields[field_name] = value.of(cells)
            except InvalidCell as error:
                place = f"{name}:{row}, column {quoted(error.column)}" if error.column else ""
                place = place or origin_of(entry, self._mapping.name, f"{name}:{row}", field_name)
                raise UnreadableValue(error.message, remedy=error.remedy, field=field_name).at(place) from error
        return self._proposed(entry, fields, name, row)

    def _proposed(self, entry: EntryMapping, fields: dict[str, Any], name: str, row: int) -> ProposedRow:
        stated = {field_name: value for field_name, value in fields.items() if value is not None}
        lines = {WHOLE_ENTRY: row}
        reader = self._readers[name]
        read = reader.source if entry.section == "sources" else reader.entry
        try:
            proposal = read(stated, lines).proposal
        except LedgerError as error:
            field_name = error.field if isinstance(error, Refused) else ""
            error.place = origin_of(entry, self._mapping.name, f"{name}:{row}", field_name)
            raise
        return ProposedRow(proposal, lines, made_by=entry, mapping=self._mapping.name)


def open_spreadsheet(
    path: Path | None,
    mapping: SheetMapping,
    folder: Path,
    *,
    sheets: Sequence[str] = (),
    stdin: BinaryIO | None = None,
) -> SpreadsheetDossier:
    """Open a CSV file or a workbook; CSV from standard input where ``path`` is None.

    ``sheets`` are read in place of those that the mapping names. Raises UnreadableDossier and UsageError.
    """
    name = STANDARD_INPUT if path is None else str(path)
    tables = _tables(path, name, mapping, sheets, stdin)
    try:
        return SpreadsheetDossier(tables, mapping, folder)
    except BaseException:
        for table in tables:
            table.close()
        raise


def _tables(
    path: Path | None, name: str, mapping: SheetMapping, sheets: Sequence[str], stdin: BinaryIO | None
) -> Sequence[Table]:
    is_workbook = path is not None and path.suffix.lower() in ENDINGS
    if sheets and not is_workbook:
        raise UsageError(f"{name} is text and has no sheets", remedy="leave --sheet out, or name a workbook (.xlsx)")
    file = open_input(path, stdin, name, lambda copy: True)
    if is_workbook:
        return open_workbook(file, name, sheets or mapping.sheets, mapping.skip)
    with closed_on_error(file, name):
        return [
            CsvTable(
                file,
                name,
                skip=mapping.skip,
                delimiter=mapping.delimiter,
                encoding=mapping.encoding,
                wanted=mapping.columns(),
            )
        ]
