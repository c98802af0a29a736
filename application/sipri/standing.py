"""Which statements of the register stand in a deal, and which may not once it no longer lists the deal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, TypeVar

from armsledger.domain.beliefs.repairs import Repairs
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.events.repair import Retracted
from armsledger.domain.events.statement import Role
from armsledger.domain.registers.history import VANISHED
from armsledger.exchange.sipri.statements import OPENED

Releases = frozenset[str]
"""The keys of the sources that are releases of the register."""
RESTATED: Final = "restated by a further file of the release"
"""The reason of a retraction of what a release says in another of its files as well."""
TELLS_MORE: Final = "another export of that day tells more"
"""The note of a correction by which a further file completes what a release said."""
ABOUT_EXPECTATIONS: Final = frozenset({"expectation-revised", "expectation-withdrawn"})
"""Events that speak of the expectation of another entry, and state nothing once that is retracted."""
AnyEntry = TypeVar("AnyEntry", Entry, Entry | Draft)


def statements_in(
    entries: Iterable[AnyEntry], repairs: Repairs, releases: Releases, *, of_others: bool = False
) -> list[AnyEntry]:
    """The statements about a deal that stand, of the register or of others, in the order of recording.

    A plan that was withdrawn is one of them.
    """
    return [
        entry
        for entry in entries
        if (entry.event.source in releases) != of_others
        and entry.event.role is not Role.REPAIR
        and entry.event.name not in ABOUT_EXPECTATIONS
        and entry.id not in repairs.retracted_by
    ]


def remainder_of(entries: Collection[AnyEntry], repairs: Repairs, releases: Releases) -> list[AnyEntry]:
    """The statements of the register that may not stand once it no longer lists a deal.

    The opening may stand if others say something of the deal: it names the parties.
    """
    stated = statements_in(entries, repairs, releases)
    if stated and statements_in(entries, repairs, releases, of_others=True):
        return [entry for entry in stated if entry.event.name != OPENED]
    return stated


def is_taken_back(entry: Entry | Draft, releases: Releases) -> bool:
    """Whether an entry retracts a statement because its row vanished."""
    event = entry.event
    return isinstance(event, Retracted) and event.reason == VANISHED and event.source in releases


def undoing_of(history: History, entry: Entry | Draft, source: str) -> Entry | Draft | None:
    """What undid a retraction of an entry by a source; None if the source has not retracted it before.

    A source says the same only once: to retract the entry again, what undid its retraction is retracted.
    """
    for other in history.entries.values():
        event = other.event
        if isinstance(event, Retracted) and (event.target, event.source) == (entry.id, source):
            undoing = history.repairs.retracted_by.get(other.id)
            if undoing is not None:
                return undoing
    return None
