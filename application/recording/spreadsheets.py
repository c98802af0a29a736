"""Recording a spreadsheet: a mapping says which entries its rows become, and they are recorded as a dossier is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypedDict, Unpack

from armsledger.application.recording.dossiers import Aside, Progress, RecordReport, SomeAside, take_dossier
from armsledger.application.recording.look_alikes import taken_key
from armsledger.application.recording.sheet_revision import SheetChanges, SheetRevision, Vanished
from armsledger.application.recording.transaction import open_recording
from armsledger.application.session import Stages, silent
from armsledger.application.stream_names import streams_having
from armsledger.domain.errors import LedgerError, Refused, UsageError, as_one
from armsledger.domain.values.stream import KINDS
from armsledger.exchange.atomic import writing
from armsledger.exchange.dossiers.objects import Proposed
from armsledger.exchange.spreadsheets.dossier import SpreadsheetDossier, open_spreadsheet
from armsledger.exchange.spreadsheets.entry_maker import ProposedRow
from armsledger.exchange.spreadsheets.mapping import SheetMapping, read_mapping, read_mapping_file
from armsledger.exchange.spreadsheets.preview import object_of
from armsledger.exchange.spreadsheets.repeats import Repeat
from armsledger.exchange.spreadsheets.set_aside import RowAside, RowsAside, rows_aside
from armsledger.storage.driver_errors import persistently
from armsledger.storage.errors import LedgerMissing

if TYPE_CHECKING:
    from armsledger.application.session import Session

FIRST_ROWS = 5
GIVEN = "the mapping"
"""What errors call a mapping that is no file."""
REPORTED_EVERY = 200

MappingLike = str | Path | Mapping[str, Any]
"""The path of a mapping, or the mapping itself as plain values."""


class SheetOptions(TypedDict, total=False):
    """What becomes of rows that cannot be taken, and of those that are gone from a sheet with a key.

    ``set_aside`` names a file for rows that cannot be taken: the others are recorded then. ``vanished`` is ``retract``
    or ``keep``; left out, a few are retracted, and more than one row in five is refused.
    """

    set_aside: str | Path | None
    vanished: Vanished | None


class FirstRow(NamedTuple):
    """The place of a row, ``payments.csv:2``, and its objects as in a dossier; objects of all rows have no place."""

    place: str
    objects: tuple[dict[str, Any], ...]


class SheetImport(NamedTuple):
    """The result for a sheet.

    ``first`` holds the first rows of a dry run. ``repeats`` are rows that repeat an earlier row about something that
    can happen again; they were recorded once. ``left_out`` are the places of rows from which the mapping makes no
    entry. Of both, those that are too many to be listed are counted. ``changes`` tells what became of the rows of a
    sheet with a key; ``aside`` are the rows that were set aside, in the file ``aside_in`` (of a dry run: in none).
    """

    report: RecordReport
    first: tuple[FirstRow, ...]
    repeats: tuple[Repeat, ...]
    more_repeats: int
    left_out: tuple[str, ...]
    more_left_out: int
    changes: SheetChanges | None = None
    aside: tuple[RowAside, ...] = ()
    aside_in: str = ""


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
    **options: Unpack[SheetOptions],
) -> SheetImport:
    """Record a CSV file or a workbook whole, or not at all; recording it again adds nothing.

    Raises UnreadableDossier, UsageError, ManyVanished, and Refused and its kinds.
    """
    with open_sheet(session, path, mapping, sheets, stdin) as dossier:
        first = first_rows(dossier, rows) if dry_run else ()
        return record_sheet(session, dossier, first, dry_run=dry_run, stages=stages, **options)


@contextmanager
def open_sheet(
    session: Session,
    path: Path | None,
    mapping: MappingLike,
    sheets: Iterable[str] = (),
    stdin: BinaryIO | None = None,
) -> Iterator[SpreadsheetDossier]:
    """A sheet as a dossier, whose columns fit the mapping. Without a path, CSV from standard input.

    A key that is made of cells is spelt as the ledger takes it, unless it has that key already.
    """
    session.reads(path)
    sheet_mapping, folder = _read(mapping)
    names = (sheets,) if isinstance(sheets, str) else tuple(sheets)
    with open_spreadsheet(path, sheet_mapping, folder, sheets=names, stdin=stdin) as dossier:
        dossier.spell_keys(lambda made: made if _is_key(session, made) else taken_key(made))
        yield dossier


def _is_key(session: Session, key: str) -> bool:
    """Whether a stream has a key, which an earlier release may have made."""
    with suppress(LedgerMissing):
        return bool(streams_having(session.reader(), [f"{kind}/{key}" for kind in KINDS]))
    return False


def first_rows(dossier: SpreadsheetDossier, rows: int) -> tuple[FirstRow, ...]:
    """The first rows of a sheet; raises UsageError for fewer than none."""
    if rows < 0:
        raise UsageError(f"cannot show {rows} rows", remedy="give a number such as 5")
    return tuple(
        FirstRow(place, tuple(object_of(proposed.proposal) for proposed in entries))
        for place, entries in dossier.first_rows(rows)
    )


def record_sheet(
    session: Session,
    dossier: SpreadsheetDossier,
    first: tuple[FirstRow, ...],
    *,
    dry_run: bool,
    stages: Stages,
    **options: Unpack[SheetOptions],
) -> SheetImport:
    """Record an open sheet."""
    vanished = options.get("vanished")
    set_aside = options.get("set_aside") or dossier.set_aside_in
    if vanished is not None and dossier.mapping.key is None:
        raise UsageError("the mapping has no key, so no row is known to have vanished", remedy="leave --vanished out")
    dossier.on_row = _now_and_then(lambda count: None if dossier.total else stages("reading", count, count))
    progress = _now_and_then(lambda done: stages("recording", done, dossier.total) if dossier.total else None)
    take = _Taking(session, dossier, progress, vanished, dry_run=dry_run)
    if set_aside is None:
        report, aside, name = take.whole(None), RowsAside((), ""), ""
    elif dry_run:
        (report, aside), name = take.without_bad_rows(), ""
    else:
        report, aside, name = _with_file(take, str(set_aside), dossier.encoding, session.input_mode)
    return SheetImport(
        report,
        first,
        tuple(dossier.repeats.rows),
        dossier.repeats.more,
        tuple(dossier.leftovers.places),
        dossier.leftovers.more,
        take.changes,
        aside.rows,
        name,
    )


class _Taking:
    """Takes a sheet, whole or without its bad rows."""

    def __init__(
        self,
        session: Session,
        dossier: SpreadsheetDossier,
        progress: Progress,
        vanished: Vanished | None,
        *,
        dry_run: bool,
    ) -> None:
        self.changes: SheetChanges | None = None
        self._session = session
        self._dossier = dossier
        self._progress = progress
        self._vanished = vanished
        self._dry_run = dry_run

    def whole(self, aside: Aside | None) -> RecordReport:
        """Take all rows that are not set aside; again if the connection to the server is lost meanwhile."""
        return persistently(lambda: self._take(aside), self._session.timeout_seconds)

    def without_bad_rows(self) -> tuple[RecordReport, RowsAside]:
        """Take the rows that can be taken, whole or not at all, and set the others aside."""
        errors: dict[int, list[str]] = {}

        def note(rows: Sequence[int], reasons: Sequence[LedgerError]) -> None:
            texts = [_in_short(reason, is_alone=len(rows) == 1) for reason in reasons]
            for row in rows:
                told = errors.setdefault(row, [])
                told += [text for text in texts if text not in told]

        def tell(proposed: Proposed, reasons: Sequence[Refused]) -> None:
            if not isinstance(proposed, ProposedRow) or not proposed.rows:
                raise as_one(reasons)  # what is the same for all rows cannot be set aside
            note(proposed.rows, reasons)

        aside: Aside | None = tell
        while True:
            for error in self._dossier.row_errors():
                note(error.rows, [error.error])
            try:
                report = self.whole(aside)
            except SomeAside:
                if errors.keys() <= self._dossier.set_aside:
                    aside = None  # what is wrong is with no row, and is raised
                self._dossier.set_aside.update(errors)
            else:
                return report, rows_aside(self._dossier, errors)

    def _take(self, aside: Aside | None) -> RecordReport:
        session, dry_run = self._session, self._dry_run
        with session.writing(dry_run=dry_run) as journal:
            if self._dossier.mapping.key is None:
                return take_dossier(
                    session, journal, self._dossier, dry_run=dry_run, progress=self._progress, aside=aside
                )
            with open_recording(session, journal, dry_run=dry_run) as recording:
                revision = SheetRevision(self._dossier, recording, self._vanished)
                report = take_dossier(session, journal, revision, dry_run=dry_run, progress=self._progress, aside=aside)
                self.changes = revision.changes
                return report


def _in_short(error: LedgerError, *, is_alone: bool) -> str:
    """An error without the place of the row, for a file that holds the row; with it, if there are more rows."""
    if not is_alone:
        return f"{error.where}: {error.message}"
    column = error.place.rpartition(", column ")[2] if ", column " in error.place else ""
    field = getattr(error, "field", "")
    return f"{f'column {column}: ' if column else ''}{f'{field}: ' if field else ''}{error.message}"


class _NoRows(Exception):
    """No row was set aside, so there is no file of them."""


def _with_file(take: _Taking, wanted: str, encoding: str, at_most: int) -> tuple[RecordReport, RowsAside, str]:
    """Take a sheet without its bad rows, for which there is a file before anything is recorded."""
    name, taken = _free_name(wanted), None
    with suppress(_NoRows), writing(name, encoding=encoding, at_most=at_most) as out:
        taken = take.without_bad_rows()
        if not taken[1].rows:
            raise _NoRows
        out.write(taken[1].text)
        return *taken, name
    assert taken is not None
    return *taken, ""


def _free_name(wanted: str) -> str:
    """The name, numbered if there is such a file already: somebody may be correcting it."""
    name, number = wanted, 1
    while Path(name).exists():
        number += 1
        name = f"{wanted.removesuffix('.csv')}-{number}.csv"
    return name


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
