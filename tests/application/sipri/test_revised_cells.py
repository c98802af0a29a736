"""Revisions between two beliefs: what the table of one release tells is what reading the deals tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.sipri import revised_cells
from armsledger.application.sipri.register import release_keys
from tests.application.sipri.test_revisions import FIRST, GARZA, KESTREL, SEAGULL, SECOND, THIRD, TIGER, take
from tests.exchange.sipri.register_text import RELEASES


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """A ledger that has taken three releases, one a minute, and somebody's word about a deal after the second."""
    minutes = count()
    clock = lambda: datetime(2026, 11, 25, 12, tzinfo=UTC) + timedelta(minutes=next(minutes))  # noqa: E731  # a clock
    with Ledger.in_memory(recorded_by="tester", clock=clock) as taken:
        take(taken, *FIRST, released=RELEASES[0])
        take(taken, *SECOND, released=RELEASES[1])
        opening = next(row.entry for row in taken.log(f"deal/{GARZA}") if row.event == "opened")
        taken.record("source/paper", "registered", publisher="A paper", published="2025-06-01", reliability="C")
        taken.correct(opening, set={"title": "Corvettes"}, reason="new-information", source="paper")
        take(taken, *THIRD, released=RELEASES[2])
        yield taken


def heads(ledger: Ledger) -> list[int]:
    """The last positions of the releases, in their order."""
    sources = [f"sipri-{released}" for released in RELEASES[:3]]
    return [max(row.position for row in ledger.log() if row.source == source) for source in sources]


def between(ledger: Ledger, earlier: Any, later: Any, known_by: str) -> Any:
    """The two views of a comparison."""
    return tuple(ledger.at(known=known, known_by=known_by) for known in (earlier, later))


PAIRS = [(0, 1), (1, 2), (0, 2), (2, 1), (1, 1)]


@pytest.mark.parametrize("known_by", ["recorded", "asserted"])
@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_the_table_tells_what_reading_the_deals_tells(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, known_by: str, earlier: int, later: int
) -> None:
    known = heads(ledger) if known_by == "recorded" else RELEASES
    asked = between(ledger, known[earlier], known[later], known_by)
    by_tables = list(map(list, revised_cells.revised_cells(*asked)))
    monkeypatch.setattr(revised_cells, "_by_one_release", lambda *_: {})
    assert by_tables == list(map(list, revised_cells.revised_cells(*asked)))


@pytest.mark.parametrize("known_by", ["recorded", "asserted"])
def test_only_the_deals_are_read_of_which_one_release_does_not_tell_all(ledger: Ledger, known_by: str) -> None:
    known = heads(ledger) if known_by == "recorded" else RELEASES

    def told(earlier: int, later: int) -> set[str]:
        before, after = between(ledger, known[earlier], known[later], known_by)
        found = revised_cells._by_one_release(before, after, release_keys(ledger.journal().reader))
        return {stream.removeprefix("deal/") for stream in found}

    assert told(0, 1) >= {KESTREL, TIGER, SEAGULL, GARZA}
    assert KESTREL in told(1, 2)
    assert SEAGULL not in told(1, 2), "it had vanished"
    assert not {KESTREL, GARZA} & told(0, 2), "two releases, or somebody else, said something of them"
    assert told(1, 1) == set()
