"""Verifying the index of search: its words are cut anew from the journal and compared with those that it holds.

Both are added up to one number that no order changes, so that neither has to be in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Final

from armsledger.projections.schema import SEARCH_INDEX
from armsledger.projections.search.index import ROWS_BY_STREAM, VERSION_BITS, documents_of_rows
from armsledger.storage.connection import SQLITE
from armsledger.storage.integrity.verification import Violation
from armsledger.storage.reader import JournalReader

VOCABULARY: Final = "search_vocabulary"
"""FTS5's own table of what an index holds, made for as long as it is read."""
PAIRS: Final = {
    "sqlite": f"SELECT term, doc FROM temp.{VOCABULARY}",
    "postgresql": f"""
        SELECT word COLLATE "C" AS word, id FROM {SEARCH_INDEX}, unnest(tsvector_to_array(words)) AS word
        ORDER BY 1, 2""",
}
STREAM: Final = 1


def check_index(reader: JournalReader) -> Iterator[Violation]:
    """Whether the index holds what the journal gives; to be called within a snapshot, for an index that is in step."""
    if sum_of_index(reader) != sum_of_journal(reader):
        yield Violation(
            "its words are others than the journal gives", "the index of search", f"armsledger rebuild {SEARCH_INDEX}"
        )


def sum_of_journal(reader: JournalReader) -> int:
    """What the words of all streams come to as the journal gives them."""
    total = 0
    for _, rows in groupby(reader.each(ROWS_BY_STREAM), key=itemgetter(STREAM)):
        for document in documents_of_rows(reader, rows, reader.head()).values():
            total += sum(hash((word, document.position)) for word in document.words)
    return total


def sum_of_index(reader: JournalReader) -> int:
    """The same of what the index holds."""
    with _vocabulary(reader):
        pairs = ((word, number >> VERSION_BITS) for word, number in reader.each(PAIRS[reader.dialect.name]))
        return sum(map(hash, _without_repeats(pairs)))


def _without_repeats(pairs: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    return (pair for pair, _ in groupby(pairs))


@contextmanager
def _vocabulary(reader: JournalReader) -> Iterator[None]:
    if reader.dialect is not SQLITE:
        yield
        return
    reader.connection.execute(f"CREATE VIRTUAL TABLE temp.{VOCABULARY} USING fts5vocab(main, {SEARCH_INDEX}, instance)")
    try:
        yield
    finally:
        reader.connection.execute(f"DROP TABLE temp.{VOCABULARY}")
