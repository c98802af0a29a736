"""Several users of one file: who reads never hinders its owner, and copies are as private as the ledger."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.storage.errors import LedgerBusy
from armsledger.storage.files import left_behind
from armsledger.storage.proofs.keys import new_key
from armsledger.storage.sqlite.still import StillConnection
from tests.processes import environment, started

READ = "import sys; from armsledger import Ledger; print(len(Ledger(sys.argv[1]).log()))"
READ_AND_CLOSE = "import sys; from armsledger import Ledger\nwith Ledger(sys.argv[1]) as one: print(len(one.log()))"
RECORD = (
    "import sys; from armsledger import Ledger;"
    " Ledger(sys.argv[1], recorded_by='a').record('source/' + sys.argv[2], 'registered', publisher='P')"
)
OWNER, OTHER = 40_001, 40_002
"""Users who need no name."""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder in which every user may make files, as /tmp."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


def as_user(user: int, program: str, *words: object, group: int | None = None) -> list[str]:
    """The command of a Python program that another user runs; the user may read what root may, and write no more."""
    groups = "--clear-groups" if group is None else f"--groups={group}"
    reads = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return [
        "setpriv",
        f"--reuid={user}",
        f"--regid={user}",
        groups,
        *reads,
        sys.executable,
        "-c",
        program,
        *map(str, words),
    ]


def run_as(user: int, program: str, *words: object, group: int | None = None) -> subprocess.CompletedProcess[str]:
    """A Python program that another user has run."""
    command = as_user(user, program, *words, group=group)
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment(), cwd="/")


@pytest.fixture
def ledger(shared: Path) -> Path:
    """A ledger that one user has made, and others may read."""
    done = run_as(OWNER, RECORD, shared / "armsledger.db", "first")
    assert done.returncode == 0, done.stderr
    return shared / "armsledger.db"


@as_root
@pytest.mark.parametrize("read", [READ, READ_AND_CLOSE])
def test_a_reader_leaves_nothing_that_hinders_the_owner(ledger: Path, read: str) -> None:
    assert run_as(OTHER, read, ledger).stdout == "1\n"
    assert [path.name for path in ledger.parent.iterdir()] == [ledger.name]
    assert run_as(OWNER, RECORD, ledger, "second").returncode == 0
    assert run_as(OTHER, read, ledger).stdout == "2\n"


@as_root
def test_a_reader_sees_what_the_owner_records_meanwhile(ledger: Path) -> None:
    program = (
        "import sys, subprocess; from armsledger import Ledger; ledger = Ledger(sys.argv[1]);"
        " print(len(ledger.log()), flush=True); sys.stdin.readline(); print(len(ledger.log()))"
    )
    command = as_user(OTHER, program, ledger)
    with started(command, stdin=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline() == "1\n"
        assert run_as(OWNER, RECORD, ledger, "second").returncode == 0
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "2\n"


@as_root
def test_a_writer_that_was_killed_at_its_first_bytes_hinders_no_reader(ledger: Path) -> None:
    wal, shm = Path(f"{ledger}-wal"), Path(f"{ledger}-shm")
    with closing(sqlite3.connect(ledger)) as writer:
        writer.execute("PRAGMA user_version = 1")
        header = wal.read_bytes()[:32]
    for path, content in ((wal, header), (shm, bytes(32_768))):
        path.write_bytes(content)
        os.chown(path, OWNER, OWNER)
    assert run_as(OTHER, READ, ledger).stdout == "1\n"
    with Ledger(ledger, read_only=True) as doctor:
        assert [sign.what for sign in doctor.examine(quick=True) if sign.level == "error"] == []
    assert (wal.stat().st_size, shm.stat().st_size) == (32, 32_768)
    assert run_as(OWNER, RECORD, ledger, "second").returncode == 0
    assert run_as(OTHER, READ, ledger).stdout == "2\n"


def test_a_doctor_who_can_start_no_process_says_so(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Ledger(private) as ledger:
        told = [sign.what for sign in ledger.examine(quick=True) if sign.level == "error"]
    assert told == [f"{private} cannot be used: /nowhere/python cannot be run: No such file or directory"]


@as_root
def test_users_of_a_group_record_in_turns(ledger: Path) -> None:
    desk = 40_003
    os.chown(ledger, OWNER, desk)
    ledger.chmod(0o664)
    killed = (
        "import os, signal; from armsledger import Ledger; import sys; l = Ledger(sys.argv[1]); l.record('source/x',"
    )
    killed += " 'registered', publisher='P'); os.kill(os.getpid(), signal.SIGKILL)"
    assert run_as(OTHER, killed, ledger, "killed", group=desk).returncode == -9
    sides = [path for path in ledger.parent.iterdir() if path != ledger]
    assert [(path.stat().st_gid, path.stat().st_mode & 0o777) for path in sides] == [(desk, 0o664)] * len(sides)
    assert sides
    assert run_as(OWNER, RECORD, ledger, "second", group=desk).returncode == 0
    assert run_as(OTHER, RECORD, ledger, "third", group=desk).returncode == 0


@as_root
def test_a_file_that_the_owner_may_not_write_is_named_with_the_remedy(ledger: Path) -> None:
    beside = Path(f"{ledger}-shm")
    beside.touch(mode=0o644)
    os.chown(beside, OTHER, OTHER)
    refused = run_as(OWNER, RECORD, ledger, "second")
    assert refused.returncode == 1
    assert f"you may not write {beside}" in refused.stderr
    assert f"chown --reference={ledger} {beside}" in refused.stderr
    with Ledger(ledger) as opened:
        signs = [sign for sign in opened.examine() if sign.level == "error"]
    assert [(sign.check, str(beside) in sign.what) for sign in signs] == [("others", True)]


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A ledger that its owner alone may read."""
    path = tmp_path / "private.db"
    with Ledger(path, recorded_by="me") as ledger:
        ledger.record("source/a", "registered", publisher="P", published="2020")
        ledger.record("deal/x", "opened", on="2020", supplier="RUS", buyer="IND", items=["S-400"], source="a")
    path.chmod(0o600)
    return path


