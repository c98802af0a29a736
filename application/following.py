"""Following a ledger: entries as they are recorded, by any process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from armsledger.domain.belief import believe
from armsledger.projections.trail import LogRow, log_row, standing_rows
from armsledger.storage.reader import JournalReader

POLL_SECONDS = 0.1


def follow(reader: Callable[[], JournalReader], after: int, timeout_seconds: float | None) -> Iterator[LogRow]:
    """The entries above a position, then those that are yet to come, each as it was known when it was recorded.

    Positions have no gaps and their order is that of the commits, so to ask for those above the last one seen misses
    none and repeats none.
    """
    last_news = time.monotonic()
    while True:
        for entry in reader().entries(after=after):
            yield _row(reader(), entry.position, entry.stream)
            after = entry.position
            last_news = time.monotonic()
        if timeout_seconds is not None and time.monotonic() - last_news >= timeout_seconds:
            return
        time.sleep(POLL_SECONDS)


def _row(reader: JournalReader, position: int, stream: str) -> LogRow:
    known = reader.stream(stream, upto=position)
    standing = list(standing_rows(stream, believe(known, {})))
    return log_row(known[-1], standing[-1] if standing and standing[-1].position == position else None, {})
