"""Workers that record and follow while the server that takes writes fails, and another takes its place."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import count

from armsledger import Ledger
from armsledger.storage.errors import CommitUnconfirmed, LedgerBusy, LedgerFailed, LedgerUnreachable
from tests.attack.statements import Told, acknowledge, record_source
from tests.processes import say

RETRY_SECONDS = 0.02
IN_DOUBT = (LedgerUnreachable, CommitUnconfirmed, LedgerBusy)
"""What is told while nobody knows which server takes writes, and whether it has what was recorded."""


def record_through_failovers(address: str, name: str, timeout_seconds: float = 10) -> None:
    """Register a source, again and again until that is acknowledged, then the next one, until killed.

    What is told to be known is acknowledged as well: an earlier try had recorded it.
    """
    with Ledger(address, recorded_by=name, timeout_seconds=timeout_seconds) as ledger:
        for number in count():
            transaction = f"{name}-{number}"
            told = insist(partial(record_source, ledger, transaction, transaction))
            acknowledge(told or known(ledger, transaction))
            say("at", time.time())


def insist(doing: Callable[[], list[Told]]) -> list[Told]:
    """Do something again for as long as it is in doubt."""
    while True:
        try:
            return doing()
        except IN_DOUBT as error:
            say("doubt", type(error).__name__)
            time.sleep(RETRY_SECONDS)


def known(ledger: Ledger, transaction: str) -> list[Told]:
    """The entry that an earlier try recorded."""
    entry = ledger.journal().reader.by_id(f"{transaction}:1/1")
    assert entry is not None
    return [Told(entry.position, entry.id)]


def follow_through_failovers(address: str, last: str, timeout_seconds: float = 10) -> None:
    """Say every entry as it comes, up to one with an id; each time that a server is lost, go on after the last one.

    What the server that took over does not have is taken back.
    """
    after = 0
    while True:
        try:
            with Ledger(address, timeout_seconds=timeout_seconds) as ledger:
                for row in ledger.follow(after):
                    say("followed", row.position, row.id)
                    after = row.position
                    if row.id == last:
                        return
        except LedgerUnreachable:
            say("lost")
            time.sleep(RETRY_SECONDS)
        except LedgerFailed:
            say("took-back", after)
            after -= 1


TASKS = (record_through_failovers, follow_through_failovers)
