"""Verifying a lake without its ledger: every entry's record is made anew from the columns, every root from those.

So a file that was changed is named, and a lake that was rewritten as a whole is found by a checkpoint that the ledger's
keeper signed. Each segment is verified by itself, in whichever process: it names the edge of the tree before it. Then
each must begin where the one before ends. Memory does not grow with the lake.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.signed import key_names, read_checkpoint, trusted_keys
from armsledger.lake.columns import BUCKET, FIRST_OF_INSTANT, INSTANT, LEAF, ORDER, RECORD, reading, rows_of, values_of
from armsledger.lake.description import Description, opened_lake
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.folder import Folder, folder_at
from armsledger.lake.segments import Segment, SegmentFile, segments_of
from armsledger.lake.written import check_form, made_of
from armsledger.projections.pages import ENTRIES_WORTH_WORKERS
from armsledger.projections.workers import Worker, answering, cores, working
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.copying.rows import Row, named
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.proofs.errors import CheckpointFails, UnreadableRecord
from armsledger.storage.proofs.merkle import EMPTY_ROOT, Frontier, fold, leaf_hash
from armsledger.storage.proofs.note import Checkpoint
from armsledger.storage.proofs.origin import misfit_of_origin
from armsledger.storage.proofs.record import record_bytes

AT_ONCE: Final = 4096
"""Entries of which the records are in memory together."""
DERIVED: Final = (BUCKET, "kind", "key", FIRST_OF_INSTANT)
"""Columns that follow from the record and from where it stands."""
FEWEST: Final = 1
PROGRAM: Final = "from armsledger.lake.verification import work; work()"

Report = Callable[[int, int], None]


class Confirmed(NamedTuple):
    """A checkpoint that the lake fits: its file, how many entries it signs for, and who signed it."""

    file: str
    size: int
    signed_by: tuple[str, ...]


class Verified(NamedTuple):
    """A lake that fits in itself: which ledger it is of, how many entries and segments it has, how many of these were
    not compared byte for byte, as another release of pyarrow wrote them, the root over the entries, and the
    checkpoints that it fits. Entries above the largest of these are not signed for."""

    ledger_id: str
    created_at: str
    entries: int
    segments: int
    not_compared: int
    root: bytes
    confirmed: tuple[Confirmed, ...]


def verify(
    folder: str | Path,
    *,
    checkpoints: Iterable[str | Path] = (),
    keys: Iterable[str | Path] = (),
    signers: int = 1,
    workers: int | None = None,
    report: Report = lambda *_: None,
) -> Verified:
    """Verify a lake, and that it begins with what was signed; raises LakeDamaged and CheckpointFails.

    ``checkpoints`` are files of signed notes, ``keys`` verifier keys as text or file, of which so many as ``signers``
    says must have signed each. ``workers`` is the number of processes (default: one, or one for each core if the lake
    is large; 0: this one).
    """
    paths = list(checkpoints)
    if signers > 1 and not paths:
        raise UsageError(
            f"there is no checkpoint that {signers} keys could have signed", remedy="name it with --checkpoint FILE"
        )
    names = list(keys)
    verifiers = trusted_keys(names, signers, "a checkpoint") if paths or names else []
    place = folder_at(folder)
    description = opened_lake(place)
    signed = []
    for path in paths:
        note, checkpoint = read_checkpoint(path)
        try:
            signed_by = key_names(note.verified_by(verifiers, signers))
            _check_origin(checkpoint, description)
        except LedgerError as error:
            raise error.at(str(path)) from None
        signed.append((Confirmed(str(path), checkpoint.size, signed_by), checkpoint))
    segments = segments_of(place)
    last = segments[-1].last if segments else 0
    for confirmed, checkpoint in signed:
        if checkpoint.size > last:
            raise CheckpointFails(
                f"the lake has only {last:,} entries, and it signs for {checkpoint.size:,}",
                remedy="bring the lake up to date first: `armsledger lake sync`; if it is, entries were taken out",
            ).at(confirmed.file)
    sizes = sorted({checkpoint.size for _, checkpoint in signed})
    roots = {0: EMPTY_ROOT}
    ends, not_compared = Seam((), "", 0), 0
    with seldom_collecting():
        for segment, checked in all_checked(place, description, segments, sizes, workers):
            _check_meeting(f"{place.name}/{segment.name}", segment, ends, checked.begins)
            ends = checked.ends
            roots |= checked.roots
            not_compared += not checked.is_same
            report(segment.last, last)
    for confirmed, checkpoint in signed:
        if roots[checkpoint.size] != checkpoint.root:
            raise CheckpointFails(
                f"the first {checkpoint.size:,} entries of the lake are others than those that were signed for",
                remedy="the lake, or the ledger before it was synced, was rewritten: go back to a copy of the ledger"
                " that this checkpoint fits, and make the lake anew",
            ).at(confirmed.file)
    return Verified(
        description.ledger_id,
        description.created_at,
        last,
        len(segments),
        not_compared,
        fold(ends.peaks),
        tuple(confirmed for confirmed, _ in signed),
    )


def _check_origin(checkpoint: Checkpoint, description: Description) -> None:
    if misfit := misfit_of_origin(checkpoint.origin, description.facts):
        raise CheckpointFails(misfit, remedy="give a checkpoint of the ledger that the lake is of")


class Seam(NamedTuple):
    """What two segments share where they meet: the edge of the tree, an instant, and the first position recorded at it.

    Where a segment begins, the instant is that of its first entry, and the position that which stands beside it.
    """

    peaks: tuple[bytes, ...]
    instant: str
    first: int


class Checked(NamedTuple):
    """A segment that fits in itself: where it begins and ends, the roots of the sizes that were asked for, and whether
    its file is, byte for byte, the one that its entries make."""

    begins: Seam
    ends: Seam
    roots: dict[int, bytes]
    is_same: bool


def check_segment(folder: Folder, description: Description, segment: Segment, sizes: Sequence[int]) -> Checked:
    """Verify a segment, if it begins where the one before ends; raises LakeDamaged."""
    with SegmentFile(folder, segment, description) as file, reading(file.place):
        return _checked(file, description, sizes)


def _checked(file: SegmentFile, description: Description, sizes: Sequence[int]) -> Checked:
    place, facts, segment, table = file.place, file.facts, file.segment, file.table()
    made = made_of(file, table)
    is_same = file.is_same(made)
    if not is_same:
        _check_order(place, table)
    as_stored, table = table, table.sort_by([("position", "ascending")])
    instants, firsts = values_of(table.slice(0, 1), INSTANT), table[FIRST_OF_INSTANT].slice(0, 1).to_pylist()
    begins = Seam(facts.before, instants[0], firsts[0])
    walk = _Walk(place, description, facts.frontier, begins, [one for one in sizes if facts.first <= one <= facts.last])
    for start in range(0, table.num_rows, AT_ONCE):
        walk.take(segment.first + start, table.slice(start, AT_ONCE))
    if walk.frontier.root() != facts.root:
        raise LakeDamaged(place, "its entries do not lead to the root that it names")
    if not is_same:
        check_form(file, as_stored, made)
    return Checked(begins, walk.seam, walk.roots, is_same)


class _Walk:
    """Going through the entries of a segment; ``roots`` are those of the sizes that were asked for."""

    def __init__(
        self, place: str, description: Description, frontier: Frontier, begins: Seam, sizes: Sequence[int]
    ) -> None:
        self._place = place
        self._description = description
        self._sizes = sizes
        self.frontier = frontier
        self.roots: dict[int, bytes] = {}
        self._instant, self._first = begins.instant, begins.first

    @property
    def seam(self) -> Seam:
        """Where it stands."""
        return Seam(tuple(self.frontier.peaks), self._instant, self._first)

    def take(self, first: int, table: Any) -> None:
        """Verify the next entries, in the order of their positions; raises LakeDamaged."""
        rows = list(rows_of(table))
        leaves: list[bytes] = []
        for position, row, leaf in zip(range(first, first + len(rows)), rows, table[LEAF].to_pylist(), strict=True):
            if row[0] != position:
                raise LakeDamaged(self._place, f"there is no entry at position {position:,}; next comes {named(row)}")
            try:
                leaves.append(leaf_hash(record_bytes(row)))
            except UnreadableRecord as error:
                raise LakeDamaged(self._place, f"{named(row)} cannot be read: {error.message}") from error
            if leaves[-1] != leaf:
                raise LakeDamaged(self._place, f"{named(row)} is not what was hashed")
        self._check_derived(rows, table)
        done = 0
        for size in sorted(size for size in self._sizes if first <= size < first + len(leaves)):
            self.frontier.extend(leaves[done : size - first + 1])
            done, self.roots[size] = size - first + 1, self.frontier.root()
        self.frontier.extend(leaves[done:])

    def _check_derived(self, rows: Sequence[Row], table: Any) -> None:
        """The columns that a fold and questions go by, which follow from the entries."""
        derived = zip(*(table[name].to_pylist() for name in DERIVED), strict=True)
        stream_at, instant_at = RECORD.index("stream"), RECORD.index(INSTANT)
        buckets: dict[str, int] = {}
        for row, (bucket, kind, key, first) in zip(rows, derived, strict=True):
            stream = row[stream_at]
            if stream not in buckets:
                buckets[stream] = self._description.bucket_of(stream)
            if row[instant_at] != self._instant:
                self._instant, self._first = row[instant_at], row[0]
            told, right = (bucket, kind, key, first), (buckets[stream], *_parts(stream), self._first)
            if told != right:
                name = next(name for name, one, other in zip(DERIVED, told, right, strict=True) if one != other)
                raise LakeDamaged(self._place, f"{named(row)} has a wrong {name} beside it")


def _check_meeting(place: str, segment: Segment, before: Seam, begins: Seam) -> None:
    """Raise LakeDamaged for a segment that does not begin where the one before ends."""
    if begins.peaks != before.peaks:
        raise LakeDamaged(place, f"it does not go on from the entries up to position {segment.first - 1:,}")
    if begins.first != (before.first if begins.instant == before.instant else segment.first):
        raise LakeDamaged(place, f"the entry at position {segment.first:,} has a wrong {FIRST_OF_INSTANT} beside it")


def all_checked(
    folder: Folder, description: Description, segments: Sequence[Segment], sizes: Sequence[int], workers: int | None
) -> Iterator[tuple[Segment, Checked]]:
    """Segments in their order, each verified by itself; raises LakeDamaged.

    Other processes read them, unless there are to be none: over some damaged files, the library for Parquet ends its
    own.
    """
    if workers is None:
        workers = cores() if segments and segments[-1].last >= ENTRIES_WORTH_WORKERS else FEWEST
    if workers == 0 or not segments:
        for segment in segments:
            yield segment, check_segment(folder, description, segment, sizes)
        return
    tasks = ((folder.address, tuple(description), tuple(segment), sizes) for segment in segments)
    with working(min(workers, len(segments)), lambda: Worker(folder.name, PROGRAM)) as in_order:
        answers = in_order(tasks)
        for segment in segments:
            try:
                _, (checked, fault) = next(answers)
            except LedgerFailed as error:
                place = f"{folder.name}/{segment.name}"
                raise LakeDamaged(place, "it cannot be read: the process that read it broke down") from error
            if fault is not None:
                raise LakeDamaged(*fault[:2], remedy=fault[2])
            yield segment, checked or check_segment(folder, description, segment, sizes)  # what refuses, refuses here


def work() -> None:
    """Verify segments in a process of its own, which says nothing else, whatever its libraries do."""

    def answer(task: Any) -> tuple[Checked | None, tuple[str, str, str] | None]:
        folder, description, segment, sizes = task
        try:
            return check_segment(folder_at(folder), Description(*description), Segment(*segment), sizes), None
        except LakeDamaged as error:
            return None, (error.file, error.what, error.remedy)
        except LedgerError:
            return None, None

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    with seldom_collecting():
        answering(answer)


def _parts(stream: str) -> tuple[str, str]:
    kind, _, key = stream.partition("/")
    return kind, key


def _check_order(place: str, table: Any) -> None:
    """Raise LakeDamaged for rows that do not stand as a fold reads them."""
    keys = list(zip(*(values_of(table, name) for name in ORDER), strict=True))
    if any(before >= after for before, after in pairwise(keys)):
        raise LakeDamaged(place, "its rows are not sorted by bucket, stream and version")
