"""Recording: files, standard input, single events, repairs; trying it first; and moving a ledger elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.application.book import DEAL, SEED, STORY
from tests.cli.runner import Inside, Process

SOURCE = "sources:\n  - {key: s1, publisher: P, published: 2020-01-01, reliability: B}\n"
OPENED = "entries:\n  - {deal: d1, event: opened, on: 2018, supplier: RUS, buyer: IND, source: s1}\n"
LINES = """\
{"key": "s1", "publisher": "P", "published": "2020-01-01", "reliability": "B"}
{"deal": "d1", "event": "opened", "on": "2018", "supplier": "RUS", "buyer": "IND", "source": "s1"}
"""


def files() -> list[str]:
    return sorted(file.name for file in Path().iterdir())


class TestInit:
    """``init``."""

    def test_an_empty_ledger_is_made(self, armsledger: Inside) -> None:
        answer = armsledger("init")
        assert (answer.status, answer.out, answer.err) == (0, "made an empty ledger: armsledger.db\n", "")
        assert armsledger("info --json").json["entries"] == 0
        assert armsledger("log --json").json == []

    def test_recording_makes_a_missing_ledger_too(self, armsledger: Inside) -> None:
        assert armsledger("record -", stdin=SOURCE).status == 0
        assert files() == ["armsledger.db"]

    def test_a_source_can_be_the_first_entry_of_a_missing_ledger(self, armsledger: Inside) -> None:
        answer = armsledger("source registered s1 --publisher P --published 2020")
        assert (answer.status, answer.out, answer.err) == (0, "source/s1@1\n", "")
        assert files() == ["armsledger.db"]


class TestFiles:
    """``record FILE...``"""

    @pytest.mark.parametrize("text", [SOURCE + OPENED, LINES], ids=["YAML", "JSONL"])
    def test_standard_input_may_be_yaml_or_jsonl(self, armsledger: Inside, text: str) -> None:
        answer = armsledger("record -", stdin=text)
        assert (answer.status, answer.err) == (0, "")
        assert answer.out == "standard input: recorded 2 entries in 2 streams (positions 1 to 2)\n"

    def test_yaml_and_jsonl_of_the_same_say_the_same(self, armsledger: Inside) -> None:
        armsledger("record -", stdin=SOURCE + OPENED)
        assert "recorded 0 entries; 2 entries known already" in armsledger("record -", stdin=LINES).out

    def test_a_process_reads_its_standard_input(self, process: Process) -> None:
        assert process("record -", stdin=LINES).out.startswith("standard input: recorded 2 entries")

    def test_a_pipe_with_a_name_is_a_file_too(self, process: Process) -> None:
        answer = process.script('armsledger record <(cat "$1")', str(SEED))
        assert (answer.status, answer.err) == (0, "")
        assert "recorded 21 entries" in answer.out

    def test_several_files_are_recorded_in_turn(self, armsledger: Inside) -> None:
        answer = armsledger(["record", str(SEED), str(STORY)])
        assert answer.status == 0
        first, second = [line for line in answer.lines if not line.startswith("  ")]
        assert first.endswith("recorded 21 entries in 10 streams (positions 1 to 21)")
        assert second.endswith("recorded 84 entries in 43 streams (positions 22 to 105); 5 entries known already")

    @pytest.mark.usefixtures("database")
    def test_the_findings_of_what_is_recorded_are_told(self, armsledger: Inside, seed: Path) -> None:
        answer = armsledger(["record", str(STORY)])
        findings = [line for line in answer.lines if line.startswith("  warning: contested: ")]
        assert len(findings) == len(armsledger("check --json").json)
        assert all(re.search(r" \[deal/india-s400@[0-9]+(, deal/india-s400@[0-9]+)+\]$", line) for line in findings)

    def test_files_before_a_refused_one_stay_recorded(self, armsledger: Inside) -> None:
        Path("bad.yaml").write_text(SOURCE.replace("s1", "s2") + "entries:\n  - {}\n")
        Path("good.yaml").write_text(SOURCE)
        answer = armsledger("record good.yaml bad.yaml")
        assert answer.status == 1
        assert answer.out == "good.yaml: recorded 1 entry in 1 stream (positions 1 to 1)\n"
        assert answer.err.startswith("error: bad.yaml:4: ")
        assert [row["source"] for row in armsledger("sources --json").json] == ["s1"]

    def test_the_report_is_given_as_json(self, armsledger: Inside) -> None:
        [report] = armsledger(["record", str(SEED), "--json"]).json
        assert report["file"] == str(SEED)
        assert (report["recorded"], report["known"], report["streams"]) == (21, 0, 10)
        assert (report["first"], report["last"], report["dry_run"]) == (1, 21, False)
        assert report["findings"] == []

    def test_the_report_of_files_before_a_refused_one_is_given_too(self, armsledger: Inside) -> None:
        Path("bad.yaml").write_text("entries:\n  - {}\n")
        answer = armsledger(["record", str(SEED), "bad.yaml", "--json"])
        assert answer.status == 1
        assert [report["recorded"] for report in answer.json] == [21]

    def test_a_missing_file_is_told_before_anything_is_recorded(self, armsledger: Inside) -> None:
        answer = armsledger(["record", str(SEED), "nowhere.yaml"])
        assert (answer.status, answer.out) == (2, "")
        assert files() == []

    def test_the_file_of_a_source_is_digested_beside_its_dossier(self, armsledger: Inside) -> None:
        Path("sub").mkdir()
        Path("sub/article.txt").write_text("abc")
        Path("sub/dossier.yaml").write_text("sources:\n  - {key: s1, publisher: P, file: article.txt}\n")
        assert armsledger("record sub/dossier.yaml").status == 0
        [row] = armsledger("log --json").json
        assert row["data"]["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    def test_who_records_is_taken_from_the_environment(
        self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ARMSLEDGER_RECORDED_BY", "the desk")
        armsledger("record -", stdin=SOURCE)
        assert [row["recorded_by"] for row in armsledger("log --json").json] == ["the desk"]


class TestDryRun:
    """``--dry-run``."""

    def test_it_tells_what_would_be_recorded_and_makes_no_ledger(self, armsledger: Inside) -> None:
        answer = armsledger("record --dry-run -", stdin=SOURCE + OPENED)
        assert (answer.status, answer.err) == (0, "")
        assert answer.lines[0] == "standard input: would record 2 entries in 2 streams"
        assert "deal/d1@1 opened on 2018" in answer.out
        assert files() == []

    @pytest.mark.usefixtures("database")
    def test_it_records_nothing_in_a_ledger_that_there_is(self, armsledger: Inside, seed: Path, seed_log: str) -> None:
        answer = armsledger(["record", "--dry-run", str(STORY)])
        assert answer.status == 0
        assert "would record 84 entries in 43 streams; 5 entries known already" in answer.out
        assert "warning: contested: contract-signed" in answer.out
        assert armsledger("log --json").out == seed_log

    def test_it_refuses_what_recording_would_refuse(self, armsledger: Inside) -> None:
        answer = armsledger("record --dry-run -", stdin=SOURCE + OPENED.replace("RUS", "Russsia"))
        assert answer.status == 1
        assert "did you mean RUS" in answer.err
        assert files() == []

    def test_its_report_says_so(self, armsledger: Inside) -> None:
        [report] = armsledger(["record", "--dry-run", "--json", str(SEED)]).json
        assert (report["recorded"], report["dry_run"]) == (21, True)
        assert files() == []


@pytest.mark.usefixtures("database", "seed")
class TestEvents:
    """One event by its command."""

    PAID = "deal tranche-paid india-s400 --on 2021-06 --tranche 2 --amount '~USD 500m' --source theprint-2021-11-12"

    def test_the_address_of_the_entry_is_printed(self, armsledger: Inside) -> None:
        answer = armsledger(self.PAID)
        assert (answer.status, answer.out, answer.err) == (0, "deal/india-s400@9\n", "")
        assert armsledger(f"show {DEAL} --at 2021-12-31 --json").json["certain"]["paid"] == [
            {"amount": "1300000000", "currency": "USD", "approximate": True}
        ]

    def test_the_findings_that_it_causes_are_printed(self, armsledger: Inside) -> None:
        answer = armsledger(self.PAID.replace("~USD 500m", "USD 9bn"))
        assert answer.lines[0] == "deal/india-s400@9"
        assert answer.lines[1].startswith("  warning: paid-more-than-value: paid ~USD 9.8bn, value ~USD 5bn [")
        assert len(answer.lines) == 2

    def test_the_answer_is_given_as_json(self, armsledger: Inside) -> None:
        answer = armsledger(self.PAID + " --json").json
        told = {"known_before": False, "readings": [], "notices": [], "findings": []}
        assert answer == {"entry": "deal/india-s400@9", **told}

    def test_the_same_event_again_adds_nothing(self, armsledger: Inside) -> None:
        armsledger(self.PAID)
        answer = armsledger(self.PAID)
        assert (answer.status, answer.out) == (0, "deal/india-s400@9\n")
        assert answer.err == "  recorded before; nothing was added\n"
        assert len(armsledger(f"log {DEAL} --json").json) == 9

    def test_a_file_says_the_same_as_the_command(self, armsledger: Inside) -> None:
        armsledger(self.PAID)
        entry = {"deal": "india-s400", "event": "tranche-paid", "on": "2021-06", "tranche": 2}
        entry |= {"amount": "~USD 500m", "source": "theprint-2021-11-12"}
        assert "1 entry known already" in armsledger("record -", stdin=json.dumps(entry)).out

    def test_lists_objects_and_words_for_days_are_taken(self, armsledger: Inside) -> None:
        command = ["engagement", "held", "call-1", "--on", "yesterday", "--format", "call", "--asserted", "today"]
        command += ["--source", "theprint-2021-11-12", "--participants", "IND", "--participants", "Russia"]
        assert armsledger(command).status == 0
        item = '{"designation": "S-400", "condition": "new"}'
        opened = f"deal opened d2 --on today --asserted today --supplier RUS --buyer IND --items '{item}'"
        assert armsledger(f"{opened} --source theprint-2021-11-12").status == 0
        log = {row["entry"]: row for row in armsledger("log --json").json}
        assert log["engagement/call-1@1"]["data"]["participants"] == ["IND", "RUS"]
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", log["engagement/call-1@1"]["on"])
        assert log["deal/d2@1"]["data"]["items"] == [{"designation": "S-400", "condition": "new"}]

    def test_two_reports_that_may_be_one_are_asked_about_and_told_apart(self, armsledger: Inside) -> None:
        armsledger("source registered wire --publisher Wire --published 2021-11-12 --reliability C")
        came = f"{DEAL.replace('/', ' delivered ')} --quantity '1 unit'"
        assert armsledger(f"{came} --on 2021-11-02 --source theprint-2021-11-12").out == "deal/india-s400@9\n"
        second = f"{came} --on 2021-11-05 --source wire"
        assert "perhaps-the-same" in armsledger(f"{second} --id unsure").out
        assert armsledger(f"show {DEAL} --json").json["certain"]["delivered"][0]["count"] == 1
        armsledger("retract deal/india-s400@10 --reason entry-error")
        assert "perhaps-the-same" not in armsledger(f"{second} --apart-from @9").out
        assert armsledger(f"show {DEAL} --json").json["certain"]["delivered"][0]["count"] == 2

    def test_everything_that_a_citation_has_can_be_given(self, armsledger: Inside) -> None:
        citation = "--attribution 'spokesman (named)' --credibility 4 --status claim --quote p.3 --note why --id mine"
        assert armsledger(f"{self.PAID} {citation} --asserted 2021-11").status == 0
        row = armsledger(f"log {DEAL} --json").json[-1]
        assert (row["attribution"], row["credibility"], row["status"]) == ("spokesman (named)", 4, "claim")
        assert (row["quote"], row["note"], row["id"], row["asserted"]) == ("p.3", "why", "mine", "2021-11")

    def test_a_source_is_registered_and_judged_anew(self, armsledger: Inside) -> None:
        assert armsledger("source registered s1 --publisher P --published 2020 --reliability C").status == 0
        assert armsledger("source regraded s1 --reliability A --reason 'proved right'").out == "source/s1@2\n"
        [row] = armsledger("sources --source s1 --json").json
        assert row["reliability"] == "A"


@pytest.mark.usefixtures("database", "seed")
class TestRepairs:
    """``correct`` and ``retract``: what was written stays in the trail."""

    def paid(self, armsledger: Inside, options: str = "") -> object:
        return armsledger(f"show {DEAL} --at 2021-12-31 {options} --json").json["certain"]["paid"]

    def test_a_correction_gives_a_field_another_value(self, armsledger: Inside) -> None:
        answer = armsledger(f"correct {DEAL}@4 --set amount='USD 850m' --set on=2019-09 --reason source-error")
        assert (answer.status, answer.out) == (0, f"{DEAL}@9\n")
        assert self.paid(armsledger) == [{"amount": "850000000", "currency": "USD", "approximate": False}]
        log = armsledger(f"log {DEAL} --json").json
        assert log[-1]["corrects"] == f"{DEAL}@4"
        assert log[3]["data"]["amount"] == {"amount": "800000000", "currency": "USD", "approximate": True}

    def test_an_empty_value_clears_a_field(self, armsledger: Inside) -> None:
        assert armsledger(f"correct {DEAL}@4 --set amount= --reason entry-error").status == 0
        shown = armsledger(f"show {DEAL} --at 2021-12-31 --json").json["certain"]
        assert (shown["paid"], shown["paid_undisclosed"]) == ([], 1)

    @pytest.mark.parametrize("command", ["correct {}@4 --set on=yesterday", "retract {}@4"])
    def test_words_for_days_are_taken_here_too(self, armsledger: Inside, command: str) -> None:
        answer = armsledger(f"{command.format(DEAL)} --reason source-error --asserted today")
        assert (answer.status, answer.out) == (0, f"{DEAL}@9\n")
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", armsledger(f"log {DEAL} --json").json[-1]["asserted"])

    def test_what_was_believed_before_stays_what_was_believed(self, armsledger: Inside) -> None:
        before = self.paid(armsledger)
        armsledger(f"correct {DEAL}@4 --set amount='USD 850m' --reason source-error")
        assert self.paid(armsledger, "--known @21") == before

    def test_a_retraction_takes_an_entry_back_and_another_brings_it_back(self, armsledger: Inside) -> None:
        before = self.paid(armsledger)
        assert armsledger(f"retract {DEAL}@4 --reason entry-error").out == f"{DEAL}@9\n"
        assert self.paid(armsledger) == []
        assert armsledger(f"log {DEAL} --json").json[3]["retracted_by"] == f"{DEAL}@9"
        assert armsledger(f"retract {DEAL}@9 --reason 'it was right'").out == f"{DEAL}@10\n"
        assert self.paid(armsledger) == before
        assert armsledger(f"log {DEAL} --json").json[3]["retracted_by"] is None


class TestExport:
    """``export jsonl``: recorded into an empty ledger it gives the same log, times and states."""

    @pytest.mark.usefixtures("database")
    def test_an_export_to_a_file_makes_the_same_ledger_elsewhere(self, armsledger: Inside, story: Path) -> None:
        armsledger(f"correct {DEAL}@4 --set amount='USD 850m' --reason source-error")
        answer = armsledger("export jsonl out.jsonl")
        root = armsledger("info --json").json["root"]
        assert (answer.status, answer.out) == (0, "")
        assert answer.err == f"out.jsonl: 106 entries as jsonl, root {root}\n"
        assert armsledger("record out.jsonl --ledger other.db").status == 0
        for read in ("log", "deals", "payments", "expectations", "engagements", "sources", "check", f"show {DEAL}"):
            assert armsledger(f"{read} --json --ledger other.db").out == armsledger(f"{read} --json").out

    def test_an_export_to_standard_output_is_piped_into_another(self, process: Process, story: Path) -> None:
        answer = process.script("armsledger export jsonl - | armsledger record - --ledger other.db")
        assert answer.status == 0
        assert "recorded 105 entries" in answer.out
        assert process("log --json --ledger other.db").out == process("log --json").out

    @pytest.mark.usefixtures("database")
    def test_it_is_the_same_as_to_a_file(self, armsledger: Inside, story: Path) -> None:
        answer = armsledger("export jsonl -")
        armsledger("export jsonl out.jsonl")
        assert answer.out == Path("out.jsonl").read_text()
        root = armsledger("info --json").json["root"]
        assert answer.err == f"standard output: 105 entries as jsonl, root {root}\n"
        assert len(answer.jsonl) == 105

    def test_a_file_is_overwritten_only_if_that_is_said(self, armsledger: Inside, seed: Path) -> None:
        Path("out.jsonl").write_text("mine\n")
        assert armsledger("export jsonl out.jsonl").status == 1
        assert Path("out.jsonl").read_text() == "mine\n"
        assert armsledger("export jsonl out.jsonl --replace").status == 0
        assert len(Path("out.jsonl").read_text().splitlines()) == 21

    @pytest.mark.parametrize("file", ["armsledger.db", "./armsledger.db", "link.db"])
    def test_the_ledger_itself_is_never_overwritten(
        self, armsledger: Inside, seed: Path, seed_log: str, file: str
    ) -> None:
        Path("link.db").symlink_to("armsledger.db")
        answer = armsledger(f"export jsonl {file} --replace")
        assert (answer.status, answer.out) == (1, "")
        assert answer.err.startswith(f"error: {file} cannot be written: the ledger itself is there")
        assert armsledger("log --json").out == seed_log

    @pytest.mark.usefixtures("database")
    def test_in_a_ledger_that_holds_something_its_times_are_not_kept(self, armsledger: Inside, seed: Path) -> None:
        armsledger("export jsonl out.jsonl")
        armsledger("record - --ledger other.db", stdin=SOURCE)
        answer = armsledger("record out.jsonl --ledger other.db")
        assert answer.status == 0
        assert "its times of recording are kept only in an empty ledger" in answer.err
        theirs = [row["recorded_at"] for row in armsledger("log --json").json]
        assert armsledger("log --json --ledger other.db").json[-1]["recorded_at"] not in theirs


def test_the_article_is_told_statement_by_statement(armsledger: Inside, seed: Path) -> None:
    """As many entries as the file has, each with its attribution, quote, credibility and status."""
    dossier = YAML(typ="safe").load(SEED.read_text())
    told = [entry for part in (dossier, *dossier["groups"]) for entry in part.get("entries", ())]
    rows = [row for row in armsledger("log --json").json if row["event"] != "registered"]
    assert len(rows) == len(told) == 20
    for row in rows:
        assert row["attribution"]
        assert row["quote"]
        assert row["credibility"] in (2, 3)
        assert row["source"] == "theprint-2021-11-12"
