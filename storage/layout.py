"""What tells that a file is a ledger, and of which make."""

from __future__ import annotations

APPLICATION_ID = int.from_bytes(b"ArmL", "big")
"""Written into the SQLite header, so that `file` and other programs can tell a ledger from any database."""

SCHEMA_VERSION = 1
"""Raised whenever a released table changes in a way that an older program must not touch."""

DEFAULT_TIMEOUT_SECONDS = 10.0
"""How long to wait for another writer before giving up."""
