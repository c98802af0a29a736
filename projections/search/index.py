"""The index of search: which streams ever held a word, in what the ledger stores, and at which level.

It is a table that is only added to, kept in the transaction of recording like a read model. What an append adds to a
stream is one document. A document holds each word with its level before it: ``1s400`` is a title, designation or key,
``3s400`` a comment. Its number tells the stream: that is the position of the stream's first entry, in the higher bits.
On SQLite the table is one of FTS5 without contents, on PostgreSQL a ``tsvector``; neither cuts texts into words, so
both find the same. The index never says too little. What it says too much (a word that was corrected away) whoever
asks finds out from the entries.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from armsledger.domain.beliefs.repairs import corrected
from armsledger.domain.entry import Entry
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.repair import Corrected
from armsledger.domain.values.stream import OF_PERSONS
from armsledger.projections.schema import SEARCH_INDEX, SEARCH_STAMP
from armsledger.projections.search.query import BEGINNING, EXACT, LEVEL_STEP, Needle, Query, Term, Way, rank_of_way
from armsledger.projections.search.texts import LEVELS, NAME, PARTIES, SEARCHED_FIELD, add_words, words_of_key
from armsledger.projections.tables import REGISTERED, read_register
from armsledger.storage.connection import SQLITE, Connection, dialect_of
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.reader import JournalReader

VERSION_BITS: Final = 24
LAST_VERSION: Final = 2**VERSION_BITS - 1
ENTRIES_AT_ONCE: Final = 5_000
STREAMS_AT_ONCE: Final = 500
WORDS_AT_MOST: Final = 10_000
"""Of one document: PostgreSQL's ``tsvector`` holds a megabyte."""
READ_ANEW: Final = frozenset(f"{PARTIES} item items set to what".split())
"""Fields that a correction may set in words that are stored otherwise: a party by its name."""
CORRECTED: Final = ".corrected"

CREATE: Final = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {SEARCH_INDEX} USING fts5"
        "(words, content='', detail=none, columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        f"CREATE TABLE {SEARCH_INDEX} (id BIGINT NOT NULL, words tsvector NOT NULL)",
        f"CREATE INDEX {SEARCH_INDEX}_words ON {SEARCH_INDEX} USING gin (words)",
    ),
}
INSERT: Final = {
    "sqlite": f"INSERT INTO {SEARCH_INDEX} (rowid, words) VALUES (?, ?)",
    "postgresql": f"INSERT INTO {SEARCH_INDEX} (id, words) VALUES (?, array_to_tsvector(string_to_array(?, ' ')))",
}
HOLDING: Final = {
    "sqlite": f"SELECT rowid FROM {SEARCH_INDEX} WHERE {SEARCH_INDEX} MATCH ? AND rowid < ?",
    "postgresql": f"SELECT id FROM {SEARCH_INDEX} WHERE words @@ CAST(? AS tsquery) AND id < ?",
}
WORD: Final = {"sqlite": '"%s"', "postgresql": "'%s'"}
"""A word as a query of the database: what it holds are letters and figures alone."""
BEGINS: Final = {"sqlite": '"%s" *', "postgresql": "'%s':*"}
EITHER: Final = {"sqlite": " OR ", "postgresql": " | "}
LAST_NUMBER: Final = 2**63 - 1
ROWS: Final = """
SELECT position, stream, version, name, payload FROM journal WHERE position > ? AND position <= ? ORDER BY position"""
ROWS_BY_STREAM: Final = "SELECT position, stream, version, name, payload FROM journal ORDER BY stream, version"
HAS_FTS5: Final = "SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'"


class Document(NamedTuple):
    """What an append adds to a stream: the version at which that begins, its first position, and the words."""

    version: int
    position: int
    words: set[str]


# the table


