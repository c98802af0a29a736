"""Exports the register as it was believed at a date, as a file in SIPRI's own layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from armsledger.application.codes import Codes
from armsledger.application.question import Question
from armsledger.application.sipri.register import (
    Listing,
    TakenRelease,
    held_row,
    listing_of,
    release_keys,
    taken_releases,
)
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.exchange.atomic import writing
from armsledger.exchange.errors import NotWritable
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.writer import in_order, write_register
from armsledger.storage.reader import JournalReader

Encoding = Literal["utf-8", "latin-1"]


class NothingListed(LedgerError):
    """No release of the register was known at the date."""


class Written(NamedTuple):
    """How many rows were written, as of which release: a source's key."""

    rows: int
    release: str


def export_sipri(
    reader: JournalReader, question: Question, path: str | Path, *, replace: bool = False, encoding: Encoding = "utf-8"
) -> Written:
    """Write the rows that the latest release known is believed to list.

    Rows that it leaves out by its scope are not among them, though they stand in the ledger. They are in the order of
    their first listing, which is that of the file if one release is known. Broken rows are written whole, and blank
    lines are left out. Raises NothingListed, FileExists and NotWritable.
    """
    releases = taken_releases(reader, question.cut, question.position)
    if not releases:
        by = "" if question.known is None else f" by {question.known}"
        raise NothingListed(
            f"the ledger knows no release of SIPRI's register{by}",
            remedy="take one with `armsledger import sipri`, or ask for a later belief (--known, --known-by asserted)",
        )
    keys = release_keys(reader)
    names, latest = Names(Codes()), releases[-1]
    listed: list[Listing] = []
    for stream, entries in reader.streams_grouped("deal", upto=question.position):
        listing = listing_of(stream, entries, keys, question.cut)
        if listing is not None and not listing.gone and _is_in(latest, listing, entries, names):
            listed.append(listing)
    listed.sort(key=_place)
    words = [listing.words for listing in listed]
    by_year = any("deliveries" in row for row in words)
    rows = in_order(words, is_first=len(releases) == 1)
    try:
        with writing(path, replace=replace, encoding=encoding) as out:
            count = write_register(rows, latest.preamble, out, by_year=by_year)
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise NotWritable(
            str(path), f"a row holds {character!r}, which {encoding} lacks; leave --encoding out for UTF-8"
        ) from error
    return Written(count, latest.key)


def _place(listing: Listing) -> int:
    return listing.entry.position


def _is_in(release: TakenRelease, listing: Listing, entries: Sequence[Entry], names: Names) -> bool:
    """Whether a release lists a row: it says something of the deal, or has a place for what was listed before."""
    row = held_row(listing, names.known)
    is_left_out = release.scope.leaves_out(row.words, row.buyer, row.supplier, names)
    return not is_left_out or any(entry.event.source == release.key for entry in entries)
