"""Entries for each of several columns: ``each: {year: 1990..2020}``, for sheets with a column for each year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from armsledger.domain.errors import quoted
from armsledger.exchange.dossiers.yaml import Node
from armsledger.exchange.slug import slug
from armsledger.exchange.spreadsheets.condition_reader import ConditionReader
from armsledger.exchange.spreadsheets.value import Condition

RANGE = re.compile(r"([0-9]{1,4})\.\.([0-9]{1,4})")
MOST = 1000
NAMES_A_STREAM = frozenset({"deal", "engagement", "framework", "source", "id"})
EXAMPLE = (
    "write each: {year: 1990..2020} or each: {category: [Tanks, Aircraft]}, and ${year} where the column's name is"
)


class Each(NamedTuple):
    """One of the columns that an entry is repeated for: its name, and the condition that there is a cell."""

    header: str
    condition: Condition


class EachReader(ConditionReader):
    """Repeats the entries of one mapping."""

    def repeated(self, node: Node) -> Iterator[tuple[Node, Each | None]]:
        """The entry once for each of its columns, with their names in place of ``${year}``; else the entry itself.

        Raises UnreadableDossier.
        """
        if not isinstance(node.parts, dict) or "each" not in node.parts:
            yield node, None
            return
        _, each = node.part("each")
        parts = self.parts(each, None, "each", EXAMPLE)
        if len(parts) != 1:
            raise self.refusal(each, "each names one thing that columns stand for", EXAMPLE)
        ((name, listed),) = parts.items()
        for header in self._headers(listed):
            columns: list[str] = []
            copy = _replaced(node, f"${{{name}}}", header, columns)
            if not columns:
                raise self.refusal(each, f"no column of the entry is named by ${{{name}}}", EXAMPLE)
            yield copy, Each(header, Condition(tuple(dict.fromkeys(columns))))

    def _headers(self, node: Node) -> list[str]:
        headers: list[str] = []
        for text in self.texts(node, "each"):
            match = RANGE.fullmatch(text.strip())
            if match is None:
                headers.append(" ".join(text.split()))
            elif not 0 <= int(match[2]) - int(match[1]) < MOST:
                raise self.refusal(node, f"the range {quoted(text)} is empty or too long", EXAMPLE)
            else:
                headers += map(str, range(int(match[1]), int(match[2]) + 1))
        if len(headers) > MOST:
            raise self.refusal(node, f"each names {len(headers):,} columns", f"name up to {MOST:,}")
        if len(set(headers)) < len(headers):
            raise self.refusal(node, "each names a column twice", "leave one of them out")
        return headers


def _replaced(node: Node, placeholder: str, header: str, columns: list[str], name: str = "") -> Node:
    """A copy of a node with a header in place of the placeholder; ``columns`` takes the columns that it names."""
    if isinstance(node.parts, dict):
        parts = {
            key: (line, _replaced(part, placeholder, header, columns, key)) for key, (line, part) in node.parts.items()
        }
        value = {key: part.value for key, (_, part) in parts.items()}
        return Node(value, node.line, parts, node.size, node.height)
    if isinstance(node.parts, list):
        items = [_replaced(part, placeholder, header, columns, name) for part in node.parts]
        return Node([item.value for item in items], node.line, items, node.size, node.height)
    if not isinstance(node.value, str) or placeholder not in node.value:
        return node
    stated = slug(header) if name in NAMES_A_STREAM else header
    escaped = f"${placeholder}"
    text = escaped.join(part.replace(placeholder, stated) for part in node.value.split(escaped))
    if name == "column":
        columns.append(" ".join(text.split()))
    return Node(text, node.line, None, node.size, node.height)
