"""A release of a register, from one file or several: its scope, its rows, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.sipri.preamble import MAY_BE, Scope, with_scope
from armsledger.exchange.sipri.row import RegisterRow, all_words

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
    rows, if they had been set aside before.
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

    @property
    def digest(self) -> str:
        """SHA-256 of its file, or of the digests of its files."""
        return self.digests[0] if len(self.digests) == 1 else sha256("".join(sorted(self.digests)).encode()).hexdigest()

    @property
    def file_names(self) -> str:
        """The names of its files, without folders."""
        return ", ".join(Path(name).name for name in self.files)

    def count(self, kind: Handling) -> int:
        """How many rows or places were handled so."""
        return sum(problem.kind == kind for problem in self.problems)

    def distinct_rows(self) -> list[RegisterRow]:
        """The rows without repetitions, which the first of them lists by number in its words."""
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

    def set_aside_text(self, may_be: Sequence[str]) -> str:
        """The rows that were set aside as a file, under a preamble with their release and the deals they may be."""
        head = f"Rows set aside from {self.file_names}. Data generated: {self.released.isoformat()}"
        deals = [MAY_BE + ", ".join(may_be)] if may_be else []
        lines = [head, *deals, self.header, *(rows.raw for rows in self.set_aside)]
        return "\n".join(lines) + "\n"


def merged(first: Release, second: Release) -> Release:
    """Two files of one release, such as one for each supplier, as one."""
    if first.by_year != second.by_year:
        raise UsageError(
            f"{first.files[0]} and {second.files[0]} are of one release in two layouts",
            remedy="import one of them",
        )
    first.files += second.files
    first.digests += second.digests
    first.encodings += second.encodings
    first.problems += second.problems
    first.set_aside += second.set_aside
    first.rows += [row._replace(number=row.number + first.records) for row in second.rows]
    if first.by_year:
        first.rows = _joined_by_id(first.rows)
    first.may_be += second.may_be
    first.records += second.records
    first.scope = first.scope.joined(second.scope)
    first.preamble = with_scope(first.preamble, first.scope)
    return first


def _joined_by_id(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """The rows, with those of one deal that stand in two files as one row."""
    first: dict[str, RegisterRow] = {}
    joined: list[RegisterRow] = []
    for row in rows:
        reference = row.words.get("reference")
        earlier = None if reference is None else first.setdefault(reference, row)
        if earlier is None or earlier is row:
            joined.append(row)
        else:
            deliveries = earlier.words["deliveries"]
            deliveries += [delivery for delivery in row.words["deliveries"] if delivery not in deliveries]
    return joined
