"""Reads: the same questions and the same four formats everywhere; answers to standard output, messages aside."""

from __future__ import annotations

import csv
import re
from io import StringIO
from itertools import cycle, product
from typing import Any

import pytest

from tests.application.book import DEAL
from tests.cli.runner import Answer, Inside

pytestmark = pytest.mark.usefixtures("story")

PROJECTIONS = (
    "deals",
    "payments",
    "deliveries",
    "sanctions",
    "expectations",
    "engagements",
    "frameworks",
    "sources",
)
TIMELINES = (f"timeline {DEAL}", f"timeline {DEAL} --audit")
ROWS = (*PROJECTIONS, *TIMELINES, "log", f"log {DEAL}", "check", f"check {DEAL}", "replay")
READS = (*ROWS, f"show {DEAL}", "show source/theprint-2021-11-12", f"replay {DEAL}")
COMPARISONS = (
    "compare --known 2021-11-12 --known 2021-12-31 --known-by asserted",
    f"compare {DEAL} --known @21 --known @105",
)
BELIEFS = (
    "--known today",
    "--known 2021-12-31",
    "--known 2021-11-12T09:30Z",
    "--known @21",
    "--known 2021-12-31 --known-by asserted",
    "--known-by asserted",
)


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text; every one has the cells of the header."""
    reader = csv.DictReader(StringIO(text), strict=True)
    rows = list(reader)
    for row in rows:
        assert None not in row
        assert None not in row.values()
    return rows


def entries(armsledger: Inside, options: str) -> list[str]:
    return [row["entry"] for row in armsledger(f"log {options} --json").json]


@pytest.mark.parametrize("read", [*READS, *COMPARISONS])
def test_every_format_answers_the_same(armsledger: Inside, read: str) -> None:
    """JSON in one text, JSONL a text a line, CSV with the rows and fields of JSON, and a table of plain text."""
    answers = {format: armsledger(f"{read} --format {format}") for format in ("json", "jsonl", "csv")}
    assert {(answer.status, answer.err) for answer in answers.values()} == {(0, "")}
    whole = answers["json"].json
    found = whole["changes"] if read.startswith("compare") else whole
    assert answers["jsonl"].jsonl == (found if isinstance(found, list) else [found])
    rows = rows_of(answers["csv"].out)
    assert rows
    if read in ROWS:
        for row, given in zip(rows, whole, strict=True):
            assert [name for name in row if name in given] == list(given)
            texts = {name: value for name, value in given.items() if isinstance(value, str)}
            assert {name: row[name] for name in texts} == texts
    assert_plain_text(armsledger(read))


def assert_plain_text(answer: Answer) -> None:
    """A table without escape codes and blanks at the ends of lines."""
    assert (answer.status, answer.err) == (0, "")
    assert answer.out
    assert "\x1b" not in answer.out
    assert all(line == line.rstrip() for line in answer.lines)


def test_json_is_the_short_form_of_a_format(armsledger: Inside) -> None:
    assert armsledger("deals --json").out == armsledger("deals --format json").out


class TestTheShortForm:
    """``show`` counts what is settled where it is much; ``--forecasts``, ``--findings`` and ``--all`` tell it."""

    MANY = f"show {DEAL} --at 2022-12-31"

    def test_open_forecasts_come_first_and_the_others_are_counted(self, armsledger: Inside) -> None:
        lines = armsledger(self.MANY).lines
        (head,) = [index for index, line in enumerate(lines) if line.startswith("  forecasts ")]
        assert lines[head].endswith("13: 3 overdue, 4 pending, 4 met-late, 2 met; --forecasts tells all")
        assert [line[:20].strip() for line in lines[head + 1 : head + 6]] == ["overdue", "", "pending", "", ""]

    def test_all_forecasts_are_told_in_full_if_somebody_asks(self, armsledger: Inside) -> None:
        for option in ("--forecasts", "--all"):
            told = [line for line in armsledger(f"{self.MANY} {option}").lines if line.startswith("  expectation ")]
            outcomes = [re.findall(r": ([a-z-]+)(?: on|, since| \()", line)[0] for line in told]
            assert len(told) == 13
            assert set(outcomes[:7]) == {"overdue", "pending"}
            assert set(outcomes[7:]) == {"met", "met-late"}

    def test_warnings_are_counted_by_code(self, armsledger: Inside) -> None:
        assert armsledger(self.MANY).lines[-1] == "  findings          6 warnings (6 contested); --findings tells them"

    def test_all_findings_are_told_in_full_if_somebody_asks(self, armsledger: Inside) -> None:
        for option in ("--findings", "--all"):
            out = armsledger(f"{self.MANY} {option}").out
            assert (out.count("  warning: contested: "), out.count("--findings")) == (6, 0)

    def test_an_error_is_always_told(self, armsledger: Inside) -> None:
        armsledger("deal delivery-begun india-s400 --on 2011 --tranche 9 --source theprint-2021-11-12")
        out = armsledger(self.MANY).out
        assert "  error: delivery-before-signature: " in out
        assert "6 contested" in out

    def test_a_few_are_told_in_full(self, armsledger: Inside) -> None:
        out = armsledger(f"show {DEAL} --at 2018-12-31").out
        assert "  expectation       tranche-paid tranche=1 due 2018-10/2018-12: " in out
        assert "forecasts" not in out


class TestTheTimeline:
    """``timeline``: in the order of the world, or with ``--audit`` in that of recording."""

    def test_a_line_has_the_date_what_happened_and_the_sources(self, armsledger: Inside) -> None:
        lines = armsledger(f"timeline {DEAL} --at 2018-12-31").lines
        assert lines[0] == f"{DEAL} up to 2018-12-31, as known now (position 105)"
        assert "2018-10-05   contract-signed: USD 5.43bn, 5 regiments (contested: value, quantity) " in "\n".join(lines)
        assert "[ndtv-2018-10-05, sipri-2024-03-18, theprint-2021-11-12]" in "\n".join(lines)

    def test_a_forecast_tells_what_became_of_it(self, armsledger: Inside) -> None:
        assert (
            "expected: delivery-begun, due 2020-10/2020-12, holder Indian Air Force -> met-late on 2021-12"
            in armsledger(f"timeline {DEAL} --at 2022").out
        )

    def test_where_nothing_was_known_it_says_so(self, armsledger: Inside) -> None:
        answer = armsledger(f"timeline {DEAL} --known 1990 --known-by asserted")
        assert (answer.status, answer.lines[1]) == (0, "  no source had spoken of it by then")

    def test_its_key_is_enough_where_nothing_was_known(self, armsledger: Inside) -> None:
        answer = armsledger(f"timeline {DEAL.partition('/')[2]} --known 1990 --known-by asserted")
        assert (answer.status, answer.lines[1]) == (0, "  no source had spoken of it by then")

    def test_the_audit_tells_what_a_correction_changed(self, armsledger: Inside) -> None:
        (contract,) = [
            row["entry"] for row in armsledger(f"log {DEAL} --json").json if row["source"] == "ndtv-2018-10-05"
        ]
        changes = "--set on=2018-10-04 --set 'value=USD 5.5bn' --reason entry-error"
        assert armsledger(f"correct {contract} {changes}").status == 0
        for read in (f"timeline {DEAL} --audit", f"log {DEAL}"):
            last = armsledger(read).lines[-1]
            assert f"corrected: {contract}, reason entry-error; on: 2018-10-05 -> 2018-10-04; " in last
            assert "; value: USD 5.43bn -> USD 5.5bn" in last

    def test_the_audit_names_what_was_taken_back(self, armsledger: Inside) -> None:
        lines = armsledger(f"timeline {DEAL} --audit").lines
        (taken,) = [line for line in lines if " waiver-granted: " in line]
        (retraction,) = [line for line in lines if " retracted: " in line]
        target, retracted_by = re.findall(r"retracted: (\S+), .* retracted by (\S+) ", f"{retraction} {taken}")[0]
        assert f" {target.removeprefix(DEAL)} " in taken
        assert f" {retracted_by.removeprefix(DEAL)} " in retraction


@pytest.mark.parametrize(
    ("read", "belief"),
    [*zip(READS, cycle(BELIEFS[-3:-1]), strict=False), *product((f"show {DEAL}", "deals", "log"), BELIEFS)],
)
def test_every_read_takes_a_date_and_a_belief_date(armsledger: Inside, read: str, belief: str) -> None:
    answer = armsledger(f"{read} --at 2021-12-31 {belief} --json")
    assert answer.status == 0
    assert answer.err == "" or answer.err.startswith("nothing was recorded by ")
    assert answer.out


class TestTheDate:
    """``--at``."""

    @pytest.mark.parametrize(
        ("text", "day"), [("2019-12-31", "2019-12-31"), ("2019-11", "2019-11-30"), ("2019", "2019-12-31")]
    )
    def test_a_month_or_a_year_is_its_last_day(self, armsledger: Inside, text: str, day: str) -> None:
        assert armsledger(f"show {DEAL} --at {text} --json").json["at"] == day

    def test_today_is_the_default(self, armsledger: Inside) -> None:
        assert armsledger(f"show {DEAL} --json").out == armsledger(f"show {DEAL} --at today --json").out

    def test_yesterday_is_the_day_before(self, armsledger: Inside) -> None:
        days = [armsledger(f"show {DEAL} --at {day} --json").json["at"] for day in ("yesterday", "today")]
        assert days[0] < days[1]

    def test_a_replay_ends_there(self, armsledger: Inside) -> None:
        to = armsledger(f"replay {DEAL} --to 2018-12-31 --json").json
        assert to == armsledger(f"replay {DEAL} --at 2018-12-31 --json").json
        whole = armsledger(f"replay {DEAL} --json").json
        assert 0 < len(to) < len(whole)

    def test_a_replay_of_everything_shows_where_all_deals_stood(self, armsledger: Inside) -> None:
        answer = armsledger("replay --to 2018-12-31 --json")
        assert answer.json == armsledger("deals --at 2018-12-31 --json").json
        assert [(row["deal"], row["stage"]) for row in answer.json] == [("india-s400", "signed"), ("turkey-s400", None)]

    def test_the_log_at_a_date_holds_what_had_begun(self, armsledger: Inside) -> None:
        begun = armsledger(f"log {DEAL} --at 2018-09-30 --json").json
        assert 0 < len(begun) < len(armsledger(f"log {DEAL} --json").json)


class TestTheBeliefDate:
    """``--known`` and ``--known-by``."""

    def test_a_position_cuts_the_ledger_there(self, armsledger: Inside) -> None:
        assert entries(armsledger, "--known @21") == entries(armsledger, "")[:21]

    def test_a_position_beyond_the_end_is_everything(self, armsledger: Inside) -> None:
        assert entries(armsledger, "--known @999999") == entries(armsledger, "")

    def test_a_time_counts_what_was_recorded_by_then(self, armsledger: Inside) -> None:
        log = armsledger("log --json").json
        assert entries(armsledger, f"--known {log[20]['recorded_at']}") == entries(armsledger, "--known @21")

    def test_a_whole_day_counts(self, armsledger: Inside) -> None:
        day = armsledger("log --json").json[-1]["recorded_at"].partition("T")[0]
        assert entries(armsledger, f"--known {day}") == entries(armsledger, "")

    def test_nothing_was_recorded_in_2021(self, armsledger: Inside) -> None:
        answer = armsledger("log --known 2021-12-31")
        assert (answer.status, answer.out) == (0, "")
        assert [line.partition(":")[0] for line in answer.err.splitlines()] == [
            "nothing was recorded by 2021-12-31",
            "no entries",
        ]

    def test_by_asserted_date_counts_what_sources_had_said(self, armsledger: Inside) -> None:
        rows = armsledger("log --known 2019-12-31 --known-by asserted --json").json
        assert 0 < len(rows) < 105
        assert all(row["asserted"] <= "2019-12-31" for row in rows)

    def test_what_was_believed_at_a_position_is_told_with_the_state(self, armsledger: Inside) -> None:
        shown = armsledger(f"show {DEAL} --known @21 --json").json
        assert (shown["known"], shown["known_by"], shown["position"]) == ("@21", "recorded", 21)
        assert shown["certain"]["stage"] == "signed"
        assert armsledger(f"show {DEAL} --json").json["certain"]["stage"] == "delivering"

    def test_the_table_says_what_belief_it_shows(self, armsledger: Inside) -> None:
        told = armsledger(f"show {DEAL} --at 2021-11-12 --known 2021-11-12 --known-by asserted").out
        assert "at 2021-11-12, as known by 2021-11-12, by asserted date" in told


FILTERS = (
    ("deals --buyer TUR", "deal", {"turkey-s400"}),
    ("deals --supplier RUS --buyer IND", "deal", {"india-s400"}),
    ("deals --stage delivering", "deal", {"india-s400"}),
    ("deals --deal turkey-s400", "deal", {"turkey-s400"}),
    ("payments --status paid", "tranche", {1}),
    ("payments --tranche 1", "status", {"paid"}),
    ("payments --deal india-s400 --currency USD", "currency", {"USD"}),
    ("deliveries --tranche 2", "on", {"2022-04"}),
    ("deliveries --status begun", "status", {"begun"}),
    ("sanctions --against TUR", "status", {"imposed"}),
    ("sanctions --by USA --basis CAATSA", "deal", {"india-s400"}),
    ("sanctions --status threatened", "against", {"IND"}),
    ("expectations --outcome met", "outcome", {"met"}),
    ("expectations --overdue --at 2022-06-30", "outcome", {"overdue"}),
    ("expectations --stream framework/india-russia-relos", "what", {"signed"}),
    ("engagements --format-of summit", "format", {"summit"}),
    ("engagements --participants TJK", "engagement", {"delhi-regional-security-dialogue-2021"}),
    ("frameworks --status in-force", "framework", {"india-russia-military-technical-cooperation"}),
    ("sanctions --buyer Turkey --item s-400", "deal", {"turkey-s400"}),
    ("deals --buyer IND --buyer TUR --signed-from 2018", "deal", {"india-s400"}),
    ("deals --value-from 'USD 5bn'", "deal", {"india-s400"}),
    ("rows deals --where buyer=India", "deal", {"india-s400"}),
    ("sources --reliability D", "source", {"indianmonitor-2025-11"}),
    ("sources --publisher sipri", "publisher", {"SIPRI"}),
)


@pytest.mark.parametrize(("query", "column", "values"), FILTERS)
def test_a_filter_keeps_the_rows_that_fit(armsledger: Inside, query: str, column: str, values: set[Any]) -> None:
    rows = armsledger(f"{query} --json").json
    assert {row[column] for row in rows} == values
    projection = query.partition(" --")[0]
    assert len(rows) < len(armsledger(f"{projection} --json").json)


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_without_rows_a_message_says_so(armsledger: Inside, projection: str) -> None:
    query = f"{projection} --known @0"
    answer = armsledger(query)
    assert (answer.status, answer.out, answer.err) == (0, "", f"no {projection}\n")
    assert armsledger(f"{query} --json").json == []
    assert armsledger(f"{query} --format jsonl").out == ""
    assert rows_of(armsledger(f"{query} --format csv").out) == []


def test_a_filter_takes_the_name_of_a_country_too(armsledger: Inside) -> None:
    assert armsledger("deals --buyer Turkey --json").json == armsledger("deals --buyer TUR --json").json


def test_a_misspelt_country_in_a_filter_is_no_empty_answer(armsledger: Inside) -> None:
    answer = armsledger("deals --buyer Indai")
    assert (answer.status, answer.out) == (2, "")
    assert "did you mean IND" in answer.err


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("deals --stage sined", "did you mean signed?"),
        ("deals --deal india-s40", "did you mean"),
        ("payments --currency USX", "USD"),
        ("rows deals --where byer=IND", "did you mean buyer"),
        ("rows deals --where buyer=Indai", "did you mean IND"),
        ("expectations --source theprint", "theprint-2021-11-12"),
    ],
)
def test_what_nobody_has_is_no_empty_answer(armsledger: Inside, query: str, near: str) -> None:
    answer = armsledger(query)
    assert (answer.status in (1, 2), answer.out) == (True, "")
    assert near in answer.err


class TestChecking:
    """``check`` and its exit status."""

    def test_warnings_alone_leave_the_status_at_zero(self, armsledger: Inside) -> None:
        answer = armsledger("check --json")
        assert answer.status == 0
        assert {row["severity"] for row in answer.json} == {"warning"}
        assert all(row["entries"] for row in answer.json)

    @pytest.mark.parametrize("format", ["table", "json", "jsonl", "csv"])
    def test_an_error_makes_it_one(self, armsledger: Inside, format: str) -> None:
        early = "deal delivery-begun india-s400 --on 2011 --tranche 9 --source theprint-2021-11-12"
        recorded = armsledger(early)
        assert recorded.status == 0
        assert "error: delivery-before-signature" in recorded.out
        answer = armsledger(f"check --format {format}")
        assert (answer.status, answer.err) == (1, "")
        assert "delivery-before-signature" in answer.out

    def test_the_findings_are_the_same_and_fail_nothing(self, armsledger: Inside) -> None:
        armsledger("deal delivery-begun india-s400 --on 2011 --tranche 9 --source theprint-2021-11-12")
        checked, listed = armsledger("check --json"), armsledger("findings --json")
        assert (checked.status, listed.status) == (1, 0)
        assert listed.json == checked.json
        errors = armsledger("findings --severity error --deal india-s400 --json").json
        assert [row["code"] for row in errors] == ["delivery-before-signature"]

    def test_an_error_elsewhere_does_not_count(self, armsledger: Inside) -> None:
        armsledger("deal delivery-begun india-s400 --on 2011 --tranche 9 --source theprint-2021-11-12")
        answer = armsledger("check deal/turkey-s400")
        assert (answer.status, answer.out, answer.err) == (0, "", "no findings\n")

    @pytest.mark.usefixtures("database")
    def test_an_error_of_later_does_not_count_earlier(self, armsledger: Inside) -> None:
        armsledger("deal delivery-begun india-s400 --on 2011 --tranche 9 --source theprint-2021-11-12")
        assert armsledger("check --known @105").status == 0
        assert armsledger("check --at 2010-12-31").status == 0


def test_the_ledger_is_named_before_or_after_the_command(armsledger: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = armsledger("deals --json").out
    assert armsledger("--ledger armsledger.db deals --json").out == whole
    assert armsledger("deals --ledger sqlite:///armsledger.db --json").out == whole
    monkeypatch.setenv("ARMSLEDGER_LEDGER", "nothing.db")
    assert armsledger("deals").status == 1
    assert armsledger("deals --ledger armsledger.db --json").out == whole


def test_reading_changes_nothing(armsledger: Inside) -> None:
    before = (armsledger.folder / "armsledger.db").read_bytes()
    for read in (*READS, *COMPARISONS):
        armsledger(read)
    assert (armsledger.folder / "armsledger.db").read_bytes() == before
    assert [file.name for file in armsledger.folder.iterdir()] == ["armsledger.db"]


def test_info_tells_what_the_ledger_holds(armsledger: Inside) -> None:
    answer = armsledger("info --json")
    facts = answer.json
    assert (facts["ledger"], facts["entries"], facts["position"]) == ("armsledger.db", 105, 105)
    assert facts["streams"] == {"deal": 2, "engagement": 8, "framework": 2, "source": 34}
    assert facts["schema_version"] == 3
    assert (facts["journal_mode"], facts["size_bytes"] > 0) == ("wal", True)
    told = armsledger("info").out
    assert "2 deal, 8 engagement, 2 framework, 34 source" in told
    assert facts["ledger_id"] in told
