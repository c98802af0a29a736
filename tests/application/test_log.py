"""Following: entries as they are recorded, by any process, none missed and none twice."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.application.log import follow
from armsledger.storage.errors import LedgerFailed
from tests.application.book import SEED, SOURCES, Clock, opened, paid, take
from tests.processes import PATIENCE_SECONDS


def test_what_is_there_comes_first_and_then_what_is_recorded(place: str) -> None:
    with Ledger(place, clock=Clock()) as ledger, Ledger(place, clock=Clock()) as other:
        take(ledger, *SOURCES, opened())
        followed = ledger.follow(after=3, timeout_seconds=PATIENCE_SECONDS)
        assert [next(followed).entry for _ in range(2)] == ["source/archive@1", "deal/x@1"]
        take(other, paid("USD 1m"))
        row = next(followed)
        assert (row.position, row.entry, row.event, row.retracted_by) == (6, "deal/x@2", "tranche-paid", None)


def test_without_a_position_only_what_is_yet_to_come(place: str) -> None:
    with Ledger(place, clock=Clock()) as ledger:
        take(ledger, *SOURCES, opened())
        followed = ledger.follow(timeout_seconds=0)
        take(ledger, paid("USD 1m"))
        assert [row.position for row in followed] == [6]


def test_it_ends_when_nothing_comes(place: str) -> None:
    with Ledger(place) as ledger:
        ledger.record_file(SEED)
        assert [row.position for row in ledger.follow(0, timeout_seconds=0.2)] == list(range(1, ledger.position() + 1))
        assert list(ledger.follow(timeout_seconds=0.2)) == []


@pytest.mark.usefixtures("database")
def test_in_memory_too() -> None:
    with Ledger.in_memory(clock=Clock()) as ledger:
        take(ledger, *SOURCES)
        assert len(list(ledger.follow(0, timeout_seconds=0))) == 4


def test_where_a_server_takes_over_that_lost_what_was_told_the_follower_says_so() -> None:
    with Ledger.in_memory(clock=Clock()) as first, Ledger.in_memory(clock=Clock()) as second:
        take(first, *SOURCES, opened())
        take(second, *SOURCES, opened(id="another"))
        serving = [first]
        followed = follow(lambda: serving[0].journal().reader, 0, 0.2, 0.2)
        rows = [next(followed) for _ in range(5)]
        assert rows[-1].entry == "deal/x@1"
        serving[0] = second
        with pytest.raises(LedgerFailed, match="does not hold deal/x@1 at position 5 any more, which was told before"):
            next(followed)
