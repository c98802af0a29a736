"""Exports of a long log take no more memory than those of a short one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from tests.application.book import SOURCES, jsonl, opened, paid
from tests.processes import python

pytestmark = pytest.mark.soak

SHORT, LONG = 20_000, 60_000
"""The shorter fills a group of rows of Parquet, which is held as a whole."""
MOST_MORE_KIB = 24 * 1024
"""A list of the longer log's rows takes several times as much."""
CHILD = """
import json, resource, sys
from armsledger import Ledger
with Ledger(sys.argv[1]) as ledger:
    view = ledger.at(known=sys.argv[4] or None, known_by=sys.argv[5])
    exported = view.export(sys.argv[2], of="log", format=sys.argv[3])
print(json.dumps([exported.rows["log"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def entries(count: int) -> Iterator[dict[str, Any]]:
    yield from SOURCES
    for number in range(count // 10):
        stream = f"deal/{number % 26:02}-{number}"
        yield opened(stream, id=f"opening-{number}")
        for tranche in range(9):
            yield paid(f"USD {tranche + 1}m", stream, tranche=tranche, note=f"a note upon {stream} " * 5)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("ledgers")
    paths = {}
    for count in (SHORT, LONG):
        paths[count] = folder / f"{count}.db"
        with Ledger(paths[count]) as ledger:
            ledger.record_stream(BytesIO(jsonl(entries(count))), name="dossier.jsonl")
    return paths


@pytest.mark.parametrize(("known", "known_by"), [("", "recorded"), ("2022-01-01", "asserted")])
@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx", "parquet", "sqlite"])
def test_memory_does_not_grow_with_the_log(
    ledgers: dict[int, Path], tmp_path: Path, format: str, known: str, known_by: str
) -> None:
    kibibytes = {}
    for count, path in ledgers.items():
        said = python("-c", CHILD, path, tmp_path / f"{count}.{format}", format, known, known_by, timeout=None)
        rows, kibibytes[count] = json.loads(said)
        assert rows >= count
    assert kibibytes[LONG] - kibibytes[SHORT] < MOST_MORE_KIB
