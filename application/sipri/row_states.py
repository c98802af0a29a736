"""What the register lists of a deal release by release, as its releases state it and reviews have joined it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from armsledger.application.sipri.decided import decisions_in, withdrawal_in
from armsledger.application.sipri.register import (
    Listing,
    TakenRelease,
    held_row,
    listing_of,
    review_keys,
    taken_releases,
)
from armsledger.application.sipri.standing import Releases
from armsledger.domain.entry import Entry
from armsledger.domain.registers.columns import ABOUT_RELEASES
from armsledger.domain.values.known import EVERYTHING, Known
from armsledger.exchange.sipri.matching import HeldRow
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.revision import TERMS, Vocabulary, changed_columns
from armsledger.exchange.sipri.row import Words, folded, key_of
from armsledger.storage.reader import JournalReader

States = Sequence[dict[str, Any] | None]
"""The words of a deal's row in each release; None where the release does not list it."""


class Register(NamedTuple):
    """The releases that a ledger has taken, in order of their dates, and the reviews of them."""

    releases: tuple[TakenRelease, ...]
    keys: Releases
    reviews: Releases
    names: Names

    @classmethod
    def of(cls, reader: JournalReader, names: Names) -> Register:
        """The register in a ledger."""
        releases = tuple(taken_releases(reader))
        return cls(releases, frozenset(release.key for release in releases), review_keys(reader), names)

    def listing(self, stream: str, entries: Sequence[Entry], known: Known = EVERYTHING) -> Listing | None:
        """The listing of a deal as releases state it and reviews have joined it."""
        return listing_of(stream, entries, self.keys, known, own=True, reviews=self.reviews)

    def states(self, stream: str, entries: Sequence[Entry]) -> States:
        """What each release lists of a deal."""
        if len({entry.event.source for entry in entries}) == 1:  # most deals: one release says it all
            first = self.place(entries[0].event.source)
            listing = self.listing(stream, entries)
            words = None if listing is None or listing.gone else words_of(listing)
            return [words if first is not None and at >= first else None for at in range(len(self.releases))]
        states = []
        for release in self.releases:
            listing = self.listing(stream, entries, Known(day=release.released.toordinal()))
            states.append(None if listing is None or listing.gone else words_of(listing))
        return states

    def place(self, key: str | None) -> int | None:
        """The place of a release among all."""
        return next((at for at, release in enumerate(self.releases) if release.key == key), None)

    def place_of_day(self, day: str) -> int | None:
        """The place of the release of a day."""
        return next((at for at, release in enumerate(self.releases) if release.released.isoformat() == day), None)

    def held(self, listing: Listing) -> HeldRow:
        """A listing as a row with parties."""
        return held_row(listing, self.names.known)

    def row(self, stream: str, words: Words) -> HeldRow:
        """Words as the row of a deal."""
        names = self.names
        return HeldRow(stream, words, names.known(words["recipient"]), names.known(words["supplier"]))

    def is_renamed(self, old: Words, new: Words) -> bool:
        """Whether two rows of one deal have other keys: then the deal was joined."""
        if "reference" in old and "reference" in new:
            return False
        one, other = (self.row("", words) for words in (old, new))
        return key_of(*one[1:4]) != key_of(*other[1:4])


def words_of(listing: Listing) -> dict[str, Any]:
    """The words of a row, without what they say about other rows."""
    return {name: value for name, value in listing.words.items() if name not in ABOUT_RELEASES}


class ReleaseNames(NamedTuple):
    """How many rows of a release have which designation and which party, and the terms that describe them."""

    designations: Counter[str]
    parties: Counter[str]
    terms: set[str]

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms."""
        return Vocabulary(frozenset(self.terms))


class DealStates(NamedTuple):
    """A deal in each release, and its listing now."""

    stream: str
    listing: Listing
    states: States
    decisions: Mapping[str, Entry] = MappingProxyType({})
    """By deals that this one is not, as reviews have decided, the entries that say so."""
    joined_by: Entry | None = None
    """The entry by which a review has withdrawn it, to go on as another deal."""

    @property
    def first(self) -> int | None:
        """The place of the first release that lists it."""
        return next((at for at, words in enumerate(self.states) if words is not None), None)

    def words_before(self, at: int) -> Words | None:
        """The words of the last release before one that lists the deal."""
        return next((words for words in reversed(self.states[:at]) if words is not None), None)


class Survey(NamedTuple):
    """All deals of the register that some question is about, and the names of each release."""

    register: Register
    deals: Mapping[str, DealStates]
    names: Sequence[ReleaseNames]
    withdrawn: Mapping[str, Sequence[DealStates]]
    """By the source that was the first to list them, deals that are withdrawn whole."""

    def withdrawn_deal(self, at: int, words: Words) -> str:
        """The deal of which the row of a release was, before it was joined with another; blank if there is none."""
        for deal in self.withdrawn.get(self.register.releases[at].key, ()):
            stated = deal.listing._replace(event=deal.listing.entry.event)  # type: ignore[arg-type]  # it is a listing
            if not set(changed_columns(stated.words, words)) - {"rows"}:
                return deal.stream
        return ""


def survey(reader: JournalReader, register: Register) -> Survey:
    """Look at all deals: those with a proposal, those that were renamed, and those that are gone are kept."""
    deals: dict[str, DealStates] = {}
    names = [ReleaseNames(Counter(), Counter(), set()) for _ in register.releases]
    for deal in _all(reader, register):
        _count(deal.states, names, register)
        is_asked = deal.listing.event.perhaps or deal.decisions
        if is_asked or deal.first is None or len({str(words) for words in deal.states}) > 1:
            deals[deal.stream] = deal
    withdrawn: dict[str, list[DealStates]] = defaultdict(list)
    for deal in deals.values():
        if deal.first is None:
            withdrawn[str(deal.listing.entry.event.source)].append(deal)
    return Survey(register, deals, names, withdrawn)


def _all(reader: JournalReader, register: Register) -> Iterator[DealStates]:
    for stream, entries in reader.streams_grouped("deal"):
        listing = register.listing(stream, entries)
        if listing is not None:
            deal = DealStates(stream, listing, register.states(stream, entries))
            if any(entry.event.source in register.reviews for entry in entries):
                deal = deal._replace(
                    decisions=decisions_in(listing, entries, register.reviews),
                    joined_by=withdrawal_in(listing, entries, register.reviews),
                )
            yield deal


def _count(states: States, names: Sequence[ReleaseNames], register: Register) -> None:
    for words, told in zip(states, names, strict=True):
        if words is not None:
            told.designations[folded(words["designation"])] += 1
            told.parties[register.names.known(words["recipient"])] += 1
            told.parties[register.names.known(words["supplier"])] += 1
            told.terms.update(words[name] for name in TERMS if name in words)
