"""What makes a database a ledger: the release that made its tables, the rules that rows keep, how times are written.

The tables themselves are in `armsledger.storage.tables`, which loads SQLAlchemy: only what makes or checks tables does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from armsledger.storage.errors import LedgerDamaged, LedgerOutdated, LedgerTooNew

if TYPE_CHECKING:
    from armsledger.domain.values.when import When

APPLICATION_ID: Final = int.from_bytes(b"ArmL", "big")
"""Tells a ledger from other databases: in the header of an SQLite file, where `file` sees it too, and as the first
half of the lock that keeps writers apart on PostgreSQL."""

SCHEMA_VERSION: Final = 3
"""Raised whenever a released table changes in a way that an older program must not touch.

1: the journal, append-only by triggers. 2: with the Merkle tree's hashes beside each entry, checkpoints and persons.
3: with the login of whoever recorded an entry on a server, and an entry for each person who was forgotten,
and which files may still hold what was erased.
"""
FIRST_WITH_TREE: Final = 2
FIRST_WITH_LOGINS: Final = 3
OLDEST_READ: Final = 1
"""Ledgers of this schema and later ones are read; only those of the newest are written."""

OWN_TABLES: Final = frozenset({"journal", "ledger", "tracking", "checkpoint", "person", "unpurged"})
READ_MODEL_TABLES: Final = frozenset({"read_model", "citing", "unkept", "search_index"})
"""The list of read models, which streams cite a source, what read models do not keep, and the index of search."""
READ_MODEL_PREFIXES: Final = ("kept_", "building_", "search_index_")
"""Begin the names of the tables of read models, of those that are being built, and of those in which SQLite keeps the
index of search."""

REMEMBERED_DATES: Final = 65_536
"""More than there are days in 150 years."""
DAWN: Final = "0001-01-01T00:00:00.000000Z"
"""Before every entry: when an empty journal was last written."""

Report = Callable[[int, int], None]
"""Told how many entries are done, and of how many."""
Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a query."""
Difference = tuple[str, str]
"""Where the tables differ from those that this release makes, and how."""


class Rule(StrEnum):
    """What a row must keep to; the trigger's message, by which a refusal is recognised."""

    UNCHANGED = "the journal is append-only: what is recorded is never changed"
    POSITION = "the journal is append-only: the position does not come next"
    VERSION = "the version does not come next in its stream"
    ENTRY_ID = "the entry id is in the journal already"
    RECORDED_AT = "the time of recording is before that of the entry before"
    TREE = "the hashes beside the entry do not follow from it and the entries before it"
    FORM = "it does not have the form of an entry: its name, dates, id, source or payload"
    SERVERS_TIME = "the time of recording is not the time of the server"
    OWNERS = "only the owner of the ledger records such an entry"
    CHECKPOINT = "a checkpoint that was made is never changed"
    PERSON = "a person is forgotten by an entry that tells of it, or stays as it is"
    IDENTITY = "what makes a ledger this ledger is never changed"


def is_own(table: str) -> bool:
    """Whether a table is the ledger's or a read model's: nobody else's triggers belong on it."""
    return table in OWN_TABLES | READ_MODEL_TABLES or table.startswith(READ_MODEL_PREFIXES)


def checked_version(stored: object, ledger: str, *, oldest: int = OLDEST_READ) -> int:
    """The schema of a ledger by what it says; raises LedgerDamaged, LedgerTooNew or LedgerOutdated."""
    if not str(stored).isdecimal():
        raise LedgerDamaged(ledger, "it does not say which schema it has")
    version = int(str(stored))
    if version > SCHEMA_VERSION:
        raise LedgerTooNew(ledger, version, SCHEMA_VERSION)
    if version < oldest:
        raise LedgerOutdated(ledger, version, SCHEMA_VERSION)
    return version


def first_facts(created_at: datetime) -> dict[str, str]:
    """What a new ledger says of itself."""
    from uuid import uuid4

    return {
        "schema_version": str(SCHEMA_VERSION),
        "ledger_id": str(uuid4()),
        "created_at": instant_text(created_at),
    }


def utc_now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)


def instant_text(instant: datetime) -> str:
    """A time as the journal stores it, ``2026-11-22T12:00:00.000000Z``: the order of the texts is that of the times.

    Raises ValueError for a time without a time zone, which could mean any of 38 instants.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; use datetime.now(UTC)")
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def parse_instant(text: str) -> datetime:
    """The time that `instant_text` wrote; raises ValueError."""
    return datetime.fromisoformat(text)


def is_instant(text: object) -> bool:
    """Whether a stored value is a time as we write it."""
    try:
        return isinstance(text, str) and instant_text(parse_instant(text)) == text
    except (ValueError, OverflowError):
        return False


@lru_cache(maxsize=REMEMBERED_DATES)
def day_bounds(when: When | None) -> tuple[str | None, str | None]:
    """The earliest and the latest day as the journal stores them beside a payload: ISO dates, None where open."""
    return (None, None) if when is None else (_iso(when.earliest), _iso(when.latest))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
