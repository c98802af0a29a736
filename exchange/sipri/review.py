"""A review of what a release renamed: a CSV file for a spreadsheet, in which somebody marks what is one deal.

Each row is a pair: a deal that vanished and a new one that it may be, two deals that were decided to be two, or a deal
that was joined. Only the deals, the release, ``decision`` and ``why`` are read back; all else is for the eye.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TextIO

from armsledger.domain.errors import UnreadableDossier
from armsledger.exchange.input import register_bytes
from armsledger.exchange.sipri.row import Words
from armsledger.exchange.spreadsheets.cell import as_text
from armsledger.exchange.spreadsheets.csv import CsvTable
from armsledger.exchange.spreadsheets.table import SheetRow, names_of
from armsledger.exchange.tables.text import guarded

Found = Literal["joined", "apart", ""]
"""How a review finds a pair: joined, decided to be two deals, or open."""
Decision = Literal["accept", "reject"] | Found
DECISIONS: Final[Mapping[str, Decision]] = {
    "accept": "accept",
    "reject": "reject",
    "joined": "joined",
    "apart": "apart",
    "": "",
}
FOUND: Final[tuple[Found, ...]] = ("", "apart", "joined")
"""The order of pairs in a review."""
READ: Final = ("decision", "why", "release", "old deal", "new deal")
"""The columns that are read back."""
COMPARED: Final = (
    "designation",
    "recipient",
    "supplier",
    "order_year",
    "description",
    "ordered",
    "delivered",
    "years",
    "condition",
    "volume_per_unit",
    "volume_ordered",
    "volume_delivered",
    "comment",
)
HEADER: Final = (
    *("decision", "why", "decided", "reasons"),
    *(f"{age} {name.replace('_', ' ')}" for name in COMPARED for age in ("old", "new")),
    *("release", "old deal", "new deal"),
)
ENCODING: Final = "utf-8-sig"
"""With the mark by which Excel knows UTF-8."""
FIGURES: Final = re.compile(r"[0-9]+")
CENTURY: Final = 100
BEGINNING: Final = 4096
"""Bytes within which the header of a review ends."""


class Pair(NamedTuple):
    """Two rows that may be of one deal, are joined to one or kept apart, and the reasons.

    ``new`` is ``old`` if the new row never was another deal. ``release`` is the day of the release that has the new
    row, ``decided`` tells what was decided before, when and by whom.
    """

    release: str
    old: str
    new: str
    old_words: Words
    new_words: Words
    reasons: tuple[str, ...]
    found: Found = ""
    decided: str = ""


class Mark(NamedTuple):
    """A decision about a pair, and its row in the file, counted from 1; ``new`` is blank for a deal's own new row."""

    row: int
    decision: Decision
    why: str
    release: str
    old: str
    new: str


class MarkedReview(NamedTuple):
    """A review as it was read: the name and SHA-256 of the file, and its rows with deals."""

    file: str
    digest: str
    marks: tuple[Mark, ...]


