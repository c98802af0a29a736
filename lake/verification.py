"""Verifying a lake without its ledger: every entry's record is made anew from the columns, every root from those.

So a file that was changed is named, and a lake that was rewritten as a whole is found by a checkpoint that the ledger's
keeper signed. Segments are verified one by one: memory does not grow with the lake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.signed import key_names, read_checkpoint, trusted_keys
from armsledger.lake.columns import BUCKET, FIRST_OF_INSTANT, INSTANT, LEAF, ORDER, RECORD, rows_of, values_of
from armsledger.lake.description import Description, opened_lake
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.folder import Folder, folder_at
from armsledger.lake.segments import Segment, SegmentFile, segments_of
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.copying.rows import Row, named
from armsledger.storage.proofs.errors import CheckpointFails, UnreadableRecord
from armsledger.storage.proofs.merkle import Frontier, leaf_hash
from armsledger.storage.proofs.note import Checkpoint
from armsledger.storage.proofs.origin import misfit_of_origin
from armsledger.storage.proofs.record import record_bytes

AT_ONCE: Final = 4096
"""Entries of which the records are in memory together."""
DERIVED: Final = (BUCKET, "kind", "key", FIRST_OF_INSTANT)
"""Columns that follow from the record and from where it stands."""

Report = Callable[[int, int], None]


class Confirmed(NamedTuple):
    """A checkpoint that the lake fits: its file, how many entries it signs for, and who signed it."""

    file: str
    size: int
    signed_by: tuple[str, ...]


class Verified(NamedTuple):
    """A lake that fits in itself: which ledger it is of, how many entries and segments it has, the root over them, and
    the checkpoints that it fits. Entries above the largest of these are not signed for."""

    ledger_id: str
    created_at: str
    entries: int
    segments: int
    root: bytes
    confirmed: tuple[Confirmed, ...]


def verify(
    folder: str | Path,
    *,
    checkpoints: Iterable[str | Path] = (),
    keys: Iterable[str | Path] = (),
    signers: int = 1,
    report: Report = lambda *_: None,
) -> Verified:
    """Verify a lake, and that it begins with what was signed; raises LakeDamaged and CheckpointFails.

    ``checkpoints`` are files of signed notes, ``keys`` verifier keys as text or file, of which so many as ``signers``
    says must have signed each.
    """
    paths = list(checkpoints)
    if signers > 1 and not paths:
        raise UsageError(
            f"there is no checkpoint that {signers} keys could have signed", remedy="name it with --checkpoint FILE"
        )
    verifiers = trusted_keys(keys, signers, "a checkpoint") if paths else []
    place = folder_at(folder)
    description = opened_lake(place)
    signed = []
    for path in paths:
        note, checkpoint = read_checkpoint(path)
        try:
            names = key_names(note.verified_by(verifiers, signers))
            _check_origin(checkpoint, description)
        except LedgerError as error:
            raise error.at(str(path)) from None
        signed.append((Confirmed(str(path), checkpoint.size, names), checkpoint))
    segments = segments_of(place)
    last = segments[-1].last if segments else 0
    for confirmed, checkpoint in signed:
        if checkpoint.size > last:
            raise CheckpointFails(
                f"the lake has only {last:,} entries, and it signs for {checkpoint.size:,}",
                remedy="bring the lake up to date first: `armsledger lake sync`; if it is, entries were taken out",
            ).at(confirmed.file)
    walk = _Walk(place, description, {checkpoint.size for _, checkpoint in signed})
    with seldom_collecting():
        for segment in segments:
            walk.take(segment)
            report(segment.last, last)
    for confirmed, checkpoint in signed:
        if walk.roots.get(checkpoint.size, walk.frontier.root()) != checkpoint.root:
            raise CheckpointFails(
                f"the first {checkpoint.size:,} entries of the lake are others than those that were signed for",
                remedy="the lake, or the ledger before it was synced, was rewritten: go back to a copy of the ledger"
                " that this checkpoint fits, and make the lake anew",
            ).at(confirmed.file)
    frontier = walk.frontier
    return Verified(
        description.ledger_id,
        description.created_at,
        frontier.size,
        len(segments),
        frontier.root(),
        tuple(confirmed for confirmed, _ in signed),
    )


def _check_origin(checkpoint: Checkpoint, description: Description) -> None:
    if misfit := misfit_of_origin(checkpoint.origin, description.facts):
        raise CheckpointFails(misfit, remedy="give a checkpoint of the ledger that the lake is of")


class _Walk:
    """Going through the segments of a lake; ``roots`` are those of the sizes that were asked for."""

    def __init__(self, folder: Folder, description: Description, sizes: set[int]) -> None:
        self._folder = folder
        self._description = description
        self._sizes = sizes
        self.frontier = Frontier()
        self.roots: dict[int, bytes] = {0: self.frontier.root()}
        self._instant: Any = None
        self._first = 0

    def take(self, segment: Segment) -> None:
        """Verify the next segment; raises LakeDamaged."""
        with SegmentFile(self._folder, segment, self._description) as file:
            place, facts = file.place, file.facts
            if list(facts.before) != self.frontier.peaks:
                raise LakeDamaged(place, f"it does not go on from the entries up to position {segment.first - 1:,}")
            table = file.table()
        _check_order(place, table)
        table = table.sort_by([("position", "ascending")])
        for start in range(0, table.num_rows, AT_ONCE):
            self._take(place, segment.first + start, table.slice(start, AT_ONCE))
        if self.frontier.root() != facts.root:
            raise LakeDamaged(place, "its entries do not lead to the root that it names")

    def _take(self, place: str, first: int, table: Any) -> None:
        rows = list(rows_of(table))
        leaves: list[bytes] = []
        for position, row, leaf in zip(range(first, first + len(rows)), rows, table[LEAF].to_pylist(), strict=True):
            if row[0] != position:
                raise LakeDamaged(place, f"there is no entry at position {position:,}; next comes {named(row)}")
            try:
                leaves.append(leaf_hash(record_bytes(row)))
            except UnreadableRecord as error:
                raise LakeDamaged(place, f"{named(row)} cannot be read: {error.message}") from error
            if leaves[-1] != leaf:
                raise LakeDamaged(place, f"{named(row)} is not what was hashed")
        self._check_derived(place, rows, table)
        done = 0
        for size in sorted(size for size in self._sizes if first <= size < first + len(leaves)):
            self.frontier.extend(leaves[done : size - first + 1])
            done, self.roots[size] = size - first + 1, self.frontier.root()
        self.frontier.extend(leaves[done:])

    def _check_derived(self, place: str, rows: Sequence[Row], table: Any) -> None:
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
                raise LakeDamaged(place, f"{named(row)} has a wrong {name} beside it")


def _parts(stream: str) -> tuple[str, str]:
    kind, _, key = stream.partition("/")
    return kind, key


def _check_order(place: str, table: Any) -> None:
    """Raise LakeDamaged for rows that do not stand as a fold reads them."""
    keys = list(zip(*(values_of(table, name) for name in ORDER), strict=True))
    if any(before >= after for before, after in pairwise(keys)):
        raise LakeDamaged(place, "its rows are not sorted by bucket, stream and version")
