"""Answers on standard output: tables for people, JSON, JSONL and CSV for programs."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.projections.rows import Row, Rows

WIDE = 100_000
"""Columns where there is no terminal to fit into."""


def print_rows(rows: Rows[Row], format: str, *, empty: str, columns: Sequence[str] = ()) -> None:
    """The rows in one of the four formats; ``columns`` are those of a table, where not all fit."""
    if format == "json":
        print_json(rows.to_dicts())
    elif format == "jsonl":
        print_jsonl(rows.to_dicts())
    elif format == "csv":
        print_csv(rows.columns, rows.to_cells())
    elif rows:
        print_table(columns or rows.columns, rows.to_cells())
    else:
        print(empty, file=sys.stderr)


def print_json(value: Any) -> None:
    """One JSON text, indented."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def print_jsonl(values: Iterable[Any]) -> None:
    """A JSON text a line."""
    for value in values:
        print(json.dumps(value, ensure_ascii=False))


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], out: TextIO | None = None) -> None:
    """Comma-separated values with a header."""
    writer = csv.DictWriter(out or sys.stdout, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _csv_cell(row[name]) for name in columns} for row in rows)


def _csv_cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """A table; columns without any value are left out."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = [name for name in columns if any(row[name] not in (None, "", False) for row in rows)]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name in shown:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_table_cell(row[name])) for name in shown))
    terminal = sys.stdout.isatty()
    width = None if terminal or "COLUMNS" in os.environ else WIDE
    console = Console(width=width, highlight=False, soft_wrap=False, no_color=None if terminal else True)
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _table_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else printable(str(value))
