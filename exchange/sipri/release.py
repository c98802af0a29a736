"""A release of a register, from one file or several: its scope, its rows, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.exchange.sipri.preamble import MAY_BE, Scope, line_of_years, with_scope
from armsledger.exchange.sipri.row import RegisterRow, all_words
from armsledger.exchange.sipri.same_day import Day, DayRows, numbered, rows_of
from armsledger.exchange.sipri.years import Years

SET_ASIDE: Final = "Rows set aside from"
"""Begins a file of rows that were set aside."""
Handling = Literal["repaired", "set aside", "noted"]


class Problem(NamedTuple):
    """What is wrong at a place of a file, and what to do about it; ``kind`` says how the import handles it."""

    kind: Handling
    file: str
    line: int
    column: str | None
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" + (f", {self.column.replace('_', ' ')}" if self.column else "")
        return f"{where}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


class SetAside(NamedTuple):
    """Lines of a file that could not be read, as they are."""

    line: int
    raw: str


class SetAsideText(NamedTuple):
    """What was set aside of one file, as the text of a file of its own."""

    text: str
    rows: int


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


@dataclass
class Release:
    """All that is known of one release of a register.

    ``records`` counts its rows, those that were set aside too; ``may_be`` names deals of which the rows may be the
    rows, if they had been set aside before. A release of several files has its files in ``exports``, and one row for
    each deal.
    """

    released: date
    files: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    encodings: list[str] = field(default_factory=list)
    preamble: str = ""
    by_year: bool = False
    scope: Scope = field(default_factory=Scope)
    rows: list[RegisterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    header: str = ""
    records: int = 0
    may_be: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()
    """Columns in which no row has a mark of uncertain data."""
    exports: list[Release] = field(default_factory=list)
    joined: DayRows | None = None
    """How the files of a day were joined, if there are several."""

    @property
    def digest(self) -> str:
        """SHA-256 of its file, or of the digests of its files."""
        return self.digests[0] if len(self.digests) == 1 else digest_of(self.digests)

    @property
    def file_names(self) -> str:
        """The names of its files, without folders."""
        return ", ".join(Path(name).name for name in self.files)

    @property
    def years(self) -> Years:
        """The years that it was asked for."""
        return Years.asked(self.scope.years)

    @property
    def files_by_layout(self) -> list[Release]:
        """Each of its files, those by deal first, and of each layout the earlier years first."""
        return sorted(self.exports or [self], key=lambda export: (export.by_year, export.years.ranges))

    @property
    def has_both_layouts(self) -> bool:
        """Whether its files are in both layouts."""
        return len({export.by_year for export in self.exports}) > 1

    @property
    def repeated(self) -> int:
        """How many rows repeat another one of the same file to the letter."""
        return sum(len(export.rows) - len(export.distinct_rows()) for export in self.exports or [self])

    def count(self, kind: Handling) -> int:
        """How many rows or places were handled so."""
        return sum(problem.kind == kind for problem in self.problems)

    def distinct_rows(self) -> list[RegisterRow]:
        """The rows without repetitions, which the first of them lists by number in its words."""
        if self.joined is not None:
            return self.rows
        first: dict[tuple[tuple[str, str], ...], RegisterRow] = {}
        numbers: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for row in self.rows:
            words = all_words(row.words)
            first.setdefault(words, row)
            numbers.setdefault(words, []).append(row.number)
        for words, repeated in numbers.items():
            if len(repeated) > 1:
                first[words].words["rows"] = repeated
        return list(first.values())

    def set_aside_texts(self, may_be: Sequence[str]) -> list[SetAsideText]:
        """The rows that were set aside, a text for each file, under a preamble with the deals they may be."""
        texts = []
        for export in self.exports or [self]:
            if export.set_aside:
                head = f"{SET_ASIDE} {export.file_names}. Data generated: {self.released.isoformat()}"
                asked = [asked_for] if (asked_for := line_of_years(export.preamble)) else []
                deals = [MAY_BE + ", ".join(may_be)] if may_be else []
                lines = [*asked, head, *deals, export.header, *(rows.raw for rows in export.set_aside)]
                texts.append(SetAsideText("\n".join(lines) + "\n", len(export.set_aside)))
        return texts


def digest_of(digests: Iterable[str]) -> str:
    """SHA-256 of some digests, whatever their order."""
    return sha256("".join(sorted(digests)).encode()).hexdigest()


def as_one(exports: Sequence[Release]) -> Release:
    """The files of one day, such as one for each supplier, period or layout, as one release; raises ExportsDiffer."""
    first, *others = exports
    if not others:
        return first
    scope = first.scope
    for export in others:
        scope = scope.joined(export.scope)
    release = Release(
        first.released,
        by_year=all(export.by_year for export in exports),
        scope=scope,
        preamble=with_scope(first.preamble, scope, [export.preamble for export in others]),
        header=first.header,
        exports=list(exports),
    )
    for export in exports:
        release.files += export.files
        release.digests += export.digests
        release.encodings += export.encodings
        release.problems += export.problems
        release.set_aside += export.set_aside
        release.may_be += export.may_be
        release.records += export.records
    release.unmarked = tuple(name for name in first.unmarked if all(name in other.unmarked for other in others))
    release.joined = rows_of(joined_day(Day(), release))
    release.rows = numbered(release.joined.rows)
    return release


def joined_day(day: Day, release: Release) -> Day:
    """A day with all files of a release; raises ExportsDiffer."""
    for export in release.files_by_layout:
        day = day.joined_with(
            export.distinct_rows(),
            export.years,
            by_year=export.by_year,
            file=export.file_names,
            were_set_aside=SET_ASIDE in export.preamble,
        )
    return day
