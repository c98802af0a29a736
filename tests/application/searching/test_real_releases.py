"""The S-400 in five releases of SIPRI's register: 10 rows name it in each of the first four, and 13 in the last."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

from armsledger import Ledger
from tests.application.book import ALL_TOLD, Clock
from tests.exchange.sipri.real import real
from tests.exchange.sipri.register_text import HEADER

NAMED = {"2024-03-18": 10, "2024-10-13": 10, "2025-03-13": 10, "2025-10-23": 10, "2026-05-18": 13}
"""Counted by hand: the rows of each release in the file."""
PREAMBLE = (
    "Transfers of major conventional arms from All countries to All countries . Deals with deliveries or orders made"
    " for year range 'Not specified' to 'Not specified' "
)


def releases(folder: Path) -> list[Path]:
    """The rows of each release as a register of its own."""
    rows: dict[str, list[list[str]]] = {}
    with real("s400-rows-by-release.csv").open(encoding="utf-8", newline="") as file:
        for released, *cells in list(csv.reader(file))[1:]:
            rows.setdefault(released, []).append(cells)
    assert {released: len(own) for released, own in rows.items()} == NAMED
    return [_written(folder, date.fromisoformat(released), own) for released, own in sorted(rows.items())]


def _written(folder: Path, released: date, rows: list[list[str]]) -> Path:
    body = StringIO()
    csv.writer(body).writerows(rows)
    file = folder / f"{released}.csv"
    generated = f"Data generated: {released.day} {released:%b} {released.year} 6:13:50 PM"
    file.write_text(f"{PREAMBLE}\n\n{generated}\n{HEADER}\n{body.getvalue()}", encoding="utf-8")
    return file


def test_finds_the_deals_that_name_the_s400_as_each_release_had_them(tmp_path: Path) -> None:
    clock = Clock(ALL_TOLD)
    with Ledger.in_memory(recorded_by="tester", clock=clock) as ledger:
        for file in releases(tmp_path):
            ledger.import_sipri(file, force=True)
            clock.pass_time(days=1)
        for text in ("S-400", "S400", "s 400", "С-400"):
            found = ledger.at().search(text, kind="deal", limit=None)
            assert len(found) == 13
            assert [row.title for row in found][:4] == [
                f"S-400 Triumf, RUS to {c}" for c in ("TUR", "IND", "CHN", "BLR")
            ]
        for released, count in NAMED.items():
            then = ledger.at(known=released, known_by="asserted")
            assert len(then.search("S-400", kind="deal", limit=None)) == count
