"""Parquet: a file, or a folder with the rows of streams in sub-folders by the first letters of their keys (hive style).

Needs the extra ``armsledger[parquet]``. Rows are written group by group, so a table may be longer than memory. The
metadata of each file says what was asked, under names that begin with ``armsledger.``, and the kind of each column. The
same tables give the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from armsledger.domain.errors import LedgerError
from armsledger.exchange.tables.table import Table, imported
from armsledger.storage.columns import Column

EXTRA: Final = "parquet"
SUFFIX: Final = ".parquet"
GROUP_ROWS: Final = 16_384
"""Rows of a row group, which are in memory together."""
HELD_ROWS: Final = 65_536
"""Rows that wait in memory for others of the same letters."""
LETTERS: Final = 2
PARTITION: Final = "prefix"
NONE: Final = "__HIVE_DEFAULT_PARTITION__"
DIGITS, PLACES = 38, 10
"""Of decimals: the number of figures, and how many of them are after the point."""
COMPRESSION: Final = "zstd"


class NoPlaceInParquet(LedgerError):
    """A value that the column's type does not hold."""


def write_parquet(table: Table, about: Mapping[str, str], path: Path) -> int:
    """Write a table into one file; returns the number of rows. Raises UsageError if pyarrow is not installed."""
    writer = _Writer(table, about)
    rows, count = iter(table.rows), 0
    with writer.opened(path) as out:
        while page := list(islice(rows, GROUP_ROWS)):
            out.write_batch(writer.batch(page))
            count += len(page)
    return count


def write_parquet_folder(table: Table, about: Mapping[str, str], folder: Path) -> int:
    """Write a table into a folder of its name: ``deals/prefix=in/part-0.parquet``; returns the number of rows.

    The prefix is the first two letters of the key of a row's stream. A table without such rows is one file.
    """
    folder = folder / table.name
    folder.mkdir()
    place = next((at for at, column in enumerate(table.columns) if column.name == table.key), None)
    if place is None:
        return write_parquet(table, about, folder / f"part-0{SUFFIX}")
    parts = _Parts(_Writer(table, about), folder)
    count = 0
    for row in table.rows:
        parts.add(prefix_of(row[place]), row)
        count += 1
    parts.end()
    return count


def prefix_of(stream: str | None) -> str:
    """The first letters of a stream's key, of a stream's key or name, as a part of a folder's name."""
    key = (stream or "").rpartition("/")[2][:LETTERS].lower()
    return quote(key, safe="") if key else NONE


class _Parts:
    """Writes the rows of a folder. Rows wait in memory; when there are many, the most frequent prefixes are written."""

    def __init__(self, writer: _Writer, folder: Path) -> None:
        self._writer = writer
        self._folder = folder
        self._waiting: dict[str, list[Sequence[Any]]] = defaultdict(list)
        self._held = 0
        self._parts: dict[str, int] = defaultdict(int)

    def add(self, prefix: str, row: Sequence[Any]) -> None:
        """Add a row."""
        self._waiting[prefix].append(row)
        self._held += 1
        if self._held >= HELD_ROWS:
            while self._held > HELD_ROWS // 2:
                self._write(max(self._waiting, key=lambda one: len(self._waiting[one])))

    def end(self) -> None:
        """Write the rows that wait; a table without rows becomes a file with its columns alone."""
        for prefix in sorted(self._waiting):
            self._write(prefix)
        if not self._parts:
            self._write(NONE)

    def _write(self, prefix: str) -> None:
        rows = self._waiting.pop(prefix, [])
        folder = self._folder / f"{PARTITION}={prefix}"
        folder.mkdir(exist_ok=True)
        with self._writer.opened(folder / f"part-{self._parts[prefix]}{SUFFIX}") as out:
            for start in range(0, len(rows), GROUP_ROWS):
                out.write_batch(self._writer.batch(rows[start : start + GROUP_ROWS]))
        self._parts[prefix] += 1
        self._held -= len(rows)


class _Writer:
    """Writes rows of one table as batches of columns."""

    def __init__(self, table: Table, about: Mapping[str, str]) -> None:
        self._arrow, self._parquet = imported("pyarrow", EXTRA), imported("pyarrow.parquet", EXTRA)
        self._table = table
        metadata = {f"armsledger.{name.replace(' ', '_')}": value for name, value in about.items()}
        self._schema = self._arrow.schema([field_of(column) for column in table.columns], metadata=metadata)

    def opened(self, path: Path) -> Any:
        """A file, open for batches. Its path is absolute: ``name:/file`` could be the URI of a file system."""
        return self._parquet.ParquetWriter(str(path.absolute()), self._schema, compression=COMPRESSION)

    def batch(self, rows: Sequence[Sequence[Any]]) -> Any:
        """Rows as columns; raises NoPlaceInParquet."""
        arrays = list(self._arrays(rows))
        return self._arrow.record_batch(arrays, schema=self._schema)

    def _arrays(self, rows: Sequence[Sequence[Any]]) -> Iterator[Any]:
        for field, values in zip(self._schema, zip(*rows, strict=True), strict=True):
            yield array_of(self._table.name, field, values)


def field_of(column: Column) -> Any:
    """How Parquet has a column; its metadata say the kind."""
    arrow = imported("pyarrow", EXTRA)
    types = {
        "whole number": arrow.int64(),
        "decimal": arrow.decimal128(DIGITS, PLACES),
        "date": arrow.date32(),
        "instant": arrow.timestamp("us", tz="UTC"),
        "boolean": arrow.bool_(),
    }
    kind = types.get(column.kind, arrow.string())
    return arrow.field(column.name, kind, metadata={"armsledger.kind": column.kind})


def array_of(table: str, field: Any, values: Sequence[Any]) -> Any:
    """The values of a column as Parquet has them; raises NoPlaceInParquet, which names the table and the column."""
    arrow = imported("pyarrow", EXTRA)
    try:
        return arrow.array(values, type=field.type)
    except (arrow.ArrowInvalid, OverflowError, ValueError) as error:
        raise NoPlaceInParquet(
            f"the column {field.name} of {table} has a value that {field.type} does not hold: {error!s:.200}",
            remedy="export it as csv, jsonl or sqlite, which hold any number",
        ) from error
