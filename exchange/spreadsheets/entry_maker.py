"""Entries of rows, as a mapping says; what cannot be made is kept with all its errors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from armsledger.domain.errors import LedgerError, Refused, UnreadableValue, quoted
from armsledger.exchange.dossiers.lines import WHOLE_ENTRY
from armsledger.exchange.dossiers.objects import ObjectReader, Proposed
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.slug import short_key
from armsledger.exchange.spreadsheets.cell import as_text
from armsledger.exchange.spreadsheets.column import Column, Text
from armsledger.exchange.spreadsheets.key_texts import KeyTexts
from armsledger.exchange.spreadsheets.mapping import EntryMapping, SheetMapping
from armsledger.exchange.spreadsheets.row_cells import RowCells
from armsledger.exchange.spreadsheets.value import Listed, Value

STREAM_DIGITS = 8
LONGEST_LABEL = 50
Origin = tuple[str, str]
"""The row of a part of a field, and the part of the mapping that it is made by."""


def as_made(key: str) -> str:
    """The key as it was made."""
    return key


class RowError(NamedTuple):
    """Why an entry of some rows cannot be made, and its stream as far as that can be read."""

    rows: tuple[int, ...]
    error: LedgerError
    stream: str = ""


@dataclass(slots=True)
class ProposedRow(Proposed):
    """An entry of rows, which knows the part of the mapping that it is made by, and the mapping's name.

    ``rows`` are the numbers of its rows among all rows; ``origins`` holds the rows of the items of a group.
    """

    made_by: EntryMapping = field(kw_only=True)
    mapping: str = field(kw_only=True)
    rows: tuple[int, ...] = field(kw_only=True)
    origins: Mapping[str, Origin] = field(kw_only=True)

    def place_of(self, field: str) -> str:
        """``payments.csv:17, column 'Amount'``, or the line of the mapping for what is the same in all rows."""
        name, _, rest = field.partition(".")
        at, _, part = rest.partition(".")
        row, path = self.origins.get(f"{name}.{at}", (self.proposal.place, ""))
        return origin_of(self.made_by, self.mapping, row, f"{path}.{part}".rstrip(".") if path else field)


def origin_of(entry: EntryMapping, mapping: str, row: str, field: str) -> str:
    """Where a field comes from: a column, a line of the mapping, or the row as a whole."""
    while field:
        if field in entry.columns_of:
            return f"{row}, column {quoted(entry.columns_of[field])}"
        if field in entry.lines:
            return f"{mapping}:{entry.lines[field]}"
        field = field.rpartition(".")[0]
    return row


class EntryMaker:
    """Makes entries of rows. ``errors`` holds what could not be made since the last `clear`.

    ``spelled`` tells how a key is spelt that was made of cells.
    """

    def __init__(self, mapping: SheetMapping, folder: Path, tables: Sequence[str]) -> None:
        """``folder`` is where stored texts of sources are looked for."""
        self.errors: list[RowError] = []
        self.spelled: Callable[[str], str] = as_made
        self._mapping = mapping
        self._readers = {name: ObjectReader(name, folder, is_restore=False) for name in (mapping.name, *tables)}
        self._keys = KeyTexts()

    def clear(self) -> None:
        """Begin a new pass."""
        self.errors.clear()
        self._keys.clear()

    def same(self, entry: EntryMapping) -> ProposedRow:
        """The entry of a part of the mapping that is the same for all rows; raises LedgerError."""
        fields = {name: value.of({}) for name, value in entry.values.items()}
        return self._proposed(entry, fields, self._mapping.name, entry.lines[WHOLE_ENTRY], (), {})

    def of_row(self, entry: EntryMapping, row: RowCells) -> ProposedRow | None:
        """The entry that a row becomes; None with errors kept if it cannot be made."""
        fields = self._fields(entry, row)
        if fields is None:
            return None
        return self._kept(entry, fields, (row,), {})

    def of_group(self, entry: EntryMapping, rows: Sequence[RowCells]) -> ProposedRow | None:
        """The one entry of several rows: their lists one after another, and what else they agree in."""
        numbers = tuple(row.number for row in rows)
        before = len(self.errors)
        each = [(row, fields) for row in rows if (fields := self._fields(entry, row)) is not None]
        if len(each) < len(rows):  # a package without one of its items would be another one
            self.errors[before:] = [error._replace(rows=numbers) for error in self.errors[before:]]
            return None
        whole: dict[str, Any] = {}
        origins: dict[str, Origin] = {}
        for name, value in entry.values.items():
            if isinstance(value, Listed):
                whole[name] = list(_joined(name, value, rows, origins)) or None
            else:
                stated = [(row, fields[name]) for row, fields in each if fields[name] is not None]
                other = next(((row, content) for row, content in stated if content != stated[0][1]), None)
                if other is not None:
                    error = self._disagreement(entry, name, stated[0], other)
                    self.errors.append(RowError(numbers, error, self._stream_of(entry, rows[0])))
                    return None
                whole[name] = stated[0][1] if stated else None
        return self._kept(entry, whole, rows, origins)

    def _fields(self, entry: EntryMapping, row: RowCells) -> dict[str, Any] | None:
        """What a row says; None with all errors kept if a cell cannot be read."""
        fields: dict[str, Any] = {}
        errors = 0
        for name, value in entry.values.items():
            try:
                fields[name] = self._stated(value, row)
            except InvalidCell as error:
                errors += 1
                place = f"{row.place}, column {quoted(error.column)}" if error.column else ""
                place = place or origin_of(entry, self._mapping.name, row.place, name)
                unread = UnreadableValue(error.message, remedy=error.remedy, field=name).at(place)
                unread.__cause__ = error
                self.errors.append(RowError((row.number,), unread, self._stream_of(entry, row)))
        if errors:
            return None
        try:
            self._keys.check(entry, fields, row)
        except LedgerError as error:
            self.errors.append(RowError((row.number,), error, self._stream_of(entry, row)))
            return None
        return fields

    def row_key(self, row: RowCells, columns: tuple[str, ...] = ()) -> str:
        """What a row is known by among all rows, ``contracts/pl-2022-1``; that of a group is made of its columns.

        Raises InvalidCell. Empty where the mapping has no key.
        """
        key = self._mapping.key
        if key is None:
            return ""
        if columns:
            key = key._replace(parts=tuple(part for name in columns for part in (Column(name), "-"))[:-1])
        return f"{self._mapping.title}/{key.of(row.cells)}"

    def _kept(
        self, entry: EntryMapping, fields: dict[str, Any], rows: Sequence[RowCells], origins: Mapping[str, Origin]
    ) -> ProposedRow | None:
        numbers = tuple(row.number for row in rows)
        first = rows[0]
        try:
            if self._mapping.key is not None and entry.section == "entries":
                fields["id"] = self._id(entry, fields, first)
            return self._proposed(entry, fields, first.table, first.row, numbers, origins)
        except InvalidCell as error:
            unread: LedgerError = UnreadableValue(error.message, remedy=error.remedy).at(first.place)
            unread.__cause__ = error
        except LedgerError as error:
            unread = error
        self.errors.append(RowError(numbers, unread, self._stream_of(entry, first)))
        return None

    def _id(self, entry: EntryMapping, fields: Mapping[str, Any], row: RowCells) -> str:
        """The id of an entry of a row that is known by its key; refuses two rows of one key that differ."""
        key = self.row_key(row, entry.group)
        stream = hashlib.sha256(f"{entry.kind}/{fields.get(entry.kind)}".encode()).hexdigest()[:STREAM_DIGITS]
        entry_id = f"{key}/{short_key(entry.label, LONGEST_LABEL)}/{stream}"
        self._keys.check_row(key, entry, fields, row)
        return entry_id

    def _proposed(
        self,
        entry: EntryMapping,
        fields: dict[str, Any],
        name: str,
        row: int,
        numbers: tuple[int, ...],
        origins: Mapping[str, Origin],
    ) -> ProposedRow:
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
        return ProposedRow(proposal, lines, made_by=entry, mapping=self._mapping.name, rows=numbers, origins=origins)

    def _stated(self, value: Value, row: RowCells) -> Any:
        """What a row says in a field."""
        stated = value.of(row.cells)
        is_made = isinstance(value, Text) and value.is_key and not stated.isascii()
        return self.spelled(stated) if is_made else stated

    def _stream_of(self, entry: EntryMapping, row: RowCells) -> str:
        """The stream that an entry of a row belongs to; empty if that cannot be read."""
        name = "key" if entry.section == "sources" else entry.kind
        try:
            key = self._stated(entry.values[name], row)
        except (InvalidCell, KeyError):
            return ""
        return f"{entry.kind}/{key}" if isinstance(key, str) else ""

    def _disagreement(
        self, entry: EntryMapping, name: str, one: tuple[RowCells, Any], other: tuple[RowCells, Any]
    ) -> LedgerError:
        place = origin_of(entry, self._mapping.name, other[0].place, name)
        return UnreadableValue(
            f"{quoted(_shown(other[1]))}, where {one[0].place} of the same group says {quoted(_shown(one[1]))}",
            remedy=f"write the same in both, or add the column to group (now {', '.join(entry.group)})",
            field=name,
        ).at(place)


def _joined(name: str, value: Listed, rows: Sequence[RowCells], origins: dict[str, Origin]) -> Iterator[Any]:
    """The items of all rows; ``origins`` takes the row and the part of the mapping of each."""
    count = 0
    for row in rows:
        for number, item in enumerate(value.items):
            content = item.of(row.cells)
            if content is not None:
                origins[f"{name}.{count}"] = row.place, f"{name}.{number}"
                count += 1
                yield content


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else as_text(str(value))
