"""Verifying the index of search: its words are cut anew from the journal and compared with those that it holds.

Both are added up to one number that no order changes, so that neither has to be in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

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


class Holdings(NamedTuple):
    """What an index holds: how many pairs of a word and a stream, and the sum of their hashes.

    A hash is SHA-256 over the word with its level, a blank and the position at which the stream began.
    """

    pairs: int
    sum: int

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> Holdings:
        """The holdings of pairs, each of which comes once."""
        count = total = 0
        for word, number in pairs:
            count += 1
            total += int.from_bytes(sha256(f"{word} {number}".encode()).digest())
        return cls(count, total % 2**256)

    @property
    def hex(self) -> str:
        """The sum in hexadecimal digits."""
        return f"{self.sum:064x}"


def check_index(holdings: Holdings, reader: JournalReader) -> Iterator[Violation]:
    """Whether an index that is in step holds what the journal gives; to be called within a snapshot."""
    if holdings != holdings_by_journal(reader):
        yield Violation(
            "its words are others than the journal gives", "the index of search", f"armsledger rebuild {SEARCH_INDEX}"
        )


def holdings_by_journal(reader: JournalReader) -> Holdings:
    """What the index should hold."""
    return Holdings.of(_pairs_of_journal(reader))


def holdings_of_index(reader: JournalReader) -> Holdings:
    """What the index holds."""
    with _vocabulary(reader):
        pairs = ((word, number >> VERSION_BITS) for word, number in reader.each(PAIRS[reader.dialect.name]))
        return Holdings.of(pair for pair, _ in groupby(pairs))


def _pairs_of_journal(reader: JournalReader) -> Iterator[tuple[str, int]]:
    head = reader.head()
    for _, rows in groupby(reader.each(ROWS_BY_STREAM), key=itemgetter(STREAM)):
        for document in documents_of_rows(reader, rows, head).values():
            yield from ((word, document.position) for word in document.words)


@contextmanager
def _vocabulary(reader: JournalReader) -> Iterator[None]:
    if reader.dialect is not SQLITE:
        yield
        return
    reader.query(f"CREATE VIRTUAL TABLE temp.{VOCABULARY} USING fts5vocab(main, {SEARCH_INDEX}, instance)")
    try:
        yield
    finally:
        reader.query(f"DROP TABLE temp.{VOCABULARY}")
