"""When something happened by a day, and what other statements say of its date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.when import When
from armsledger.web.sentences import dated
from armsledger.web.words import listed


class Happened(NamedTuple):
    """The date of something that has happened, or can have; ``rivals`` are the dates that others give.

    ``is_denied`` says that a source denies it, whether or not that source is the better one.
    """

    on: When
    rivals: tuple[When, ...] = ()
    is_certain: bool = True
    is_denied: bool = False

    def words(self) -> str:
        """``in Dec 2021; by another account, in Nov 2021``."""
        return "; ".join([dated(self.on), *self._notes(",")])

    def in_brackets(self) -> str:
        """``in Dec 2021 (by another account in Nov 2021)``."""
        return f"{dated(self.on)}{self.notes}"

    @property
    def notes(self) -> str:
        """What others say of it, in brackets: `` (by another account in Nov 2021; a source denies it)``."""
        notes = "; ".join(self._notes(""))
        return f" ({notes})" if notes else ""

    def _notes(self, comma: str) -> Iterator[str]:
        if self.rivals:
            accounts = "another account" if len(self.rivals) == 1 else "other accounts"
            yield f"by {accounts}{comma} {listed([dated(rival) for rival in self.rivals], 'or')}"
        if self.is_denied:
            yield "a source denies it"


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
    rivals = tuple(dict.fromkeys(rival.on for rival in rival_events(one, "on")))
    return Happened(event.on, rivals, is_certain, bool(one.denials))


def rival_events(one: Occurrence, field: str) -> tuple[Any, ...]:
    """The statements that definitely differ from the preferred one in a field."""
    return tuple(entry.event for contest in one.contests if contest.field == field for entry in contest.entries[1:])
