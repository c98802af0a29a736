"""Persons whom entries name as speakers, and other places where a name stands.

Names are sealed in entries, each person's under a key of their own (crypto-shredding: `forgetting` destroys the key).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from armsledger.application.maintenance.namesakes import holds, meant_by, near_to, texts_in
from armsledger.domain.errors import LedgerError, quoted
from armsledger.domain.near import near
from armsledger.projections.rows import Row, Rows
from armsledger.storage.erasure.persons import FIRST_WITH_PERSONS, Person, all_persons
from armsledger.storage.erasure.seals import SEAL, seals_in
from armsledger.storage.integrity.checkpoints import kept_checkpoints
from armsledger.storage.reader import JournalReader

ENTRIES_AT_ONCE: Final = 1000
CONTAINS: Final = {"sqlite": "instr({text}, ?) > 0", "postgresql": "strpos({text}, ?) > 0"}
IN_THE_CLEAR: Final = """
SELECT position, stream, version, stream, entry_id, recorded_by, coalesce(login, ''), payload FROM journal
WHERE position > ? ORDER BY position LIMIT ?"""


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


def persons_called(reader: JournalReader, persons: Mapping[str, Person], text: str) -> list[Person]:
    """The persons whom a name or an id means; raises UnknownPerson with those who have a similar name."""
    called = meant_by(text, persons.values())
    if not called:
        raise _unknown(reader, text, persons)
    return called


def _unknown(reader: JournalReader, text: str, persons: Mapping[str, Person]) -> UnknownPerson:
    names = [person.name for person in persons.values() if person.name is not None]
    close = dict.fromkeys(
        [*(namesake.name for namesake in near_to([text], persons.values())), *near(text, names, most=3)]
    )
    called = f"called nearly so, and perhaps others: {', '.join(map(quoted, close))}; " if close else ""
    forgotten = sum(person.name is None for person in persons.values())
    more = ""
    if forgotten:
        whose = "person was forgotten, whose name" if forgotten == 1 else "persons were forgotten, whose names"
        more = f"; {forgotten} {whose} nobody can tell"
    places = places_in_the_clear(reader, [text])
    if places:
        where = f"{len(places)} {'place' if len(places) == 1 else 'places'}"
        more += f"; in {where} it is part of a text that is not sealed ({', '.join(places[:3])})"
    return UnknownPerson(
        f"no entry names {quoted(text)} as a speaker{more}",
        remedy=f"{called}`armsledger admin persons` lists those who are named",
    )


def streams_naming(reader: JournalReader, persons: Iterable[Person]) -> list[str]:
    """The streams of the entries that name some persons, once for each entry."""
    seals = [f"{SEAL}{person.id}." for person in persons]
    condition = " OR ".join([CONTAINS[reader.dialect.name].format(text="payload")] * len(seals))
    sql = f"SELECT stream FROM journal WHERE {condition} ORDER BY position"
    return [stream for (stream,) in reader.query(sql, *seals)]


def places_in_the_clear(reader: JournalReader, names: Sequence[str]) -> list[str]:
    """Where one of some names is part of a text that nothing seals, however it is written there.

    Those places are entries, in their payload or beside it, and the names of the keys that signed a checkpoint.
    """

    def named(text: str) -> bool:
        return any(holds(text, name) for name in names)

    entries = [
        f"{stream}@{version}"
        for stream, version, *texts, payload in _pages(reader, IN_THE_CLEAR)
        if any(map(named, texts)) or (_may_hold(payload, named) and any(map(named, texts_in(json.loads(payload)))))
    ]
    checkpoints = [f"the checkpoint of {kept.size} entries" for kept in kept_checkpoints(reader) if named(kept.note)]
    return [*entries, *checkpoints]


def _may_hold(payload: str, named: Callable[[str], bool]) -> bool:
    """Whether it is worth looking at each text of a payload: where one is escaped, only its letters can tell."""
    return "\\" in payload or named(payload)


def _pages(reader: JournalReader, select: str) -> Iterator[tuple[Any, ...]]:
    """The rows of the journal in their order, without their positions, which are selected first."""
    after = -1
    while rows := reader.query(select, after, ENTRIES_AT_ONCE):
        yield from (row[1:] for row in rows)
        after = rows[-1][0]


def _sealed_payloads(reader: JournalReader) -> Iterator[str]:
    """The payloads that name a person."""
    condition = CONTAINS[reader.dialect.name].format(text="payload").replace("?", f"'{SEAL}'")
    sql = f"SELECT position, payload FROM journal WHERE position > ? AND {condition} ORDER BY position LIMIT ?"
    return (payload for (payload,) in _pages(reader, sql))
