"""Ledgers of earlier releases on the command line: read, refused for writing, and brought up to date."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.application.book import SEED
from tests.cli.runner import LEDGER, Answer, Inside
from tests.other_program import run
from tests.storage.copying.earlier import BOTH, RELEASED, version_of

READS = (
    "show deal/poland-k2",
    "show deal/india-s400 --at 2021-12-31 --json",
    "replay deal/poland-k2",
    "log",
    "log deal/poland-k2 --format csv",
    "deals",
    "payments",
    "deliveries --at 2022-03-01",
    "sanctions",
    "expectations --overdue",
    "engagements",
    "frameworks",
    "sources",
    "relations",
    "scorecard",
    "precedents india-s400",
    "rows citations",
    "compare deal/india-s400 --known @21 --known @110",
    "check",
    "follow --after 100 --timeout 0",
    "export jsonl -",
)


@pytest.fixture(params=BOTH)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A ledger of an earlier release, where commands look for it."""
    return Path(shutil.copy(RELEASED / f"{request.param}.db", tmp_path / LEDGER))


def test_an_old_ledger_answers_as_it_does_once_it_is_migrated(armsledger: Inside, old: Path, tmp_path: Path) -> None:
    content = old.read_bytes()
    before = {command: _told(armsledger(command)) for command in READS}
    assert {command for command, (status, *_) in before.items() if status} <= {"check"}
    assert old.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER]
    assert armsledger("admin migrate").status == 0
    assert {command: _told(armsledger(command)) for command in READS} == before


def _told(answer: Answer) -> tuple[int, str, str]:
    """What a command answers, but for the root of the tree, which an old ledger does not have."""
    return answer.status, answer.out, answer.err.partition(", root ")[0].rstrip()


def test_info_tells_of_an_old_ledger_what_it_has(armsledger: Inside, old: Path) -> None:
    answer = armsledger("info --json")
    assert (answer.status, answer.json["schema_version"], answer.json["entries"]) == (0, 1, 114)
    assert armsledger("info").status == 0


@pytest.mark.parametrize(
    "command",
    [f"record {SEED}", "deal tested poland-k2 --on 2022 --source wire", "retract deal/poland-k2@2 --reason x"],
)
def test_an_old_ledger_is_not_written_and_the_remedy_is_named(armsledger: Inside, old: Path, command: str) -> None:
    before = old.read_bytes()
    answer = armsledger(command)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == (
        "error: armsledger.db was made by an earlier release (schema 1; this one writes 3)\n"
        "  remedy: bring it up to date with `armsledger admin migrate`, which makes a backup first\n"
    )
    assert old.read_bytes() == before


def test_migrating_tells_what_it_did_and_where_the_backup_is(armsledger: Inside, old: Path, tmp_path: Path) -> None:
    answer = armsledger("admin migrate")
    assert answer.status == 0
    assert answer.lines[0] == "armsledger.db: schema 1 -> 3, 114 entries"
    assert answer.lines[1].startswith("root ")
    assert answer.err == "as it was before: armsledger.schema1.db\n"
    assert version_of(tmp_path / "armsledger.schema1.db") == 1
    verified = armsledger("verify --json")
    assert (verified.status, verified.json["root"]["hex"]) == (0, answer.lines[1].removeprefix("root "))
    assert armsledger(f"record {SEED}").out.endswith("recorded 0 entries; 21 entries known already\n")


def test_what_is_up_to_date_says_so(armsledger: Inside, old: Path) -> None:
    armsledger("admin migrate --no-backup")
    answer = armsledger("admin migrate")
    assert (answer.status, answer.out, answer.err) == (0, "armsledger.db is up to date\n", "")
    assert armsledger("admin migrate --json").json == {"ledger": "armsledger.db", "migrated": False}


def test_the_backup_is_where_it_is_wanted(armsledger: Inside, old: Path, tmp_path: Path) -> None:
    told = armsledger("admin migrate --backup kept.db --json").json
    assert (told["before"], told["after"], told["backup"], told["migrated"]) == (1, 3, "kept.db", True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [LEDGER, "kept.db"]


def test_a_backup_that_would_overwrite_a_file_stops_it(armsledger: Inside, old: Path, tmp_path: Path) -> None:
    (tmp_path / "armsledger.schema1.db").write_text("precious", encoding="utf-8")
    answer = armsledger("admin migrate")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == (
        "error: the ledger was not migrated: its backup would take the place of armsledger.schema1.db\n"
        "  remedy: name another file (`armsledger admin migrate --backup FILE`), or go without (--no-backup)\n"
    )
    assert version_of(old) == 1


def test_a_later_release_is_told_apart(armsledger: Inside, old: Path) -> None:
    run(old, "UPDATE ledger SET value = '4' WHERE key = 'schema_version'")
    answer = armsledger("admin migrate")
    assert answer.status == 1
    assert "was written by a later release" in answer.err


def test_what_contradicts_itself_is_refused(armsledger: Inside, old: Path) -> None:
    answer = armsledger("admin migrate --backup kept.db --no-backup")
    assert answer.status == 2
    assert "contradict each other" in answer.err
    assert version_of(old) == 1


def test_there_must_be_a_ledger(armsledger: Inside, tmp_path: Path) -> None:
    answer = armsledger("admin migrate")
    assert answer.status == 1
    assert "there is no ledger at armsledger.db" in answer.err
    assert not list(tmp_path.iterdir())
