"""Bringing the tables of a ledger on PostgreSQL from an earlier schema to the present one."""

from __future__ import annotations

from typing import Final

from sqlalchemy.schema import CreateTable

from armsledger.storage.postgres.connection import PostgresConnection
from armsledger.storage.postgres.schema import BODIES, TRIGGERS, sqlalchemy_dialect, triggers_and_functions
from armsledger.storage.tables import unpurged

LOGINS: Final = 'ALTER TABLE journal ADD COLUMN IF NOT EXISTS login text COLLATE "C"'

RIGHTS_AS_ON_PERSONS: Final = """
DO $$ DECLARE reader text; BEGIN
    EXECUTE (SELECT format('ALTER TABLE unpurged OWNER TO %I', tableowner) FROM pg_tables
        WHERE schemaname = current_schema() AND tablename = 'person');
    FOR reader IN SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
        FROM pg_class, aclexplode(relacl) WHERE privilege_type = 'SELECT' AND grantee <> relowner
        AND relnamespace = quote_ident(current_schema())::regnamespace AND relname = 'person'
    LOOP EXECUTE 'GRANT SELECT ON unpurged TO ' || reader; END LOOP;
END $$"""
"""The new table is read by whoever reads the table of persons, and has the same owner."""


def renew_tables(connection: PostgresConnection) -> None:
    """Add what is new, and make triggers and their functions anew, within a transaction that holds the lock."""
    connection.execute(LOGINS)
    connection.execute(str(CreateTable(unpurged, if_not_exists=True).compile(dialect=sqlalchemy_dialect())))
    connection.execute(RIGHTS_AS_ON_PERSONS)
    for trigger in TRIGGERS:
        _, _, name, *words = trigger.split()
        connection.execute(f"DROP TRIGGER IF EXISTS {name} ON {words[words.index('ON') + 1]}")
    for name in BODIES:
        connection.execute(f"DROP FUNCTION IF EXISTS {name}()")
    connection.execute(";\n".join(triggers_and_functions(connection)))
