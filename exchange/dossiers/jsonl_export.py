"""The journal as JSONL in the shape of a dossier: recorded into an empty ledger, it gives the same ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from armsledger.domain.entry import Entry, Stored
from armsledger.domain.events.payload import canonical_json, fields_of
from armsledger.domain.values.personal import Seals
from armsledger.exchange.dossiers.seals import PERSONS, written_seals
from armsledger.exchange.dossiers.shape import OF_A_SOURCE
from armsledger.exchange.dossiers.stored import STORED, written_stored
from armsledger.storage.instant import to_text


def export_jsonl(entries: Iterable[Entry], out: TextIO) -> int:
    """Write one line per entry, in the order given, which is that of their positions; returns their number."""
    return export_as_stored(((entry, {}, None) for entry in entries), out)


def export_as_stored(entries: Iterable[tuple[Entry, Seals, Stored | None]], out: TextIO) -> int:
    """The same of entries with how each is stored: recorded, they are the same to the letter."""
    count = 0
    for entry, seals, stored in entries:
        out.write(line_of(entry, seals, stored))
        out.write("\n")
        count += 1
    return count


def line_of(entry: Entry, seals: Seals | None = None, stored: Stored | None = None) -> str:
    """An entry as one line: the stream and the event first, all other keys sorted. The same entry, the same text."""
    kind, _, key = entry.stream.partition("/")
    rest = fields_of(entry.event)
    if kind != "source" or (entry.event.name in OF_A_SOURCE and entry.event.source is None):
        leading = {kind: key}
    else:
        leading = {"stream": entry.stream}  # with its source alone it could be any stream's
    leading["event"] = entry.event.name
    otherwise = None if stored is None else written_stored(stored, entry.event.schema_version, canonical_json(rest))
    rest["id"] = entry.id
    rest["recorded_at"] = to_text(entry.recorded_at)
    rest["recorded_by"] = entry.recorded_by
    if seals:
        rest[PERSONS] = written_seals(seals)
    if otherwise:
        rest[STORED] = otherwise
    return f"{_ENCODER.encode(leading)[:-1]}, {_SORTING_ENCODER.encode(rest)[1:]}"


_ENCODER = json.JSONEncoder(ensure_ascii=False)
_SORTING_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
