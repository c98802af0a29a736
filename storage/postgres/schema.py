"""The tables of a ledger on PostgreSQL, and the triggers that keep them append-only.

Constraints check each row by itself (no two entries at a position, of a version, with an id). A trigger checks once for
all rows of an INSERT that they follow what was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from psycopg.errors import DuplicateFunction, DuplicateTable
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from armsledger.storage.connection import POSTGRESQL
from armsledger.storage.driver_errors import first_line
from armsledger.storage.errors import NotALedger
from armsledger.storage.postgres.connection import ANOTHER_SCHEMA, LOCK, PostgresConnection, has_ledger
from armsledger.storage.postgres.functions import FUNCTIONS
from armsledger.storage.schema import Rule, first_facts, parse_instant
from armsledger.storage.tables import metadata


def _refusing(table: str, operations: str, rule: Rule) -> str:
    name = f"{table}_refuses_{operations.lower().replace(' or ', '_')}"
    return (
        f"CREATE TRIGGER {name} BEFORE {operations} ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION armsledger_refuse('{rule}')"
    )


TRIGGERS: Final = (
    """CREATE TRIGGER journal_takes_what_comes_next AFTER INSERT ON journal REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION armsledger_next()""",
    _refusing("journal", "UPDATE OR DELETE", Rule.UNCHANGED),
    _refusing("journal", "TRUNCATE", Rule.UNCHANGED),
    _refusing("checkpoint", "UPDATE OR DELETE", Rule.CHECKPOINT),
    _refusing("checkpoint", "TRUNCATE", Rule.CHECKPOINT),
    "CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger FOR EACH ROW EXECUTE FUNCTION armsledger_ledger()",
    _refusing("ledger", "DELETE", Rule.IDENTITY),
    _refusing("ledger", "TRUNCATE", Rule.IDENTITY),
    "CREATE TRIGGER person_refuses_insert BEFORE INSERT ON person"
    " FOR EACH ROW EXECUTE FUNCTION armsledger_new_person()",
    "CREATE TRIGGER person_refuses_update BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION armsledger_person()",
    _refusing("person", "DELETE", Rule.PERSON),
    _refusing("person", "TRUNCATE", Rule.PERSON),
)


def install_on_server(connection: PostgresConnection, created_at: datetime | None) -> bool:
    """Make the tables of an empty ledger, in one transaction; False if there is a ledger already.

    Unless it is told when that is, the server's clock says.

    Any number of processes may do so at once.
    """
    connection.execute("BEGIN")
    try:
        connection.execute(LOCK)
        if has_ledger(connection):
            return False
        ((now,),) = connection.execute(POSTGRESQL.now).fetchall()
        make_tables(connection, created_at or parse_instant(now))
        connection.execute("COMMIT")
        return True
    finally:
        connection.rollback()


def make_tables(connection: PostgresConnection, created_at: datetime, facts: Mapping[str, str] | None = None) -> None:
    """Make the tables of a ledger, within a transaction that holds the lock; raises NotALedger if some exist.

    ``facts`` are those of another ledger, of which it is to be a copy.
    """
    try:
        connection.execute(";\n".join(definitions(connection)))
    except (DuplicateTable, DuplicateFunction) as error:
        raise NotALedger(
            str(connection.server), f"in its schema, {first_line(error)}", remedy=ANOTHER_SCHEMA
        ) from error
    all_facts = first_facts(created_at) | dict(facts or {})
    connection.executemany("INSERT INTO ledger (key, value) VALUES (?, ?)", all_facts.items())


def definitions(connection: PostgresConnection) -> list[str]:
    """The statements that make the tables, functions and triggers in the connection's schema."""
    dialect = sqlalchemy_dialect()
    tables = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    return [*tables, *triggers_and_functions(connection)]


def sqlalchemy_dialect() -> Any:
    """What writes the statements that make tables."""
    return postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it so


def triggers_and_functions(connection: PostgresConnection) -> list[str]:
    """The statements that make the functions and triggers in the connection's schema."""
    (schema,) = connection.execute("SELECT current_schema()").fetchone() or ("public",)
    return [*(function.definition(str(schema)) for function in FUNCTIONS), *TRIGGERS]
