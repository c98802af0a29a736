"""YAML 1.2 as dossiers use it: every scalar is text exactly as written, and every value knows its line.

The tree is made of the parser's events, not of ruamel.yaml's nodes. So no text becomes a number, a date or a boolean,
no function recurses, and nesting is refused where it begins: ruamel.yaml takes minutes to compose 100,000 times ``[``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from armsledger.domain.errors import InvalidValue, LedgerError, UnreadableDossier, quoted, shortened
from armsledger.domain.limits import ALIASED_VALUES, DEPTH, YAML_VALUES
from armsledger.exchange.dossiers.yaml_mistakes import mistake_of
from armsledger.exchange.input import storable_text

Parts = dict[str, tuple[int, "Node"]] | list["Node"]

NULLS = frozenset({"", "~", "null"})
"""Plain scalars that stand for no value; in quotes they are text."""
NO_BREAKS = {0x85: 0x1FFFE, 0x2028: 0x1FFFF, 0x2029: 0x2FFFE}
"""Line breaks of YAML 1.1 that YAML 1.2 reads as text and ruamel.yaml breaks at; non-characters stand in for them."""
BREAKS_AGAIN = {stand_in: character for character, stand_in in NO_BREAKS.items()}
OLD_BREAK = re.compile("[\x85\u2028\u2029]")
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0001fffd\U00020000-\U0002fffd\U0002ffff-\U0010ffff]"
)
"""What YAML does not allow unescaped, and the non-characters above."""


class Node:
    """A value as plain Python (text, None, list, dict), its line, and the nodes of its parts.

    ``size`` counts the values in it, itself included, ``height`` the levels of lists and mappings. An alias shares the
    node that it names, and with it the value.
    """

    __slots__ = ("height", "line", "parts", "size", "value")

    def __init__(self, value: Any, line: int, parts: Parts | None = None, size: int = 1, height: int = 0) -> None:
        self.value = value
        self.line = line
        self.parts = parts
        self.size = size
        self.height = height

    def part(self, name: str) -> tuple[int, Node]:
        """The line and the node of a key, or of the item with that number; raises LookupError."""
        if isinstance(self.parts, dict):
            return self.parts[name]
        if self.parts is None or not (name.isascii() and name.isdecimal() and len(name) < 10):
            raise KeyError(name)
        item = self.parts[int(name)]
        return item.line, item

    def named_parts(self) -> Iterator[tuple[str, int, Node]]:
        """The parts with their keys or numbers and their lines, in the order of the text."""
        if isinstance(self.parts, dict):
            yield from ((name, line, node) for name, (line, node) in self.parts.items())
        else:
            yield from ((str(number), node.line, node) for number, node in enumerate(self.parts or ()))


class NodeLines(Mapping[str, int]):
    """The line of each part of a node by its path, ``items.0.designation``; the path ``""`` is the node itself.

    A line is looked up when it is asked for: all paths of an entry full of aliases could fill the memory.
    """

    def __init__(self, node: Node) -> None:
        self._node = node

    def __getitem__(self, path: str) -> int:
        line, node = self._node.line, self._node
        try:
            for name in path.split(".") if path else ():
                line, node = node.part(name)
        except LookupError:
            raise KeyError(path) from None
        return line

    def __iter__(self) -> Iterator[str]:
        yield ""
        yield from _paths(self._node, "")

    def __len__(self) -> int:
        return self._node.size


def _paths(node: Node, before: str) -> Iterator[str]:
    for name, _, part in node.named_parts():
        yield f"{before}{name}"
        yield from _paths(part, f"{before}{name}.")


def read_yaml(text: str, name: str) -> Node | None:
    """The one document of a text, None if the text has none; raises UnreadableDossier with file and line."""
    _check_characters(text, name)
    has_old_breaks = OLD_BREAK.search(text) is not None
    tree = _Tree(name, has_old_breaks=has_old_breaks)
    events = YAML(typ="safe", pure=True).parse(text.translate(NO_BREAKS) if has_old_breaks else text)
    try:
        for event in events:
            tree.take(event)
    except (LedgerError, MemoryError):
        raise
    except Exception as error:  # besides its own errors, ruamel.yaml lets some of Python's through
        mistake = mistake_of(error, tree.line)
        raise refusal(mistake.message, mistake.remedy, name, mistake.line, mistake.column) from error
    finally:
        events.close()
    return tree.root


def refusal(message: str, remedy: str, name: str, line: int, column: int = 0) -> UnreadableDossier:
    """The refusal of a text at a line and a column, both counted from 1; a column of 0 is unknown."""
    at = f" (column {column})" if column else ""
    return UnreadableDossier(f"{message}{at}", remedy=remedy).at(f"{name}:{line}")


def _check_characters(text: str, name: str) -> None:
    match = UNPRINTABLE.search(text)
    if match is not None:
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        what = "a NUL" if match[0] == "\0" else f"the control character U+{ord(match[0]):04X}"
        raise refusal(f"{what} in the text", "delete it; a dossier is plain text", name, line, column)


class _OpenCollection:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("anchor", "height", "is_mapping", "items", "key", "line", "pairs", "size")

    def __init__(self, event: CollectionStartEvent) -> None:
        self.anchor: str | None = event.anchor
        self.line: int = event.start_mark.line + 1
        self.is_mapping = isinstance(event, MappingStartEvent)
        self.items: list[Node] = []
        self.pairs: dict[str, tuple[int, Node]] = {}
        self.key: tuple[str, int] | None = None
        self.size = 1
        self.height = 1

    @property
    def wants_key(self) -> bool:
        """Whether the next value is a key of this mapping."""
        return self.is_mapping and self.key is None

    def add(self, node: Node) -> None:
        """Add an item, or the value of the key that came before."""
        self.size += node.size
        self.height = max(self.height, node.height + 1)
        if self.key is None:
            self.items.append(node)
        else:
            name, line = self.key
            self.pairs[name] = (line, node)
            self.key = None

    def closed(self) -> Node:
        """The node of all parts."""
        if self.is_mapping:
            value = {name: node.value for name, (_, node) in self.pairs.items()}
            return Node(value, self.line, self.pairs, self.size, self.height)
        return Node([node.value for node in self.items], self.line, self.items, self.size, self.height)


class _Tree:
    """Builds the node of a document from the parser's events."""

    def __init__(self, name: str, *, has_old_breaks: bool) -> None:
        self.root: Node | None = None
        self.line = 1
        self._name = name
        self._has_old_breaks = has_old_breaks
        self._open: list[_OpenCollection] = []
        self._anchors: dict[str, Node] = {}
        self._values = 0
        self._aliased = 0
        self._documents = 0

    def take(self, event: Event) -> None:
        """Add what the next event says; raises UnreadableDossier."""
        self.line = event.start_mark.line + 1
        if isinstance(event, ScalarEvent):
            self._put(self._scalar(event), event)
        elif isinstance(event, CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, CollectionEndEvent):
            self._end()
        elif isinstance(event, AliasEvent):
            self._put(self._alias(event), event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refusal(event, "a second document ('---')", "put each document in a file of its own")

    def _scalar(self, event: ScalarEvent) -> Node:
        self._check_tag(event)
        self._count(1, event)
        value: str | None = event.value
        if not event.style and value in NULLS:
            value = None
        elif event.style == '"':
            value = self._unescaped(event)
        if self._has_old_breaks and value:
            value = value.translate(BREAKS_AGAIN)
        return self._anchored(event.anchor, Node(value, event.start_mark.line + 1))

    def _unescaped(self, event: ScalarEvent) -> str:
        try:
            return storable_text(event.value)
        except InvalidValue as error:
            raise self._refusal(event, error.message, error.remedy) from error

    def _alias(self, event: AliasEvent) -> Node:
        name = event.anchor
        if any(collection.anchor == name for collection in self._open):
            raise self._refusal(event, f"*{shortened(name)} stands inside what it names", "write its parts out")
        node = self._anchors.get(name)
        if node is None:
            raise self._refusal(
                event,
                f"nothing is named &{shortened(name)}",
                "put a text that begins with * in quotes, or name it above",
            )
        self._aliased += node.size
        if self._aliased > ALIASED_VALUES:
            raise self._refusal(
                event,
                f"aliases that stand for more than {ALIASED_VALUES:,} values",
                "write the values out, or use fewer aliases",
            )
        self._check_depth(len(self._open) + node.height, event)
        return node

    def _begin(self, event: CollectionStartEvent) -> None:
        self._check_tag(event)
        self._count(1, event)
        self._check_depth(len(self._open) + 1, event)
        if self._open and self._open[-1].wants_key:
            raise self._no_text(event)
        self._open.append(_OpenCollection(event))

    def _end(self) -> None:
        collection = self._open.pop()
        node = self._anchored(collection.anchor, collection.closed())
        if self._open:
            self._open[-1].add(node)
        else:
            self.root = node

    def _put(self, node: Node, event: NodeEvent) -> None:
        """Add a scalar or an alias, which is a key, a value, an item or the whole document."""
        if not self._open:
            self.root = node
        elif self._open[-1].wants_key:
            self._open[-1].key = (self._key(node, event), event.start_mark.line + 1)
        else:
            self._open[-1].add(node)

    def _key(self, node: Node, event: NodeEvent) -> str:
        key = node.value
        if not isinstance(key, str):
            raise self._no_text(event)
        if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
            raise self._refusal(
                event, "'<<' merges mappings in YAML 1.1 only", "write the fields out; plain aliases (*name) are read"
            )
        if key in self._open[-1].pairs:
            first, _ = self._open[-1].pairs[key]
            raise self._refusal(
                event, f"the key {quoted(key)} is given twice, first on line {first}", "leave one of them out"
            )
        return key

    def _anchored(self, anchor: str | None, node: Node) -> Node:
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _check_tag(self, event: ScalarEvent | CollectionStartEvent) -> None:
        if event.tag is not None:
            raise self._refusal(
                event,
                f"a tag, {shortened(str(event.tag))}",
                "leave it out, as each field reads its own text; put a text that begins with ! in quotes",
            )

    def _check_depth(self, depth: int, event: Event) -> None:
        if depth > DEPTH:
            raise self._refusal(event, f"nested deeper than {DEPTH} levels", "an entry needs three or four levels")

    def _count(self, values: int, event: Event) -> None:
        self._values += values
        if self._values > YAML_VALUES:
            raise self._refusal(
                event,
                f"more than {YAML_VALUES:,} values",
                "split the dossier, or write it as JSONL",
            )

    def _no_text(self, event: Event) -> UnreadableDossier:
        return self._refusal(event, "a key that is not a text", "put the key in quotes, and text with ':' too")

    def _refusal(self, event: Event, message: str, remedy: str) -> UnreadableDossier:
        mark = event.start_mark
        return refusal(message, remedy, self._name, mark.line + 1, mark.column + 1)
