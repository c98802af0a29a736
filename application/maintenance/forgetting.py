"""Forgetting a person by law (crypto-shredding): the name becomes unreadable in every entry, and no entry changes.

One transaction appends an entry that tells of it, which destroys the key under which the name is sealed, and writes the
read models anew that hold the name.
Then the database's files are written anew, as a database leaves in them what it deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.application.maintenance.namesakes import (
    Namesake,
    has_several_words,
    holds,
    is_same_name,
    near_to,
)
from armsledger.application.maintenance.persons import (
    persons_by_id,
    persons_called,
    places_in_the_clear,
    streams_naming,
)
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.projections.updater import rewrite_rows
from armsledger.storage.erasure.entries import erasure
from armsledger.storage.erasure.forgetting import overwrite_deleted
from armsledger.storage.erasure.persons import Person
from armsledger.storage.erasure.unpurged import note_unpurged
from armsledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.journal import Journal

PERSON_TABLE: Final = "person"
THEMSELVES: Final = "themselves"
"""Stands for the recorder where that is the person who is forgotten."""


class Forgotten(NamedTuple):
    """What was done: the ids of the persons, which stay, and how many entries of how many streams named them.

    They are several where the name was recorded in several spellings. ``forgotten_before`` is when the person had been
    forgotten already, if so. ``still_named`` are the entries and the records of forgetting in which the name is part of
    a text that nothing seals. ``near`` are persons who are called nearly so, and were not forgotten. ``left_in_files``
    says why what was deleted could not be taken out of the files; it is empty if it was.
    """

    ids: tuple[str, ...]
    entries: int
    streams: int
    forgotten_before: str | None
    still_named: tuple[str, ...]
    near: tuple[Namesake, ...]
    left_in_files: str


def forget(session: Session, name_or_id: str, reason: str | None = None) -> Forgotten:
    """Forget all persons of a name; raises UnknownPerson. One who was forgotten already is looked after again."""
    journal = session.journal()
    with journal.transaction() as transaction:
        reader = journal.reader
        persons = persons_by_id(reader)
        called = persons_called(reader, persons, name_or_id.strip())
        names = [person.name for person in called if person.name is not None]
        named_in = streams_naming(reader, called)
        streams = list(dict.fromkeys(named_in))
        by, told = _forgetter(session.recorded_by, names, reason, persons.values())
        _enter(journal, transaction, called, by, told)
        tables = rewrite_rows(transaction.connection, reader, session.projections(), streams)
        note_unpurged(transaction, [PERSON_TABLE, *tables])
    session.updater.courses.clear()
    left = journal.purge()
    places: list[str] = []
    try:  # others need not wait for it
        places += places_in_the_clear(journal.reader, names) if names else []
    except LedgerError as error:  # the person is forgotten all the same
        left = "; ".join(filter(None, (left, f"where else the name stands could not be looked for: {error.message}")))
    return Forgotten(
        ids=tuple(person.id for person in called),
        entries=len(named_in),
        streams=len(streams),
        forgotten_before=called[0].forgotten_at,
        still_named=tuple(places),
        near=tuple(near_to(names, persons.values())),
        left_in_files=left,
    )


def _enter(journal: Journal, transaction: Transaction, persons: Iterable[Person], by: str, told: str) -> None:
    """Append the entries that destroy the keys of persons; of one who was forgotten before there is one already."""
    overwrite_deleted(transaction.connection)
    drafts = [erasure(person.id, told, transaction.instant) for person in persons if person.forgotten_at is None]
    journal.append(drafts, recorded_by=by)


def _forgetter(recorder: str, names: Sequence[str], reason: str | None, persons: Iterable[Person]) -> tuple[str, str]:
    """Who forgets the persons of a name, and the same with the reason if one is given.

    These texts must not bring any name back in.
    """
    by = THEMSELVES if any(_is_called(recorder, name) for name in names) else recorder
    if not reason:
        return by, by
    if any(holds(reason, name) for name in names):
        raise UsageError("the reason holds the name that is to be forgotten", remedy="give it without the name")
    others = (other.name for other in persons if other.name is not None and has_several_words(other.name))
    if any(holds(reason, name) for name in others):
        raise UsageError(
            "the reason holds the name of another person whom entries quote, and would keep it if they are forgotten",
            remedy="give it without names; `armsledger admin persons` tells the ids",
        )
    return by, f"{by}: {reason}"


def _is_called(recorder: str, name: str) -> bool:
    """Whether a recorder goes by a name, alone or with more words to it."""
    return is_same_name(recorder, name) or (has_several_words(name) and holds(recorder, name))
