"""``export``: what a read answers, in a file for another program."""

from __future__ import annotations

import csv
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from tests.application.book import EXAMPLES
from tests.cli.runner import AT_ONCE, CLI, Answer, Inside, Process
from tests.cli.test_help import example_in, words_of
from tests.processes import ended, python, started

FORMATS = ("jsonl", "csv", "xlsx", "parquet", "sqlite")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("format", "table", "question"),
    [
        ("csv", "deals", ""),
        ("jsonl", "expectations", "--at 2019-12-31"),
        ("csv", "sources", "--at 2021-12-31 --known @21"),
        ("jsonl", "log", ""),
        ("csv", "log", "--at 2019-12-31"),
        ("jsonl", "deals", "--at 2021-12-31 --known @21"),
    ],
)
def test_it_writes_what_the_read_writes(
    armsledger: Inside, story: Path, format: str, table: str, question: str
) -> None:
    answer = armsledger(f"export {format} out --of {table} {question}")
    read = armsledger(f"{table} --format {format} {question}")
    assert (answer.status, answer.out, read.status) == (0, "", 0)
    assert Path("out").read_text() == read.out
    assert armsledger(f"export {format} - --of {table} {question}").out == read.out


def test_filters_and_order_are_those_of_a_read(armsledger: Inside, story: Path) -> None:
    read = armsledger("expectations --at 2022-06-30 --outcome met --order-by=-due --format csv")
    written = armsledger("export csv - --of expectations --at 2022-06-30 --where outcome=met --order-by=-due")
    assert written.out == read.out
    assert len(written.lines) > 2


def test_amounts_are_ordered_in_the_currency_that_is_asked_for(armsledger: Inside) -> None:
    examples = " ".join(str(EXAMPLES / f"{name}.yaml") for name in ("mistral", "s-300-iran"))
    assert armsledger(f"record {examples}").status == 0
    for ask in ("export csv - --of deals", "rows deals --format csv"):
        refused = armsledger(f"{ask} --order-by value")
        assert (refused.status, "--where currency=EUR" in refused.err) == (2, True)
        written = armsledger(f"{ask} --order-by=-value --where currency=EUR")
        assert [row["deal"] for row in csv.DictReader(StringIO(written.out))] == ["mistral-russia", "mistral-egypt"]


def test_a_country_may_be_called_by_its_name(armsledger: Inside, story: Path) -> None:
    written = armsledger("export csv - --of deals --where buyer=India")
    assert [row["deal"] for row in csv.DictReader(StringIO(written.out))] == ["india-s400"]


def test_it_tells_what_was_written(armsledger: Inside, story: Path) -> None:
    told = armsledger(
        "export sqlite a.sqlite --of deals --of log --at 2021-12-31 --known 2021-12-31 --known-by asserted"
    )
    assert told.err == (
        "a.sqlite: 2 rows of deals, 77 rows of log as sqlite,"
        " at 2021-12-31, as known by 2021-12-31, by asserted date (position 105)\n"
    )
    told = armsledger("export xlsx a.xlsx --at 2021-12-31")
    assert re.fullmatch(
        r"a\.xlsx: \d+ rows of 17 tables as xlsx, at 2021-12-31, as known now \(position 105\)\n", told.err
    )


def test_other_programs_open_what_it_writes(armsledger: Inside, story: Path) -> None:
    for command in ("xlsx a.xlsx", "sqlite a.sqlite", "parquet folder", "parquet deals.parquet --of deals"):
        assert armsledger(f"export {command} --at 2021-12-31").status == 0
    assert CalamineWorkbook.from_path("a.xlsx").sheet_names[:3] == ["about", "deals", "payments"]
    with closing(sqlite3.connect("a.sqlite")) as connection:
        query = "SELECT value_amount, signed_on_earliest FROM deals WHERE deal = 'india-s400'"
        assert connection.execute(query).fetchall() == [(5430000000, "2018-10-05")]
        ((root,),) = connection.execute("SELECT value FROM about WHERE name = 'root'").fetchall()
    assert root == armsledger("info --json").json["root"]
    for files in ("deals.parquet", "folder/deals/**/*.parquet"):
        query = f"SELECT CAST(value_amount AS BIGINT) FROM '{files}' WHERE deal = 'india-s400'"
        assert duckdb.execute(query).fetchall() == [(5430000000,)]


