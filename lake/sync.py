"""Writing into a lake what a ledger has recorded since: new segments, and the persons as they are named now.

Entries are read as they are stored, and checked against the Merkle tree beside them; nothing is decoded. Segments
appear whole and in their order, so that a sync that was ended at any moment goes on where it stopped. Persons are
written first: whoever reads a segment finds all whom it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from armsledger.domain.values.stream import OF_PERSONS
from armsledger.lake.columns import INSTANT, RECORD, batch_of
from armsledger.lake.description import Description, described, read_description, write_description
from armsledger.lake.errors import NotContinued, OtherBuckets, OtherLedger
from armsledger.lake.folder import Folder
from armsledger.lake.persons import persons_in, write_persons
from armsledger.lake.segments import UNDER, Facts, Segment, SegmentFile, chain_of, ends_between, write_segment
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.copying.rows import PAGE_ROWS, Row, schema_of, with_hashes
from armsledger.storage.integrity.checkpoints import check_has_tree, frontier_of, tree_head
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.proofs.record import record_columns
from armsledger.storage.reader import JournalReader

READ_MODELS: Final = "read-models"
"""The folder in which read models are, each in a folder named for the position that it takes account of."""
STREAM, RECORDED_AT = RECORD.index("stream"), RECORD.index(INSTANT)
LAST_ERASURE: Final = (
    f"SELECT coalesce(max(position), 0) FROM journal WHERE stream >= '{OF_PERSONS}' AND stream < '{OF_PERSONS}~'"
)

Report = Callable[[int, int], None]


class Synced(NamedTuple):
    """What a sync came to: how many entries, segments and bytes it added, up to which position the lake has all, the
    root of the tree there, and the folded read models that it removed, as they named somebody since forgotten."""

    entries: int
    segments: int
    size_bytes: int
    position: int
    root: bytes
    removed: tuple[str, ...]


def sync(
    reader: JournalReader,
    ledger: str,
    folder: Folder,
    buckets: int | None = None,
    report: Report = lambda *_: None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Synced:
    """Write what a ledger has recorded since the last time; ``ledger`` is what messages call it.

    Makes the lake if there is none, with so many ``buckets``. Raises OtherLedger, NotContinued, LakeBusy, NoPlaceInLake
    and LedgerDamaged.
    """
    with reader.snapshot():
        check_has_tree(reader)
        facts = reader.meta()
    wanted = described(facts, buckets)
    with folder.locked(timeout_seconds), seldom_collecting():
        description = _described(folder, wanted, is_asked=buckets is not None)
        for under in ("", UNDER):
            folder.sweep(under)
        for stray in chain_of(folder).strays:
            folder.remove(stray)
        with reader.snapshot():
            last = _continued(folder, description, reader)
            head, frontier, persons = reader.head(), frontier_of(reader, last), persons_in(reader)
            (erasure,) = reader.query(LAST_ERASURE)[0]
        write_persons(folder, persons)
        added, size = _write(Source(reader, ledger, description), folder, frontier, head, report)
        removed = [name for name in folder.names(READ_MODELS) if name.isdecimal() and int(name) < erasure]
        for name in removed:
            folder.remove(f"{READ_MODELS}/{name}")
    return Synced(head - last, added, size, head, frontier.root(), tuple(removed))


def _described(folder: Folder, wanted: Description, *, is_asked: bool) -> Description:
    """What the lake says of itself; it is said now if there is none."""
    description = read_description(folder)
    if description is None:
        write_description(folder, wanted)
        return wanted
    if description.facts != wanted.facts:
        told, own = (f"{one.ledger_id}, made {one.created_at}" for one in (description, wanted))
        raise OtherLedger(folder.name, told, own)
    if is_asked and description.buckets != wanted.buckets:
        raise OtherBuckets(folder.name, description.buckets)
    return description


def _continued(folder: Folder, description: Description, reader: JournalReader) -> int:
    """The last position that the lake has, of which the ledger is a continuation; raises NotContinued."""
    segments = chain_of(folder).segments
    if not segments:
        return 0
    with SegmentFile(folder, segments[-1], description) as file:
        place, last, root = file.place, file.facts.last, file.facts.root
    head = reader.head()
    if head < last:
        raise NotContinued(place, last, f"it has only {head:,} entries")
    if tree_head(reader, last).root != root:
        raise NotContinued(place, last, "the entries up to there are others: one of the two was rewritten")
    return last


class Source(NamedTuple):
    """What is read, what messages call it, and the lake that it is written to."""

    reader: JournalReader
    ledger: str
    description: Description


def _write(source: Source, folder: Folder, frontier: Frontier, head: int, report: Report) -> tuple[int, int]:
    """Write the segments after those that a frontier holds, which takes them in; how many, and how many bytes.

    While one is written, the next one is read.
    """
    segments = ends_between(frontier.size, head)
    sizes: list[Future[int]] = []
    with ThreadPoolExecutor(1) as threads:
        for segment in segments:
            before = tuple(frontier.peaks)
            batches = list(_batches(source, segment, frontier, lambda: report(frontier.size, head)))
            facts = Facts(*source.description, *segment, before, frontier.root())
            if sizes:
                sizes[-1].result()
            sizes.append(threads.submit(write_segment, folder, facts, batches))
        return len(segments), sum(size.result() for size in sizes)


def _batches(source: Source, segment: Segment, frontier: Frontier, done: Callable[[], None]) -> Iterator[Any]:
    """The entries of a segment as columns, page by page, checked against the tree."""
    reader, ledger, description = source
    first = Firsts(reader, segment.first)
    buckets: dict[str, int] = {}
    for page in _pages(reader, segment):
        rows = with_hashes(page, ledger, frontier)
        streams = [row[STREAM] for row in rows]
        for stream in streams:
            if stream not in buckets:
                buckets[stream] = description.bucket_of(stream)
        yield batch_of(rows, [buckets[stream] for stream in streams], first.of(rows))
        done()


def _pages(reader: JournalReader, segment: Segment) -> Iterator[list[Row]]:
    columns = record_columns(schema_of(reader))
    sql = f"SELECT {columns}, hashes FROM journal WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
    after = segment.first - 1
    while rows := reader.query(sql, after, segment.last, PAGE_ROWS):
        yield rows
        after = rows[-1][0]


class Firsts:
    """The first position of the instant at which each entry was recorded, while entries are gone through in order."""

    def __init__(self, reader: JournalReader, first: int) -> None:
        self._at = reader.recorded_at(first)
        self._position = reader.first_of_instant(first)

    def of(self, rows: Sequence[Row]) -> list[int]:
        """Those of the next entries."""
        firsts = []
        at, position = self._at, self._position
        for row in rows:
            if row[RECORDED_AT] != at:
                at, position = row[RECORDED_AT], row[0]
            firsts.append(position)
        self._at, self._position = at, position
        return firsts
