"""Every command on a standby: those that read answer as they do at the primary server, and the others are refused."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY
from tests.cli.commands.test_spreadsheets import MAPPING, SHEET
from tests.cli.runner import CLI, Answer, Inside
from tests.exchange.sipri.register_text import REGISTERS
from tests.postgres import Server
from tests.processes import PATIENCE_SECONDS

DEAL = "deal/india-s400"
NOTICE = "is a standby, which has the entries up to @"
REGISTER = next(iter(REGISTERS.values()))
EVENT = "--on 2021-11-01 --source theprint-2021-11-12"

SAME = f"""
show {DEAL} --json
timeline {DEAL}
replay {DEAL} --to 2021-11-12
log --json
compare {DEAL} --known @3 --known @20
search S-400
deals
payments
deliveries
sanctions
expectations
engagements
frameworks
sources
revisions
findings
links
rows citations
check
report relations
report scorecard
report precedents {DEAL}
report volumes
verify
follow --after 0 --timeout 0
export jsonl -
export csv - --of deals
admin persons"""
"""Commands that answer to the byte what they answer at the primary server."""
READ = f"""
info
page {DEAL} page.html
plot {DEAL} plot.svg
publish site --deal india-s400
proof checkpoint ledger.checkpoint --key ledger.key
proof cosign ledger.checkpoint --key colleague.key
proof make {DEAL}@1 entry.proof --checkpoint ledger.checkpoint
export xlsx rows.xlsx --of deals
export parquet rows.parquet --of deals
export sqlite rows.sqlite --of deals
export ocds deals.json
export ftm deals.ftm.jsonl
lake sync arms.lake
admin backup backup.db
admin doctor"""
"""Commands that read, and write files or tell of the server itself."""
WRITE = f"""
init --roles
record {STORY}
record --dry-run {STORY}
correct {DEAL}@2 --set on=2018 --reason wrong
retract {DEAL}@2 --reason wrong
deal amended india-s400 {EVENT}
engagement held india-russia-summit-2021 {EVENT}
framework renewed india-russia-mtc {EVENT}
source regraded theprint-2021-11-12 --on 2021-11-01 --reliability B
rebuild
import jsonl entries.jsonl
import csv rows.csv --map map.yaml
import sipri {REGISTER}
admin restore backup.db
admin migrate
admin forget 'Vladimir Putin' --yes
serve --write --recorded-by me --port 0"""
"""Commands that write, or decide what would be written on what nobody else changes meanwhile."""
APART = {
    *("schema", "template", "add", "serve", "proof check", "proof keys"),
    *("admin copy", "export sipri", "import review", "lake verify", "lake fold"),
}
"""Commands that need no ledger, another one or a register in it, or ask questions first."""


@pytest.fixture(scope="module")
def ledgers(postgres: Server, standby: Server, seed_log: str) -> Iterator[tuple[str, str]]:
    """A ledger with the seed article, at the primary server and at the standby, which has it by now."""
    schema = postgres.schema()
    primary, there = (server.address("owner", schema) for server in (postgres, standby))
    with Ledger.create(primary, recorded_by="tester") as ledger:
        ledger.record_file(SEED)
    until = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(postgres.url) as here, psycopg.connect(standby.url, autocommit=True) as other:
        (position,) = here.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone() or ("",)
        while other.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (position,)).fetchone() != (True,):
            assert time.monotonic() < until
            time.sleep(0.02)
    yield primary, there
    postgres.drop(schema)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder with the keys of two signers."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ledger.key", "colleague.key"):
        assert Inside(folder)(["proof", "keys", "new", str(folder / name)]).status == 0
    return folder


def asked(armsledger: Inside, ledger: str, command: str) -> Answer:
    """The answer of a ledger to a command."""
    return armsledger(["--ledger", ledger, *shlex.split(command)])


def lines(commands: str) -> list[str]:
    """The commands of a table."""
    return commands.strip().splitlines()


@pytest.mark.parametrize("command", lines(SAME))
def test_what_reads_answers_as_at_the_primary(armsledger: Inside, ledgers: tuple[str, str], command: str) -> None:
    here, there = (asked(armsledger, ledger, command) for ledger in ledgers)
    assert (there.status, there.out) == (here.status, here.out)
    assert there.status == 0
    assert NOTICE in there.err
    assert there.err.partition("\n")[2] == here.err


def test_what_reads_and_writes_files_needs_no_primary(
    armsledger: Inside, ledgers: tuple[str, str], keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(keys)
    for command in lines(READ):
        answer = asked(armsledger, ledgers[1], command)
        assert answer.status == (1 if command == "admin doctor" else 0), (command, answer)  # the test's server is quick
        assert NOTICE.removeprefix("is a ") in answer.out + answer.err, command
    proved = armsledger(f"proof check entry.proof --key {keys / 'ledger.key.pub'}")
    assert (proved.status, f"{DEAL}@1" in proved.out) == (0, True)


def test_what_writes_is_refused_with_the_remedy(armsledger: Inside, ledgers: tuple[str, str]) -> None:
    (armsledger.folder / "map.yaml").write_text(MAPPING)
    (armsledger.folder / "rows.csv").write_text(SHEET)
    for command in ("export jsonl entries.jsonl", "admin backup backup.db"):
        assert asked(armsledger, ledgers[0], command).status == 0
    for command in lines(WRITE):
        answer = asked(armsledger, ledgers[1], command)
        assert answer.status == 1, (command, answer)
        assert "cannot be written: the server takes no writes: it is a standby" in answer.err, (command, answer)
        assert "remedy: name the server that takes them" in answer.err, command
    assert asked(armsledger, ledgers[0], "log --json").out == asked(armsledger, ledgers[1], "log --json").out


def test_every_command_has_its_place_in_the_tables() -> None:
    tabled = {" ".join(line.split()[:2]) for table in (SAME, READ, WRITE) for line in lines(table)}
    single = {words.split()[0] for words in tabled}
    for name in CLI.list_commands(None):
        group = CLI.get_command(None, name)
        if name in ("export", "import", "proof", "admin", "report", "lake"):
            names = [f"{name} {inner}" for inner in group.list_commands(None)]
            assert [one for one in names if one not in tabled | APART] == []
        else:
            assert name in single | APART


def test_a_copy_of_a_standby_is_made(armsledger: Inside, ledgers: tuple[str, str]) -> None:
    answer = armsledger(["admin", "copy", ledgers[1], "copy.db"])
    assert (answer.status, "21" in answer.out) == (0, True)
    assert armsledger("log --json --ledger copy.db").out == asked(armsledger, ledgers[0], "log --json").out


def test_who_recorded_reads_it_on_the_standby(armsledger: Inside, ledgers: tuple[str, str]) -> None:
    primary, there = ledgers
    reaffirmed = asked(armsledger, primary, f"deal commitment-reaffirmed india-s400 {EVENT} --by IND").out.strip()
    assert reaffirmed in asked(armsledger, there, f"log --wait-for {reaffirmed} --json").out
    assert asked(armsledger, there, "info --wait-for @22 --json").json["position"] == 22
    refused = asked(armsledger, there, "deals --wait-for tomorrow")
    assert (refused.status, "nobody can wait for 'tomorrow'" in refused.err) == (2, True)


def test_who_waits_in_vain_is_told_why(
    armsledger: Inside, ledgers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", "0.1")
    answer = asked(armsledger, ledgers[1], "show india-s400 --wait-for @1000000")
    assert (answer.status, answer.out) == (1, "")
    assert "and not yet @1000000; gave up after 0.1 s\n  remedy: wait longer" in answer.err
