"""Answers: the rows of a projection, at the date and the belief date of a question.

A read model's table answers if it can tell; else the rows are folded from the journal, and are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from armsledger.application.beliefs import Beliefs
from armsledger.domain.beliefs.belief import believe, known_entries
from armsledger.domain.entry import Entry
from armsledger.domain.states.source import with_registration
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
    as_of = beliefs.question.as_of
    return None if as_of is None else kept_rows(beliefs.reader, projection, as_of, stream)


def walk_rows(beliefs: Beliefs, projection: Projection) -> Iterator[Any]:
    """The rows of a projection one by one, however many there are; to be walked in a snapshot of the journal."""
    as_of = beliefs.question.as_of
    if as_of is not None and serves(beliefs.reader, projection, as_of):
        return walk_kept(beliefs.reader, projection, as_of)
    return _folded(beliefs, projection, None)


def count_rows(beliefs: Beliefs, projection: Projection) -> int:
    """How many rows there are to walk; 0 where only folding them would tell."""
    as_of = beliefs.question.as_of
    return 0 if as_of is None else count_kept(beliefs.reader, projection, as_of)


def source_rows(beliefs: Beliefs) -> Iterable[SourceRow]:
    """The sources that are known of, or cited by what is known, whatever the date."""
    as_of = beliefs.question.as_of
    registered: Iterable[RegisteredSource] | None = kept_answer(beliefs, SOURCES)
    citations = None if as_of is None else kept_citations(beliefs.reader, as_of)
    if registered is None or citations is None:
        citations = _folded_citations(beliefs)
        registered = _folded_sources(beliefs, citations.keys())
    elif not beliefs.question.by_position:
        registered = _with_unspoken(beliefs, registered, citations.keys())
    return with_citations(registered, citations)


def _with_unspoken(
    beliefs: Beliefs, registered: Iterable[RegisteredSource], sources_cited: Collection[str]
) -> list[RegisteredSource]:
    """The sources that are known by asserting, and those cited of which our own registration is dated later.

    Only the latter are folded, and those with several entries, of which a part can be dated later.
    """
    rows = {row.source: row for row in registered}
    with_several = {stream.partition("/")[2] for stream in beliefs.reader.streams_with_several("source")}
    wanted = [f"source/{key}" for key in sorted(sources_cited) if key not in rows or key in with_several]
    for stream, entries in beliefs.reader.several(wanted, upto=beliefs.question.position).items():
        rows |= {row.source: row for row in _source_rows(beliefs, stream, entries, is_cited=True)}
    return [rows[key] for key in sorted(rows)]


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
    for stream, entries in beliefs.reader.streams_grouped("source", upto=beliefs.question.position):
        yield from _source_rows(beliefs, stream, entries, is_cited=stream.partition("/")[2] in sources_cited)


def _source_rows(
    beliefs: Beliefs, stream: str, entries: Sequence[Entry], *, is_cited: bool
) -> Iterator[RegisteredSource]:
    """The row of a source as it is known; of one that is cited, with our own registration."""
    cut = beliefs.question.cut
    visible = with_registration(entries, cut) if is_cited else known_entries(entries, cut)
    yield from (span.row for span in source_spans(Timeline(stream, believe(visible, beliefs.grades))))


def _folded_citations(beliefs: Beliefs) -> dict[str, Cited]:
    citations: dict[str, Cited] = {}
    for row in _folded(beliefs, CITATIONS, None):
        for source, entries, alone in row.cited:
            before = citations.get(source, Cited())
            citations[source] = Cited(before.entries + entries, before.alone + alone)
    return citations
