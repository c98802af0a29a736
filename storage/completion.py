"""Names of streams for a shell's completion."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from armsledger.storage.address import Server, parse_address

PATIENCE_SECONDS = 0.2
LONGEST_LIST = 1000
STREAMS = "SELECT DISTINCT stream FROM journal WHERE stream >= ? AND stream < ? ORDER BY stream LIMIT ?"


def complete_streams(address: str | Path, prefix: str) -> list[str]:
    """Streams of the ledger at an address that begin with a prefix; empty if the ledger cannot be read.

    Never raises, and never makes a ledger: a shell asks at every press of a key, and shows no errors.
    """
    try:
        place = parse_address(address)
        if isinstance(place, Server):
            return _streams_on_server(place, prefix)
        return [] if place is None else _streams_in_file(place, prefix)
    except Exception:  # whatever went wrong, a shell that completes has no use for it
        return []


def _streams_on_server(server: Server, prefix: str) -> list[str]:
    from armsledger.storage.postgres.connection import open_server

    with closing(open_server(server, PATIENCE_SECONDS)) as connection:
        return [str(stream) for (stream,) in connection.execute(STREAMS, _bounds(prefix))]


def _streams_in_file(path: Path, prefix: str) -> list[str]:
    uri = path.absolute().as_uri()
    found = _streams(f"{uri}?mode=ro", prefix)
    # A read-only folder has no room for the files that SQLite puts beside a database in use.
    return _streams(f"{uri}?mode=ro&immutable=1", prefix) or [] if found is None else found


def _streams(uri: str, prefix: str) -> list[str] | None:
    """Ask one connection; None if it fails."""
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS)
    except sqlite3.Error:
        return None
    try:
        return [str(stream) for (stream,) in connection.execute(STREAMS, _bounds(prefix))]
    except sqlite3.Error:
        return None
    finally:
        connection.close()


def _bounds(prefix: str) -> tuple[str, str, int]:
    """What the statement asks for: from where, up to where, and how many."""
    return prefix, f"{prefix}\U0010ffff", LONGEST_LIST
