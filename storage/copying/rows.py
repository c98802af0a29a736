"""The rows of a ledger's tables as they are stored, in pages, checked while they are read.

Copies, backups and migrations read here: memory does not grow with the ledger, and a row that does not fit the Merkle
tree beside it is not passed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.proofs.errors import UnreadableRecord
from armsledger.storage.proofs.merkle import Frontier, leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes, record_columns
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import FIRST_WITH_TREE
from armsledger.storage.walk import check_gets_on

Row = tuple[Any, ...]

PAGE_ROWS: Final = 1000
HASHES: Final = len(Record._fields)
"""The place of the hashes in a row: after the record."""


def silent(done: int, total: int) -> None:
    """Reports to nobody."""


def undecoded(name: str, schema_version: int, payload: str) -> Any:
    """Stands in for the catalogue where rows are passed on as they are stored, and so never decoded."""
    raise LookupError(f"{name} is not decoded here")


def schema_of(reader: JournalReader) -> int:
    """The schema of the ledger that is read."""
    return int(reader.meta()["schema_version"])


def stored_entries(reader: JournalReader, table: str = "journal") -> Iterator[list[Row]]:
    """The rows of the journal in their order, with the hashes beside them if the schema has them."""
    schema = schema_of(reader)
    columns = f"{record_columns(schema)}, hashes" if schema >= FIRST_WITH_TREE else record_columns(schema)
    sql = f"SELECT {columns} FROM {table} WHERE position > ? ORDER BY position LIMIT ?"
    after = -1
    while rows := reader.query(sql, after, PAGE_ROWS):
        yield rows
        check_gets_on("the ledger", after, rows[-1][0])
        after = rows[-1][0]


def checked_entries(reader: JournalReader, ledger: str, frontier: Frontier) -> Iterator[list[Row]]:
    """The rows of the journal, each with the hashes that belong beside it; the frontier takes them in.

    Raises LedgerDamaged for the first entry that is not at its position, cannot be read, or does not fit the hashes
    that are stored beside it.
    """
    for rows in stored_entries(reader):
        yield with_hashes(rows, ledger, frontier)


def with_hashes(rows: Sequence[Row], ledger: str, frontier: Frontier) -> list[Row]:
    """Rows that follow those that the frontier holds, with their hashes computed anew."""
    _check_positions(rows, ledger, frontier.size)
    records = [row[:HASHES] for row in rows]
    hashes = frontier.extend(_leaves(records, ledger))
    checked = [(*record, added) for record, added in zip(records, hashes, strict=True)]
    if len(rows[0]) > HASHES:
        for row, right in zip(rows, checked, strict=True):
            if row[HASHES] != right[HASHES]:
                raise LedgerDamaged(ledger, f"{named(row)} does not fit the hashes of the Merkle tree beside it")
    return checked


def _check_positions(rows: Sequence[Row], ledger: str, before: int) -> None:
    for expected, row in enumerate(rows, before + 1):
        if row[0] != expected:
            raise LedgerDamaged(ledger, f"there is no entry at position {expected}; next comes {named(row)}")


def _leaves(records: Sequence[Row], ledger: str) -> list[bytes]:
    record: Row = ()
    try:
        leaves = []
        for record in records:
            leaves.append(leaf_hash(record_bytes(record)))
    except UnreadableRecord as error:
        raise LedgerDamaged(ledger, f"{named(record)} cannot be read: {error.message}") from error
    return leaves


def named(row: Row) -> str:
    """How messages call an entry, whatever a damaged row holds."""
    record = Record._make(row[:HASHES])
    return f"the entry {record.stream}@{record.version} (position {record.position}, id {record.entry_id})"


def table_rows(reader: JournalReader, table: str, columns: Sequence[str], key: Sequence[str]) -> Iterator[list[Row]]:
    """The rows of any table in the order of its key, whose columns are never null."""
    names, order = _quoted(columns), _quoted(key)
    first = f'SELECT {names} FROM "{table}" ORDER BY {order} LIMIT ?'
    after = f'SELECT {names} FROM "{table}" WHERE ({order}) > ({_marks(key)}) ORDER BY {order} LIMIT ?'
    places = [list(columns).index(name) for name in key]
    rows, reached = reader.query(first, PAGE_ROWS), None
    while rows:
        yield rows
        last = tuple(rows[-1][place] for place in places)
        if reached is not None:
            check_gets_on("the ledger", reached, last)
        rows, reached = reader.query(after, *last, PAGE_ROWS), last


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" * len(names))
