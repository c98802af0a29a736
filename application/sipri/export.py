"""Exports the register as it was believed at a date, as a file in SIPRI's own layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

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
from armsledger.domain.errors import LedgerError
from armsledger.domain.registers.columns import has_deal_face, has_year_face
from armsledger.domain.values.known import Known
from armsledger.exchange.atomic import writing
from armsledger.exchange.errors import NotWritable
from armsledger.exchange.sipri.layouts import rows_in
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.row import Words
from armsledger.exchange.sipri.writer import in_order, write_register
from armsledger.storage.reader import JournalReader

Encoding = Literal["utf-8", "latin-1"]
Layout = Literal["deals", "years"]
"""One row a deal, or one for each year of its deliveries."""


PHRASES: Final[Mapping[Layout, str]] = {"deals": "by deal", "years": "by year of delivery"}


class NothingListed(LedgerError):
    """No release of the register was known at the date."""


class NotInLayout(LedgerError):
    """The register was never taken in the layout that is asked for."""


class Written(NamedTuple):
    """How many rows were written, as of which release: a source's key."""

    rows: int
    release: str


def export_sipri(
    reader: JournalReader,
    question: Question,
    path: str | Path,
    *,
    replace: bool = False,
    encoding: Encoding = "utf-8",
    mode: int | None = None,
    layout: Layout | None = None,
) -> Written:
    """Write the rows that the latest release known is believed to list, in a layout that the register came in.

    If it came in both, it is written by deal where ``layout`` does not say.

    Rows that it leaves out by its scope are not among them, though they stand in the ledger. They are in the order of
    their first listing, which is that of the file if one release is known. Broken rows are written whole, and blank
    lines are left out. Raises NothingListed, NotInLayout, FileExists and NotWritable.
    """
    releases = taken_releases(reader, question.cut, question.position)
    if not releases:
        by = "" if question.known is None else f" by {question.known}"
        raise NothingListed(
            f"the ledger knows no release of SIPRI's register{by}",
            remedy="take one with `armsledger import sipri`, or ask for a later belief (--known, --known-by asserted)",
        )
    listed = _listed(reader, question.position, question.cut)
    chosen, told = _layout([one.listing.words for one in listed], layout)
    by_year, names = chosen == "years", Names(Codes())
    latest = next((one for one in reversed(releases) if one.scope.tells(by_year=by_year)), releases[-1])
    if question.cut.day is not None and latest != releases[-1]:  # later ones came in the other layout alone
        listed = _listed(reader, question.position, Known(day=latest.released.toordinal()))
    found = [one.listing for one in listed if _is_in(latest, one, names)]
    words = [listing.words for listing in sorted(found, key=_place)]
    rows = in_order(rows_in(words, by_year=by_year), is_first=len(releases) == 1 and len(told) == 1)
    try:
        with writing(path, replace=replace, encoding=encoding, mode=mode) as out:
            count = write_register(rows, latest.preamble, out, by_year=by_year)
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise NotWritable(
            str(path), f"a row holds {character!r}, which {encoding} lacks; leave --encoding out for UTF-8"
        ) from error
    return Written(count, latest.key)


class _Listed(NamedTuple):
    """A row that the ledger believes to be listed, and the sources that say something of its deal."""

    listing: Listing
    sources: set[str | None]


def _listed(reader: JournalReader, position: int | None, known: Known) -> list[_Listed]:
    """The rows that are believed to be listed."""
    keys, listed = release_keys(reader), list[_Listed]()
    for stream, entries in reader.streams_grouped("deal", upto=position):
        listing = listing_of(stream, entries, keys, known)
        if listing is not None and not listing.gone:
            listed.append(_Listed(listing, {entry.event.source for entry in entries}))
    return listed


def _layout(rows: Sequence[Words], wanted: Layout | None) -> tuple[Layout, Sequence[Layout]]:
    """The layout to write, and all layouts that tell of any of the rows; raises NotInLayout."""
    told: list[Layout] = []
    if not rows or any(map(has_deal_face, rows)):
        told.append("deals")
    if any(map(has_year_face, rows)):
        told.append("years")
    chosen = wanted or told[0]
    if chosen not in told:
        raise NotInLayout(
            f"the ledger knows SIPRI's register {PHRASES[told[0]]} alone, and not {PHRASES[chosen]}",
            remedy=f"leave --layout out, or import an export of that day {PHRASES[chosen]}",
        )
    return chosen, told


def _place(listing: Listing) -> int:
    return listing.entry.position


def _is_in(release: TakenRelease, listed: _Listed, names: Names) -> bool:
    """Whether a release lists a row: it says something of the deal, or has a place for what was listed before."""
    row = held_row(listed.listing, names.known)
    return release.key in listed.sources or not release.scope.leaves_out(row.words, row.buyer, row.supplier, names)
