"""Exports say what the reads say, at any date and belief."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from itertools import cycle
from pathlib import Path
from typing import Any

import polars
import pytest
from python_calamine import CalamineWorkbook

from armsledger import Ledger
from armsledger.application.exporting.tables import DERIVED, LOG, available, format_of
from armsledger.application.view import View
from armsledger.cli.options import RowsOutput
from armsledger.cli.output import print_rows
from armsledger.domain.errors import UsageError
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.errors import FileExists, NotWritable
from armsledger.projections.columns import CSV, DATABASE, FRAME, WORKBOOK
from armsledger.projections.projection import Projection, each_day
from armsledger.projections.rows import Row, Rows
from armsledger.version import VERSION
from tests.application.book import ALL_TOLD, SEED, STORY, Clock, book, delivered, entry, opened, paid

LISTED: Mapping[str, Any] = {
    "on": "2021-11-13",
    "listed_in": "Register of a year",
    "recipient": "India",
    "supplier": "Russia",
    "designation": "S-400 Triumf",
    "deliveries": ["2018 1? 65.13", "2021"],
}
LINK: Mapping[str, Any] = {
    "on": "2018-10-05",
    "to": "framework/india-russia-military-technical-cooperation",
    "relation": "part-of",
}
QUESTIONS = [
    ("2018-10-05", None, "recorded"),
    ("2021-11-12", "@21", "recorded"),
    ("2021-11-12", "@60", "recorded"),
    ("2021-12-31", None, "recorded"),
    ("2019-12-31", "2021-11-12", "asserted"),
    ("2022-06-30", "2022-03-01", "asserted"),
]
"""Dates and beliefs; @60 is amid what was recorded at one instant, of which no table can tell."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger in a file that holds the article and the longer story, a link, a correction and a retraction."""
    path = tmp_path_factory.mktemp("ledger") / "armsledger.db"
    clock = Clock(ALL_TOLD)
    with Ledger(path, recorded_by="tester", clock=clock) as ledger:
        for file in (SEED, STORY):
            clock.pass_time(hours=1)
            ledger.record_file(file)
        clock.pass_time(hours=1)
        ledger.record("deal/india-s400", "linked", source="ani-2021-12-06", **LINK)
        ledger.record("deal/india-s400", "listed", source="ani-2021-12-06", **LISTED)
        ledger.correct("deal/india-s400@4", set={"amount": "USD 850.5m"}, reason="source-error")
        ledger.retract("deal/india-s400@8", reason="entry-error")
        yield ledger


def rows_of(view: View, name: str, *, begun: bool = False) -> Rows[Any]:
    if name == LOG:
        return view.log(begun=begun)
    if name in DERIVED:
        found: Rows[Any] = getattr(view, name)()
        return found
    return view.rows(name)


def as_csv(rows: Rows[Any]) -> str:
    with redirect_stdout(StringIO()) as out:
        print_rows(rows, RowsOutput(format="csv"), empty="")
    return out.getvalue()


NAMES = [
    *("deals", "payments", "deliveries", "sanctions", "expectations", "engagements", "frameworks", "links"),
    *("sources", "citations", "standing", "volumes", "revisions", "findings", "relations", "scorecard", "log"),
]


PAIRS = list(zip(NAMES, cycle(QUESTIONS), strict=False)) + [("log", asked) for asked in QUESTIONS]
"""Every table with one question, and every question with the log, which is not kept as rows for its date."""
BY_RECORDING, BY_ASSERTED = QUESTIONS[2], QUESTIONS[4]


def test_all_projections_and_the_log_can_be_exported(ledger: Ledger) -> None:
    assert available(ledger.session) == NAMES


@pytest.mark.parametrize(("name", "asked"), PAIRS)
def test_a_file_of_one_table_holds_what_the_read_answers(ledger: Ledger, tmp_path: Path, name: str, asked: Any) -> None:
    at, known, known_by = asked
    exported = ledger.export(tmp_path / "a.csv", of=name, at=at, known=known, known_by=known_by)
    view = ledger.at(at, known, known_by)
    rows = rows_of(view, name, begun=True)
    assert (tmp_path / "a.csv").read_text() == as_csv(rows)
    assert exported.rows == {name: len(rows)}
    view.export(tmp_path / "a.jsonl", of=name)
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == rows_of(view, name).to_dicts()


