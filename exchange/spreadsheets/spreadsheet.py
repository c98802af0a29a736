"""Spreadsheets as dossiers: a mapping says what their rows tell (docs/spreadsheets.md)."""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from armsledger.domain.derived_id import NOT_IN_THE_ID
from armsledger.domain.errors import LedgerError, Refused, UnreadableDossier, UnreadableValue, UsageError
from armsledger.domain.events.payload import canonical_json
from armsledger.domain.events.statement import Identity
from armsledger.domain.values.quoted import quoted, shortened
from armsledger.exchange.dossiers.objects import ObjectReader, Proposed
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import open_input
from armsledger.exchange.spreadsheets.cell import Unclear, as_text, told
from armsledger.exchange.spreadsheets.mapping import SheetMapping, Template
from armsledger.exchange.spreadsheets.table import ENDINGS, CsvTable, Row, Table, names_of, open_workbook
from armsledger.exchange.spreadsheets.value import Cells

STANDARD_INPUT = "standard input"
ROWS_REMEMBERED = 65_536
"""Rows that a repetition is told by; what is repeated further down is known to the ledger anyway."""
TOLD = 20
"""Rows of which more is told than how many they are."""


class Repeat(NamedTuple):
    """A row that says of something that can happen again just what another row says: it is taken once."""

    place: str
    earlier: str
    event: str


class RowLines(Mapping[str, int]):
    """The row, for every field: a row has no lines of its own."""

    def __init__(self, row: int) -> None:
        self._row = row

    def __getitem__(self, path: str) -> int:
        return self._row

    def __iter__(self) -> Iterator[str]:
        yield ""

    def __len__(self) -> int:
        return 1


class ProposedRow(Proposed):
    """An entry of a row, which knows the columns and the lines of the mapping that its fields come from."""

    template: Template
    mapping: str

    def place_of(self, field: str) -> str:
        """``payments.csv:17, column 'Amount'``, or the line of the mapping for what is the same in all rows."""
        return place_of(self.template, self.mapping, self.proposal.place, field)


def place_of(template: Template, mapping: str, place: str, field: str) -> str:
    """Where a field comes from: a column, a line of the mapping, or the row as a whole."""
    while field:
        if field in template.columns_of:
            return f"{place}, column {quoted(template.columns_of[field])}"
        if field in template.lines:
            return f"{mapping}:{template.lines[field]}"
        field = field.rpartition(".")[0]
    return place


