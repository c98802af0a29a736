"""Answers on standard output: tables for people, JSON, JSONL and CSV for programs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from armsledger.cli.text import printable
from armsledger.exchange.tables.text import csv_cell, json_text, write_csv

if TYPE_CHECKING:
    from armsledger.projections.rows import Row, Rows

UNBROKEN = frozenset(
    {
        "entry",
        "event",
        "on",
        "position",
        "asserted",
        "recorded",
        "grade",
        "outcome",
        "due",
        "stated",
        "severity",
        "code",
        "rule",
    }
)
"""Columns of a table that are not broken into several lines as long as others can be."""
BREAKS_AT = 16
"""Other columns are broken into lines of at least this width."""
GAP = 2
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
        print_table(columns or rows.columns, [row.to_words(columns) for row in rows])
    else:
        print(printable(empty), file=sys.stderr)


def print_json(value: Any) -> None:
    """One JSON text, indented."""
    print(_json_text(value, indent=2))


def print_jsonl(values: Iterable[Any]) -> None:
    """A JSON text a line."""
    for value in values:
        print(_json_text(value))


def _json_text(value: Any, indent: int | None = None) -> str:
    """A JSON text, with escapes for what the output's encoding lacks too."""
    narrow = sys.stdout.encoding.lower().replace("-", "") != "utf8"
    return json_text(value, indent=indent, narrow=narrow)


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], out: TextIO | None = None) -> None:
    """Comma-separated values with a header."""
    to = out or sys.stdout
    cell = _cell_on_a_terminal if to.isatty() else csv_cell
    write_csv(columns, ([cell(row[name]) for name in columns] for row in rows), to)


def _cell_on_a_terminal(value: Any) -> Any:
    """The same with escapes, which programs do not want."""
    return printable(value) if isinstance(value, str) else csv_cell(value)


def print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """A table, or records one below the other where the terminal is too narrow for one.

    Columns without any value are left out.
    """
    shown = [name for name in columns if _says_something(name, rows)]
    cells = [[_table_cell(row[name]) for name in shown] for row in rows]
    widths = [max(len(name), *(len(row[index]) for row in cells)) for index, name in enumerate(shown)]
    least = [width if name in UNBROKEN else min(width, BREAKS_AT) for name, width in zip(shown, widths, strict=True)]
    room = _room()
    if sum(widths) + GAP * (len(shown) - 1) <= room and not sys.stdout.isatty() and _is_plain(cells):
        _print_lines(shown, cells, widths)
    elif sum(least) + GAP * len(shown) > room:
        _print_records(shown, cells)
    else:
        _print_grid(shown, cells, least, room)


def _room() -> int:
    """Columns to write in: the terminal's, or COLUMNS; without either, as many as it takes."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return WIDE


def _is_plain(cells: Sequence[Sequence[str]]) -> bool:
    """Whether every character takes one column: then a table needs no library, which would take its time."""
    return all(cell.isascii() for row in cells for cell in row)


def _print_lines(names: Sequence[str], cells: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """The same table as that of `_print_grid`, where all of it fits and no terminal wants its heads in bold."""
    heads = [name.replace("_", " ") for name in names]
    lines = [heads, ["\u2500" * (sum(widths) + GAP * (len(widths) - 1))], *cells]
    gap = " " * GAP
    for line in lines:
        print(gap.join([cell.ljust(width) for cell, width in zip(line, widths, strict=False)]).rstrip())


def _print_grid(names: Sequence[str], cells: Sequence[Sequence[str]], least: Sequence[int], room: int) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
    for name, width in zip(names, least, strict=True):
        table.add_column(name.replace("_", " "), overflow="fold", no_wrap=name in UNBROKEN, min_width=width)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    is_terminal = sys.stdout.isatty()
    console = Console(
        width=room,
        highlight=False,
        force_terminal=None if is_terminal else False,
        no_color=None if is_terminal else True,
    )
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _print_records(names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Each row as lines of name and value; what has no value is left out."""
    label = max(len(name) for name in names) + GAP
    for number, row in enumerate(cells):
        if number:
            print()
        for name, cell in zip(names, row, strict=True):
            if cell:
                print(f"{name.replace('_', ' '):<{label}}{cell}")


def _says_something(name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column has a value anywhere, and a possible bound is not the certain one everywhere."""
    certain = name.removeprefix("possible_")
    if certain != name and certain in rows[0] and all(row[name] == row[certain] for row in rows):
        return False
    return any(row[name] not in (None, "", False, "no") for row in rows)


def _table_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else printable(str(value))
