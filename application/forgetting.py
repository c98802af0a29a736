"""Forgetting somebody by law: the name becomes unreadable in every entry, and no entry changes.

The key under which the name is sealed is destroyed, the read models in which it was are written anew in the same
transaction, and then the files are, in which a database leaves what was deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.application.naming import alike, has_several_words, holds
from armsledger.application.persons import find, in_the_clear, known_persons, mentions
from armsledger.domain.errors import UsageError
from armsledger.projections.erasure import write_anew
from armsledger.storage.persons import Person, forget_person
from armsledger.storage.purging import overwrite_deleted
from armsledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger

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


def forget(ledger: Ledger, person: str, reason: str | None = None) -> Forgotten:
    """Forget somebody, given by name or id; raises UnknownPerson. Who was forgotten already is looked after again."""
    journal = ledger.journal()
    with journal.transaction() as transaction:
        reader = journal.reader
        found = find(reader, person.strip())
        named = mentions(reader, found)
        streams = list(dict.fromkeys(named))
        _destroy(transaction, found, _by(ledger.recorded_by, found, reason, known_persons(reader)))
        tables = write_anew(transaction.connection, reader, ledger.projections(), streams)
        clear = in_the_clear(reader, found.name) if found.name is not None else []
    left = journal.purge([PERSON_TABLE, *tables])
    return Forgotten(found.id, len(named), len(streams), found.forgotten_at, tuple(clear), left)


def _destroy(transaction: Transaction, person: Person, by: str) -> None:
    overwrite_deleted(transaction.connection)
    if person.forgotten_at is None:
        forget_person(transaction.connection, person.id, transaction.instant, by)


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
