"""An occurrence: something that happened in the world, whatever statements tell of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Statement


class Contest(NamedTuple):
    """A field on which statements definitely differ: their entries, the preferred one first, and the deciding rule."""

    field: str
    entries: tuple[Entry, ...]
    rule: str


class Occurrence(NamedTuple):
    """Something that happened, as the preferred statements tell it.

    ``event`` has each field from the preferred statement that gives it. ``entries`` are the statements that speak for
    it, the preferred one first; ``superseded`` are statements that their own sources replaced. ``established`` is False
    where only claims or inferences speak for it, or where a better statement denies it: then it is possible, never
    certain.
    """

    event: Statement
    entries: tuple[Entry, ...]
    established: bool
    contests: tuple[Contest, ...] = ()
    denials: tuple[Entry, ...] = ()
    superseded: tuple[Entry, ...] = ()

    @property
    def entry(self) -> Entry:
        """The preferred statement."""
        return self.entries[0]


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
