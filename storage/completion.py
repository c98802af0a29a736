"""Names of streams for a shell's completion."""

from __future__ import annotations

import sqlite3
from pathlib import Path

PATIENCE_SECONDS = 0.2
LONGEST_LIST = 1000
STREAMS = "SELECT DISTINCT stream FROM journal WHERE stream >= ? AND stream < ? ORDER BY stream LIMIT ?"


def complete_streams(path: str | Path, prefix: str) -> list[str]:
    """Streams of the ledger at a path that begin with a prefix; empty if the ledger cannot be read.

    Never raises, and never makes a ledger: a shell asks at every press of a key, and shows no errors.
    """
    try:
        uri = Path(path).absolute().as_uri()
        found = _streams(f"{uri}?mode=ro", prefix)
        # A read-only folder has no room for the files that SQLite puts beside a database in use.
        return _streams(f"{uri}?mode=ro&immutable=1", prefix) or [] if found is None else found
    except Exception:  # whatever went wrong, a shell that completes has no use for it
        return []


def _streams(uri: str, prefix: str) -> list[str] | None:
    """Ask one connection; None if it fails."""
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS)
    except sqlite3.Error:
        return None
    try:
        found = connection.execute(STREAMS, (prefix, f"{prefix}\U0010ffff", LONGEST_LIST))
        return [str(stream) for (stream,) in found]
    except sqlite3.Error:
        return None
    finally:
        connection.close()
