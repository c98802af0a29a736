"""Persons whom entries name as speakers, and other places where a name stands.

Names are sealed in entries, each person's under a key of their own (crypto-shredding: `forgetting` destroys the key).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from armsledger.domain.errors import LedgerError, quoted
from armsledger.domain.near import near
from armsledger.projections.rows import Row, Rows
from armsledger.storage.erasure.persons import FIRST_WITH_PERSONS, Person, all_persons
from armsledger.storage.erasure.seals import SEAL, name_text, seals_in
from armsledger.storage.reader import JournalReader

ENTRIES_AT_ONCE: Final = 1000
CONTAINS: Final = {"sqlite": "instr({text}, ?) > 0", "postgresql": "strpos({text}, ?) > 0"}


class UnknownPerson(LedgerError):
    """No entry names a person of this name."""


@dataclass(frozen=True)
class PersonRow(Row):
    """A person whom entries name; who was forgotten has no name any more."""

    id: str
    name: str | None
    entries: int
    forgotten_at: str | None
    forgotten_by: str | None


def person_rows(reader: JournalReader) -> Rows[PersonRow]:
    """Everybody whom entries name or have named, by name; those who were forgotten come last."""
    with reader.snapshot():
        persons = persons_by_id(reader)
        entries = Counter(
            person_id for payload in _sealed_payloads(reader) for person_id in {seal.id for seal in seals_in(payload)}
        )
    ordered = sorted(persons.values(), key=lambda person: (person.name is None, person.name or "", person.id))
    return Rows(PersonRow, [PersonRow(p.id, p.name, entries[p.id], p.forgotten_at, p.forgotten_by) for p in ordered])


def persons_by_id(reader: JournalReader) -> dict[str, Person]:
    """Everybody whom entries name or have named, by id."""
    if int(reader.meta().get("schema_version", 0)) < FIRST_WITH_PERSONS:
        return {}
    return all_persons(reader.query)


def person_called(reader: JournalReader, persons: Mapping[str, Person], text: str) -> Person:
    """The person of a name or an id; raises UnknownPerson with those who have a similar name."""
    by_name = (person for person in persons.values() if person.name == text)
    person = next(by_name, None) or persons.get(text)
    if person is None:
        raise _unknown(reader, text, persons)
    return person


def _unknown(reader: JournalReader, text: str, persons: Mapping[str, Person]) -> UnknownPerson:
    close = near(text, (person.name for person in persons.values() if person.name is not None), most=3)
    called = f"called nearly so, and perhaps others: {', '.join(map(quoted, close))}; " if close else ""
    forgotten = sum(person.name is None for person in persons.values())
    more = ""
    if forgotten:
        whose = "person was forgotten, whose name" if forgotten == 1 else "persons were forgotten, whose names"
        more = f"; {forgotten} {whose} nobody can tell"
    places = places_in_the_clear(reader, persons, text)
    if places:
        where = f"{len(places)} {'place' if len(places) == 1 else 'places'}"
        more += f"; in {where} it is part of a text that is not sealed ({', '.join(places[:3])})"
    return UnknownPerson(
        f"no entry names {quoted(text)} as a speaker{more}",
        remedy=f"{called}`armsledger admin persons` lists those who are named, to the letter",
    )


def streams_naming(reader: JournalReader, person: Person) -> list[str]:
    """The streams of the entries that name a person, once for each entry."""
    condition = CONTAINS[reader.dialect.name].format(text="payload")
    sql = f"SELECT stream FROM journal WHERE {condition} ORDER BY position"
    return [stream for (stream,) in reader.query(sql, f"{SEAL}{person.id}.")]


def places_in_the_clear(reader: JournalReader, persons: Mapping[str, Person], name: str) -> list[str]:
    """Where a name is part of a text that nothing seals.

    Those places are entries, in their payload or beside it, and the records of who forgot a person, and why.
    """
    contains = CONTAINS[reader.dialect.name]
    columns = {"payload": name_text(name)[1:-1], "recorded_by": name, "stream": name, "entry_id": name}
    condition = " OR ".join(contains.format(text=column) for column in columns)
    sql = f"SELECT stream, version FROM journal WHERE {condition} ORDER BY position"
    entries = [f"{stream}@{version}" for stream, version in reader.query(sql, *columns.values())]
    records = [p.id for p in persons.values() if p.forgotten_by is not None and holds(p.forgotten_by, name)]
    return [*entries, *(f"the record of who forgot {person_id}" for person_id in records)]


def _sealed_payloads(reader: JournalReader) -> Iterator[str]:
    """The payloads that name a person."""
    condition = CONTAINS[reader.dialect.name].format(text="payload")
    sql = f"SELECT position, payload FROM journal WHERE position > ? AND {condition} ORDER BY position LIMIT ?"
    after = -1
    while rows := reader.query(sql, after, SEAL, ENTRIES_AT_ONCE):
        yield from (payload for _, payload in rows)
        after = rows[-1][0]


def alike(text: str) -> str:
    """The text without what does not tell names apart: compatible letters (NFKC), case, and all blanks."""
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def holds(text: str, name: str) -> bool:
    """Whether a name is a part of a text, however its letters, blanks and capitals are written."""
    return alike(name) in alike(text)


def has_several_words(name: str) -> bool:
    """Whether a name is more than one word; a single word can be one of any sentence."""
    return " " in alike(name)
