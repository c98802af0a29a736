"""Opening what is at an address, whichever database it is in: to read, to write, or for a shell's completion."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from armsledger.storage.address import Place, Server, parse_address
from armsledger.storage.clock import DEFAULT_LEAP_DAYS, Clock
from armsledger.storage.connection import ASKED_ABOUT, DEFAULT_TIMEOUT_SECONDS, Connection

if TYPE_CHECKING:
    from armsledger.storage.database import Database

COMPLETION_TIMEOUT_SECONDS: Final = 0.2
LONGEST_COMPLETION: Final = 1000
STREAMS: Final = (
    f"SELECT DISTINCT stream FROM journal WHERE stream >= ? AND stream < ? AND {ASKED_ABOUT} ORDER BY stream LIMIT ?"
)


def open_connection(place: Path | Server, timeout_seconds: float) -> Connection:
    """A connection that reads the ledger at a place, and cannot write.

    Raises the errors of `armsledger.storage.errors`.
    """
    if isinstance(place, Path):
        from armsledger.storage.sqlite.connection import open_for_reading

        return open_for_reading(place, timeout_seconds)
    from armsledger.storage.postgres.connection import open_server

    return open_server(place, timeout_seconds, write=False)


def open_database(
    place: Place,
    *,
    clock: Clock | None = None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    leap_days: int = DEFAULT_LEAP_DAYS,
) -> Database:
    """The database of the ledger at a place, to write; without a place, a new one in memory.

    Without a ``clock`` it goes by the server's, for a file by the machine's.
    """
    if isinstance(place, Server):
        from armsledger.storage.postgres.database import PostgresDatabase

        return PostgresDatabase(place, clock=clock, timeout_seconds=timeout_seconds, leap_days=leap_days)
    from armsledger.storage.sqlite.database import SqliteDatabase

    return SqliteDatabase(place, clock=clock, timeout_seconds=timeout_seconds, leap_days=leap_days)


def complete_streams(address: str | Path, prefix: str) -> list[str]:
    """Streams of the ledger at an address that begin with a prefix; none if the ledger cannot be read.

    Never raises, and never makes a ledger: a shell asks at every press of a key, and shows no errors.
    """
    return complete_query(address, STREAMS, prefix, f"{prefix}\U0010ffff", LONGEST_COMPLETION)


def complete_query(address: str | Path, sql: str, *parameters: str | int) -> list[str]:
    """The first column of what a SELECT finds in a ledger, as texts; as careful as `complete_streams`."""
    try:
        place = parse_address(address)
        if place is None:
            return []
        with closing(open_connection(place, COMPLETION_TIMEOUT_SECONDS)) as connection:
            values = [str(value) for value, *_ in connection.execute(sql, parameters)]
            return [value for value in values if value.isprintable()]  # a shell would write the others as they are
    except Exception:  # whatever went wrong, a shell that completes has no use for it
        return []
