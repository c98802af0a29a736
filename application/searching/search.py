"""Searching a ledger: candidates from the index, each then looked at as it is believed, the best ones first.

The index says which streams ever held a word, and how well at best. So no stream can turn out better than the index
has it: once those that were looked at are better than all that are left, they are the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import islice
from typing import Final, NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.application.searching.excerpt import excerpt
from armsledger.application.searching.matching import APART, BEST, Match, match
from armsledger.application.searching.standing import said_by, standing_entries
from armsledger.application.searching.title import title_of
from armsledger.domain.entry import Entry
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.known import Known
from armsledger.domain.values.state_names import STATE_NAMES
from armsledger.domain.values.stream import KINDS
from armsledger.projections.read_models.found import SearchRow
from armsledger.projections.rows import Rows
from armsledger.projections.search.index import candidates, indexed_upto, streams_at
from armsledger.projections.search.query import Query, read_query
from armsledger.storage.connection import ASKED_ABOUT

DEFAULT_LIMIT: Final = 20
FIRST_STREAMS: Final = 32
"""Streams that are looked at together to begin with; later there are more."""
MOST_STREAMS: Final = 512


class Found(NamedTuple):
    """What a search found: the rows, the query as it was read, and how many streams there may be in all.

    ``is_indexed`` says whether the index answered, or the entries had to be read.
    """

    rows: Rows[SearchRow]
    query: Query
    at_most: int
    is_indexed: bool


class _Hit(NamedTuple):
    """A stream that was found, in the order of the answer: by rank, and of one rank the one that began last."""

    rank: int
    before: int
    stream: str
    match: Match
    title: str | None


def search(beliefs: Beliefs, text: str, *, kind: str | None = None, limit: int | None = DEFAULT_LIMIT) -> Found:
    """The streams that hold a text at the date and the belief date, best first; at most ``limit``, or all.

    Raises UsageError.
    """
    query = read_query(text, state_code)
    if kind is not None and kind not in KINDS:
        raise UsageError(f"there are no streams of the kind {quoted(kind)}", remedy=f"kinds are {', '.join(KINDS)}")
    if limit is not None and limit < 1:
        raise UsageError(f"a limit of {limit} leaves nothing to show", remedy="write 1 or more")
    with beliefs.reader.snapshot():
        is_indexed = indexed_upto(beliefs.reader) >= beliefs.question.position
        streams = _candidates(beliefs, query) if is_indexed else _all_streams(beliefs)
        hits = list(islice(_hits(beliefs, query, streams, kind), limit))
        entries = beliefs.reader.several([hit.stream for hit in hits], upto=beliefs.question.position)
    rows = Rows(SearchRow, [_row(query, hit, entries[hit.stream], beliefs.question.cut) for hit in hits])
    at_most = len(rows) if limit is None or len(rows) < limit else len(streams)
    return Found(rows, query, at_most, is_indexed)


STATES: Final = frozenset(name.casefold() for name in STATE_NAMES)


def state_code(word: str) -> str | None:
    """The code of the state that a word names, as entries hold it; None for any other word."""
    if word not in STATES:
        return None
    from armsledger.application.names.filters import party_filter
    from armsledger.domain.errors import InvalidValue

    try:
        code = party_filter(word.capitalize())
    except InvalidValue:
        return None
    return code if code.isupper() else None


Candidates = Sequence[tuple[int, int]]
"""The rank that a stream has at best, and the position at which it began, the last one first of one rank."""


def _candidates(beliefs: Beliefs, query: Query) -> Candidates:
    found = candidates(beliefs.reader, query, beliefs.question.position)
    return sorted(((rank - BEST + 1, number) for number, rank in found.items()), key=lambda pair: (pair[0], -pair[1]))


def _all_streams(beliefs: Beliefs) -> Candidates:
    """Where no index can tell, each stream may hold it, and how well nobody knows."""
    sql = f"SELECT position FROM journal WHERE version = 1 AND position <= ? AND {ASKED_ABOUT} ORDER BY position DESC"
    return [(1, position) for (position,) in beliefs.reader.query(sql, beliefs.question.position)]


def _hits(beliefs: Beliefs, query: Query, streams: Candidates, kind: str | None) -> Iterator[_Hit]:
    """The streams that hold it, in the order of the answer."""
    looked_at: list[_Hit] = []
    start, size = 0, FIRST_STREAMS
    while start < len(streams):
        for hit in _look_at(beliefs, query, [number for _, number in streams[start : start + size]], kind):
            heappush(looked_at, hit)
        start, size = start + size, min(2 * size, MOST_STREAMS)
        rank, number = streams[start] if start < len(streams) else (2 * APART + 1, 0)
        while looked_at and looked_at[0][:2] <= (rank, -number):
            yield heappop(looked_at)


def _look_at(beliefs: Beliefs, query: Query, numbers: Sequence[int], kind: str | None) -> Iterator[_Hit]:
    reader, question = beliefs.reader, beliefs.question
    names = streams_at(reader, numbers)
    wanted = {number: name for number, name in names.items() if kind is None or name.startswith(f"{kind}/")}
    entries = reader.several(list(wanted.values()), upto=question.position)
    for number, stream in wanted.items():
        standing = list(standing_entries(entries[stream], question.cut, question.day))
        if found := match(query, stream, standing):
            yield _Hit(found.rank, -number, stream, found, title_of(standing))


def _row(query: Query, hit: _Hit, entries: Sequence[Entry], known: Known) -> SearchRow:
    entry, text = hit.match.entry, hit.match.text
    said = said_by(entry, text.field, entries, known).event
    return SearchRow(
        stream=hit.stream,
        title=hit.title,
        entry=entry.address,
        event=entry.event.name,
        on=entry.event.on,
        said=said.asserted,
        source=said.source,
        field=text.field,
        text=excerpt(query, text.text),
        entries=hit.match.entries,
        rank=hit.rank,
    )
