"""Five yearly releases, of which all that happens is known by hand: see the README beside the files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armsledger import Ledger
from tests.application.sipri.test_registers import a_ledger, exported
from tests.exchange.sipri.register_text import FIVE_YEARS, data_lines

BY_HAND = {
    "2021-03-15": {"rows": 70, "new": 69},
    "2022-03-14": {"rows": 71, "new": 2, "changed": 18, "unchanged": 50, "vanished": 1, "repaired": 1},
    "2023-03-13": {"rows": 63, "changed": 21, "unchanged": 41, "left_out": 8},
    "2024-03-11": {
        "rows": 72,
        "new": 6,
        "changed": 36,
        "unchanged": 29,
        "vanished": 5,
        "vanished_orders": 3,
        "reappeared": 1,
    },
    "2025-03-10": {"rows": 74, "new": 2, "changed": 32, "unchanged": 40},
}
SLIPS = [
    ("2015-gripe-39", 2023, "2019/2024", "2020/2027"),
    ("2018-elch", 2025, "2024/2027", "2026/2029"),
    *(
        (name, year, f"2021/{last}", f"2021/{last + 1}")
        for name in ("2018-kestrel-4", "2018-km-6")
        for year, last in ((2022, 2023), (2024, 2024), (2025, 2025))
    ),
    ("2020-f-61v", 2024, "2025/2027", "2026/2028"),
    ("2018-swift-30", 2023, "2021/2022", "2022/2023"),
    ("2012-f-35x", 2024, "2017/2024", "2017/2025"),
    ("2015-type-041", 2024, "2022/2028", "2024/2028"),
    ("2018-parapet-3", 2023, "2022", "2022/2023"),
    ("2018-avante-2", 2023, "2021/2024", "2022/2024"),
    ("2017-type-026", 2024, "2023", "2027"),
    ("2017-type-026", 2025, "2027", "2028"),
    ("2013-garza", 2022, "2021", "2022"),
]
OPEN = {"2021-03-15": 14, "2022-03-14": 12, "2024-03-11": 6, "2025-03-10": 7}
"""Rows without deliveries, as the README counts them."""


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """A ledger of all five."""
    with a_ledger() as taken:
        taken.import_sipri(*FIVE_YEARS.values())
        yield taken


def test_each_release_does_what_a_reader_of_both_files_finds() -> None:
    with a_ledger() as ledger:
        told = {str(one.released): one for one in ledger.import_sipri(*FIVE_YEARS.values()).reports}
        names = (
            "rows",
            "new",
            "changed",
            "unchanged",
            "vanished",
            "vanished_orders",
            "reappeared",
            "repaired",
            "left_out",
        )
        counted = {day: {name: getattr(one, name) for name in names if getattr(one, name)} for day, one in told.items()}
        assert counted == BY_HAND
        sweeping = {day: [(one.column, one.how) for one in report.sweeping] for day, report in told.items()}
        assert {day: changes for day, changes in sweeping.items() if changes} == {
            "2024-03-11": [("delivered", "unmarked")],
            "2025-03-10": [("delivered", "marked")],
        }


@pytest.mark.parametrize("released", FIVE_YEARS)
def test_each_of_the_five_is_written_again_row_for_row(ledger: Ledger, released: str) -> None:
    assert sorted(exported(ledger, released)) == sorted(data_lines(FIVE_YEARS[released]))


@pytest.mark.parametrize(("released", "orders"), OPEN.items())
def test_the_orders_without_deliveries_are_those_of_the_file(ledger: Ledger, released: str, orders: int) -> None:
    deals = ledger.at(released, known=released, known_by="asserted").deals()
    assert sum(one.stage in ("signed", "prospective") for one in deals) == orders


def test_the_plan_of_the_kestrels_slipped_three_years_in_three_releases(ledger: Ledger) -> None:
    state = ledger.at("2025-03-10").deal("sipri-ind-rus-2018-kestrel-4").to_dict()["certain"]
    assert [one["due"] for one in state["expectations"]] == ["2021/2023", "2021/2024", "2021/2025", "2021/2026"]
    assert [one["outcome"] for one in state["expectations"]][-1] == "pending"


def test_no_deal_of_the_five_is_without_parties(ledger: Ledger) -> None:
    for released in FIVE_YEARS:
        assert all(one.supplier and one.buyer for one in ledger.at(released).deals())


def test_the_numbers_delivered_that_went_down_are_two(ledger: Ledger) -> None:
    found = ledger.at().revisions(column="delivered", direction="down")
    assert [(one.deal, one.released.isoformat(), one.old_count, one.new_count, one.change) for one in found] == [
        ("sipri-afg-usa-2011-md-5", "2022-03-14", 150, 140, -10),
        ("sipri-chn-rus-2011-tr-31", "2025-03-10", 140, 130, -10),
    ]


def test_all_plans_that_slipped_are_told_with_both_windows(ledger: Ledger) -> None:
    found = ledger.at().revisions(classes="plan")
    slips = [(one.deal.split("-", 3)[3], one.released.year, one.old, one.new) for one in found if one.old and one.new]
    assert sorted(slips) == sorted(SLIPS)
    assert all(one.direction == "later" for one in found if one.old and one.new)
