"""What a ledger holds of SIPRI's register: the listings as believed, and the releases that were taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from armsledger.application.sipri.standing import RESTATED, Releases, is_taken_back, remainder_of
from armsledger.domain.beliefs.belief import known_entries
from armsledger.domain.beliefs.repairs import repairs_of
from armsledger.domain.entry import Entry
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import COMMON_FIELDS, Role, Statement
from armsledger.domain.values.known import EVERYTHING, Known
from armsledger.exchange.sipri.matching import HeldRow, RowNames
from armsledger.exchange.sipri.preamble import Scope, says_undelivered, scope_of
from armsledger.exchange.sipri.row import PartyOf, folded
from armsledger.exchange.sipri.statements import NAME
from armsledger.storage.reader import JournalReader

SOURCE_PREFIX: Final = "sipri-"
PUBLISHER: Final = "Stockholm International Peace Research Institute (SIPRI)"
UNFINISHED: Final = ", not yet taken whole"
"""Stands behind the names of a release's files while only a part of it is taken."""
REVIEW: Final = f"Review of what {NAME} renamed"
"""The title of a source that decides which of the register's deals are one."""
REVIEW_PREFIX: Final = f"{SOURCE_PREFIX}review-"


class Listing(NamedTuple):
    """The listing of one deal as believed: its entry, its event with corrections, and whether it was retracted.

    ``has_remainder`` says whether a deal that is gone still has statements of the register, such as one that somebody
    brought back.
    """

    stream: str
    entry: Entry
    event: Listed
    gone: bool
    has_remainder: bool = False

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
    stream: str,
    entries: Sequence[Entry],
    releases: Releases,
    known: Known = EVERYTHING,
    *,
    own: bool = False,
    reviews: Releases = frozenset(),
) -> Listing | None:
    """The listing of a deal at a belief date; None if the register has not listed it by then.

    With ``own``, as the releases state it, and as ``reviews`` have joined it, without corrections by others.
    """
    if not any(is_listing(entry, releases) for entry in entries):
        return None
    visible = entries if known == EVERYTHING else known_entries(entries, known)
    whole = visible
    if own:
        visible = _by_releases(visible, releases, reviews)
    listings = [entry for entry in visible if is_listing(entry, releases)]
    if not listings:
        return None
    repairing = [entry for entry in visible if entry.event.role is Role.REPAIR]
    if not repairing:
        return Listing(stream, listings[-1], _listed(listings[-1].event), gone=False)
    repairs = repairs_of(repairing, visible)
    retracted = repairs.retracted_by
    if own:
        listed = listings[-1]
        gone = listed.id in retracted or any(is_taken_back(e, releases) and e.id not in retracted for e in repairing)
    else:
        listed = next((entry for entry in reversed(listings) if entry.id not in retracted), listings[-1])
        gone = listed.id in retracted
    event = _listed(repairs.events.get(listed.id, listed.event))
    return Listing(stream, listed, event, gone, own and gone and _has_remainder(whole, releases))


def _listed(event: Statement) -> Listed:
    assert isinstance(event, Listed)
    return event


def _has_remainder(entries: Sequence[Entry], releases: Releases) -> bool:
    repairs = repairs_of([entry for entry in entries if entry.event.role is Role.REPAIR], entries)
    return bool(remainder_of(entries, repairs, releases))


def _by_releases(entries: Sequence[Entry], releases: Releases, reviews: Releases) -> list[Entry]:
    """What releases and reviews recorded, and all by which others brought back what these took back."""
    takes_back: set[str] = set()
    kept = []
    for entry in entries:
        if is_taken_back(entry, releases) or (isinstance(entry.event, Retracted) and entry.event.target in takes_back):
            takes_back.add(entry.id)
            kept.append(entry)
        elif (entry.event.source in releases and not _is_by_others(entry.event)) or entry.event.source in reviews:
            kept.append(entry)
    return kept


def held_row(listing: Listing, party_of: PartyOf) -> HeldRow:
    """A listing as a row that is matched with those of a release."""
    words = listing.words
    buyer, supplier = party_of(words["recipient"]), party_of(words["supplier"])
    stated = listing.entry.event
    first = None
    if stated is not listing.event and isinstance(stated, Listed):
        names = RowNames(party_of(stated.recipient), party_of(stated.supplier), folded(stated.designation))
        first = None if names == (buyer, supplier, folded(words["designation"])) else names
    return HeldRow(listing.stream, words, buyer, supplier, listing.gone, first)


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


def review_keys(reader: JournalReader) -> Releases:
    """The keys of the sources that are reviews of what the register renamed."""
    reviews = set()
    for stream in reader.streams("source", REVIEW_PREFIX):
        if any(isinstance(entry.event, Registered) and entry.event.title == REVIEW for entry in reader.stream(stream)):
            reviews.add(stream.partition("/")[2])
    return frozenset(reviews)


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
            return event.reason != RESTATED  # what vanished is dealt with before
    return event.role is Role.REPAIR


def is_listing(entry: Entry, releases: Releases) -> bool:
    """Whether a release of the register lists a deal by an entry."""
    event = entry.event
    return isinstance(event, Listed) and event.listed_in == NAME and event.source in releases
