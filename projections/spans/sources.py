"""Sources: how far each can be relied on, and how much rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from armsledger.domain.states.source import Source, fold_source
from armsledger.projections.read_models.sources import (
    CitationRow,
    RegisteredSource,
)
from armsledger.projections.timeline import Span, Timeline, always


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
