"""What a ledger holds of SIPRI's register: the listings as believed, and the releases that were taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.belief import EVERYTHING, Known, known_entries
from armsledger.domain.beliefs.repairs import repairs_of
from armsledger.domain.entry import Entry
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import COMMON_FIELDS, Role, Statement
from armsledger.exchange.sipri.matching import HeldRow
from armsledger.exchange.sipri.preamble import Scope, says_undelivered, scope_of
from armsledger.exchange.sipri.row import PartyOf
from armsledger.exchange.sipri.statements import NAME
from armsledger.storage.reader import JournalReader

SOURCE_PREFIX: Final = "sipri-"
PUBLISHER: Final = "Stockholm International Peace Research Institute (SIPRI)"
UNFINISHED: Final = ", not yet taken whole"
"""Stands behind the names of a release's files while only a part of it is taken."""
VANISHED: Final = "vanished"
"""The reason of a retraction by a release that no longer lists the row."""
COMPLETED: Final = "completed"
"""The reason of a retraction of a correction, by which another export of the same day completes it."""
REAPPEARED: Final = "reappeared"
"""The reason of a retraction of such a retraction."""
Releases = frozenset[str]
"""The keys of the sources that are releases of the register."""


class Listing(NamedTuple):
    """The listing of one deal as believed: its entry, its event with corrections, and whether it was retracted."""

    stream: str
    entry: Entry
    event: Listed
    gone: bool

    @property
    def words(self) -> dict[str, Any]:
        """The words of its row."""
        own = fields_of(self.event)
        return {name: value for name, value in own.items() if name not in COMMON_FIELDS and name != "listed_in"}


class TakenRelease(NamedTuple):
    """A release that a ledger has taken: the key of its source, its scope and files, and whether all was taken."""

    key: str
    released: date
    digest: str | None
    preamble: str
    scope: Scope
    file: str
    is_whole: bool


def listing_of(
    stream: str, entries: Sequence[Entry], releases: Releases, known: Known = EVERYTHING, *, own: bool = False
) -> Listing | None:
    """The listing of a deal at a belief date; None if the register has not listed it by then.

    With ``own``, as the releases state it, without corrections by others.
    """
    if not any(_is_listing(entry, releases) for entry in entries):
        return None
    visible = entries if known == EVERYTHING else known_entries(entries, known)
    if own:
        visible = [entry for entry in visible if entry.event.source in releases and not _is_by_others(entry.event)]
    listed = next((entry for entry in visible if _is_listing(entry, releases)), None)
    if listed is None:
        return None
    repairing = [entry for entry in visible if entry.event.role is Role.REPAIR]
    event, gone = listed.event, False
    if repairing:
        repairs = repairs_of(repairing, visible)
        event = repairs.events.get(listed.id, event)
        gone = listed.id in repairs.retracted_by
    assert isinstance(event, Listed)
    return Listing(stream, listed, event, gone)


def held_row(listing: Listing, party_of: PartyOf) -> HeldRow:
    """A listing as a row that is matched with those of a release."""
    words = listing.words
    buyer, supplier = party_of(words["recipient"]), party_of(words["supplier"])
    return HeldRow(listing.stream, words, buyer, supplier, listing.gone)


def taken_releases(reader: JournalReader, known: Known = EVERYTHING, upto: int | None = None) -> list[TakenRelease]:
    """The releases of the register that a ledger has taken, in order of their dates.

    A source is a release if its publisher and title say so, whatever its key is: people have sources of SIPRI's too.
    """
    taken = []
    for stream in reader.streams("source", SOURCE_PREFIX):
        entries = known_entries(reader.stream(stream, upto=upto), known)
        event = _registered(entries)
        if event is not None and event.published is not None:
            day = date.fromordinal(event.published.first)
            is_whole = not (event.file or "").endswith(UNFINISHED)
            key = stream.partition("/")[2]
            taken.append(
                TakenRelease(key, day, event.sha256, event.note or "", _scope(event, day), event.file or "", is_whole)
            )
    return sorted(taken, key=lambda release: release.released)


def _scope(event: Registered, day: date) -> Scope:
    """The scope stored with a release; earlier versions stored its preamble alone, whose "deliveries" may be wrong."""
    if event.scope is not None:
        return Scope.read(event.scope)
    preamble = event.note or ""
    return scope_of(preamble, day, says_undelivered(preamble) or None)


def release_keys(reader: JournalReader) -> Releases:
    """The keys of the sources that are releases of the register."""
    return frozenset(release.key for release in taken_releases(reader))


def _registered(entries: Sequence[Entry]) -> Registered | None:
    """The registration of a release, with its corrections; None if the source is another one."""
    repairs = repairs_of([entry for entry in entries if entry.event.role is Role.REPAIR], entries)
    for entry in entries:
        event = repairs.events.get(entry.id, entry.event)
        if isinstance(event, Registered) and (event.publisher, event.title) == (PUBLISHER, NAME):
            return event
    return None


def _is_by_others(event: Statement) -> bool:
    """Whether a repair of a release's entry was made by somebody else; it cites the release too."""
    match event:
        case Corrected():
            return "revisions" not in event.set
        case Retracted():
            return event.reason not in (VANISHED, REAPPEARED, COMPLETED)
    return event.role is Role.REPAIR


def _is_listing(entry: Entry, releases: Releases) -> bool:
    event = entry.event
    return isinstance(event, Listed) and event.listed_in == NAME and event.source in releases
