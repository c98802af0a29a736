"""Values of a YAML text that know the lines they stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Parts = dict[str, tuple[int, "Node"]] | list["Node"]


class Node:
    """A value as plain Python (text, None, list, dict), its line, and the nodes of its parts.

    ``size`` counts the values in it, itself included, ``height`` the levels of lists and mappings.
    An alias shares the node that it names, and so the plain value.
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

    Looked up when asked for: written out, the paths of an entry full of aliases could fill the memory.
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