def told(row: Row) -> dict[str, Any]:
    """What the columns of a row are to hold."""
    found: dict[str, Any] = {}
    for name, plain in row.to_dict().items():
        value = getattr(row, name)
        found[name] = plain if isinstance(value, tuple | dict) else value
        if isinstance(value, When):
            found |= {name: str(value), f"{name}_earliest": value.earliest, f"{name}_latest": value.latest}
        if isinstance(value, Money):
            found[name] = as_written(value)
        if isinstance(value, tuple) and all(isinstance(part, Money | Quantity) for part in value):
            value = value[0] if len(value) == 1 else None
        if isinstance(value, Money):
            high = value.amount_high if isinstance(value.amount_high, Decimal) else None
            found |= {f"{name}_amount": value.amount, f"{name}_amount_high": high, f"{name}_currency": value.currency}
        if isinstance(value, Quantity):
            most = value.count_high if isinstance(value.count_high, int) else None
            found |= {f"{name}_count": value.count, f"{name}_count_high": most, f"{name}_unit": value.unit}
    if "entry" in found and "stream" not in found:
        found["stream"] = found["entry"].partition("@")[0]
    return found


def as_written(money: Money) -> str:
    """An amount as cells have it: with all its figures, but for ranges."""
    if money.amount_high is not None:
        return str(money)
    return f"{'~' if money.approximate else ''}{money.currency} {money.amount.normalize():f}"


def in_words(value: Any) -> str:
    """A list, and lists within it, as the formats have it that people read."""
    if isinstance(value, tuple):
        return "; ".join(map(in_words, value))
    return as_written(value) if isinstance(value, Money) else str(value)


def is_alike(found: Any, told: Any, value: Any) -> bool:
    """Whether a format holds what it is to hold, as near as its own types come to it."""
    match told:
        case None:
            return found in (None, "")
        case []:
            return found in ("[]", "", None)
        case list() if found == in_words(value):
            return True
        case dict() if not found or "=" in found.partition('"')[0]:
            return bool(told) == bool(found)
        case list() | dict():
            return bool(json.loads(found) == told)
        case Decimal():
            return Decimal(str(found)) == told
        case datetime() if isinstance(found, datetime):
            return abs((found.replace(tzinfo=UTC) - told).total_seconds()) < 0.001
        case datetime():
            return bool(datetime.fromisoformat(found) == told)
        case date():
            return found in (told, told.isoformat())
        case bool() | int():
            return found in (told, str(told))  # a tranche may be a label, so all are text
    return bool(found == str(told))


def holds(found: list[dict[str, Any]], rows: Rows[Any]) -> bool:
    """Whether records of a format tell the rows, all columns of each."""
    assert len(found) == len(rows)
    for record, row in zip(found, rows, strict=True):
        expected = told(row)
        assert expected.keys() <= record.keys()
        unlike = [name for name in record if not is_alike(record[name], expected.get(name), getattr(row, name, None))]
        assert not unlike, [(name, record[name], expected.get(name)) for name in unlike]
    return True


