"""A table as lines of text that fit a width: what is left out, what is shortened, and how wide each column is.

Where all of it fits, every column is as wide as its widest cell. Where it does not, heads go on below themselves,
columns that matter less go first, and texts end in an ellipsis after a whole word; those that are to be read go on
below for a few lines. A key is never broken, because people copy it: a long one in the first column stands in a line
of its own, with its row below it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

GAP: Final = 2
ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
RULE: Final = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
LEAST_TEXT: Final = 16
"""A text is not made narrower than this, as long as other columns can go."""
LONGEST_WORD: Final = 40
"""What is longer is no word, and is cut rather than that other columns go."""
MOST_LINES: Final = 6
"""A text that is to be read takes so many lines of a row."""
LINE_COST: Final = 24
"""A line of its own for a key costs as much as so many columns in each row."""
MOST_LONGER: Final = 2 / 3
"""So many keys may stand in lines of their own, to make room for a column that matters."""
USUAL, NEARLY_ALL = 0.95, 0.99
"""A column is made for so many of its cells; in a long table the others are shortened."""
NUMBER: Final = re.compile(r"-?\d[\d,]*(\.\d+)?")
WORDS: Final = re.compile(r"\s*\S+")
DROPPED: Final = " ,;:"
"""What does not stand before an ellipsis."""


class Rank(NamedTuple):
    """How much the columns of a table matter: ``main`` stay, the most important first; of ``spare`` the first goes
    first. Between them the last one goes first. Those in ``prose`` are to be read."""

    main: Sequence[str] = ()
    spare: Sequence[str] = ()
    prose: Sequence[str] = ()

    def with_asked(self, names: Iterable[str]) -> Rank:
        """The same where somebody asked about some columns: these come next to the first one."""
        asked = [name for name in names if name not in self.main[:1]]
        rest = [name for name in self.main[1:] if name not in asked]
        return self._replace(main=[*self.main[:1], *asked, *rest])

    def order(self, names: Sequence[str]) -> list[str]:
        """The names that are not in ``main``, what matters most first."""
        spare = [name for name in reversed(self.spare) if name in names]
        return [*(name for name in names if name not in (*self.main, *spare)), *spare]


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

    def __init__(self, name: str, cells: Sequence[str], *, is_prose: bool) -> None:
        self.name = name
        self.head = name.replace("_", " ")
        self.cells = cells
        self.is_prose = is_prose
        self.is_plain = all(map(str.isascii, cells))
        self.measure: Callable[[str], int] = len if self.is_plain else width_of
        self.widest = max(map(self.measure, cells), default=0)
        self.is_number = all(not cell or NUMBER.fullmatch(cell) for cell in cells)
        self.is_text = any(" " in cell for cell in cells)
        self.width = self.whole

    @property
    def whole(self) -> int:
        """The width at which nothing is shortened."""
        return max(self.widest, len(self.head))

    def least(self, share: int) -> int:
        """The least width at which no word is cut, and a text has its share."""
        head = max(map(len, self.head.split()), default=0)
        if not self.is_text:
            return max(self.widest, head)
        first = (self.measure(cell.partition(" ")[0]) + (GAP if " " in cell else 0) for cell in self.cells)
        usual = _quantile(map(self.measure, self.cells), USUAL)
        return max(min(_quantile(first, NEARLY_ALL), LONGEST_WORD), head, min(usual, share))

    def shown(self) -> list[str]:
        """The cells in the width of the column."""
        width = self.width
        cells = self.cells if self.widest <= width else [shortened(cell, width) for cell in self.cells]
        if not self.is_plain:
            return [_padded(cell, width, right=self.is_number) for cell in cells]
        return [cell.rjust(width) for cell in cells] if self.is_number else [cell.ljust(width) for cell in cells]

    def below_each_other(self) -> list[list[str]]:
        """The lines of each cell."""
        if not self.is_prose or self.widest <= self.width:
            return [[cell] for cell in self.shown()]
        return [[_padded(line, self.width) for line in _few_lines(cell, self.width)] for cell in self.cells]

    def head_lines(self) -> list[str]:
        """The head in the width of the column."""
        return [_padded(line, self.width, right=self.is_number) for line in folded(self.head, self.width)]


def grid(names: Sequence[str], cells: Sequence[Sequence[str]], room: int, rank: Rank = EQUAL) -> Grid:
    """A table of some columns, each of which is given by its cells, in a room of so many columns of the screen."""
    columns = [_Column(name, part, is_prose=name in rank.prose) for name, part in zip(names, cells, strict=True)]
    if _total(columns) <= room:
        return Grid(_heads(columns), _rows(columns))
    shown = _fitted(columns, room, rank)
    kept = {column.name for column in shown}
    return Grid(_heads(shown), _rows(shown), False, [name for name in names if name not in kept])


def _total(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _fitted(columns: Sequence[_Column], room: int, rank: Rank) -> list[_Column]:
    """The columns that there is room for, with their widths."""
    first, *rest = columns
    by_name = {column.name: column for column in rest}
    main = [by_name[name] for name in rank.main if name in by_name]
    third = max(room // 3, LEAST_TEXT)
    for share in (third, LEAST_TEXT):
        first.width = first.least(share) if first.is_text else _key_width(first, room)
        for column in rest:
            column.width = column.least(third if column.is_prose else share if column in main else LEAST_TEXT)
        if _total([first, *main]) <= room:
            break
    while main and not _has_room(first, room - _total(main) - GAP):
        main.pop()
    if not first.is_text:
        first.width = _key_width(first, room - _total(main) - GAP if main else room)
    _widen([column for column in main if column.is_text], room - _total([first, *main]), most=room // 2)
    kept = [first, *main]
    for name in rank.order(list(by_name)):
        if _total([*kept, by_name[name]]) <= room:
            kept.append(by_name[name])
    _widen([column for column in kept if column is not first or first.is_text], room - _total(kept))
    if not first.is_text:
        first.width = _key_width(first, first.width + room - _total(kept), line_cost=room)
    return [column for column in columns if column in kept]


def _has_room(first: _Column, most: int) -> bool:
    """Whether the first column can be so narrow."""
    if first.is_text:
        return first.width <= most
    longer = sum(first.measure(key) > most for key in first.cells)
    return len(first.head) <= most and longer <= MOST_LONGER * len(first.cells)


def _key_width(first: _Column, most: int, line_cost: int = LINE_COST) -> int:
    """The width of the first column at which few keys take lines of their own, and rows little room."""
    widths = sorted(map(first.measure, first.cells))
    count = len(widths)
    costs = {width: width * count + line_cost * (count - index - 1) for index, width in enumerate(widths)}
    best = min((width for width in costs if width <= most), key=costs.__getitem__, default=most)
    return max(best, len(first.head))


def _widen(columns: Iterable[_Column], left: int, most: int | None = None) -> None:
    """Give the room that is left to columns that lack some, so that those that lack least have all they need."""
    needs = {column: min(column.whole, most or column.whole) - column.width for column in columns}
    lacking = sorted((column for column, need in needs.items() if need > 0), key=needs.__getitem__)
    for index, column in enumerate(lacking):
        more = min(needs[column], left // (len(lacking) - index))
        column.width += more
        left -= more


def _quantile(widths: Iterable[int], share: float) -> int:
    """The width that so many do not exceed; of a few all."""
    ordered = sorted(widths)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def _heads(columns: Sequence[_Column]) -> list[str]:
    heads = [column.head_lines() for column in columns]
    height = max(map(len, heads))
    raised = [
        [" " * column.width] * (height - len(lines)) + lines for column, lines in zip(columns, heads, strict=True)
    ]
    return [*map(_joined, zip(*raised, strict=True)), RULE * _total(columns)]


def _rows(columns: Sequence[_Column]) -> list[str]:
    """The rows; a key that is wider than its column stands in the line before its row."""
    first, *rest = columns
    has_long_keys = not first.is_text and first.widest > first.width
    if not has_long_keys and not any(column.is_prose for column in columns):
        return [*map(_joined, zip(*(column.shown() for column in columns), strict=True))]
    return [line for row in _high_rows(first, rest, has_long_keys=has_long_keys) for line in row]


def _high_rows(first: _Column, rest: Sequence[_Column], *, has_long_keys: bool) -> Iterator[list[str]]:
    """The lines of each row."""
    keys = first.cells if has_long_keys else first.shown()
    for key, *cells in zip(keys, *(column.below_each_other() for column in rest), strict=True):
        is_long = has_long_keys and first.measure(key) > first.width
        heads = [] if is_long else [_padded(key, first.width)]
        blanks = [" " * first.width, *(" " * column.width for column in rest)]
        lines = [
            _joined(blank if part is None else part for part, blank in zip(parts, blanks, strict=True))
            for parts in zip_longest(heads, *cells)
        ]
        yield [key, *filter(None, lines)] if is_long else lines


def _few_lines(text: str, width: int) -> list[str]:
    """A text in a few lines; the last one ends in an ellipsis if it is longer."""
    lines = folded(text, width)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], shortened(" ".join(lines[MOST_LINES - 1 :]), width, is_prose=True)]
    return [shortened(line, width, is_prose=True) for line in lines]


def _joined(cells: Iterable[str]) -> str:
    return (" " * GAP).join(cells).rstrip()


def _padded(text: str, width: int, *, right: bool = False) -> str:
    blank = " " * (width - width_of(text))
    return blank + text if right else text + blank


def shortened(text: str, width: int, *, is_prose: bool = False) -> str:
    """A text that ends in an ellipsis if it is wider: after a whole part of a list, or after a whole word.

    It is cut within a word only if that is the first, and in prose never, as that may be a key.
    """
    if width_of(text) <= width:
        return text
    short = ""
    for word in WORDS.findall(text):
        if width_of(short) + width_of(word) + GAP > width:
            break
        short += word
    if ";" in short and not is_prose and not text[len(short) - 1 :].startswith(";"):
        short = short.rpartition(";")[0]
    if short.strip(DROPPED):
        return f"{short.rstrip(DROPPED)} {ELLIPSIS}"
    if is_prose:
        return ELLIPSIS
    while text and width_of(text) >= width:
        text = text[:-1]
    return text + ELLIPSIS


def folded(text: str, room: int, indent: int = 0) -> list[str]:
    """A text in lines of so many columns, broken between words; all but the first are ``indent`` further in."""
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
