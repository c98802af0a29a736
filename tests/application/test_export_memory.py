"""What an export holds in memory does not grow with what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger import Ledger
from bench.big_ledger import fill
from bench.child import measure

pytestmark = pytest.mark.soak
DEALS = (4_000, 16_000)
"""Of about ten entries each: all more than the rows that any format holds at once."""
GROWTH = 1.1


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("big")
    paths = [folder / f"{deals}.db" for deals in DEALS]
    for path, deals in zip(paths, DEALS, strict=True):
        fill(path, deals)
        with Ledger(path) as ledger:
            ledger.rebuild()
    return paths


@pytest.mark.parametrize("table", ["log", "deals", "expectations"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx", "a.parquet", "a.sqlite"])
def test_memory_does_not_grow_with_the_rows(ledgers: list[Path], tmp_path: Path, name: str, table: str) -> None:
    peaks = []
    for ledger, deals in zip(ledgers, DEALS, strict=True):
        told = measure("bench.exporting", ledger, tmp_path / name, table, "2023-12-31")
        assert told["rows"] >= deals
        peaks.append(told["peak_bytes"])
    assert peaks[1] < GROWTH * peaks[0]