def test_what_is_copied_out_of_a_private_ledger_is_private(private: Path, tmp_path: Path) -> None:
    with Ledger(private) as ledger:
        ledger.backup(tmp_path / "backup.db")
        ledger.copy_to(tmp_path / "copy.db")
        ledger.export_jsonl(tmp_path / "all.jsonl")
        view = ledger.at()
        for name in ("deals.csv", "deals.jsonl", "deals.xlsx", "deals.parquet"):
            view.export(tmp_path / name, of="deals")
        view.export(tmp_path / "tables.sqlite", of="all")
        view.export(tmp_path / "folder", of="all", format="parquet")
        view.export_ocds(tmp_path / "ocds.json")
        view.deal("x").plot().save(tmp_path / "timeline.svg")
        view.relations().plot().save(tmp_path / "relations.svg")
        new_key(tmp_path / "key", "me")
        ledger.prove(2, tmp_path / "proof", key=tmp_path / "key")
        (tmp_path / "key.pub").unlink()  # for others
    Ledger.restore(tmp_path / "backup.db", tmp_path / "restored.db").close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 16
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o077} == {}
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700


def test_the_next_backup_sweeps_away_what_a_killed_one_has_left(private: Path, tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; import armsledger.storage.copying.backup as backup; from armsledger import Ledger;"
        " backup.flush = lambda path: os.kill(os.getpid(), signal.SIGKILL);"
        " Ledger(sys.argv[1]).backup(sys.argv[2])"
    )
    target = tmp_path / "backup.db"
    killed = subprocess.run([sys.executable, "-c", program, private, target], env=environment(), check=False)
    assert killed.returncode == -9
    (left,) = left_behind(tmp_path)
    with Ledger(private) as ledger:
        (sign,) = [sign for sign in ledger.examine(quick=True) if sign.level == "warning"]
        assert (sign.check, str(left) in sign.what) == ("leftovers", True)
        ledger.backup(target)
        assert all(sign.level == "ok" for sign in ledger.examine(quick=True))
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_an_answer_during_which_the_file_changed_is_not_given(private: Path) -> None:
    with Ledger(private, recorded_by="me") as ledger:
        still = StillConnection(private, isolation_level=None)
        still.execute("BEGIN")
        assert still.execute("SELECT count(*) FROM journal").fetchone() == (2,)
        ledger.record("source/b", "registered", publisher="P")
        with pytest.raises(LedgerBusy):
            still.rollback()
        assert still.execute("SELECT count(*) FROM journal").fetchone() == (3,)
        still.close()
