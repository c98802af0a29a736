"""Sums of volumes: by buyer and year, over spans and at their edges, at dates amid them, as one believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from armsledger import Ledger
from armsledger.application.view import View
from armsledger.application.volumes.sums import VolumeSum, VolumeSums, bounds_of
from armsledger.domain.errors import UsageError
from tests.application.read_models import folded
from tests.application.volumes.invented import (
    BY_DEAL_TOO,
    BY_YEAR,
    BY_YEAR_TOO,
    FIRST,
    FIRST_DAY,
    OF_BOTH,
    OF_BY_YEAR,
    OF_FIRST,
    OF_SECOND,
    SECOND,
    SECOND_DAY,
    SWIFT,
    Cell,
    deals_and_volumes,
    ledger_of,
    told,
)
from tests.exchange.sipri.register_text import CELLS, register, rows

BOTH = ("buyer", "year")


@pytest.fixture(scope="module")
def one() -> Iterator[Ledger]:
    """A ledger of the first release."""
    with ledger_of(register(*FIRST, released=FIRST_DAY)) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def two() -> Iterator[Ledger]:
    """A ledger of both releases."""
    with ledger_of(register(*FIRST, released=FIRST_DAY), register(*SECOND, released=SECOND_DAY)) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def by_year() -> Iterator[Ledger]:
    """A ledger of the register by year."""
    with ledger_of(deals_and_volumes(BY_YEAR)) as ledger:
        yield ledger


def table(view: View, **question: Any) -> tuple[Cell, ...]:
    """The cells by buyer and year."""
    return tuple((row.buyer, row.year, *told(row)) for row in view.volumes(BOTH, **question))


def by_buyer(view: View, **question: Any) -> dict[str | None, Cell]:
    """What each buyer received."""
    return {row.buyer: told(row) for row in view.volumes("buyer", **question)}


# tables


def test_the_table_of_a_register_by_deal_is_the_one_made_by_hand(one: Ledger) -> None:
    assert table(one.at()) == OF_FIRST


def test_the_table_of_a_register_by_year_is_the_one_made_by_hand(by_year: Ledger) -> None:
    assert table(by_year.at()) == OF_BY_YEAR


def test_each_release_has_its_own_table(two: Ledger) -> None:
    assert table(two.at()) == OF_SECOND
    assert table(two.at(known=FIRST_DAY, known_by="asserted")) == OF_FIRST
    assert table(two.at(known="2025-03-12", known_by="asserted")) == OF_FIRST
    assert table(two.at(known=SECOND_DAY, known_by="asserted")) == OF_SECOND


def test_two_layouts_of_one_day_complete_each_other() -> None:
    texts = register(*BY_DEAL_TOO, released=FIRST_DAY), deals_and_volumes(BY_YEAR_TOO, FIRST_DAY)
    for both in (texts, reversed(texts)):
        with ledger_of(*both) as ledger:
            assert table(ledger.at()) == OF_BOTH


def test_what_tables_answer_is_what_is_folded(two: Ledger, by_year: Ledger) -> None:
    for ledger in (two, by_year):
        for day in ("2012-06-30", "2017-12-31", "2018-12-30", "2022-06-30", None):
            view = ledger.at(day)
            assert list(view.rows("volumes")) == list(folded(view).rows("volumes"))
            assert list(view.volumes(BOTH)) == list(folded(view).volumes(BOTH))


def test_no_table_is_of_a_ledger_without_registers() -> None:
    with ledger_of() as ledger:
        sums = ledger.at().volumes("buyer")
        assert (len(sums), told(sums.total), sums.total.share) == (0, ("0", "0", 0, "exact"), None)


# sums over several years, and at their edges


def test_a_delivery_over_several_years_counts_exactly_in_a_sum_over_all_of_them(one: Ledger) -> None:
    assert by_buyer(one.at()) == {
        "IND": ("510", "510", 2, "exact"),
        "EGY": ("56", "56", 3, "exact"),
        "SDN": ("16", None, 4, "at least"),
    }
    assert by_buyer(one.at(), from_year=2021, to_year=2022) == {"IND": ("390", "390", 1, "exact")}
    assert by_buyer(one.at(), from_year=2021) == {"IND": ("390", "390", 1, "exact")}


def test_a_range_that_cuts_a_delivery_has_bounds(one: Ledger) -> None:
    assert by_buyer(one.at(), from_year=2018, to_year=2021) == {
        "IND": ("125", "385", 2, "bounds"),  # two Terns, and one to five Kestrels
        "EGY": ("12", "24", 1, "bounds"),
    }
    assert by_buyer(one.at(), to_year=2012) == {"EGY": ("20", "20", 2, "exact"), "SDN": ("0", "7", 1, "bounds")}


def test_a_year_that_the_register_does_not_name_had_nothing(one: Ledger) -> None:
    assert by_buyer(one.at(), from_year=2016, to_year=2017, buyer="Egypt") == {}
    assert by_buyer(one.at(), from_year=2016, to_year=2017) == {
        "IND": ("60", "60", 1, "exact"),
        "SDN": ("0", None, 2, "at least"),
    }


def test_a_delivery_of_which_no_year_is_known_may_be_of_any(by_year: Ledger) -> None:
    assert told(by_year.at().volumes().total) == ("450", "450", 7, "exact")
    assert told(by_year.at().volumes(from_year=2012, to_year=2022).total) == ("446", "450", 7, "bounds")
    last = by_year.at().volumes("year", from_year=2020)[-1]
    assert (last.year, *told(last)) == (None, "0", "4", 1, "bounds")


def test_the_total_is_no_sum_of_bounds(one: Ledger) -> None:
    sums = one.at().volumes("year", buyer="India")
    assert [str(row.tiv) for row in sums] == ["30", "30", "30", "30", "65", "65"]
    assert told(sums.total) == ("510", "510", 2, "exact")


# by several fields


def test_shares_are_in_per_cent_of_the_certain_volume_of_the_question(one: Ledger, by_year: Ledger) -> None:
    shares = [(row.supplier, str(row.tiv), str(row.share)) for row in one.at().volumes("supplier")]
    assert shares == [("RUS", "426", "73.2"), ("FRA", "156", "26.8"), ("CHN", "0", "0")]
    shares = [(row.category, str(row.tiv), str(row.share)) for row in by_year.at().volumes("category")]
    assert shares == [
        ("Air defence systems", "390", "86.67"),
        ("Aircraft", "36", "8"),
        ("Missiles", "20", "4.44"),
        ("Armoured vehicles", "4", "0.89"),
    ]


def test_a_share_has_bounds_where_its_volume_has(one: Ledger) -> None:
    """France 12 to 24 of three Gannets in 2015 and 2018; Russia 9 of a Crane and 0 to 7 of rails in 2012 and 2014."""
    sums = one.at().volumes("supplier", from_year=2014, to_year=2015)
    assert [(row.supplier, str(row.tiv), str(row.possible_tiv), row.share, row.possible_share) for row in sums] == [
        ("FRA", "12", "24", Decimal("42.86"), Decimal("72.73")),
        ("RUS", "9", "16", Decimal("27.27"), Decimal("57.14")),
    ]
    assert [str(share) for share in (sums.total.share, sums.total.possible_share)] == ["100", "100"]


def test_a_sum_is_by_any_fields_in_any_order(by_year: Ledger) -> None:
    rows = by_year.at().volumes("year, supplier", from_year=2015, to_year=2018, buyer="EGY")
    assert rows.columns == (
        "year",
        "supplier",
        "tiv",
        "possible_tiv",
        "deliveries",
        "share",
        "possible_share",
        "precision",
    )
    assert [tuple(row.to_values()) for row in rows] == [
        (2015, "FRA", 12, 12, 1, 33.33, 33.33, "exact"),
        (2018, "FRA", 24, 24, 1, 66.67, 66.67, "exact"),
    ]
    (row,) = by_year.at().volumes()
    assert row.to_dict() == {
        "tiv": 450,
        "possible_tiv": 450,
        "deliveries": 7,
        "share": 100,
        "possible_share": 100,
        "precision": "exact",
    }


def test_filters_take_names_codes_and_several_of_them(by_year: Ledger) -> None:
    view = by_year.at()
    assert by_buyer(view, supplier="Russia") == by_buyer(view, supplier="RUS")
    assert set(by_buyer(view, buyer=["Egypt", "SDN"])) == {"EGY", "SDN"}
    assert by_buyer(view, category="aircraft") == {"EGY": ("36", "36", 2, "exact")}
    assert by_buyer(view, supplier="Germany") == {}
    assert by_buyer(view, supplier="unknown supplier(s)") == {}


# after any releases


@given(first=st.lists(rows(), min_size=1, max_size=5), second=st.lists(rows(), min_size=1, max_size=5))
def test_after_any_two_releases_each_row_of_the_later_one_counts_and_nothing_else(
    first: list[str], second: list[str]
) -> None:
    texts = register(SWIFT, *first, released=FIRST_DAY), register(SWIFT, *second, released=SECOND_DAY)
    with ledger_of(*texts) as ledger:  # with an open order, both are registers of all deals
        view = ledger.at()
        assert list(view.rows("volumes")) == list(folded(view).rows("volumes"))
        assert _counted(view.volumes().total) == _added_up(second)
        earlier = ledger.at(known=FIRST_DAY, known_by="asserted")
        assert _counted(earlier.volumes().total) == _added_up(first)


def _counted(total: VolumeSum) -> tuple[int, Decimal, bool]:
    return total.deliveries, total.tiv, total.precision == "at least"


def _added_up(lines: Sequence[str]) -> tuple[int, Decimal, bool]:
    """How many rows tell of a delivery, their volumes, and whether one is blank, by a plain reading of the lines."""
    cells = [dict(zip(CELLS, line.split(","), strict=True)) for line in lines]
    came = [row for row in cells if row["years"] or row["delivered"] != "0" or row["total"]]
    return len(came), sum((Decimal(row["total"] or 0) for row in came), Decimal()), any(not r["total"] for r in came)


# at a date


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2015-12-31", {}),
        ("2016-01-01", {"IND": ("0", "30", 1, "bounds")}),  # three of the four Terns are yet to come
        ("2018-12-31", {"IND": ("0", "90", 1, "bounds")}),
        ("2019-12-30", {"IND": ("0", "120", 1, "bounds")}),
        ("2019-12-31", {"IND": ("120", "120", 1, "exact")}),
        ("2021-06-30", {"IND": ("120", "445", 2, "bounds")}),
        ("2022-12-30", {"IND": ("120", "510", 2, "bounds")}),
        ("2022-12-31", {"IND": ("510", "510", 2, "exact")}),
    ],
)
def test_a_delivery_is_possible_from_its_first_year_and_certain_at_the_end_of_its_last(
    one: Ledger, day: str, expected: dict[str, Cell]
) -> None:
    assert by_buyer(one.at(day), buyer="IND") == expected


def test_a_date_amid_a_span_tells_of_no_later_year(one: Ledger) -> None:
    cells = table(one.at("2017-06-30"), buyer="IND")
    assert cells == (("IND", 2016, "0", "30", 1, "bounds"), ("IND", 2017, "0", "30", 1, "bounds"))


# refusals


@pytest.mark.parametrize(
    ("question", "message", "remedy"),
    [
        ({"by": "byer"}, "volumes cannot be by 'byer'", "supplier,buyer,category,year"),
        ({"by": ["year", "year"]}, "volumes are by year twice", "once"),
        ({"from_year": 1990, "to_year": 1950}, "from 1990 to 1950 there is no year", "from 1950 to 1990"),
        ({"from_year": 90}, "from 90 is no year", "1950"),
        ({"to_year": "1990"}, "to '1990' is no year", "1950"),
        ({"buyer": "Indja"}, "'Indja' is no country", "IND (India)"),
        ({"supplier": "XQZ"}, "'XQZ' is no country code", "alpha-3"),
        ({"buyer": "Nobody Ltd"}, "no buyer of volumes is", "there are"),
        ({"category": "Aircrafts"}, "no delivery is of the category 'aircrafts'", "Aircraft"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused_with_a_remedy(
    by_year: Ledger, question: dict[str, Any], message: str, remedy: str
) -> None:
    with pytest.raises(UsageError) as refused:
        by_year.at().volumes(**question)
    assert message in refused.value.message
    assert remedy in (refused.value.remedy or "")


def test_a_register_by_deal_has_no_categories_to_look_for(one: Ledger) -> None:
    with pytest.raises(UsageError, match="tells of none"):
        one.at().volumes(category="Aircraft")


# bounds


@pytest.mark.parametrize(
    ("count", "years", "some", "least", "most"),
    [
        (6, 2, 1, 65, 325),
        (6, 2, 2, 390, 390),
        (4, 4, 3, "292.5", "292.5"),
        (None, 3, 2, 0, 390),
        (2, 3, 2, 0, 390),
        (3, 3, 1, 130, 130),
        (13, 3, 2, 60, 360),
    ],
)
def test_each_year_had_one_unit_at_least(count: int | None, years: int, some: int, least: Any, most: Any) -> None:
    assert bounds_of(Decimal(390), count, years, some) == (Decimal(least), Decimal(most))


@st.composite
def splits(draw: st.DrawFn) -> dict[int, int]:
    """How the units of one deal came, year by year."""
    years = draw(st.lists(st.integers(2010, 2016), min_size=1, max_size=4, unique=True))
    return {year: draw(st.integers(1, 3)) for year in sorted(years)}


@given(deals=st.lists(splits(), min_size=1, max_size=4), first=st.integers(2009, 2017), length=st.integers(0, 6))
def test_the_bounds_of_a_register_by_deal_hold_what_one_by_year_tells(
    deals: Sequence[dict[int, int]], first: int, length: int
) -> None:
    by_deal = [
        f"India,Russia,{2000 + number},,,,Kite,UAV,{sum(units.values())},,{'; '.join(map(str, units))},New,,2.5,,"
        f"{sum(units.values()) * 2.5}"
        for number, units in enumerate(deals)
    ]
    split = [
        f"{number},Russia,India,Kite,UAV,Aircraft,{2000 + number},No,{count},No,{year},No,New,2.5,2.5,{count * 2.5},No"
        for number, units in enumerate(deals, 1)
        for year, count in units.items()
    ]
    with ledger_of(register(*by_deal)) as bounded, ledger_of(deals_and_volumes(split)) as exact:
        question: dict[str, Any] = {"from_year": first, "to_year": first + length}
        assert _is_within(exact.at().volumes("year", **question), bounded.at().volumes("year", **question))
        assert _is_within(exact.at().volumes("buyer", **question), bounded.at().volumes("buyer", **question))
        assert told(exact.at().volumes().total)[:2] == told(bounded.at().volumes().total)[:2]


def _is_within(exact: VolumeSums, bounded: VolumeSums) -> bool:
    """Whether each exact sum lies within the bounds of the same field."""
    pairs = zip(exact, bounded, strict=True)
    return all(
        one.to_values()[0] == other.to_values()[0]
        and one.precision == "exact"
        and other.possible_tiv is not None
        and other.tiv <= one.tiv <= other.possible_tiv
        for one, other in pairs
    )


# in SQL, and in frames


def test_a_volume_is_a_number_in_sql(database: str) -> None:
    with ledger_of(deals_and_volumes(BY_YEAR)) as ledger:
        volumes = ledger.at().table("volumes")
        years = select(volumes.c.year, func.sum(volumes.c.tiv), func.count()).group_by(volumes.c.year)
        assert sorted(map(tuple, ledger.execute(years.where(volumes.c.certain == 1, volumes.c.year > 2000)))) == [
            (2012, 20, 2),
            (2015, 12, 1),
            (2018, 24, 1),
            (2021, 195, 1),
            (2022, 195, 1),
        ]
        assert told(ledger.at().volumes().total) == ("450", "450", 7, "exact")


def test_volumes_are_numbers_in_frames(one: Ledger) -> None:
    polars = pytest.importorskip("polars")
    frame = one.at().volumes("buyer").to_polars()
    assert dict(frame.schema) == {
        "buyer": polars.String,
        "tiv": polars.Float64,
        "possible_tiv": polars.Float64,
        "deliveries": polars.Int64,
        "share": polars.Float64,
        "possible_share": polars.Float64,
        "precision": polars.String,
    }
    assert frame["tiv"].sum() == 582
    assert frame["possible_tiv"].to_list() == [510, 56, None]
    rows = one.at().rows("volumes").to_polars()
    assert (rows.schema["tiv"], rows["tiv"].sum()) == (polars.Float64, 582)


def test_volumes_are_numbers_in_pandas(one: Ledger) -> None:
    pandas = pytest.importorskip("pandas")
    frame = one.at().volumes("buyer").to_pandas()
    assert str(frame.dtypes["tiv"]) == "Float64"
    assert frame["tiv"].sum() == 582
    assert pandas.isna(frame["possible_tiv"].iloc[2])
