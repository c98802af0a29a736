"""Sources: how far each can be relied on, and how much rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

from armsledger.domain.states.source import Source, fold_source
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.stream import KINDS
from armsledger.domain.values.when import When
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row
from armsledger.projections.timeline import Span, Timeline, always


@dataclass(frozen=True)
class RegisteredSource(Row):
    """A source as registered; ``reliability`` is A to F as known, None where nobody has graded it.

    ``graded`` has each grade with the day from which somebody gave it.
    """

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


def source_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for a source; its grade is what is believed of it, whatever the day of the question."""
    occurrences = timeline.belief.occurrences
    if not occurrences:
        return
    source: Source = fold_source(occurrences)
    graded = [(grade, o.event.asserted) for o in occurrences if (grade := getattr(o.event, "reliability", None))]
    yield always(
        RegisteredSource(
            source=timeline.key,
            publisher=source.publisher,
            title=source.title,
            published=source.published,
            reliability=source.reliability,
            graded=tuple(f"{grade} {since}" for grade, since in graded),
            retrieved=source.retrieved,
            url=source.url,
            sha256=source.sha256,
        )
    )


def citation_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for a stream that cites sources, whatever the day."""
    cited = Counter(entry.event.source for entry in timeline.belief.entries if entry.event.source is not None)
    alone: Counter[str] = Counter()
    for occurrence in timeline.belief.occurrences:
        telling = {entry.event.source for entry in occurrence.entries}
        if len(telling) == 1 and (only := telling.pop()) is not None:
            alone[only] += 1
    if cited:
        found = tuple([(source, entries, alone[source]) for source, entries in cited.items()])
        yield always(CitationRow(timeline.stream, found))


def with_citations(sources: Iterable[RegisteredSource], cited: Mapping[str, Cited]) -> Iterator[SourceRow]:
    """The sources with what rests on each."""
    names = [field.name for field in fields(RegisteredSource)]
    for row in sources:
        found = cited.get(row.source, Cited())
        yield SourceRow(**{name: getattr(row, name) for name in names}, cited=found.entries, alone=found.alone)


SOURCES = Projection("sources", RegisteredSource, source_spans, ("source",), version=2, one_a_day=True)
CITATIONS = Projection("citations", CitationRow, citation_spans, KINDS, version=2, one_a_day=True)
