"""A segment is the file that its entries make: whatever else stands in it, one reader or another would go by."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armsledger import Ledger, lake
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.segments import COMPRESSION
from tests.application.book import SEED
from tests.lake.lakes import names, synced

OWN = f"parquet-cpp-arrow version {pa.__version__}".encode()
OTHER = OWN.translate(bytes.maketrans(b"0123456789", b"1234567890"))
"""Another release of it, of a name as long."""
JAVA = b"parquet-mr version 1.5.0".ljust(len(OWN))
AS_WRITTEN: dict[str, Any] = {"compression": COMPRESSION}


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    """The segment of a lake of the story."""
    folder = tmp_path / "arms.lake"
    with Ledger.in_memory(recorded_by="tester") as ledger:
        ledger.record_file(SEED)
        synced(ledger, folder)
    (name,) = names(folder)
    return folder / "segments" / name


def written_anew(segment: Path, metadata: dict[bytes, bytes] | None = None, **options: Any) -> bytes:
    """The rows of a segment in a file that says of them what the library is asked for."""
    file, out = pq.ParquetFile(segment), BytesIO()
    schema = file.schema_arrow.with_metadata({**file.schema_arrow.metadata, **(metadata or {})})
    with pq.ParquetWriter(out, schema, **{**AS_WRITTEN, **options}) as writer:
        for group in range(file.num_row_groups):
            writer.write_table(file.read_row_group(group).replace_schema_metadata(schema.metadata))
    file.close()
    return out.getvalue()


def with_more(data: bytes) -> bytes:
    """A file that holds something between its rows and its description."""
    end = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    return data[:end] + b"more" + data[end:]


@pytest.mark.parametrize("writer", [OWN, OTHER])
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"sorting_columns": [pq.SortingColumn(0)]}, "it names an order of its rows"),
        ({"write_page_index": True}, "it has an index of the position of some rows"),
        ({"bloom_filter_options": {"stream": {"ndv": 9}}}, "it has an index of the stream of some rows"),
        ({"write_statistics": False}, "what it tells of the position of some rows is not so"),
        ({"metadata": {b"org.apache.spark.sql.parquet.row.metadata": b"{}"}}, "it describes itself in other ways"),
    ],
)
def test_what_readers_would_go_by_beside_the_rows_is_found(
    segment: Path, options: dict[str, Any], told: str, writer: bytes
) -> None:
    segment.write_bytes(written_anew(segment, **options).replace(OWN, writer))
    with pytest.raises(LakeDamaged, match=f"its entries fit, but not what stands beside them: {told}"):
        lake.verify(segment.parent.parent)


@pytest.mark.parametrize("writer", [OWN, OTHER])
def test_what_belongs_to_no_row_is_found(segment: Path, writer: bytes) -> None:
    segment.write_bytes(with_more(segment.read_bytes()).replace(OWN, writer))
    with pytest.raises(LakeDamaged, match="it holds more than its rows"):
        lake.verify(segment.parent.parent)


def test_a_file_of_another_library_is_none_of_ours(segment: Path) -> None:
    segment.write_bytes(segment.read_bytes().replace(OWN, JAVA))
    with pytest.raises(LakeDamaged, match="another library wrote it"):
        lake.verify(segment.parent.parent)


@pytest.mark.parametrize("options", [{"compression": "gzip"}, {"use_dictionary": False}, {"data_page_version": "2.0"}])
def test_another_file_of_the_same_rows_is_told_unless_another_release_wrote_it(
    segment: Path, options: dict[str, Any]
) -> None:
    folder = segment.parent.parent
    assert lake.verify(folder).not_compared == 0
    data = written_anew(segment, **options)
    segment.write_bytes(data)
    with pytest.raises(LakeDamaged, match=f"it is not as {OWN.decode()} writes its entries"):
        lake.verify(folder)
    segment.write_bytes(data.replace(OWN, OTHER))
    assert lake.verify(folder).not_compared == 1
