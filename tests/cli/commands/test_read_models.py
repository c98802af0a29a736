"""Read models on the command line: asked, put in order, built anew, and followed."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.projections.read_models.trail import LogRow
from armsledger.storage.errors import LedgerFailed
from tests import other_program
from tests.cli.runner import LEDGER, Inside, Process
from tests.processes import ended


@pytest.mark.usefixtures("database")
def test_rows_come_in_the_order_that_is_asked_for(armsledger: Inside, story: Path) -> None:
    cited = [row["cited"] for row in armsledger("sources --order-by -cited --json").json]
    assert cited == sorted(cited, reverse=True)
    answer = armsledger("sources --order-by nonsense")
    assert (answer.status, "SourceRow has no field 'nonsense'" in answer.err) == (2, True)


@pytest.mark.usefixtures("database")
def test_the_scorecard_precedents_and_relations_of_the_story(armsledger: Inside, story: Path) -> None:
    scores = {row["name"]: row for row in armsledger("scorecard --by source --json").json}
    assert (scores["theprint-2021-11-12"]["stated"], scores["theprint-2021-11-12"]["came_true"]) == (8, 3)
    (precedent,) = armsledger("precedents india-s400 --json").json
    assert (precedent["deal"], precedent["shared"], precedent["follow_up"]) == ("turkey-s400", ["supplier"], "imposed")
    assert armsledger("precedents deal/india-s400 --json").json == [precedent]
    relations = {row["buyer"]: row["deals"] for row in armsledger("relations --supplier Russia --json").json}
    assert relations == {"IND": 1, "TUR": 1}
    assert armsledger("precedents nonsense").status == 1


@pytest.mark.usefixtures("database")
def test_any_projection_is_listed_by_its_name(armsledger: Inside, seed: Path) -> None:
    rows = armsledger("rows citations --where stream=deal/india-s400 --json").json
    assert [row["cited"] for row in rows] == [[["theprint-2021-11-12", 8, 5]]]
    answer = armsledger("rows nonsense")
    assert (answer.status, "there is no projection 'nonsense'" in answer.err) == (2, True)


def test_late_batches_alone(armsledger: Inside, story: Path) -> None:
    rows = armsledger("deliveries --late --at 2030-01-01 --json").json
    assert [row["tranche"] for row in rows] == [4, 5]


@pytest.mark.usefixtures("database")
def test_a_rebuild_tells_what_it_built(armsledger: Inside, seed: Path) -> None:
    assert armsledger("rebuild deals payments").err == "built deals, payments from 21 entries\n"
    answer = armsledger("rebuild nonsense")
    assert (answer.status, "there is no projection 'nonsense'" in answer.err) == (2, True)
    assert armsledger("rebuild --ledger missing.db").status == 1


@pytest.mark.usefixtures("database")
def test_a_read_model_of_another_version_is_built_with_a_notice(process: Process, seed: Path) -> None:
    other_program.run(seed, "UPDATE read_model SET stamp = '0: ' WHERE name = 'deals'")
    assert "india-s400" in process("deals").out
    answer = process("source registered wire --publisher Wire --published 2021-01-01")
    assert (answer.status, answer.err) == (0, "building read models of 21 entries: deals\n")


@pytest.mark.usefixtures("database")
def test_entries_are_printed_as_they_are_recorded(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("follow --after 19 --timeout 0.2")
    assert [line.split()[0] for line in answer.lines] == ["20", "21"]
    rows = armsledger("follow --after 20 --timeout 0.2 --format jsonl").jsonl
    assert [row["position"] for row in rows] == [21]


def test_following_ends_quietly_with_ctrl_c(process: Process, seed: Path) -> None:
    with process.start("follow --after 20") as following:
        assert following.stdout is not None
        assert following.stdout.readline().startswith("21 ")
        process("source registered wire --publisher Wire --published 2021-01-01")
        assert following.stdout.readline().startswith("22  source/wire@1  registered on ")
        following.send_signal(signal.SIGINT)
        out, err = ended(following)
    assert (following.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    "command", ["deals", "payments", "relations", "scorecard", "rows deals", "show deal/india-s400"]
)
def test_a_question_writes_nothing(armsledger: Inside, seed: Path, command: str) -> None:
    before = Path(LEDGER).read_bytes()
    assert armsledger(command).status == 0
    assert Path(LEDGER).read_bytes() == before


@pytest.mark.skipif(shutil.which("script") is None, reason="no program to give a command a terminal")
@pytest.mark.parametrize("command", ["rebuild", "record large.jsonl"])
def test_on_a_terminal_long_work_shows_a_bar_and_is_done(process: Process, seed: Path, command: str) -> None:
    entries = [
        {"stream": f"deal/d{n}", "event": "opened", "on": "2018", "supplier": "RUS", "buyer": "IND", "note": "x" * 600}
        for n in range(1800)
    ]
    lines = (json.dumps({**entry, "source": "theprint-2021-11-12"}) for entry in entries)
    Path("large.jsonl").write_text("\n".join(lines), encoding="utf-8")
    answer = process.script('script -qec "$1 -m armsledger $2" /dev/null', sys.executable, command)
    assert "Traceback" not in answer.out
    assert answer.status == 0
    assert ("built deals" if command == "rebuild" else "recorded 1,800 entries") in answer.out


def test_following_that_has_to_end_says_where_it_goes_on(
    armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = Ledger.follow

    def lost(ledger: Ledger, *arguments: Any, **options: Any) -> Iterator[LogRow]:
        yield next(follow(ledger, *arguments, **options))
        raise LedgerFailed("arms", "the connection was lost")

    monkeypatch.setattr(Ledger, "follow", lost)
    answer = armsledger("follow --after 19")
    assert (answer.status, len(answer.lines)) == (1, 1)
    assert answer.err.startswith("told up to position 20: `armsledger follow --after 20` goes on there\nerror: arms ")
