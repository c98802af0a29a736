"""A disk that is full: what does not fit is refused, nothing is half-written, and with room made it goes on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from armsledger import Ledger, LedgerError
from armsledger.storage.errors import LedgerFull, NoRoomToRead
from tests.application.read_models import tables
from tests.attack.mounts import Ballast, disk, needs_mounts
from tests.attack.soundness import assert_sound
from tests.attack.statements import Told, first_dossier, record_dossier, record_single, record_source, take
from tests.cli.runner import Inside
from tests.fork_server import ForkServer, Worker

pytestmark = needs_mounts
REMEDY = "make room on the disk"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """The folder of a small disk."""
    with disk(tmp_path / "small") as folder:
        yield folder


@pytest.fixture
def ledger_path(small: Path) -> Path:
    """A ledger of some entries on the small disk."""
    path = small / "armsledger.db"
    with Ledger(path) as ledger:
        record_source(ledger, "source")
        for number in range(5):
            record_dossier(ledger, f"deal/{number}", f"dossier-{number}", 10)
    return path


def told(worker: Worker) -> list[Told]:
    """What a worker was told to be recorded."""
    return [Told.parse(line) for line in worker.words("told")]


def assert_sound_elsewhere(path: Path, folder: Path, known: list[Told]) -> None:
    """Whether a copy of the ledger on another disk, where there is room to build read models, is sound."""
    shutil.rmtree(folder / "copy", ignore_errors=True)
    shutil.copytree(path.parent, folder / "copy", ignore=shutil.ignore_patterns("ballast", "*-shm"))
    assert_sound(str(folder / "copy" / path.name), known, unacknowledged=0)


def entries_of(path: Path) -> list[Told]:
    """What is recorded."""
    with Ledger(path) as ledger:
        return [Told(row.position, row.id) for row in ledger.log()]


def files_in(folder: Path) -> set[str]:
    """The names of the files that hold something, but for SQLite's own index of a -wal file."""
    return {file.name for file in folder.iterdir() if file.stat().st_size and not file.name.endswith("-shm")}


@pytest.mark.parametrize(
    "free_kib", [100, *(pytest.param(free, marks=pytest.mark.soak) for free in range(0, 1000, 15))]
)
@pytest.mark.parametrize("size", [1, 20])
def test_recording_until_it_is_full_loses_nothing_and_goes_on_when_there_is_room(
    fork_server: ForkServer, ledger_path: Path, tmp_path: Path, size: int, free_kib: int
) -> None:
    known = entries_of(ledger_path)
    ballast = Ballast(ledger_path.parent, free_kib)
    worker = fork_server.start(
        "record_until_refused", str(ledger_path), name="w", size=size, in_the_way=[str(ballast.path)], times=3
    )
    assert worker.wait() == 0, worker.lines()[-3:]
    assert len(worker.words("full")) == 3
    assert all("nothing was recorded" in line and REMEDY in line for line in worker.words("full"))
    assert len(worker.words("afterwards")) == 1
    assert_sound_elsewhere(ledger_path, tmp_path, known + told(worker))


SIZES = pytest.mark.parametrize(
    "step_kib", [pytest.param(16, id="some sizes"), pytest.param(4, id="many sizes", marks=pytest.mark.soak)]
)


def refusal_of(doing: Callable[[], object]) -> LedgerError | None:
    """With what something is refused, if it is."""
    try:
        doing()
    except LedgerError as refusal:
        return refusal
    return None


def assert_full(refusal: LedgerError) -> None:
    """Whether a refusal speaks of the disk and says what to do."""
    assert isinstance(refusal, LedgerFull), refusal
    assert REMEDY in refusal.remedy


@SIZES
def test_a_ledger_that_does_not_fit_is_not_made(small: Path, step_kib: int) -> None:
    ballast, made = Ballast(small), 0
    for free_kib in range(0, 240, step_kib):
        ballast.take_all_but(free_kib)
        path = small / f"{free_kib}.db"
        refusal = refusal_of(lambda path=path: Ledger.create(path).close())  # type: ignore[misc]
        if refusal is not None:
            assert_full(refusal)
        if path.exists():  # made, but there may be no room to open it
            ballast.take_all_but(240)
            assert entries_of(path) == []
            made += 1
            path.unlink()
        assert files_in(small) == {"ballast"}
    assert 0 < made < 240 // step_kib


