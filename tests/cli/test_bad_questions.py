"""Questions that cannot be asked: a message that says how to ask, and status 2; or 1 for what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.application.book import DEAL
from tests.cli.runner import Inside

USAGE = (
    (f"show {DEAL} --at banana", "error: 'banana' is not a date", "2021-11-12"),
    (f"show {DEAL} --at 2021-13", "error: '2021-13' is not a date", "today or yesterday"),
    (f"show {DEAL} --at 2021/..", "error: '2021/..' has no last day", "its last day"),
    (f"show {DEAL} --at ''", "error: '' is not a date", "2021-11-12"),
    (f"log {DEAL} --at banana", "error: 'banana' is not a date", "2021-11-12"),
    ("deals --at banana", "error: 'banana' is not a date", "2021-11-12"),
    (f"replay {DEAL} --to banana", "error: 'banana' is not a date", "2021-11-12"),
    ("replay --to banana", "error: 'banana' is not a date", "2021-11-12"),
    ("deals --known banana", "error: 'banana' is not a date", "a position (@123)"),
    ("deals --known @x", "error: '@x' is not a date", "a position (@123)"),
    ("deals --known 2021-11-12T25:00Z", "error: '2021-11-12T25:00Z' is not a time", "a UTC time"),
    ("deals --known @3 --known-by asserted", "error: '@3' is a position", "name a date"),
    ("deals --known-by hearsay", "'hearsay' is not one of", "'recorded', 'asserted'"),
    ("deals --format xml", "Invalid value for '--format': 'xml' is not one of", "'table', 'json', 'jsonl', 'csv'"),
    ("show", "Missing argument 'STREAM'", "armsledger show --help"),
    ("show 'india s400'", "error: 'india s400' is not a stream", "write KIND/KEY, such as deal/india-s400"),
    ("show deals/india-s400", "error: 'deals/india-s400' is not a stream", "write KIND/KEY"),
    ("log @4", "error: '@4' is not a stream", "write KIND/KEY"),
    ("check ''", "error: '' is not a stream", "write KIND/KEY"),
    ("replay 'a/b/c'", "error: 'a/b/c' is not a stream", "write KIND/KEY"),
    ("compare deal/a@1 --known @1 --known @2", "error: 'a@1' is not a stream's key", "no blanks, slashes or @"),
    ("report precedents source/theprint-2021-11-12", "error: source/theprint-2021-11-12 is no deal", "or deal/KEY"),
    ("compare", "error: compare takes --known twice, not 0 times", "compare DEAL DEAL"),
    ("compare --known 2021", "error: compare takes --known twice, not once", "--known 2021-11-12 --known 2021-12-31"),
    ("compare --known 1 --known 2 --known 3", "error: compare takes --known twice, not 3 times", "--known 2021"),
    ("compare --known banana --known 2021", "error: 'banana' is not a date", "a position (@123)"),
    ("record", "Missing argument 'FILE...'", "armsledger record --help"),
    ("record nowhere.yaml", "error: there is no file nowhere.yaml", "- for standard input"),
    ("record .", "error: . is a folder", "- for standard input"),
    ("export xml out", "there is no command 'xml'", "armsledger export --help"),
    ("shwo", "there is no command 'shwo'; did you mean 'show'?", "armsledger --help"),
    ("bakcup x.db", "there is no command 'bakcup'; did you mean 'admin backup'?", "armsledger --help"),
    ("verify-prof x", "did you mean 'proof check'?", "armsledger --help"),
    (
        "deal contract-sgned x",
        "there is no command 'contract-sgned'; did you mean 'contract-signed'",
        "armsledger deal",
    ),
    ("show --att 2021", "No such option: --att", "--at"),
    ("deals --byuer IND", "No such option: --byuer", "--buyer"),
    ("--leger x deals", "No such option: --leger", "--ledger"),
    ("deals --buyer", "Option '--buyer' requires an argument", ""),
    ("deals extra", "Got unexpected extra argument", ""),
)


@pytest.mark.parametrize(("command", "message", "remedy"), USAGE)
def test_a_question_that_cannot_be_asked_is_a_mistake_of_usage(
    armsledger: Inside, seed: Path, command: str, message: str, remedy: str
) -> None:
    answer = armsledger(command)
    assert (answer.status, answer.out) == (2, "")
    assert message in answer.err
    assert remedy in answer.err
    assert answer.err.count("rror: ") == 1
    assert "Traceback" not in answer.err


MISSING = (
    ("show deal/nothing", "error: the ledger holds no deal/nothing", "'armsledger deals' lists"),
    ("show source/nothing", "error: the ledger holds no source/nothing", "'armsledger sources' lists"),
    ("log engagement/nothing", "error: the ledger holds no engagement/nothing", "'armsledger engagements' lists"),
    ("replay framework/nothing", "error: the ledger holds no framework/nothing", "'armsledger frameworks' lists"),
    ("check deal/nothing", "error: the ledger holds no deal/nothing", "'armsledger deals' lists"),
    ("compare deal/nothing --known @1 --known @2", "error: the ledger holds no deal/nothing", "'armsledger deals'"),
    ("show nothing", "error: the ledger holds no stream with the key nothing\n", "'armsledger deals', engagements,"),
    (
        "correct nothing@1 --set on=2019 --reason entry-error",
        "error: the ledger holds no stream with the key nothing",
        "list those",
    ),
    ("proof make nothing@1 proof", "error: the ledger holds no stream with the key nothing", "list those"),
    ("export jsonl nowhere/out.jsonl", "error: nowhere/out.jsonl cannot be written", "a folder that exists"),
    ("export jsonl .", "error: . cannot be written: it is a folder", "name a file"),
    ("init", "error: there is a file at armsledger.db already", "it is never overwritten"),
)


@pytest.mark.parametrize(("command", "message", "remedy"), MISSING)
def test_what_is_not_there_is_refused(
    armsledger: Inside, seed: Path, seed_log: str, command: str, message: str, remedy: str
) -> None:
    answer = armsledger(command)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(message)
    assert remedy in answer.err
    assert answer.err.count("\n") == 2
    assert armsledger("log --json").out == seed_log


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf"])
def test_a_time_to_wait_that_is_no_number_is_told(
    armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", value)
    answer = armsledger("deals")
    assert (answer.status, answer.out) == (2, "")
    assert f"ARMSLEDGER_TIMEOUT_SECONDS is '{value}', which is no number of seconds" in answer.err


@pytest.mark.parametrize("value", ["a year", "-1", "1.5", "٣", "9" * 8])
def test_days_that_are_no_number_are_told(
    armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ARMSLEDGER_CLOCK_LEAP_DAYS", value)
    answer = armsledger("deals")
    assert (answer.status, answer.out) == (2, "")
    assert f"ARMSLEDGER_CLOCK_LEAP_DAYS is '{value}', which is no number of days" in answer.err


def test_a_time_zone_that_nobody_knows_is_told(armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkatta")
    answer = armsledger("deals")
    assert (answer.status, answer.out) == (2, "")
    assert "TZ is 'Asia/Kolkatta', which names no time zone" in answer.err


def test_nothing_at_all_shows_help(armsledger: Inside) -> None:
    answer = armsledger("")
    assert answer.status == 2
    assert "Record:" in answer.out + answer.err
