"""Ledgers and lakes of any size, by the import of one register again and again.

    python -m bench.copies ledger FILE ENTRIES      a ledger without read models
    python -m bench.copies segments FOLDER ENTRIES  the segments of a lake, of which there is no ledger

Two invented releases of a register (`bench/register_generator.py`) are imported once, into a small ledger. Its entries
are copied, each time under other names and ids and at later instants, into one journal with one Merkle tree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import lru_cache
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from armsledger import Ledger
from armsledger.lake.columns import RECORD, batch_of
from armsledger.lake.description import OF_SOURCES, Description, described, write_description
from armsledger.lake.folder import Folder, folder_at
from armsledger.lake.persons import write_persons
from armsledger.lake.segments import Facts, Segment, ends_between, segment_bytes
from armsledger.projections.workers import cores
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.copying.new_ledger import new_ledger
from armsledger.storage.copying.rows import PAGE_ROWS, Row, stored_entries, with_hashes
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.merkle import Frontier, leaf_hash, node_hash
from armsledger.storage.proofs.record import record_bytes
from armsledger.storage.schema import instant_text, parse_instant
from bench.register_generator import write_registers

ROWS: Final = 3_000
"""Of the register."""
OF_REGISTER: Final = "/sipri-"
TARGET: Final = '"target":"'
APART: Final = timedelta(days=1)
"""Between what is recorded of each copy and of the next."""
LEDGER, SEGMENTS = "ledger", "segments"
STREAM, ENTRY_ID, RECORDED_AT, PAYLOAD = (
    RECORD.index(name) for name in ("stream", "entry_id", "recorded_at", "payload")
)


class Original(NamedTuple):
    """The entries of a small ledger, and what makes it that ledger."""

    rows: list[Row]
    facts: dict[str, str]


def original(rows: int = ROWS) -> Original:
    """Two releases of a register of so many rows, imported."""
    with TemporaryDirectory() as temporary:
        path = Path(temporary, "register.db")
        with Ledger.create(path, recorded_by="bench") as ledger:
            for file in write_registers(Path(temporary), rows):
                ledger.import_sipri(file)
        with Journal.open(path) as journal:
            entries = [row[:-1] for page in stored_entries(journal.reader) for row in page]
            return Original(entries, dict(journal.reader.meta()))


class Copies:
    """The entries of a journal that holds the same deals again and again, and each source once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)
        self._again = [row for row in rows if not row[STREAM].startswith(OF_SOURCES)]
        self._first_of = {id(part): _first_of_instant(part) for part in (self._rows, self._again)}
        self._span = parse_instant(rows[-1][RECORDED_AT]) - parse_instant(rows[0][RECORDED_AT]) + APART
        self._later = lru_cache(maxsize=64)(self._later_instant)

    def between(self, first: int, last: int) -> Iterator[tuple[Row, int]]:
        """The entries from a position to another, each with the first position of its instant."""
        for position in range(first, last + 1):
            number, place = 0, position - 1
            if place >= len(self._rows):
                number, place = divmod(place - len(self._rows), len(self._again))
                number += 1
            part = self._again if number else self._rows
            yield self._copied(part[place], number, position), position - self._first_of[id(part)][place]

    def _copied(self, row: Row, number: int, position: int) -> Row:
        values = list(row)
        values[0] = position
        if number:
            digits, payload = f"{number:06x}", row[PAYLOAD]
            values[STREAM] = row[STREAM].replace(OF_REGISTER, f"/copy{number:06}-", 1)
            values[ENTRY_ID] = digits + row[ENTRY_ID][len(digits) :]
            values[RECORDED_AT] = self._later(row[RECORDED_AT], number)
            before, target, after = payload.partition(TARGET)
            if target:
                values[PAYLOAD] = before + target + digits + after[len(digits) :]
        return tuple(values)

    def _later_instant(self, instant: str, number: int) -> str:
        return instant_text(parse_instant(instant) + number * self._span)


def _first_of_instant(rows: Sequence[Row]) -> list[int]:
    """How many rows before each were recorded at the same instant."""
    before, last = list[int](), ""
    for row in rows:
        before.append(before[-1] + 1 if row[RECORDED_AT] == last else 0)
        last = row[RECORDED_AT]
    return before


def write_ledger(path: Path, entries: int) -> None:
    """Make a ledger of so many entries."""
    rows, facts = original()
    copies, frontier = Copies(rows), Frontier()
    with new_ledger(path, parse_instant(facts["created_at"]), facts) as target, seldom_collecting():
        for first in range(1, entries + 1, PAGE_ROWS):
            page = [row for row, _ in copies.between(first, min(first + PAGE_ROWS - 1, entries))]
            target.insert(with_hashes(page, "the copies", frontier))
            target.page_done()


def write_segments(folder: Path, entries: int) -> None:
    """Write the segments of a lake of so many entries, in a process for each core.

    Each computes the tree over its own entries; what is before it, it is told.
    """
    rows, facts = original()
    place, description = folder_at(folder), described(facts, None)
    write_description(place, description)
    write_persons(place, [])
    segments, copies = ends_between(0, entries), Copies(rows)
    count, fork = min(cores(), len(segments)), get_context("fork")
    with ExitStack() as stack:
        makers = []
        for number in range(count):
            here, there = fork.Pipe()
            task = (there, place, description, copies, segments[number::count])
            process = fork.Process(target=_make, args=task)
            process.start()
            stack.callback(process.join)
            makers.append(here)
        peaks = list[bytes]()
        for number, maker in zip(range(len(segments)), cycle(makers), strict=False):
            root = maker.recv_bytes()
            maker.send(tuple(peaks))
            while number & 1:  # all before are of the longest, as two such make one of twice the size
                root, number = node_hash(peaks.pop(), root), number >> 1  # noqa: PLW2901
            peaks.append(root)


def _make(parent: Connection, folder: Folder, description: Description, copies: Copies, own: list[Segment]) -> None:
    with seldom_collecting():
        for segment in own:
            leaves, batches = list[bytes](), list[Any]()
            for first in range(segment.first, segment.last + 1, PAGE_ROWS):
                page = list(copies.between(first, min(first + PAGE_ROWS - 1, segment.last)))
                hashes = [leaf_hash(record_bytes(row)) for row, _ in page]
                rows = [(*row, leaf) for (row, _), leaf in zip(page, hashes, strict=True)]
                buckets = [description.bucket_of(row[STREAM]) for row in rows]
                batches.append(batch_of(rows, buckets, [at for _, at in page]))
                leaves += hashes
            alone = Frontier()
            alone.extend(leaves)
            parent.send_bytes(alone.root())
            before: tuple[bytes, ...] = parent.recv()
            whole = Frontier(segment.first - 1, before)
            whole.extend(leaves)
            facts = Facts(*description, *segment, before, whole.root())
            folder.write(segment.name, segment_bytes(facts, batches))


if __name__ == "__main__":
    what, target, number = sys.argv[1:4]
    make = {LEDGER: write_ledger, SEGMENTS: write_segments}[what]
    make(Path(target), int(number))
