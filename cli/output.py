"""What commands write: texts that do nothing to a terminal, tables for people, JSON, JSONL and CSV for programs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from armsledger.cli.grid import EQUAL, GAP, Rank, folded, grid, width_of
from armsledger.cli.messages import printable, tell
from armsledger.cli.pager import paged
from armsledger.cli.terminal import BOLD, DIM, NOT_BOLD, knows_styles

if TYPE_CHECKING:
    from armsledger.cli.options import RowsOutput
    from armsledger.domain.findings.finding import Finding
    from armsledger.projections.rows import Row, Rows

WIDE = 100_000
"""Columns of the screen where there is no terminal to fit into."""


def counted(count: int, singular: str, plural: str = "") -> str:
    """``1 entry``, ``1,200 entries``; without a plural, one with an s."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"


def file_name(file: str) -> str:
    """A file as messages name it; ``-`` is a standard stream."""
    return "standard output" if file == "-" else printable(file)


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


def print_line(text: str, indent: int, aside: str = "") -> None:
    """A line; one that does not fit goes on below, so many blanks further in, and no word is cut.

    ``aside`` follows it in one piece, dimmed on a terminal.
    """
    text = printable(text)
    room = room_for_lines()
    lines = [text] if len(text) <= room // 2 or room <= 2 * indent else folded(text, room, indent)
    if aside:
        fits = width_of(lines[-1]) + 1 + len(aside) <= room
        lines = [*lines[:-1], f"{lines[-1]} {_dimmed(aside)}"] if fits else [*lines, " " * indent + _dimmed(aside)]
    print("\n".join(lines))


def print_rows(
    rows: Rows[Row],
    output: RowsOutput,
    *,
    empty: str,
    columns: Sequence[str] = (),
    rank: Rank = EQUAL,
    totals: Callable[[Any], str] | None = None,
) -> None:
    """The rows in one of the four formats; ``columns`` are those of the table, if it does not have all.

    ``totals`` makes the line below the table, from all rows.
    Raises UsageError for columns that the rows do not have.
    """
    kept = rows[: output.limit]
    if output.chosen == "csv":
        _print_rows_as_csv(kept, output.names)
        tell_rest(len(rows) - len(kept))
        return
    derived = [name for name in columns if name not in rows.columns] if output.chosen == "table" else []
    asked = chosen(output.names, [*rows.columns, *derived])
    if output.chosen == "json":
        print_json(picked(kept.to_dicts(), asked))
    elif output.chosen == "jsonl":
        print_jsonl(picked(kept.to_dicts(), asked))
    elif rows:
        shown = asked or columns or rows.columns
        below = "" if totals is None else totals(rows)
        print_cells(shown, [row.to_words(shown) for row in kept], output, rank, below)
    else:
        tell(empty)
    tell_rest(len(rows) - len(kept))


def _print_rows_as_csv(rows: Rows[Row], asked: Sequence[str]) -> None:
    """Rows with the columns that files have, or those of them that are asked for; raises UsageError."""
    from armsledger.projections.columns import CSV

    names = [column.name for column in rows.columns_in(CSV)]
    wanted = chosen(asked, names)
    places = [names.index(name) for name in wanted]
    lines = (line for page in rows.spread(CSV) for line in zip(*page, strict=True))
    if wanted:
        print_csv(wanted, ([line[place] for place in places] for line in lines))
    else:
        print_csv(names, lines)


def print_cells(
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    output: RowsOutput,
    rank: Rank = EQUAL,
    below: str = "",
) -> None:
    """Rows as a table, through a pager if it is long; columns that somebody asked for are shown without values too.

    ``below`` is the last line.
    """
    with paged(wanted=not output.no_pager):
        if output.names:
            print_table(columns, rows, Rank(main=columns), wide=output.wide, all_columns=True)
        else:
            print_table(columns, rows, rank, wide=output.wide)
        if below:
            print()
            print_line(below, 2)


def tell_rest(count: int) -> None:
    """Say how many rows a limit leaves out."""
    if count > 0:
        tell(f"{counted(count, 'row')} more; a greater --limit shows them")


def chosen(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The columns that are asked for, each once; raises UsageError for one that is not there."""
    for name in names:
        if name not in columns:
            from armsledger.domain.errors import UsageError, quoted
            from armsledger.domain.near import did_you_mean

            remedy = did_you_mean(name, columns) or f"the columns are {', '.join(columns)}"
            raise UsageError(f"there is no column {quoted(name)}", remedy=remedy)
    return list(dict.fromkeys(names))


def picked(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Any]:
    """The rows with the fields that are asked for, or all."""
    return [{name: row[name] for name in names} for row in rows] if names else list(rows)


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


def print_table(
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    rank: Rank = EQUAL,
    *,
    wide: bool = False,
    all_columns: bool = False,
) -> None:
    """A table that fits. Columns without any value are left out unless ``all_columns``; what else is left out is said.

    With ``wide`` nothing is left out or shortened: where a table does not fit, each row is lines of name and value.
    """
    shown = [name for name in columns if all_columns or _says_something(name, rows)]
    cells = [[_table_cell(row[name]) for row in rows] for name in shown]
    room = room_for_lines()
    table = grid(shown, cells, room, rank)
    if wide and not table.fits:
        _print_records(shown, cells)
        return
    *heads, rule = table.heads
    print("\n".join([*map(_in_bold_if_seen, heads), rule, *table.rows]))
    if table.left_out:
        names = ", ".join(name.replace("_", " ") for name in table.left_out)
        tell(f"{counted(len(table.left_out), 'column')} left out: {names}; --wide shows all, --columns those you name")


def room_for_lines() -> int:
    """Columns to write in: the terminal's, or COLUMNS; without either, as many as it takes."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return WIDE


def _in_bold_if_seen(line: str) -> str:
    return in_bold(line, [(0, len(line))])


def _print_records(names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Each row as lines of name and value; what has no value is left out."""
    label = max(len(name) for name in names) + GAP
    for number, row in enumerate(zip(*cells, strict=True)):
        if number:
            print()
        for name, cell in zip(names, row, strict=True):
            if cell:
                print_line(f"{name.replace('_', ' '):<{label}}{cell}", label)


def in_bold(text: str, places: Iterable[tuple[int, int]]) -> str:
    """A text with some places in bold, if it goes to a terminal that knows it."""
    if not knows_styles(sys.stdout):
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


def _dimmed(text: str) -> str:
    return f"{DIM}{text}{NOT_BOLD}" if knows_styles(sys.stdout) else text