class SpreadsheetDossier:
    """The entries of the rows, as often as they are asked for; a mark counts rows and the templates within them."""

    is_restore = False

    def __init__(self, tables: Sequence[Table], mapping: SheetMapping, folder: Path) -> None:
        """Takes the tables over; ``folder`` is where stored texts of sources are looked for, the mapping's.

        Raises UnreadableDossier for columns that a table has not.
        """
        self.count = 0
        """Entries and sources of the pass that is under way, or was ended."""
        self.total = 0
        """How many there are, once all rows were read."""
        self.repeats: list[Repeat] = []
        self.more_repeats = 0
        self._tables = tables
        self._mapping = mapping
        self.unmatched: list[str] = []
        self.more_unmatched = 0
        self._shapes = {
            name: ObjectReader(name, folder, is_restore=False) for name in (mapping.name, *(t.name for t in tables))
        }
        self._once = [template for template in mapping.templates if template.is_constant]
        self._each = [template for template in mapping.templates if not template.is_constant]
        self._main_section = self._each[-1].section
        self._width = len(mapping.templates)
        self._indexes = [_indexes(table, mapping) for table in tables]
        self._seen: OrderedDict[bytes, str] = OrderedDict()
        self.on_row: Callable[[int], None] | None = None
        """Told the number of entries found so far, in the passes over all rows."""

    def __enter__(self) -> SpreadsheetDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        for table in self._tables:
            table.close()

    def proposals(self) -> Iterator[tuple[int, Proposed]]:
        """What is the same for all rows, then the entries row by row, each with its mark."""
        self.count = self.more_repeats = self.more_unmatched = 0
        self.repeats.clear()
        self.unmatched.clear()
        self._seen.clear()
        for mark, proposed in self._offered(lambda number: True):
            if not self._is_repeated(proposed):
                self.count += 1
                yield mark, proposed
        self.total = self.count

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in the order of the marks; quickest if they ascend."""
        wanted = iter(marks)
        mark = next(wanted, None)
        while mark is not None:
            is_found = False
            rows = {mark // self._width}
            for found, proposed in self._offered(rows.__contains__):
                if found == mark:
                    is_found = True
                    yield mark, proposed
                    mark = next(wanted, None)
                    if mark is None or mark <= found:
                        break
                    rows.add(mark // self._width)
            if not is_found:
                raise IndexError(f"{self._tables[0].name} has no entry with the mark {mark}")

    def first_rows(self, rows: int) -> Iterator[tuple[str, list[ProposedRow]]]:
        """What is the same for all rows, and the first rows that tell something, each with its place and entries."""
        telling = ((number, made) for number, made in self._rows(lambda number: True) if made)
        for number, made in islice(telling, rows + bool(self._once)):
            entries = [proposed for _, proposed in made]
            yield entries[0].proposal.place if number else "", entries

    def _offered(self, is_wanted: Callable[[int], bool]) -> Iterator[tuple[int, ProposedRow]]:
        """All entries of the wanted rows, each with its mark."""
        for number, made in self._rows(is_wanted):
            for index, proposed in made:
                yield number * self._width + index, proposed

    def _rows(self, is_wanted: Callable[[int], bool]) -> Iterator[tuple[int, list[tuple[int, ProposedRow]]]]:
        """The wanted rows with their entries; what is the same for all rows stands in row 0."""
        if is_wanted(0):
            yield 0, [(index, self._constant(template)) for index, template in enumerate(self._once)]
        number = 0
        for table, indexes in zip(self._tables, self._indexes, strict=True):
            for row in table.rows():
                number += 1
                if is_wanted(number):
                    yield number, self._entries(row, table.name, indexes)
                if self.on_row is not None:
                    self.on_row(self.count)

    def _entries(self, row: Row, name: str, indexes: Mapping[str, int]) -> list[tuple[int, ProposedRow]]:
        """What a row tells, each with the number of its template; nothing if it is blank."""
        cells = self._cells(row, indexes)
        if all(cell is None for cell in cells.values()):
            return []
        place = f"{name}:{row.number}"
        made = [
            (index, self._row(template, cells, name, row.number))
            for index, template in enumerate(self._each)
            if all(condition.holds(cells) for condition in template.when)
        ]
        if not any(proposed.template.section == self._main_section for _, proposed in made):
            self._leave_out(place, cells)
        elif self._mapping.refuses_leftovers:
            self._check_cells(place, cells, [proposed.template for _, proposed in made])
        return made

    def _check_cells(self, place: str, cells: Cells, templates: Sequence[Template]) -> None:
        """Refuse a cell that none of the row's entries takes."""
        taken = {column for template in templates for column, _ in template.columns}
        for column, cell in cells.items():
            if cell is not None and column not in taken:
                events = ", ".join(template.event.name for template in templates)
                raise UnreadableDossier(
                    f"{events} does not take this cell, which says {quoted(as_text(cell))}",
                    remedy="leave it blank, or write it as a note or in a row of its own",
                ).at(f"{place}, column {quoted(column)}")

    def _leave_out(self, place: str, cells: Cells) -> None:
        """Remember a row that no entry is made of, or refuse it, as the mapping says."""
        if self._mapping.refuses_leftovers:
            raise self._unmatched(place, cells)
        if len(self.unmatched) < TOLD:
            self.unmatched.append(place)
        else:
            self.more_unmatched += 1

    def _unmatched(self, place: str, cells: Cells) -> UnreadableDossier:
        """The refusal of a row that fits no condition; names the cell that most of them ask for."""
        asked = Counter(condition.column for template in self._each for condition in template.when)
        column = asked.most_common(1)[0][0] if asked else ""
        words = sorted(
            word
            for template in self._each
            for condition in template.when
            if condition.column == column and condition.among and condition.is_wanted
            for word in condition.among
        )
        said = as_text(cells.get(column))
        close = get_close_matches(shortened(said).casefold(), words, n=1)
        remedy = f"write one of {', '.join(words)}" if words else "leave the row out, or say leftovers: skip"
        return UnreadableDossier(
            f"no entry of the mapping takes this row, which says {quoted(said)}",
            remedy=f"did you mean {close[0]!r}?" if close else remedy,
        ).at(f"{place}, column {quoted(column)}" if column else place)

    def _cells(self, row: Row, indexes: Mapping[str, int]) -> Cells:
        nulls, there = self._mapping.nulls, len(row.cells)
        return {name: told(row.cells[index], nulls) if index < there else None for name, index in indexes.items()}

    def _constant(self, template: Template) -> ProposedRow:
        fields = {name: value.of({}) for name, value in template.values.items()}
        return self._proposed(template, fields, self._mapping.name, template.lines[""])

    def _row(self, template: Template, cells: Cells, name: str, row: int) -> ProposedRow:
        """The entry that a template makes of a row; raises UnreadableValue, with row and column."""
        fields: dict[str, Any] = {}
        for field, value in template.values.items():
            try:
                fields[field] = value.of(cells)
            except Unclear as error:
                place = f"{name}:{row}, column {quoted(error.column)}" if error.column else ""
                place = place or place_of(template, self._mapping.name, f"{name}:{row}", field)
                raise UnreadableValue(error.message, remedy=error.remedy, field=field).at(place) from error
        return self._proposed(template, fields, name, row)

    def _proposed(self, template: Template, fields: dict[str, Any], name: str, row: int) -> ProposedRow:
        place = f"{name}:{row}"
        given = {field: value for field, value in fields.items() if value is not None}
        lines = RowLines(row)
        shape = self._shapes[name]
        read = shape.source if template.section == "sources" else shape.entry
        try:
            proposal = read(given, lines).proposal
        except LedgerError as error:
            error.place = place_of(
                template, self._mapping.name, place, error.field if isinstance(error, Refused) else ""
            )
            raise
        made = ProposedRow(proposal, lines)
        made.template, made.mapping = template, self._mapping.name
        return made

    def _is_repeated(self, proposed: ProposedRow) -> bool:
        """Whether a row above says just this, by which its entry would be the same; tells of it if that is odd."""
        proposal = proposed.proposal
        said = {name: value for name, value in proposal.fields.items() if name not in NOT_IN_THE_ID}
        text = canonical_json([str(proposal.stream), proposal.event, proposal.id, said])
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        earlier = self._seen.get(digest)
        if earlier is None:
            self._seen[digest] = proposal.place
            if len(self._seen) > ROWS_REMEMBERED:
                self._seen.popitem(last=False)
            return False
        if _is_odd(proposed):
            if len(self.repeats) < TOLD:
                self.repeats.append(Repeat(proposal.place, earlier, proposal.event))
            else:
                self.more_repeats += 1
        return True


