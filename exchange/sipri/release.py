"""A file of a register, read as far as it can be: its release, its scope, its rows, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.sipri.columns import (
    DEALS,
    DEALS_HEADER,
    REGISTER,
    REGISTER_HEADER,
    RELEASED,
    Layout,
    layout_of,
)
from armsledger.exchange.sipri.plans import plans_in
from armsledger.exchange.sipri.row import FLAG, BadCell, PartyOf, Row, read_row
from armsledger.exchange.sipri.text import Fragment, Record, decoded, records, split

Kind = Literal["repaired", "set aside", "noted"]
HEADER_WITHIN: Final = 60
"""Lines within which a header must come."""
GENERATED: Final = re.compile(
    r"(?:Data generated:\s*|created:\s*)(?:(\d{1,2})[ -]([A-Za-z]{3,9}|\d{1,2})[ -](\d{4})|(\d{4})-(\d{2})-(\d{2}))"
)
ABBREVIATIONS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS: Final = {name: str(number) for number, name in enumerate(ABBREVIATIONS, 1)}
MAY_BE: Final = "May be: "
"""Begins the line of a file of rows set aside that names the deals of which they may be the rows."""
BETWEEN: Final = re.compile(
    r"from (?P<suppliers>.*?)\s+to (?P<recipients>.*?)\s*\.\s*Deals with (?P<which>.*?) made", re.IGNORECASE
)
ASKED: Final = re.compile(r"from .*? to .*?\s*\.\s*Deals with", re.IGNORECASE)
YEARS: Final = re.compile(r"year range\s+(?P<years>.*?)\s*$", re.IGNORECASE)
SEMICOLONS: Final = re.compile(r";{2,}\s*$")
FLAG_COLUMN: Final = "_flag"
TOLD_EVERY: Final = 1000
Report = Callable[[int, int], None]


class Problem(NamedTuple):
    """What is wrong at a place of a file, and what to do about it; ``kind`` is what was done."""

    kind: Kind
    file: str
    line: int
    column: str | None
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" + (f", {self.column.replace('_', ' ')}" if self.column else "")
        return f"{where}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


class Scope(NamedTuple):
    """What an export was asked for: suppliers, recipients and years in its words; None where it does not say.

    ``undelivered`` tells whether it holds orders without deliveries.
    """

    suppliers: str | None
    recipients: str | None
    years: str | None
    undelivered: bool | None

    def __str__(self) -> str:
        which = {True: "orders and deliveries", False: "deliveries only", None: "unknown"}[self.undelivered]
        parts = [f"from {self.suppliers or 'unknown'} to {self.recipients or 'unknown'}", which]
        return ", ".join([*parts, f"years {self.years}"] if self.years else parts)


class SetAside(NamedTuple):
    """Lines of a file that could not be taken, as they are."""

    line: int
    raw: str


@dataclass
class Release:
    """All that is known of one release of a register, from one file or several."""

    released: date
    files: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    encodings: list[str] = field(default_factory=list)
    preamble: str = ""
    by_year: bool = False
    scope: Scope = field(default_factory=lambda: Scope(None, None, None, None))
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    header: str = ""
    records: int = 0
    may_be: tuple[str, ...] = ()
    """The deals of which rows that were set aside may be the rows."""

    @property
    def digest(self) -> str:
        """SHA-256 of its file; of the digests of its files where there are several."""
        return self.digests[0] if len(self.digests) == 1 else sha256("".join(sorted(self.digests)).encode()).hexdigest()

    def count(self, kind: Kind) -> int:
        """How many rows or places had this done to them."""
        return sum(problem.kind == kind for problem in self.problems)


class NoRegister(LedgerError):
    """A file in which no register can be recognised."""


class DamagedRegister(LedgerError):
    """A register with something wrong in it, where that is not allowed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            f"{len(problems):,} rows are damaged, such as {problems[0]}; nothing was recorded",
            remedy="correct the file, or import it without --strict: what cannot be read is set aside",
        )
        self.problems = tuple(problems)


