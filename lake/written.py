"""Whether the file of a segment is the one that its entries make, and holds nothing that leads a reader astray.

Readers of Parquet go by much that stands beside the rows: the least and the most of a column, where its pages begin,
what order they are in. Whatever of it is wrong, one reader shows other rows than another. A sync writes the same bytes
of the same entries, so the file is made anew and compared. Another release of pyarrow may write others; then what is
told of each column is compared with its rows, and all bytes must belong to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from armsledger.exchange.tables.table import imported
from armsledger.lake.columns import arrow
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.folder import EXTRA
from armsledger.lake.segments import METADATA, SegmentFile, segment_bytes

MAGIC: Final = 4
"""Bytes at the beginning and the end of a Parquet file."""
LENGTH: Final = 4
"""Bytes before the last ones, which tell how long the description is."""
OF_PYARROW: Final = "parquet-cpp-arrow version "
KNOWN: Final = {b"ARROW:schema", METADATA}
LONG: Final = 2048
"""Of a text so long, nothing is told."""


def made_of(file: SegmentFile, table: Any) -> bytes:
    """The file that the entries of a segment make, written by the pyarrow that is here."""
    return segment_bytes(file.facts, table.replace_schema_metadata(None).to_batches())


def check_form(file: SegmentFile, table: Any, made: bytes) -> None:
    """Raise LakeDamaged for a file that is not the one its entries make, unless another release of pyarrow wrote it
    and nothing in it is odd."""
    writer = file.parquet.metadata.created_by
    own = imported("pyarrow.parquet", EXTRA).ParquetFile(BytesIO(made)).metadata.created_by
    odd = next(_oddities(file, table), "" if writer != own else f"it is not as {own} writes its entries")
    if odd:
        raise LakeDamaged(file.place, f"its entries fit, but not what stands beside them: {odd}")


def _oddities(file: SegmentFile, table: Any) -> Iterator[str]:
    """What no sync writes, in words."""
    metadata, size = file.parquet.metadata, file.size
    if not metadata.created_by.startswith(OF_PYARROW):
        yield "another library wrote it"
    if set(metadata.metadata) != KNOWN:
        yield "it describes itself in other ways, too"
    end, start = MAGIC, 0
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        part = table.slice(start, group.num_rows)
        start += group.num_rows
        if group.sorting_columns:
            yield "it names an order of its rows"
        for chunk, name in zip(map(group.column, range(group.num_columns)), table.column_names, strict=True):
            yield from _oddities_of(chunk, name, part.column(name))
            first = chunk.data_page_offset
            if chunk.dictionary_page_offset is not None:
                first, second = chunk.dictionary_page_offset, first
                if first >= second:
                    yield f"the {name} of some rows begins in two places"
            if first != end:
                yield f"the {name} of some rows begins at another place"
            end = first + chunk.total_compressed_size
    if end != size - MAGIC - LENGTH - metadata.serialized_size:
        yield "it holds more than its rows"


def _oddities_of(chunk: Any, name: str, column: Any) -> Iterator[str]:
    """What is told wrongly of a column of some rows."""
    if chunk.path_in_schema != name or chunk.file_path or chunk.num_values != len(column):
        yield f"the {name} of some rows is said to be elsewhere"
    if chunk.has_column_index or chunk.has_offset_index or getattr(chunk, "bloom_filter_offset", None) is not None:
        yield f"it has an index of the {name} of some rows"
    if not _tells(chunk.statistics, column):
        yield f"what it tells of the {name} of some rows is not so"


def _tells(statistics: Any, column: Any) -> bool:
    """Whether the least and the most of a column, and how often it is null, are told as they are."""
    compute = imported("pyarrow.compute", EXTRA)
    ends = compute.min_max(column).as_py()
    if statistics is None or not statistics.has_min_max:
        is_known = statistics is not None and statistics.has_null_count and statistics.null_count == column.null_count
        return bool(is_known if ends["min"] is None else _longest(column) > LONG)
    told = (statistics.min, statistics.max, statistics.has_null_count, statistics.null_count)
    return told == (ends["min"], ends["max"], True, column.null_count)


def _longest(column: Any) -> int:
    """Bytes of the longest text of a column; 0 for a column of anything else."""
    if not arrow().types.is_string(column.type):
        return 0
    compute = imported("pyarrow.compute", EXTRA)
    return compute.max(compute.binary_length(column)).as_py() or 0
