"""Reads files of a register as far as they can be read; what cannot be read is set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from armsledger.domain.errors import UsageError
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.input import register_bytes
from armsledger.exchange.sipri.columns import (
    DEALS_COLUMNS,
    FLAGGED,
    REGISTER_COLUMNS,
    RELEASED,
    Layout,
    doubled,
    label_of,
    layout_of,
    notes_on,
)
from armsledger.exchange.sipri.displaced import mend_displaced
from armsledger.exchange.sipri.plans import plans_in
from armsledger.exchange.sipri.preamble import (
    Scope,
    day_of,
    deals_that_may_be,
    generated_on,
    says_undelivered,
    scope_of,
)
from armsledger.exchange.sipri.release import NoRegister, Problem, Release, SetAside, as_one
from armsledger.exchange.sipri.review import is_review
from armsledger.exchange.sipri.row import FLAG, PartyOf, RegisterRow, Words, is_undelivered, read_row
from armsledger.exchange.sipri.text import Fragment, Record, Shape, lines_of, records, split

HEADER_WITHIN: Final = 60
"""Lines within which a header must come."""
SEMICOLONS: Final = re.compile(r";{2,}\s*$")
MANY_ROWS: Final = 50
"""Rows of which some are uncertain in every register."""
REPORT_EVERY: Final = 1000
Report = Callable[[int, int], None]


def read_releases(
    paths: Iterable[str | Path], party_of: PartyOf, released: date | None = None, report: Report | None = None
) -> list[Release]:
    """The releases that files hold, in order of their dates.

    ``released`` is the date where a file does not say. Raises UnreadableDossier, NoRegister, and UsageError where a
    date is needed.
    """
    exports: dict[date, list[Release]] = {}
    for path in paths:
        for release in _read_file(Path(path), party_of, released, report):
            exports.setdefault(release.released, []).append(release)
    return [as_one(exports[day]) for day in sorted(exports)]


def _read_file(path: Path, party_of: PartyOf, released: date | None, report: Report | None) -> list[Release]:
    content = register_bytes(path)
    lines, encoding = lines_of(content)
    at, layout, has_header = _header(lines, str(path))
    preamble = lines[:at] if has_header else []
    blank = Release(
        _day_of_release(path, preamble, layout, released), [str(path)], [sha256(content).hexdigest()], [encoding]
    )
    blank.preamble = "\n".join(preamble).strip("\n")
    blank.by_year = layout.is_by_year
    columns = DEALS_COLUMNS if layout.is_by_year else REGISTER_COLUMNS
    blank.header = lines[at] if has_header else ",".join(columns.values())
    blank.may_be = deals_that_may_be(preamble)
    if not has_header:
        what = "there is no header; the columns were taken to be those of SIPRI's export"
        blank.problems.append(Problem("noted", str(path), 1, None, what))
    elif SEMICOLONS.search(lines[at]):
        lines = [SEMICOLONS.sub("", line) for line in lines]
        what = "every line ends in semicolons, which some program has added; they were left out"
        blank.problems.append(Problem("noted", str(path), at + 1, None, what))
    if has_header:
        _note_headers(blank, lines[at], layout, at + 1)
    releases = _Reading(str(path), layout, party_of).run(lines, at + has_header, blank, report)
    for release in releases:
        _note_marks(release, layout)
        release.scope = _scope(release)._replace(layout="years" if layout.is_by_year else "deals")
    return releases


def _day_of_release(path: Path, preamble: Sequence[str], layout: Layout, released: date | None) -> date:
    """The day that the file or else the caller says; `date.min` if each row says its own."""
    stated = generated_on(preamble)
    if released is not None and stated is not None and released != stated:
        raise UsageError(
            f"{path} says that it was generated on {stated}, not on {released}", remedy="leave --released out"
        )
    day = stated or released
    if day is None and not layout.several_releases:
        raise UsageError(
            f"{path} does not say when it was generated", remedy="give the day of the release: --released 2024-03-18"
        )
    return day or date.min


def _header(lines: Sequence[str], name: str) -> tuple[int, Layout, bool]:
    """The line of the header, the layout, and whether there is a header at all."""
    for at, line in enumerate(lines[:HEADER_WITHIN]):
        layout = layout_of(line)
        if layout is not None:
            return at, layout, True
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    for line in lines[first:HEADER_WITHIN]:
        for columns in (REGISTER_COLUMNS, DEALS_COLUMNS):
            cells = split(line, ",") or ()
            if len(cells) == len(columns) and _is_plausible(dict(zip(columns, cells, strict=True))):
                return first, Layout(tuple(columns), ","), False
    raise NoRegister(
        f"{name} holds no register of SIPRI's: no line names Recipient, Supplier and a designation",
        remedy="download the trade register as CSV, or describe your own columns: armsledger import csv --map"
        if not is_review(name)
        else "it is a review of renames: armsledger import sipri takes it alone, Ledger.import_review in Python",
    )


def _note_headers(release: Release, line: str, layout: Layout, number: int) -> None:
    """Note the headers that are not SIPRI's own; raises UsageError if two name one column."""
    (path,) = release.files
    twice = doubled(line, layout)
    if twice is not None:
        label, headers = twice
        raise UsageError(
            f"{path}:{number}: {' and '.join(map(repr, headers))} all name one column, {label!r}",
            remedy="leave one of these columns out, or give it a name of its own",
        )
    release.problems += [Problem("noted", path, number, note.column, str(note)) for note in notes_on(line, layout)]


