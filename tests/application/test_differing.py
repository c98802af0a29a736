"""Which streams two beliefs differ in: tables name all that are known or judged otherwise, and few others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armsledger import Ledger
from armsledger.application import differing
from armsledger.application.comparison import Comparison
from tests.application.book import book, entry, opened, paid


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """Four deals; of one nothing is new after 2021, of another only what no table shows, of a third only a grade."""
    with book(
        opened(),
        opened("deal/y", id="y"),
        opened("deal/z", id="z"),
        opened("deal/w", id="w"),
        paid("USD 1m", "deal/y", tranche=1),
        entry("deal/z", "delivered", on="2020", quantity="1 unit", tranche=1, id="one"),
    ) as told:
        told.record("source/late", "registered", publisher="A late paper", published="2022-03-01", reliability="B")
        told.record("deal/x", "commitment-reaffirmed", on="2022-02", by=["IND"], source="late")
        told.record(
            "deal/z", "delivered", on="2020-01-01", quantity="2 units", tranche=1, source="late", asserted="2021"
        )
        told.record("source/late", "regraded", on="2023-05-01", asserted="2023-05-01", reliability="A")
        told.correct("deal/y@2", set={"amount": "USD 2m"}, reason="entry-error", source="late", asserted="2024-01-01")
        yield told


def changed(comparison: Comparison) -> tuple[list[object], list[str]]:
    """What a comparison tells."""
    return [difference.change for difference in comparison.differences], [one.address for one in comparison.entries]


DAYS = ("2021-12-31", "2022-06-01", "2023-12-31", "2025-01-01", None)
PAIRS = [(one, other) for place, one in enumerate(DAYS) for other in DAYS[place + 1 :]]


@pytest.mark.parametrize("known", [*PAIRS, ("2025-01-01", "2021-12-31")])
def test_a_comparison_by_asserted_date_is_that_of_all_streams(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, known: tuple[str, str]
) -> None:
    by_tables = changed(ledger.compare(known=known, known_by="asserted"))
    monkeypatch.setattr(differing, "changed_streams", lambda *_: None)
    assert by_tables == changed(ledger.compare(known=known, known_by="asserted"))


def streams(ledger: Ledger, earlier: str, later: str) -> set[str]:
    """The streams that two beliefs can differ in, but for sources."""
    views = [ledger.at(known=known, known_by="asserted") for known in (earlier, later)]
    return {name for name in differing.differing_streams(*views) if not name.startswith("source/")}


def test_a_stream_is_named_of_which_more_is_known_or_a_source_judged_otherwise(ledger: Ledger) -> None:
    assert streams(ledger, "2021-12-31", "2022-06-01") == {"deal/x"}, "a word that no table of deals shows"
    assert streams(ledger, "2023-01-01", "2023-12-31") == {"deal/x", "deal/y", "deal/z"}, "what the graded source tells"
    assert streams(ledger, "2024-06-01", "2025-01-01") == set()


def test_a_comparison_without_releases_leaves_out_nothing_else(ledger: Ledger) -> None:
    asked = ("2021-12-31", "2025-01-01")
    with_releases = changed(ledger.compare(known=asked, known_by="asserted"))
    assert changed(ledger.compare(known=asked, known_by="asserted", releases=False)) == with_releases
    assert with_releases[1]
