"""A dossier in YAML (or JSON, which is YAML), held whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO, NamedTuple

from armsledger.domain.errors import UnreadableDossier
from armsledger.domain.values.quoted import quoted, shortened
from armsledger.exchange.dossiers.json_text import decoded
from armsledger.exchange.dossiers.shape import Proposed, Shape
from armsledger.exchange.dossiers.spool import MAX_YAML_BYTES
from armsledger.exchange.dossiers.yaml_node import Node, NodeLines
from armsledger.exchange.dossiers.yaml_text import read_yaml, refusal
from armsledger.exchange.errors import unreadable_file

SECTIONS = ("sources", "entries")
BEGIN = "begin with 'sources:' or 'entries:' and the list of them"


class Written(NamedTuple):
    """An object of the dossier, and the section that it stands in."""

    section: str
    node: Node


class YamlDossier:
    """The entries of a YAML text, as often as they are asked for; a mark is an entry's number in the file."""

    def __init__(self, file: BinaryIO, name: str, folder: Path) -> None:
        """Reads the file to its end and closes it; raises UnreadableDossier."""
        with file:
            try:
                data = file.read(MAX_YAML_BYTES + 1)
            except OSError as error:
                raise unreadable_file(name, error) from error
        if len(data) > MAX_YAML_BYTES:
            raise refusal(
                f"the file is longer than {MAX_YAML_BYTES:,} bytes",
                "split it, or write it as JSONL, one source or entry a line",
                name,
                1,
            )
        self._objects = list(_objects(read_yaml(decoded(data, name).removeprefix("\ufeff"), name), name))
        first = self._objects[0].node.value if self._objects else {}
        self.is_restore = first.get("recorded_at") is not None
        self._shape = Shape(name, folder, is_restore=self.is_restore)

    def __enter__(self) -> YamlDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing to let go of: the file was closed when it had been read."""

    def proposals(self) -> Iterator[tuple[int, Proposed]]:
        """The entries in the order of the file, each with its mark."""
        return self.again(range(len(self._objects)))

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in the order of the marks."""
        for mark in marks:
            yield mark, self._proposed(self._objects[mark])

    def _proposed(self, written: Written) -> Proposed:
        fields = dict(written.node.value)
        lines = NodeLines(written.node)
        if written.section == "sources":
            return self._shape.source(fields, lines)
        return self._shape.entry(fields, lines)


def _objects(root: Node | None, name: str) -> Iterator[Written]:
    """The sources and entries in the order of the text; raises UnreadableDossier for another shape."""
    if root is None or root.value is None:
        raise refusal("the file is empty", BEGIN, name, 1)
    if not isinstance(root.value, dict):
        raise refusal(
            f"the dossier is {'a list' if isinstance(root.value, list) else 'a text'}, not a mapping",
            BEGIN,
            name,
            root.line,
        )
    if not root.value:
        raise refusal("the dossier has neither sources nor entries", BEGIN, name, root.line)
    for section, line, node in root.named_parts():
        if section not in SECTIONS:
            raise _unknown_section(section, root, name, line)
        yield from _listed(section, node, name)


def _unknown_section(section: str, root: Node, name: str, line: int) -> UnreadableDossier:
    close = get_close_matches(shortened(section), SECTIONS, n=1)
    if close:
        remedy = f"did you mean {close[0]!r}?"
    elif "event" in root.value:
        remedy = "put the entry in the list under 'entries:'"
    else:
        remedy = "a dossier has 'sources' and 'entries'; what an entry tells stands in the list under 'entries:'"
    return refusal(f"a dossier has no key {quoted(section)}", remedy, name, line)


def _listed(section: str, node: Node, name: str) -> Iterator[Written]:
    if node.value is None:
        return
    if not isinstance(node.parts, list):
        raise refusal(
            f"{section!r} is not a list", "begin each of them with '- ' on a line of its own", name, node.line
        )
    for item in node.parts:
        if not isinstance(item.value, dict):
            raise refusal(
                f"an item of {section!r} is not a mapping",
                "write its fields as KEY: VALUE behind the '- '",
                name,
                item.line,
            )
        yield Written(section, item)
