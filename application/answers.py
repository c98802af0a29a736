"""Answers: the rows of a projection, at the date and the belief date of a question.

A read model's table answers if it can tell; else the rows are folded from the journal (`armsledger.application.folded`,
which is loaded only then), and are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from armsledger.application.beliefs import Beliefs
from armsledger.application.filtering import NO_FILTERS, Filters, check_words, read_filters
from armsledger.projections.filtering import fitting
from armsledger.projections.projection import Projection
from armsledger.projections.reading import Placed, count_kept, kept_citations, kept_rows, serves, walk_kept
from armsledger.projections.rows import Rows

if TYPE_CHECKING:
    from armsledger.projections.read_models.sources import RegisteredSource, SourceRow


def rows_of(beliefs: Beliefs, projection: Projection, filters: Mapping[str, Any]) -> Rows[Any]:
    """The rows of a projection that filters keep. A filter by the stream's name or key looks at that stream alone."""
    asked = read_filters(beliefs.reader, projection.row, filters, projection.kinds)
    kept = kept_answer(beliefs, projection, asked)
    found = _folded(beliefs, projection, asked.streams) if kept is None else kept
    if not asked.conditions:
        return Rows(projection.row, found)
    rows = Rows(projection.row, fitting(found, asked.conditions))
    check_words(beliefs.reader, projection, asked.conditions, rows)
    return rows


def kept_answer(beliefs: Beliefs, projection: Projection, asked: Filters = NO_FILTERS) -> Rows[Any] | None:
    """The rows of some streams, or all, from the projection's table; None if it cannot tell.

    What the database is asked of filters is no less than they want: `Condition.fits` decides.
    """
    as_of = beliefs.question.as_of
    if as_of is None:
        return None
    fold = partial(_placed, beliefs)
    return kept_rows(beliefs.reader, projection, as_of, asked.streams, asked.conditions, fold=fold)


def walk_rows(beliefs: Beliefs, projection: Projection) -> Iterator[Any]:
    """The rows of a projection one by one, however many there are; to be walked in a snapshot of the journal."""
    as_of = beliefs.question.as_of
    if as_of is not None and serves(beliefs.reader, projection, as_of):
        return walk_kept(beliefs.reader, projection, as_of, fold=partial(_placed, beliefs))
    return _folded(beliefs, projection)


def count_rows(beliefs: Beliefs, projection: Projection) -> int:
    """How many rows there are to walk; 0 where only folding them would tell."""
    as_of = beliefs.question.as_of
    return 0 if as_of is None else count_kept(beliefs.reader, projection, as_of, fold=partial(_placed, beliefs))


def source_rows(beliefs: Beliefs) -> Iterable[SourceRow]:
    """The sources that are known of, or cited by what is known, whatever the date."""
    from armsledger.projections.read_models.sources import SOURCES, with_citations

    as_of = beliefs.question.as_of
    registered: Iterable[RegisteredSource] | None = kept_answer(beliefs, SOURCES)
    citations = None if as_of is None else kept_citations(beliefs.reader, as_of, fold=partial(_placed, beliefs))
    if registered is None or citations is None:
        from armsledger.application.folded import folded_citations, folded_sources

        citations = folded_citations(beliefs)
        registered = folded_sources(beliefs, citations.keys())
    elif not beliefs.question.by_position:
        from armsledger.application.folded import with_unspoken

        registered = with_unspoken(beliefs, registered, citations.keys())
    return with_citations(registered, citations)


def _placed(beliefs: Beliefs, projection: Projection, streams: Sequence[str]) -> Iterable[Placed]:
    """The rows of the streams of which a table cannot tell."""
    from armsledger.application.folded import placed_rows

    return placed_rows(beliefs, projection, streams)


def _folded(beliefs: Beliefs, projection: Projection, streams: Sequence[str] | None = None) -> Iterator[Any]:
    from armsledger.application.folded import folded_rows

    return folded_rows(beliefs, projection, streams)
