"""Lakes of any size, which no ledger was ever that large for: ``python -m bench.lake_generator FOLDER ENTRIES``.

The deals of `bench/generator.py` are recorded once, in a small ledger. A lake holds them again and again, each time
under other names and at later instants, in one journal with one Merkle tree, as a sync would have written it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from armsledger.lake.columns import RECORD, batch_of
from armsledger.lake.description import OF_SOURCES, Description, described, write_description
from armsledger.lake.folder import Folder, folder_at
from armsledger.lake.persons import persons_in, write_persons
from armsledger.lake.segments import Facts, ends_between, segment_bytes
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.copying.rows import PAGE_ROWS, Row, stored_entries, with_hashes
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.schema import instant_text, parse_instant
from bench.big_ledger import fill

DEALS: Final = 1_000
PREFIX: Final = "generated-"
APART: Final = timedelta(days=1)
"""Between what is recorded of each copy of the deals and of the next."""
STREAM, ENTRY_ID, RECORDED_AT, PAYLOAD = (
    RECORD.index(name) for name in ("stream", "entry_id", "recorded_at", "payload")
)


def write_lake(folder: Path, entries: int, buckets: int | None = None) -> Description:
    """Write a lake of so many entries."""
    with TemporaryDirectory() as temporary:
        path = Path(temporary, "deals.db")
        fill(path, DEALS)
        with Journal.open(path) as journal, seldom_collecting():
            rows = [row[:-1] for page in stored_entries(journal.reader) for row in page]
            place, description = folder_at(folder), described(journal.reader.meta(), buckets)
            write_description(place, description)
            write_persons(place, persons_in(journal.reader))
    _write_segments(place, description, islice(copies(rows), entries), entries)
    return description


def copies(rows: list[Row]) -> Iterator[Row]:
    """The rows again and again; of the sources once."""
    position = 0
    first = parse_instant(rows[0][RECORDED_AT])
    span = parse_instant(rows[-1][RECORDED_AT]) - first + APART
    for number in count():
        later: dict[str, str] = {}
        key, digits = f"g{number:06}-", f"{number:06x}"
        for row in rows:
            stream = row[STREAM]
            if number and stream.startswith(OF_SOURCES):
                continue
            position += 1
            values = list(row)
            at, entry_id = row[RECORDED_AT], row[ENTRY_ID]
            if at not in later:
                later[at] = instant_text(parse_instant(at) + number * span)
            values[0], values[RECORDED_AT], values[STREAM] = position, later[at], stream.replace(PREFIX, key)
            values[ENTRY_ID] = entry_id.replace(PREFIX, key) if PREFIX in entry_id else digits + entry_id[len(digits) :]
            values[PAYLOAD] = row[PAYLOAD].replace(PREFIX, key)
            yield tuple(values)


def _write_segments(folder: Folder, description: Description, rows: Iterator[Row], entries: int) -> None:
    frontier, at, first = Frontier(), "", 0
    for segment in ends_between(0, entries):
        before, batches = tuple(frontier.peaks), []
        while frontier.size < segment.last:
            page = with_hashes(list(islice(rows, min(PAGE_ROWS, segment.last - frontier.size))), "", frontier)
            firsts = []
            for row in page:
                if row[RECORDED_AT] != at:
                    at, first = row[RECORDED_AT], row[0]
                firsts.append(first)
            batches.append(batch_of(page, [description.bucket_of(row[STREAM]) for row in page], firsts))
        facts = Facts(*description, *segment, before, frontier.root())
        folder.write(segment.name, segment_bytes(facts, batches))


if __name__ == "__main__":
    write_lake(Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:]))
