"""Dossiers: files of sources and entries, as people write them and tools emit them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from armsledger.domain.errors import InvalidValue
from armsledger.domain.limits import LINE_BYTES
from armsledger.exchange.dossiers.json import NotJson, read_json
from armsledger.exchange.dossiers.jsonl import JsonlDossier, is_blank, is_whole_dossier
from armsledger.exchange.dossiers.objects import Proposed, TellUnread, raise_unread
from armsledger.exchange.input import BYTE_ORDER_MARK, STANDARD_INPUT, closed_on_error, open_input

JSONL = frozenset({".jsonl", ".ndjson"})
YAML = frozenset({".yaml", ".yml", ".json"})


class Dossier(Protocol):
    """An open dossier. Its entries can be read any number of times; a mark finds an entry again."""

    is_restore: bool
    """Whether it is a ledger's export, whose entries say when and by whom they were recorded."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

    def close(self) -> None:
        """Close the file."""

    def proposals(self, unread: TellUnread = raise_unread) -> Iterator[tuple[int, Proposed]]:
        """All entries with their marks, in the order of the file; raises UnreadableDossier or Refused.

        ``unread`` is told what cannot be read as an entry; the others follow, unless it raises.
        """

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in their order."""


def open_dossier(path: Path | None, *, stdin: BinaryIO | None = None, name: str = "") -> Dossier:
    """Open a dossier: a file, or standard input (``stdin``, or the process's own) where ``path`` is None.

    ``name`` is what errors call the file, by default its path. A file ending in ``.jsonl`` or ``.ndjson`` is JSONL, one
    in ``.yaml``, ``.yml`` or ``.json`` YAML; for any other, the first line decides. Raises UnreadableDossier.
    """
    name = name or (STANDARD_INPUT if path is None else str(path))
    file = open_input(path, stdin, name, partial(_is_jsonl, path))
    folder = path.parent if path else Path()
    with closed_on_error(file, name):
        if _is_jsonl(path, file):
            return JsonlDossier(file, name, folder)
        from armsledger.exchange.dossiers.yaml_dossier import YamlDossier  # JSONL is read without loading ruamel.yaml

        return YamlDossier(file, name, folder)


def _is_jsonl(path: Path | None, file: BinaryIO) -> bool:
    suffix = path.suffix.lower() if path else ""
    if suffix in JSONL or suffix in YAML:
        return suffix in JSONL
    first = _first_line(file)
    file.seek(0)
    return _is_object(first)


def _first_line(file: BinaryIO) -> bytes:
    """The first line that is not blank, as far as a line is read at all."""
    offset = 0
    while line := file.readline(LINE_BYTES + 1):
        if not is_blank(line, offset):
            return line if offset else line.removeprefix(BYTE_ORDER_MARK)
        offset += len(line)
    return b""


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object, be it one that is refused later, and not a whole dossier."""
    if not line.lstrip().startswith(b"{"):
        return False
    if len(line) > LINE_BYTES:
        return True
    try:
        value = read_json(line.decode())
    except (NotJson, UnicodeDecodeError):
        return False
    except InvalidValue:
        return True
    return isinstance(value, dict) and ("event" in value or not is_whole_dossier(value))
