"""The entries of one bucket, in a journal in memory: what reads a ledger, and what folds it, reads that.

The journal holds the streams of the bucket and all sources, whose grades decide what is believed. Positions have gaps
there; the first position of an instant, which may be an entry of another bucket, is stored beside each entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

from armsledger.lake.columns import FIRST_OF_INSTANT, LEAF, RECORD, reading, rows_of, values_of
from armsledger.lake.description import SOURCES, Description
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.folder import Folder
from armsledger.lake.persons import Persons
from armsledger.lake.segments import Segment, SegmentFile
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import SCHEMA_VERSION

WHOLE: Final = frozenset({"position", "version", "format"})
COLUMNS: Final = ", ".join(f"{name} {'INTEGER' if name in WHOLE else 'TEXT'}" for name in RECORD)
TABLES: Final = f"""
CREATE TABLE journal (
    {COLUMNS}, hashes BLOB, {FIRST_OF_INSTANT} INTEGER, PRIMARY KEY (stream, version)
) WITHOUT ROWID;
CREATE UNIQUE INDEX journal_position ON journal (position);
CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE ledger ("key" TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
"""The leaf, with which the hashes of an entry begin, tells one that was recorded so from one that was damaged
(`armsledger.storage.unreadable`)."""
BESIDE: Final = (LEAF, FIRST_OF_INSTANT)
INSERT: Final = f"INSERT INTO journal VALUES ({', '.join('?' * (len(RECORD) + len(BESIDE)))})"
FIRST: Final = f"SELECT {FIRST_OF_INSTANT} FROM journal WHERE position = ?"


class BucketReader(JournalReader):
    """Reads the journal of one bucket."""

    def first_of_instant(self, position: int) -> int:
        """The first position that was recorded at the same instant as a position, in the whole journal."""
        ((first,),) = self.query(FIRST, position)
        return int(first)


@contextmanager
def bucket_reader(
    folder: Folder, description: Description, segments: Sequence[Segment], bucket: int, persons: Persons
) -> Iterator[BucketReader]:
    """What reads the streams of a bucket, and all sources; raises LakeDamaged."""
    from armsledger.domain.events.catalogue import CATALOGUE

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(TABLES)
        connection.execute("BEGIN")
        connection.execute("INSERT INTO ledger VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
        connection.executemany("INSERT INTO person VALUES (?, ?)", persons)
        for segment in segments:
            with SegmentFile(folder, segment, description) as file, reading(file.place):
                table = file.table(sorted({SOURCES, bucket}), [*RECORD, *BESIDE])
                beside = zip(*(values_of(table, name) for name in BESIDE), strict=True)
                rows = ((*row, *more) for row, more in zip(rows_of(table), beside, strict=True))
                try:
                    connection.executemany(INSERT, rows)
                except sqlite3.IntegrityError as error:
                    raise LakeDamaged(file.place, f"it repeats an entry: {error}") from error
        connection.execute("COMMIT")
        yield BucketReader(connection, lambda: CATALOGUE.decode, ledger=f"the lake {folder.name}")
