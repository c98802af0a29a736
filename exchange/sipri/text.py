"""The text of a register's file: its encoding, its lines, and the records that lines are joined to."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

LONGEST_RECORD_LINES: Final = 6
NEWLINE: Final = re.compile("\r\n|\n|\r")
VOLUME: Final = re.compile(r"([0-9]+(\.[0-9]+)?)?")
WINDOWS: Final = re.compile(b"[\x80-\x9f]")
BYTE_ORDER_MARK: Final = "\ufeff"


class Lines(NamedTuple):
    """The lines of a file, and the encoding that they were in."""

    lines: Sequence[str]
    encoding: str


class Record(NamedTuple):
    """The cells of one row, the line that it begins on, what was repaired, and its lines as they are."""

    line: int
    cells: Sequence[str]
    repair: str
    raw: str


class Shape(NamedTuple):
    """How many columns a register has, and which of them is the comment, if nothing but volumes comes after it."""

    width: int
    delimiter: str
    comment: int | None = None


class Fragment(NamedTuple):
    """A line that is no row and no part of one."""

    line: int
    what: str
    raw: str


def lines_of(content: bytes) -> Lines:
    """The lines of a file in UTF-8 with or without a byte order mark, else in Latin-1 or its Windows kin."""
    try:
        text, encoding = content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        name = "cp1252" if WINDOWS.search(content) else "latin-1"
        text, encoding = content.decode(name, errors="replace"), "Windows-1252" if name == "cp1252" else "Latin-1"
    return Lines(NEWLINE.split(text.removeprefix(BYTE_ORDER_MARK)), encoding)


def records(lines: Sequence[str], start: int, shape: Shape) -> Iterator[Record | Fragment]:
    """The rows from a line on, counted from 0; the lines of a broken row are joined."""
    at = start
    while at < len(lines):
        if not lines[at].strip(f"{shape.delimiter}; \t"):
            at += 1
            continue
        record, at = _record_at(lines, at, shape)
        if isinstance(record, Fragment) and end_of_row(record.raw, shape) is None:
            record, at = _with_its_end(record, lines, at, shape)
        yield record


def _with_its_end(fragment: Fragment, lines: Sequence[str], at: int, shape: Shape) -> tuple[Fragment, int]:
    """A line that is no row, with the lines after it that are its end: they are one row, whatever is wrong with it."""
    end = at
    while end < min(at + LONGEST_RECORD_LINES, len(lines)) and _isend_of_row(lines[end], shape):
        end += 1
    return fragment._replace(raw="\n".join([fragment.raw, *lines[at:end]])), end


def _isend_of_row(line: str, shape: Shape) -> bool:
    """Whether a line holds the end of a comment and volumes, and no row of its own."""
    return bool(line.strip(f"{shape.delimiter}; \t")) and end_of_row(line, shape) is not None


def end_of_row(line: str, shape: Shape) -> list[str] | None:
    """The end of a comment and the volumes after it, if that is all that a line holds."""
    if shape.comment is None:
        return None
    cells = split(line, shape.delimiter)
    volumes = shape.width - shape.comment - 1
    if cells is None or volumes < 1:
        return None
    end = [*cells[: volumes + 1], *[""] * (volumes + 1 - len(cells))]
    is_end = not any(cell.strip(" ;") for cell in cells[volumes + 1 :]) and any(cell.strip() for cell in end[1:])
    return end if is_end and all(VOLUME.fullmatch(cell.strip()) for cell in end[1:]) else None


def _record_at(lines: Sequence[str], at: int, shape: Shape) -> tuple[Record | Fragment, int]:
    """The record that begins at a line, and the line after it."""
    width, delimiter = shape.width, shape.delimiter
    cells = split(lines[at], delimiter)
    if cells is not None and len(cells) >= width:
        mended = _with_padding_cut(cells, lines, at, shape)
        if mended is not None:
            return _fitted(lines, at, at + 2, mended, width, "broken by a line break"), at + 2
        return _fitted(lines, at, at + 1, cells, width, ""), at + 1
    parts = lines[at]
    if cells is None:  # a quoted cell goes on in the next line
        for end in range(at + 1, min(at + LONGEST_RECORD_LINES, len(lines))):
            parts = f"{parts} {lines[end]}"
            joined = split(parts, delimiter)
            if joined is not None and len(joined) >= width:
                return _fitted(lines, at, end + 1, joined, width, "a line break within a cell"), end + 1
        return Fragment(at + 1, "a quotation mark is not closed", lines[at]), at + 1
    for end in range(at + 1, min(at + LONGEST_RECORD_LINES, len(lines))):
        more = split(lines[end], delimiter)
        if more is None or len(more) >= width or len(cells) + len(more) - 1 > width:
            break
        cells = [*cells[:-1], _joined(cells[-1], more[0]), *more[1:]]
        if len(cells) == width:
            return _fitted(lines, at, end + 1, cells, width, "broken by a line break"), end + 1
    what = f"it has {len(split(lines[at], delimiter) or ())} cells of {width}"
    return Fragment(at + 1, what, lines[at]), at + 1


def _with_padding_cut(cells: Sequence[str], lines: Sequence[str], at: int, shape: Shape) -> list[str] | None:
    """The cells of a broken row of which a program has padded both halves with empty cells."""
    if cells[-1].strip() or at + 1 >= len(lines) or end_of_row(lines[at], shape) is not None:
        return None
    if shape.comment is not None:  # the break is in the comment, and the volumes are in the next line
        has_volumes = any(cell.strip() for cell in cells[shape.comment + 1 :])
        tail = None if has_volumes else end_of_row(lines[at + 1], shape)
        if tail is not None:
            return [*cells[: shape.comment], _joined(cells[shape.comment], tail[0]), *tail[1:]]
    if not lines[at + 1].startswith(shape.delimiter):
        return None
    more = split(lines[at + 1], shape.delimiter)
    if more is None:
        return None
    head, tail = _cut(cells), _cut(more)
    return [*head[:-1], _joined(head[-1], tail[0]), *tail[1:]] if len(head) + len(tail) - 1 == shape.width else None


def _cut(cells: Sequence[str]) -> list[str]:
    """The cells without the empty ones at the end."""
    last = max((index for index, cell in enumerate(cells) if cell.strip()), default=0)
    return list(cells[: last + 1])


def _fitted(
    lines: Sequence[str], at: int, end: int, cells: Sequence[str], width: int, repair: str
) -> Record | Fragment:
    """The record, without cells beyond the last column if they are empty."""
    raw = "\n".join(lines[at:end])
    beyond = [cell for cell in cells[width:] if cell.strip(" ;")]
    if beyond:
        return Fragment(at + 1, f"it has {len(cells)} cells, and there are {width} columns", raw)
    return Record(at + 1, cells[:width], repair, raw)


def split(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line; None if a quotation mark is left open."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        (cells,) = csv.reader([line], delimiter=delimiter, strict=True)
    except csv.Error:
        # in a cell that does not begin with it, a quotation mark is a character like others
        return None if f'{delimiter}"' in line or line.startswith('"') else line.split(delimiter)
    return cells


def _joined(one: str, other: str) -> str:
    return " ".join(part for part in (one.strip(), other.strip()) if part)
