"""When something happened by a day, and what other statements say of its date."""

from __future__ import annotations

from typing import Any, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.when import When
from armsledger.web.sentences import dated
from armsledger.web.words import listed


class Happened(NamedTuple):
    """The date of something that has happened, or can have; ``rivals`` are the dates that others give."""

    on: When
    rivals: tuple[When, ...] = ()
    is_certain: bool = True

    def words(self) -> str:
        """``in Dec 2021; by another account, in Nov 2021``."""
        return f"{dated(self.on)}; {self._others('account,')}" if self.rivals else dated(self.on)

    def in_brackets(self) -> str:
        """``in Dec 2021 (by another account in Nov 2021)``."""
        return f"{dated(self.on)} ({self._others('account')})" if self.rivals else dated(self.on)

    def _others(self, account: str) -> str:
        one = f"by another {account}" if len(self.rivals) == 1 else f"by other {account.replace('account', 'accounts')}"
        return f"{one} {listed([dated(rival) for rival in self.rivals], 'or')}"


def occurrence_of(day: StreamDay, *names: str) -> Occurrence | None:
    """What happened first of some events: of what is certain by the day, else of what is possible."""
    for told in (day.certain, day.possible):
        for one in told:
            if one.event.name in names and not _is_none(one):
                return one
    return None


def _is_none(one: Occurrence) -> bool:
    """Whether it says only that nothing has come."""
    quantity = one.event.__dict__.get("quantity")
    return quantity is not None and quantity.most == 0


def happened(day: StreamDay, *names: str) -> Happened | None:
    """When the first of some events happened, certainly or possibly; None if it cannot have by the day."""
    one = occurrence_of(day, *names)
    return None if one is None else happening(one, is_certain=day.is_certain(one))


def happening(one: Occurrence, *, is_certain: bool) -> Happened:
    """The date of an occurrence, and its rivals."""
    event = one.sure if is_certain else one.event
    return Happened(event.on, tuple(dict.fromkeys(rival.on for rival in rival_events(one, "on"))), is_certain)


def rival_events(one: Occurrence, field: str) -> tuple[Any, ...]:
    """The statements that definitely differ from the preferred one in a field."""
    return tuple(entry.event for contest in one.contests if contest.field == field for entry in contest.entries[1:])
