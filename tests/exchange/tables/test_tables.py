"""Tables in files of each format, read again by programs of others."""

from __future__ import annotations

import csv
import re
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import polars
import pytest
from python_calamine import CalamineWorkbook

from armsledger.domain.errors import UsageError
from armsledger.exchange.tables import parquet as parquet_export
from armsledger.exchange.tables.parquet import NoPlaceInParquet, prefix_of, write_parquet, write_parquet_folder
from armsledger.exchange.tables.sqlite import write_sqlite
from armsledger.exchange.tables.table import Table
from armsledger.exchange.tables.text import guarded, write_csv
from armsledger.exchange.tables.xlsx import write_xlsx
from armsledger.storage.columns import Column

COLUMNS = (
    Column("deal", "text"),
    Column("number", "whole number"),
    Column("amount", "decimal"),
    Column("on", "EDTF date"),
    Column("day", "date"),
    Column("at", "instant"),
    Column("late", "boolean"),
    Column("items", "JSON"),
)
NOON = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
ROW = ("india-s400", 5, Decimal("5430000000.25"), "2018-10?", date(2018, 10, 5), NOON, True, '["S-400"]')
EMPTY = ("turkey-s400", None, None, None, None, None, None, None)
TRAPS = ("=1+1", "+1", "-1", "@x", "\t", 'say "no"', "two\nlines", "a,b", "", "Ş 地 \U0001f680", "007", "http://x")
ABOUT = {"at": "2021-12-31", "known": "everything recorded", "known by": "recorded", "position": "105", "root": "ab"}


def table(*rows: Sequence[Any], name: str = "deals", key: str | None = "deal") -> Table:
    return Table(name, COLUMNS, iter(rows), key)


def texts(values: Sequence[str], name: str = "texts") -> Table:
    return Table(name, (Column("text", "text"),), ([value] for value in values))


def numbers(*values: int | Decimal) -> Table:
    return Table("numbers", (Column("number", "decimal"),), ([value] for value in values))


class TestCsv:
    def test_what_needs_quotes_is_quoted(self) -> None:
        out = StringIO()
        write_csv(["text"], ([text] for text in TRAPS), out)
        assert list(csv.reader(StringIO(out.getvalue()))) == [["text"], *([text] for text in TRAPS)]
        assert "\r" not in out.getvalue()

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
    def test_a_text_that_begins_like_a_formula_is_guarded(self, sign: str) -> None:
        assert guarded(f"{sign}1") == f"'{sign}1"

    @pytest.mark.parametrize("text", ["", "USD 5bn", "~USD 5bn", "2018-10", "'=", " ="])
    def test_other_texts_are_left_alone(self, text: str) -> None:
        assert guarded(text) == text


