"""Forgetting somebody by law: the name becomes unreadable in every entry, and no entry changes.

The key under which the name is sealed is destroyed, the read models in which it was are written anew in the same
transaction, and then the files are, in which a database leaves what was deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.domain.errors import UsageError
from armsledger.projections.erasure import write_anew
from armsledger.storage.erasure.forgetting import forget_person, overwrite_deleted
from armsledger.storage.erasure.persons import Person
from armsledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from armsledger.application.session import Session
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

from armsledger.domain.errors import LedgerError, quoted
from armsledger.projections.rows import Row, Rows
from armsledger.storage.erasure.persons import all_persons
from armsledger.storage.erasure.sealing import SEAL, name_text, seals_in
from armsledger.storage.reader import JournalReader

# Whether a text holds a name, however its letters, blanks and capitals are written.


def alike(text: str) -> str:
    """The text with what does not tell names apart made equal: compatible letters (NFKC), case, and all blanks."""
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def holds(text: str, name: str) -> bool:
    """Whether a name is a part of a text."""
    return alike(name) in alike(text)


def has_several_words(name: str) -> bool:
    """Whether a name is more than one word, which may be a word of any sentence."""
    return " " in alike(name)


# The persons whom entries name: who they are, and how many entries name them.

FIRST_WITH_PERSONS: Final = 2
"""The first schema that has the table."""
ENTRIES_AT_ONCE: Final = 1000
CONTAINS: Final = {"sqlite": "instr({text}, ?) > 0", "postgresql": "strpos({text}, ?) > 0"}


class UnknownPerson(LedgerError):
    """No entry names somebody so."""


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
        persons = _persons(reader)
        named = Counter(
            person_id for payload in _sealed(reader) for person_id in {seal.id for seal in seals_in(payload)}
        )
    ordered = sorted(persons.values(), key=lambda person: (person.name is None, person.name or "", person.id))
    return Rows(PersonRow, [PersonRow(p.id, p.name, named[p.id], p.forgotten_at, p.forgotten_by) for p in ordered])


def find(reader: JournalReader, text: str) -> Person:
    """The person of a name or an id; raises UnknownPerson with those who are called nearly so."""
    persons = _persons(reader)
    found = next((person for person in persons.values() if person.name == text), None) or persons.get(text)
    if found is None:
        raise _unknown(reader, text, persons)
    return found


def _unknown(reader: JournalReader, text: str, persons: dict[str, Person]) -> UnknownPerson:
    names = {person.name.casefold(): person.name for person in persons.values() if person.name is not None}
    close = [names[name] for name in get_close_matches(text.casefold(), names, n=3)]
    near = f"called nearly so, and perhaps others: {', '.join(map(quoted, close))}; " if close else ""
    forgotten = sum(person.name is None for person in persons.values())
    told = ""
    if forgotten:
        whose = "person was forgotten, whose name" if forgotten == 1 else "persons were forgotten, whose names"
        told = f"; {forgotten} {whose} nobody can tell"
    clear = in_the_clear(reader, text)
    if clear:
        where = f"{len(clear)} {'place' if len(clear) == 1 else 'places'}"
        told += f"; in {where} it is part of a text that is not sealed ({', '.join(clear[:3])})"
    return UnknownPerson(
        f"no entry names {quoted(text)} as a speaker{told}",
        remedy=f"{near}`armsledger persons` lists those who are named, to the letter",
    )


def mentions(reader: JournalReader, person: Person) -> list[str]:
    """The streams of the entries that name a person, once for each entry."""
    condition = CONTAINS[reader.dialect.name].format(text="payload")
    sql = f"SELECT stream FROM journal WHERE {condition} ORDER BY position"
    return [stream for (stream,) in reader.query(sql, f"{SEAL}{person.id}.")]


def in_the_clear(reader: JournalReader, name: str) -> list[str]:
    """Where a name is part of a text that nothing seals.

    That is in entries, in their payload or beside it, and in what is kept of who forgot somebody, and why.
    """
    contains = CONTAINS[reader.dialect.name]
    places = {"payload": name_text(name)[1:-1], "recorded_by": name, "stream": name, "entry_id": name}
    condition = " OR ".join(contains.format(text=column) for column in places)
    sql = f"SELECT stream, version FROM journal WHERE {condition} ORDER BY position"
    entries = [f"{stream}@{version}" for stream, version in reader.query(sql, *places.values())]
    forgotten = (one for one in known_persons(reader) if one.forgotten_by is not None)
    return [
        *entries,
        *(f"the record of who forgot {one.id}" for one in forgotten if holds(one.forgotten_by or "", name)),
    ]


def known_persons(reader: JournalReader) -> list[Person]:
    """Everybody whom entries name or have named."""
    return list(_persons(reader).values())


def _persons(reader: JournalReader) -> dict[str, Person]:
    if int(reader.meta().get("schema_version", 0)) < FIRST_WITH_PERSONS:
        return {}
    return all_persons(reader.query)


def _sealed(reader: JournalReader) -> Iterator[str]:
    """The payloads in which somebody is named."""
    condition = CONTAINS[reader.dialect.name].format(text="payload")
    sql = f"SELECT position, payload FROM journal WHERE position > ? AND {condition} ORDER BY position LIMIT ?"
    after = -1
    while rows := reader.query(sql, after, SEAL, ENTRIES_AT_ONCE):
        yield from (payload for _, payload in rows)
        after = rows[-1][0]


PERSON_TABLE: Final = "person"
THEMSELVES: Final = "themselves"
"""Stands for the recorder where that is the person who is forgotten."""


class Forgotten(NamedTuple):
    """What was done: how many entries of how many streams named the person, whose id stays.

    ``forgotten_before`` is when the person had been forgotten already, if so. ``still_named`` are the entries in which
    the name is part of a text that nothing seals, and the records of other persons' forgetting in which it is.
    ``left_in_files`` says why what was deleted could not be taken out of the files; nothing if it was.
    """

    id: str
    entries: int
    streams: int
    forgotten_before: str | None
    still_named: tuple[str, ...]
    left_in_files: str


def forget(session: Session, person: str, reason: str | None = None) -> Forgotten:
    """Forget somebody, given by name or id; raises UnknownPerson. Who was forgotten already is looked after again."""
    journal = session.journal()
    with journal.transaction() as transaction:
        reader = journal.reader
        found = find(reader, person.strip())
        named = mentions(reader, found)
        streams = list(dict.fromkeys(named))
        _destroy(transaction, found, _by(session.recorded_by, found, reason, known_persons(reader)))
        tables = write_anew(transaction.connection, reader, session.projections(), streams)
        clear = in_the_clear(reader, found.name) if found.name is not None else []
    left = journal.purge([PERSON_TABLE, *tables])
    return Forgotten(found.id, len(named), len(streams), found.forgotten_at, tuple(clear), left)


def _destroy(transaction: Transaction, person: Person, by: str) -> None:
    overwrite_deleted(transaction.connection)
    if person.forgotten_at is None:
        forget_person(transaction, person.id, transaction.instant, by)


def _by(recorder: str, person: Person, reason: str | None, known: Iterable[Person]) -> str:
    """Who did it, and why if it is told; neither that name nor another must come back in by that."""
    by = THEMSELVES if person.name is not None and _is_called(recorder, person.name) else recorder
    if not reason:
        return by
    if person.name is not None and holds(reason, person.name):
        raise UsageError("the reason holds the name that is to be forgotten", remedy="give it without the name")
    others = (one.name for one in known if one.name is not None and has_several_words(one.name))
    if any(holds(reason, name) for name in others):
        raise UsageError(
            "the reason holds the name of another person whom entries quote, and would keep it if they are forgotten",
            remedy="give it without names; `armsledger persons` tells the ids",
        )
    return f"{by}: {reason}"


def _is_called(recorder: str, name: str) -> bool:
    """Whether a recorder goes by a name, alone or with more words to it."""
    return alike(recorder) == alike(name) or (has_several_words(name) and holds(recorder, name))
