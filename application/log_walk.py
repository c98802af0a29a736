"""The audit trail entry by entry, however long it is: nothing of it is held but what other entries are said to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from armsledger.domain.beliefs.belief import EVERYTHING
from armsledger.domain.entry import Entry
from armsledger.projections.read_models.trail import STANDING, LogRow, StandingRow, log_row, standing_rows
from armsledger.projections.reading import serves, walk_kept
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.view import View


def walk_log(view: View, reader: JournalReader, *, begun: bool) -> Iterator[LogRow]:
    """The rows in order of position, to be walked in a snapshot; ``begun`` as for `View.log`."""
    question = view.question
    if question.cut == EVERYTHING or question.cut.position is not None:
        known = reader.entries(upto=question.position)
        if serves(reader, STANDING, question.position):
            standing = walk_kept(reader, STANDING, view.at, question.position, by_slot=True)
        else:
            standing = iter(sorted(_standing(view), key=lambda row: row.position))
    else:
        told = _Told(question.position)
        standing = iter(sorted(told.look_through(view), key=lambda row: row.position))
        known = (entry for entry in reader.entries(upto=question.position) if told.known[entry.position])
    for row in _merged(known, standing, view):
        if not begun or row.on.possible_by(view.at):
            yield row


def _standing(view: View) -> Iterator[StandingRow]:
    for stream_day in view.stream_days():
        yield from standing_rows(stream_day.stream, stream_day.belief)


class _Told:
    """Which entries are known, a byte for each position: by when sources spoke, that is told stream by stream."""

    def __init__(self, last: int) -> None:
        self.known = bytearray(last + 1)

    def look_through(self, view: View) -> Iterator[StandingRow]:
        """Look at all streams; gives how entries stand."""
        for stream_day in view.stream_days():
            for entry in stream_day.belief.entries:
                self.known[entry.position] = 1
            yield from standing_rows(stream_day.stream, stream_day.belief)


def _merged(entries: Iterable[Entry], standing: Iterator[StandingRow], view: View) -> Iterator[LogRow]:
    """Entries with how they stand; both come in order of position."""
    grades = view.grades
    following = next(standing, None)
    for entry in entries:
        while following is not None and following.position < entry.position:
            following = next(standing, None)
        is_told = following is not None and following.position == entry.position
        yield log_row(entry, following if is_told else None, grades)
