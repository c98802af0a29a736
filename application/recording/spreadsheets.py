"""Recording a spreadsheet: a mapping says which entries its rows become, and they are recorded as a dossier is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from armsledger.application.recording.dossiers import RecordReport, record_dossier
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
REPORTED_EVERY = 200

MappingLike = str | Path | Mapping[str, Any]
"""The path of a mapping, or the mapping itself as plain values."""


class FirstRow(NamedTuple):
    """The place of a row, ``payments.csv:2``, and its objects as in a dossier; objects of all rows have no place."""

    place: str
    objects: tuple[dict[str, Any], ...]


class SheetImport(NamedTuple):
    """The result for a sheet.

    ``first`` holds the first rows of a dry run. ``repeats`` are rows that repeat an earlier row about something that
    can happen again; they were recorded once. ``left_out`` are the places of rows from which the mapping makes no
    entry. Of both, those that are too many to be listed are counted.
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
    """Record a CSV file or a workbook whole, or not at all; recording it again adds nothing.

    Raises UnreadableDossier, UsageError, and Refused and its kinds.
    """
    with open_sheet(path, mapping, sheets, stdin) as dossier:
        first = first_rows(dossier, rows) if dry_run else ()
        return record_sheet(session, dossier, first, dry_run=dry_run, stages=stages)


@contextmanager
def open_sheet(
    path: Path | None, mapping: MappingLike, sheets: Iterable[str] = (), stdin: BinaryIO | None = None
) -> Iterator[SpreadsheetDossier]:
    """A sheet as a dossier, whose columns fit the mapping. Without a path, CSV from standard input."""
    sheet_mapping, folder = _read(mapping)
    names = (sheets,) if isinstance(sheets, str) else tuple(sheets)
    with open_spreadsheet(path, sheet_mapping, folder, sheets=names, stdin=stdin) as dossier:
        yield dossier


def first_rows(dossier: SpreadsheetDossier, rows: int) -> tuple[FirstRow, ...]:
    """The first rows of a sheet; raises UsageError for fewer than none."""
    if rows < 0:
        raise UsageError(f"cannot show {rows} rows", remedy="give a number such as 5")
    return tuple(
        FirstRow(place, tuple(object_of(proposed.proposal) for proposed in entries))
        for place, entries in dossier.first_rows(rows)
    )


def record_sheet(
    session: Session, dossier: SpreadsheetDossier, first: tuple[FirstRow, ...], *, dry_run: bool, stages: Stages
) -> SheetImport:
    """Record an open sheet."""
    dossier.on_row = _now_and_then(lambda count: None if dossier.total else stages("reading", count, count))
    progress = _now_and_then(lambda done: stages("recording", done, dossier.total) if dossier.total else None)
    report = record_dossier(session, dossier, dry_run=dry_run, progress=progress)
    return SheetImport(
        report,
        first,
        tuple(dossier.repeats.rows),
        dossier.repeats.more,
        tuple(dossier.leftovers.places),
        dossier.leftovers.more,
    )


def _now_and_then(report: Callable[[int], None]) -> Callable[[int], None]:
    """Reports one count of so many, and the first one after counting began anew."""
    last = 0

    def count_to(count: int) -> None:
        nonlocal last
        if not last <= count < last + REPORTED_EVERY:
            last = count
            report(count)

    return count_to


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
