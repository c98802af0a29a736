"""Rows that are folded from the journal, where no table can tell; they are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from armsledger.application.beliefs import Beliefs
from armsledger.domain.beliefs.belief import believe, known_entries
from armsledger.domain.entry import Entry
from armsledger.domain.states.source import with_registration
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.sources import CITATIONS, Cited, RegisteredSource, add_citations
from armsledger.projections.reading import Placed
from armsledger.projections.row_history import spans_of
from armsledger.projections.spans.sources import source_spans
from armsledger.projections.timeline import Timeline


def folded_rows(beliefs: Beliefs, projection: Projection, streams: Sequence[str] | None = None) -> Iterator[Any]:
    """The rows of some streams, or all, folded from the journal."""
    return (row for _, _, row in placed_rows(beliefs, projection, streams))


def placed_rows(beliefs: Beliefs, projection: Projection, streams: Sequence[str] | None = None) -> Iterator[Placed]:
    """The same with the stream and the slot of each, in their order."""
    day = beliefs.at.toordinal()
    some = None if streams is None else ((stream, beliefs.belief(stream)) for stream in sorted({*streams}))
    for name, belief in beliefs.beliefs(projection.kinds) if some is None else some:
        spans = spans_of(projection, Timeline(name, belief, day))
        yield from ((name, span.slot, span.row) for span in sorted(spans, key=lambda span: span.slot))


def folded_sources(beliefs: Beliefs, sources_cited: Collection[str]) -> Iterator[RegisteredSource]:
    for stream, entries in beliefs.reader.streams_grouped("source", upto=beliefs.question.position):
        yield from _source_rows(beliefs, stream, entries, is_cited=stream.partition("/")[2] in sources_cited)


def _source_rows(
    beliefs: Beliefs, stream: str, entries: Sequence[Entry], *, is_cited: bool
) -> Iterator[RegisteredSource]:
    """The row of a source as it is known; of one that is cited, with our own registration."""
    cut = beliefs.question.cut
    visible = with_registration(entries, cut) if is_cited else known_entries(entries, cut)
    yield from (span.row for span in source_spans(Timeline(stream, believe(visible, beliefs.grades))))


def folded_citations(beliefs: Beliefs) -> dict[str, Cited]:
    return add_citations({}, folded_rows(beliefs, CITATIONS))


def with_unspoken(
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
