"""The page of exports shows what the program really does, and the columns that files really have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_args

import polars
import pytest
from python_calamine import CalamineWorkbook

from armsledger import Ledger
from armsledger.exchange.tables.sqlite import TYPES
from armsledger.storage.columns import ColumnKind
from docs import exports
from tests.docs.test_pages import masked
from tests.exchange.sipri.register_text import REGISTERS
from tests.processes import ROOT

ALL: Final = exports.tables()
DECIMALS: Final = polars.Decimal(38, 10)
OF_PARQUET: Final[dict[str, Any]] = {
    "int64": polars.Int64(),
    "decimal128(38, 10)": DECIMALS,
    "date32": polars.Date(),
    "timestamp(us, UTC)": polars.Datetime("us", "UTC"),
    "bool": polars.Boolean(),
    "string": polars.String(),
    "string: JSON": polars.String(),
}
"""What the types on the page are to somebody else's reader."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables of two dossiers, a link and two registers, in each format that holds several, and one by one."""
    folder = tmp_path_factory.mktemp("exports")
    with Ledger(folder / "armsledger.db", recorded_by="tester") as ledger:
        for name in exports.DOSSIERS:
            ledger.record_file(ROOT / "examples" / name)
        programme = "framework/india-russia-military-technical-cooperation"
        ledger.record("deal/india-s400", "linked", on="2018", to=programme, relation="part-of", source="ani-2021-12-06")
        ledger.import_sipri(REGISTERS["2024-03-18"], REGISTERS["2025-03-13"])
        for file in ("all.xlsx", "all.sqlite"):
            ledger.export(folder / file)
        ledger.export(folder / "all", format="parquet")
        for name in ALL:
            ledger.export(folder / f"{name}.csv", of=name)
    return folder


def listed(name: str) -> Iterator[tuple[str, str]]:
    """The columns of a table on the page, those marked · included, with their kinds."""
    page = exports.PAGE.read_text(encoding="utf-8").partition(exports.MARK)[2]
    lines = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0].splitlines()
    for line in lines[3:]:
        if line.startswith("| "):
            column, kind = line.strip("| ").split(" | ")
            yield column, kind


def plain(columns: Iterator[tuple[str, str]]) -> list[str]:
    return [column.removeprefix("· ").strip("`") for column, _ in columns]


def test_the_page_is_what_the_script_gives() -> None:
    assert masked(exports.PAGE.read_text(encoding="utf-8")) == masked(exports.page()), "run: python -m docs.exports"


@pytest.mark.parametrize("name", ALL)
def test_every_format_has_the_columns_of_the_page(name: str, folder: Path) -> None:
    columns = plain(listed(name))
    assert columns
    assert CalamineWorkbook.from_path(folder / "all.xlsx").get_sheet_by_name(name).to_python()[0] == columns
    with closing(sqlite3.connect(folder / "all.sqlite")) as connection:
        assert [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] == columns
    read = polars.read_parquet(folder / "all" / name, hive_partitioning=False)
    assert read.columns == columns
    assert (folder / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0].split(",") == columns


@pytest.mark.parametrize("name", ALL)
def test_parquet_has_the_types_of_the_page(name: str, folder: Path) -> None:
    schema = polars.read_parquet(folder / "all" / name, hive_partitioning=False).schema
    kinds: dict[Any, str] = dict(exports.PARQUET.items())
    assert list(schema.values()) == [OF_PARQUET[kinds[kind]] for _, kind in listed(name)]


@pytest.mark.parametrize("name", ALL)
def test_sqlite_has_the_types_of_the_page(name: str, folder: Path) -> None:
    types: dict[Any, str] = dict(TYPES.items())
    with closing(sqlite3.connect(folder / "all.sqlite")) as connection:
        declared = [row[2] for row in connection.execute(f"PRAGMA table_info({name})")]
    assert declared == [types[kind] for _, kind in listed(name)]


def test_all_tables_have_rows_and_tell_as_many_in_every_format(folder: Path) -> None:
    book = CalamineWorkbook.from_path(folder / "all.xlsx")
    with closing(sqlite3.connect(folder / "all.sqlite")) as connection:
        for name in ALL:
            ((count,),) = connection.execute(f'SELECT count(*) FROM "{name}"')
            assert count > 0
            assert len(book.get_sheet_by_name(name).to_python()) == count + 1
            assert len(polars.read_parquet(folder / "all" / name)) == count


def test_the_formats_tell_the_same(folder: Path) -> None:
    """Every day, amount and time is the same in SQLite as in Parquet, and the same texts stand beside them."""
    with closing(sqlite3.connect(folder / "all.sqlite")) as connection:
        for name in ALL:
            kinds = [kind for _, kind in listed(name)]
            rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
            told = [tuple(_comparable(*cell) for cell in zip(kinds, row, strict=True)) for row in rows]
            read = polars.read_parquet(folder / "all" / name, hive_partitioning=False).rows()
            other = [tuple(_comparable(*cell) for cell in zip(kinds, row, strict=True)) for row in read]
            assert sorted(told, key=str) == sorted(other, key=str)


def test_every_kind_is_told() -> None:
    for told in (exports.CSV, exports.XLSX, exports.PARQUET, TYPES):
        assert list(told) == list(get_args(ColumnKind))


def _comparable(kind: str, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case "decimal":
            return Decimal(str(value)).normalize()
        case "instant":
            return datetime.fromisoformat(str(value))
        case "boolean":
            return bool(value)
        case _:
            return str(value)
