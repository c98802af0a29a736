"""What commands write: texts that do nothing to a terminal, tables for people, JSON, JSONL and CSV for programs."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from armsledger.domain.findings.finding import Finding
    from armsledger.projections.rows import Row, Rows

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories of invisible characters: controls, formats (bidi marks), line separators."""
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Invisible characters of other categories, by which two names look alike."""
JOINERS = frozenset("\u200c\u200d")
"""Invisible too, but scripts such as Persian and Hindi need them between their letters."""
FIRST_JOINED = "\u0590"
"""Where the scripts begin whose letters are joined."""

UNBROKEN = "entry event on position asserted recorded grade outcome due stated severity code rule"
"""Columns of a table that stay on one line as long as other columns can be broken."""
BREAKS_AT = 16
"""Other columns are broken into lines of at least this width."""
GAP = 2
WIDE = 100_000
"""Columns of the screen where there is no terminal to fit into."""


BOLD, NOT_BOLD = "\x1b[1m", "\x1b[22m"


def printable(text: str) -> str:
    """The text with its invisible characters as escapes: none moves the cursor, turns the text around or hides."""
    if text.isprintable() and BLANK_LETTERS.isdisjoint(text):
        return text
    return "".join(_visible(character, before) for before, character in zip(f" {text}", text, strict=False))


def _visible(character: str, before: str) -> str:
    if character in JOINERS:
        is_hidden = before < FIRST_JOINED or unicodedata.category(before)[0] not in "LM"
    else:
        is_hidden = character in BLANK_LETTERS or unicodedata.category(character) in HIDDEN
    return character.encode("unicode_escape").decode() if is_hidden else character


def counted(count: int, singular: str, plural: str = "") -> str:
    """``1 entry``, ``1,200 entries``; without a plural, one with an s."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"


def file_name(file: str) -> str:
    """A file as messages name it; ``-`` is a standard stream."""
    return "standard output" if file == "-" else printable(file)


def tell(text: str) -> None:
    """Write a message to standard error."""
    print(printable(text), file=sys.stderr)


def print_facts(facts: Mapping[str, Any], width: int = 12) -> None:
    """Names and values, one below the other; on a terminal long values go on below, under their beginning."""
    for name, value in facts.items():
        print_line(f"{name.replace('_', ' '):<{width}} {value}", width + 1)


def print_facts_or_json(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Names and values, for people or for programs."""
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)


def print_findings(findings: Iterable[Finding], indent: str = "  ") -> None:
    """The findings, a line each."""
    for finding in findings:
        print_line(f"{indent}{finding_line(finding)}", 2 * len(indent))


def finding_line(finding: Finding) -> str:
    """``warning: contested: ... [deal/india-s400@3, deal/india-s400@4]``."""
    return f"{finding.severity}: {finding.code}: {finding.message} [{', '.join(finding.entries)}]"


def print_line(text: str, indent: int) -> None:
    """A line; on a terminal one that does not fit goes on below, so many blanks further in."""
    text = printable(text)
    room = shutil.get_terminal_size().columns
    if len(text) > room > 2 * indent and sys.stdout.isatty():
        from textwrap import fill

        text = fill(text, room, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)
    print(text)


def print_rows(rows: Rows[Row], format: str, *, empty: str, columns: Sequence[str] = ()) -> None:
    """The rows in one of the four formats; ``columns`` are those of the table, if it does not have all."""
    if format == "csv":
        from armsledger.projections.columns import CSV

        lines = (line for page in rows.spread(CSV) for line in zip(*page, strict=True))
        print_csv([column.name for column in rows.columns_in(CSV)], lines)
    elif format == "json":
        print_json(rows.to_dicts())
    elif format == "jsonl":
        print_jsonl(rows.to_dicts())
    elif rows:
        print_table(columns or rows.columns, [row.to_words(columns) for row in rows])
    else:
        tell(empty)


def print_data(
    format: str, value: Callable[[], Any], columns: Sequence[str], cells: Callable[[], Iterable[Mapping[str, Any]]]
) -> None:
    """Data for programs: a value as JSON; its items, a JSON text a line; or the same as cells of CSV."""
    if format == "json":
        print_json(value())
    elif format == "csv":
        print_csv(columns, ([row[name] for name in columns] for row in cells()))
    else:
        data = value()
        print_jsonl(data if isinstance(data, list) else [data])


def print_json(value: Any) -> None:
    """One JSON text, indented."""
    print(_json_text(value, indent=2))


def print_jsonl(values: Iterable[Any]) -> None:
    """A JSON text a line."""
    for value in values:
        print(_json_text(value))


def _json_text(value: Any, indent: int | None = None) -> str:
    """A JSON text, with escapes for what the output's encoding lacks too."""
    from armsledger.exchange.tables.text import json_text

    narrow = sys.stdout.encoding.lower().replace("-", "") != "utf8"
    return json_text(value, indent=indent, narrow=narrow)


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Comma-separated values with a header; a terminal gets escapes, which programs do not want."""
    from armsledger.exchange.tables.text import csv_cell, write_csv

    def cell(value: Any) -> Any:
        return printable(value) if is_terminal and isinstance(value, str) else csv_cell(value)

    is_terminal = sys.stdout.isatty()
    write_csv(columns, ([cell(value) for value in row] for row in rows), sys.stdout)


def print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """A table, or records one below the other where the terminal is too narrow for one.

    Columns without any value are left out.
    """
    shown = [name for name in columns if _says_something(name, rows)]
    cells = [[_table_cell(row[name]) for name in shown] for row in rows]
    widths = [max(len(name), *(len(row[index]) for row in cells)) for index, name in enumerate(shown)]
    least = [
        width if name in UNBROKEN.split() else min(width, BREAKS_AT) for name, width in zip(shown, widths, strict=True)
    ]
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
        table.add_column(name.replace("_", " "), overflow="fold", no_wrap=name in UNBROKEN.split(), min_width=width)
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


def in_bold(text: str, places: Iterable[tuple[int, int]]) -> str:
    """A text with some places in bold, if it goes to a terminal."""
    if not sys.stdout.isatty():
        return text
    for start, end in sorted(places, reverse=True):
        text = f"{text[:start]}{BOLD}{text[start:end]}{NOT_BOLD}{text[end:]}"
    return text


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
