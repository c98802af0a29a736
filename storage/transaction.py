"""A transaction of the writer, from when nobody else can write to COMMIT."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from armsledger.storage.connection import Connection
from armsledger.storage.instant import DAWN, from_text, to_text

LAST = "SELECT position, recorded_at FROM journal ORDER BY position DESC LIMIT 1"


class Transaction:
    """What one writer knows while nobody else can write: where the journal ends, and what time it is.

    All that is appended in it is recorded at one instant, so that no question about what was known then
    ever sees half of it. The instant is the clock's, but never before that of the last entry.
    """

    def __init__(
        self, connection: Connection, clock: Callable[[], datetime], end: tuple[int, str] | None = None
    ) -> None:
        """``end`` is the last position and its time of recording, where the database has told them already."""
        self.connection = connection
        """The driver's own connection, for those who keep tables of their own in step with the journal."""
        self.failed = False
        """Whether a part of it failed: the rest must not be committed then."""
        self.appended = False
        """Whether there is news for those who wait for new entries."""
        self.before = 0
        """The last position before it appended anything; to be asked once it has."""
        self.before_at = DAWN
        """When the entry there was recorded."""
        self.first_at = DAWN
        """When the first entry that it appended was."""
        self.streams: dict[str, None] = {}
        """The streams that it appended to."""
        self._clock = clock
        self._head: int | None = None if end is None else end[0]
        self._last = DAWN if end is None else end[1]
        self._instant = ""

    @property
    def head(self) -> int:
        """The last position, 0 if there is none."""
        if self._head is None:
            self._head, self._last = self.connection.execute(LAST).fetchone() or (0, DAWN)
        return self._head

    @property
    def last(self) -> str:
        """When the last entry was recorded."""
        return self._last if self.head else DAWN

    @property
    def instant(self) -> str:
        """When what is appended now counts as recorded."""
        self._instant = max(self._instant or to_text(self._clock()), self.last)
        return self._instant

    @property
    def recorded_at(self) -> datetime:
        """The same as a datetime."""
        return from_text(self.instant)

    def advance(self, count: int, first: str, last: str, streams: Iterable[str]) -> None:
        """Take note of what was appended: how much, from which instant to which, and to which streams."""
        if not self.appended:
            self.before, self.before_at, self.first_at = self.head, self.last, first
        self.streams.update(dict.fromkeys(streams))
        self._head = self.head + count
        self._last = last
        self.appended = True
