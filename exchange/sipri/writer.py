"""Writes a register as a file, in the layout and the words that it came in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TextIO

from armsledger.exchange.sipri.columns import DEALS_COLUMNS, FLAGGED, REGISTER_COLUMNS
from armsledger.exchange.sipri.row import FLAG, Words

SAYS: Final = {True: "Yes", False: "No"}


def write_register(rows: Iterable[Words], preamble: str, out: TextIO, *, by_year: bool) -> int:
    """Write a preamble, the header and the rows in this order; returns the number of lines of rows."""
    columns, lines = (DEALS_COLUMNS, _by_year) if by_year else (REGISTER_COLUMNS, _by_deal)
    for line in preamble.split("\n") if preamble else ():
        out.write(f"{line}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns.values())
    count = 0
    for words in rows:
        for cells in lines(words):
            writer.writerow(cells)
            count += 1
    return count


def in_order(listed: Sequence[Words], *, is_first: bool) -> Iterator[Words]:
    """The rows in the order of their first listing, each as often as it stands in the register.

    In the first release, repetitions of a row stand at their own places.
    """
    if not is_first:
        for words in listed:
            yield from [words] * max(1, len(words.get("rows", ())))
        return
    rows = list(listed)
    repetitions = [(number, words) for words in listed for number in words.get("rows", ())[1:]]
    for number, words in sorted(repetitions, key=itemgetter(0)):
        rows.insert(number - 1, words)
    yield from rows


def _by_deal(words: Words) -> Iterator[list[str]]:
    yield [_cell(name, words) for name in REGISTER_COLUMNS]


def _by_year(words: Words) -> Iterator[list[str]]:
    instalments: Sequence[Mapping[str, Any]] = words.get("deliveries") or [{}]
    for instalment in instalments:
        year = {
            "delivery_year": instalment.get("year", ""),
            "delivered": instalment.get("number", ""),
            "volume_delivered": instalment.get("volume", ""),
        }
        cells = {**words, **year}
        yield [_cell_by_year(name, cells) for name in DEALS_COLUMNS]


def _cell(name: str, words: Words) -> str:
    """A cell; the flag of a year or number is behind it in the words, and in a column of its own in the file."""
    base = name.removesuffix("_flag")
    text = str(words.get(base, ""))
    if base not in FLAGGED:
        return text
    is_flagged = text.endswith(FLAG)
    if base != name:
        return FLAG if is_flagged else ""
    return text.removesuffix(FLAG)


def _cell_by_year(name: str, cells: Words) -> str:
    """A cell in the layout that has Yes and No in columns of flags."""
    if name.endswith("_flag"):
        return SAYS[_cell(name, cells) == FLAG]
    return _cell(name, cells)
