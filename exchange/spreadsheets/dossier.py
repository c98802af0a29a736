"""Spreadsheets as dossiers: each row becomes the entries that a mapping says (docs/spreadsheets.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.dossiers.objects import TellUnread, Unread, raise_unread
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.input import STANDARD_INPUT, closed_on_error, open_input
from armsledger.exchange.spreadsheets.cell import Cell
from armsledger.exchange.spreadsheets.csv import CsvTable
from armsledger.exchange.spreadsheets.entry_maker import EntryMaker, ProposedRow, RowError
from armsledger.exchange.spreadsheets.groups import Group, Groups
from armsledger.exchange.spreadsheets.leftovers import Leftovers
from armsledger.exchange.spreadsheets.mapping import SheetMapping
from armsledger.exchange.spreadsheets.repeats import Repeats
from armsledger.exchange.spreadsheets.row_cells import CellReader, RowCells
from armsledger.exchange.spreadsheets.table import Table, column_places
from armsledger.exchange.spreadsheets.workbook import ENDINGS, open_workbook


class SpreadsheetDossier:
    """The entries of all rows. The mark of an entry is the row's number times the mapping's entries, plus its own.

    ``count`` is the number of entries in the pass that runs or has ended, ``total`` that of all rows once they were
    read. ``on_row`` is called with ``count`` after each row. Rows whose numbers are in ``set_aside`` make no entries;
    ``keys_aside`` holds their keys, the empty one for a row whose key cannot be read.
    """

    is_restore = False

    def __init__(self, tables: Sequence[Table], mapping: SheetMapping, folder: Path) -> None:
        """Take over open tables; ``folder`` is where stored texts of sources are looked for, the mapping's.

        Raises UnreadableDossier for columns that a table lacks.
        """
        self.count = 0
        self.total = 0
        self.set_aside: set[int] = set()
        self.keys_aside: set[str] = set()
        self.on_row: Callable[[int], None] | None = None
        self._tables = tables
        self._mapping = mapping
        self._folder = folder
        self._maker = EntryMaker(mapping, folder, [table.name for table in tables])
        self._constant = [entry for entry in mapping.entries if entry.is_constant]
        self._by_row = [entry for entry in mapping.entries if not entry.is_constant]
        self._main_section = self._by_row[-1].section
        self._width = len(mapping.entries)
        self._grouped = [(index, entry) for index, entry in enumerate(self._by_row) if entry.group]
        self._cells = [
            CellReader(table, column_places(table, mapping.columns(), mapping.name), mapping.nulls, mapping.fill_down)
            for table in tables
        ]
        self.repeats = Repeats()
        self.leftovers = Leftovers(self._by_row, are_refused=mapping.refuses_leftovers)

    def spell_keys(self, spelled: Callable[[str], str]) -> None:
        """Let a function say how keys are spelt that are made of cells."""
        self._maker.spelled = spelled

    def __enter__(self) -> SpreadsheetDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        for table in self._tables:
            table.close()

    def proposals(self, unread: TellUnread = raise_unread) -> Iterator[tuple[int, ProposedRow]]:
        """What is the same for all rows, then the entries row by row, each with its mark.

        ``unread`` is told each error of a row that makes an entry, or all of them, impossible.
        """
        self.count = 0
        self._maker.clear()
        self.repeats.clear()
        self.leftovers.clear()
        for mark, proposed in self._marked(lambda number: True, unread):
            entry = proposed.made_by
            if not self.repeats.has(proposed.proposal, entry.event, is_constant=entry.is_constant):
                self.count += 1
                yield mark, proposed
        self.total = self.count

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, ProposedRow]]:
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

    def row_errors(self) -> Iterator[RowError]:
        """All errors of all rows that make an entry impossible."""
        self._maker.clear()
        self.leftovers.clear()
        for _ in self._rows(lambda number: True):
            yield from self._maker.errors
            self._maker.errors.clear()

    def raw_rows(self, numbers: Collection[int]) -> Iterator[tuple[int, str, list[Cell]]]:
        """The rows of these numbers as they stand, each with its place; merged cells are filled in."""
        before = 0
        for reader in self._cells:
            for number, place, cells in reader.raw(before):
                before = number
                if number in numbers:
                    yield number, place, cells
            before += 1

    @property
    def header(self) -> Sequence[Cell]:
        """The header of the first table; no cells where the mapping says that there is none."""
        return self._tables[0].header.cells

    @property
    def set_aside_in(self) -> Path | None:
        """The file for rows that cannot be taken, as the mapping names it, beside the mapping."""
        return None if self._mapping.set_aside is None else self._folder / self._mapping.set_aside

    @property
    def place(self) -> str:
        """What errors call the sheet as a whole: its header."""
        return f"{self._tables[0].name}:{max(1, self._tables[0].header.number)}"

    @property
    def mapping(self) -> SheetMapping:
        """The mapping that the entries are made by."""
        return self._mapping

    @property
    def encoding(self) -> str:
        """What a file of the same form is written in: with a mark at its beginning only where this one has one.

        A workbook's program needs the mark in order to read other letters than English ones.
        """
        table = self._tables[0]
        has_mark = table.has_mark if isinstance(table, CsvTable) else True
        encoding = self._mapping.encoding
        return "utf-8" if encoding == "utf-8-sig" and not has_mark else encoding

    @property
    def delimiter(self) -> str:
        """What stands between the cells of the file; a comma for a workbook."""
        table = self._tables[0]
        return table.delimiter if isinstance(table, CsvTable) else ","

    def first_rows(self, rows: int) -> Iterator[tuple[str, list[ProposedRow]]]:
        """What is the same for all rows, and the first rows that become entries, each with its place and entries."""
        placed = (
            (place, [proposed for _, proposed in entries])
            for number, made in self._rows(lambda number: True)
            for place, entries in groupby(made, key=_same_place if number else _no_place)
        )
        return islice(placed, rows + bool(self._constant))

    def _marked(
        self, is_wanted: Callable[[int], bool], unread: TellUnread | None = None
    ) -> Iterator[tuple[int, ProposedRow]]:
        """All entries of the wanted rows, each with its mark."""
        for number, made in self._rows(is_wanted):
            for index, proposed in made:
                yield number * self._width + index, proposed
            if unread is not None:
                for _, error, stream in self._maker.errors:
                    unread(number * self._width, Unread(error, stream))
            self._maker.errors.clear()

    def _rows(self, is_wanted: Callable[[int], bool]) -> Iterator[tuple[int, list[tuple[int, ProposedRow]]]]:
        """The wanted rows with their entries; what is the same for all rows counts as row 0.

        The entry of a group comes with the row that follows it, or after the last row.
        """
        if is_wanted(0):
            yield 0, [(index, self._maker.same(entry)) for index, entry in enumerate(self._constant)]
        number = 0
        for reader in self._cells:
            groups = Groups(self._grouped)
            for number, row in reader.rows(number):  # noqa: B020  # each table is counted on from the one before
                if row is not None and number not in self.set_aside:
                    ended = self._ended(groups, row) if self._grouped else []
                    if is_wanted(number):
                        yield number, self._whole(ended, self._entries(row))
                elif row is not None:
                    self._note_aside(row)
                if self.on_row is not None:
                    self.on_row(self.count)
            number += 1
            if self._grouped and is_wanted(number):
                yield number, self._whole(list(groups.end()), [])

    def _note_aside(self, row: RowCells) -> None:
        """Note the keys of a row that is set aside: it has not vanished from the sheet."""
        columns = {entry.group for _, entry in self._grouped} | {()}
        for group in columns if self._mapping.key is not None else ():
            try:
                self.keys_aside.add(self._maker.row_key(row, group))
            except InvalidCell:
                self.keys_aside.add("")

    def _ended(self, groups: Groups, row: RowCells) -> list[Group]:
        """The groups that end before a row."""
        ended: list[Group] = []
        try:
            ended.extend(groups.add(row))
        except LedgerError as error:
            self._maker.errors.append(RowError((row.number,), error))
        return ended

    def _whole(self, ended: Iterable[Group], made: list[tuple[int, ProposedRow]]) -> list[tuple[int, ProposedRow]]:
        """The entries of groups that ended and those of a row, in the order of the mapping."""
        for group in ended:
            proposed = self._maker.of_group(group.entry, group.rows)
            if proposed is not None:
                made.append((group.part, proposed))
        return sorted(made, key=itemgetter(0)) if ended else made

    def _entries(self, row: RowCells) -> list[tuple[int, ProposedRow]]:
        """The entries of a row, each with the number of its part of the mapping."""
        wanted = [
            (index, entry)
            for index, entry in enumerate(self._by_row)
            if all(condition.holds(row.cells) for condition in entry.when)
        ]
        takers = [entry for _, entry in wanted]
        made = [
            (index, proposed)
            for index, entry in wanted
            if not entry.group and (proposed := self._maker.of_row(entry, row)) is not None
        ]
        try:
            if any(entry.section == self._main_section for entry in takers):
                self.leftovers.check_cells(row.place, row.cells, takers)
            else:
                self.leftovers.add_row(row.place, row.cells)
        except LedgerError as error:
            self._maker.errors.append(RowError((row.number,), error))
        return made


def _same_place(marked: tuple[int, ProposedRow]) -> str:
    return marked[1].proposal.place


def _no_place(marked: tuple[int, ProposedRow]) -> str:
    """What is the same for all rows belongs together, and to no row."""
    return ""


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
        return open_workbook(file, name, sheets or mapping.sheets, mapping.skip, has_header=mapping.has_header)
    with closed_on_error(file, name):
        return [
            CsvTable(
                file,
                name,
                skip=mapping.skip,
                delimiter=mapping.delimiter,
                encoding=mapping.encoding,
                wanted=mapping.columns(),
                has_header=mapping.has_header,
            )
        ]
