"""Frames compute: their columns are those of Parquet, numbers are numbers, and what is missing is missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_type_hints

import pandas
import polars
import pytest

from armsledger import Ledger
from armsledger.application.exporting.tables import DERIVED, LOG
from armsledger.domain.errors import UsageError
from armsledger.domain.values.money import Money
from armsledger.projections.codec import Number, types_of
from armsledger.projections.columns import FRAME
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.rows import Row, Rows
from armsledger.storage.columns import ColumnKind
from tests.application.book import book, delivered, entry, expected, opened, paid
from tests.exchange.sipri.register_text import REGISTERS

ROWS: dict[str, type[Row]] = {one.name: one.row for one in BUILT_IN} | DERIVED | {LOG: LogRow}
NUMBERS: tuple[ColumnKind, ...] = ("whole number", "decimal")


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """A ledger with rows in every table: deals in three currencies, a meeting, a framework, and a register."""
    with book(
        opened(),
        opened("deal/y", buyer="TUR", id="other"),
        entry("deal/x", "contract-signed", on="2018-10", value="~USD 5.43bn", quantity="5 regiments"),
        entry("deal/x", "payment-scheduled", on="2018-10", tranche=1, due="2019-03-31", amount="USD 800m"),
        entry("deal/x", "payment-scheduled", on="2018-10", tranche=2, due="2020-03-31", amount="INR 60bn"),
        entry("deal/y", "payment-scheduled", on="2018-10", tranche=1, due="2020", amount="USD 300m"),
        paid("USD 500m", tranche=1, on="2019-06-30"),
        delivered("2 regiments", tranche=1),
        expected("delivered", "../2020-12", id="late"),
        entry("deal/x", "sanction-threat-raised", on="2018-09", by="USA", against="IND", basis="CAATSA"),
        entry("deal/x", "linked", on="2018", to="framework/f", relation="part-of"),
        entry("framework/f", "signed", on="2009", parties=["RUS", "IND"]),
        entry("engagement/e", "held", on="2019", format="summit", participants=["RUS", "IND"]),
        entry("deal/y", "disputed", target="other", reason="nobody else says so"),
    ) as ledger:
        ledger.import_sipri(REGISTERS["2024-03-18"], REGISTERS["2025-03-13"])
        yield ledger


def rows_of(ledger: Ledger, name: str, at: str | None = None) -> Rows[Any]:
    view = ledger.at(at)
    rows: Rows[Any] = getattr(view, name)() if name in DERIVED or name == LOG else view.rows(name)
    return rows


def in_pandas(rows: Rows[Any]) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in rows.to_pandas().dtypes.items()}


@pytest.mark.parametrize("name", ROWS)
def test_numbers_of_every_table_are_numbers_in_both_libraries(name: str, ledger: Ledger) -> None:
    rows = rows_of(ledger, name)
    wide, long = rows.to_pandas(), rows.to_polars()
    assert len(wide) == long.height == len(rows) > 0
    kinds = {column.name: column.kind for column in rows.columns_in(FRAME)}
    for field, hint in get_type_hints(ROWS[name]).items():
        if types_of(hint) in ((int,), (Decimal,), (Number,)):
            assert kinds[field] in NUMBERS
        if types_of(hint) == (Money,):
            assert kinds[f"{field}_amount"] in NUMBERS
    for column, kind in kinds.items():
        assert pandas.api.types.is_numeric_dtype(wide[column]) == (kind in (*NUMBERS, "boolean")), column
        assert long[column].dtype.is_numeric() == (kind in NUMBERS), column
        if kind in NUMBERS:
            told = [value for value in long[column].to_list() if value is not None]
            assert wide[column].sum() == pytest.approx(sum(told))


@pytest.mark.parametrize("name", ROWS)
def test_frames_of_two_questions_have_the_same_types_whatever_they_hold(name: str, ledger: Ledger) -> None:
    rows, none = rows_of(ledger, name), Rows(ROWS[name], ())
    assert none.to_polars().schema == rows.to_polars().schema
    assert in_pandas(none) == in_pandas(rows)
    joined = pandas.concat([none.to_pandas(), rows.to_pandas()])
    assert {column: str(kind) for column, kind in joined.dtypes.items()} == in_pandas(rows)
    assert polars.concat([none.to_polars(), rows.to_polars()]).equals(rows.to_polars())


@pytest.mark.parametrize("name", ROWS)
def test_a_frame_has_the_columns_of_parquet_and_tells_the_same(name: str, ledger: Ledger, tmp_path: Path) -> None:
    rows = rows_of(ledger, name)
    ledger.at().export(tmp_path / "a.parquet", of=name)
    stored, frame = polars.read_parquet(tmp_path / "a.parquet"), rows.to_polars()
    assert frame.columns == stored.columns == list(rows.to_pandas().columns)
    lists = [column.name for column in rows.columns_in(FRAME) if column.kind == "list"]
    as_floats = stored.with_columns(polars.selectors.decimal().cast(polars.Float64))
    assert frame.drop(lists).equals(as_floats.drop(lists))
    for column in lists:  # Parquet has lists as JSON, a frame has their parts in words
        fields = (getattr(row, column) for row in rows)
        assert [value or "" for value in frame[column]] == ["; ".join(map(in_words, parts)) for parts in fields]
        assert [len(json.loads(text)) for text in stored[column]] == [len(getattr(row, column)) for row in rows]


def in_words(part: Any) -> str:
    """A part of a list, with all figures of an amount."""
    if isinstance(part, Money):
        return f"{'~' if part.approximate else ''}{part.currency} {part.amount.normalize():f}"
    return str(part)


def test_what_is_missing_has_one_sign(ledger: Ledger) -> None:
    payments = ledger.at().payments(deal="y").to_pandas()
    assert payments["outstanding"].to_list() == [300_000_000]
    for column in ("amount", "slip_least_days", "payer", "contested"):
        assert payments[column].to_list() == [pandas.NA]
    deals = ledger.at().deals(deal="y").to_pandas()
    assert deals["signed_on_earliest"].isna().all()
    assert ledger.at().deals(deal="y").to_polars()["signed_on_earliest"].to_list() == [None]


def test_what_is_outstanding_adds_up_by_buyer_and_currency(ledger: Ledger) -> None:
    payments, deals = ledger.at().payments().to_pandas(), ledger.at().deals().to_pandas()
    told = payments[["deal", "currency", "outstanding"]].merge(deals[["deal", "buyer"]], on="deal")
    sums = told.groupby(["buyer", "currency"])["outstanding"].sum()
    assert sums.to_dict() == {
        ("IND", "INR"): 60_000_000_000,
        ("IND", "USD"): 300_000_000,
        ("TUR", "USD"): 300_000_000,
    }


def test_days_can_be_taken_from_each_other(ledger: Ledger) -> None:
    payments = ledger.at().payments(deal="x", tranche=1).to_pandas()
    assert (payments["on_latest"] - payments["due_latest"]).dt.days.to_list() == [91]
    assert payments["due_latest"].dt.year.to_list() == [2019]


@pytest.mark.parametrize("text", ["0001-01-01", "1944-06-06", "9999-12-31"])
def test_every_day_that_a_date_can_have_is_held(text: str) -> None:
    @dataclass(frozen=True)
    class Day(Row):
        on: Any

    from armsledger.domain.values.when import When

    Day.__annotations__["on"] = When
    rows = Rows(Day, [Day(When.parse(text))])
    assert str(rows.to_polars()["on_earliest"][0]) == text
    assert rows.to_pandas()["on_earliest"].dt.strftime("%Y-%m-%d").to_list() == [text]


@pytest.mark.parametrize("to", [Rows.to_pandas, Rows.to_polars])
def test_a_number_beyond_the_frame_is_refused(to: Callable[[Rows[Any]], Any]) -> None:
    @dataclass(frozen=True)
    class Many(Row):
        count: int

    with pytest.raises(UsageError, match="the column count has a value that a frame does not hold") as refusal:
        to(Rows(Many, [Many(2**64)]))
    assert "to_dicts()" in refusal.value.remedy


@pytest.mark.parametrize("name", ["polars", "pandas"])
def test_without_the_library_the_remedy_is_told(name: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)  # as Python has it for a module that cannot be imported
    with pytest.raises(UsageError, match=f"{name} is not installed") as refusal:
        getattr(ledger.at().deals(), f"to_{name}")()
    assert refusal.value.remedy == "pip install 'armsledger[frames]'"


def test_tranches_of_both_kinds_stand_in_one_column_of_texts() -> None:
    with book(opened(), paid("USD 1m", tranche=1), paid("USD 1m", tranche="advance")) as ledger:
        assert ledger.at().payments().to_polars()["tranche"].to_list() == ["1", "advance"]
        assert ledger.at().payments().to_pandas()["tranche"].tolist() == ["1", "advance"]
