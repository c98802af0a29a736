"""Dossiers in YAML, or in JSON, which is YAML too; each is held whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from armsledger.domain.errors import LedgerError, UnreadableDossier
from armsledger.domain.limits import YAML_BYTES
from armsledger.exchange.dossiers.objects import ObjectReader, Proposed, TellUnread, Unread, raise_unread, unread_of
from armsledger.exchange.dossiers.yaml import NodeLines, read_yaml
from armsledger.exchange.dossiers.yaml_parts import DossierObject, DossierParts
from armsledger.exchange.input import whole_text

TOO_LONG = "split it, or write it as JSONL, one source or entry a line"


class YamlDossier:
    """The entries of a YAML text; the mark of an entry is its number in the file."""

    def __init__(self, file: BinaryIO, name: str, folder: Path) -> None:
        """Read the file to its end and close it; raises UnreadableDossier."""
        with file:
            text = whole_text(file, name, YAML_BYTES, TOO_LONG)
        self._parts = DossierParts(read_yaml(text, name), name)
        self._objects = self._parts.objects
        first: dict[str, Any] = next((item.node.value for item in self._objects if isinstance(item, DossierObject)), {})
        self.is_restore = first.get("recorded_at") is not None
        self._reader = ObjectReader(name, folder, is_restore=self.is_restore)

    def __enter__(self) -> YamlDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: the file is closed already."""

    def proposals(self, unread: TellUnread = raise_unread) -> Iterator[tuple[int, Proposed]]:
        """All entries with their marks, in the order of the file; ``unread`` is told what is none."""
        is_whole = True
        for mark, item in enumerate(self._objects):
            try:
                if isinstance(item, UnreadableDossier):
                    raise item
                yield mark, self._proposed(item)
            except LedgerError as error:
                is_whole = False
                unread(mark, self._unread(item, error))
        if is_whole:
            for unused in self._parts.unused():
                unread(len(self._objects), Unread(unused))

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in their order."""
        for mark in marks:
            item = self._objects[mark]
            assert isinstance(item, DossierObject)
            yield mark, self._proposed(item)

    @staticmethod
    def _unread(item: DossierObject | UnreadableDossier, error: LedgerError) -> Unread:
        if isinstance(item, UnreadableDossier):
            return Unread(error)
        return unread_of(error, item.node.value, item.shared)

    def _proposed(self, item: DossierObject) -> Proposed:
        fields = dict(item.node.value)
        lines = NodeLines(item.node)
        if item.is_source:
            return self._reader.source(fields, lines)
        return self._reader.entry(fields, lines, item.shared)