class TestXlsx:
    def write(self, tmp_path: Path, *tables: Table, name: str = "a.xlsx", **options: Any) -> Path:
        write_xlsx(iter(tables), ABOUT, tmp_path / name, tmp_path, **options)
        return tmp_path / name

    def rows(self, path: Path, sheet: str) -> list[list[Any]]:
        return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()

    def test_values_are_of_their_kinds(self, tmp_path: Path) -> None:
        rows = self.rows(self.write(tmp_path, table(ROW, EMPTY)), "deals")
        assert rows[0] == [column.name for column in COLUMNS]
        shown = NOON.replace(tzinfo=None)
        assert rows[1][:5] == ["india-s400", 5.0, 5430000000.25, "2018-10?", date(2018, 10, 5)]
        assert abs(rows[1][5] - shown).total_seconds() < 0.001
        assert rows[1][6:] == [True, '["S-400"]']
        assert rows[2] == ["turkey-s400", *[""] * 7]

    def test_texts_are_never_formulas_numbers_or_links(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, texts(TRAPS))
        assert [row[0] for row in self.rows(path, "texts")[1:]] == list(TRAPS)
        sheet = ZipFile(path).read("xl/worksheets/sheet2.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet

    def test_a_number_that_no_cell_holds_exactly_is_text(self, tmp_path: Path) -> None:
        given = (
            Decimal("999999999999999"),
            Decimal("1234567890123456789"),
            Decimal("0.1"),
            Decimal("1.2345678901234567"),
        )
        rows = self.rows(self.write(tmp_path, numbers(*given)), "numbers")
        assert [row[0] for row in rows[1:]] == [999999999999999.0, "1234567890123456789", 0.1, "1.2345678901234567"]

    def test_a_day_before_excel_counts_is_text(self, tmp_path: Path) -> None:
        days = Table("days", (Column("day", "date"),), iter([[date(1900, 2, 28)], [date(1900, 3, 1)], [date(1, 1, 1)]]))
        rows = self.rows(self.write(tmp_path, days), "days")
        assert [row[0] for row in rows[1:]] == ["1900-02-28", date(1900, 3, 1), "0001-01-01"]

    def test_the_header_stays_in_sight_and_can_be_filtered(self, tmp_path: Path) -> None:
        sheet = ZipFile(self.write(tmp_path, table(ROW, EMPTY))).read("xl/worksheets/sheet2.xml").decode()
        assert 'ySplit="1"' in sheet
        assert 'state="frozen"' in sheet
        assert '<autoFilter ref="A1:H3"/>' in sheet

    def test_the_first_sheet_says_what_was_asked_and_how_much_there_is(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, table(ROW), texts(["a", "b"]))
        assert CalamineWorkbook.from_path(path).sheet_names == ["about", "deals", "texts"]
        rows = self.rows(path, "about")
        assert rows[:5] == [[name, value] for name, value in ABOUT.items()]
        assert rows[6:] == [["sheet", "rows"], ["deals", 1.0], ["texts", 2.0]]

    def test_rows_beyond_a_sheets_last_go_on_upon_another(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, texts([str(number) for number in range(7)]), last_row=4)
        assert CalamineWorkbook.from_path(path).sheet_names == ["about", "texts", "texts (2)", "texts (3)"]
        told = [self.rows(path, name) for name in ("texts", "texts (2)", "texts (3)")]
        assert told == [[["text"], ["0"], ["1"], ["2"]], [["text"], ["3"], ["4"], ["5"]], [["text"], ["6"]]]

    def test_no_sheet_is_begun_that_would_hold_nothing(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, texts(["a", "b", "c"]), last_row=4)
        assert CalamineWorkbook.from_path(path).sheet_names == ["about", "texts"]

    def test_a_text_too_long_for_a_cell_says_so(self, tmp_path: Path) -> None:
        sheets = write_xlsx(iter([texts(["x" * 32_767, "y" * 40_000])]), ABOUT, tmp_path / "a.xlsx", tmp_path)
        assert sheets == [("texts", 2, 1)]
        whole, cut = (row[0] for row in self.rows(tmp_path / "a.xlsx", "texts")[1:])
        assert whole == "x" * 32_767
        assert len(cut) == 32_767
        assert cut.endswith("y [cut here: 40,000 characters]")
        assert self.rows(tmp_path / "a.xlsx", "about")[-1] == ["texts", 2.0, 1.0]

    def test_names_of_sheets_are_short_and_unlike(self, tmp_path: Path) -> None:
        long = "a_projection_with_quite_a_long_name"
        path = self.write(
            tmp_path, texts(["a"], long), texts(["b"], f"{long}_2"), texts(["c"], "history"), texts(["d"], "about")
        )
        names = CalamineWorkbook.from_path(path).sheet_names
        assert all(len(name) <= 31 for name in names)
        assert len({name.casefold() for name in names}) == 5
        assert "history" not in names

    def test_the_same_question_gives_the_same_bytes(self, tmp_path: Path) -> None:
        first = self.write(tmp_path, table(ROW), name="1.xlsx", created=NOON)
        second = self.write(tmp_path, table(ROW), name="2.xlsx", created=NOON)
        assert first.read_bytes() == second.read_bytes()
        assert b"2026-11-25T12:00:00Z" in ZipFile(first).read("docProps/core.xml")

    def test_a_missing_library_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "xlsxwriter", None)
        with pytest.raises(UsageError, match=re.escape("pip install 'armsledger[excel]'")):
            write_xlsx(iter([]), ABOUT, tmp_path / "a.xlsx", tmp_path)


