"""Sources: how far each can be relied on, and how much rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, NamedTuple

from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.stream import KINDS
from armsledger.domain.values.when import When
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class RegisteredSource(Row):
    """A source as registered; ``reliability`` is A to F as known, None where nobody has graded it.

    ``graded`` has each grade with the day from which somebody gave it.
    """

    FILTERS: ClassVar = {"title": Looked(("title",), contained=True)}

    source: str
    publisher: str | None
    title: str | None
    published: When | None
    reliability: Reliability | None
    graded: tuple[str, ...]
    retrieved: When | None
    url: str | None
    sha256: str | None


@dataclass(frozen=True)
class CitationRow(Row):
    """The sources that the entries of one stream cite.

    ``cited`` has for each its key, the number of entries that cite it, and that of the occurrences that no other source
    tells of.
    """

    stream: str
    cited: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class SourceRow(RegisteredSource):
    """A source, with the number of entries that cite it, and of occurrences that rest on it alone."""

    cited: int
    alone: int


class Cited(NamedTuple):
    """How often a source is cited, and how many occurrences rest on it alone."""

    entries: int = 0
    alone: int = 0


def add_citations(citations: dict[str, Cited], rows: Iterable[CitationRow]) -> dict[str, Cited]:
    """How often sources are cited, with what some rows tell."""
    for row in rows:
        for source, entries, alone in row.cited:
            before = citations.get(source, Cited())
            citations[source] = Cited(before.entries + entries, before.alone + alone)
    return citations


def with_citations(sources: Iterable[RegisteredSource], cited: Mapping[str, Cited]) -> Iterator[SourceRow]:
    """The sources with what rests on each."""
    names = [field.name for field in fields(RegisteredSource)]
    for row in sources:
        found = cited.get(row.source, Cited())
        yield SourceRow(**{name: getattr(row, name) for name in names}, cited=found.entries, alone=found.alone)


SOURCES = Projection(
    "sources",
    RegisteredSource,
    "armsledger.projections.spans.sources:source_spans",
    ("source",),
    version=2,
    one_a_day=True,
)
CITATIONS = Projection(
    "citations",
    CitationRow,
    "armsledger.projections.spans.sources:citation_spans",
    KINDS,
    version=2,
    one_a_day=True,
)
