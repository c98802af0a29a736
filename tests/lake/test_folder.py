"""The folder of a lake: whose files it touches, what it leaves, and what its address shows."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.lake.folder import folder_at
from armsledger.lake.sync import READ_MODELS
from tests.application.book import SOURCES, Clock, opened, paid, take
from tests.lake.lakes import fold, synced
from tests.processes import started

QUOTED = "a defence official"
PRIVATE = 0o600

CUT_OFF = """
import sys, time
from armsledger.lake import folder
def rmtree(place):
    print("begins", flush=True)
    time.sleep(60)
folder.rmtree = rmtree
folder.folder_at(sys.argv[1]).remove(sys.argv[2])
"""
"""Removes a folder, and stops in the midst of it."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger in which somebody is quoted."""
    with Ledger.create(tmp_path / "arms.db", recorded_by="tester", clock=Clock()) as made:
        take(made, *SOURCES, opened(), paid("USD 1m", tranche=1, attribution=QUOTED))
        yield made


@pytest.fixture
def folder(ledger: Ledger, tmp_path: Path) -> Path:
    """Its lake."""
    synced(ledger, tmp_path / "arms.lake")
    return tmp_path / "arms.lake"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def killed_while_removing(folder: Path, name: str) -> None:
    """Remove a folder of a lake by a process that is killed before it is done."""
    with started([sys.executable, "-c", CUT_OFF, str(folder), name]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        process.kill()


def hidden(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*") if path.name != ".lock"]


class TestWhatIsLeft:
    @pytest.mark.parametrize("below", ["", "/payments"])
    @pytest.mark.parametrize("by", [synced, lambda _, folder: fold(folder)])
    def test_read_models_whose_removal_was_killed_are_gone_after_the_next_sync_or_fold(
        self, ledger: Ledger, folder: Path, below: str, by: object
    ) -> None:
        folded = fold(folder)
        killed_while_removing(folder, f"{READ_MODELS}/{folded.name}{below}")
        assert hidden(folder) != []
        assert callable(by)
        by(ledger, folder)
        assert hidden(folder) == []

    def test_what_another_process_is_about_to_remove_is_left_to_it(self, folder: Path) -> None:
        folded = fold(folder)
        place = [sys.executable, "-c", CUT_OFF, str(folder), f"{READ_MODELS}/{folded.name}"]
        with started(place) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begins\n"
            before = hidden(folder)
            folder_at(folder).sweep("")
            assert hidden(folder) == before != []
            process.kill()


class TestWhoseFiles:
    @pytest.fixture
    def closed(self, ledger: Ledger, folder: Path, tmp_path: Path) -> Path:
        """An open lake among files of others, whose ledger was closed."""
        fold(folder)
        (tmp_path / "outside.sh").write_text("")
        (tmp_path / "outside.sh").chmod(0o755)
        (folder / "sub").mkdir()
        for name in ("script.sh", "sub/data.csv"):
            (folder / name).write_text("")
            (folder / name).chmod(0o755)
        for name in ("link", "segments/link", f"{READ_MODELS}/link"):
            (folder / name).symlink_to(tmp_path / "outside.sh")
        (tmp_path / "arms.db").chmod(PRIVATE)
        return folder

    def test_a_lake_that_is_closed_closes_no_files_of_others(
        self, ledger: Ledger, closed: Path, tmp_path: Path
    ) -> None:
        synced(ledger, closed)
        others = (tmp_path / "outside.sh", closed / "script.sh", closed / "sub/data.csv")
        assert {mode(place) for place in others} == {0o755}
        own = [*closed.glob("*.json"), *closed.glob("*.parquet"), *closed.glob("[rs]e*/**/*.*")]
        assert {mode(place) for place in own if not place.is_symlink()} == {PRIVATE}

    def test_a_lake_whose_closing_was_cut_off_is_closed_by_the_next_sync(
        self, ledger: Ledger, closed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chmod = os.chmod

        def cut_off(path: Path, mode: int, **options: bool) -> None:
            chmod(path, mode, **options)
            if path.name == "lake.json":
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(os, "chmod", cut_off)
            with pytest.raises(KeyboardInterrupt):
                folder_at(closed, PRIVATE).narrow()
        synced(ledger, closed)
        assert {mode(place) for place in closed.rglob("*.parquet")} == {PRIVATE}
        assert mode(closed / "lake.json") == PRIVATE
