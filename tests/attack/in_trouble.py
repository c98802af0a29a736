"""Workers that are killed, or for which there is too little room."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from armsledger import Ledger
from armsledger.storage.errors import LedgerFull, LedgerUnreachable
from tests.attack.statements import Told, acknowledge, first_dossier, record_dossier, record_single, record_source, take
from tests.processes import say

DOSSIER_ENTRIES = 20
RETRY_SECONDS = 0.02


def record_until_killed(address: str, name: str) -> None:
    """Record a dossier of twenty entries, then single entries, close the ledger, and so on until killed."""
    for round_ in count():
        deal = f"deal/{name}-{round_}"
        with Ledger(address, recorded_by=name) as ledger:
            if not ledger.position():
                acknowledge(record_source(ledger, f"{name}-source"))
            acknowledge(record_dossier(ledger, deal, deal, DOSSIER_ENTRIES))
            for number in range(8):
                acknowledge(record_single(ledger, deal, f"{deal}-{number}", number))


def record_through_losses(address: str, name: str) -> None:
    """Record dossiers and single entries, each again and again until the server takes it, until killed."""
    with Ledger(address, recorded_by=name) as ledger:
        for number in count():
            deal = f"deal/{name}-{number}"
            acknowledge(insist(lambda deal=deal: record_dossier(ledger, deal, deal, 5)))  # type: ignore[misc]
            for kind in range(3):
                acknowledge(insist(lambda deal=deal, kind=kind: record_single(ledger, deal, f"{deal}-{kind}", kind)))  # type: ignore[misc]


def insist(doing: Callable[[], list[Told]]) -> list[Told]:
    """Do something again for as long as the server is not there; what it had recorded before is told by nobody."""
    while True:
        try:
            return doing()
        except LedgerUnreachable:
            say("lost")
            time.sleep(RETRY_SECONDS)


def record_until_refused(address: str, name: str, size: int, in_the_way: Sequence[str], times: int) -> None:
    """Record dossiers of a size until the disk is full, so many times, then once more without what is in the way."""
    with Ledger(address, recorded_by=name) as ledger:
        refused = 0
        for number in count():
            try:
                acknowledge(record_dossier(ledger, f"deal/{name}-{number}", f"{name}-{number}", size))
            except LedgerFull as refusal:
                say("full", str(refusal).replace("\n", " "))
                refused += 1
            if refused == times:
                break
        for path in in_the_way:
            Path(path).unlink()
        acknowledge(record_dossier(ledger, f"deal/{name}-afterwards", f"{name}-afterwards", size))
        say("afterwards")


def under_a_limit(address: str, limit_bytes: int, doing: str) -> None:
    """Do something while files may not grow beyond a limit."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
    try:
        with Ledger(address) as ledger:
            told = LIMITED[doing](ledger)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    acknowledge(told)


def record_large(ledger: Ledger) -> list[Told]:
    """Record a dossier that needs some room."""
    return record_dossier(ledger, "deal/large", "large", 40)


def record_first(ledger: Ledger) -> list[Told]:
    """Record a ledger's first dossier."""
    return take(ledger, first_dossier("first", "deal/first", 40))


def rebuild_all(ledger: Ledger) -> list[Told]:
    """Build the read models anew."""
    ledger.rebuild(workers=0)
    return []


LIMITED = {task.__name__: task for task in (record_large, record_first, rebuild_all)}

TASKS = (record_until_killed, record_through_losses, record_until_refused, under_a_limit)
