"""Lakes of small ledgers, and what is read out of them by somebody else's program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from armsledger import Ledger, lake
from armsledger.lake.sync import Synced
from armsledger.projections.schema import COLUMNS, KEY
from tests.application.read_models import tables

SEGMENTS = "segments/*.parquet"


def synced(ledger: Ledger, folder: Path, buckets: int | None = 3) -> Synced:
    """Bring a lake up to date, which is made with few buckets."""
    return ledger.sync_lake(folder, buckets=buckets)


def asked(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a SELECT over files."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(sql).fetchall()


def names(folder: Path) -> list[str]:
    """The segments of a lake."""
    return sorted(path.name for path in folder.glob(SEGMENTS))


def rows_in(folder: Path, model: str) -> list[tuple[Any, ...]]:
    """The rows of a folded read model as a table keeps them, in the order of its key."""
    parts = [pq.ParquetFile(path).read(columns=list(COLUMNS)) for path in sorted((folder / model).glob("*.parquet"))]
    table = pa.concat_tables(parts).sort_by([(name, "ascending") for name in KEY])
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def assert_same_rows(ledger: Ledger, folder: Path) -> None:
    """Compare the read models of a folded lake with those that the ledger builds, row by row."""
    ledger.rebuild()
    for model, rows in tables(ledger).items():
        assert rows_in(folder, model) == rows, model


def fold(folder: Path, **options: Any) -> Path:
    """Fold a lake in this process; gives the folder of its read models."""
    return Path(lake.fold(folder, **{"workers": 0, **options}).folder)