def read_releases(
    paths: Iterable[str | Path], party_of: PartyOf, released: date | None = None, report: Report | None = None
) -> list[Release]:
    """The releases that files hold, in order of their dates.

    ``released`` is the date where a file does not say. Raises UnreadableDossier, NoRegister, and UsageError where a
    date is needed.
    """
    found: dict[date, Release] = {}
    for path in paths:
        for release in _read_file(Path(path), party_of, released, report):
            known = found.get(release.released)
            found[release.released] = release if known is None else _merged(known, release)
    return [found[day] for day in sorted(found)]


def _read_file(path: Path, party_of: PartyOf, released: date | None, report: Report | None) -> list[Release]:
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable_file(str(path), error) from error
    text = decoded(content)
    at, layout, said = _header(text.lines, str(path))
    preamble = text.lines[:at] if said else []
    said_day = _generated(preamble)
    if released is not None and said_day is not None and released != said_day:
        raise UsageError(
            f"{path} says that it was generated on {said_day}, not on {released}", remedy="leave --released out"
        )
    day = said_day or released
    if day is None and not layout.several_releases:
        raise UsageError(
            f"{path} does not say when it was generated", remedy="give the day of the release: --released 2024-03-18"
        )
    reading = _Reading(str(path), layout, party_of)
    blank = Release(day or date.min, [str(path)], [sha256(content).hexdigest()], [text.encoding])
    blank.preamble = "\n".join(preamble).strip("\n")
    blank.by_year = layout.is_by_year
    blank.header = text.lines[at] if said else ",".join(DEALS_HEADER if layout.is_by_year else REGISTER_HEADER)
    blank.may_be = _may_be(preamble)
    start = at + 1 if said else at
    lines = text.lines
    if said and SEMICOLONS.search(lines[at]):
        lines = [SEMICOLONS.sub("", line) for line in lines]
        what = "every line ends in semicolons, which some program has added; they were left out"
        blank.problems.append(Problem("noted", str(path), at + 1, None, what))
    if not said:
        what = "there is no header; the columns were taken to be those of SIPRI's export"
        blank.problems.append(Problem("noted", str(path), 1, None, what))
    releases = reading.run(lines, start, blank, report)
    for release in releases:
        release.scope = _scope(release)
    return releases


def _may_be(preamble: Iterable[str]) -> tuple[str, ...]:
    found = (line.removeprefix(MAY_BE) for line in preamble if line.startswith(MAY_BE))
    return tuple(deal.strip() for line in found for deal in line.split(",") if deal.strip())


def _header(lines: Sequence[str], name: str) -> tuple[int, Layout, bool]:
    """The line of the header, the layout, and whether there is a header at all."""
    for at, line in enumerate(lines[:HEADER_WITHIN]):
        layout = layout_of(line)
        if layout is not None:
            return at, layout, True
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    for line in lines[first:HEADER_WITHIN]:
        for columns in (REGISTER, DEALS):
            cells = split(line, ",") or ()
            if len(cells) == len(columns) and _is_plausible(dict(zip(columns, cells, strict=True))):
                return first, Layout(columns, ","), False
    raise NoRegister(
        f"{name} holds no register of SIPRI's: no line names Recipient, Supplier and a designation",
        remedy="download the trade register as CSV, or describe your own columns: armsledger import csv --map",
    )


def _is_plausible(cells: Mapping[str, str]) -> bool:
    year = cells["order_year"].strip()
    return bool(cells["recipient"].strip()) and year.isdecimal() and len(year) == len("2018")


def _generated(preamble: Iterable[str]) -> date | None:
    """The day on which the file says that it was generated."""
    for line in preamble:
        match = GENERATED.search(line)
        if match is None:
            continue
        if match[4]:
            return _day(match[4], match[5], match[6])
        return _day(match[3], match[2] if match[2].isdecimal() else MONTHS.get(match[2][:3].lower(), "0"), match[1])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _scope(release: Release) -> Scope:
    """What the export was asked for: its words, but for orders without deliveries, which the rows themselves tell."""
    held = any(_is_undelivered(row) for row in release.rows)
    scope = scope_in(release.preamble, True if held else None)
    if held and scope_in(release.preamble).undelivered is False:
        what = "the preamble speaks of deals with deliveries, but there are orders without any: taken as all deals"
        release.problems.append(Problem("noted", release.files[0], 1, None, what))
    return scope


