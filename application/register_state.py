"""What a ledger holds of SIPRI's register: the listings that are believed, and the releases that were taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from armsledger.domain.belief import EVERYTHING, Known, known_entries, repairs_of
from armsledger.domain.catalogue import fields_of
from armsledger.domain.deal_events import Listed
from armsledger.domain.entry import Entry
from armsledger.domain.source_events import Registered
from armsledger.domain.statement import COMMON_FIELDS, Role
from armsledger.exchange.sipri.matching import Known as KnownListing
from armsledger.exchange.sipri.row import PartyOf
from armsledger.exchange.sipri.statements import NAME
from armsledger.storage.reader import JournalReader

SOURCE_PREFIX: Final = "sipri-"
VANISHED: Final = "vanished"
"""The reason of a retraction by a release that no longer lists the row."""
REAPPEARED: Final = "reappeared"


class Listing(NamedTuple):
    """The listing of one deal as believed: its entry, its event with corrections, and whether it was taken back."""

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
    """A release that a ledger has taken: the source it is registered as."""

    key: str
    released: date
    digest: str | None
    preamble: str


def listing_of(stream: str, entries: Sequence[Entry], known: Known = EVERYTHING) -> Listing | None:
    """The listing of a deal at a belief date; None if the register has not listed it by then."""
    found = next((entry for entry in entries if _is_listing(entry)), None)
    if found is None:
        return None
    visible = entries if known == EVERYTHING else known_entries(entries, known)
    found = next((entry for entry in visible if _is_listing(entry)), None)
    if found is None:
        return None
    repairing = [entry for entry in visible if entry.event.role is Role.REPAIR]
    event, gone = found.event, False
    if repairing:
        repairs = repairs_of(repairing, visible)
        event = repairs.events.get(found.id, event)
        gone = found.id in repairs.retracted_by
    assert isinstance(event, Listed)
    return Listing(stream, found, event, gone)


def listings(reader: JournalReader, known: Known = EVERYTHING, upto: int | None = None) -> Iterator[Listing]:
    """The listings of all deals, in the order of their streams."""
    for stream, entries in reader.streams_grouped("deal", upto=upto):
        listing = listing_of(stream, entries, known)
        if listing is not None:
            yield listing


def known_listings(found: Iterable[Listing], party_of: PartyOf) -> Iterator[KnownListing]:
    """The listings as what a release is matched with."""
    for listing in found:
        words = listing.words
        yield KnownListing(
            listing.stream, words, party_of(words["recipient"]), party_of(words["supplier"]), listing.gone
        )


def taken_releases(reader: JournalReader, known: Known = EVERYTHING, upto: int | None = None) -> list[TakenRelease]:
    """The releases of the register that a ledger has taken, in order of their dates."""
    found = []
    for stream in reader.streams("source", SOURCE_PREFIX):
        for entry in known_entries(reader.stream(stream, upto=upto), known):
            event = entry.event
            if isinstance(event, Registered) and event.published is not None and event.title == NAME:
                day = date.fromordinal(event.published.first)
                found.append(TakenRelease(stream.partition("/")[2], day, event.sha256, event.note or ""))
                break
    return sorted(found, key=lambda release: release.released)


def is_release(source: str | None) -> bool:
    """Whether a source is a release of the register."""
    return source is not None and source.startswith(SOURCE_PREFIX)


def _is_listing(entry: Entry) -> bool:
    event = entry.event
    return isinstance(event, Listed) and event.listed_in == NAME
