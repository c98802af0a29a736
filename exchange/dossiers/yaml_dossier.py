"""Dossiers in YAML, or in JSON, which is YAML too; each is held whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO, NamedTuple

from armsledger.domain.errors import UnreadableDossier, quoted, shortened
from armsledger.exchange.dossiers.objects import ObjectReader, Proposed
from armsledger.exchange.dossiers.yaml import Node, NodeLines, read_yaml, refusal
from armsledger.exchange.input import MAX_YAML_BYTES, whole_text

SECTIONS = ("sources", "entries")
TOO_LONG = "split it, or write it as JSONL, one source or entry a line"
BEGIN = "begin with 'sources:' or 'entries:' and the list of them"


class DossierObject(NamedTuple):
    """An object of the dossier, and the section that it stands in."""

    section: str
    node: Node


class YamlDossier:
    """The entries of a YAML text; the mark of an entry is its number in the file."""

    def __init__(self, file: BinaryIO, name: str, folder: Path) -> None:
        """Read the file to its end and close it; raises UnreadableDossier."""
        with file:
            text = whole_text(file, name, MAX_YAML_BYTES, TOO_LONG)
        self._objects = list(_objects(read_yaml(text, name), name))
        first = self._objects[0].node.value if self._objects else {}
        self.is_restore = first.get("recorded_at") is not None
        self._reader = ObjectReader(name, folder, is_restore=self.is_restore)

    def __enter__(self) -> YamlDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: the file is closed already."""

    def proposals(self) -> Iterator[tuple[int, Proposed]]:
        """All entries with their marks, in the order of the file."""
        return self.again(range(len(self._objects)))

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in their order."""
        for mark in marks:
            yield mark, self._proposed(self._objects[mark])

    def _proposed(self, item: DossierObject) -> Proposed:
        fields = dict(item.node.value)
        lines = NodeLines(item.node)
        if item.section == "sources":
            return self._reader.source(fields, lines)
        return self._reader.entry(fields, lines)


def _objects(root: Node | None, name: str) -> Iterator[DossierObject]:
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


def _listed(section: str, node: Node, name: str) -> Iterator[DossierObject]:
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
        yield DossierObject(section, item)
