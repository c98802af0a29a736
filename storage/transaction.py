"""A transaction of the writer, from when nobody else can write to COMMIT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from armsledger.domain.entry import Entry
from armsledger.domain.values.stream import OF_PERSONS
from armsledger.storage.clock import DEFAULT_LEAP_DAYS, Clock, check_leap, held_back
from armsledger.storage.connection import Connection
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.schema import DAWN, instant_text, parse_instant

END: Final = """
WITH RECURSIVE peak(position, recorded_at, hashes) AS (
    SELECT * FROM (SELECT position, recorded_at, hashes FROM journal ORDER BY position DESC LIMIT 1) AS last_entry
    UNION ALL SELECT journal.position, journal.recorded_at, journal.hashes
    FROM peak, journal WHERE journal.position = peak.position & (peak.position - 1) AND journal.position > 0
) SELECT position, recorded_at, hashes FROM peak"""
"""The end of the journal: the last entry, then the others that hold a peak of the Merkle tree (`peak_positions`)."""


class Transaction:
    """What one writer knows while nobody else can write: where the journal ends, and what time it is.

    All that is appended in it is recorded at one instant, so that no question about what was known then
    ever sees half of it. The instant is the clock's, but never before that of the last entry.
    """

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        end: Sequence[tuple[Any, ...]] | None = None,
        *,
        leap_days: int = DEFAULT_LEAP_DAYS,
        login: str | None = None,
    ) -> None:
        """``end`` is what `END` selects, if the database has answered that already.

        A clock that is more than ``leap_days`` after the last entry is not believed.
        """
        self.connection = connection
        """The driver's own connection, for those who keep tables of their own in step with the journal."""
        self.login = login
        """Whom the server knows the recorder as; None in a file."""
        self.failed = False
        """Whether a part of it failed: the rest must not be committed then."""
        self.added = 0
        """How many entries it has appended."""
        self.first_at = DAWN
        """When the first entry that it appended was recorded."""
        self.touched: dict[str, None] = {}
        """The streams that it appended to, without those of persons, of which no read model tells."""
        self.entries: dict[str, list[Entry]] = {}
        """The streams that were read in it, with what it has appended to them since: each is decoded once."""
        self.forgot = False
        """Whether it forgets a person, so that what was read before counts no more."""
        self._clock = clock
        self._leap_days = leap_days
        self._known_end = end
        self._last = ""
        self._instant = ""

    @cached_property
    def _end(self) -> Sequence[tuple[Any, ...]]:
        return self.connection.execute(END).fetchall() if self._known_end is None else self._known_end

    @property
    def before(self) -> int:
        """The last position before it appended anything, 0 if there was none."""
        return int(self._end[0][0]) if self._end else 0

    @property
    def before_at(self) -> str:
        """When the entry there was recorded."""
        return str(self._end[0][1]) if self._end else DAWN

    @property
    def head(self) -> int:
        """The last position, 0 if there is none."""
        return self.before + self.added

    @property
    def last(self) -> str:
        """When the last entry was recorded."""
        return self._last or self.before_at

    @cached_property
    def frontier(self) -> Frontier:
        """Where the Merkle tree goes on; whoever appends extends it. Raises TreeUnreadable."""
        return Frontier.load(self.before, {position: hashes for position, _, hashes in self._end}.__getitem__)

    @cached_property
    def now(self) -> datetime:
        """The time by the clock, read once."""
        return self._clock()

    @property
    def instant(self) -> str:
        """When what is appended now counts as recorded; raises ClockLeapt for a clock that is not believed."""
        self._instant = max(self._instant or self._checked_now(), self.last)
        return self._instant

    @property
    def unchecked_instant(self) -> str:
        """The same for what is no entry, and holds back nothing: whatever the clock says, but never before the last
        entry."""
        return max(instant_text(self.now), self.last)

    @property
    def held_back(self) -> str:
        """What is to be said of what was appended by the clock, if that was behind the last entry; else nothing."""
        return held_back(self.now, self.before_at) if self._instant else ""

    def _checked_now(self) -> str:
        check_leap(self.now, self.before_at if self.before else None, self._created_at, self._leap_days)
        return instant_text(self.now)

    def _created_at(self) -> str:
        row = self.connection.execute("SELECT value FROM ledger WHERE key = 'created_at'").fetchone()
        return str(row[0]) if row else ""

    @property
    def recorded_at(self) -> datetime:
        """The same as a datetime."""
        return parse_instant(self.instant)

    def advance(self, count: int, first: str, last: str, streams: Iterable[str]) -> None:
        """Take note of what was appended: how much, from which instant to which, and to which streams."""
        if not self.added:
            self.first_at = first
        self.added += count
        self._last = last
        for stream in streams:
            if not stream.startswith(OF_PERSONS):
                self.touched[stream] = None
            self.entries.pop(stream, None)
