"""Read models in Parquet: the rows that a ledger's tables keep, of one bucket in each file.

    read-models/POSITION/MODEL/bucket=7.parquet

A file has the columns of the table (`armsledger.projections.schema`): when the row holds, when it is believed on each
axis of belief time, and the row as JSON; and beside them the fields of the row, typed, as an export to Parquet has
them. The metadata say which projection computed it, and of which streams the oldest beliefs are left out, as the table
leaves them out (`armsledger.projections.unkept`). A bucket without rows has no file, but for the first one, so that
there always is one. What is done of each bucket is noted in ``_buckets``; ``_complete.json`` stands beside the files of
a read model when all of them are there; ``_lake.json`` says of which lake all of it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, NamedTuple

from armsledger.exchange.tables.parquet import NoPlaceInParquet, array_of, field_of
from armsledger.exchange.tables.table import imported
from armsledger.lake.columns import arrow
from armsledger.lake.description import SOURCES
from armsledger.lake.folder import EXTRA, Folder
from armsledger.projections.codec import codec_of
from armsledger.projections.columns import DATABASE, spread_of
from armsledger.projections.projection import Projection
from armsledger.projections.row_history import StoredRow
from armsledger.projections.schema import COLUMNS
from armsledger.projections.unkept import Oldest

COMPLETE: Final = "_complete.json"
OF_LAKE: Final = "_lake.json"
BUCKETS: Final = "_buckets"
STAMP: Final = b"armsledger.stamp"
UNKEPT: Final = b"armsledger.unkept"
GROUP_ROWS: Final = 16_384
TYPES: Final = ([str, int, int, int], [str, int, int, type(None)])
"""Of what is told."""


def file_name(position: int, model: str, bucket: int) -> str:
    """Where the rows of a bucket are."""
    return f"{position}/{model}/bucket={bucket}.parquet"


class Told(NamedTuple):
    """What is told of a read model in a bucket: which projection computed it, how many rows it has, of how many
    streams the oldest beliefs are left out, and how many bytes its file has, if it has one."""

    stamp: str
    rows: int
    unkept: int
    size: int | None


class ModelFile:
    """The rows of a read model and a bucket, while they are computed."""

    def __init__(self, projection: Projection) -> None:
        pa = arrow()
        self._projection = projection
        self._codec, self._spread = codec_of(projection.row), spread_of(projection.row, DATABASE)
        self._beside = [place for place, column in enumerate(self._spread.columns) if column.name not in COLUMNS]
        fields = [
            *(pa.field(name, pa.int64() if whole else pa.string(), nullable=False) for name, whole in COLUMNS.items()),
            *(field_of(self._spread.columns[place]) for place in self._beside),
        ]
        self._schema = pa.schema(fields, metadata={STAMP: projection.stamp.encode()})
        self._out = BytesIO()
        self._writer: Any = imported("pyarrow.parquet", EXTRA).ParquetWriter(
            self._out, self._schema, compression="zstd"
        )
        self._waiting: list[StoredRow] = []
        self._oldest: dict[str, Oldest] = {}
        self.rows = 0

    def add(self, stream: str, rows: Sequence[StoredRow], oldest: Oldest | None) -> None:
        """Add the rows of a stream; ``oldest`` is as of when they are kept, if not from the beginning on."""
        self._waiting += rows
        self.rows += len(rows)
        if oldest is not None:
            self._oldest[stream] = oldest
        if len(self._waiting) >= GROUP_ROWS:
            self._flush()

    def put(self, folder: Folder, position: int, bucket: int) -> Told:
        """Write the file, if it has rows, or leaves some out, or shows what columns there are; what is noted of it."""
        self._flush()
        self._writer.add_key_value_metadata({UNKEPT: json.dumps(self._oldest).encode()})
        self._writer.close()
        size = None
        if self.rows or self._oldest or bucket == SOURCES:
            folder.write(file_name(position, self._projection.name, bucket), data := self._out.getvalue())
            size = len(data)
        return Told(self._projection.stamp, self.rows, len(self._oldest), size)

    def _flush(self) -> None:
        if self._waiting:
            kept = list(zip(*self._waiting, strict=True))
            spread = self._spread.columns_of([self._codec.decode(text) for text in kept[-1]])
            columns = zip(self._schema, [*kept, *(spread[place] for place in self._beside)], strict=True)
            arrays = [_array(self._projection.name, field, values) for field, values in columns]
            self._writer.write_batch(arrow().record_batch(arrays, schema=self._schema))
            self._waiting = []


def _array(model: str, field: Any, values: Sequence[Any]) -> Any:
    """A column; what its type does not hold is null there: one odd number stops no fold, and ``row`` has it."""
    try:
        return array_of(model, field, values)
    except NoPlaceInParquet:
        return array_of(model, field, [value if _is_held(model, field, value) else None for value in values])


def _is_held(model: str, field: Any, value: Any) -> bool:
    try:
        array_of(model, field, [value])
    except NoPlaceInParquet:
        return False
    return True


def note(folder: Folder, position: int, bucket: int, told: Mapping[str, Told]) -> None:
    """Note what was folded of a bucket, beside what was noted of other read models."""
    noted = {**noted_of(folder, position, bucket), **told}
    text = json.dumps({model: one._asdict() for model, one in noted.items()}, indent=2) + "\n"
    folder.write(f"{position}/{BUCKETS}/{bucket}.json", text.encode())


def noted_of(folder: Folder, position: int, bucket: int) -> dict[str, Told]:
    """What was folded of a bucket, by read model; nothing where that cannot be read."""
    try:
        told = json.loads(folder.read(f"{position}/{BUCKETS}/{bucket}.json") or b"{}")
        noted = {model: Told(**one) for model, one in told.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return {model: one for model, one in noted.items() if [*map(type, one)] in TYPES}
