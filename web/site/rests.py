"""What the page of each stream rests on: a page is made anew only if some of that has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import combinations
from typing import Final

from armsledger.application.pictures.overview import Overview, pairs_of
from armsledger.storage.reader import JournalReader

POSITIONS: Final = "SELECT stream, max(position) FROM journal WHERE position <= ? GROUP BY stream"
CITED: Final = "SELECT DISTINCT stream, source FROM journal WHERE source IS NOT NULL AND position <= ?"
FORGOTTEN: Final = "SELECT count(*), max(forgotten_at) FROM person WHERE forgotten_at IS NOT NULL"
CODE: Final = (".py", ".html", ".css", ".js", ".json")


def stamp(overview: Overview) -> str:
    """What all pages rest on: the question, the filters, the code, and which persons are forgotten."""
    question = overview.view.question
    parts = [
        question.day.isoformat(),
        str(question.known),
        question.known_by,
        repr(sorted(overview.filters.items())),
        code_checksum(),
        repr(overview.view.reader.query(FORGOTTEN)),
    ]
    return _digest(parts)


def all_of(overview: Overview, common: str) -> str:
    """What a page rests on that tells of many streams: on all that is recorded."""
    return _digest([common, str(overview.view.question.position)])


def rests_of(overview: Overview, streams: Iterable[str], common: str) -> dict[str, str]:
    """A text for each stream that changes whenever something changes that its page rests on.

    Those are its own entries, the sources that it cites, the meetings and frameworks of its parties, the streams that
    hang together with it by links, and the deals under sanctions that are precedents of it. The page of a source rests
    on all that cite it.
    """
    reader, position = overview.view.reader, overview.view.question.position
    last = dict(reader.query(POSITIONS, position))
    around: dict[str, list[str]] = defaultdict(list)
    _add_sources(around, reader, position)
    _add_meetings(around, overview)
    _add_linked(around, overview)
    _add_sanctioned(around, overview)
    return {
        stream: _digest([common, str(last.get(stream)), *_positions(around.get(stream, ()), last)])
        for stream in streams
    }


def _positions(streams: Iterable[str], last: Mapping[str, int]) -> list[str]:
    return [f"{stream} {last.get(stream)}" for stream in sorted(set(streams))]


def _add_sources(around: dict[str, list[str]], reader: JournalReader, position: int) -> None:
    for stream, source in reader.query(CITED, position):
        around[stream].append(f"source/{source}")
        around[f"source/{source}"].append(stream)


def _add_meetings(around: dict[str, list[str]], overview: Overview) -> None:
    by_pair: dict[frozenset[str], list[str]] = defaultdict(list)
    for meeting in overview.engagements:
        for pair in combinations(set(meeting.participants), 2):
            by_pair[frozenset(pair)].append(f"engagement/{meeting.engagement}")
    for framework in overview.frameworks:
        for pair in combinations(set(framework.parties), 2):
            by_pair[frozenset(pair)].append(f"framework/{framework.framework}")
    if by_pair:
        for row in overview.deals:
            for parties in pairs_of(row):
                around[f"deal/{row.deal}"] += by_pair.get(frozenset(parties), ())


def _add_linked(around: dict[str, list[str]], overview: Overview) -> None:
    """Add to each stream all that it hangs together with, at however many links."""
    group: dict[str, set[str]] = {}
    for link in overview.links:
        joined = group.get(link.stream, {link.stream}) | group.get(link.to, {link.to})
        group.update(dict.fromkeys(joined, joined))
    for stream, others in group.items():
        around[stream] += others


def _add_sanctioned(around: dict[str, list[str]], overview: Overview) -> None:
    """Add the precedents: to a deal under sanctions all others that are, to others those of its supplier."""
    deals = list(dict.fromkeys(f"deal/{row.deal}" for row in overview.sanctions))
    by_supplier: dict[str | None, list[str]] = defaultdict(list)
    for line in overview.sanctions:
        by_supplier[line.supplier].append(f"deal/{line.deal}")
    for deal in deals:
        around[deal] += deals
    if deals:
        for row in overview.deals:
            around[f"deal/{row.deal}"] += by_supplier.get(row.supplier, ())


@cache
def code_checksum() -> str:
    """A checksum of all code and templates that pages are made by."""
    digest = sha256()
    for name, data in _code(files("armsledger"), ""):
        digest.update(name.encode())
        digest.update(data)
    return digest.hexdigest()


def _code(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            found += _code(entry, name) if entry.name != "__pycache__" else []
        elif entry.name.endswith(CODE):
            found.append((name, entry.read_bytes()))
    return found


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:24]
