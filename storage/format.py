"""What tells that a database is a ledger, and of which make."""

from __future__ import annotations

APPLICATION_ID = int.from_bytes(b"ArmL", "big")
"""Written into the SQLite header, so that `file` and other programs can tell a ledger from any database; the first half
of the lock that keeps writers apart on PostgreSQL."""

SCHEMA_VERSION = 2
"""Raised whenever a released table changes in a way that an older program must not touch.

1: the journal, append-only by triggers. 2: with the Merkle tree's hashes beside each entry.
"""

FIRST_WITH_TREE = 2
"""The first schema with the Merkle tree, and with the checkpoints and persons beside it."""

OLDEST_READ = 1
"""Ledgers of this schema and later ones are read; only those of the newest are written."""

DEFAULT_TIMEOUT_SECONDS = 10.0
"""How long to wait for another writer before giving up."""
