"""Answers: the rows of a projection, at the date and the belief date of a question.

A read model's table answers if it can tell; else the rows are folded from the journal (`armsledger.application.folded`,
which is loaded only then), and are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from armsledger.application.beliefs import Beliefs
from armsledger.projections.projection import Projection
from armsledger.projections.reading import count_kept, kept_citations, kept_rows, serves, walk_kept
from armsledger.projections.rows import Rows

if TYPE_CHECKING:
    from armsledger.projections.read_models.sources import RegisteredSource, SourceRow


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
    from armsledger.projections.read_models.sources import SOURCES, with_citations

    as_of = beliefs.question.as_of
    registered: Iterable[RegisteredSource] | None = kept_answer(beliefs, SOURCES)
    citations = None if as_of is None else kept_citations(beliefs.reader, as_of)
    if registered is None or citations is None:
        from armsledger.application.folded import folded_citations, folded_sources

        citations = folded_citations(beliefs)
        registered = folded_sources(beliefs, citations.keys())
    elif not beliefs.question.by_position:
        from armsledger.application.folded import with_unspoken

        registered = with_unspoken(beliefs, registered, citations.keys())
    return with_citations(registered, citations)


def _stream_asked(beliefs: Beliefs, projection: Projection, filters: Mapping[str, Any]) -> str | None:
    """The one stream that filters ask for, by its name or by its key, if the ledger holds it."""
    stream = filters.get("stream")
    if len(projection.kinds) == 1 and stream is None:
        key = filters.get(projection.kinds[0])
        stream = None if key is None else f"{projection.kinds[0]}/{key}"
    return stream if isinstance(stream, str) and beliefs.reader.version_of(stream) > 0 else None


def _folded(beliefs: Beliefs, projection: Projection, stream: str | None) -> Iterator[Any]:
    from armsledger.application.folded import folded_rows

    return folded_rows(beliefs, projection, stream)
