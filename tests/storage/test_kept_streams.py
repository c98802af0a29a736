"""A writer that stays keeps what it has read, and learns what others do meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger, Refused
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.citation import ERASED
from armsledger.storage import kept_streams, writer
from tests.application.book import SOURCES, entry, opened, take

PLAIN = {"on": "2021-06-01", "quantity": "4 tanks", "source": "paper"}


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The place of a ledger that holds a deal and a delivery of it."""
    path = tmp_path / "kept.db"
    with Ledger.create(path) as ledger:
        take(ledger, *SOURCES, opened(), entry("deal/x", "delivered", tranche=0, **PLAIN))
    return path


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each payload is decoded."""
    counts: Counter[str] = Counter()
    decode: Callable[[str, int, str], Statement] = CATALOGUE.decode

    def counted(name: str, schema_version: int, payload: str) -> Statement:
        counts[name] += 1
        return decode(name, schema_version, payload)

    monkeypatch.setattr(CATALOGUE, "decode", counted)
    return counts


def deliver(ledger: Ledger, tranche: int, **more: Any) -> None:
    """Record one more delivery."""
    ledger.record("deal/x", "delivered", tranche=tranche, **{**PLAIN, **more})


def _deliver_twice(ledger: Ledger) -> None:
    """Record what is taken, and then what is refused."""
    deliver(ledger, 2)
    deliver(ledger, 2, quantity="5 tanks")


def tranches(ledger: Ledger) -> list[object]:
    """The tranches that came, as the tables tell."""
    return sorted((row.tranche for row in ledger.at("2023-01-01").deliveries()), key=str)


def test_the_next_append_decodes_only_what_it_appends(filled: Path, decoded: Counter[str]) -> None:
    with Ledger(filled) as ledger:
        deliver(ledger, 1)
        decoded.clear()
        deliver(ledger, 2)
    assert decoded == {"deal.delivered": 1}


def test_what_another_process_appends_is_read_and_no_more(filled: Path, decoded: Counter[str]) -> None:
    with Ledger(filled) as ledger, Ledger(filled) as other:
        deliver(ledger, 1)
        deliver(other, 2)
        decoded.clear()
        deliver(ledger, 3)
        assert decoded == {"deal.delivered": 2}
        assert tranches(ledger) == [0, 1, 2, 3]


def test_a_decision_knows_what_another_process_appends(filled: Path) -> None:
    with Ledger(filled) as ledger, Ledger(filled) as other:
        deliver(ledger, 1)
        deliver(other, 2)
        with pytest.raises(Refused, match="quantity"):
            deliver(ledger, 2, quantity="9 tanks")


def test_what_was_undone_is_not_kept(filled: Path) -> None:
    with Ledger(filled) as ledger:
        deliver(ledger, 1)
        with pytest.raises(Refused), ledger.journal().transaction():
            _deliver_twice(ledger)
        deliver(ledger, 2, quantity="9 tanks")
        assert tranches(ledger) == [0, 1, 2]
        assert len(ledger.journal().reader.stream("deal/x")) == 4


def test_a_name_that_another_process_erases_is_in_nothing_that_is_written_later(filled: Path) -> None:
    spoken = {"speaker": "Arjun Mehra"}
    with Ledger(filled) as ledger, Ledger(filled) as other:
        deliver(ledger, 1, attribution=spoken)
        other.forget("Arjun Mehra")
        deliver(ledger, 2)
        with ledger.journal().transaction():
            entries = ledger.journal().reader.stream("deal/x")
    speakers = [entry.event.attribution.speaker for entry in entries if entry.event.attribution is not None]
    assert speakers == [ERASED]
    assert b"Arjun Mehra" not in b"".join(file.read_bytes() for file in filled.parent.iterdir())


def test_more_entries_than_are_kept_are_read_again(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_streams, "MOST_ENTRIES", 2)
    with Ledger(filled) as ledger:
        for number in range(1, 5):
            deliver(ledger, number)
        assert tranches(ledger) == [0, 1, 2, 3, 4]


def test_a_transaction_that_reads_no_stream_hides_nothing_of_what_another_process_appended(filled: Path) -> None:
    with Ledger(filled) as ledger, Ledger(filled) as other:
        deliver(ledger, 1)
        deliver(other, 2)
        with ledger.journal().transaction() as transaction:
            assert transaction.head > 0  # as a rebuild does, which appends nothing
        deliver(ledger, 3)
        assert tranches(ledger) == [0, 1, 2, 3]


@pytest.mark.parametrize("at_once", [1, 7])
def test_a_long_transaction_has_few_entries_at_hand_and_decides_on_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(writer, "MOST_AT_HAND", 20)
    most = 0
    with Ledger.create(tmp_path / "long.db") as ledger:
        take(ledger, *SOURCES)
        with ledger.journal().transaction() as transaction:
            for number in range(100):
                if number % at_once == 0:
                    several = range(number, min(number + at_once, 100))
                    take(ledger, *(opened(f"deal/d{each}", id=f"opening-{each}") for each in several))
                ledger.record(f"deal/d{number}", "delivered", tranche=0, **PLAIN)
                most = max(most, sum(map(len, transaction.entries.values())))
        assert len(ledger.at("2023-01-01").deliveries()) == 100
        with pytest.raises(Refused, match="quantity"):
            ledger.record("deal/d0", "delivered", tranche=0, **{**PLAIN, "quantity": "9 tanks"})
    assert 0 < most <= 20 + at_once
