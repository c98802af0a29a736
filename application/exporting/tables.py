"""Exports rows of read models and the log, at a date and a belief, to files for other programs.

An export reads one commit, and writes rows as it reads them. A file is written whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, NamedTuple, get_args

from armsledger.application.answers import count_rows, walk_rows
from armsledger.application.exporting.about import About
from armsledger.application.filtering import check_words, read_filters
from armsledger.application.log import walk_log
from armsledger.application.session import Session, Stages, silent
from armsledger.application.view import View
from armsledger.domain.errors import UsageError
from armsledger.domain.near import did_you_mean
from armsledger.exchange.atomic import staging_folder, staging_path, writing
from armsledger.exchange.tables.table import Table
from armsledger.projections.columns import CSV, DATABASE, WORKBOOK, Form, spread_of
from armsledger.projections.filtering import Condition, currency_of, fitting
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.relations import RelationRow
from armsledger.projections.read_models.scorecard import ScoreRow
from armsledger.projections.read_models.sources import SourceRow
from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.rows import ROWS_AT_ONCE, Row, Rows

Format = Literal["csv", "jsonl", "xlsx", "parquet", "sqlite"]
ALL: Final = "all"
LOG: Final = "log"
DERIVED: Final[dict[str, type[Row]]] = {
    "sources": SourceRow,
    "relations": RelationRow,
    "scorecard": ScoreRow,
}
"""Rows that are derived from several read models, by the methods of a view that give them."""
PARQUET: Final = ".parquet"
WRITTEN_AT: Final = "SOURCE_DATE_EPOCH"
"""A setting of many programs: the time, in seconds since 1970, at which files shall say that they were written."""


class Asked(NamedTuple):
    """What an export shall hold.

    ``of`` names projections, ``log`` or ``all``, which is also the default of formats with several tables. ``where``
    keeps the rows whose fields have these values, ``order_by`` is as for `Rows.order_by`. With ``begun``, the log holds
    what had begun by the date. ``cell`` is applied to the texts of CSV.
    """

    of: Sequence[str] = ()
    where: Mapping[str, Any] = {}
    order_by: Sequence[str] = ()
    begun: bool = False
    cell: Callable[[str], str] | None = None


class Exported(NamedTuple):
    """What was written: the number of rows of each table, what was asked, and notes for the reader."""

    path: str
    format: Format
    rows: dict[str, int]
    about: dict[str, str]
    notes: tuple[str, ...] = ()


class _RowSource(NamedTuple):
    """Rows that can be exported: name and type, an iterator over them, their number (0 if unknown), and filters."""

    name: str
    row: type[Row]
    walk: Callable[[], Iterator[Any]]
    total: Callable[[], int]
    conditions: Sequence[Condition]


def format_of(path: str | Path) -> Format:
    """The format of a file by the ending of its name; raises UsageError."""
    formats: dict[str, Format] = {f".{name}": name for name in get_args(Format)}
    formats |= {".db": "sqlite", ".sqlite3": "sqlite"}
    format = formats.get(Path(path).suffix.lower())
    if format is None:
        raise UsageError(
            f"{str(path)!r} does not tell its format", remedy=f"say format=..., one of {', '.join(get_args(Format))}"
        )
    return format


def export(
    session: Session,
    view: View,
    path: str | Path,
    asked: Asked,
    *,
    format: Format | None = None,
    replace: bool = False,
    stages: Stages = silent,
) -> Exported:
    """Write what is asked of a view. Raises UsageError, FileExists and NotWritable, and leaves nothing behind then."""
    format = format_of(path) if format is None else format
    if format not in get_args(Format):
        raise UsageError(f"there is no format {format!r}", remedy=f"write one of {', '.join(get_args(Format))}")
    session.check_not_own(path)
    names = _names(session, asked.of, format, path)
    with session.journal().reader.snapshot():
        sources = [_source(session, view, name, asked) for name in names]
        for source in sources:  # unknown fields are refused before a file is begun
            Rows(source.row, ()).order_by(*asked.order_by)
        return _Writing(session, view, asked, stages, str(path), format, sources).write(replace=replace)


def available(session: Session) -> list[str]:
    """The names of all that can be exported; raises UsageError if two are the same."""
    own = [projection.name for projection in session.projections()]
    names = [*own, *(name for name in DERIVED if name != "sources"), LOG]
    if twice := {name for name in names if names.count(name) > 1 or name == ALL}:
        raise UsageError(f"a projection cannot be exported that is called {min(twice)!r}", remedy="call it otherwise")
    return names


def _names(session: Session, of: Sequence[str], format: Format, path: str | Path) -> list[str]:
    """The names that are asked for, each once; raises UsageError for unknown names, and for too many."""
    every = available(session)
    if unknown := [name for name in of if name not in every and name != ALL]:
        remedy = did_you_mean(unknown[0], every) or f"there are {', '.join(every)}; or {ALL}"
        raise UsageError(f"there is no projection {unknown[0]!r}", remedy=remedy)
    names = every if ALL in of else list(dict.fromkeys(of))
    holds_one = format in ("csv", "jsonl") or (format == "parquet" and str(path).endswith(PARQUET))
    if holds_one and len(names) != 1:
        what = f"a file of {format} holds one table, and {len(names) or 'none'} {'are' if names else 'is'} named"
        folder = "; a folder holds several (a name without .parquet)" if format == "parquet" else ""
        raise UsageError(what, remedy=f"name one: --of deals, --of log; there are {', '.join(every)}{folder}")
    return names or every


def _source(session: Session, view: View, name: str, asked: Asked) -> _RowSource:
    """Rows of a name with the filters on them; raises UsageError."""

    def source(
        row: type[Row],
        walk: Callable[[], Iterator[Any]],
        total: Callable[[], int],
        projection: Projection | None = None,
    ) -> _RowSource:
        conditions = read_filters(view.reader, row, asked.where).conditions
        check_words(view.reader, projection, conditions, ())  # before a file is begun, so of no row yet
        return _RowSource(name, row, walk, total, conditions)

    if name == LOG:
        return source(LogRow, lambda: walk_log(view, begun=asked.begun), lambda: view.question.position)
    if name in DERIVED:
        return source(DERIVED[name], lambda: iter(getattr(view, name)()), lambda: 0)
    projection: Projection = session.projection(name)
    return source(projection.row, lambda: walk_rows(view, projection), lambda: count_rows(view, projection), projection)


class _Writing:
    """One export that is being written."""

    def __init__(
        self,
        session: Session,
        view: View,
        asked: Asked,
        stages: Stages,
        path: str,
        format: Format,
        sources: Sequence[_RowSource],
    ) -> None:
        self._asked = asked
        self._stages = stages
        self._path = path
        self._format: Format = format
        self._sources = sources
        self._about = _about(session, view, asked)
        self._now = _now(session)
        self._mode = session.file_mode
        instant = session.journal().reader.recorded_at(view.question.position)
        self._as_of = None if instant is None else datetime.fromisoformat(instant)
        self._counts: dict[str, int] = {}
        self._notes: list[str] = []

    def write(self, *, replace: bool) -> Exported:
        """Write the file, or the folder."""
        write = {
            "csv": self._write_csv,
            "jsonl": self._write_jsonl,
            "xlsx": self._write_xlsx,
            "parquet": self._write_parquet,
            "sqlite": self._write_sqlite,
        }[self._format]
        write(replace)
        return Exported(self._path, self._format, self._counts, self._about, tuple(self._notes))

    def _write_csv(self, replace: bool) -> None:
        from armsledger.exchange.tables.text import write_csv

        (source,) = self._sources
        table, cell = self._table(source, CSV), self._asked.cell
        rows = table.rows
        if cell is not None:
            rows = ([cell(value) if isinstance(value, str) else value for value in row] for row in rows)
        with writing(self._path, replace=replace, mode=self._mode) as out:
            write_csv([column.name for column in table.columns], rows, out)

    def _write_jsonl(self, replace: bool) -> None:
        from armsledger.exchange.tables.text import write_json_lines

        (source,) = self._sources
        with writing(self._path, replace=replace, mode=self._mode) as out:
            write_json_lines((row.to_dict() for row in self._rows(source)), out)

    def _write_xlsx(self, replace: bool) -> None:
        from armsledger.exchange.tables.xlsx import write_xlsx

        about = {**self._about, "written": self._now.isoformat(timespec="seconds")}
        tables = (self._table(source, WORKBOOK) for source in self._sources)
        with (
            staging_path(self._path, replace=replace, mode=self._mode) as place,
            TemporaryDirectory(dir=place.parent, prefix=".") as scratch,
        ):
            sheets = write_xlsx(tables, about, place, Path(scratch), created=self._as_of)
        for sheet in sheets:
            if sheet.cut:
                self._notes.append(f"{sheet.cut:,} texts of {sheet.name} are too long for a cell, and were cut")
        if len(sheets) > len(self._sources):
            self._notes.append(f"a sheet holds 1,048,576 rows; there are {len(sheets)} for {len(self._sources)} tables")

    def _write_parquet(self, replace: bool) -> None:
        from armsledger.exchange.tables.parquet import SUFFIX, write_parquet, write_parquet_folder

        if self._path.endswith(PARQUET):
            (source,) = self._sources
            with staging_path(self._path, replace=replace, mode=self._mode) as place:
                write_parquet(self._table(source, DATABASE), self._about, place)
            return
        with staging_folder(self._path, replace=replace, suffix=SUFFIX, mode=self._mode) as folder:
            for source in self._sources:
                write_parquet_folder(self._table(source, DATABASE), self._about, folder)

    def _write_sqlite(self, replace: bool) -> None:
        from armsledger.exchange.tables.sqlite import write_sqlite

        about = {**self._about, "written": self._now.isoformat(timespec="seconds")}
        with staging_path(self._path, replace=replace, mode=self._mode) as place:
            write_sqlite((self._table(source, DATABASE) for source in self._sources), about, place)

    def _table(self, source: _RowSource, form: Form) -> Table:
        spread = spread_of(source.row, form)
        return Table(source.name, spread.columns, self._values(source, form), spread.key)

    def _values(self, source: _RowSource, form: Form) -> Iterator[Sequence[Any]]:
        """The values of the columns, row by row."""
        rows = self._rows(source)
        while page := Rows(source.row, islice(rows, ROWS_AT_ONCE)):
            for columns in page.spread(form):
                yield from zip(*columns, strict=True)

    def _rows(self, source: _RowSource) -> Iterator[Any]:
        """The wanted rows; counts them, and reports the progress."""
        total = 0 if self._stages is silent or self._asked.where else source.total()
        done = 0
        self._stages(source.name, done, total)
        for done, row in enumerate(self._wanted(source), 1):
            if done % ROWS_AT_ONCE == 0:
                self._stages(source.name, done, total)
            yield row
        self._counts[source.name] = done
        self._stages(source.name, done, done)

    def _wanted(self, source: _RowSource) -> Iterator[Any]:
        rows = fitting(source.walk(), source.conditions) if source.conditions else source.walk()
        if not (order_by := self._asked.order_by):
            return rows
        return iter(Rows(source.row, rows).order_by(*order_by, currency=currency_of(self._asked.where)))


def _about(session: Session, view: View, asked: Asked) -> dict[str, str]:
    """What the file says about itself: the ledger, and what was asked of it."""
    about = About.of(session, view.question)
    fields = {
        "title": f"armsledger at {about.at}",
        "at": about.at,
        "known": about.known,
        "known by": about.known_by,
        "position": str(about.position),
        "root": about.root,
        "ledger id": about.ledger,
        "where": "; ".join(f"{name}={value}" for name, value in asked.where.items()),
        "order by": ", ".join(asked.order_by),
        "made by": about.made_by,
    }
    return {name: value for name, value in fields.items() if value}


def _now(session: Session) -> datetime:
    """The time of the clock, or the one that the environment sets; raises UsageError."""
    text = os.environ.get(WRITTEN_AT)
    if not text:
        return session.now.astimezone(UTC)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{WRITTEN_AT} is {text!r}, which is no number of seconds since 1970", remedy="unset it"
        ) from error
