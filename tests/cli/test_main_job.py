"""The main job: record the story of a deal, replay it to any date, ask what was believed and on whose word."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from tests.application.book import DEAL, SEED, STORY
from tests.cli.runner import Answer, Inside, Process

CONTRACT_KEYS = {
    "stage",
    "supplier",
    "buyer",
    "items",
    "value",
    "ordered",
    "paid",
    "paid_undisclosed",
    "delivered",
    "delivery_begun",
    "sanctions",
    "expectations",
}
"""Those that scripts rely on; there may be others."""
LOG_KEYS = {
    "entry",
    "position",
    "event",
    "on",
    "asserted",
    "recorded_at",
    "recorded_by",
    "source",
    "reliability",
    "credibility",
    "status",
    "corrects",
    "retracted_by",
    "data",
}
PAID = [{"amount": "800000000", "currency": "USD", "approximate": True}]
DATES = ("2018-09-30", "2018-10-15", "2019-06-30", "2021-11-12", "2021-12-31", "2026-01-01")

LEFT_OUT = {"position", "entry", "entries", "met_by", "revised_by", "message", "expected"}
"""Addresses, and the window that a meeting is expected in: two articles of one day and one grade give two."""


def state(armsledger: Inside, at: str, options: str = "") -> Any:
    return armsledger(f"show {DEAL} --at {at} {options} --json").json


def states(armsledger: Inside, ledger: str) -> Any:
    """All states at several dates, without what depends on the order of recording."""
    reads = ("show deal/india-s400", "show deal/turkey-s400", "engagements", "frameworks", "expectations", "sources")
    return {
        (read, at): _without_order(armsledger(f"{read} --ledger {ledger} --at {at} --json").json)
        for read in reads
        for at in DATES
    }


def _without_order(shown: Any) -> Any:
    """A state without positions and what full ties decide, and with its lists in an order of their own."""
    if isinstance(shown, dict):
        return {name: _without_order(part) for name, part in shown.items() if name not in LEFT_OUT}
    if isinstance(shown, list):
        return sorted((_without_order(part) for part in shown), key=repr)
    return shown


def field(answer: Answer, name: str) -> list[str]:
    """What the lines of a shown state say of a field."""
    lines = [line.strip() for line in answer.lines]
    return [line.removeprefix(name).strip() for line in lines if line.startswith(f"{name} ")]


def test_the_seed_is_recorded_by_a_process(process: Process) -> None:
    answer = process(["record", str(SEED)])
    assert (answer.status, answer.err) == (0, "")
    assert f"{SEED}: recorded 21 entries in 10 streams (positions 1 to 21)" in answer.out


def test_the_seed_is_shown_by_a_process(process: Process, seed: object) -> None:
    answer = process(f"show {DEAL} --at 2019-06-30")
    assert (answer.status, answer.err) == (0, "")
    assert field(answer, "paid") == ["USD 0 to ~800m; certain by 2019-12-31 [4]"]


@pytest.mark.usefixtures("seed")
class TestTheSeedAlone:
    """What the article of 12 November 2021 says, at several dates."""

    def test_nothing_has_begun_before_the_months_of_the_contract(self, armsledger: Inside) -> None:
        shown = state(armsledger, "2018-09-30")
        assert shown["certain"] is None
        assert shown["possible"] is None
        assert "nothing has begun by then" in armsledger(f"show {DEAL} --at 2018-09-30").out

    def test_within_the_month_the_signature_is_possible(self, armsledger: Inside) -> None:
        shown = state(armsledger, "2018-10-15")
        assert shown["certain"] is None
        assert shown["possible"]["stage"] == "signed"
        assert "not certain to have begun before 2018-10-31" in armsledger(f"show {DEAL} --at 2018-10-15").out

    def test_at_the_end_of_the_month_the_signature_is_certain(self, armsledger: Inside) -> None:
        certain = state(armsledger, "2018-10-31")["certain"]
        assert certain["stage"] == "signed"
        assert certain["value"] == {
            "amount": "5000000000",
            "currency": "USD",
            "approximate": True,
            "contested": False,
        }
        assert certain["ordered"] == [{"count": 5, "unit": "unit", "approximate": False}]

    def test_within_2019_the_payment_is_possible(self, armsledger: Inside) -> None:
        shown = state(armsledger, "2019-06-30")
        assert (shown["certain"]["paid"], shown["possible"]["paid"]) == ([], PAID)
        told = field(armsledger(f"show {DEAL} --at 2019-06-30"), "paid")
        assert told == ["USD 0 to ~800m; certain by 2019-12-31 [4]"]

    def test_at_the_end_of_2019_the_payment_is_certain(self, armsledger: Inside) -> None:
        shown = state(armsledger, "2019-12-31")
        assert shown["certain"]["paid"] == shown["possible"]["paid"] == PAID
        assert field(armsledger(f"show {DEAL} --at 2019-12-31"), "paid") == ["~USD 800m [4]"]

    @pytest.mark.parametrize("at", ["2021-11-12", "2026-01-01"])
    def test_nothing_is_delivered(self, armsledger: Inside, at: str) -> None:
        shown = state(armsledger, at)
        for bound in ("certain", "possible"):
            assert shown[bound]["delivered"] == []
            assert shown[bound]["delivery_begun"] is None
        assert field(armsledger(f"show {DEAL} --at {at}"), "delivered") == ["nothing reported"]

    @pytest.mark.parametrize("at", ["2018-10-31", "2021-11-12", "2026-01-01"])
    def test_the_threat_of_sanctions_stands(self, armsledger: Inside, at: str) -> None:
        [line] = state(armsledger, at)["certain"]["sanctions"]
        assert (line["by"], line["against"], line["basis"]) == ("USA", "IND", "CAATSA")
        assert line["status"] == "threatened"

    def test_the_expectations_of_december_are_pending_when_they_are_stated(self, armsledger: Inside) -> None:
        outcomes = outcomes_of_december(armsledger, "2021-11-12")
        assert outcomes == {"../2021-12-15~": "pending", "2021-11-12/2021-12-31": "pending"}

    def test_the_expectations_of_december_are_overdue_later(self, armsledger: Inside) -> None:
        outcomes = outcomes_of_december(armsledger, "2022-01-01")
        assert outcomes.keys() == {"../2021-12-15~", "2021-11-12/2021-12-31"}
        assert set(outcomes.values()) <= {"overdue", "indeterminate"}

    def test_before_the_article_its_expectations_are_not_shown_as_known(self, armsledger: Inside) -> None:
        assert armsledger("expectations --at 2021-11-11 --json").json == []

    def test_nobody_knew_of_it_before_the_article_by_asserted_date(self, armsledger: Inside) -> None:
        shown = state(armsledger, "2019-12-31", "--known 2021-11-11 --known-by asserted")
        assert (shown["certain"], shown["possible"]) == (None, None)

    def test_nobody_knew_of_it_before_it_was_recorded(self, armsledger: Inside) -> None:
        shown = state(armsledger, "2019-12-31", "--known 2021-11-12")
        assert (shown["certain"], shown["possible"]) == (None, None)

    def test_the_keys_of_a_state_are_those_of_the_contract(self, armsledger: Inside) -> None:
        shown = state(armsledger, "2019-12-31", "--known 2021-11-12 --known-by asserted")
        assert list(shown) == [
            "stream",
            "at",
            "known",
            "known_by",
            "position",
            "certain",
            "possible",
            "links",
            "findings",
            "disputes",
        ]
        assert (shown["stream"], shown["at"], shown["position"]) == (DEAL, "2019-12-31", 21)
        assert (shown["known"], shown["known_by"]) == ("2021-11-12", "asserted")
        assert shown["certain"].keys() >= CONTRACT_KEYS
        assert shown["possible"].keys() == shown["certain"].keys()
        assert shown["certain"]["items"] == [{"designation": "S-400 Triumf", "description": "SAM system"}]
        assert shown["certain"]["expectations"] == [], "nobody had stated one"
        stated = state(armsledger, "2021-11-12")["certain"]["expectations"]
        batch = [(line["what"], line["tranche"], line["due"]) for line in stated if "tranche" in line]
        assert batch == [("delivered", 1, "../2021-12-15~")]

    def test_the_keys_of_the_log_are_those_of_the_contract(self, armsledger: Inside) -> None:
        rows = armsledger("log --json").json
        assert [row["position"] for row in rows] == list(range(1, 22))
        for row in rows:
            assert row.keys() >= LOG_KEYS
        signed = next(row for row in rows if row["event"] == "contract-signed")
        assert (signed["entry"], signed["on"], signed["asserted"]) == ("deal/india-s400@2", "2018-10", "2021-11-12")
        assert (signed["source"], signed["reliability"], signed["credibility"]) == ("theprint-2021-11-12", "C", 2)
        assert (signed["status"], signed["corrects"], signed["retracted_by"]) == ("fact", None, None)
        assert signed["recorded_at"].endswith("Z")
        assert signed["recorded_by"] == "tester"


def outcomes_of_december(armsledger: Inside, at: str) -> dict[str, str]:
    """The outcomes of what was to happen to the deal in December, by their windows."""
    expected = state(armsledger, at)["certain"]["expectations"]
    return {line["due"]: line["outcome"] for line in expected if "2021-12" in line["due"]}


@pytest.mark.usefixtures("story")
class TestTheLongerStory:
    """What changes when 42 further reports are known."""

    def test_between_the_article_and_the_end_of_the_year_the_delivery_begins(self, armsledger: Inside) -> None:
        changes = changes_of_december(armsledger)
        stage = next(change for change in changes if change["field"] == "stage" and change["bound"] == "certain")
        assert (stage["stream"], stage["old"], stage["new"]) == (DEAL, "signed", "delivering")

    def test_the_entries_that_changed_the_belief_are_named(self, armsledger: Inside) -> None:
        log = {row["entry"]: row for row in armsledger("log --json").json}
        for change in changes_of_december(armsledger):
            assert change["entries"]
            for entry in change["entries"]:
                assert "2021-11-12" < log[entry]["asserted"] <= "2021-12-31"
        begun = [c for c in changes_of_december(armsledger) if c["field"] == "delivery_begun"]
        responsible = set(chain.from_iterable(change["entries"] for change in begun))
        assert {log[entry]["event"] for entry in responsible} == {"delivery-begun"}

    def test_only_entries_that_the_later_belief_knows_are_listed(self, armsledger: Inside) -> None:
        compared = armsledger(COMPARE + " --json").json
        assert (compared["known"], compared["known_by"]) == (["2021-11-12", "2021-12-31"], "asserted")
        log = {row["entry"]: row["asserted"] for row in armsledger("log --json").json}
        news = [entry for entry in compared["entries"] if not entry.startswith("source/")]
        assert sorted(news) == sorted(
            entry
            for entry, asserted in log.items()
            if "2021-11-12" < asserted <= "2021-12-31" and not entry.startswith("source/")
        )

    def test_a_comparison_is_told_in_words(self, armsledger: Inside) -> None:
        answer = armsledger(f"compare {DEAL} " + COMPARE.removeprefix("compare"))
        assert answer.status == 0
        assert "known by 2021-11-12 -> by 2021-12-31, by asserted date" in answer.out
        assert f"stage: signed -> delivering  [{DEAL}@" in answer.out

    def test_what_was_expected_on_the_day_of_the_article_was_met_or_not(self, armsledger: Inside) -> None:
        rows = armsledger("expectations --source theprint-2021-11-12 --at 2021-12-31 --json").json
        outcomes = {(row["stream"], row["due"]): row["outcome"] for row in rows}
        assert outcomes[DEAL, "2021-11-12/2021-12-31"] == "met"
        assert outcomes["engagement/india-russia-2-plus-2-1", "2021-11-12/2021-12-14"] == "overdue"

    def test_where_sources_differ_the_state_names_the_rule_that_decided(self, armsledger: Inside) -> None:
        answer = armsledger(f"show {DEAL} --at 2021-12-31 --findings")
        assert "USD 5.43bn (contested)" in answer.out
        assert "; decided by reliability [" in answer.out

    @pytest.mark.usefixtures("database")
    def test_recording_both_again_adds_nothing(self, armsledger: Inside) -> None:
        before = armsledger("log --json").out
        answer = armsledger(["record", str(SEED), str(STORY)])
        assert answer.status == 0
        assert answer.out.count("recorded 0 entries") == 2
        assert armsledger("log --json").out == before

    def test_the_other_order_of_recording_gives_the_same_states(self, armsledger: Inside) -> None:
        assert armsledger(["record", str(STORY), str(SEED), "--ledger", "other.db"]).status == 0
        assert states(armsledger, "other.db") == states(armsledger, "armsledger.db")


COMPARE = "compare --known 2021-11-12 --known 2021-12-31 --known-by asserted"


def changes_of_december(armsledger: Inside) -> list[dict[str, Any]]:
    """What changed in the belief about all deals between the article and the end of its year."""
    answer = armsledger(f"{COMPARE} --at 2021-12-31 --json")
    assert answer.status == 0
    return [change for change in answer.json["changes"] if change["stream"].startswith("deal/")]
