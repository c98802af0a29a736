"""Giving the roles of a ledger on PostgreSQL their rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from armsledger.domain.errors import UsageError
from armsledger.storage.address import Server
from armsledger.storage.driver_errors import driver_errors, ledger_error

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.postgres.roles import Roles


def grant(session: Session, prefix: str) -> Roles:
    """Make an owner, a writer and a reader; raises UsageError for a ledger that is not on PostgreSQL."""
    journal = session.journal()
    if not isinstance(journal.place, Server):
        raise UsageError(
            f"{journal.ledger} has no roles: it is a file, which the rights of the file system guard",
            remedy="leave --roles out, or name a ledger on PostgreSQL: --ledger postgresql://host/name",
        )
    from armsledger.storage.postgres.connection import open_server
    from armsledger.storage.postgres.roles import grant_roles

    connection = open_server(journal.place, session.timeout_seconds)
    try:
        return grant_roles(connection, prefix)
    except driver_errors() as error:
        raise ledger_error(error, journal.ledger, session.timeout_seconds) from error
    finally:
        connection.close()
