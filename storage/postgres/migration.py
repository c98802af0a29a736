"""Bringing the tables of a ledger on PostgreSQL from an earlier schema to the present one."""

from __future__ import annotations

from typing import Final

from sqlalchemy.schema import CreateTable

from armsledger.storage.postgres.connection import PostgresConnection
from armsledger.storage.postgres.functions import APPENDING, FUNCTIONS
from armsledger.storage.postgres.schema import TRIGGERS, sqlalchemy_dialect, triggers_and_functions
from armsledger.storage.tables import journal, unpurged

LOGINS: Final = 'ALTER TABLE journal ADD COLUMN IF NOT EXISTS login text COLLATE "C"'
RECORDERS: Final = """
SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END FROM (
    SELECT relowner, (aclexplode(relacl)).* FROM pg_class WHERE oid = 'journal'::regclass
    UNION ALL SELECT relowner, (aclexplode(attacl)).* FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE pg_class.oid = 'journal'::regclass
) AS granted WHERE privilege_type = 'INSERT' AND grantee <> relowner"""
"""Whom an earlier release, or the owner, gave the right to insert into the journal."""
OWNER: Final = (
    "SELECT relowner::regrole::text FROM pg_class WHERE oid = 'journal'::regclass AND relowner <> current_user::regrole"
)

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
    """Add what is new, and make triggers and functions anew, within a transaction that holds the lock.

    Whoever could insert into the journal can append by the ledger's own function in place of that.
    """
    connection.execute(LOGINS)
    connection.execute(str(CreateTable(unpurged, if_not_exists=True).compile(dialect=sqlalchemy_dialect())))
    connection.execute(RIGHTS_AS_ON_PERSONS)
    for trigger in TRIGGERS:
        _, _, name, *words = trigger.split()
        connection.execute(f"DROP TRIGGER IF EXISTS {name} ON {words[words.index('ON') + 1]}")
    for function in FUNCTIONS:
        connection.execute(f"DROP FUNCTION IF EXISTS {function.signature}")
    connection.execute(";\n".join(triggers_and_functions(connection)))
    for (owner,) in connection.execute(OWNER).fetchall():
        for function in FUNCTIONS:
            connection.execute(f"ALTER FUNCTION {function.signature} OWNER TO {owner}")
    for (recorder,) in connection.execute(RECORDERS).fetchall():
        columns = ", ".join(journal.columns.keys())
        connection.execute(f"REVOKE INSERT, INSERT ({columns}) ON journal FROM {recorder}")
        connection.execute(f"GRANT EXECUTE ON FUNCTION {APPENDING.signature} TO {recorder}")