@pytest.mark.parametrize(("at", "known", "known_by"), [BY_RECORDING, BY_ASSERTED])
class TestAllTables:
    def test_sqlite(self, ledger: Ledger, tmp_path: Path, at: str, known: str | None, known_by: str) -> None:
        view = ledger.at(at, known, known_by)
        view.export(tmp_path / "a.sqlite")
        with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
            connection.row_factory = sqlite3.Row
            for name in NAMES:
                assert holds([dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')], rows_of(view, name))

    def test_xlsx(self, ledger: Ledger, tmp_path: Path, at: str, known: str | None, known_by: str) -> None:
        view = ledger.at(at, known, known_by)
        view.export(tmp_path / "a.xlsx")
        book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
        assert book.sheet_names == ["about", *NAMES]
        about = {str(row[0]): row[1] for row in book.get_sheet_by_name("about").to_python()}
        assert (about["at"], about["known"]) == (at, known or "everything recorded")
        assert (about["known by"], about["position"]) == (known_by, str(view.question.position))
        assert about["made by"] == f"armsledger {VERSION}"
        for name in NAMES:
            head, *found = book.get_sheet_by_name(name).to_python()
            assert about[name] == len(found)
            assert holds([dict(zip(map(str, head), row, strict=True)) for row in found], rows_of(view, name))

    def test_parquet(self, ledger: Ledger, tmp_path: Path, at: str, known: str | None, known_by: str) -> None:
        view = ledger.at(at, known, known_by)
        for name in NAMES:
            view.export(tmp_path / f"{name}.parquet", of=name)
            assert holds(polars.read_parquet(tmp_path / f"{name}.parquet").to_dicts(), rows_of(view, name))

    def test_a_folder_of_parquet(
        self, ledger: Ledger, tmp_path: Path, at: str, known: str | None, known_by: str
    ) -> None:
        exported = ledger.at(at, known, known_by).export(tmp_path / "folder", format="parquet")
        assert exported.rows == {name: len(rows_of(ledger.at(at, known, known_by), name)) for name in NAMES}
        frame = polars.read_parquet(tmp_path / "folder" / "log", hive_partitioning=True)
        assert sorted(frame["position"]) == [row.position for row in ledger.at(at, known, known_by).log()]
        assert all(key.partition("/")[2].startswith(prefix) for key, prefix in frame.select("stream", "prefix").rows())


class TestWhatIsAsked:
    def test_rows_are_kept_by_field_and_put_in_order(self, ledger: Ledger, tmp_path: Path) -> None:
        view = ledger.at("2022-06-30")
        view.export(tmp_path / "a.csv", of="expectations", where={"outcome": "met"}, order_by=["-due", "entry"])
        expected = view.expectations(outcome="met").order_by("-due", "entry")
        assert len(expected) > 1
        assert (tmp_path / "a.csv").read_text() == as_csv(expected)

    def test_the_log_is_kept_by_field_too(self, ledger: Ledger, tmp_path: Path) -> None:
        ledger.export(tmp_path / "a.csv", of="log", where={"event": "delivered"})
        assert (tmp_path / "a.csv").read_text() == as_csv(ledger.log(event="delivered"))

    def test_without_a_date_the_log_is_whole(self, ledger: Ledger, tmp_path: Path) -> None:
        assert ledger.export(tmp_path / "a.csv", of="log").rows == {"log": ledger.position()}
        assert ledger.export(tmp_path / "b.csv", of="log", at="2018-01-01").rows["log"] < ledger.position()

    def test_a_table_asked_for_twice_is_written_once(self, ledger: Ledger, tmp_path: Path) -> None:
        assert list(ledger.export(tmp_path / "a.sqlite", of=["log", "deals", "log"]).rows) == ["log", "deals"]

    def test_the_root_is_that_of_the_entries_known(self, ledger: Ledger, tmp_path: Path) -> None:
        whole = ledger.export(tmp_path / "a.csv", of="deals")
        assert whole.about["root"] == ledger.root().hex
        assert ledger.export(tmp_path / "b.csv", of="deals", known="@21").about["root"] != whole.about["root"]

    def test_both_ends_of_a_range_are_numbers(self, tmp_path: Path) -> None:
        signed = entry("deal/x", "contract-signed", on="2019-01-01", value="EUR 6.5bn-7bn")
        with book(opened(), signed) as ledger:
            ledger.export(tmp_path / "a.parquet", of="deals")
        (row,) = polars.read_parquet(tmp_path / "a.parquet").to_dicts()
        assert (row["value_amount"], row["value_amount_high"]) == (Decimal(6_500_000_000), Decimal(7_000_000_000))

    def test_a_projection_of_ones_own_is_exported_like_the_others(self, tmp_path: Path) -> None:
        with book(opened(), paid("USD 1.5m"), delivered("3 tanks")) as ledger:
            ledger.register(ODD)
            for name in ("a.csv", "a.parquet", "a.xlsx", "a.sqlite"):
                assert ledger.export(tmp_path / name, of="odd").rows == {"odd": 1}
            (row,) = polars.read_parquet(tmp_path / "a.parquet").to_dicts()
            assert row == {
                "deal": "x",
                "cost": "~USD 1500000.5",
                "cost_amount": Decimal("1500000.5"),
                "cost_amount_high": None,
                "cost_currency": "already there",
                "size": "3-5 tanks",
                "size_count": 3,
                "size_count_high": 5,
                "size_unit": "tank",
                "what": '{"designation":"T-90"}',
                "day": date(2018, 1, 2),
                "share": Decimal("12.5"),
                "label": "1",
                "parts": '{"a":[1,2]}',
            }
            (cells,) = csv.DictReader((tmp_path / "a.csv").read_text().splitlines())
            assert cells["cost"] == "~USD 1500000.5"

    def test_a_projection_called_like_something_else_is_refused(self, tmp_path: Path) -> None:
        with book(opened()) as ledger:
            ledger.register(Projection("relations", OddRow, each_day(odd_rows)))
            with pytest.raises(UsageError, match="that is called 'relations'"):
                ledger.export(tmp_path / "a.sqlite")


@dataclass(frozen=True)
class OddRow(Row):
    """A field of every kind that the built-in rows have none of."""

    deal: str
    cost: Money
    cost_currency: str
    size: Quantity
    what: Item
    day: date
    share: Decimal
    label: int | str
    parts: dict[str, Any]


def odd_rows(stream_day: StreamDay) -> Iterator[OddRow]:
    yield OddRow(
        deal=stream_day.stream.partition("/")[2],
        cost=Money(amount=Decimal("1500000.50"), currency="USD", approximate=True),
        cost_currency="already there",
        size=Quantity(count=3, count_high=5, unit="tank"),
        what=Item(designation="T-90"),
        day=date(2018, 1, 2),
        share=Decimal("12.5"),
        label=1,
        parts={"a": [1, 2]},
    )


ODD = Projection("odd", OddRow, each_day(odd_rows))


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "asked", "message"),
        [
            ("a.csv", {}, "a file of csv holds one table, and none is named"),
            ("a.csv", {"of": "all"}, "a file of csv holds one table, and 17 are named"),
            ("a.jsonl", {"of": ["deals", "log"]}, "a file of jsonl holds one table, and 2 are named"),
            ("a.parquet", {}, "a file of parquet holds one table, and none is named"),
            ("a.xlsx", {"of": "tanks"}, "there is no projection 'tanks'"),
            ("a.csv", {"of": "deals", "where": {"colour": "red"}}, "DealRow has no field 'colour'"),
            ("a.xlsx", {"where": {"buyer": "IND"}}, "has no field 'buyer'"),
            ("a.csv", {"of": "deals", "order_by": "-colour"}, "DealRow has no field 'colour'"),
            ("a.ods", {"of": "deals"}, "'.*a.ods' does not tell its format"),
            ("a", {"of": "deals", "format": "ods"}, "there is no format 'ods'"),
        ],
    )
    def test_what_cannot_be_asked_leaves_nothing_behind(
        self, ledger: Ledger, tmp_path: Path, name: str, asked: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(UsageError, match=message):
            ledger.export(tmp_path / name, **asked)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx", "a.sqlite", "a.parquet"])
    def test_a_file_is_overwritten_only_if_that_is_said(self, ledger: Ledger, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_text("mine")
        with pytest.raises(FileExists):
            ledger.export(tmp_path / name, of="deals")
        assert (tmp_path / name).read_text() == "mine"
        assert ledger.export(tmp_path / name, of="deals", replace=True).rows == {"deals": 2}
        assert os.listdir(tmp_path) == [name]

    @pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx", "a.sqlite", "a.parquet", "folder"])
    def test_an_interruption_leaves_nothing_behind(
        self, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        def interrupted(view: View, **_: object) -> Iterator[Any]:
            yield from view.log()[:40]
            raise KeyboardInterrupt

        monkeypatch.setattr("armsledger.application.exporting.tables.walk_log", interrupted)
        format = "parquet" if name == "folder" else format_of(name)
        with pytest.raises(KeyboardInterrupt):
            ledger.at().export(tmp_path / name, of="log", format=format)
        assert list(tmp_path.iterdir()) == []
        assert len(ledger.at().deals()) == 2

    def test_a_folder_of_an_export_is_replaced_whole(self, ledger: Ledger, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        ledger.export(folder, of="log", format="parquet")
        with pytest.raises(FileExists):
            ledger.export(folder, of="deals", format="parquet")
        ledger.export(folder, of="deals", format="parquet", replace=True)
        assert os.listdir(folder) == ["deals"]
        assert os.listdir(tmp_path) == ["folder"]

    def test_a_folder_that_holds_something_else_is_never_replaced(self, ledger: Ledger, tmp_path: Path) -> None:
        (tmp_path / "letters").mkdir()
        (tmp_path / "letters" / "mine.txt").write_text("mine")
        with pytest.raises(NotWritable, match=r"it holds mine\.txt, which no export has put there"):
            ledger.export(tmp_path / "letters", of="deals", format="parquet", replace=True)
        assert (tmp_path / "letters" / "mine.txt").read_text() == "mine"
        assert os.listdir(tmp_path) == ["letters"]

    def test_an_empty_folder_may_be_filled(self, ledger: Ledger, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        ledger.export(tmp_path / "folder", of="deals", format="parquet")
        assert os.listdir(tmp_path / "folder") == ["deals"]

    def test_the_ledger_itself_is_never_overwritten(self, ledger: Ledger) -> None:
        before = Path(ledger.address).read_bytes()
        for format in ("csv", "jsonl", "xlsx", "parquet", "sqlite"):
            with pytest.raises(NotWritable, match="the ledger itself is there"):
                ledger.export(ledger.address, of="deals", format=format, replace=True)
            assert Path(ledger.address).read_bytes() == before

    @pytest.mark.parametrize("place", ["-", "/dev/null"])
    def test_files_of_these_formats_are_no_streams(self, ledger: Ledger, place: str) -> None:
        for format in ("xlsx", "parquet", "sqlite"):
            with pytest.raises(NotWritable):
                ledger.export(place, of="deals", format=format)

    def test_a_time_of_writing_that_is_none_is_refused(
        self, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "noon")
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH is 'noon'"):
            ledger.export(tmp_path / "a.xlsx")


@pytest.mark.parametrize("name", ["a.xlsx", "a.sqlite", "a.parquet", "a.csv", "a.jsonl"])
def test_the_same_question_gives_the_same_bytes(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    ledger.export(tmp_path / name, of="log", at="2021-12-31")
    first = (tmp_path / name).read_bytes()
    ledger.export(tmp_path / name, of="log", at="2021-12-31", replace=True)
    assert (tmp_path / name).read_bytes() == first


def test_columns_are_as_many_as_values(ledger: Ledger) -> None:
    for name in NAMES:
        rows = rows_of(ledger.at("2021-12-31"), name)
        if not rows:
            assert name == "revisions", "there is no register here"
            continue
        for form in (CSV, WORKBOOK, DATABASE, FRAME):
            columns = rows.columns_in(form)
            assert all(len(page) == len(columns) for page in rows.spread(form)), name
            assert len({column.name for column in columns}) == len(columns), name
            assert columns == rows.columns_in(CSV), name


def test_stages_tell_how_far_it_has_come(ledger: Ledger, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    ledger.export(tmp_path / "a.sqlite", of=["deals", "log"], stages=lambda *stage: told.append(stage))
    assert told == [("deals", 0, 2), ("deals", 2, 2), ("log", 0, 109), ("log", 109, 109)]
