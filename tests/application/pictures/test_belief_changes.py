"""The latest changes of belief: of one day, what is believed otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from armsledger import Ledger
from armsledger.application.pictures.belief_changes import ChangedBelief
from armsledger.application.pictures.overview import Overview
from tests.application.book import SOURCES, Clock, book, delivered, entry, opened, take
from tests.application.read_models import little_kept

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


def told_bit_by_bit() -> list[Sequence[ChangedBelief]]:
    """The changes of belief about a deal of which the number of ships is told anew each month, on both axes."""
    clock = Clock()
    with Ledger.in_memory(clock=clock, recorded_by="tester") as ledger:
        take(ledger, *SOURCES, GAZETTE, opened())
        for month in (3, 1, 5, 4, 6):
            clock.pass_time(days=1)
            said = {"on": "2018-10-05", "source": f"said-{month}", "asserted": f"2022-{month:02}-01"}
            source = {"key": f"said-{month}", "publisher": "Daily", "published": said["asserted"], "reliability": "A"}
            take(ledger, source, entry("deal/x", "contract-signed", quantity=f"{month} ships", **said))
        by_asserting = Overview(ledger.at("2022-06-30")).changes
        by_recording = Overview(ledger.at("2022-06-30", known=ledger.position() - 2)).changes
        return [by_asserting, by_recording]


def test_changes_of_belief_are_the_same_however_little_is_kept() -> None:
    whole = told_bit_by_bit()
    assert [len(changes) for changes in whole] != [0, 0]
    with little_kept(0, 0, 1, waiting=False):
        assert told_bit_by_bit() == whole
