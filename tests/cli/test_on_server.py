"""The same commands on PostgreSQL: the same answers to the byte, and a ledger recorded there from its beginning."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.application.book import DEAL, SEED, STORY
from tests.cli.commands.test_reads import BELIEFS, COMPARISONS, FILTERS, READS
from tests.cli.runner import Inside, Process
from tests.cli.test_main_job import DATES, PAID

PRECEDENTS = ("precedents india-s400", "relations --supplier Russia", "scorecard --by source", "rows citations")


def both(armsledger: Inside, command: str, story_ledger: Path, story_on_server: str) -> None:
    """The command answers the same of both ledgers."""
    here, there = (armsledger(f"{command} --ledger {ledger}") for ledger in (story_ledger, story_on_server))
    assert there == here
    assert here.status == 0


@pytest.mark.parametrize("read", [*READS, *COMPARISONS, *PRECEDENTS])
def test_every_read_answers_the_same(armsledger: Inside, story_ledger: Path, story_on_server: str, read: str) -> None:
    both(armsledger, f"{read} --json", story_ledger, story_on_server)


@pytest.mark.parametrize("read", [f"show {DEAL}", "deals", "log"])
def test_every_format_is_the_same(armsledger: Inside, story_ledger: Path, story_on_server: str, read: str) -> None:
    for format in ("table", "jsonl", "csv"):
        both(armsledger, f"{read} --format {format}", story_ledger, story_on_server)


@pytest.mark.parametrize("belief", BELIEFS)
def test_every_date_and_belief_is_answered_the_same(
    armsledger: Inside, story_ledger: Path, story_on_server: str, belief: str
) -> None:
    for read in (f"show {DEAL}", "deals", "payments", "expectations", "log"):
        for at in DATES[::2]:
            both(armsledger, f"{read} --at {at} {belief} --json", story_ledger, story_on_server)


def test_every_filter_finds_the_same(armsledger: Inside, story_ledger: Path, story_on_server: str) -> None:
    for query, _, _ in FILTERS:
        both(armsledger, f"{query} --json", story_ledger, story_on_server)


def test_every_order_is_the_same(armsledger: Inside, story_ledger: Path, story_on_server: str) -> None:
    for query in ("sources --order-by -cited", "payments --order-by amount", "deals --order-by -value --order-by deal"):
        both(armsledger, f"{query} --json", story_ledger, story_on_server)


def test_the_export_is_the_same(armsledger: Inside, story_ledger: Path, story_on_server: str) -> None:
    both(armsledger, "export jsonl -", story_ledger, story_on_server)


def test_info_tells_what_the_ledger_holds(armsledger: Inside, story_on_server: str) -> None:
    facts = armsledger(f"info --json --ledger {story_on_server}").json
    assert (facts["ledger"], facts["entries"], facts["position"]) == (story_on_server, 105, 105)
    assert facts["streams"] == {"deal": 2, "engagement": 8, "framework": 2, "source": 34}
    assert (facts["journal_mode"], facts["size_bytes"] > 0) == ("replica", True)


def test_a_ledger_is_made_recorded_and_asked_by_processes(process: Process, postgres_address: Any) -> None:
    env = {"ARMSLEDGER_LEDGER": postgres_address()}
    answer = process("init", env=env)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == f"made an empty ledger: {env['ARMSLEDGER_LEDGER']}\n"
    answer = process(["record", str(SEED), str(STORY)], env=env)
    assert (answer.status, answer.err) == (0, "")
    assert "recorded 21 entries in 10 streams (positions 1 to 21)" in answer.out
    assert "recorded 84 entries in 43 streams (positions 22 to 105); 5 entries known already" in answer.out
    shown = process(f"show {DEAL} --at 2019-12-31 --known @21 --json", env=env).json
    assert (shown["certain"]["stage"], shown["certain"]["paid"]) == ("signed", PAID)


def test_a_question_loads_neither_sqlalchemy_nor_eventsourcing(process: Process, story_on_server: str) -> None:
    script = """
import sys
from armsledger.cli.main import run
try:
    run()
finally:
    print(sorted({"sqlalchemy", "eventsourcing", "pandas", "polars"} & sys.modules.keys()), file=sys.stderr)
"""
    Path("ask.py").write_text(script)
    for read in ("deals", "log"):
        answer = process.script(f'"$1" ask.py {read} > /dev/null', sys.executable, ARMSLEDGER_LEDGER=story_on_server)
        assert (answer.status, answer.err) == (0, "[]\n")


def test_a_shell_completes_streams(process: Process, story_on_server: str) -> None:
    env = {"ARMSLEDGER_LEDGER": story_on_server, "_ARMSLEDGER_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
    answer = process("", env={**env, "COMP_WORDS": "armsledger show deal/i"})
    assert answer.out.split() == [DEAL]
