"""Following a ledger: entries as they are recorded, by any process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from armsledger.domain.beliefs.belief import believe
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Role
from armsledger.projections.read_models.trail import LogRow, log_row, standing_rows
from armsledger.projections.row_history import SOURCE, grade_changes
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
            yield _row(reader(), entry)
            after = entry.position
            last_news = time.monotonic()
        if timeout_seconds is not None and time.monotonic() - last_news >= timeout_seconds:
            return
        time.sleep(POLL_SECONDS)


def _row(reader: JournalReader, entry: Entry) -> LogRow:
    event = entry.event
    standing = None
    if event.same_as is not None or event.role is Role.REPAIR:  # only then does it speak of others
        known = reader.stream(entry.stream, upto=entry.position)
        found = [row for row in standing_rows(entry.stream, believe(known, {})) if row.position == entry.position]
        standing = found[0] if found else None
    judged = (
        [] if event.source is None else grade_changes(reader.stream(f"{SOURCE}{event.source}", upto=entry.position))
    )
    return log_row(entry, standing, {str(event.source): judged[-1].grade} if judged else {})
