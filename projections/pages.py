"""A page of a rebuild: some streams that follow each other, and their rows in each read model.

Pages are worked out here, or by `armsledger.projections.workers` in processes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from armsledger.domain.belief import cited
from armsledger.projections.biography import Gradings, Instants, biography
from armsledger.projections.model import BUILDING, statements
from armsledger.projections.projection import Projection
from armsledger.storage.connection import Connection
from armsledger.storage.reader import JournalReader


class Page(NamedTuple):
    """The streams after one name up to and with another."""

    after: str
    last: str


class Built(NamedTuple):
    """What a page comes to: rows by read model, pairs of a source and a stream that cites it, and entries read."""

    rows: dict[str, list[tuple[Any, ...]]]
    citing: list[tuple[str, str]]
    entries: int


class Builder(Protocol):
    """Works out pages that are asked for one after the other."""

    def build(self, pages: Iterator[Page]) -> Iterator[tuple[Page, Built]]:
        """The pages in their order, with what they come to."""


class Here:
    """Works pages out in this process, each when it is wanted."""

    def __init__(self, reader: JournalReader, projections: Sequence[Projection]) -> None:
        self._reader = reader
        self._projections = projections

    def build(self, pages: Iterator[Page]) -> Iterator[tuple[Page, Built]]:
        """The pages in their order, with what they come to."""
        for page in pages:
            yield page, built(self._reader, page, self._projections)


@contextmanager
def here(reader: JournalReader, projections: Sequence[Projection]) -> Iterator[Builder]:
    """A builder in this process."""
    yield Here(reader, projections)


def pages_after(reader: JournalReader, reached: str, streams: int) -> Iterator[Page]:
    """The pages of so many streams that come after a name."""
    sql = "SELECT DISTINCT stream FROM journal WHERE stream > ? ORDER BY stream LIMIT ?"
    while names := reader.query(sql, reached, streams):
        yield Page(reached, names[-1][0])
        reached = names[-1][0]


def built(reader: JournalReader, page: Page, projections: Sequence[Projection]) -> Built:
    """What a page comes to."""
    rows: dict[str, list[tuple[Any, ...]]] = {projection.name: [] for projection in projections}
    citing: list[tuple[str, str]] = []
    grading, instants = Gradings(reader), Instants(reader)
    count = 0
    for stream, entries in reader.streams_after(page.after):
        if stream > page.last:
            break
        for name, told in biography(stream, entries, grading, instants, projections).items():
            rows[name] += told
        citing += [(source, stream) for source in cited(entries)]
        count += len(entries)
    return Built(rows, citing, count)


def write(connection: Connection, page: Built) -> None:
    """Write a page into the tables that are being built."""
    for name, rows in page.rows.items():
        connection.executemany(statements(f"{BUILDING}{name}").insert, rows)
    connection.executemany("INSERT INTO citing (source, stream) VALUES (?, ?) ON CONFLICT DO NOTHING", page.citing)
