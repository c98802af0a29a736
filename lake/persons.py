"""The persons whom entries name: their names stand in one file, and in no segment, so that they can be forgotten.

A segment never changes, and has the seal of a name in the payload (`armsledger.storage.erasure.seals`), as the journal
has. ``persons.parquet`` has the id that a seal begins with, and the name, which is null once the person is forgotten.
Each sync writes it anew. It never has the keys.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from armsledger.exchange.tables.table import imported
from armsledger.lake.columns import arrow, reading
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.folder import EXTRA, PERSONS_FILE, Folder
from armsledger.storage.reader import JournalReader

FILE: Final = PERSONS_FILE
COLUMNS: Final = ("id", "name")
WRITES: Final = "`armsledger lake sync` writes it anew"
SELECT: Final = "SELECT id, name FROM person ORDER BY id"

Persons = list[tuple[str, str | None]]
"""Ids and names; no name if the person is forgotten."""


def persons_in(reader: JournalReader) -> Persons:
    """All whom the entries of a ledger name."""
    return [(str(id), name) for id, name in reader.query(SELECT)]


def write_persons(folder: Folder, persons: Persons) -> None:
    """Write them, in the place of those who were written before."""
    pa, parquet = arrow(), imported("pyarrow.parquet", EXTRA)
    columns = zip(*persons, strict=True) if persons else ((), ())
    schema = pa.schema([pa.field("id", pa.string(), nullable=False), pa.field("name", pa.string())])
    table = pa.table(dict(zip(COLUMNS, map(list, columns), strict=True)), schema=schema)
    out = BytesIO()
    parquet.write_table(table, out)
    folder.write(FILE, out.getvalue())


def read_persons(folder: Folder) -> Persons:
    """Those whom a lake names; raises LakeDamaged."""
    place = f"{folder.name}/{FILE}"
    data = folder.read(FILE)
    if data is None:
        raise LakeDamaged(place, "it is missing", remedy=WRITES)
    with reading(place, WRITES):
        table = imported("pyarrow.parquet", EXTRA).ParquetFile(BytesIO(data)).read()
        ids, names = (table.column(name).to_pylist() for name in COLUMNS)
        if any(type(id) is not str for id in ids) or any(type(name) is not str for name in names if name is not None):
            raise TypeError("a name is no text")
        if len(set(ids)) < len(ids):
            raise ValueError("somebody is in it twice")
    return list(zip(ids, names, strict=True))
