"""Questions: a date, in valid time, and a belief date, by the time of recording or by that of asserting."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any, Literal, NamedTuple, get_args

from armsledger.application.today import end_of_day
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.date_mistakes import UnreadableDate
from armsledger.domain.values.known import EVERYTHING, Known
from armsledger.domain.values.when import When
from armsledger.projections.reading import AsOf
from armsledger.storage.reader import JournalReader

KnownBy = Literal["recorded", "asserted"]
Day = str | date | None
"""A date as it is asked for: EDTF text, one in words, ``today``, ``last month`` or a date; None is today."""
BeliefDate = str | date | int | None
"""A belief date as it is asked for: a date, a UTC time or a position; None is everything recorded."""
FAR = 10**15
"""No ledger has so many entries."""
POSITION = re.compile(r"@([0-9]{1,15})")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
DAY_EXAMPLES = "write a date such as 2021-11-12, 2021-11 (its last day), today or yesterday"
KNOWN_EXAMPLES = "write a date (2021-11-12), a UTC time (2021-11-12T09:30Z) or a position (@123)"


class Question(NamedTuple):
    """A date and a belief date. ``known`` is the belief date as it was asked for, ``cut`` is what it means.

    ``position`` is the last position that counts: entries above it are not read. ``today`` is the day on which it was
    asked, where the user is. With ``folded``, tables are not asked:
    they have what was asserted by a day as recorded now, not as recorded then.
    """

    day: date
    known: str | None
    known_by: KnownBy
    cut: Known
    position: int
    today: date
    folded: bool = False

    @property
    def by_position(self) -> bool:
        """Whether belief time goes by positions of recording; else by the days on which sources asserted."""
        return self.cut.day is None

    @property
    def in_words(self) -> str:
        """The two dates: ``State at 12 Nov 2021, as sources had said by 12 Nov 2021.``"""
        from armsledger.application.wording import day_words

        if self.cut.day is not None:
            believed = f"as sources had said by {day_words(self.cut.day)}"
        else:
            recorded = day_words(self.today.toordinal()) if self.known is None else self.known
            believed = f"as recorded by {recorded} (position {self.position:,})"
        return f"State at {day_words(self.day.toordinal())}, {believed}."

    @property
    def as_of(self) -> AsOf | None:
        """The question as tables are asked; None if only folding answers it."""
        if self.folded:
            return None
        return AsOf(self.day, self.position, None if self.cut.day is None else date.fromordinal(self.cut.day))


def ask(
    reader: JournalReader, at: Day, known: BeliefDate, known_by: str, today: date, recorded: BeliefDate = None
) -> Question:
    """Read what is asked; raises UsageError.

    ``recorded`` goes with a date of asserting: what had been recorded by then of what was asserted by that date.
    """
    if known_by not in get_args(KnownBy):
        raise UsageError(f"known-by cannot be {known_by!r}", remedy="write recorded or asserted")
    reading: KnownBy = "asserted" if known_by == "asserted" else "recorded"
    day = read_day(at, today)
    text = _known_text(known)
    head = reader.head()
    if recorded is not None and (text is None or reading != "asserted"):
        raise UsageError(
            "what had been recorded by then is asked beside a date of asserting",
            remedy="write --known 2021-11-12 --known-by asserted --as-recorded @123; or --known @123 alone",
        )
    if text is None:
        return Question(day, None, reading, EVERYTHING, head, today)
    if reading == "asserted":
        last = _asserted_day(text, today)
        then = _known_text(recorded)
        position = head if then is None else min(_position(reader, then, today), head)
        return Question(day, text, reading, Known(day=last.toordinal()), position, today, folded=position < head)
    position = min(_position(reader, text, today), head)
    return Question(day, text, reading, Known(position=position), position, today)


def belief_dates(known: Any) -> tuple[Any, Any]:
    """The earlier and the later belief date of a comparison; raises UsageError."""
    try:
        earlier, later = known
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"a comparison takes two belief dates, not {known!r}",
            remedy="write known=('2021-11-12', '2021-12-31'); None stands for everything recorded",
        ) from error
    return earlier, later


def read_day(text: Day, today: date, examples: str = DAY_EXAMPLES) -> date:
    """A day; a month or a year means its last day. Raises UsageError."""
    if text is None:
        return today
    if isinstance(text, date):
        return text.date() if isinstance(text, datetime) else text
    if not isinstance(text, str):
        raise UsageError(f"{quoted(text)} is not a date", remedy=examples)
    from armsledger.domain.values.day_words import with_dates

    try:
        when = When.read(with_dates(text, today))
    except UnreadableDate as error:
        if "may be" in error.message:  # the meanings say more than the examples
            raise UsageError(error.message, remedy=error.remedy) from error
        raise UsageError(f"{quoted(text)} is not a date", remedy=examples) from error
    if when.latest is None:
        raise UsageError(f"{quoted(text)} has no last day", remedy=examples)
    return when.latest


def _known_text(known: BeliefDate) -> str | None:
    match known:
        case None | str():
            return known
        case date():
            return known.isoformat()
        case int() if not isinstance(known, bool) and abs(known) < FAR:
            return f"@{known}"
    raise UsageError(f"a belief date cannot be {quoted(known)}", remedy=KNOWN_EXAMPLES)


def _asserted_day(text: str, today: date) -> date:
    if POSITION.fullmatch(text):
        raise UsageError(
            f"{quoted(text)} is a position, which says nothing of when a source spoke",
            remedy="name a date, or ask with --known-by recorded",
        )
    moment = _moment(text)
    return read_day(text, today, KNOWN_EXAMPLES) if moment is None else moment.date()


def _position(reader: JournalReader, text: str, today: date) -> int:
    number = POSITION.fullmatch(text)
    if number:
        return int(number[1])
    return reader.head_at(_moment(text) or _end_of(text, today))


def _end_of(text: str, today: date) -> datetime:
    """The end of a day by which something was recorded.

    A date ends when it ends in UTC, the zone in which the ledger tells when entries were recorded: so it means the same
    to everybody. A word such as today, which means another day tomorrow, ends when it ends where the user is.
    """
    from armsledger.domain.values.day_words import with_dates

    day = read_day(text, today, KNOWN_EXAMPLES)
    if with_dates(text, today) != text.strip():
        return end_of_day(day)
    return datetime.combine(day, time.max, tzinfo=UTC)


def _moment(text: str) -> datetime | None:
    """A time of day, in UTC unless it says otherwise; None for a plain date."""
    if not TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the first or last day of the calendar, in another zone
        raise UsageError(f"{quoted(text)} is not a time", remedy=KNOWN_EXAMPLES) from error