@SIZES
def test_what_is_recorded_first_and_does_not_fit_makes_no_ledger(small: Path, step_kib: int) -> None:
    ballast, made = Ballast(small), 0
    for free_kib in range(0, 1000, 2 * step_kib):
        ballast.take_all_but(free_kib)
        ledger = Ledger(small / f"{free_kib}.db")
        refusal = refusal_of(lambda ledger=ledger: take(ledger, first_dossier("first", "deal/x", 20)))  # type: ignore[misc]
        ledger.close()
        if refusal is None:
            ballast.take_all_but(1000)
            assert len(entries_of(Path(ledger.address))) == 20
            made += 1
            Path(ledger.address).unlink()
        else:
            assert_full(refusal)
        assert files_in(small) == {"ballast"}
    assert 0 < made < 1000 // (2 * step_kib)


def test_commands_on_a_full_disk_say_so(ledger_path: Path, armsledger: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ledger_path.parent)
    known = entries_of(ledger_path)
    for command in (
        "init --ledger new.db",
        "record dossier.jsonl --ledger new.db",
        "record dossier.jsonl",
        "export jsonl out.jsonl",
    ):
        Path("dossier.jsonl").write_text('{"key": "other", "publisher": "P"}\n')
        ballast = Ballast(ledger_path.parent)
        before = files_in(ledger_path.parent)
        answer = armsledger(command)
        assert (answer.status, answer.out) == (1, ""), command
        assert "No space left on device" in answer.err or "could not be written" in answer.err, command
        assert "room" in answer.err.partition("remedy: ")[2], command
        assert files_in(ledger_path.parent) == before, command
        ballast.drop()
        assert entries_of(ledger_path) == known


def test_what_is_recorded_is_read_on_a_full_disk(ledger_path: Path) -> None:
    known = entries_of(ledger_path)
    ballast = Ballast(ledger_path.parent)
    assert entries_of(ledger_path) == known
    with Ledger(ledger_path) as ledger:
        assert len(ledger.at("2022-12-31").deals()) == 5
        assert_full(refusal_of(lambda: record_single(ledger, "deal/0", "refused", 0)) or LedgerError("recorded"))
    ballast.drop()
    with Ledger(ledger_path) as ledger:
        known += record_single(ledger, "deal/0", "afterwards", 0)
    assert entries_of(ledger_path) == known


def test_what_waits_to_be_merged_on_a_full_disk_is_never_left_out_silently(ledger_path: Path, tmp_path: Path) -> None:
    with Ledger(ledger_path) as ledger:  # as it stands when its recorder is killed
        known = entries_of(ledger_path) + record_single(ledger, "deal/0", "unmerged", 0)
        for suffix in ("", "-wal"):
            subprocess.run(["cp", f"{ledger_path}{suffix}", str(tmp_path / f"armsledger.db{suffix}")], check=True)
    for suffix in ("", "-wal"):
        shutil.move(tmp_path / f"armsledger.db{suffix}", f"{ledger_path}{suffix}")
    ballast = Ballast(ledger_path.parent)
    with pytest.raises(NoRoomToRead, match="cannot be read on a full disk") as refusal:
        entries_of(ledger_path)
    assert REMEDY.replace("make room", "make some room") in refusal.value.remedy
    ballast.drop()
    assert entries_of(ledger_path) == known


@pytest.mark.parametrize(
    "step_kib", [pytest.param(150, id="some sizes"), pytest.param(25, id="many sizes", marks=pytest.mark.soak)]
)
def test_a_rebuild_that_does_not_fit_changes_no_answer(ledger_path: Path, tmp_path: Path, step_kib: int) -> None:
    known, refused = entries_of(ledger_path), 0
    ballast = Ballast(ledger_path.parent, 1000)
    with Ledger(ledger_path) as ledger:
        before = tables(ledger)
    for free_kib in range(60, 900, step_kib):
        ballast.take_all_but(free_kib)
        with Ledger(ledger_path) as ledger:
            refusal = refusal_of(lambda ledger=ledger: ledger.rebuild(workers=0))  # type: ignore[misc]
            if refusal is not None:
                assert_full(refusal)
                refused += 1
            assert tables(ledger) == before
        ballast.take_all_but(900)
    assert refused
    ballast.drop()
    assert_sound_elsewhere(ledger_path, tmp_path, known)
    with Ledger(ledger_path) as ledger:
        ledger.rebuild(workers=0)
        assert tables(ledger) == before
        known += record_single(ledger, "deal/0", "afterwards", 0)
    assert_sound_elsewhere(ledger_path, tmp_path, known)