def _is_odd(proposed: ProposedRow) -> bool:
    """Whether the same said twice may be two occurrences, of which the second would be lost."""
    event, proposal = proposed.template.event, proposed.proposal
    if proposal.id is not None or proposed.template.is_constant:
        return False
    is_nameless = event.identity is Identity.TRANCHE and proposal.fields.get("tranche") is None
    return event.identity is Identity.OWN or is_nameless


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
    try:
        file = open_input(path, stdin, lambda file: True)
    except (OSError, ValueError) as error:
        raise unreadable_file(name, error) from error
    if is_workbook:
        return open_workbook(file, name, sheets or mapping.sheets, mapping.skip)
    try:
        table = CsvTable(
            file,
            name,
            skip=mapping.skip,
            delimiter=mapping.delimiter,
            encoding=mapping.encoding,
            wanted=mapping.columns(),
        )
    except OSError as error:
        file.close()
        raise unreadable_file(name, error) from error
    except BaseException:
        file.close()
        raise
    return [table]


def _indexes(table: Table, mapping: SheetMapping) -> dict[str, int]:
    """Where the columns stand that the mapping reads; refuses one that the table has not, or has twice."""
    names = names_of(table.header)
    indexes: dict[str, int] = {}
    for column, line in mapping.columns().items():
        if column not in names:
            raise _no_column(column, names, table, mapping).at(f"{mapping.name}:{line}")
        if names.count(column) > 1:
            raise UnreadableDossier(
                f"{table.name} has {names.count(column)} columns {quoted(column)}",
                remedy="give each a name of its own in the header",
            ).at(f"{mapping.name}:{line}")
        indexes[column] = names.index(column)
    return indexes


def _no_column(column: str, names: Sequence[str], table: Table, mapping: SheetMapping) -> UnreadableDossier:
    known = [name for name in names if name]
    folded = {name.casefold(): name for name in reversed(known)}
    close = get_close_matches(shortened(column).casefold(), folded, n=1)
    listed = f"its header (row {table.header.number}) has {shortened(', '.join(known), 300)}"
    remedy = f"did you mean {folded[close[0]]!r}?" if close else listed
    if not mapping.columns().keys() & set(known):
        remedy = f"{listed}; say skip: N in the mapping if the header stands below N other rows"
    return UnreadableDossier(f"{table.name} has no column {quoted(column)}", remedy=remedy)
