"""Keeping the index of search in step: with each append, where it was left behind, and built anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from armsledger.projections.schema import REGISTER, SEARCH_INDEX
from armsledger.projections.search.index import (
    add_entries,
    has_fts5,
    indexed_upto,
    make_index,
    register_index,
)
from armsledger.projections.tables import install_own, move_on
from armsledger.storage.connection import Connection
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader
from armsledger.storage.transaction import Transaction

ENTRIES_A_TRANSACTION: Final = 20_000
"""Others may write in between."""
Report = Callable[[int, int], None]
"""Told how many entries are done, and how many there are to do."""


def install_index(connection: Connection) -> None:
    """Make the index of an empty ledger, if the database can keep one."""
    if make_index(connection):
        register_index(connection, 0)


def is_index_behind(connection: Connection, reader: JournalReader, head: int) -> bool:
    """Whether there is something to do before the index takes account of all entries."""
    return head > 0 and has_fts5(connection) and indexed_upto(reader) < head


def index_appended(transaction: Transaction, reader: JournalReader) -> None:
    """Take account of what a transaction appended."""
    add_entries(transaction.connection, reader, transaction.before, transaction.head)
    move_on(transaction.connection, [SEARCH_INDEX], transaction.head)


def index_all(connection: Connection, reader: JournalReader, report: Report = lambda *_: None) -> None:
    """Make the index of a ledger within the transaction that makes the ledger."""
    head = reader.head()
    if not make_index(connection):
        return
    for start in range(0, head, ENTRIES_A_TRANSACTION):
        done = min(start + ENTRIES_A_TRANSACTION, head)
        add_entries(connection, reader, start, done)
        report(done, head)
    register_index(connection, head)


def rebuild_index(journal: Journal, report: Report = lambda *_: None) -> None:
    """Build the index anew; until it is ready, search reads the entries.

    Each part is a transaction. Whatever ends it, the next writer goes on from there.
    """
    with journal.transaction() as transaction:
        install_own(transaction.connection)
        transaction.connection.execute(f"DELETE FROM {REGISTER} WHERE name = ? AND building = 0", (SEARCH_INDEX,))
        install_index(transaction.connection)
    catch_up_index(journal, report)


def catch_up_index(journal: Journal, report: Report = lambda *_: None) -> None:
    """Take account of the entries that the index has not seen; it is made if there is none, or another release's."""
    while _next_part(journal, report):
        pass


def _next_part(journal: Journal, report: Report) -> bool:
    """Do one part; False if there is no other."""
    with journal.transaction(durable=False) as transaction:
        connection, reader, head = transaction.connection, journal.reader, transaction.head
        done = indexed_upto(reader)
        if done < 0:
            install_own(connection)
            if not make_index(connection):
                return False
            done = 0
        last = min(done + ENTRIES_A_TRANSACTION, head)
        add_entries(connection, reader, done, last)
        register_index(connection, last)
    report(last, head)
    return last < head
