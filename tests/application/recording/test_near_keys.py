"""A new stream of which the key is close to another's is recorded, and a notice says so."""

from __future__ import annotations

import pytest

from armsledger.application.recording import transaction
from tests.application.book import book, entry, opened, take


def notices(new: str, *known: str) -> tuple[str, ...]:
    """What is said of a new deal beside those there are."""
    ledger = book(*(opened(f"deal/{key}", id=key) for key in known))
    return take(ledger, opened(f"deal/{new}", id=new)).notices


@pytest.mark.parametrize(
    ("new", "known"),
    [
        ("phillipines-brahmos", "philippines-brahmos"),
        ("india-s400-deel", "india-s400-deal"),
        ("poland-howitzer", "poland-howitzers"),
        ("norway", "norwey"),
    ],
)
def test_a_misspelt_key_is_noticed(new: str, known: str) -> None:
    assert notices(new, known, "egypt-rafale") == (f"new deal {new}; did you mean {known}?",)


@pytest.mark.parametrize(
    ("new", "known"),
    [
        ("deal-2", "deal-1"),
        ("india-summit-21", "india-summit-20"),
        ("india-s500", "india-s400"),
        ("visit-2021-09", "visit-2021-04"),
        ("iran-fighters", "iraq-fighters"),
        ("sipri-rus-ind-a", "sipri-rus-ind-b"),
        ("india-tanks", "poland-tanks"),
        ("k9", "k2"),
        ("1234", "1235"),
    ],
)
def test_another_key_is_no_misspelling(new: str, known: str) -> None:
    assert notices(new, known) == ()


def test_a_stream_of_another_kind_may_be_called_alike() -> None:
    ledger = book(opened("deal/india-frigates", id="a"))
    held = entry("engagement/india-frigate", "held", on="2021")
    assert take(ledger, held).notices == ()


def test_two_new_streams_of_one_dossier_are_compared_once() -> None:
    report = take(book(), opened("deal/india-frigate", id="a"), opened("deal/india-frigates", id="b"))
    assert report.notices == ("new deal india-frigate; did you mean india-frigates?",)


def test_only_a_few_streams_of_a_long_dossier_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "NEW_STREAMS_COMPARED", 1)
    ledger = book(opened("deal/philippines-brahmos", id="known"))
    report = take(ledger, opened("deal/other", id="a"), opened("deal/phillipines-brahmos", id="b"))
    assert report.notices == ()


def test_a_stream_that_is_there_already_is_no_news() -> None:
    ledger = book(opened("deal/india-frigate", id="a"))
    take(ledger, opened("deal/india-frigates", id="b"))
    later = entry("deal/india-frigates", "completed", on="2021")
    assert take(ledger, later).notices == ()


def test_a_single_append_says_so_too() -> None:
    ledger = book(opened("deal/philippines-brahmos", id="a"))
    fields = {"on": "2018", "supplier": "IND", "buyer": "Philippines", "source": "wire"}
    recorded = ledger.record("deal/phillipines-brahmos", "opened", **fields)
    assert recorded.notices == ("new deal phillipines-brahmos; did you mean philippines-brahmos?",)
    assert [tuple(reading) for reading in recorded.readings] == [("buyer", "Philippines", "PHL")]