def scope_in(preamble: str, undelivered: bool | None = None) -> Scope:
    """The scope that a preamble tells, but for what is known of its rows."""
    lines = preamble.split("\n")[:3]
    between = BETWEEN.search(" ".join(lines))
    if between is None:
        return Scope(None, None, None, undelivered)
    years = next((found["years"] for line in lines if (found := YEARS.search(line))), None)
    which = "order" in between["which"].lower() if undelivered is None else undelivered
    suppliers, recipients = (" ".join(between[name].split()) for name in ("suppliers", "recipients"))
    return Scope(suppliers, recipients, None if years is None else years.replace("'", ""), which)


def _is_undelivered(row: Row) -> bool:
    return "years" not in row.words and not row.words.get("deliveries")


def _merged(one: Release, other: Release) -> Release:
    """Two files of one release: such as one for each supplier."""
    if one.by_year != other.by_year:
        raise UsageError(
            f"{one.files[0]} and {other.files[0]} are of one release in two layouts",
            remedy="import one of them",
        )
    one.files += other.files
    one.digests += other.digests
    one.encodings += other.encodings
    one.rows += [row._replace(number=row.number + one.records) for row in other.rows]
    if one.by_year:
        one.rows = _joined_by_id(one.rows)
    one.may_be += other.may_be
    one.problems += other.problems
    one.set_aside += other.set_aside
    one.records += other.records
    one.scope = Scope(
        _union(one.scope.suppliers, other.scope.suppliers),
        _union(one.scope.recipients, other.scope.recipients),
        _union(one.scope.years, other.scope.years),
        one.scope.undelivered if other.scope.undelivered is None else one.scope.undelivered or other.scope.undelivered,
    )
    asked = f"from {one.scope.suppliers} to {one.scope.recipients} . Deals with"
    one.preamble = ASKED.sub(lambda _: asked, one.preamble, count=1)
    return one


def _joined_by_id(rows: Sequence[Row]) -> list[Row]:
    """Rows of one deal by year that stand in two files are one."""
    first: dict[str, Row] = {}
    found: list[Row] = []
    for row in rows:
        known = first.get(row.words["reference"]) if "reference" in row.words else None
        if known is None:
            found.append(row)
            if "reference" in row.words:
                first[row.words["reference"]] = row
        else:
            held = known.words["deliveries"]
            held += [one for one in row.words["deliveries"] if one not in held]
    return found


def _union(one: str | None, other: str | None) -> str | None:
    return one if one == other else " and ".join(sorted(text for text in (one, other) if text)) or None