def _note_marks(release: Release, layout: Layout) -> None:
    """Note columns in which nothing is marked as uncertain: their numbers and years are taken as exact."""
    lacking = [name for name in FLAGGED if name in layout.columns and f"{name}_flag" not in layout.columns]
    if len(release.rows) >= MANY_ROWS:
        lacking = [name for name in FLAGGED if name in layout.columns]
    release.unmarked = tuple(name for name in lacking if not any(_is_marked(row.words, name) for row in release.rows))
    if release.unmarked and release.rows:
        names = ", ".join(label_of(name) for name in release.unmarked)
        what = f"no row has a mark of uncertain data (?) on these: {names}; they are taken as exact"
        release.problems.append(Problem("noted", release.files[0], 1, None, what))


def _is_marked(words: Words, name: str) -> bool:
    cell = {"delivery_year": "year", "delivered": "number"}.get(name)
    marked = [str(one.get(cell) or "") for one in words.get("deliveries") or ()] if cell else []
    return any(text.endswith(FLAG) for text in (str(words.get(name, "")), *marked))


def _is_plausible(cells: Mapping[str, str]) -> bool:
    year = cells["order_year"].strip()
    return bool(cells["recipient"].strip()) and year.isdecimal() and len(year) == len("2018")


def _scope(release: Release) -> Scope:
    """What part of the register the file holds; its rows show whether that is orders without deliveries too."""
    has_undelivered = any(is_undelivered(row.words) for row in release.rows) if release.rows else None
    if has_undelivered and says_undelivered(release.preamble) is False:
        what = "the preamble speaks of deliveries only, but there are orders without any: the rows tell what it holds"
        release.problems.append(Problem("noted", release.files[0], 1, None, what))
    return scope_of(release.preamble, release.released, has_undelivered)


