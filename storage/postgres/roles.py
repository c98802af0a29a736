"""Roles of a ledger on PostgreSQL: who owns it, who records in it, and who reads it.

The writer may read the journal and call the function that appends to it, which checks what it is given: rights, as well
as triggers, refuse INSERT, UPDATE, DELETE and TRUNCATE. The writer may change the read models, which can be made again
from the journal. Nobody logs in as one of these roles: people and programs are made members of them
(``GRANT armsledger_writer TO ann``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from armsledger.domain.errors import UsageError
from armsledger.domain.errors import quoted as quoted_text
from armsledger.storage.address import MEMORY, Place, Server
from armsledger.storage.connection import Connection
from armsledger.storage.driver_errors import driver_errors, ledger_error
from armsledger.storage.postgres.functions import APPENDING, FUNCTIONS

DEFAULT_PREFIX: Final = "armsledger"
RELATIONS: Final = """
SELECT relname::text, relkind::text FROM pg_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'v') ORDER BY relname"""
LONGEST_NAME_BYTES: Final = 63
"""PostgreSQL cuts what is longer (NAMEDATALEN), so that two prefixes could lead to the same roles."""

RIGHTS: Final = {
    "journal": "SELECT",
    "checkpoint": "SELECT",
    "person": "SELECT, INSERT",
    "ledger": "SELECT",
    "unpurged": "SELECT",
    "tracking": "SELECT, INSERT, UPDATE",
}
"""The writer's rights in the ledger's own tables; entries are appended by a function (`functions`).

No right to keep checkpoints: the server cannot tell a false signature, and one that a writer put there would keep
everybody from verifying and from signing. A writer's checkpoint is handed out, and not kept.
"""
RIGHTS_IN_READ_MODELS: Final = "SELECT, INSERT, UPDATE, DELETE"


class Roles(NamedTuple):
    """The names of the three roles."""

    owner: str
    writer: str
    reader: str

    @classmethod
    def called(cls, prefix: str) -> Roles:
        """``armsledger_owner``, ``armsledger_writer`` and ``armsledger_reader`` for ``armsledger``.

        Raises UsageError for a prefix that PostgreSQL would cut.
        """
        roles = cls(f"{prefix}_owner", f"{prefix}_writer", f"{prefix}_reader")
        longest = max(len(role.encode()) for role in roles)
        if not prefix or longest > LONGEST_NAME_BYTES or not prefix.isprintable():
            room = LONGEST_NAME_BYTES - longest + len(prefix.encode())
            raise UsageError(
                f"{quoted_text(prefix)} cannot begin the names of roles",
                remedy=f"take up to {room} bytes of printable characters: PostgreSQL would cut longer names",
            )
        return roles


def grant_roles_at(place: Place, prefix: str, timeout_seconds: float) -> Roles:
    """Make the roles of the ledger at a place; raises UsageError for a ledger that is not on PostgreSQL."""
    if not isinstance(place, Server):
        raise UsageError(
            f"{MEMORY if place is None else place} has no roles: the rights of the file system guard a file",
            remedy="leave --roles out, or name a ledger on PostgreSQL: --ledger postgresql://host/name",
        )
    from armsledger.storage.postgres.connection import open_server

    connection = open_server(place, timeout_seconds)
    try:
        return grant_roles(connection, prefix)
    except driver_errors() as error:
        raise ledger_error(error, str(place), timeout_seconds) from error
    finally:
        connection.close()


def grant_roles(connection: Connection, prefix: str = DEFAULT_PREFIX) -> Roles:
    """Make the roles unless they exist, and give each its rights; to be repeated when there are new read models.

    The connection's role must be allowed to make roles. Raises the driver's errors, and then nothing has changed.
    """
    roles = Roles.called(prefix)
    connection.execute("BEGIN")
    try:
        for statement in statements(connection, roles):
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.rollback()
    return roles


def statements(connection: Connection, roles: Roles) -> list[str]:
    """The statements that make the roles of the ledger at a connection."""
    (schema,) = connection.execute("SELECT current_schema()").fetchone()
    relations = connection.execute(RELATIONS).fetchall()
    return [
        *(_make(role) for role in roles),
        f"GRANT {quoted(roles.owner)} TO CURRENT_USER",
        f"REVOKE CREATE ON SCHEMA {quoted(schema)} FROM PUBLIC, {quoted(roles.writer)}, {quoted(roles.reader)}",
        f"GRANT USAGE, CREATE ON SCHEMA {quoted(schema)} TO {quoted(roles.owner)}",
        f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {_list(roles)}",
        *_owned(relations, roles.owner),
        *(statement for name, kind in relations for statement in _rights(name, kind, roles)),
        f"REVOKE ALL ON FUNCTION {APPENDING.signature} FROM PUBLIC, {quoted(roles.reader)}",
        f"GRANT EXECUTE ON FUNCTION {APPENDING.signature} TO {quoted(roles.writer)}",
    ]


def _make(role: str) -> str:
    """There is no CREATE ROLE IF NOT EXISTS."""
    text = quoted(role).replace("'", "''")
    return f"DO 'BEGIN CREATE ROLE {text} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END'"


def _owned(relations: Iterable[Sequence[str]], owner: str) -> list[str]:
    kinds = {"r": "TABLE", "v": "VIEW"}
    return [
        *(f"ALTER {kinds[kind]} {quoted(name)} OWNER TO {quoted(owner)}" for name, kind in relations),
        *(f"ALTER FUNCTION {function.signature} OWNER TO {quoted(owner)}" for function in FUNCTIONS),
    ]


def _rights(name: str, kind: str, roles: Roles) -> list[str]:
    """The rights in a table or view, in place of all that others had."""
    table = quoted(name)
    writer = "SELECT" if kind == "v" else RIGHTS.get(name, RIGHTS_IN_READ_MODELS)
    return [
        f"REVOKE ALL ON {table} FROM PUBLIC, {quoted(roles.writer)}, {quoted(roles.reader)}",
        f"GRANT {writer} ON {table} TO {quoted(roles.writer)}",
        f"GRANT SELECT ON {table} TO {quoted(roles.reader)}",
    ]


def _list(roles: Iterable[str]) -> str:
    return ", ".join(map(quoted, roles))


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"{}"'.format(name.replace('"', '""'))