def test_formulas_are_guarded_if_that_is_said(armsledger: Inside, story: Path) -> None:
    armsledger("deal amended india-s400 --on 2021 --reason '=1+1' --source theprint-2021-11-12 --note '@x'")
    plain = list(csv.DictReader(StringIO(armsledger("export csv - --of log").out)))
    safe = list(csv.DictReader(StringIO(armsledger("export csv - --of log --guard-formulas").out)))
    assert (plain[-1]["note"], safe[-1]["note"]) == ("@x", "'@x")


class TestRefusals:
    @pytest.mark.parametrize(
        ("command", "status", "message", "remedy"),
        [
            ("csv out", 2, "a file of csv holds one table, and none is named", "--of deals"),
            ("csv out --of all", 2, "a file of csv holds one table, and 17 are named", "--of deals"),
            ("jsonl out --at 2021", 2, "a file of jsonl holds one table, and none is named", "--of log"),
            ("parquet a.parquet", 2, "a file of parquet holds one table", "a folder holds several"),
            ("xlsx out --of zeppelin", 2, "there is no projection 'zeppelin'", "deals, payments"),
            ("xlsx out --of dealz", 2, "there is no projection 'dealz'", "did you mean deals?"),
            ("csv out --of deals --where colour=red", 2, "DealRow has no field 'colour'", "its fields are deal"),
            ("csv out --of deals --where item=S-900", 2, "no item of deals holds", "S-400 Triumf"),
            ("csv out --of deals --where buyer", 2, "buyer sets no field", "write FIELD=VALUE"),
            ("csv out --of deals --where buyer=", 2, "--where buyer= names no value", "buyer=IND"),
            ("csv out --of deals --order-by colour", 2, "DealRow has no field 'colour'", "its fields are deal"),
            ("csv out --of deals --at soon", 2, "soon is not a date", "write a date"),
            ("xlsx -", 1, "- cannot be written", "name a file"),
            ("parquet /dev/null --of log", 1, "/dev/null cannot be written", "name a file"),
            ("sqlite nowhere/a.sqlite", 1, "nowhere/a.sqlite cannot be written", "a folder that exists"),
            ("parquet nowhere/folder", 1, "nowhere/folder cannot be written", "a folder that exists"),
            ("xlsx .", 1, ". cannot be written: it is a folder", "name a file"),
        ],
    )
    def test_what_cannot_be_written_is_told_with_a_remedy(
        self, armsledger: Inside, seed: Path, command: str, status: int, message: str, remedy: str
    ) -> None:
        answer = armsledger(f"export {command}")
        assert (answer.status, answer.out) == (status, "")
        assert message in answer.err.replace("'soon'", "soon").replace("'buyer'", "buyer")
        assert remedy in answer.err
        assert os.listdir() == ["armsledger.db"]

    def test_a_file_is_overwritten_only_if_that_is_said(self, armsledger: Inside, seed: Path) -> None:
        for format in FORMATS:
            Path("out.parquet").write_text("mine")
            assert armsledger(f"export {format} out.parquet --of deals").status == 1
            assert Path("out.parquet").read_text() == "mine"
            assert armsledger(f"export {format} out.parquet --of deals --replace").status == 0

    def test_the_ledger_itself_is_never_overwritten(self, armsledger: Inside, seed: Path, seed_log: str) -> None:
        answer = armsledger("export csv armsledger.db --of deals --replace")
        assert (answer.status, answer.out) == (1, "")
        assert "the ledger itself is there" in answer.err
        assert armsledger("log --json").out == seed_log

    @pytest.mark.parametrize(
        ("format", "module", "extra"), [("xlsx", "xlsxwriter", "excel"), ("parquet", "pyarrow", "parquet")]
    )
    def test_a_missing_extra_is_named(
        self, armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch, format: str, module: str, extra: str
    ) -> None:
        monkeypatch.setitem(sys.modules, module, None)
        answer = armsledger(f"export {format} out")
        assert (answer.status, answer.out) == (2, "")
        assert answer.err == f"error: {module} is not installed\n  remedy: pip install 'armsledger[{extra}]'\n"
        assert os.listdir() == ["armsledger.db"]

    def test_a_full_disk_is_told(self, process: Process, story: Path) -> None:
        for format in ("csv", "xlsx", "parquet", "sqlite"):
            script = f"ulimit -f 8\ntrap '' XFSZ\narmsledger export {format} out.parquet --of log"
            answer = process.script(script, PYTHONDONTWRITEBYTECODE="1")  # the limit would cut bytecode off, too
            assert answer.status == 1
            assert answer.err.startswith("error: out.parquet cannot be written"), answer.err
            assert [name for name in os.listdir() if not name.startswith("armsledger.db")] == []


