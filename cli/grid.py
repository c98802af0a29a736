"""A table as lines of text that fit a width: what is left out, what is shortened, and how wide each column is.

Where all of it fits, every column is as wide as its widest cell. Where it does not, heads go on below themselves,
columns that matter less go first, and texts of several words end in an ellipsis after a whole word. A key is never
broken, because people copy it: a long one in the first column stands in a line of its own, with its row below it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

GAP: Final = 2
ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
RULE: Final = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
LEAST_TEXT: Final = 16
"""A text is not made narrower than this, as long as other columns can go."""
SHARE_OF_MAIN: Final = 3
"""A text that matters keeps a third of the room."""
LINE_COST: Final = 24
"""A line of its own for a key costs as much as so many columns in each row."""
NUMBER: Final = re.compile(r"-?\d[\d,]*(\.\d+)?")
WORDS: Final = re.compile(r"\s*\S+")
DROPPED: Final = " ,;:"
"""What does not stand before an ellipsis."""


class Rank(NamedTuple):
    """How much the columns of a table matter: ``main`` stay, the most important first; of ``spare`` the first goes
    first. Between them the last one goes first."""

    main: Sequence[str] = ()
    spare: Sequence[str] = ()

    def order(self, names: Sequence[str]) -> list[str]:
        """The names, what matters most first."""
        main = [name for name in self.main if name in names]
        spare = [name for name in reversed(self.spare) if name in names]
        return [*main, *(name for name in names if name not in (*main, *spare)), *spare]


EQUAL: Final = Rank()


class Grid(NamedTuple):
    """A table as lines: those of the heads, which end with a rule, and those of the rows.

    It ``fits`` if nothing is shortened, and no column is left out.
    """

    heads: list[str]
    rows: list[str]
    fits: bool = True
    left_out: Sequence[str] = ()


class _Column:
    """A column, and how wide it is."""

    def __init__(self, name: str, cells: Sequence[str]) -> None:
        self.name = name
        self.head = name.replace("_", " ")
        self.cells = cells
        self.is_plain = all(map(str.isascii, cells))
        self.widest = max(map(len if self.is_plain else width_of, cells), default=0)
        self.is_number = all(not cell or NUMBER.fullmatch(cell) for cell in cells)
        self.is_text = any(" " in cell for cell in cells)
        self.width = max(self.widest, len(self.head))

    def least(self, share: int) -> int:
        """The least width at which no word is cut; ``share`` is what a text should have."""
        head = max(map(len, self.head.split()), default=0)
        if not self.is_text:
            return max(self.widest, head)
        first = max((width_of(cell.partition(" ")[0]) + (GAP if " " in cell else 0) for cell in self.cells), default=0)
        return max(first, head, min(self.widest, share))

    def shown(self) -> Iterable[str]:
        """The cells in the width of the column."""
        width = self.width
        cells = self.cells if self.widest <= width else [shortened(cell, width) for cell in self.cells]
        if not self.is_plain:
            return [_padded(cell, width, right=self.is_number) for cell in cells]
        return [cell.rjust(width) for cell in cells] if self.is_number else [cell.ljust(width) for cell in cells]

    def head_lines(self) -> list[str]:
        """The head in the width of the column."""
        lines = folded(self.head, self.width)
        return [_padded(line, self.width, right=self.is_number) for line in lines]


def grid(names: Sequence[str], cells: Sequence[Sequence[str]], room: int, rank: Rank = EQUAL) -> Grid:
    """A table of some columns, each of which is given by its cells, in a room of so many columns of the screen."""
    columns = [_Column(name, texts) for name, texts in zip(names, cells, strict=True)]
    if _total(columns) <= room:
        return Grid(_heads(columns), _rows(columns))
    shown = _fitted(columns, room, rank)
    kept = {column.name for column in shown}
    return Grid(_heads(shown), _rows(shown), False, [name for name in names if name not in kept])


def _total(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _fitted(columns: Sequence[_Column], room: int, rank: Rank) -> list[_Column]:
    """The columns that there is room for, with their widths."""
    by_name = {column.name: column for column in columns}
    first, *others = columns
    order = [by_name[name] for name in rank.order([column.name for column in others])]
    main = [column for column in order if column.name in rank.main]
    for column in order:
        column.width = column.least(max(LEAST_TEXT, room // SHARE_OF_MAIN) if column in main else LEAST_TEXT)
    while main and _total(main) + GAP + _least_key(first) > room:
        main.pop()
    kept = list(main)
    first.width = _key_width(first, room - _total(kept) - GAP if kept else room)
    for column in order[len(main) :]:
        if _total([first, *kept, column]) <= room:
            kept.append(column)
    _share_out([first, *kept], room)
    return [column for column in columns if column is first or column in kept]


def _least_key(first: _Column) -> int:
    """The least width of the first column: that of its shortest key, as longer ones have a line of their own."""
    if first.is_text:
        return first.least(LEAST_TEXT)
    return max(len(first.head), min(map(width_of, first.cells)))


def _key_width(first: _Column, most: int) -> int:
    """The width of the first column at which keys take few lines of their own, and rows little room."""
    if first.is_text:
        return min(first.least(LEAST_TEXT), most)
    widths = sorted(map(width_of, first.cells))
    best, least_cost = widths[0], float("inf")
    for index, width in enumerate(widths):
        longer = len(widths) - index - 1
        if index + 1 < len(widths) and widths[index + 1] == width:
            continue
        cost = width * len(widths) + LINE_COST * longer
        if width <= most and cost < least_cost:
            best, least_cost = width, cost
    return max(best, len(first.head))


def _share_out(columns: Sequence[_Column], room: int) -> None:
    """Give the room that is left to the texts, so that those that need least have all they need."""
    left = room - _total(columns)
    needs = {column: max(column.widest, len(column.head)) - column.width for column in columns[1:]}
    short = sorted((column for column, need in needs.items() if need > 0), key=needs.__getitem__)
    for index, column in enumerate(short):
        more = min(needs[column], left // (len(short) - index))
        column.width += more
        left -= more
    first = columns[0]
    if not first.is_text:
        first.width = max(
            first.width, max((w for w in map(width_of, first.cells) if w <= first.width + left), default=0)
        )
    else:
        first.width = min(first.width + left, max(first.widest, len(first.head)))


def _heads(columns: Sequence[_Column]) -> list[str]:
    heads = [column.head_lines() for column in columns]
    height = max(map(len, heads))
    blank = [[" " * column.width] * (height - len(lines)) for column, lines in zip(columns, heads, strict=True)]
    lines = [*zip(*(empty + lines for empty, lines in zip(blank, heads, strict=True)), strict=True)]
    return [*map(_joined, lines), RULE * _total(columns)]


def _rows(columns: Sequence[_Column]) -> list[str]:
    """The rows; a key that is wider than its column stands in the line before its row."""
    first = columns[0]
    if first.widest <= first.width or first.is_text:
        return [*map(_joined, zip(*(column.shown() for column in columns), strict=True))]
    rows = []
    indent = " " * (first.width + GAP)
    gap = " " * GAP
    others = zip(*(column.shown() for column in columns[1:]), strict=True) if len(columns) > 1 else [()] * len(first.cells)
    for key, cells in zip(first.cells, others, strict=True):
        rest = gap.join(cells).rstrip()
        if width_of(key) <= first.width:
            rows.append(f"{_padded(key, first.width)}{gap}{rest}".rstrip())
        else:
            rows += [key, indent + rest] if rest else [key]
    return rows


def _joined(cells: Iterable[str]) -> str:
    return (" " * GAP).join(cells).rstrip()


def _padded(text: str, width: int, *, right: bool = False) -> str:
    blank = " " * (width - width_of(text))
    return blank + text if right else text + blank


def shortened(text: str, width: int) -> str:
    """A text that ends after a whole word with an ellipsis, if it is wider; within a word only if that is the first."""
    if width_of(text) <= width:
        return text
    short = ""
    for word in WORDS.findall(text):
        if width_of(short) + width_of(word) + GAP > width:
            break
        short += word
    if short.strip(DROPPED):
        return f"{short.rstrip(DROPPED)} {ELLIPSIS}"
    while text and width_of(text) >= width:
        text = text[:-1]
    return text + ELLIPSIS


def folded(text: str, room: int, indent: int = 0) -> list[str]:
    """A text in lines of so many columns, broken between words; those that follow begin ``indent`` blanks further in."""
    lines = [""]
    for word in WORDS.findall(text):
        if lines[-1].strip() and width_of(lines[-1]) + width_of(word) > room:
            lines.append(" " * indent + word.lstrip())
        else:
            lines[-1] += word
    return lines


def width_of(text: str) -> int:
    """How many columns of the screen a text takes: two for most characters of East Asia, none for marks upon others."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
