"""The same entries as the journal of a plain-text accounting program: a transaction for each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from armsledger.domain.entry import Entry
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.storage.journal import Journal

NOTHING_MOVED = "1 entry"


def write_accounts(ledger: Path, path: Path) -> int:
    """Write the entries of a ledger's deals as transactions, in the order of days; returns how many."""
    with Journal.open(ledger) as journal:
        entries = [entry for _, entries in journal.reader.streams_grouped("deal") for entry in entries]
    entries.sort(key=day_of)
    with path.open("w", encoding="utf-8") as file:
        for entry in entries:
            account = entry.stream.replace("/", "s:", 1)
            moved = amount_of(entry)
            file.write(
                f"{day_of(entry)} {entry.event.name}\n    {account}  {moved}\n    sources:{entry.event.source}\n\n"
            )
    return len(entries)


def day_of(entry: Entry) -> date:
    """The first day that is meant, or the last where there is no first."""
    on = entry.event.on
    return on.earliest or on.latest or date.min


def amount_of(entry: Entry) -> str:
    """What an entry moves: money paid or agreed, units delivered, or, of all others, itself."""
    for name in ("amount", "value", "quantity"):
        match getattr(entry.event, name, None):
            case Money() as money:
                return f"{money.amount:f} {money.currency}"
            case Quantity() as quantity:
                return f"{quantity.count} {quantity.unit}"
    return NOTHING_MOVED