def write_review(pairs: Iterable[Pair], out: TextIO) -> None:
    """Write the pairs, those to be decided first."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for pair in sorted(pairs, key=_place):
        writer.writerow([guarded(cell) for cell in _cells(pair)])


def is_review(path: str | Path) -> bool:
    """Whether a file is a review, by its header; whatever cannot be read is none."""
    try:
        with Path(path).open("rb") as file:
            beginning = file.read(BEGINNING)
    except (OSError, ValueError):
        return False
    first = beginning.decode(ENCODING, errors="replace").lstrip().partition("\n")[0].casefold()
    return all(name in first for name in READ)


def read_review(path: str | Path) -> MarkedReview:
    """The marks of a review; raises UnreadableDossier with all rows that cannot be read."""
    name = str(path)
    content = register_bytes(Path(path))
    encoding = ENCODING if _is_utf8(content) else "windows-1252"  # as Excel may save it
    table = CsvTable(BytesIO(content), name, skip=0, delimiter=None, encoding=encoding, wanted=HEADER)
    try:
        places = _places(table)
        marks = [_mark(row, places) for row in table.rows() if any(as_text(cell).strip() for cell in row.cells)]
    finally:
        table.close()
    _check(marks, name)
    return MarkedReview(Path(name).name, sha256(content).hexdigest(), tuple(marks))


class BadMarks(UnreadableDossier):
    """Marks of a review that cannot be read or taken, row by row."""

    def __init__(self, problems: Sequence[str]) -> None:
        shown = list(problems[:PROBLEMS_SHOWN])
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown):,} more")
        super().__init__(
            "; ".join(shown) if len(shown) == 1 else "\n  ".join(["nothing was recorded:", *shown]),
            remedy="mark a row accept or reject, or leave its decision as it is",
        )
        self.problems = tuple(problems)
        self.shown = tuple(shown)


PROBLEMS_SHOWN: Final = 20


def release_meant(text: str, days: Iterable[str]) -> str:
    """The day of a release, though a spreadsheet program has written it its own way: 13.03.2025, 3/13/25.

    What could be several of the days is left as it is written.
    """
    days = list(days)
    figures = _figures(text)
    fitting = [text] if text in days else [day for day in days if _figures(day) == figures]
    return fitting[0] if len(fitting) == 1 else text


def _figures(day: str) -> list[int]:
    return sorted(int(figure) % CENTURY for figure in FIGURES.findall(day)[:3])


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _places(table: CsvTable) -> dict[str, int]:
    names = [name.casefold() for name in names_of(table.header)]
    missing = [name for name in READ if name not in names]
    if missing:
        raise UnreadableDossier(
            f"it has no column {', '.join(missing)}", remedy="write the review again: import sipri ... --review FILE"
        ).at(table.name)
    return {name: names.index(name) for name in READ}


def _mark(row: SheetRow, places: Mapping[str, int]) -> Mark:
    cells = {name: as_text(row.cells[at]).strip() if at < len(row.cells) else "" for name, at in places.items()}
    decision: Any = DECISIONS.get(cells["decision"].casefold(), cells["decision"])
    old, new = cells["old deal"], cells["new deal"]
    return Mark(row.number, decision, cells["why"], cells["release"], old, "" if new == old else new)


def _check(marks: Sequence[Mark], name: str) -> None:
    """Refuse what is no decision, and two decisions about one deal that cannot both hold."""
    problems = []
    olds: dict[str, Mark] = {}
    news: dict[str, Mark] = {}
    for mark in marks:
        place = f"{name}:{mark.row}"
        if mark.decision not in DECISIONS.values():
            problems.append(f"{place}: {mark.decision!r} is no decision; write accept or reject, or leave it blank")
        elif mark.decision and not mark.old:
            problems.append(f"{place}: the row names no old deal; write the review again")
        elif mark.decision == "accept":
            for deal, taken in ((mark.old, olds), (mark.new, news)):
                other = taken.setdefault(deal, mark) if deal else mark
                if other is not mark:
                    problems.append(f"{place}: {deal} is accepted in row {other.row} too; accept one of them")
    decided: dict[tuple[str, str], Mark] = {}
    for mark in marks:
        if mark.decision in ("accept", "reject") and mark.new:
            other = decided.setdefault((mark.old, mark.new), mark)
            if other.decision != mark.decision:
                problems.append(f"{name}:{mark.row}: row {other.row} says {other.decision} of the same deals")
    if problems:
        raise BadMarks(problems)


def _place(pair: Pair) -> tuple[Any, ...]:
    """Pairs to be decided first; those of one change of a name one below the other."""
    old, new = (str(words.get("designation", "")) for words in (pair.old_words, pair.new_words))
    return FOUND.index(pair.found), old == new, old.casefold(), new.casefold(), pair.old, pair.new


def _cells(pair: Pair) -> Iterator[str]:
    yield from (pair.found, "", pair.decided, "; ".join(pair.reasons))
    for name in COMPARED:
        yield cell_text(pair.old_words, name)
        yield cell_text(pair.new_words, name)
    yield from (pair.release, pair.old, pair.new)


def cell_text(words: Words, name: str) -> str:
    """A cell of a row as text; deliveries by year stand for the years."""
    if name == "years" and "years" not in words:
        return cell_text(words, "deliveries")
    value = words.get(name, "")
    if isinstance(value, list | tuple):
        return "; ".join(" ".join(map(str, one.values())) if isinstance(one, Mapping) else str(one) for one in value)
    return str(value).strip()
