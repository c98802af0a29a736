"""Answers: the rows of a projection, at the date and the belief date of a question.

A read model's table answers if it can tell; else the rows are folded from the journal, and are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from armsledger.application.beliefs import Beliefs
from armsledger.domain.beliefs.belief import believe, known_entries
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.sources import (
    CITATIONS,
    SOURCES,
    Cited,
    RegisteredSource,
    SourceRow,
    with_citations,
)
from armsledger.projections.reading import count_kept, kept_citations, kept_rows, serves, walk_kept
from armsledger.projections.row_history import spans_of
from armsledger.projections.rows import Rows
from armsledger.projections.spans.sources import source_spans
from armsledger.projections.timeline import Timeline


def rows_of(beliefs: Beliefs, projection: Projection, filters: Mapping[str, Any]) -> Rows[Any]:
    """The rows of a projection that filters keep. A filter by the stream's name or key looks at that stream alone."""
    stream = _stream_asked(beliefs, projection, filters)
    kept = kept_answer(beliefs, projection, stream)
    rows = Rows(projection.row, _folded(beliefs, projection, stream)) if kept is None else kept
    return rows.where(**filters)


def kept_answer(beliefs: Beliefs, projection: Projection, stream: str | None = None) -> Rows[Any] | None:
    """The rows of one stream, or all, from the projection's table; None if it cannot tell."""
    if not beliefs.question.by_position:
        return None
    return kept_rows(beliefs.reader, projection, beliefs.at, beliefs.question.position, stream)


def walk_rows(beliefs: Beliefs, projection: Projection) -> Iterator[Any]:
    """The rows of a projection one by one, however many there are; to be walked in a snapshot of the journal."""
    question = beliefs.question
    if question.by_position and serves(beliefs.reader, projection, question.position):
        return walk_kept(beliefs.reader, projection, beliefs.at, question.position)
    return _folded(beliefs, projection, None)


def count_rows(beliefs: Beliefs, projection: Projection) -> int:
    """How many rows there are to walk; 0 where only folding them would tell."""
    question = beliefs.question
    return count_kept(beliefs.reader, projection, beliefs.at, question.position) if question.by_position else 0


def source_rows(beliefs: Beliefs) -> Iterable[SourceRow]:
    """The sources that are known of, or cited by what is known, whatever the date."""
    registered: Iterable[RegisteredSource] | None = kept_answer(beliefs, SOURCES)
    question = beliefs.question
    citations = kept_citations(beliefs.reader, question.position) if question.by_position else None
    if registered is None or citations is None:
        citations = _folded_citations(beliefs)
        registered = _folded_sources(beliefs, citations.keys())
    return with_citations(registered, citations)


def _stream_asked(beliefs: Beliefs, projection: Projection, filters: Mapping[str, Any]) -> str | None:
    """The one stream that filters ask for, by its name or by its key, if the ledger holds it."""
    stream = filters.get("stream")
    if len(projection.kinds) == 1 and stream is None:
        key = filters.get(projection.kinds[0])
        stream = None if key is None else f"{projection.kinds[0]}/{key}"
    return stream if isinstance(stream, str) and beliefs.reader.version_of(stream) > 0 else None


def _folded(beliefs: Beliefs, projection: Projection, stream: str | None) -> Iterator[Any]:
    """The rows of one stream, or all, folded from the journal."""
    day = beliefs.at.toordinal()
    for name, belief in beliefs.beliefs(projection.kinds) if stream is None else [(stream, beliefs.belief(stream))]:
        spans = spans_of(projection, Timeline(name, belief, day))
        yield from (span.row for span in sorted(spans, key=lambda span: span.slot))


def _folded_sources(beliefs: Beliefs, sources_cited: Collection[str]) -> Iterator[RegisteredSource]:
    question = beliefs.question
    for stream, entries in beliefs.reader.streams_grouped("source", upto=question.position):
        is_cited = stream.partition("/")[2] in sources_cited
        visible = beliefs.with_registration(entries) if is_cited else known_entries(entries, question.cut)
        yield from (span.row for span in source_spans(Timeline(stream, believe(visible, beliefs.grades))))


def _folded_citations(beliefs: Beliefs) -> dict[str, Cited]:
    citations: dict[str, Cited] = {}
    for row in _folded(beliefs, CITATIONS, None):
        for source, entries, alone in row.cited:
            before = citations.get(source, Cited())
            citations[source] = Cited(before.entries + entries, before.alone + alone)
    return citations
