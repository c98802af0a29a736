"""Spreadsheets into the ledger: a mapping says what the rows tell, and they are taken as a dossier is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from armsledger.application.recording.dossiers import record_dossier
from armsledger.application.recording.recording import RecordReport
from armsledger.application.session import Stages, silent
from armsledger.domain.errors import UsageError
from armsledger.exchange.spreadsheets.dossier import SpreadsheetDossier, open_spreadsheet
from armsledger.exchange.spreadsheets.mapping import SheetMapping, read_mapping, read_mapping_file
from armsledger.exchange.spreadsheets.preview import object_of
from armsledger.exchange.spreadsheets.repeats import Repeat

if TYPE_CHECKING:
    from armsledger.application.session import Session

FIRST_ROWS = 5
GIVEN = "the mapping"
"""What errors call a mapping that is no file."""
TELL_EVERY = 200

MappingLike = str | Path | Mapping[str, Any]
"""The path of a mapping, or the mapping itself as plain values."""


class FirstRow(NamedTuple):
    """A row, ``payments.csv:2``, and its objects as a dossier has them; no place for what is the same for all rows."""

    place: str
    objects: tuple[dict[str, Any], ...]


class SheetImport(NamedTuple):
    """What came of a sheet.

    ``first`` holds the first rows of a dry run; ``repeats`` rows that say of something that can happen again just what
    a row above says, and were taken once; ``left_out`` the places of rows that the mapping makes nothing of. Those that
    are not listed are counted.
    """

    report: RecordReport
    first: tuple[FirstRow, ...]
    repeats: tuple[Repeat, ...]
    more_repeats: int
    left_out: tuple[str, ...]
    more_left_out: int


def import_spreadsheet(
    session: Session,
    path: Path | None,
    mapping: MappingLike,
    *,
    sheets: Iterable[str] = (),
    dry_run: bool = False,
    rows: int = FIRST_ROWS,
    stages: Stages = silent,
    stdin: BinaryIO | None = None,
) -> SheetImport:
    """Take a CSV file or a workbook whole, or not at all; taking it again adds nothing.

    Raises UnreadableDossier, UsageError, and Refused and its kinds.
    """
    with opened(path, mapping, sheets, stdin) as dossier:
        first = first_rows(dossier, rows) if dry_run else ()
        return taken(session, dossier, first, dry_run=dry_run, stages=stages)


@contextmanager
def opened(
    path: Path | None, mapping: MappingLike, sheets: Iterable[str] = (), stdin: BinaryIO | None = None
) -> Iterator[SpreadsheetDossier]:
    """A sheet as a dossier; its columns fit the mapping. CSV from standard input where ``path`` is None."""
    read, folder = _read(mapping)
    named = (sheets,) if isinstance(sheets, str) else tuple(sheets)
    with open_spreadsheet(path, read, folder, sheets=named, stdin=stdin) as dossier:
        yield dossier


def first_rows(dossier: SpreadsheetDossier, rows: int) -> tuple[FirstRow, ...]:
    """The first rows as a dossier has them."""
    if rows < 0:
        raise UsageError(f"cannot show {rows} rows", remedy="give a number such as 5")
    return tuple(
        FirstRow(place, tuple(object_of(proposed.proposal) for proposed in entries))
        for place, entries in dossier.first_rows(rows)
    )


def taken(
    session: Session, dossier: SpreadsheetDossier, first: tuple[FirstRow, ...], *, dry_run: bool, stages: Stages
) -> SheetImport:
    """Record a sheet as a dossier."""
    dossier.on_row = _told_now_and_then(lambda count: None if dossier.total else stages("reading", count, count))
    progress = _told_now_and_then(lambda done: stages("recording", done, dossier.total) if dossier.total else None)
    report = record_dossier(session, dossier, dry_run=dry_run, progress=progress)
    return SheetImport(
        report,
        first,
        tuple(dossier.repeats.rows),
        dossier.repeats.more,
        tuple(dossier.leftovers.places),
        dossier.leftovers.more,
    )


def _told_now_and_then(tell: Callable[[int], None]) -> Callable[[int], None]:
    """Passes on every so many entries, and that counting has begun anew."""
    last = 0

    def told(count: int) -> None:
        nonlocal last
        if not last <= count < last + TELL_EVERY:
            last = count
            tell(count)

    return told


def _read(mapping: MappingLike) -> tuple[SheetMapping, Path]:
    """The mapping, and the folder that the files of its sources are in."""
    if not isinstance(mapping, Mapping):
        path = Path(mapping)
        return read_mapping_file(path), path.parent
    try:
        text = json.dumps(mapping, indent=1)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{GIVEN} is not made of texts, lists and mappings: {error}", remedy="see docs/spreadsheets.md"
        ) from error
    return read_mapping(text, GIVEN), Path()
