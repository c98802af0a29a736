"""Spreadsheets and their templates on the command line."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
import xlsxwriter

from armsledger.exchange.spreadsheets.condition_reader import KEYS
from armsledger.exchange.spreadsheets.date_parts import PARTS
from armsledger.exchange.spreadsheets.mapping import SECTIONS, SETTINGS
from armsledger.exchange.spreadsheets.template import SHEETS
from armsledger.exchange.spreadsheets.value_reader import COLUMN_KEYS, NO_FIELDS
from docs import pages
from tests.cli.runner import LEDGER, Inside, Process
from tests.cli.test_help import example_in, words_of
from tests.cli.test_interruption import wait_until_it_writes
from tests.cli.test_startup import WRITING, loaded
from tests.docs.test_pages import masked
from tests.processes import ROOT, ended

PAGE = ROOT / "docs" / "spreadsheets.md"
MAPPING = """\
sources: [{key: desk, publisher: Desk, published: 2023-01-01}]
entries:
  - deal: ${Weapon}
    event: opened
    on: {column: Date}
    supplier: RUS
    buyer: {column: Buyer}
    source: desk
"""
SHEET = "Weapon,Date,Buyer\nS-400,2018-10,India\nSu-35,2015,China\n"


@pytest.fixture(autouse=True)
def _files() -> None:
    Path("m.yaml").write_text(MAPPING)
    Path("deals.csv").write_text(SHEET)


def test_a_sheet_is_recorded_and_again_adds_nothing(armsledger: Inside) -> None:
    answer = armsledger("import csv deals.csv --map m.yaml")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == "deals.csv: recorded 3 entries in 3 streams (positions 1 to 3)\n"
    assert armsledger("import csv deals.csv --map m.yaml").out == (
        "deals.csv: recorded 0 entries; 3 entries known already\n"
    )


def test_standard_input_is_csv(armsledger: Inside, process: Process) -> None:
    answer = process("import csv - --map m.yaml", stdin=SHEET)
    assert answer.out == "standard input: recorded 3 entries in 3 streams (positions 1 to 3)\n"
    assert armsledger("deals --json").json[0]["deal"] == "s-400"


def test_a_dry_run_shows_a_dossier_that_can_be_recorded(armsledger: Inside) -> None:
    answer = armsledger("import csv deals.csv --map m.yaml --dry-run --rows 1")
    assert answer.lines[-1] == "# deals.csv: would record 3 entries in 3 streams"
    assert not Path(LEDGER).exists()
    Path("first.yaml").write_text(answer.out)
    assert armsledger("record first.yaml").out.startswith("first.yaml: recorded 2 entries")
    assert armsledger("import csv deals.csv --map m.yaml").out.startswith("deals.csv: recorded 1 entry")


def test_a_dry_run_shows_the_first_rows_though_a_later_one_is_wrong(armsledger: Inside) -> None:
    Path("deals.csv").write_text(SHEET + "T-90,2019,Indai\n")
    answer = armsledger("import csv deals.csv --map m.yaml --dry-run --rows 1")
    assert answer.status == 1
    assert "# deals.csv:2" in answer.out
    assert answer.err.startswith("error: deals.csv:4, column 'Buyer': deal/t-90: buyer: 'Indai' is no country\n")


def test_the_answer_in_json(armsledger: Inside) -> None:
    answer = armsledger("import csv deals.csv --map m.yaml --dry-run --rows 1 --json").json
    assert (answer["file"], answer["recorded"], answer["dry_run"]) == ("deals.csv", 3, True)
    assert answer["first_rows"][1] == {
        "place": "deals.csv:2",
        "objects": [
            {
                "deal": "s-400",
                "event": "opened",
                "on": "2018-10",
                "supplier": "RUS",
                "buyer": "India",
                "source": "desk",
            }
        ],
    }


def test_rows_of_which_nothing_is_made_and_rows_that_repeat_are_told_aside(armsledger: Inside) -> None:
    chosen = MAPPING.replace("  - deal", "  - when: {column: Weapon, not: Total}\n    deal")
    tested = "  - {when: {column: Weapon, is: s-400}, deal: s-400, event: tested, on: {column: Date}, source: desk}\n"
    Path("m.yaml").write_text(chosen + tested)
    Path("deals.csv").write_text(SHEET + "Total,,2 deals\nS-400,2018-10,India\n")
    answer = armsledger("import csv deals.csv --map m.yaml")
    assert answer.status == 0
    assert answer.err.splitlines() == [
        "  1 row left out, because the mapping makes no entry of them: deals.csv:4",
        "  deals.csv:5 repeats deals.csv:2 (tested), and is taken once; if they are two, give each an id or a tranche",
    ]


def test_a_workbook_is_taken_by_the_sheet_that_is_named(armsledger: Inside) -> None:
    with xlsxwriter.Workbook("deals.xlsx") as book:
        book.add_worksheet("Notes").write(0, 0, "nothing here")
        sheet = book.add_worksheet("Deals")
        for number, line in enumerate(SHEET.splitlines()):
            sheet.write_row(number, 0, line.split(","))
    asked = armsledger("import csv deals.xlsx --map m.yaml")
    assert asked.status == 2
    assert asked.err.startswith("error: deals.xlsx has 2 sheets: Notes, Deals\n  remedy: say which: --sheet NAME")
    assert armsledger("import csv deals.xlsx --map m.yaml --sheet Deals").out.startswith("deals.xlsx: recorded 3")


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        ("import csv none.csv --map m.yaml", 1, "error: there is no file none.csv\n"),
        ("import csv deals.csv --map none.yaml", 1, "error: there is no file none.yaml\n"),
        ("import csv . --map m.yaml", 1, "error: . cannot be read: Is a directory\n"),
        ("import csv deals.csv --map .", 1, "error: . cannot be read: Is a directory\n"),
        ("import csv deals.csv --map deals.csv", 1, "error: deals.csv:1: the mapping is a text, not a mapping\n"),
        ("import csv deals.csv --map m.yaml --sheet x", 2, "error: deals.csv is text and has no sheets\n"),
        ("import csv deals.csv", 2, "Missing option '--map'"),
        ("import csv deals.csv --map m.yaml --rows -1", 2, "--rows"),
        ("template payment", 2, "error: there is no template 'payment'\n  remedy: did you mean 'payments'?\n"),
        ("template", 2, "Missing argument 'NAME'"),
    ],
)
def test_a_mistake_in_the_command_is_told(armsledger: Inside, command: str, status: int, message: str) -> None:
    answer = armsledger(command)
    assert answer.status == status
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert not Path(LEDGER).exists()


def test_a_refused_sheet_makes_no_ledger(armsledger: Inside) -> None:
    Path("deals.csv").write_text(SHEET + "T-90,soon,India\n")
    assert armsledger("import csv deals.csv --map m.yaml").status == 1
    assert not Path(LEDGER).exists()


@pytest.mark.parametrize("name", SHEETS)
def test_a_template_and_its_mapping_fit(armsledger: Inside, name: str) -> None:
    Path("t.csv").write_text(armsledger(["template", name]).out)
    Path("t.yaml").write_text(armsledger(["template", name, "--map"]).out)
    assert armsledger("import csv t.csv --map t.yaml").out == "t.csv: recorded 0 entries\n"


def test_the_help_names_every_template(armsledger: Inside) -> None:
    told = armsledger("template --help").out
    assert all(name in told for name in SHEETS)


def test_the_example_of_the_command_runs(armsledger: Inside) -> None:
    Path("payments.csv").write_text(armsledger("template payments").out)
    Path("payments.yaml").write_text(armsledger("template payments --map").out)
    answer = armsledger(words_of(example_in(armsledger("import csv --help").out)))
    assert (answer.status, answer.err) == (0, "")


def test_csv_is_read_without_the_library_of_workbooks(process: Process) -> None:
    assert "python_calamine" not in loaded(process, "import csv deals.csv --map m.yaml")
    assert not loaded(process, "import csv --help") & WRITING


def test_an_interrupted_import_records_nothing(armsledger: Inside, process: Process) -> None:
    rows = "".join(f"W{number},2018,India\n" for number in range(30_000))
    Path("deals.csv").write_text(SHEET + rows)
    with process.start("import csv deals.csv --map m.yaml") as command:
        wait_until_it_writes(process.folder)
        command.send_signal(signal.SIGINT)
        out, err = ended(command)
    assert (command.returncode, out) == (130, "")
    assert err == "interrupted: what was under way was not recorded\n"
    assert sorted(path.name for path in Path().iterdir()) == ["deals.csv", "m.yaml"]


def test_the_examples_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, body in re.findall(r"^```csv (\S+)\n(.*?)^```\n", page, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(body, encoding="utf-8")
    assert masked(pages.with_outputs(page, tmp_path)) == masked(page)


def test_the_page_tells_of_every_key_of_a_mapping() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for key in (*SETTINGS, *SECTIONS, *COLUMN_KEYS, *KEYS, *PARTS, *NO_FIELDS):
        assert re.search(rf"`{key}`|[`{{ ]{key}: ", page), key
    assert all(f"`{name}`" in page for name in SHEETS)


def test_rows_that_cannot_be_taken_are_set_aside_on_request(armsledger: Inside) -> None:
    Path("deals.csv").write_text(SHEET + "T-90,2019,Indai\n")
    answer = armsledger("import csv deals.csv --map m.yaml --set-aside bad.csv")
    assert answer.status == 0
    assert answer.out == "deals.csv: recorded 3 entries in 3 streams (positions 1 to 3)\n"
    assert "1 row set aside in bad.csv; mend what the last column says, and import that file:\n" in answer.err
    assert "deals.csv:4: column 'Buyer': buyer: 'Indai' is no country" in answer.err
    assert Path("bad.csv").read_text() == (
        "Weapon,Date,Buyer,error\nT-90,2019,Indai,column 'Buyer': buyer: 'Indai' is no country\n"
    )
    Path("bad.csv").write_text(Path("bad.csv").read_text().replace("T-90,2019,Indai", "T-90,2019,India"))
    assert armsledger("import csv bad.csv --map m.yaml").out.startswith("bad.csv: recorded 1 entry")


def test_a_dry_run_tells_what_would_be_set_aside(armsledger: Inside) -> None:
    Path("deals.csv").write_text(SHEET + "T-90,2019,Indai\n")
    answer = armsledger("import csv deals.csv --map m.yaml --set-aside bad.csv --dry-run --json")
    assert answer.json["set_aside"] == [
        {"place": "deals.csv:4", "errors": ["column 'Buyer': buyer: 'Indai' is no country"]}
    ]
    assert answer.json["set_aside_in"] is None
    assert not Path("bad.csv").exists()


def test_without_a_key_the_answer_says_what_importing_a_changed_row_does(armsledger: Inside) -> None:
    told = "a row that is changed and imported again is another statement; with name and key it is a correction"
    assert told in armsledger("import csv deals.csv --map m.yaml --dry-run").err
    assert told not in armsledger("import csv deals.csv --map m.yaml").err
    Path("deals.csv").write_text(SHEET + "T-90,2019,India\n")
    assert told in armsledger("import csv deals.csv --map m.yaml").err


def test_a_sheet_with_a_key_tells_its_changes(armsledger: Inside) -> None:
    Path("m.yaml").write_text("name: deals\nkey: Weapon\n" + MAPPING)
    answer = armsledger("import csv deals.csv --map m.yaml")
    assert (answer.lines[-1], answer.err) == ("  rows: 2 new", "")
    Path("deals.csv").write_text(SHEET.replace("2015", "2016"))
    answer = armsledger("import csv deals.csv --map m.yaml --dry-run --rows 0")
    assert (answer.lines[-1], answer.err) == ("#   rows: 1 changed, 1 unchanged", "")
    assert armsledger("import csv deals.csv --map m.yaml --json").json["changes"] == {
        "new": 0,
        "changed": 1,
        "reappeared": 0,
        "unchanged": 1,
        "vanished": 0,
        "kept": False,
    }


def test_many_rows_vanish_only_on_the_users_word(armsledger: Inside) -> None:
    Path("m.yaml").write_text("name: deals\nkey: Weapon\n" + MAPPING)
    armsledger("import csv deals.csv --map m.yaml")
    Path("deals.csv").write_text("".join(SHEET.splitlines(keepends=True)[:2]))
    answer = armsledger("import csv deals.csv --map m.yaml")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("error: 1 of 2 rows that were imported as 'deals' are not in this sheet\n")
    assert "--vanished retract" in answer.err
    assert armsledger("import csv deals.csv --map m.yaml --vanished keep").lines[-1] == (
        "  rows: 1 vanished (kept), 1 unchanged"
    )
    assert armsledger("import csv deals.csv --map m.yaml --vanished retract").lines[-1] == (
        "  rows: 1 vanished, 1 unchanged"
    )
    assert armsledger("deals").out.count("RUS") == 1


def test_nothing_vanishes_from_a_sheet_without_a_key(armsledger: Inside) -> None:
    answer = armsledger("import csv deals.csv --map m.yaml --vanished keep")
    assert (answer.status, answer.err.splitlines()[0]) == (
        2,
        "error: the mapping has no key, so no row is known to have vanished",
    )
