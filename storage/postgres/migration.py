"""Bringing the tables of a ledger on PostgreSQL from an earlier schema to the present one."""

from __future__ import annotations

from typing import Final

from armsledger.storage.postgres.connection import PostgresConnection
from armsledger.storage.postgres.schema import BODIES, TRIGGERS, triggers_and_functions

LOGINS: Final = 'ALTER TABLE journal ADD COLUMN IF NOT EXISTS login text COLLATE "C"'


def renew_tables(connection: PostgresConnection) -> None:
    """Add what is new, and make triggers and their functions anew, within a transaction that holds the lock."""
    connection.execute(LOGINS)
    for trigger in TRIGGERS:
        _, _, name, *words = trigger.split()
        connection.execute(f"DROP TRIGGER IF EXISTS {name} ON {words[words.index('ON') + 1]}")
    for name in BODIES:
        connection.execute(f"DROP FUNCTION IF EXISTS {name}()")
    connection.execute(";\n".join(triggers_and_functions(connection)))
