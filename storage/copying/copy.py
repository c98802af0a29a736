"""Copying a whole ledger row by row, between any two addresses: the same entries, hashes, facts and persons.

The copy is the same ledger: it keeps its id and when it was made. All rows are read in one snapshot, and checked
against the Merkle tree on the way. Read models are not copied: the caller builds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Table

from armsledger.domain.errors import LedgerError
from armsledger.storage.copying.new_ledger import NewLedger
from armsledger.storage.copying.rows import PAGE_ROWS, Row, checked_entries, silent, stored_entries, table_rows
from armsledger.storage.integrity.checkpoints import kept_checkpoints, readable_checkpoints
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.proofs.signing import Verifier
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import Report
from armsledger.storage.tables import checkpoint, journal, ledger, metadata, unpurged


class CopyDiffers(LedgerError):
    """A copy is not equal to the ledger; it was not kept."""

    def __init__(self, copy: str, detail: str) -> None:
        super().__init__(
            f"{copy} was not made: {detail}",
            remedy="see whether the ledger that was copied is sound (`armsledger verify`), and copy again",
        )


class Copied(NamedTuple):
    """How much was copied, the root of the tree over it, and how many kept checkpoints were left behind."""

    entries: int
    root: bytes
    left_behind: int


def facts_of(reader: JournalReader) -> dict[str, str]:
    """What makes a ledger this ledger; not the schema, which is that of the copy's own tables."""
    facts = reader.meta()
    del facts["schema_version"]
    return facts


def copy_rows(
    source: JournalReader,
    name: str,
    target: NewLedger,
    report: Report = silent,
    signers: Sequence[Verifier] | None = None,
) -> Copied:
    """Copy all rows into a new ledger; to be called within a snapshot of the source.

    If ``signers`` are given, only the kept checkpoints of the ledger that one of them signed are copied.
    ``name`` is what messages call the source. Raises LedgerDamaged where an entry does not fit its hashes.
    """
    frontier, total = Frontier(), source.head()
    for rows in checked_entries(source, name, frontier):
        target.insert(rows)
        target.page_done()
        report(frontier.size, total)
    for table in _tables_beside_the_journal(source):
        columns = [column.name for column in table.columns]
        marks = ", ".join("?" * len(columns))
        names = ", ".join(f'"{column}"' for column in columns)
        for rows in _rows_of(source, table, signers):
            target.connection.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)
            target.page_done()
    left_behind = 0 if signers is None else len(kept_checkpoints(source)) - len(_signed(source, signers))
    return Copied(frontier.size, frontier.root(), left_behind)


def _tables_beside_the_journal(reader: JournalReader) -> list[Table]:
    """The tables that a ledger has beside its journal and its facts; one of an earlier schema has fewer."""
    names = {name for (name,) in reader.query(reader.dialect.relations)}
    own = (journal, ledger, unpurged)  # the copy's own files never held what was erased
    return [table for table in metadata.sorted_tables if table not in own and table.name in names]


def check_same(
    source: JournalReader,
    copy: JournalReader,
    name: str,
    report: Report = silent,
    signers: Sequence[Verifier] | None = None,
) -> None:
    """Compare two ledgers row by row, all columns of all tables; raises CopyDiffers for the first row that differs.

    Of the kept checkpoints the copy has those that `copy_rows` takes along.

    Where the source has an earlier schema, without hashes, all else is compared. ``name`` is what messages call the
    copy.
    """
    done, total = 0, source.head()
    theirs = stored_entries(copy)
    for rows in stored_entries(source):
        width = len(rows[0])
        copied = [row[:width] for row in next(theirs, [])]
        _check_rows(rows, copied, "journal", name)
        done += len(rows)
        report(done, total)
    _check_rows([], next(theirs, []), "journal", name)
    if facts_of(source) != facts_of(copy):
        raise CopyDiffers(name, "the facts in its copy are others")
    for table in _tables_beside_the_journal(source):
        check_same_rows(_rows_of(source, table, signers), _rows_of(copy, table), table.name, name)


def check_same_rows(source: Iterator[list[Row]], copy: Iterator[list[Row]], table: str, name: str) -> None:
    """Compare the rows of a table, page by page."""
    for rows in source:
        _check_rows(rows, next(copy, []), table, name)
    _check_rows([], next(copy, []), table, name)


def _check_rows(rows: list[Row], copied: list[Row], table: str, name: str) -> None:
    if rows == copied:
        return
    pairs = zip(rows, copied, strict=False)
    row = next((row for row, other in pairs if row != other), None)
    shown = str((row or (rows + copied)[min(len(rows), len(copied)) :][0])[:3])
    raise CopyDiffers(name, f"the copy's table {table} differs at {shown}")


def _rows_of(reader: JournalReader, table: Table, signers: Sequence[Verifier] | None = None) -> Iterator[list[Row]]:
    if signers is not None and table is checkpoint:
        rows = _signed(reader, signers)
        return (rows[start : start + PAGE_ROWS] for start in range(0, len(rows), PAGE_ROWS))
    columns = [column.name for column in table.columns]
    return table_rows(reader, table.name, columns, [column.name for column in table.primary_key])


def _signed(reader: JournalReader, signers: Sequence[Verifier]) -> list[Row]:
    """The kept checkpoints of the ledger that one of the keys signed."""
    readable = readable_checkpoints(reader)
    return sorted(tuple(kept) for kept, note, _ in readable if any(map(note.bears, signers)))
