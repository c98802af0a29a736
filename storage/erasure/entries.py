"""The entries that tell of erasures: one for each person who was forgotten, in a stream of the person's own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from armsledger.domain.entry import Draft
from armsledger.domain.events.erasure import Forgotten
from armsledger.domain.values.stream import OF_PERSONS
from armsledger.domain.values.when import When
from armsledger.storage.schema import is_instant

if TYPE_CHECKING:
    from armsledger.storage.connection import Connection

DAY: Final = slice(10)
"""The day of an instant in ISO's form."""
ID_BYTES: Final = 14
UNENTERED: Final = (
    f"forgotten_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal WHERE stream = '{OF_PERSONS}' || person.id)"
)
"""Persons who were forgotten without an entry that says so."""
UNKNOWN: Final = "unknown"
"""Who forgot a person, where nobody can tell."""


def erasure(person_id: str, by: str, instant: str, *, entry_id: str = "", is_earlier: bool = False) -> Draft:
    """The entry of an erasure at an instant; ``is_earlier`` says that it is recorded later, or elsewhere.

    Unless it is given, the id is random, as nobody may have taken it before.
    """
    day = When.parse(instant[DAY])
    event = Forgotten(on=day, asserted=day, by=by, at=instant if is_earlier else None)
    return Draft(f"{OF_PERSONS}{person_id}", 1, entry_id or secrets.token_hex(ID_BYTES), event)


def unentered_erasures(connection: Connection, instant: str) -> list[Draft]:
    """The entries that are missing: of persons who were forgotten in another ledger, or before there were such entries.

    ``instant`` is now, where nobody can tell when that was.
    """
    rows = connection.execute(f"SELECT id, forgotten_at, forgotten_by FROM person WHERE {UNENTERED}").fetchall()
    in_order = sorted(rows, key=lambda row: (str(row[1]), row[0]))
    return [
        erasure(person_id, by or UNKNOWN, at if is_instant(at) else instant, is_earlier=is_instant(at))
        for person_id, at, by in in_order
    ]
