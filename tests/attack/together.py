"""Workers that record, follow and read one ledger at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from armsledger import Ledger, View
from armsledger.domain.entry import Draft, Entry
from armsledger.storage.errors import Conflict, LedgerBusy, LedgerExists
from tests.attack.statements import SOURCE, Mark, Told, acknowledge, record_dossier, record_single, record_source
from tests.processes import say
from tests.storage.drafts import signed

DOSSIER_ENTRIES = 20
DEAL_APPENDS = 4
"""How many entries each of several writers appends to one deal."""
SINGLES = (0, 1, 2, 4, 5)
"""Kinds of single entries that many may record in one deal."""
READ_BACK_ENTRIES = 200
READER_PAUSE_SECONDS = 0.02
LATER = "2022-12-31"
"""A day after all deliveries."""


def record_with_others(address: str, name: str, appends: int) -> None:
    """Append to deals that others append to as well; every tenth time with a version that is taken already."""
    longest = 0.0
    with Ledger(address, recorded_by=name) as ledger:
        for number in range(appends):
            started = time.monotonic()
            record_one_of_many(ledger, f"deal/shared-{number // DEAL_APPENDS}", f"{name}-{number}", number)
            longest = max(longest, time.monotonic() - started)
    say("longest", f"{longest:.3f}")


def record_one_of_many(ledger: Ledger, deal: str, transaction: str, number: int) -> None:
    """Record in a shared deal, which is opened first, or a dossier of one's own."""
    if number % DEAL_APPENDS == 0:
        patiently(lambda: record_dossier(ledger, deal, f"opening-{deal}", 1))
    if number % 10 == 9:
        append_after_a_conflict(ledger, deal, transaction)
    elif number % 50 == 10:
        patiently(lambda: record_dossier(ledger, f"deal/{transaction}", transaction, DOSSIER_ENTRIES))
    else:
        patiently(lambda: record_single(ledger, deal, transaction, SINGLES[number % len(SINGLES)]))


def patiently(doing: Callable[[], list[Told]]) -> None:
    """Record something and acknowledge it, however often others come first."""
    while True:
        try:
            return acknowledge(doing())
        except LedgerBusy:
            say("busy")


def append_after_a_conflict(ledger: Ledger, deal: str, transaction: str) -> None:
    """Append with the version of an entry that is there, then with the one that comes next until nobody is before."""
    version = ledger.journal().reader.version_of(deal)
    while True:
        draft = Draft(deal, version, str(Mark(transaction, 1, 1)), signed(source=SOURCE))
        try:
            [entry] = ledger.journal().append([draft], recorded_by=transaction)
            return acknowledge([Told(entry.position, entry.id)])
        except Conflict:
            say("conflict", version)
            version = ledger.journal().reader.version_of(deal) + 1
        except LedgerBusy:
            say("busy")


def follow(address: str, last: str) -> None:
    """Say every entry as it comes, up to one with an id."""
    with Ledger(address) as ledger:
        for row in ledger.follow(0):
            say("followed", row.position, row.id)
            if row.id == last:
                return


def read_meanwhile(address: str, last: str) -> None:
    """Look again and again at the latest transactions and at what the read models tell of them, up to one entry."""
    with Ledger(address) as ledger:
        while True:
            view = ledger.at(LATER)
            position = view.question.position
            entries = list(ledger.journal().reader.entries(after=position - READ_BACK_ENTRIES, upto=position))
            for complaint in complaints_of_a_reader(view, entries):
                say("torn", position, complaint)
            say("read", position)
            if entries and entries[-1].id == last:
                return
            time.sleep(READER_PAUSE_SECONDS)


def complaints_of_a_reader(view: View, entries: Sequence[Entry]) -> Iterator[str]:
    """Transactions of which a reader sees a part only, among entries or in the read models."""
    numbers: dict[str, list[int]] = {}
    sizes: dict[str, int] = {}
    for mark in [Mark.parse(entry.id) for entry in entries]:
        numbers.setdefault(mark.transaction, []).append(mark.number)
        sizes[mark.transaction] = mark.size
    for transaction in list(numbers)[1:]:  # of the first one, the beginning may be too far back
        if numbers[transaction] != list(range(1, sizes[transaction] + 1)):
            yield f"entries of {transaction}: {numbers[transaction]}"
    large = [transaction for transaction in list(numbers)[1:] if sizes[transaction] == DOSSIER_ENTRIES]
    for transaction in large[-1:]:
        delivered = [quantity.count for row in view.deals(deal=transaction) for quantity in row.delivered]
        if delivered != [DOSSIER_ENTRIES - 1]:
            yield f"deliveries of {transaction}: {delivered}"


def rebuild_meanwhile(address: str, last: str) -> None:
    """Build the read models anew, again and again, until an entry with an id is seen."""
    with Ledger(address) as ledger:
        while ledger.journal().reader.by_id(last) is None:
            try:
                ledger.rebuild(workers=0)
                say("rebuilt")
            except LedgerBusy:
                say("busy")


def create_at(address: str, moment: float) -> None:
    """Make the ledger at a moment, and say whether it was this process that made it."""
    wait_for(moment)
    with Ledger.create(address):
        say("made")


def record_first_at(address: str, moment: float, name: str) -> None:
    """Record a source at a moment into a ledger that is not there yet, and again if somebody else made it."""
    wait_for(moment)
    with Ledger(address, recorded_by=name) as ledger:
        while True:
            try:
                return acknowledge(record_source(ledger, name, name))
            except LedgerExists:
                say("exists")


def wait_for(moment: float) -> None:
    """Wait for a moment of the clock, awake, so as not to be late."""
    while time.time() < moment:
        pass


TASKS = (record_with_others, follow, read_meanwhile, rebuild_meanwhile, create_at, record_first_at)
