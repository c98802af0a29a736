"""Sheets in nine shapes that public ones have, imported by mapping: totals are those of a plain script.

The scripts read the sheets with the module csv, and know nothing of mappings.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.recording.spreadsheets import SheetImport

SHEETS = Path(__file__).with_name("sheets")
NAMES = sorted(path.stem for path in SHEETS.glob("*.csv"))


class Book:
    """A ledger into which one of the sheets was imported."""

    def __init__(self, name: str, folder: Path) -> None:
        for path in SHEETS.glob(f"{name}.*"):
            shutil.copy(path, folder)
        self.ledger = Ledger(folder / "arms.db")
        self.sheet = folder / f"{name}.csv"
        self.done = self.take()

    def take(self) -> SheetImport:
        """Import the sheet."""
        return self.ledger.import_csv(self.sheet, mapping=self.sheet.with_suffix(".yaml"))

    def stated(self, event: str) -> list[tuple[str, str, dict[str, Any]]]:
        """The key of the stream, the date and the fields of all entries of an event."""
        rows = (row for row in self.ledger.log() if row.event == event)
        return [(row.entry.partition("/")[2].partition("@")[0], str(row.on), row.data) for row in rows]


def plain(name: str, delimiter: str = ",", skip: int = 0) -> list[dict[str, str]]:
    """The rows of a sheet, read without any of the ledger's code."""
    with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for _ in range(skip):
            next(file)
        return list(csv.DictReader(file, delimiter=delimiter))


def total(numbers: Iterable[Decimal | int | str]) -> Decimal:
    """Their sum."""
    return sum(map(Decimal, numbers), Decimal(0))


@pytest.mark.parametrize("name", NAMES)
def test_importing_it_again_adds_nothing(name: str, tmp_path: Path) -> None:
    book = Book(name, tmp_path)
    assert book.done.report.recorded > 0
    assert book.take().report.recorded == 0


def test_donations_with_a_row_for_each_item_of_a_package(tmp_path: Path) -> None:
    book = Book("donations", tmp_path)
    numbers: dict[str, Decimal] = defaultdict(Decimal)
    items: dict[str, int] = defaultdict(int)
    package = ""
    for row in plain("donations", ";", skip=1):
        package = row["Package"] or package
        numbers[package] += Decimal(row["Number"].replace(".", "") or 0)
        items[package] += 1
    opened = {key.removeprefix("aid-").upper(): data["items"] for key, _, data in book.stated("opened")}
    assert {key: len(listed) for key, listed in opened.items()} == items
    assert {
        key: total(item["quantity"]["count"] for item in listed if "quantity" in item) for key, listed in opened.items()
    } == numbers
    assert [on for _, on, _ in book.stated("opened")] == ["2022-08-26", "2022-09-01", "2022-09-15"]
    pledged = [data["value"]["amount"] for _, _, data in book.stated("pledged")]
    values = [row["USD m"] for row in plain("donations", ";", skip=1) if row["USD m"]]
    assert total(pledged) == total(values) * 1_000_000


def test_a_wide_table_with_a_column_for_each_year(tmp_path: Path) -> None:
    book = Book("yearly", tmp_path)
    cells = {
        (f"{row['Recipient']}-{row['Weapon']}".lower(), year): Decimal(row[year])
        for row in plain("yearly")
        for year in ("2018", "2019", "2020", "2021", "2022")
        if row[year]
    }
    delivered = {(key, on): Decimal(data["quantity"]["count"]) for key, on, data in book.stated("delivered")}
    assert delivered == cells
    for deal in book.ledger.at().deals():
        assert sum(line.count for line in deal.delivered) == total(cells[key] for key in cells if key[0] == deal.deal)


def test_aid_with_text_around_dates_and_a_column_of_estimates(tmp_path: Path) -> None:
    book = Book("aid", tmp_path)
    rows = plain("aid", "|")
    granted = {data["reference"]: data for _, _, data in book.stated("licence-granted")}
    amounts = {row["Ref"]: Decimal(row["Commitment (EUR)"].replace(",", "") or 0) for row in rows}
    assert {ref: Decimal(data.get("value", {}).get("amount", 0)) for ref, data in granted.items()} == amounts
    estimated = {row["Ref"] for row in rows if row["Estimated?"] in ("yes", "est.")}
    assert {ref for ref, data in granted.items() if data.get("value", {}).get("approximate")} == estimated
    days = {}
    for row in rows:
        if match := re.search(r"(\d\d)/(\d\d)/(\d{4})", row["Runs"]):
            days[row["Ref"]] = f"{match[3]}-{match[1]}-{match[2]}"
    assert {ref: data["until"] for ref, data in granted.items() if "until" in data} == days