class TestSqlite:
    def write(self, tmp_path: Path, *tables: Table) -> Path:
        write_sqlite(iter(tables), ABOUT, tmp_path / "a.sqlite")
        return tmp_path / "a.sqlite"

    def rows(self, path: Path, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query).fetchall()

    def test_values_are_of_their_kinds(self, tmp_path: Path) -> None:
        found = self.rows(self.write(tmp_path, table(ROW, EMPTY)), "SELECT * FROM deals")
        told = ("india-s400", 5, 5430000000.25, "2018-10?", "2018-10-05", "2026-11-25T12:00:00.123456Z", 1, '["S-400"]')
        assert found == [told, EMPTY]

    def test_numbers_are_exact(self, tmp_path: Path) -> None:
        given = (
            Decimal("5000000000"),
            Decimal("0.1"),
            Decimal("123456789012345678901234"),
            Decimal("1.2345678901234567"),
        )
        found = self.rows(self.write(tmp_path, numbers(*given)), "SELECT number, typeof(number) FROM numbers")
        assert found == [
            (5000000000, "integer"),
            (0.1, "real"),
            ("123456789012345678901234", "text"),
            ("1.2345678901234567", "text"),
        ]

    def test_texts_are_kept_to_the_letter(self, tmp_path: Path) -> None:
        assert self.rows(self.write(tmp_path, texts(TRAPS)), "SELECT text FROM texts") == [(text,) for text in TRAPS]

    def test_a_deal_is_found_by_an_index(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, table(ROW))
        ((*_, plan),) = self.rows(path, "EXPLAIN QUERY PLAN SELECT * FROM deals WHERE deal = 'x'")
        assert "INDEX deals_deal" in plan

    def test_a_table_says_what_was_asked(self, tmp_path: Path) -> None:
        found = self.rows(self.write(tmp_path, table(ROW)), "SELECT * FROM about")
        assert found == [*ABOUT.items(), ("rows of deals", "1")]

    def test_a_table_of_its_name_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="a table called about has no place"):
            self.write(tmp_path, texts(["x"], "about"))

    def test_the_file_is_sound(self, tmp_path: Path) -> None:
        rows = (("deal", number, *[None] * 6) for number in range(5_000))
        path = self.write(tmp_path, Table("deals", COLUMNS, rows, "deal"))
        assert self.rows(path, "PRAGMA integrity_check") == [("ok",)]
        assert self.rows(path, "SELECT count(*), sum(number) FROM deals") == [(5_000, sum(range(5_000)))]


class TestParquet:
    def test_duckdb_reads_values_of_their_kinds(self, tmp_path: Path) -> None:
        path = tmp_path / "deals.parquet"
        assert write_parquet(table(ROW, EMPTY), ABOUT, path) == 2
        assert duckdb.read_parquet(str(path)).fetchall() == [ROW, EMPTY]
        types = dict(
            zip(duckdb.read_parquet(str(path)).columns, map(str, duckdb.read_parquet(str(path)).types), strict=True)
        )
        assert types == {
            "deal": "VARCHAR",
            "number": "BIGINT",
            "amount": "DECIMAL(38,10)",
            "on": "VARCHAR",
            "day": "DATE",
            "at": "TIMESTAMP WITH TIME ZONE",
            "late": "BOOLEAN",
            "items": "VARCHAR",
        }

    def test_polars_reads_the_same(self, tmp_path: Path) -> None:
        write_parquet(table(ROW, EMPTY), ABOUT, tmp_path / "deals.parquet")
        assert polars.read_parquet(tmp_path / "deals.parquet").rows() == [ROW, EMPTY]

    def test_the_file_says_what_was_asked(self, tmp_path: Path) -> None:
        write_parquet(table(ROW), ABOUT, tmp_path / "deals.parquet")
        found = duckdb.execute(f"SELECT key, value FROM parquet_kv_metadata('{tmp_path}/deals.parquet')").fetchall()
        told = {key.decode(): value.decode() for key, value in found}
        assert {f"armsledger.{name.replace(' ', '_')}": value for name, value in ABOUT.items()}.items() <= told.items()

    def test_the_same_question_gives_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("1.parquet", "2.parquet"):
            write_parquet(table(ROW), ABOUT, tmp_path / name)
        assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()

    def test_an_empty_table_tells_its_columns(self, tmp_path: Path) -> None:
        assert write_parquet(table(), ABOUT, tmp_path / "deals.parquet") == 0
        assert polars.read_parquet(tmp_path / "deals.parquet").columns == [column.name for column in COLUMNS]

    def test_rows_are_written_group_by_group(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parquet_export, "GROUP_ROWS", 10)
        rows = [("deal", number, *[None] * 6) for number in range(25)]
        write_parquet(table(*rows), ABOUT, tmp_path / "deals.parquet")
        groups = duckdb.execute(
            "SELECT DISTINCT row_group_id, row_group_num_rows"
            f" FROM parquet_metadata('{tmp_path}/deals.parquet') ORDER BY 1"
        ).fetchall()
        assert groups == [(0, 10), (1, 10), (2, 5)]
        assert polars.read_parquet(tmp_path / "deals.parquet")["number"].to_list() == list(range(25))

    def test_a_folder_that_looks_like_a_scheme_is_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("s3:").mkdir()
        assert write_parquet(table(ROW), ABOUT, Path("s3:/deals.parquet")) == 1
        assert (tmp_path / "s3:" / "deals.parquet").is_file()

    @pytest.mark.parametrize("value", [Decimal("0.00000000001"), Decimal(10) ** 30])
    def test_a_decimal_that_the_type_does_not_hold_is_refused(self, tmp_path: Path, value: Decimal) -> None:
        with pytest.raises(NoPlaceInParquet, match="the column number of numbers has a value that decimal128"):
            write_parquet(numbers(value), ABOUT, tmp_path / "a.parquet")

    def test_a_missing_library_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(UsageError, match=re.escape("pip install 'armsledger[parquet]'")):
            write_parquet(table(ROW), ABOUT, tmp_path / "a.parquet")


