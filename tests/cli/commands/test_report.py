"""Reports on the command line: volumes in all formats, with their total, and what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.application.volumes.invented import BY_YEAR, FIRST, FIRST_DAY, SECOND, SECOND_DAY, deals_and_volumes
from tests.cli.runner import Inside
from tests.exchange.sipri.register_text import register


@pytest.fixture
def by_deal(armsledger: Inside) -> Inside:
    """A ledger of two releases by deal."""
    for rows, day in ((FIRST, FIRST_DAY), (SECOND, SECOND_DAY)):
        Path(f"{day}.csv").write_text(register(*rows, released=day), encoding="utf-8")
        assert armsledger(f"import sipri {day}.csv").status == 0
    return armsledger


@pytest.fixture
def by_year(armsledger: Inside) -> Inside:
    """A ledger of a register by year."""
    Path("deals.csv").write_text(deals_and_volumes(BY_YEAR), encoding="utf-8")
    assert armsledger("import sipri deals.csv").status == 0
    return armsledger


@pytest.mark.usefixtures("database")
def test_a_table_ends_with_its_total(by_year: Inside) -> None:
    assert [line.split() for line in by_year("report volumes --by supplier --from 2012 --to 2022").lines] == [
        ["supplier", "tiv", "possible", "tiv", "deliveries", "share", "precision"],
        ["─" * 66],
        ["RUS", "410", "410", "4", "91.11", "to", "91.93", "exact"],
        ["FRA", "36", "36", "2", "8", "to", "8.07", "exact"],
        ["CHN", "0", "4", "1", "0", "to", "0.89", "bounds"],
        ["total", "446", "450", "7", "100", "bounds"],
    ]


def test_programs_get_rows_alone_and_numbers(by_year: Inside) -> None:
    asked = "report volumes --by buyer,year --from 2018 --to 2021 --buyer Egypt --buyer IND"
    rows = [
        {
            "buyer": "EGY",
            "year": 2018,
            "tiv": 24,
            "possible_tiv": 24,
            "deliveries": 1,
            "share": 10.96,
            "possible_share": 10.96,
            "precision": "exact",
        },
        {
            "buyer": "IND",
            "year": 2021,
            "tiv": 195,
            "possible_tiv": 195,
            "deliveries": 1,
            "share": 89.04,
            "possible_share": 89.04,
            "precision": "exact",
        },
    ]
    assert by_year(f"{asked} --json").json == rows
    assert by_year(f"{asked} --format jsonl").jsonl == rows
    assert list(csv.reader(io.StringIO(by_year(f"{asked} --format csv").out))) == [
        ["buyer", "year", "tiv", "possible_tiv", "deliveries", "share", "possible_share", "precision"],
        ["EGY", "2018", "24", "24", "1", "10.96", "10.96", "exact"],
        ["IND", "2021", "195", "195", "1", "89.04", "89.04", "exact"],
    ]


def test_fields_may_be_named_one_by_one_and_rows_be_put_in_order(by_year: Inside) -> None:
    rows = by_year("report volumes --by year --by buyer --category missiles --category Aircraft --order-by=-tiv --json")
    assert [(row["year"], row["buyer"], row["tiv"]) for row in rows.json] == [
        (2018, "EGY", 24),
        (2012, "EGY", 20),
        (2015, "EGY", 12),
    ]


@pytest.mark.usefixtures("database")
def test_without_fields_all_is_one_sum_at_a_date_as_one_believed(by_deal: Inside) -> None:
    (now,) = by_deal("report volumes --buyer India --json").json
    assert (now["tiv"], now["possible_tiv"], now["precision"]) == (705, 705, "exact")
    (then,) = by_deal("report volumes --buyer India --json --known 2024-12-31 --known-by asserted").json
    assert (then["tiv"], then["possible_tiv"], then["precision"]) == (510, 510, "exact")
    (amid,) = by_deal("report volumes --buyer India --json --at 2022-06-30").json
    assert (amid["tiv"], amid["possible_tiv"], amid["precision"]) == (120, 640, "bounds")


def test_volumes_that_the_register_leaves_blank_are_at_least_what_is_told(by_deal: Inside) -> None:
    lines = by_deal("report volumes --by buyer --from 2017 --to 2017").lines
    assert [line.split() for line in lines[2:]] == [
        ["IND", "30", "30", "1", "100", "exact"],
        ["SDN", "0", "2", "0", "at", "least"],
        ["total", "30", "3", "100", "at", "least"],
    ]


def test_a_register_that_names_no_categories_says_so(by_deal: Inside) -> None:
    answer = by_deal("report volumes --by category")
    assert (answer.status, len(answer.lines)) == (0, 3)
    assert answer.err.startswith("these rows name no categories: SIPRI's register by deal has none")


def test_a_register_that_names_categories_does_not(by_year: Inside) -> None:
    assert by_year("report volumes --by category").err == ""


@pytest.mark.usefixtures("database")
def test_the_deliveries_themselves_are_a_projection_like_any_other(by_year: Inside) -> None:
    rows = by_year("rows volumes --where supplier=RUS --where year=2021 --json").json
    assert [(row["deal"], row["tiv"], row["approximate"]) for row in rows] == [
        ("sipri-ind-rus-2018-kestrel-4", 195, True)
    ]
    assert by_year("export csv volumes.csv --of volumes").status == 0
    with Path("volumes.csv").open(encoding="utf-8", newline="") as file:
        assert [row["tiv"] for row in csv.DictReader(file)].count("195") == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--by byer", "volumes cannot be by 'byer'"),
        ("--from 1990 --to 1950", "from 1990 to 1950 there is no year"),
        ("--to 90", "to 90 is no year"),
        ("--supplier Indja", "did you mean IND (India)?"),
        ("--category Boats", "no delivery is of the category 'boats'"),
        ("--order-by buyer --by year", "VolumeSum has no field 'buyer'"),
    ],
)
def test_a_question_that_cannot_be_meant_is_an_error_of_use(by_year: Inside, options: str, message: str) -> None:
    answer = by_year(f"report volumes {options}")
    assert (answer.status, answer.out) == (2, "")
    assert message in answer.err
    assert "remedy: " in answer.err


def test_a_ledger_without_registers_has_no_volumes(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("report volumes --by buyer")
    assert (answer.status, answer.out, answer.err) == (0, "", "no volumes\n")
