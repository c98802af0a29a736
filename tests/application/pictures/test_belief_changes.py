"""The latest changes of belief: of one day, what is believed otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from armsledger import Ledger
from armsledger.application.pictures.overview import Overview
from tests.application.book import book, delivered, entry, opened

GAZETTE = {"key": "gazette", "publisher": "Gazette", "published": "2021-12-20", "reliability": "A"}


def contested() -> Ledger:
    """Five ships were ordered, a wire says on 12 November; seven, a better source says in December."""
    return book(
        GAZETTE,
        opened(),
        entry("deal/x", "contract-signed", on="2018-10-05", quantity="5 ships", id="contract"),
        entry("deal/x", "contract-signed", on="2018-10-05", quantity="7 ships", source="gazette", same_as="contract"),
        delivered("1 ship", on="2021-12-01", source="gazette"),
    )


@pytest.mark.usefixtures("database")
def test_a_changed_number_is_told_at_the_day_of_the_earlier_belief_and_news_is_not() -> None:
    with contested() as ledger:
        (changed,) = Overview(ledger.at("2022-06-30")).changes
    assert (changed.before, changed.after, changed.at) == (date(2021, 11, 12), date(2021, 12, 20), date(2021, 11, 12))
    assert not changed.is_release
    assert [(change.deal, change.field, str(change.old[0]), str(change.new[0])) for change in changed.changes] == [
        ("x", "ordered", "5 ships", "7 ships")
    ]


def test_a_belief_before_the_change_tells_of_none() -> None:
    with contested() as ledger:
        assert Overview(ledger.at("2022-06-30", known="2021-12-19", known_by="asserted")).changes == ()


def test_a_mark_of_uncertainty_alone_is_no_change() -> None:
    with book(
        GAZETTE,
        opened(),
        entry("deal/x", "contract-signed", on="2018-10-05", quantity="~5 ships", id="contract"),
        entry("deal/x", "contract-signed", on="2018-10-05", quantity="5 ships", source="gazette", same_as="contract"),
        opened("deal/y", id="y", source="gazette"),
    ) as ledger:
        assert Overview(ledger.at("2022-06-30")).changes == ()


@pytest.mark.usefixtures("database")
def test_what_the_ledger_had_recorded_by_a_time_goes_by_the_days_of_recording() -> None:
    with contested() as ledger:
        position = ledger.position()
        assert Overview(ledger.at("2022-06-30", known=position - 1)).changes == ()
