"""Forgetting somebody by law: the name becomes unreadable in every entry, and no entry changes.

The key under which the name is sealed is destroyed, the read models in which it was are written anew in the same
transaction, and then the files are, in which a database leaves what was deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.persons import find, in_the_clear, mentions
from armsledger.domain.errors import UsageError
from armsledger.projections.erasure import write_anew
from armsledger.storage.persons import Person, forget_person
from armsledger.storage.purging import overwrite_deleted
from armsledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger

PERSON_TABLE = "person"


class Forgotten(NamedTuple):
    """What was done: how many entries of how many streams named the person, whose id stays.

    ``forgotten_before`` is when the person had been forgotten already, if so. ``still_named`` are the entries in which
    the name is part of a text that nothing seals. ``left_in_files`` says why what was deleted could not be taken out of
    the files; nothing if it was.
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
        _destroy(transaction, found, _by(ledger.recorded_by, found, reason))
        tables = write_anew(transaction.connection, reader, ledger.projections(), streams)
        clear = in_the_clear(reader, found.name) if found.name is not None else []
    left = journal.purge([PERSON_TABLE, *tables])
    return Forgotten(found.id, len(named), len(streams), found.forgotten_at, tuple(clear), left)


def _destroy(transaction: Transaction, person: Person, by: str) -> None:
    overwrite_deleted(transaction.connection)
    if person.forgotten_at is None:
        forget_person(transaction.connection, person.id, transaction.instant, by)


def _by(recorder: str, person: Person, reason: str | None) -> str:
    """Who did it, and why if it is told; the name must not come back in by that."""
    if not reason:
        return recorder
    if person.name is not None and person.name.casefold() in reason.casefold():
        raise UsageError("the reason holds the name that is to be forgotten", remedy="give it without the name")
    return f"{recorder}: {reason}"