class _Reading:
    """One pass over the rows of a file."""

    def __init__(self, name: str, layout: Layout, party_of: PartyOf) -> None:
        self._name = name
        self._layout = layout
        self._party_of = party_of
        self._deals: dict[tuple[date, Any], RegisterRow] = {}
        """By year: the row that the rows of a deal are joined to."""
        self._lines: dict[tuple[date, str], list[SetAside]] = {}
        """By year: all lines of a deal."""
        self._damaged: set[tuple[date, str]] = set()
        """By year: the deals of which a row could not be read."""
        self._undated = Release(date.min, [name], [], [])

    def run(self, lines: Sequence[str], start: int, blank: Release, report: Report | None) -> list[Release]:
        """The releases of the rows: one, unless a column holds the release of each row."""
        releases: dict[date, Release] = {} if self._layout.several_releases else {blank.released: blank}
        shape = Shape(len(self._layout.columns), self._layout.delimiter, self._layout.last_text)
        for record in records(lines, start, shape):
            if report is not None and record.line % REPORT_EVERY == 0:
                report(record.line, len(lines))
            release = self._release_of(record, releases, blank)
            release.records += 1
            if isinstance(record, Fragment):
                self._set_aside(
                    release, record, None, record.what, "put the row on one line, with a cell for each column"
                )
            else:
                self._add(release, record)
        if not any(release.records for release in releases.values()):
            raise NoRegister(f"{self._name} has a header and no rows that could be taken", remedy="download it again")
        self._set_damaged_deals_aside(releases)
        if shape.comment is not None and not self._layout.several_releases:
            mend_displaced(blank, lines, shape)
        in_order = [releases[day] for day in sorted(releases)]
        in_order[0].problems += self._undated.problems
        in_order[0].set_aside += self._undated.set_aside
        in_order[0].records += self._undated.records
        return in_order

    def _release_of(self, record: Record | Fragment, releases: dict[date, Release], blank: Release) -> Release:
        if not self._layout.several_releases:
            return blank
        day: date | None = None
        if isinstance(record, Record):
            text = record.cells[self._layout.columns.index(RELEASED)].strip()
            day = day_of(*text.split("-")) if text.count("-") == 2 and text.replace("-", "").isdecimal() else None
        if day is None:
            return self._undated
        if day not in releases:
            releases[day] = Release(
                day,
                list(blank.files),
                list(blank.digests),
                list(blank.encodings),
                by_year=blank.by_year,
                header=blank.header,
            )
        return releases[day]

    def _add(self, release: Release, record: Record) -> None:
        """Add a row, or set it aside if it cannot be read."""
        cells = {name: cell for name, cell in zip(self._layout.columns, record.cells, strict=True) if name}
        deal = (release.released, cells.get("reference", ""))
        has_several_rows = self._layout.is_by_year and bool(deal[1])
        if has_several_rows:
            self._lines.setdefault(deal, []).append(SetAside(record.line, record.raw))
        try:
            if release is self._undated:
                raise InvalidCell("it is no day of a release", "write the day as 2024-03-18", RELEASED)
            if "\0" in record.raw:
                raise InvalidCell("there is a NUL in the row", "take it out", "comment")
            words, buyer, supplier, repairs = read_row(cells, release.released.year, self._party_of)
            row = RegisterRow(record.line, words, buyer, supplier, release.records)
            if self._layout.is_by_year:
                self._add_year(release, row)
            else:
                release.rows.append(row)
        except InvalidCell as error:
            self._set_aside(release, record, error.column, error.message, error.remedy)
            if has_several_rows:
                self._damaged.add(deal)
            return
        what = "; ".join([*([record.repair] if record.repair else []), *repairs])
        if what:
            release.problems.append(Problem("repaired", self._name, record.line, None, what))
        for clause in plans_in(words.get("comment")).unclear:
            what = f"{clause!r} is a plan that could not be understood; it is kept in the comment"
            release.problems.append(Problem("noted", self._name, record.line, "comment", what))

    def _add_year(self, release: Release, row: RegisterRow) -> None:
        """Join a row of one year of delivery to the other rows of its deal."""
        words = row.words
        year, number = words.pop("delivery_year", ""), words.pop("delivered", "")
        volume = words.pop("volume_delivered", None)
        if year and not number.rstrip(FLAG):
            number = FLAG if number else ""
        cells = {"year": year or FLAG, "number": number or None, "volume": volume}
        delivery = {name: value for name, value in cells.items() if value is not None}
        deal = (release.released, words.get("reference") or tuple(sorted(words.items())))
        earlier = self._deals.get(deal)
        if earlier is None:
            words["deliveries"] = [delivery] if year or number or volume else []
            self._deals[deal] = row
            release.rows.append(row)
            return
        differing = [name for name in words if words[name] != earlier.words.get(name)]
        if differing:
            raise InvalidCell(
                f"deal {words.get('reference')} is listed otherwise in line {earlier.line}",
                "rows of one id speak of one deal",
                differing[0],
            )
        earlier.words["deliveries"].append(delivery)

    def _set_damaged_deals_aside(self, releases: Mapping[date, Release]) -> None:
        """Set all rows of a deal aside if one could not be read, as its year would seem to have vanished."""
        for day, reference in sorted(self._damaged):
            release = releases[day]
            release.rows = [row for row in release.rows if row.words.get("reference") != reference]
            aside = {rows.line for rows in release.set_aside}
            what, remedy = f"another row of deal {reference} could not be read", "correct that one alone"
            for rows in self._lines[day, reference]:
                if rows.line not in aside:
                    release.set_aside.append(rows)
                    release.problems.append(Problem("set aside", self._name, rows.line, None, what, remedy))

    def _set_aside(
        self, release: Release, record: Record | Fragment, column: str | None, what: str, remedy: str
    ) -> None:
        release.problems.append(Problem("set aside", self._name, record.line, column, what, remedy))
        release.set_aside.append(SetAside(record.line, record.raw))
