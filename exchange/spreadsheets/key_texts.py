"""Keys that are made of cells: two texts that only a key makes alike are refused, as they would share a stream."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from armsledger.domain.errors import UnreadableDossier, UnreadableValue, quoted
from armsledger.domain.events.payload import canonical_json
from armsledger.exchange.spreadsheets.cell import as_text
from armsledger.exchange.spreadsheets.column import Text, slug_of
from armsledger.exchange.spreadsheets.mapping import EntryMapping
from armsledger.exchange.spreadsheets.row_cells import RowCells

KEYS_REMEMBERED = 65_536
PLAIN = re.compile(r"[\w .,/-]*")
"""Texts without such signs."""
TELLING = frozenset("#%@*!?&")
"""Signs that tell names apart, besides symbols such as ``+``; other signs only divide words."""


class KeyTexts:
    """The texts of the keys of one pass."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, tuple[str, ...], str], tuple[tuple[str, ...], str]] = {}
        self._keys: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
        self._rows: dict[tuple[str, str], tuple[str, str]] = {}

    def clear(self) -> None:
        """Begin a new pass."""
        self._texts.clear()
        self._rows.clear()

    def check(self, entry: EntryMapping, fields: Mapping[str, Any], row: RowCells) -> None:
        """Refuse a key that stands for another text in an earlier row; raises UnreadableValue with the row."""
        keys = self._keys.get(id(entry))
        if keys is None:
            texts = ((name, value) for name, value in entry.values.items() if isinstance(value, Text))
            keys = self._keys[id(entry)] = [(name, value.columns) for name, value in texts if value.is_key]
        for name, columns in keys:
            self._check(name, columns, fields[name], row, entry)

    def check_row(self, key: str, entry: EntryMapping, fields: Mapping[str, Any], row: RowCells) -> None:
        """Refuse a row that has the key of another and says something else; raises UnreadableDossier."""
        content = canonical_json(fields)
        said, place = self._rows.setdefault((key, entry.label), (content, row.place))
        if said != content:
            raise UnreadableDossier(
                f"the row has the key {quoted(key.partition('/')[2])}, which is that of {place}, and says otherwise",
                remedy="add a column to key that tells the two apart, or leave one of the rows out",
            ).at(row.place)

    def _check(self, name: str, columns: tuple[str, ...], key: str, row: RowCells, entry: EntryMapping) -> None:
        cells = tuple([as_text(row.cells[column]) for column in columns])
        texts = tuple(map(_telling, cells))
        found = self._texts.get((name, columns, key))
        if found is None:
            if len(self._texts) < KEYS_REMEMBERED:
                self._texts[name, columns, key] = texts, f"{row.place} ({', '.join(cells)})"
        elif found[0] != texts:
            raise UnreadableValue(
                f"{quoted(', '.join(cells))} makes the key {quoted(key)}, which is that of {found[1]}",
                remedy="keys leave signs out: write one of them otherwise, or make the key of another column",
                field=name,
            ).at(f"{row.place}, column {quoted(entry.columns_of.get(name, columns[0]))}")


@lru_cache(16_384)
def _telling(text: str) -> str:
    """What of a text tells it from others: its slug, and the signs that names have."""
    if PLAIN.fullmatch(text):
        return slug_of(text)
    signs = [sign for sign in unicodedata.normalize("NFKC", text) if _tells(sign)]
    return f"{slug_of(text)} {''.join(signs)}".rstrip()


def _tells(sign: str) -> bool:
    return sign in TELLING or unicodedata.category(sign)[0] == "S"
