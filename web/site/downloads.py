"""Downloads of a site: the rows of each table as CSV, JSON lines and Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from armsledger.application.pictures.overview import TABLES, Overview
from armsledger.exchange.tables.parquet import write_parquet
from armsledger.exchange.tables.table import Table
from armsledger.exchange.tables.text import write_csv, write_json_lines
from armsledger.projections.columns import CSV, DATABASE, Form, spread_of
from armsledger.projections.rows import Rows
from armsledger.version import VERSION

PARQUET: Final = "parquet"


def formats() -> tuple[str, ...]:
    """The formats that can be written: Parquet needs the extra ``armsledger[parquet]``."""
    return ("csv", "json", PARQUET) if find_spec("pyarrow") is not None else ("csv", "json")


def downloads_of(overview: Overview) -> list[tuple[str, str]]:
    """The tables that have rows, each with the formats in which it can be had."""
    return [(table, format) for table in TABLES if overview.table(table) for format in formats()]


def write_download(overview: Overview, table: str, format: str, about: Mapping[str, str], place: Path) -> None:
    """Write the rows of a table to a file."""
    rows = overview.table(table)
    if format == PARQUET:
        write_parquet(_table(table, rows, DATABASE), about, place)
        return
    with place.open("w", encoding="utf-8", newline="\n") as out:
        if format == "csv":
            content = _table(table, rows, CSV)
            write_csv([column.name for column in content.columns], content.rows, out)
        else:
            write_json_lines((row.to_dict() for row in rows), out)


def about_files(overview: Overview) -> dict[str, str]:
    """What a file says about itself."""
    question = overview.view.question
    told = {
        "title": overview.title or "armsledger",
        "at": question.day.isoformat(),
        "known": question.known or "everything recorded",
        "known by": question.known_by,
        "made by": f"armsledger {VERSION}",
    }
    where = "; ".join(f"{name}={value}" for name, value in overview.filters.items())
    return {**told, "where": where} if where else told


def _table(name: str, rows: Rows[Any], form: Form) -> Table:
    spread = spread_of(rows.row_type, form)
    return Table(name, spread.columns, _values(rows, form), spread.key)


def _values(rows: Rows[Any], form: Form) -> Iterator[Sequence[Any]]:
    for columns in rows.spread(form):
        yield from zip(*columns, strict=True)
