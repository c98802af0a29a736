"""What is recorded while something goes wrong: entries whose ids tell which transaction they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any, NamedTuple, Self

from armsledger import Ledger
from armsledger.storage.errors import LedgerExists
from tests.application.book import Object, jsonl

SOURCE = "wire"
DAY = "2021-11-12"


class Mark(NamedTuple):
    """An entry's id: the name of its transaction, its number there, and how many entries the transaction has."""

    transaction: str
    number: int
    size: int

    def __str__(self) -> str:
        return f"{self.transaction}:{self.number}/{self.size}"

    @classmethod
    def parse(cls, entry_id: str) -> Self:
        """Read what `__str__` wrote."""
        transaction, _, place = entry_id.rpartition(":")
        number, _, size = place.partition("/")
        return cls(transaction, int(number), int(size))


class Told(NamedTuple):
    """An entry that somebody was told to be recorded."""

    position: int
    id: str

    def __str__(self) -> str:
        return f"{self.position} {self.id}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read what `__str__` wrote."""
        position, _, entry_id = line.partition(" ")
        return cls(int(position), entry_id)


def acknowledge(told: Iterable[Told]) -> None:
    """Say what is recorded, all of a transaction at once: ``told POSITION ID`` for every entry."""
    os.write(1, "".join(f"told {one}\n" for one in told).encode())


def source(transaction: str, key: str = SOURCE) -> Object:
    """The registration of a source, a transaction by itself."""
    return numbered(transaction, [registration(key)])[0]


def dossier(transaction: str, deal: str, size: int) -> list[Object]:
    """A deal that is opened, and what is delivered, all in one transaction."""
    return numbered(transaction, entries_of_a_deal(deal, size))


def first_dossier(transaction: str, deal: str, size: int) -> list[Object]:
    """The same with the source that it cites, for a ledger that is not there yet."""
    return numbered(transaction, [registration(SOURCE), *entries_of_a_deal(deal, size - 1)])


def registration(key: str) -> Object:
    """A source is registered."""
    return {"stream": f"source/{key}", "event": "registered", "publisher": key, "published": DAY}


def entries_of_a_deal(deal: str, size: int) -> list[Object]:
    """A deal is opened, and there are deliveries."""
    opening = {"event": "opened", "on": "2018-01-01", "supplier": "RUS", "buyer": "IND"}
    delivery = {"event": "delivered", "on": "2021-06-01", "quantity": "1 unit"}
    return [{"stream": deal, "source": SOURCE, **fields} for fields in [opening, *[delivery] * (size - 1)]]


def numbered(transaction: str, objects: list[Object]) -> list[Object]:
    """The objects of a transaction with ids that tell so."""
    return [{**given, "id": str(Mark(transaction, n, len(objects)))} for n, given in enumerate(objects, 1)]


def single(transaction: str, number: int) -> dict[str, Any]:
    """One of several kinds of entries, as `Ledger.record` takes it."""
    kinds: tuple[Mapping[str, Any], ...] = (
        {"event": "delivered", "on": "2021-06-01", "quantity": "1 unit"},
        {"event": "tranche-paid", "on": "2019-06-01", "tranche": number, "amount": f"USD {number + 1}m"},
        {"event": "expected", "what": "delivered", "due": f"{2022 + number}-01", "asserted": DAY},
        {"event": "corrected", "set": {"on": f"2018-02-{1 + number % 28:02}"}, "reason": "source-error"},
        {"event": "linked", "on": "2020-06-01", "to": f"source/{SOURCE}", "relation": "caused-by"},
        {"event": "transferred-onward", "on": "2021-07-01", "to": "UKR", "quantity": "1 unit", "item": "S-400"},
    )
    return {"source": SOURCE, **kinds[number % len(kinds)], "id": str(Mark(transaction, 1, 1))}


def record_source(ledger: Ledger, transaction: str, key: str = SOURCE) -> list[Told]:
    """Register the source that all others cite; what makes no ledger by being recorded has it made first."""
    if "://" in ledger.address and not ledger.exists():
        with suppress(LedgerExists):
            Ledger.create(ledger.address).close()
    return take(ledger, [source(transaction, key)])


def record_single(ledger: Ledger, deal: str, transaction: str, number: int) -> list[Told]:
    """Record one entry in a deal that `dossier` opened."""
    fields = single(transaction, number)
    if fields["event"] == "corrected":
        fields["target"] = f"{deal}@1"
    recorded = ledger.record(deal, **fields)
    return [] if recorded.known_before else [_told(recorded.entry)]


def record_dossier(ledger: Ledger, deal: str, transaction: str, size: int) -> list[Told]:
    """Record a deal and its deliveries in one transaction."""
    return take(ledger, dossier(transaction, deal, size))


def take(ledger: Ledger, objects: list[Object]) -> list[Told]:
    """Record objects as one dossier, which are taken in their order."""
    report = ledger.record_stream(BytesIO(jsonl(objects)), name="dossier.jsonl")
    ids = [str(given["id"]) for given in objects]
    return [Told(position, entry_id) for position, entry_id in enumerate(ids, report.first)] if report.recorded else []


def _told(entry: Any) -> Told:
    return Told(entry.position, entry.id)