def make_index(connection: Connection) -> bool:
    """Make an empty index, in the place of the one there is; False if this SQLite has no FTS5, without which search
    reads the entries."""
    dialect = dialect_of(connection)
    if dialect is SQLITE:
        if not has_fts5(connection):
            return False
        connection.execute(f"DROP TABLE IF EXISTS {SEARCH_INDEX}")
    elif (SEARCH_INDEX,) in [tuple(row) for row in connection.execute(dialect.relations).fetchall()]:
        connection.execute(f"DELETE FROM {SEARCH_INDEX}")
        return True
    for statement in CREATE[dialect.name]:
        connection.execute(statement)
    return True


def has_fts5(connection: Connection) -> bool:
    """Whether the database can keep and read the index."""
    return dialect_of(connection) is not SQLITE or _sqlite_has_fts5()


@cache
def _sqlite_has_fts5() -> bool:
    """Whether the SQLite of this Python was built with FTS5."""
    with closing(sqlite3.connect(":memory:")) as connection:
        return bool(connection.execute(HAS_FTS5).fetchone()[0])


def register_index(connection: Connection, position: int) -> None:
    """Note up to where the index takes account of the journal."""
    connection.execute(REGISTERED, (SEARCH_INDEX, 0, SEARCH_STAMP, position, ""))


def indexed_upto(reader: JournalReader) -> int:
    """Up to where the index takes account of the journal; -1 if there is none that can be asked."""
    return read_register(reader).indexed if has_fts5(reader.connection) else -1


# adding to it


def add_entries(connection: Connection, reader: JournalReader, after: int, upto: int) -> None:
    """Take account of the entries at positions above ``after`` and not above ``upto``."""
    insert = INSERT[dialect_of(connection).name]
    for start in range(after, upto, ENTRIES_AT_ONCE):
        last = min(start + ENTRIES_AT_ONCE, upto)
        documents = documents_of_rows(reader, reader.query(ROWS, start, last), last)
        telling = {stream: document for stream, document in documents.items() if document.words}
        if telling:
            rows = sorted(_rows_of(reader, telling))  # FTS5 writes numbers that ascend in one go
            connection.executemany(insert, rows)


def documents_of_rows(reader: JournalReader, rows: Iterable[Sequence[Any]], upto: int) -> dict[str, Document]:
    """What rows of the journal add to each stream; ``upto`` is the last position that counts."""
    documents: dict[str, Document] = {}
    repaired: dict[str, int] = {}
    for position, stream, version, name, payload in rows:
        if not (type(stream) is type(name) is type(payload) is str):
            raise LedgerDamaged("the ledger", f"the entry at position {position} has bytes where texts stand")
        if stream.startswith(OF_PERSONS):
            continue
        document = documents.get(stream)
        if document is None:
            document = documents[stream] = Document(version, position, set())
            if version == 1:
                document.words.update(words_of_key(stream.partition("/")[2], str(NAME)))
        if not SEARCHED_FIELD.search(payload):
            continue
        try:
            fields = from_json(payload)
        except ValueError:  # no release has written it (`armsledger.domain.events.unreadable`)
            continue
        add_words(document.words, fields)
        if name.endswith(CORRECTED) and _sets(fields, READ_ANEW):
            repaired.setdefault(stream, version)
    for stream, entries in reader.several(list(repaired), upto=upto).items():
        _add_words_as_corrected(documents[stream].words, entries, repaired[stream])
    return documents


def _sets(fields: Any, names: frozenset[str]) -> bool:
    """Whether the fields of a correction set any of some fields."""
    changes = fields.get("set") if isinstance(fields, dict) else None
    return isinstance(changes, dict) and not names.isdisjoint(changes)


def _add_words_as_corrected(words: set[str], entries: Sequence[Entry], version: int) -> None:
    """Add the words of entries as corrections from a version on make them: what is set is read by the field's type."""
    by_id = {entry.id: entry for entry in entries}
    for entry in entries:
        event: Any = entry.event
        if entry.version < version:
            continue
        while isinstance(event, Corrected) and event.target in by_id:
            event = corrected(by_id[event.target].event, event.set)
            add_words(words, fields_of(event))


