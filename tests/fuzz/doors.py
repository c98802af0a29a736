"""Every door that a recorded entry must go through: each export, each read, the import and the proof of a ledger."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from xml.parsers import expat
from zipfile import ZipFile

import polars
from python_calamine import CalamineWorkbook

from tests.cli.runner import Answer, Inside

TABLES = ("deals", "payments", "deliveries", "sanctions", "expectations", "sources", "findings", "links", "log")
READS = (
    "show deal/x --all",
    "show deal/x --json",
    "timeline deal/x",
    "timeline deal/x --audit",
    "timeline deal/x --json",
    "replay deal/x --to today",
    "replay --to today",
    "log --json",
    "compare deal/x --known @2 --known today",
    "search tank",
    "report relations",
    "report scorecard",
    "report precedents deal/x",
    "report volumes --by buyer,year",
    "admin doctor",
    "rebuild",
    "verify",
)
MOST_TEXT_BYTES = 131_072
"""Of a cell of CSV: Python's reader takes no more unless it is told to."""


def assert_every_door_opens(address: str, folder: Path) -> None:
    """Check that a ledger, which holds ``deal/x``, is read, written, proved and made again, by every command."""
    doors = Doors(Inside(folder), address, folder)
    doors.reads()
    doors.pictures()
    doors.files()
    doors.standards()
    doors.proof()
    doors.again()


class Doors:
    """The doors of one ledger; files are written into a folder, which is empty."""

    def __init__(self, run: Inside, address: str, folder: Path) -> None:
        self._run, self._address, self._folder = run, address, folder

    def ask(self, *command: str, ledger: str = "") -> Answer:
        """What a command says, which succeeds; it asks no ledger if that is ``-``."""
        answer = self._run(command if ledger == "-" else ["--ledger", ledger or self._address, *command])
        assert answer.status == 0, (command, answer.err)
        return answer

    def reads(self) -> None:
        """What is shown, and each table in each form."""
        for command in READS:
            answer = self.ask(*command.split())
            assert answer.out or answer.err, command
            if command.endswith("--json"):
                json.loads(answer.out)
        for table in TABLES:
            self.ask(table)
            rows = json.loads(self.ask(table, "--format", "json").out)
            lines = list(csv.reader(self.ask(table, "--format", "csv").out.splitlines(keepends=True)))
            assert len(lines) == len(rows) + 1
            assert all(len(cell.encode()) <= MOST_TEXT_BYTES for line in lines for cell in line) or len(rows) > 1

    def pictures(self) -> None:
        """The page and a chart, which is XML."""
        self.ask("page", "deal/x", self._path("page.html"))
        self.ask("plot", "deal/x", self._path("plot.svg"))
        expat.ParserCreate().Parse(self._file("plot.svg").read_bytes(), True)
        self.ask("publish", self._path("site"))

    def files(self) -> None:
        """Tables as files, which other programs open."""
        self.ask("export", "csv", self._path("deals.csv"), "--of", "deals")
        self.ask("export", "xlsx", self._path("tables.xlsx"))
        assert "deals" in CalamineWorkbook.from_filelike(BytesIO(self._file("tables.xlsx").read_bytes())).sheet_names
        for part in _parts_of(self._file("tables.xlsx")):
            expat.ParserCreate().Parse(part, True)
        self.ask("export", "parquet", self._path("tables"))
        for path in self._file("tables").rglob("*.parquet"):
            polars.read_parquet(path)
        self.ask("export", "sqlite", self._path("tables.db"))
        with closing(sqlite3.connect(self._file("tables.db"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def standards(self) -> None:
        """What other programs read as OCDS and as FollowTheMoney."""
        self.ask("export", "ocds", self._path("ocds.json"))
        json.loads(self._file("ocds.json").read_bytes())
        self.ask("export", "ftm", self._path("ftm.jsonl"))
        assert all(json.loads(line) for line in self._file("ftm.jsonl").read_bytes().splitlines())

    def proof(self) -> None:
        """The proof of the last entry, checked without the ledger."""
        key = self._path("arms.key")
        self.ask("proof", "keys", "new", key, "--name", "desk", ledger="-")
        last = json.loads(self.ask("info", "--json").out)["position"]
        self.ask("proof", "make", f"@{last}", self._path("entry.tlog-proof"), "--key", key)
        self.ask("proof", "check", self._path("entry.tlog-proof"), "--key", f"{key}.pub", ledger="-")

    def again(self) -> None:
        """The same ledger again from its export: imported, and recorded."""
        self.ask("export", "jsonl", self._path("all.jsonl"))
        root = json.loads(self.ask("info", "--json").out)["root"]
        for command in (("import", "jsonl"), ("record",)):
            other = self._path(f"{command[0]}.db")
            self.ask(*command, self._path("all.jsonl"), ledger=other)
            assert json.loads(self.ask("info", "--json", ledger=other).out)["root"] == root

    def _file(self, name: str) -> Path:
        return self._folder / name

    def _path(self, name: str) -> str:
        return str(self._file(name))


def _parts_of(workbook: Path) -> Iterator[bytes]:
    """The files of XML that a workbook is packed of."""
    with ZipFile(workbook) as archive:
        yield from (archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels")))
