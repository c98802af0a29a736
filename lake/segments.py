"""Segments: the entries of a range of positions in one Parquet file, which is never changed.

    segments/000000000001-000000131072.parquet

Ranges end at multiples of `LONGEST`, or where a sync ended. Within a segment rows are sorted by bucket, stream and
version, and each bucket is a row group of its own: whoever wants a bucket reads that of each segment. The metadata of
the file say what it is (`Facts`).

A storage without locks lets two processes write at once. What they write is the same, but one may have known of more
entries, so that two segments overlap. Readers refuse that, and the next sync removes all that does not go on from what
stands before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from io import SEEK_END, BytesIO
from typing import Any, Final, NamedTuple

from armsledger.exchange.tables.table import imported
from armsledger.lake.columns import BUCKET, ORDER, arrow, reading, segment_schema
from armsledger.lake.description import SCHEMA, Description
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.folder import EXTRA, SEGMENTS, Folder
from armsledger.storage.proofs.merkle import HASH_BYTES, Frontier

LONGEST: Final = 2**17
"""The most entries of a segment; they are in memory together."""
DIGITS: Final = 12
NAME: Final = re.compile(rf"(\d{{{DIGITS},}})-(\d{{{DIGITS},}})\.parquet")
METADATA: Final = b"armsledger.segment"
COMPRESSION: Final = "zstd"
PLAIN: Final = frozenset({"position", "entry_id", "payload", "leaf"})
"""Columns of which hardly two values are the same."""


class Segment(NamedTuple):
    """The first and the last position of a segment."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """Where it stands in the lake."""
        return f"{SEGMENTS}/{self.first:0{DIGITS}}-{self.last:0{DIGITS}}.parquet"


class Facts(NamedTuple):
    """What a segment says of itself: of which ledger it is, which entries it has, and how they stand in the tree.

    ``before`` are the peaks of the Merkle tree over all entries before its own, the largest first, and ``root`` is the
    root over these and its own: so each segment is verified by itself, and two that follow each other fit together.
    """

    schema: int
    ledger_id: str
    created_at: str
    buckets: int
    first: int
    last: int
    before: tuple[bytes, ...]
    root: bytes

    @property
    def frontier(self) -> Frontier:
        """The edge of the tree before its first entry; raises ValueError if it says nothing that could be it."""
        return Frontier(self.first - 1, self.before)

    def to_json(self) -> bytes:
        """As the metadata of a file have it."""
        told = self._asdict() | {"before": [peak.hex() for peak in self.before], "root": self.root.hex()}
        return json.dumps(told).encode()

    @classmethod
    def parse(cls, data: bytes) -> Facts:
        """Read what `to_json` wrote; raises ValueError."""
        try:
            told = json.loads(data)
            hashes = tuple(map(bytes.fromhex, (*told["before"], told["root"])))
            facts = cls(**told | {"before": hashes[:-1], "root": hashes[-1]})
            numbers = (facts.schema, facts.buckets, facts.first, facts.last)
            texts = (facts.ledger_id, facts.created_at)
        except (TypeError, KeyError, RecursionError) as error:
            raise ValueError(str(error)) from error
        if any(type(one) is not int for one in numbers) or any(type(one) is not str for one in texts):
            raise ValueError("a number is a text, or a text a number")
        if any(len(one) != HASH_BYTES for one in hashes):
            raise ValueError("a hash is too short or too long")
        return facts


class Chain(NamedTuple):
    """The segments that follow each other from the first position on, segments that do not go on from them, and what is
    no segment, but would be read as one by somebody."""

    segments: list[Segment]
    strays: list[Segment]
    foreign: list[str]

    @property
    def last(self) -> int:
        """The last position that the lake has."""
        return self.segments[-1].last if self.segments else 0


def chain_of(folder: Folder) -> Chain:
    """The segments of a lake. Where two begin at one position, the longer one counts."""
    segments, foreign = list[Segment](), list[str]()
    for name in folder.names(SEGMENTS, hidden=True):
        match = NAME.fullmatch(name)
        segment = None if match is None else Segment(int(match[1]), int(match[2]))
        if segment is not None and segment.name == f"{SEGMENTS}/{name}" and segment.first <= segment.last:
            segments.append(segment)
        elif not name.startswith(".") or name.endswith(".parquet"):  # as globs have them, and whole folders
            foreign.append(f"{SEGMENTS}/{name}")
    chain = Chain([], [], foreign)
    for segment in sorted(segments, key=lambda one: (one.first, -one.last)):
        if segment.first == chain.last + 1:
            chain.segments.append(segment)
        else:
            chain.strays.append(segment)
    return chain


def segments_of(folder: Folder) -> list[Segment]:
    """The segments of a lake in their order; raises LakeDamaged where they do not follow each other."""
    chain = chain_of(folder)
    check_nothing_foreign(folder, chain)
    if chain.strays:
        raise LakeDamaged(
            f"{folder.name}/{chain.strays[0].name}",
            f"it does not go on from position {chain.last:,}, up to which segments follow each other",
            remedy="`armsledger lake sync` puts that right; if it was a sync that was under way, try again",
        )
    return chain.segments


def check_nothing_foreign(folder: Folder, chain: Chain) -> None:
    """Raise LakeDamaged for a file or a folder among the segments that is none."""
    if chain.foreign:
        raise LakeDamaged(f"{folder.name}/{chain.foreign[0]}", "it is no segment", remedy="move it to another folder")


def ends_between(after: int, last: int) -> list[Segment]:
    """The segments that hold the entries after a position up to and with another."""
    ends = [*range((after // LONGEST + 1) * LONGEST, last, LONGEST), last] if last > after else []
    return [Segment(first + 1, end) for first, end in zip([after, *ends], ends, strict=False)]


def segment_bytes(facts: Facts, batches: Sequence[Any]) -> bytes:
    """The file of a segment with its entries, in whatever order they come."""
    pa, parquet = arrow(), imported("pyarrow.parquet", EXTRA)
    schema = segment_schema().with_metadata({METADATA: facts.to_json()})
    table = pa.Table.from_batches(batches, schema=segment_schema())
    table = table.sort_by([(name, "ascending") for name in ORDER]).replace_schema_metadata(schema.metadata)
    out = BytesIO()
    frequent = [name for name in table.column_names if name not in PLAIN]
    with parquet.ParquetWriter(out, schema, compression=COMPRESSION, use_dictionary=frequent) as writer:
        for start, length in _runs(table.column(BUCKET)):
            writer.write_table(table.slice(start, length))
    return out.getvalue()


def _runs(buckets: Any) -> Iterator[tuple[int, int]]:
    """Where each bucket begins in a sorted column, and how many rows it has."""
    runs = imported("pyarrow.compute", EXTRA).run_end_encode(buckets.combine_chunks())
    ends = runs.run_ends.to_pylist()
    return zip([0, *ends], [end - start for start, end in zip([0, *ends], ends, strict=False)], strict=False)


def _is_in(column: Any, buckets: Sequence[int]) -> Any:
    pa, compute = arrow(), imported("pyarrow.compute", EXTRA)
    return compute.is_in(column, value_set=pa.array(buckets, pa.int32()))


class SegmentFile:
    """The file of a segment, open for reading. Raises LakeDamaged for one that is not what a sync has written."""

    def __init__(self, folder: Folder, segment: Segment, description: Description) -> None:
        self.place = f"{folder.name}/{segment.name}"
        self.segment = segment
        self._file = folder.opened(segment.name)
        try:
            with reading(self.place):
                self.parquet = imported("pyarrow.parquet", EXTRA).ParquetFile(self._file, pre_buffer=True)
                self.facts = self._facts(description)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> SegmentFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.parquet.close()
        self._file.close()

    def table(self, buckets: Sequence[int] | None = None, columns: Sequence[str] | None = None) -> Any:
        """The rows of some buckets (default: of all)."""
        asked = None if columns is None else list({*columns, BUCKET})
        with reading(self.place):
            table = self.parquet.read_row_groups(self._groups(buckets), columns=asked)
            return table if buckets is None else table.filter(_is_in(table.column(BUCKET), buckets))

    def is_same(self, made: bytes) -> bool:
        """Whether the file is this one, byte for byte."""
        self._file.seek(0)
        return self._file.read() == made

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self._file.seek(0, SEEK_END)

    def _groups(self, buckets: Sequence[int] | None) -> list[int]:
        metadata = self.parquet.metadata
        if buckets is None:
            return list(range(metadata.num_row_groups))
        place = segment_schema().get_field_index(BUCKET)
        wanted = []
        for group in range(metadata.num_row_groups):
            statistics = metadata.row_group(group).column(place).statistics
            if (
                statistics is None
                or not statistics.has_min_max
                or any(statistics.min <= bucket <= statistics.max for bucket in buckets)
            ):
                wanted.append(group)
        return wanted

    def _facts(self, description: Description) -> Facts:
        schema = self.parquet.schema_arrow
        if not schema.equals(segment_schema()):
            raise LakeDamaged(self.place, "its columns are not those of a segment")
        try:
            facts = Facts.parse((schema.metadata or {}).get(METADATA, b""))
            _ = facts.frontier
        except ValueError as error:
            raise LakeDamaged(self.place, f"it does not say what it is: {error!s:.100}") from None
        if facts.schema != SCHEMA or facts[:4] != description:
            raise LakeDamaged(self.place, "it is of another ledger, or of a lake with other buckets")
        if Segment(facts.first, facts.last) != self.segment:
            raise LakeDamaged(self.place, f"it has the entries {facts.first:,} to {facts.last:,}")
        rows = self.parquet.metadata.num_rows
        if rows != facts.last - facts.first + 1:
            raise LakeDamaged(self.place, f"it has {rows:,} rows")
        return facts