class TestParquetFolder:
    def files(self, folder: Path) -> list[str]:
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.parquet"))

    def test_rows_lie_by_the_first_letters_of_their_key(self, tmp_path: Path) -> None:
        assert write_parquet_folder(table(ROW, EMPTY), ABOUT, tmp_path) == 2
        assert self.files(tmp_path) == ["deals/prefix=in/part-0.parquet", "deals/prefix=tu/part-0.parquet"]

    def test_duckdb_and_polars_read_the_folder_and_its_prefixes(self, tmp_path: Path) -> None:
        write_parquet_folder(table(ROW, EMPTY), ABOUT, tmp_path)
        found = duckdb.execute(
            f"SELECT deal FROM read_parquet('{tmp_path}/deals/**/*.parquet', hive_partitioning = true)"
            " WHERE prefix = 'tu'"
        ).fetchall()
        assert found == [("turkey-s400",)]
        frame = polars.read_parquet(tmp_path / "deals", hive_partitioning=True)
        assert frame.filter(polars.col("prefix") == "in")["amount"].to_list() == [ROW[2]]

    def test_rows_wait_for_others_of_their_prefix_and_none_is_lost(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(parquet_export, "HELD_ROWS", 10)
        keys = [f"{'abc'[number % 3]}x-{number}" for number in range(50)]
        write_parquet_folder(table(*((key, *[None] * 7) for key in keys)), ABOUT, tmp_path)
        assert sorted(polars.read_parquet(tmp_path / "deals")["deal"].to_list()) == sorted(keys)
        assert "deals/prefix=ax/part-1.parquet" in self.files(tmp_path)

    def test_a_table_without_streams_is_one_file(self, tmp_path: Path) -> None:
        write_parquet_folder(texts(["a"]), ABOUT, tmp_path)
        assert self.files(tmp_path) == ["texts/part-0.parquet"]

    def test_an_empty_table_tells_its_columns(self, tmp_path: Path) -> None:
        assert write_parquet_folder(table(), ABOUT, tmp_path) == 0
        frame = polars.read_parquet(tmp_path / "deals", hive_partitioning=False)
        assert frame.columns == [column.name for column in COLUMNS]

    @pytest.mark.parametrize(
        ("stream", "prefix"),
        [
            ("deal/india-s400", "in"),
            ("India", "in"),
            ("a", "a"),
            ("ö-x", "%C3%B6-"),
            ("..", ".."),
            ("=x", "%3Dx"),
            (None, "__HIVE_DEFAULT_PARTITION__"),
        ],
    )
    def test_a_prefix_can_be_a_folders_name(self, stream: str | None, prefix: str) -> None:
        assert prefix_of(stream) == prefix
