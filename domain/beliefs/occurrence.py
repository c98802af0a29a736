"""An occurrence: something that happened in the world, whatever statements tell of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.citation import ERASED
from armsledger.domain.values.edtf import OPEN_FUTURE

NEVER = OPEN_FUTURE + 1
"""A day after all days."""


class Contest(NamedTuple):
    """A field on which statements definitely differ: their entries, the preferred one first, and the deciding rule."""

    field: str
    entries: tuple[Entry, ...]
    rule: str


class Occurrence(NamedTuple):
    """Something that happened, as the preferred statements tell it.

    ``event`` has each field from the preferred statement that gives it, ``sure`` each from facts and reports alone;
    they are one object where no claim gives anything. ``entries`` are the statements that speak for it, the preferred
    one first. ``established`` is False where only claims or inferences speak for it, or where a better statement
    denies it: then it is possible, never certain. ``first`` and ``last`` are the days that its date allows
    (proleptic ordinals), narrowed by the life cycle; the date that is shown is that of the event.
    """

    event: Statement
    entries: tuple[Entry, ...]
    established: bool
    sure: Statement
    first: int
    last: int
    contests: tuple[Contest, ...] = ()
    denials: tuple[Entry, ...] = ()
    superseded: tuple[Entry, ...] = ()

    @property
    def name(self) -> str:
        """The name of its event."""
        return self.event.name

    @property
    def as_stated(self) -> Occurrence:
        """The same with the days of its date as stated, not narrowed."""
        return self._replace(first=self.sure.on.first, last=self.sure.on.last)

    @property
    def entry(self) -> Entry:
        """The preferred statement."""
        return self.entries[0]

    @property
    def certain_from(self) -> int:
        """The day from which on it is certain; after all days for one that never is."""
        return self.last if self.established else NEVER


NARRATIVE = "narrative"
"""How an attribution says that the source speaks for itself."""


def speaker_of(entry_id: str, event: Statement) -> str | None:
    """Whom the source quotes, if it does; of speakers whose names were erased each counts as one of their own."""
    speaker = None if event.attribution is None else event.attribution.speaker
    if speaker is not None and speaker.casefold() == NARRATIVE:
        return None
    return entry_id if speaker == ERASED else speaker


def is_erased(event: Statement) -> bool:
    """Whether the source quotes somebody whose name was erased."""
    return event.attribution is not None and event.attribution.speaker == ERASED


Key = tuple[Any, ...]
"""What identifies an occurrence within its stream."""


def occurrence_key(entry_id: str, event: Statement, find: Callable[[str], Statement | None]) -> Key:
    """What identifies the occurrence that an entry speaks of; ``same_as`` is followed to its end.

    Entries that name each other in a circle speak of one occurrence, known by the first of their ids.
    """
    seen = {entry_id: event}
    while event.same_as is not None:
        entry_id = event.same_as
        if entry_id in seen:
            ids = list(seen)
            entry_id = min(ids[ids.index(entry_id) :])
            event = seen[entry_id]
            break
        target = find(entry_id)
        if target is None:
            return ("", entry_id)
        event = seen[entry_id] = target
    return event.occurrence_key() or ("", entry_id)
