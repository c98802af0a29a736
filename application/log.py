"""The log: the audit trail of a ledger, as a list, entry by entry, and as it grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

from armsledger.application.answers import kept_answer
from armsledger.application.beliefs import Beliefs
from armsledger.application.folded import placed_rows
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Role
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.stream import KINDS, PERSON
from armsledger.projections.moments import SOURCE, grade_changes
from armsledger.projections.read_models.trail import (
    STANDING,
    LogRow,
    StandingRow,
)
from armsledger.projections.reading import serves, walk_kept
from armsledger.projections.spans.trail import log_row, log_rows, standing_rows
from armsledger.storage.driver_errors import persistently
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.reader import JournalReader

POLL_SECONDS = 0.1
READ_AT_ONCE: Final = 1000
"""How many entries a follower reads before the first of them is told."""
IN_THE_LOG: Final = (*KINDS, PERSON)
"""The kinds of streams of which the log tells: those of persons tell who was forgotten."""


def log_of(beliefs: Beliefs, stream: str | None, *, begun: bool) -> list[LogRow]:
    """The entries known of one stream, or all, in order of recording; ``begun`` as for `walk_log`."""
    rows = (row for row in _log_rows(beliefs, stream) if not begun or row.on.possible_by(beliefs.at))
    return sorted(rows, key=lambda row: row.position)


def _log_rows(beliefs: Beliefs, stream: str | None) -> Iterator[LogRow]:
    by_position = beliefs.question.by_position
    standing = kept_answer(beliefs, STANDING) if stream is None and by_position else None
    if standing is not None:
        yield from log_rows(beliefs.reader.entries(upto=beliefs.question.position), standing, beliefs.grades)
        return
    for name, belief in beliefs.beliefs(IN_THE_LOG) if stream is None else [(stream, beliefs.belief(stream))]:
        yield from log_rows(belief.entries, standing_rows(name, belief), beliefs.grades)


def walk_log(beliefs: Beliefs, *, begun: bool) -> Iterator[LogRow]:
    """The entries known, one by one in order of recording, however many there are; to be walked in a snapshot.

    With ``begun``, only those that have at least possibly happened by the date. Memory holds no entries, only how some
    of them stand to others.
    """
    reader, question = beliefs.reader, beliefs.question
    entries, as_of = reader.entries(upto=question.position), question.as_of
    standing: Iterator[StandingRow]
    if as_of is not None and question.by_position and serves(reader, STANDING, as_of):
        standing = walk_kept(reader, STANDING, as_of, fold=partial(placed_rows, beliefs), by_slot=True)
    else:
        is_known = bytearray(question.position + 1)  # a byte for each position
        standing = iter(sorted(_standing(beliefs, is_known), key=lambda row: row.position))
        entries = (entry for entry in entries if is_known[entry.position])
    for row in _merged(entries, standing, beliefs.grades):
        if not begun or row.on.possible_by(beliefs.at):
            yield row


def _standing(beliefs: Beliefs, is_known: bytearray) -> Iterator[StandingRow]:
    """How entries stand, stream by stream; marks the positions that are known."""
    for stream, belief in beliefs.beliefs(IN_THE_LOG):
        for entry in belief.entries:
            is_known[entry.position] = 1
        yield from standing_rows(stream, belief)


def _merged(
    entries: Iterable[Entry], standing: Iterator[StandingRow], grades: Mapping[str, Reliability]
) -> Iterator[LogRow]:
    """The rows of entries with how they stand; both come in order of position."""
    following = next(standing, None)
    for entry in entries:
        while following is not None and following.position < entry.position:
            following = next(standing, None)
        is_next = following is not None and following.position == entry.position
        yield log_row(entry, following if is_next else None, grades)


def follow(
    reader: Callable[[], JournalReader], after: int, timeout_seconds: float | None, patience_seconds: float
) -> Iterator[LogRow]:
    """The entries above a position, then those that are yet to come, each as it was known when it was recorded.

    Positions have no gaps, and their order is that of the commits. So a reader that asks for those above the last one
    it has seen misses none and repeats none. It goes on where another server took over within ``patience_seconds``;
    raises LedgerFailed if that has another entry in the place of the last one.
    """
    last_news, last = time.monotonic(), list[Entry]()
    while True:
        entries = persistently(partial(_entries_from, reader, last, after), patience_seconds)
        for entry in entries:
            yield persistently(lambda entry=entry: _row_when_recorded(reader(), entry), patience_seconds)  # type: ignore[misc]
            after, last, last_news = entry.position, [entry], time.monotonic()
        if len(entries) == READ_AT_ONCE:
            continue
        if timeout_seconds is not None and time.monotonic() - last_news >= timeout_seconds:
            return
        time.sleep(POLL_SECONDS)


def _entries_from(reader: Callable[[], JournalReader], last: Sequence[Entry], after: int) -> list[Entry]:
    """The next entries after the last one, which must still be there."""
    journal = reader()
    entries = list(islice(journal.entries(after=after - len(last)), READ_AT_ONCE + len(last)))
    for entry in last:
        if not entries or entries[0].id != entry.id:
            raise LedgerFailed(
                journal.ledger,
                f"it does not hold {entry.address} at position {entry.position} any more, which was told before:"
                " it was rewritten, or a server took over that does not have it",
            )
    return entries[len(last) :]


def _row_when_recorded(reader: JournalReader, entry: Entry) -> LogRow:
    event = entry.event
    standing = None
    if event.same_as is not None or event.role is Role.REPAIR:  # only then does it speak of other entries
        entries = reader.stream(entry.stream, upto=entry.position)
        rows = standing_rows(entry.stream, believe(entries, {}))
        standing = next((row for row in rows if row.position == entry.position), None)
    grades = (
        [] if event.source is None else grade_changes(reader.stream(f"{SOURCE}{event.source}", upto=entry.position))
    )
    return log_row(entry, standing, {str(event.source): grades[-1].grade} if grades else {})
