"""What is written: to terminals of any width, to pipes, to disks that are full; and nothing that moves a cursor."""

from __future__ import annotations

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from armsledger.cli.messages import printable
from tests.application.book import DEAL, SUMMIT
from tests.cli.runner import Inside, Process
from tests.earlier_names import any_names

COLOUR = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m")
TABLES = (
    "deals",
    "payments",
    "deliveries",
    "sanctions",
    "expectations",
    "engagements",
    "frameworks",
    "sources",
    "check",
    "log",
)
RULER = "─"
COMPARISON = f"compare {DEAL} --known @21 --known @105"


def characters(texts: list[str]) -> Counter[str]:
    """How often each visible character stands in the texts."""
    return Counter(character for text in texts for character in text if not character.isspace())


@pytest.mark.usefixtures("story")
class TestWidth:
    """Tables fit the terminal; what there is no room for is named, and ``--wide`` and JSON hold it."""

    @pytest.mark.parametrize("columns", [40, 80, 120, 160])
    @pytest.mark.parametrize("table", TABLES)
    def test_a_table_fits_any_width_and_breaks_no_key(
        self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch, table: str, columns: int
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(columns))
        answer = armsledger(table)
        assert RULER in answer.out
        keys = {str(next(iter(row.values()))) for row in armsledger(f"{table} --json").json}
        assert all(len(line) <= columns or line in keys for line in answer.lines)
        if table != "check":
            assert keys <= set(answer.out.split())

    @pytest.mark.parametrize("table", TABLES)
    def test_what_is_left_out_is_named(self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
        heads = {head.strip() for head in re.split("  +", armsledger(table).lines[0])}
        monkeypatch.setenv("COLUMNS", "60")
        answer = armsledger(table)
        named = answer.err.partition(" left out: ")[2].partition(";")[0].split(", ")
        assert len(named) == int(answer.err.split(" ", 1)[0])
        assert set(named) < heads

    @pytest.mark.parametrize("table", TABLES)
    def test_wide_loses_nothing(self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
        monkeypatch.setenv("COLUMNS", "100000")
        whole = characters([line for line in armsledger(table).lines[1:] if RULER not in line])
        for columns in (40, 120):
            monkeypatch.setenv("COLUMNS", str(columns))
            answer = armsledger(f"{table} --wide")
            assert not whole - characters([answer.out])
            assert (answer.err, "\N{HORIZONTAL ELLIPSIS}" in answer.out) == ("", False)

    def test_wide_is_a_line_for_each_field_of_a_row(self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "40")
        records = armsledger("deals --at 2019-12-31 --wide").out.split("\n\n")
        assert len(records) == 2
        assert re.search(r"^deal +india-s400$", records[0], re.MULTILINE)
        assert re.search(r"^value +USD 5.43bn$", records[0], re.MULTILINE)

    def test_a_pipe_without_columns_is_as_wide_as_it_takes(self, process: Process) -> None:
        answer = process.script("unset COLUMNS; armsledger log")
        assert RULER in answer.out
        assert answer.err == ""
        assert len(answer.lines) == 107

    @pytest.mark.parametrize(
        "read",
        [
            f"show {DEAL} --all",
            f"replay {DEAL}",
            f"timeline {DEAL}",
            f"timeline {DEAL} --audit",
            f"timeline {SUMMIT}",
            COMPARISON,
        ],
    )
    def test_words_fold_without_a_cut(self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch, read: str) -> None:
        whole = armsledger(read).out.split()
        monkeypatch.setenv("COLUMNS", "80")
        answer = armsledger(read)
        assert answer.out.split() == whole
        assert max(len(line) for line in answer.lines) <= 80
        assert any(line.startswith("    ") for line in answer.lines)


@pytest.mark.usefixtures("story")
class TestWhichPart:
    """``--columns`` and ``--limit``."""

    def test_columns_are_those_that_are_named_in_their_order(self, armsledger: Inside) -> None:
        answer = armsledger("deals --columns buyer,deal --columns signed_on --at 2019-12-31")
        assert answer.lines[0].split() == ["buyer", "deal", "signed", "on"]
        assert answer.lines[2].split() == ["IND", "india-s400", "2018-10-05"]

    def test_a_column_without_values_is_shown_if_it_is_named(self, armsledger: Inside) -> None:
        assert armsledger("deals --columns deal,delivered --at 2019-12-31").lines[0].split() == ["deal", "delivered"]

    @pytest.mark.parametrize("format", ["json", "jsonl", "csv"])
    def test_programs_get_the_columns_that_are_named(self, armsledger: Inside, format: str) -> None:
        answer = armsledger(f"deals --columns buyer,deal --at 2019-12-31 --format {format}")
        read: dict[str, Callable[[str], Any]] = {"json": json.loads, "jsonl": read_jsonl, "csv": read_csv}
        assert read[format](answer.out) == [
            {"buyer": "IND", "deal": "india-s400"},
            {"buyer": "TUR", "deal": "turkey-s400"},
        ]

    def test_the_log_has_columns_of_its_own(self, armsledger: Inside) -> None:
        answer = armsledger(f"log {DEAL} --columns entry,said,event --limit 2")
        assert answer.lines[0].split() == ["entry", "said", "event"]
        assert "opened: RUS to IND, S-400 Triumf (SAM system)" in answer.lines[2]

    def test_a_misspelt_column_is_answered_with_what_is_near(self, armsledger: Inside) -> None:
        assert armsledger("log --columns atribution").err.endswith("remedy: did you mean attribution?\n")

    @pytest.mark.parametrize("read", ["deals", "deals --json", "log", "sources --format csv"])
    def test_an_unknown_column_is_refused(self, armsledger: Inside, read: str) -> None:
        answer = armsledger(f"{read} --columns entri,buyr,sorce")
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith("error: there is no column 'entri'\n  remedy: ")

    def test_a_limit_says_how_many_more_there_are(self, armsledger: Inside) -> None:
        answer = armsledger("expectations --limit 3 --json")
        assert len(answer.json) == 3
        more = len(armsledger("expectations --json").json) - 3
        assert answer.err == f"{more} rows more; a greater --limit shows them\n"

    def test_a_limit_that_all_rows_keep_says_nothing(self, armsledger: Inside) -> None:
        assert armsledger("deals --limit 2").err == ""

    def test_a_limit_of_the_log_tells_its_beginning(self, armsledger: Inside) -> None:
        assert len(armsledger("log --limit 5").lines) == 7


def read_jsonl(text: str) -> list[Any]:
    """The values of a text that has one a line."""
    return [json.loads(line) for line in text.splitlines()]


def read_csv(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.usefixtures("story")
class TestColour:
    """Escape codes go to terminals only, and colour nowhere if NO_COLOR says so."""

    def test_a_terminal_gets_a_head_in_bold(self, process: Process) -> None:
        assert "\x1b[1m" in process.at_a_terminal("deals")[1]

    def test_no_color_is_heeded(self, process: Process) -> None:
        assert not COLOUR.search(process.at_a_terminal("deals", NO_COLOR="1")[1])

    def test_a_pipe_gets_no_escape_codes(self, process: Process) -> None:
        answer = process("deals", env={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
        assert RULER in answer.out
        assert "\x1b" not in answer.out

    def test_a_terminal_is_told_the_names_of_countries(self, process: Process) -> None:
        assert "RUS (Russia)" in process.at_a_terminal(f"show {DEAL}")[1]


HOSTILE = "S-400\x1b[2J\x9b31m \u202edeliv\u2066ered\u2028\x07 end"
"""Clears the screen, turns the direction of writing, breaks the line and rings the bell."""
ESCAPED = r"S-400\x1b[2J\x9b31m \u202edeliv\u2066ered\u2028\x07 end"
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
HOSTILE_LINES = (
    {"key": "hostile", "publisher": HOSTILE, "title": HOSTILE, "published": "2020"},
    {
        "deal": "hostile",
        "event": "opened",
        "on": "2019",
        "supplier": "RUS",
        "buyer": HOSTILE,
        "title": HOSTILE,
        "attribution": HOSTILE,
        "note": HOSTILE,
        "items": [{"designation": HOSTILE}],
        "source": "hostile",
    },
    {
        "deal": "hostile",
        "event": "expected",
        "what": {"event": "suspended", "reason": HOSTILE},
        "due": "2021",
        "holder": HOSTILE,
        "source": "hostile",
    },
    {"deal": "hostile", "event": "suspended", "on": "2020", "by": HOSTILE, "reason": HOSTILE, "source": "hostile"},
)


@pytest.fixture
def hostile(armsledger: Inside) -> None:
    """A ledger whose texts want to write on the terminal by themselves."""
    Path("hostile.jsonl").write_text("\n".join(json.dumps(line) for line in HOSTILE_LINES))
    with any_names():
        answer = armsledger("record hostile.jsonl")
    assert answer.status == 0, answer.err
    assert not UNSEEN.search(answer.out + answer.err)


@pytest.mark.usefixtures("hostile")
class TestHostileText:
    """Control characters and marks of direction are shown as escapes."""

    @pytest.mark.parametrize(
        "read",
        [
            "show deal/hostile",
            "show source/hostile",
            "replay deal/hostile",
            "replay",
            "log",
            "deals",
            "expectations",
            "sources",
            "check",
            "compare --known @0 --known @4",
        ],
    )
    def test_tables_show_escapes(self, armsledger: Inside, read: str) -> None:
        answer = armsledger(read)
        assert not UNSEEN.search(answer.out + answer.err)
        assert read == "check" or ESCAPED in answer.out

    @pytest.mark.parametrize("format", ["json", "jsonl"])
    def test_json_holds_the_text_itself_in_escapes(self, armsledger: Inside, format: str) -> None:
        answer = armsledger(f"sources --format {format}")
        assert not UNSEEN.search(answer.out)
        read = answer.json if format == "json" else answer.jsonl
        assert [row["title"] for row in read] == [HOSTILE]

    def test_messages_show_escapes(self, armsledger: Inside) -> None:
        answer = armsledger(["show", f"deal/{HOSTILE}"])
        assert (answer.status, answer.out) == (2, "")
        assert not UNSEEN.search(answer.err)


@pytest.mark.usefixtures("seed")
class TestWhereItGoes:
    """Pipes that are closed, disks that are full, encodings that lack characters."""

    @pytest.mark.parametrize("read", ["log", "log --json", "export jsonl -", "--help"])
    def test_a_pipe_that_is_closed_ends_it_quietly(self, process: Process, read: str) -> None:
        answer = process.script(f"armsledger {read} | head -1; echo ${{PIPESTATUS[0]}}")
        assert answer.err == "" or answer.err.startswith("standard output: 21 entries as jsonl, root ")
        assert len(answer.lines) == 2
        assert answer.lines[1] == "0"

    def test_a_pipe_that_nobody_reads_ends_it_quietly(self, process: Process) -> None:
        answer = process.script("armsledger log --json | true; echo ${PIPESTATUS[0]}")
        assert (answer.out, answer.err) == ("0\n", "")

    @pytest.mark.parametrize("read", ["log --json", "info", "--version", "export jsonl -"])
    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is full")
    def test_a_full_disk_is_told_in_one_line(self, process: Process, read: str) -> None:
        answer = process.script(f"armsledger {read} > /dev/full")
        assert answer.status == 1
        assert re.fullmatch(r"error: .* cannot be written: No space left on device\n(  remedy: .*\n)?", answer.err)

    def test_standard_output_may_be_closed(self, process: Process) -> None:
        answer = process.script("armsledger deals >&-")
        assert (answer.status, answer.err) == (0, "")

    def test_standard_error_may_be_closed(self, process: Process) -> None:
        assert process.script("armsledger show deal/none 2>&-").status == 1

    def test_an_encoding_that_lacks_characters_gets_escapes(self, process: Process) -> None:
        answer = process("deals", env={"PYTHONIOENCODING": "ascii"})
        assert (answer.status, answer.err) == (0, "")
        assert "india-s400" in answer.out

    def test_json_stays_json_in_any_encoding(self, process: Process) -> None:
        regraded = ["source", "regraded", "theprint-2021-11-12", "--reliability", "B", "--reason", "«café» ✓"]
        assert process(regraded, env={"PYTHONIOENCODING": "latin-1"}).status == 0
        answer = process("log source/theprint-2021-11-12 --json", env={"PYTHONIOENCODING": "ascii"})
        assert (answer.status, answer.err) == (0, "")
        assert answer.json[-1]["data"]["reason"] == "«café» ✓"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("S-4\u200b00\u200d", r"S-4\u200b00\u200d"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\u0937", None),
        ("tanks\u3164\u115f\u2800", r"tanks\u3164\u115f\u2800"),
        ("a\U000e0041\ufeff\u00adb", r"a\U000e0041\ufeff\xadb"),
        ("caf\u00e9 \u4e2d\u3000\u6587 \u2713", None),
        ("half \ud83d of a pair", r"half \ud83d of a pair"),
    ],
)
def test_what_is_not_seen_is_escaped_save_joiners_within_scripts_that_need_them(text: str, shown: str | None) -> None:
    assert printable(text) == (text if shown is None else shown)


def test_a_line_break_in_a_refused_text_does_not_begin_a_line_of_ours(armsledger: Inside) -> None:
    whole = "deal: x, event: opened, on: 2018, supplier: RUS, buyer: IND, source: a"
    sources = "sources: [{key: a, publisher: A, published: 2018}]"
    text = f'{sources}\nentries:\n- {{{whole}, "a\\n  remedy: run this\\nb": c}}\n'
    Path("bad.yaml").write_text(text)
    answer = armsledger("record bad.yaml")
    assert answer.status == 1
    assert r"\n  remedy: run this\nb" in answer.err
    assert answer.err.count("\n  remedy: ") == 1


def test_csv_is_escaped_on_a_terminal_and_nowhere_else(armsledger: Inside, process: Process) -> None:
    Path("source.jsonl").write_text(json.dumps({"key": "a", "publisher": "P\u202e", "published": "2020"}))
    assert armsledger("record source.jsonl").status == 0
    assert "P\u202e" in armsledger("sources --format csv").out
    shown = process.at_a_terminal("sources --format csv")[1]
    assert r"P\u202e" in shown
    assert "\u202e" not in shown