def test_licences_by_quarter_in_thousands(tmp_path: Path) -> None:
    book = Book("quarters", tmp_path)
    rows = plain("quarters", ";")
    values = [row["Value (thousand EUR)"].replace(" ", "").replace(",", ".") for row in rows]
    stated = book.stated("licence-granted")
    assert total(data["value"]["amount"] for _, _, data in stated if "value" in data) == 1000 * total(
        value for value in values if value != "-"
    )
    assert sorted({on for _, on, _ in stated}) == [
        "2022-01/2022-03",
        "2022-04/2022-06",
        "2022-07/2022-09",
        "2022-10/2022-12",
    ]
    assert len(stated) == len(rows)


def test_agreements_by_period_with_several_parties_in_a_cell(tmp_path: Path) -> None:
    book = Book("periods", tmp_path)
    codes = {"IT": "ITA", "FR": "FRA", "US": "USA", "DE": "DEU", "GB": "GBR", "MA": "MAR", "BE": "BEL", "GR": "GRC"}
    codes["AE"] = "ARE"
    expected = {
        row["Agreement"]: (
            row["From"],
            row["To"] or None,
            [codes[code.strip()] for code in row["Suppliers"].split("/")],
        )
        for row in plain("periods")
    }
    assert {
        data["title"]: (on, data.get("until"), data["parties"]) for _, on, data in book.stated("signed")
    } == expected
    opened = [(data["supplier"], data["buyer"]) for _, _, data in book.stated("opened")]
    suppliers = [supplier if isinstance(supplier, list) else [supplier] for supplier, _ in opened]
    assert suppliers == [parties for _, _, parties in expected.values()]
    assert [buyer for _, buyer in opened] == [codes[row["Recipient"]] for row in plain("periods")]


def test_an_export_without_a_header_whose_days_are_numbers(tmp_path: Path) -> None:
    book = Book("headless", tmp_path)
    with (SHEETS / "headless.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for _, _, amount, currency, _ in rows:
        paid[currency] += Decimal(amount.replace(",", "") or 0)
    stated: dict[str, Decimal] = defaultdict(Decimal)
    for _, _, data in book.stated("tranche-paid"):
        if "amount" in data:
            stated[data["amount"]["currency"]] += Decimal(data["amount"]["amount"])
    assert stated == paid
    assert [on for _, on, _ in book.stated("tranche-paid")] == [
        "2018-10-05",
        "2020-01-01",
        "2020-12-31",
        "2021-12-31",
        "2023-01-01",
    ]


def test_counts_that_hold_more_than_a_number_are_set_aside(tmp_path: Path) -> None:
    book = Book("counts", tmp_path)
    rows = plain("counts")
    good = {row["Contract"].lower(): row["Ordered"] for row in rows if re.fullmatch(r"~?\d+", row["Ordered"])}
    ordered = {deal.deal: sum(line.count for line in deal.ordered) for deal in book.ledger.at().deals()}
    assert ordered == {key: int(count.lstrip("~")) for key, count in good.items()}
    with Path(book.done.aside_in).open(encoding="utf-8-sig", newline="") as file:
        aside = list(csv.DictReader(file))
    assert [row["Ordered"] for row in aside] == ["24 (plus 12)", "10, 8 more", "<500"]
    assert all(row["Ordered"] in row["error"] for row in aside)


def test_dates_in_two_and_three_columns(tmp_path: Path) -> None:
    book = Book("months", tmp_path)
    delivered = [(key, on, data.get("quantity", {}).get("count")) for key, on, data in book.stated("delivered")]
    assert delivered == [
        ("ghana", "2021-03", 12),
        ("ghana", "2021-11", 8),
        ("ghana", "2022", 5),
        ("togo", "2021-12-24", 2),
        ("togo", "2022-02", None),
    ]
    pieces = total(row["Pieces"] or 0 for row in plain("months"))
    assert total(count or 0 for _, _, count in delivered) == pieces


def test_long_titles_as_keys(tmp_path: Path) -> None:
    book = Book("titles", tmp_path)
    rows = plain("titles")
    keys = {key: data["title"] for key, _, data in book.stated("opened")}
    assert sorted(keys.values()) == sorted({row["Title"] for row in rows})
    assert all(len(key) <= 60 for key in keys)
    factors = {"m": 1_000_000, "k": 1_000}
    values = [row["Value"].removeprefix("EUR ") for row in rows if row["Value"]]
    assert total(data["value"]["amount"] for _, _, data in book.stated("contract-signed")) == total(
        Decimal(value[:-1]) * factors[value[-1]] for value in values
    )
