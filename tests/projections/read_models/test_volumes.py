"""The table of volumes: a row for each delivery that a register lists, over the years that it names."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from tests.application.book import STORY, Clock, Object, book, entry, opened

REGISTER = "SIPRI Arms Transfers Database"
WORDS = {"recipient": "India", "supplier": "Russia", "designation": "Kestrel-4 ", "description": "SAM system"}


def listed(**words: Any) -> Object:
    """The register lists the deal x."""
    return entry("deal/x", "listed", on="2024-03-18", **{"listed_in": REGISTER, **WORDS, **words})


def spans(*entries: Object, at: str | None = None) -> list[tuple[Any, ...]]:
    """What there is of volumes: the years, the volume, the number, and whether it is certain."""
    rows = book(opened(), *entries).at(at).rows("volumes")
    return [(row.years, None if row.tiv is None else str(row.tiv), row.count, row.certain) for row in rows]


def test_a_register_by_deal_has_one_row_over_the_years_that_it_names() -> None:
    (row,) = book(opened(), listed(years="2019; 2022", delivered="6?", volume_delivered="390")).at().rows("volumes")
    assert row.to_dict() == {
        "deal": "x",
        "supplier": "RUS",
        "suppliers": [],
        "buyer": "IND",
        "buyers": [],
        "category": None,
        "designation": "Kestrel-4",
        "description": "SAM system",
        "year": None,
        "first_year": 2019,
        "last_year": 2022,
        "years": [2019, 2022],
        "tiv": 390,
        "count": 6,
        "approximate": True,
        "certain": True,
        "register": REGISTER,
        "entries": ["deal/x@2"],
        "sources": ["wire"],
    }


def test_a_register_by_year_has_a_row_for_each_year() -> None:
    rows = book(opened(), listed(deliveries=["2021 3? 195", "2022? 2 130.5"], category="Missiles")).at().rows("volumes")
    assert [(row.year, row.tiv, row.count, row.approximate, row.category) for row in rows] == [
        (2021, 195, 3, True, "Missiles"),
        (2022, rows[1].tiv, 2, True, "Missiles"),
    ]
    assert rows[1].to_dict()["tiv"] == 130.5


def test_two_deliveries_of_one_year_are_two_rows() -> None:
    assert spans(listed(deliveries=["2021 3 195", "2021 1 65"])) == [
        ((2021,), "195", 3, True),
        ((2021,), "65", 1, True),
    ]


def test_a_row_that_stands_there_twice_is_two_deliveries() -> None:
    assert (
        spans(listed(years="2012", delivered="20", volume_delivered="10", rows=[4, 5]))
        == [((2012,), "10", 20, True)] * 2
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"delivered": "0", "volume_delivered": "0", "ordered": "5"}, []),
        ({"ordered": "5"}, []),
        ({"years": "2017", "delivered": "8"}, [((2017,), None, 8, True)]),
        ({"years": "2017", "delivered": "1", "volume_delivered": "0"}, [((2017,), "0", 1, True)]),
        ({"years": "2012; 2014", "delivered": "?", "volume_delivered": "7"}, [((2012, 2014), "7", None, True)]),
        ({"years": "some day", "delivered": "2", "volume_delivered": "7"}, [((), "7", 2, True)]),
        ({"delivered": "2", "volume_delivered": "7"}, [((), "7", 2, True)]),
        ({"deliveries": ["? 8 4"]}, [((), "4", 8, True)]),
        ({"deliveries": ["2017 8"]}, [((2017,), None, 8, True)]),
    ],
)
def test_what_is_blank_stays_unknown_and_what_did_not_come_has_no_row(
    words: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    assert spans(listed(**words)) == expected


@pytest.mark.parametrize(
    ("day", "certain"),
    [("2018-12-31", None), ("2019-01-01", False), ("2022-12-30", False), ("2022-12-31", True), ("2030-01-01", True)],
)
def test_a_delivery_is_possible_from_its_first_year_and_certain_at_the_end_of_its_last(
    day: str, certain: bool | None
) -> None:
    rows = spans(listed(years="2019; 2022", delivered="6", volume_delivered="390"), at=day)
    assert [row[3] for row in rows] == ([] if certain is None else [certain])


def test_a_delivery_without_a_year_is_certain_when_the_register_lists_it() -> None:
    words = listed(delivered="2", volume_delivered="7")
    assert [spans(words, at=day)[0][3] for day in ("2010-01-01", "2024-03-17", "2024-03-18")] == [False, False, True]


# a listing that has both layouts


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        (["2021 3 195", "2022 3 195"], [((2021,), "195", 3, True), ((2022,), "195", 3, True)]),
        (["2021 3 195"], [((2021,), "195", 3, True), ((2022,), "195", 3, True)]),
        (["2020 1 65"], [((2020,), "65", 1, True), ((2021, 2022), "390", 6, True)]),
        (["2021 3"], [((2021,), None, 3, True), ((2022,), None, 3, True)]),
        (["2021 6 390"], [((2021,), "390", 6, True)]),
        (["2021 3 195", "? 3 195"], [((2021,), "195", 3, True), ((2022,), "195", 3, True)]),
        (["? 3 195", "? 3 195"], [((2021, 2022), "390", 6, True)]),
        (
            ["2021 3 195", "2022 3 195", "? 1"],
            [((), None, 1, True), ((2021,), "195", 3, True), ((2022,), "195", 3, True)],
        ),
    ],
)
def test_the_years_that_are_told_one_by_one_win_and_the_others_have_what_is_left(
    deliveries: list[str], expected: list[tuple[Any, ...]]
) -> None:
    both = listed(years="2021; 2022", delivered="6", volume_delivered="390", deliveries=deliveries)
    assert spans(both) == expected


PERIODS = [{"year": "1988; 1989", "number": "4", "volume": "40"}, {"year": "1990; 1991", "number": "3", "volume": "30"}]


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        ([], [((1988, 1989), "40", 4, True), ((1990, 1991), "30", 3, True)]),
        (["1988 3 30"], [((1988,), "30", 3, True), ((1989,), "10", 1, True), ((1990, 1991), "30", 3, True)]),
        (
            ["1988 3 30", "1989 1 10"],
            [((1988,), "30", 3, True), ((1989,), "10", 1, True), ((1990, 1991), "30", 3, True)],
        ),
    ],
)
def test_each_period_that_was_exported_has_a_total_of_its_own(
    deliveries: list[str], expected: list[tuple[Any, ...]]
) -> None:
    words = {"years": "1988; 1989; 1990; 1991", "delivered": "7", "volume_delivered": "70"}
    assert spans(listed(**words, periods=PERIODS, deliveries=deliveries)) == expected


def test_a_year_of_one_layout_and_a_volume_of_the_other_are_one_delivery() -> None:
    assert spans(listed(years="2017; 2018", delivered="8", deliveries=["? 5 2.5", "? 3 1.5"])) == [
        ((2017, 2018), "4", 8, True)
    ]


# what is believed


def test_a_correction_of_the_listing_or_of_the_parties_changes_the_row() -> None:
    clock = Clock()
    ledger = book(opened(), listed(years="2021", delivered="6", volume_delivered="390"), clock=clock)
    known = ledger.position()
    clock.pass_time(hours=1)
    ledger.correct("deal/x@2", set={"volume_delivered": "325", "delivered": "5"}, reason="source-error")
    ledger.correct("deal/x@1", set={"buyer": ["IND", "Sri Lanka"]}, reason="source-error")
    (row,) = ledger.at().rows("volumes")
    assert (row.tiv, row.count, row.buyer, row.buyers) == (325, 5, "IND", ("IND", "LKA"))
    (before,) = ledger.at(known=known).rows("volumes")
    assert (before.tiv, before.count, before.buyer, before.buyers) == (390, 6, "IND", ())
    assert [row.deal for row in ledger.at().rows("volumes", buyer="Sri Lanka")] == ["x"]
    (shared,) = ledger.at().volumes("buyer", buyer="Sri Lanka")
    assert (shared.buyer, str(shared.tiv)) == ("IND, LKA", "325")


def test_a_listing_that_is_retracted_has_no_volume() -> None:
    ledger = book(opened(), listed(years="2021", delivered="6", volume_delivered="390"))
    ledger.retract("deal/x@2", reason="vanished")
    assert len(ledger.at().rows("volumes")) == 0
    assert ledger.at().volumes().total.deliveries == 0


def test_what_only_a_claim_lists_is_never_certain() -> None:
    claim = listed(years="2021", delivered="6", volume_delivered="390", status="claim")
    assert spans(claim) == [((2021,), "390", 6, False)]
    (sum_,) = book(opened(), claim).at().volumes()
    assert (str(sum_.tiv), str(sum_.possible_tiv), sum_.precision) == ("0", "390", "bounds")


def test_a_deal_that_two_registers_list_counts_once() -> None:
    other = listed(listed_in="Another register", years="2021", delivered="5")
    row = listed(years="2021", delivered="6", volume_delivered="390")
    assert spans(row, other) == spans(other, row) == [((2021,), "390", 6, True)]


def test_a_deal_that_people_record_themselves_has_no_volume() -> None:
    with Ledger.in_memory() as ledger:
        ledger.record_file(STORY)
        assert list(ledger.at().rows("volumes")) == []