@pytest.mark.parametrize("format", ["csv", "sqlite"])
def test_ctrl_c_leaves_nothing_behind(process: Process, story: Path, format: str) -> None:
    """The log comes to a halt amid the rows, and the command is interrupted there."""
    script = (
        "import sys, time\n"
        "from armsledger.application.exporting import tables\n"
        "from armsledger.cli.main import run\n"
        "def slow(view, **_):\n"
        "    yield from view.log()[:50]\n"
        "    print('amid', flush=True)\n"
        "    time.sleep(60)\n"
        "tables.walk_log = slow\n"
        "sys.argv = ['armsledger', *sys.argv[1:]]\n"
        "run()\n"
    )
    words = ["export", format, "out", "--of", "log"]
    command = [sys.executable, "-c", script, *words]
    with started(command, env=process.environment(), stderr=subprocess.PIPE) as exporting:
        assert exporting.stdout is not None
        assert exporting.stdout.readline() == "amid\n"
        exporting.send_signal(signal.SIGINT)
        _, err = ended(exporting)
    assert (exporting.returncode, err) == (130, "interrupted: what was under way was not recorded\n")
    assert os.listdir() == ["armsledger.db"]


def test_a_read_does_without_the_writing_libraries(process: Process, story: Path) -> None:
    for format in FORMATS:
        code = (
            "import sys\n"
            f"sys.argv = ['armsledger', 'export', '{format}', 'out.{format}', '--of', 'deals']\n"
            "from armsledger.cli.main import run\n"
            "try:\n    run()\nexcept SystemExit as end:\n    assert end.code == 0\n"
            "loaded = {name.partition('.')[0] for name in sys.modules}\n"
            "heavy = {'sqlalchemy', 'eventsourcing', 'cryptography', 'rich', 'babel', 'polars', 'pyarrow',"
            " 'xlsxwriter'}\n"
            "print(sorted(loaded & heavy))\n"
        )
        own = {"xlsx": "['xlsxwriter']", "parquet": "['pyarrow']"}
        assert python("-c", code, env=process.environment()) == f"{own.get(format, '[]')}\n"


def test_a_terminal_sees_how_far_it_has_come(process: Process, story: Path) -> None:
    status, seen = process.at_a_terminal("export sqlite a.sqlite", "stderr", AT_ONCE)
    assert status == 0
    assert "rows of 17 tables as sqlite" in seen
    assert "log" in seen


def test_the_same_question_gives_the_same_bytes(process: Process, story: Path) -> None:
    for name in ("1.xlsx", "2.xlsx"):
        process(f"export xlsx {name} --at 2021-12-31", env={"SOURCE_DATE_EPOCH": "1800000000"})
        while name == "1.xlsx" and time.time() < Path(name).stat().st_mtime // 1 + 1:  # the second is another one
            time.sleep(0.05)
    assert Path("1.xlsx").read_bytes() == Path("2.xlsx").read_bytes()
    assert b"2027-01-15T08:00:00+00:00" in ZipFile("1.xlsx").read("xl/worksheets/sheet1.xml")


def test_the_example_of_every_format_runs(armsledger: Inside, seed: Path) -> None:
    for format in FORMATS:
        asked: Answer = armsledger(f"export {format} --help")
        answer = armsledger(words_of(example_in(asked.out)))
        assert (answer.status, answer.out) == (0, "")


def test_the_formats_are_commands() -> None:
    assert set(FORMATS) <= set(CLI.get_command(None, "export").declared)
