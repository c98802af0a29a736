"""The columns of a segment, and how the stored rows of a journal become columns and rows again.

Dates and times are typed, all else is as stored. What is read again is the same row, to the letter, or it is refused
when it is written: so the record of an entry, and with it the leaf of the Merkle tree, follows from the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from armsledger.domain.errors import LedgerError
from armsledger.exchange.tables.table import imported
from armsledger.lake.errors import ANEW, LakeDamaged, NoPlaceInLake
from armsledger.lake.folder import EXTRA
from armsledger.storage.copying.rows import HASHES, Row, named
from armsledger.storage.proofs.merkle import HASH_BYTES
from armsledger.storage.proofs.record import Record
from armsledger.storage.schema import is_instant

RECORD: Final = Record._fields
DAYS: Final = ("on_earliest", "on_latest", "asserted_earliest", "asserted_latest")
WHOLE: Final = ("position", "version", "format")
INSTANT: Final = "recorded_at"
FIRST_OF_INSTANT: Final = "first_of_instant"
LEAF: Final = "leaf"
BUCKET: Final = "bucket"
ORDER: Final = (BUCKET, "stream", "version")
"""By what the rows of a segment are sorted."""
OPTIONAL: Final = frozenset({*DAYS, "source", "login"})
OF_LIBRARIES: Final = (OSError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
DATE_END, TIME_START = 10, 11
"""Of the text of an instant."""


def arrow() -> Any:
    """The library; raises UsageError if it is not installed."""
    return imported("pyarrow", EXTRA)


def segment_schema() -> Any:
    """The columns of a segment, in their order."""
    pa = arrow()
    types: dict[str, Any] = dict.fromkeys(RECORD, pa.string())
    types |= dict.fromkeys(WHOLE, pa.int64()) | dict.fromkeys(DAYS, pa.date32())
    types[INSTANT] = pa.timestamp("us", "UTC")
    fields = [pa.field(name, kind, nullable=name in OPTIONAL) for name, kind in types.items()]
    derived = {BUCKET: pa.int32(), "kind": pa.string(), "key": pa.string(), FIRST_OF_INSTANT: pa.int64()}
    derived[LEAF] = pa.binary(HASH_BYTES)
    return pa.schema([*fields, *(pa.field(name, kind, nullable=False) for name, kind in derived.items())])


def batch_of(rows: Sequence[Row], buckets: Sequence[int], firsts: Sequence[int]) -> Any:
    """Rows of the journal with their hashes, as columns; raises NoPlaceInLake."""
    pa, compute = arrow(), imported("pyarrow.compute", EXTRA)
    *values, hashes = zip(*rows, strict=True)
    columns: dict[str, Any] = {}
    for name, texts in zip(RECORD, values, strict=True):
        column = pa.array(texts, pa.int64() if name in WHOLE else pa.string())
        if name in DAYS:
            column = _same_again(rows, name, column, _as_days, _texts_of_days)
        elif name == INSTANT:
            column = _same_again(rows, name, column, _as_instants, _texts_of_instants)
        columns[name] = column
    parts = compute.split_pattern(columns["stream"], "/", max_splits=1)
    columns[BUCKET] = pa.array(buckets, pa.int32())
    columns["kind"] = compute.list_element(parts, 0)
    columns["key"] = pa.array([stream.partition("/")[2] for stream in values[RECORD.index("stream")]], pa.string())
    columns[FIRST_OF_INSTANT] = pa.array(firsts, pa.int64())
    columns[LEAF] = pa.array([beside[:HASH_BYTES] for beside in hashes], pa.binary(HASH_BYTES))
    return pa.record_batch(list(columns.values()), schema=segment_schema())


@contextmanager
def reading(place: str, remedy: str = ANEW) -> Iterator[None]:
    """Within it, a file is read: whatever is wrong with it is LakeDamaged. Libraries raise what they like."""
    try:
        yield
    except LedgerError:
        raise
    except (arrow().ArrowException, *OF_LIBRARIES) as error:
        raise LakeDamaged(place, f"it cannot be read: {error!s:.200}", remedy=remedy) from error


def rows_of(table: Any) -> Iterator[Row]:
    """The rows of the journal that a table of segments holds, without what stands beside the record."""
    return zip(*(values_of(table, name) for name in RECORD), strict=True)


def values_of(table: Any, name: str) -> list[Any]:
    """The values of a column as the journal stores them."""
    column = table.column(name)
    if name in DAYS:
        column = _texts_of_days(column)
    elif name == INSTANT:
        column = _texts_of_instants(column)
    values: list[Any] = column.to_pylist()
    return values


def _same_again(rows: Sequence[Row], name: str, texts: Any, typed: Any, untyped: Any) -> Any:
    """A column of texts as values; raises NoPlaceInLake for the first text that would be read as another one."""
    try:
        values = typed(texts)
        if untyped(values).equals(texts):
            return values
    except arrow().ArrowInvalid:
        pass
    place, is_good = RECORD.index(name), _is_day if name in DAYS else is_instant
    row = next((row for row in rows if row[place] is not None and not is_good(row[place])), rows[0])
    raise NoPlaceInLake(named(row[:HASHES]), name, row[place])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _as_days(texts: Any) -> Any:
    return texts.cast(arrow().date32())


def _texts_of_days(days: Any) -> Any:
    return days.cast(arrow().string())


def _as_instants(texts: Any) -> Any:
    return texts.cast(arrow().timestamp("us", "UTC"))


def _texts_of_instants(instants: Any) -> Any:
    pa, compute = arrow(), imported("pyarrow.compute", EXTRA)
    texts = instants.cast(pa.timestamp("us")).cast(pa.string())
    return compute.binary_join_element_wise(compute.binary_replace_slice(texts, DATE_END, TIME_START, "T"), "Z", "")