class _Reading:
    """One pass over the rows of a file."""

    def __init__(self, name: str, layout: Layout, party_of: PartyOf) -> None:
        self._name = name
        self._layout = layout
        self._party_of = party_of
        self._merging: dict[tuple[date, Any], Row] = {}
        self._lines: dict[tuple[date, str], list[SetAside]] = {}
        self._spoiled: set[tuple[date, str]] = set()
        self._undated = Release(date.min, [name], [], [])

    def run(self, lines: Sequence[str], start: int, blank: Release, report: Report | None) -> list[Release]:
        """The releases that the rows are of: one, unless a column says of which each is."""
        releases: dict[date, Release] = {} if self._layout.several_releases else {blank.released: blank}
        width = len(self._layout.columns)
        for found in records(lines, start, width, self._layout.delimiter):
            if report is not None and found.line % TOLD_EVERY == 0:
                report(found.line, len(lines))
            release = self._release_of(found, releases, blank)
            release.records += 1
            if isinstance(found, Fragment):
                remedy = "put the row on one line, with a cell for each column"
                self._put_aside(release, found, None, found.what, remedy)
            else:
                self._take(release, found)
        if not any(release.records for release in releases.values()):
            raise NoRegister(f"{self._name} has a header and no rows that could be taken", remedy="download it again")
        self._put_deals_aside(releases)
        in_order = [releases[day] for day in sorted(releases)]
        in_order[0].problems += self._undated.problems
        in_order[0].set_aside += self._undated.set_aside
        in_order[0].records += self._undated.records
        return in_order

    def _release_of(self, found: Record | Fragment, releases: dict[date, Release], blank: Release) -> Release:
        if not self._layout.several_releases:
            return blank
        day: date | None = None
        if isinstance(found, Record):
            text = found.cells[self._layout.columns.index(RELEASED)].strip()
            day = _day(*text.split("-")) if text.count("-") == 2 and text.replace("-", "").isdecimal() else None
        if day is None:
            return self._undated
        if day not in releases:
            known = Release(day, list(blank.files), list(blank.digests), list(blank.encodings), "", blank.by_year)
            known.header = blank.header
            releases[day] = known
        return releases[day]

    def _take(self, release: Release, record: Record) -> None:
        cells = {name: cell for name, cell in zip(self._layout.columns, record.cells, strict=True) if name}
        same = (release.released, cells.get("reference", ""))
        if self._layout.is_by_year and same[1]:
            self._lines.setdefault(same, []).append(SetAside(record.line, record.raw))
        try:
            if release is self._undated:
                raise BadCell(RELEASED, "it tells no day of a release", "write the day as 2024-03-18")
            if "\0" in record.raw:
                raise BadCell("comment", "there is a NUL in the row", "take it out")
            words, buyer, supplier, repairs = read_row(cells, release.released.year, self._party_of)
            row = Row(record.line, words, buyer, supplier, release.records)
            if self._layout.is_by_year:
                self._add_year(release, row)
            else:
                release.rows.append(row)
        except BadCell as bad:
            self._put_aside(release, record, bad.column, bad.what, bad.remedy)
            if self._layout.is_by_year and same[1]:
                self._spoiled.add(same)
            return
        what = "; ".join([*([record.repair] if record.repair else []), *repairs])
        if what:
            release.problems.append(Problem("repaired", self._name, record.line, None, what))
        for clause in plans_in(words.get("comment")).unclear:
            told = f"{clause!r} is a plan that could not be understood; it is kept in the comment"
            release.problems.append(Problem("noted", self._name, record.line, "comment", told))

    def _add_year(self, release: Release, row: Row) -> None:
        """A row of one year of delivery joins those of its deal."""
        words = row.words
        year, number = words.pop("delivery_year", ""), words.pop("delivered", "")
        volume = words.pop("volume_delivered", None)
        if year and not number.rstrip(FLAG):
            number = FLAG if number else ""
        instalment = {"year": year or FLAG, "number": number or None, "volume": volume}
        one = {name: value for name, value in instalment.items() if value is not None}
        same = (release.released, words.get("reference") or tuple(sorted(words.items())))
        known = self._merging.get(same)
        if known is None:
            words["deliveries"] = [one] if year or number or volume else []
            self._merging[same] = row
            release.rows.append(row)
            return
        differing = [name for name in words if words[name] != known.words.get(name)]
        if differing:
            raise BadCell(
                differing[0],
                f"deal {words.get('reference')} is listed otherwise in line {known.line}",
                "rows of one id speak of one deal",
            )
        known.words["deliveries"].append(one)

    def _put_deals_aside(self, releases: Mapping[date, Release]) -> None:
        """A deal of which a year could not be read is set aside whole, or the year would seem to have vanished."""
        for day, reference in self._spoiled:
            release = releases[day]
            release.rows = [row for row in release.rows if row.words.get("reference") != reference]
            aside = {one.line for one in release.set_aside}
            for one in self._lines[day, reference]:
                if one.line not in aside:
                    release.set_aside.append(one)
                    what, remedy = f"another row of deal {reference} could not be read", "correct that one alone"
                    release.problems.append(Problem("set aside", self._name, one.line, None, what, remedy))

    def _put_aside(
        self, release: Release, found: Record | Fragment, column: str | None, what: str, remedy: str
    ) -> None:
        release.problems.append(Problem("set aside", self._name, found.line, column, what, remedy))
        release.set_aside.append(SetAside(found.line, found.raw))