def _rows_of(reader: JournalReader, documents: Mapping[str, Document]) -> Iterator[tuple[int, str]]:
    """The rows of the table: the number of a document, and its words."""
    numbers = _numbers(reader, [stream for stream, document in documents.items() if document.version > 1])
    for stream, (version, position, words) in documents.items():
        number = (numbers.get(stream, position) << VERSION_BITS) + min(version, LAST_VERSION)
        held = list(words)
        for start in range(0, len(held), WORDS_AT_MOST):
            yield number, " ".join(held[start : start + WORDS_AT_MOST])


def _numbers(reader: JournalReader, streams: Sequence[str]) -> dict[str, int]:
    """The position at which each stream began."""
    numbers: dict[str, int] = {}
    for start in range(0, len(streams), STREAMS_AT_ONCE):
        some = streams[start : start + STREAMS_AT_ONCE]
        sql = f"SELECT stream, position FROM journal WHERE version = 1 AND stream IN ({', '.join('?' * len(some))})"
        numbers.update(reader.query(sql, *some))
    return numbers


# asking it


def candidates(reader: JournalReader, query: Query, position: int) -> dict[int, int]:
    """The streams that may hold all that is searched for, by their first positions; and at best how well they do.

    Streams that began after ``position`` are left out.
    """
    ranks = {needle: _holding(reader, needle, position) for needle in query.needles}
    terms = [_holding_term(term, ranks) for term in query.terms]
    return {number: max([term[number] for term in terms]) for number in _in_all(terms)}


def _holding_term(term: Term, ranks: Mapping[Needle, dict[int, int]]) -> dict[int, int]:
    """The streams that may hold a term in any way, and how well at best."""
    first, *others = (_holding_all(way, [ranks[needle] for needle in way.needles]) for way in term.ways)
    for other in others:
        first = other | {number: min(rank, other.get(number, rank)) for number, rank in first.items()}
    return first


def _holding_all(way: Way, parts: list[dict[int, int]]) -> dict[int, int]:
    """The streams that ever held all needles of a way."""
    if len(parts) == 1 and not way.loose:
        return parts[0]
    return {number: rank_of_way(way, [part[number] for part in parts]) for number in _in_all(parts)}


def _in_all(parts: Sequence[Mapping[int, int]]) -> Iterable[int]:
    """The numbers that all have."""
    smallest, *others = sorted(parts, key=len)
    return set(smallest).intersection(*others)


def _holding(reader: JournalReader, needle: Needle, position: int) -> dict[int, int]:
    """The streams that ever held a word, and how well at best."""
    database, below = reader.dialect.name, (position + 1) << VERSION_BITS
    found: dict[int, int] = {}
    for level in reversed(LEVELS):
        for form, quality in ((BEGINS, BEGINNING), (WORD, EXACT)):
            if form is WORD or needle.begins:
                asked = form[database] % f"{level}{needle.word}"
                numbers = [number >> VERSION_BITS for (number,) in reader.query(HOLDING[database], asked, below)]
                found.update(dict.fromkeys(numbers, level * LEVEL_STEP + quality))
    return found


def streams_at(reader: JournalReader, numbers: Sequence[int]) -> dict[int, str]:
    """The streams that began at some positions."""
    sql = f"SELECT position, stream FROM journal WHERE position IN ({', '.join('?' * len(numbers))})"
    return dict(reader.query(sql, *numbers)) if numbers else {}


def held_words(reader: JournalReader, words: Sequence[str]) -> list[str]:
    """Those of some words that any stream ever held."""
    database = reader.dialect.name
    holding = HOLDING[database] + " LIMIT 1"

    def is_held(word: str) -> bool:
        either = EITHER[database].join(WORD[database] % f"{level}{word}" for level in LEVELS)
        return bool(reader.query(holding, either, LAST_NUMBER))

    return [word for word in words if is_held(word)]
