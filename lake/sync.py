"""Writing into a lake what a ledger has recorded since: new segments, and the persons as they are named now.

Entries are read as they are stored, and checked against the Merkle tree beside them; nothing is decoded. Segments
appear whole and in their order, so that a sync that was ended at any moment goes on where it stopped. Persons are
written first: whoever reads a segment finds all whom it names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from armsledger.domain.values.stream import OF_PERSONS
from armsledger.lake.columns import INSTANT, RECORD, batch_of
from armsledger.lake.description import Description, described, read_description, write_description
from armsledger.lake.errors import ASIDE, EMPTY, LakeDamaged, NoLake, NotContinued, OtherBuckets, OtherLedger
from armsledger.lake.folder import READ_MODELS, SEGMENTS, Folder
from armsledger.lake.persons import FILE as PERSONS
from armsledger.lake.persons import persons_in, write_persons
from armsledger.lake.segments import (
    Chain,
    Facts,
    Segment,
    SegmentFile,
    chain_of,
    check_nothing_foreign,
    ends_between,
    segment_bytes,
)
from armsledger.projections.workers import Worker, answering, cores, working
from armsledger.storage.address import Place
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.copying.rows import PAGE_ROWS, Row, schema_of, with_hashes
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.integrity.checkpoints import check_has_tree, frontier_of, tree_head
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.proofs.record import record_columns
from armsledger.storage.reader import JournalReader

STREAM, RECORDED_AT = RECORD.index("stream"), RECORD.index(INSTANT)
LAST_ERASURE: Final = (
    f"SELECT coalesce(max(position), 0) FROM journal WHERE stream >= '{OF_PERSONS}' AND stream < '{OF_PERSONS}~'"
)
ADDRESS: Final = "ARMSLEDGER_SYNC_OF"
"""Where a worker finds the address: an address with a password is not to be seen among its arguments."""
PROGRAM: Final = "from armsledger.lake.sync import work; work()"
SEGMENTS_WORTH_WORKERS: Final = 2
"""With fewer segments, this process is done before others have started."""

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
    journal: Journal,
    folder: Folder,
    buckets: int | None = None,
    report: Report = lambda *_: None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Synced:
    """Write what a ledger has recorded since the last time.

    Makes the lake if there is none, with so many ``buckets``. Raises OtherLedger, OtherBuckets, NotContinued, LakeBusy,
    NoPlaceInLake and LedgerDamaged.
    """
    reader = journal.reader
    with reader.snapshot():
        check_has_tree(reader)
        facts = reader.meta()
    wanted = described(facts, buckets)
    with folder.locked(timeout_seconds), seldom_collecting():
        description = _described(folder, wanted, is_asked=buckets is not None)
        folder.narrow()
        for under in ("", SEGMENTS):
            folder.sweep(under)
        chain = chain_of(folder)
        check_nothing_foreign(folder, chain)
        with reader.snapshot():
            _remove_strays(folder, description, chain, reader)
            last = _continued(folder, description, reader)
            head, frontier, persons = reader.head(), frontier_of(reader, last), persons_in(reader)
            (erasure,) = reader.query(LAST_ERASURE)[0]
        write_persons(folder, persons)
        removed = [name for name in folder.names(READ_MODELS) if name.isdecimal() and int(name) < erasure]
        for name in removed:
            folder.remove(f"{READ_MODELS}/{name}")
        segments = ends_between(last, head)
        source = Source(reader, journal.ledger, journal.place, description)
        size = _write(source, folder, frontier, segments, report)
    return Synced(head - last, len(segments), size, head, frontier.root(), tuple(removed))


def _described(folder: Folder, wanted: Description, *, is_asked: bool) -> Description:
    """What the lake says of itself; it is said now if there is none."""
    description = read_description(folder)
    if description is None:
        if there := [*folder.names(SEGMENTS), *(name for name in folder.names("") if name == PERSONS)]:
            raise NoLake(folder.name, f"there is no lake, and {there[0]} is there", remedy=EMPTY)
        write_description(folder, wanted)
        return wanted
    if description.facts != wanted.facts:
        told, own = (f"{one.ledger_id}, made {one.created_at}" for one in (description, wanted))
        raise OtherLedger(folder.name, told, own)
    if is_asked and description.buckets != wanted.buckets:
        raise OtherBuckets(folder.name, description.buckets)
    return description


def _remove_strays(folder: Folder, description: Description, chain: Chain, reader: JournalReader) -> None:
    """Remove segments that do not go on from those before, if those that have their entries are as they should be;
    raises LakeDamaged and NotContinued, and removes nothing, if one is not."""
    from armsledger.lake.verification import all_checked  # only where two have written at once

    if not chain.strays:
        return
    first = min(stray.first for stray in chain.strays)
    overlapping = [segment for segment in chain.segments if segment.last >= first]
    try:
        for segment, _ in all_checked(folder, description, overlapping, (), None):
            _check_is_continued(folder, description, segment, reader)
    except LakeDamaged as error:
        raise LakeDamaged(error.file, error.what, remedy=ASIDE) from error
    for stray in chain.strays:
        folder.remove(stray.name)


def _continued(folder: Folder, description: Description, reader: JournalReader) -> int:
    """The last position that the lake has, of which the ledger is a continuation; raises NotContinued."""
    segments = chain_of(folder).segments
    if not segments:
        return 0
    _check_is_continued(folder, description, segments[-1], reader)
    return segments[-1].last


def _check_is_continued(folder: Folder, description: Description, segment: Segment, reader: JournalReader) -> None:
    """Raise NotContinued unless the ledger begins with what a segment holds and with all before it."""
    with SegmentFile(folder, segment, description) as file:
        place, last, root = file.place, file.facts.last, file.facts.root
    head = reader.head()
    if head < last:
        raise NotContinued(place, last, f"it has only {head:,} entries")
    if tree_head(reader, last).root != root:
        raise NotContinued(place, last, "the entries up to there are others: one of the two was rewritten")


class Made(NamedTuple):
    """A segment that is yet to be put in its place: its file, and the edge of the tree before and after it."""

    segment: Segment
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    file: bytes


def _write(source: Source, folder: Folder, frontier: Frontier, segments: Sequence[Segment], report: Report) -> int:
    """Write segments in their order, after those that a frontier holds, which takes them in; how many bytes."""
    size = 0
    for made in source.made(segments):
        if made.before != tuple(frontier.peaks):
            what = f"the tree does not go on from position {frontier.size}"
            raise LedgerDamaged(source.ledger, what)
        folder.write(made.segment.name, made.file)
        frontier.size, frontier.peaks = made.segment.last, list(made.after)
        size += len(made.file)
        report(frontier.size, segments[-1].last)
    return size


class Source(NamedTuple):
    """A ledger that is read for a lake, and what messages call it."""

    reader: JournalReader
    ledger: str
    place: Place
    description: Description

    def made(self, segments: Sequence[Segment], workers: int | None = None) -> Iterator[Made]:
        """Segments in their order. Where there are several, processes that open the ledger make them."""
        count = min(cores() if workers is None else workers, len(segments))
        if count < 2 or len(segments) < SEGMENTS_WORTH_WORKERS or self.place is None or not sys.executable:
            yield from map(self.make, segments)
            return
        address = str(self.place) if isinstance(self.place, Path) else self.place.url
        description = [str(fact) for fact in self.description]
        with working(count, lambda: Worker(self.ledger, PROGRAM, description, {ADDRESS: address})) as in_order:
            for segment, answer in in_order(tuple(segment) for segment in segments):
                yield Made(Segment(*segment), *answer)

    def make(self, segment: Segment) -> Made:
        """One segment; raises LedgerDamaged for the first entry that does not fit the tree, and NoPlaceInLake."""
        with self.reader.snapshot():
            frontier = frontier_of(self.reader, segment.first - 1)
        before = tuple(frontier.peaks)
        batches = list(self._batches(segment, frontier))
        facts = Facts(*self.description, *segment, before, frontier.root())
        return Made(segment, before, tuple(frontier.peaks), segment_bytes(facts, batches))

    def _batches(self, segment: Segment, frontier: Frontier) -> Iterator[Any]:
        """The entries of a segment as columns, page by page, checked against the tree."""
        first = Firsts(self.reader, segment.first)
        buckets: dict[str, int] = {}
        for page in _pages(self.reader, segment):
            rows = with_hashes(page, self.ledger, frontier)
            streams = [row[STREAM] for row in rows]
            for stream in streams:
                if stream not in buckets:
                    buckets[stream] = self.description.bucket_of(stream)
            yield batch_of(rows, [buckets[stream] for stream in streams], first.of(rows))
        if frontier.size != segment.last:
            raise LedgerDamaged(self.ledger, f"there is no entry at position {frontier.size + 1}")


def work() -> None:
    """Make segments: what the lake says of itself is in the arguments, the ledger's address in the environment."""
    schema, ledger_id, created_at, buckets = sys.argv[1:]
    address = os.environ[ADDRESS]
    with Journal.open(address if "://" in address else Path(address)) as journal, seldom_collecting():
        description = Description(int(schema), ledger_id, created_at, int(buckets))
        source = Source(journal.reader, journal.ledger, journal.place, description)
        answering(lambda segment: tuple(source.make(Segment(*segment)))[1:])


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
