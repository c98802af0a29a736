"""Copies, backups and what is restored of them: proved equal, taken while others write, or not there at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.maintenance import copy_checks
from armsledger.domain.errors import LedgerError
from armsledger.exchange.errors import FileExists, NotWritable
from armsledger.projections import Projection, Row
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.timeline import Span, Timeline
from armsledger.storage.copying import backup
from armsledger.storage.copying.copy import CopyDiffers
from armsledger.storage.copying.new_ledger import InTheWay
from armsledger.storage.errors import LedgerDamaged, LedgerExists, LedgerMissing, UnsupportedAddress
from armsledger.storage.integrity.checkpoints import TreeHead, tree_head
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.merkle import root_of
from armsledger.storage.schema import SCHEMA_VERSION
from tests.application.book import ALL_TOLD, SEED, SOURCES, STORY, Clock, book, delivered, opened, paid, states, take
from tests.application.read_models import answers, positions, tables
from tests.fork_server import ForkServer
from tests.storage.copying import earlier
from tests.storage.forger import forge

DAYS = ("2018-12-31", "2021-11-12", "2021-12-31", "2026-12-01")
Fresh = Callable[[], str]
"""Gives the address of a ledger that is not there yet, another one each time."""


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """Addresses on either database."""
    if request.param == "postgresql":
        address: Fresh = request.getfixturevalue("postgres_address")
        return address
    numbers: Iterator[int] = iter(range(1000))
    return lambda: str(tmp_path / f"copy-{next(numbers)}.db")


@pytest.fixture
def story_file(tmp_path: Path) -> Path:
    """A ledger of both examples, in a file, with what other recorders said later."""
    path = tmp_path / "story.db"
    clock = Clock(ALL_TOLD)
    with Ledger(path, recorded_by="tester", clock=clock) as ledger:
        ledger.record_file(SEED)
        clock.pass_time(days=1)
        ledger.record_file(STORY)
    return path


def assert_equal(ledger: Ledger, copy: Ledger) -> None:
    """Whether two ledgers tell the same, in every way."""
    assert copy.log().to_dicts() == ledger.log().to_dicts()
    assert copy.streams() == ledger.streams()
    assert (copy.info().ledger_id, copy.info().created_at) == (ledger.info().ledger_id, ledger.info().created_at)
    for day in DAYS:
        assert states(copy, day) == states(ledger, day)
        assert answers(copy.at(day)) == answers(ledger.at(day))
    assert tables(copy) == tables(ledger)
    assert positions(copy) == {ledger.position()}
    verification = copy.verify()
    assert verification.sound
    assert verification.root == ledger.verify(journal_only=True).root


def test_a_copy_goes_to_another_place_and_back_and_is_equal(story_file: Path, fresh: Fresh, tmp_path: Path) -> None:
    there, back = fresh(), tmp_path / "back.db"
    with Ledger(story_file, clock=Clock(ALL_TOLD)) as ledger:
        moved = ledger.copy_to(there)
        assert moved.entries == ledger.position()
        assert moved.equal == ("entries", "root", "states at 2026-12-01", "read models")
        with Ledger(there, clock=Clock(ALL_TOLD)) as copy:
            assert_equal(ledger, copy)
            assert copy.copy_to(back).root == moved.root
        with Ledger(back, clock=Clock(ALL_TOLD)) as again:
            assert_equal(ledger, again)


def test_a_copy_is_written_on_like_any_ledger(story_file: Path, fresh: Fresh) -> None:
    there = fresh()
    with Ledger(story_file) as ledger:
        ledger.copy_to(there)
    with Ledger(there, recorded_by="me") as copy:
        assert copy.record_file(SEED).recorded == 0
        take(copy, *SOURCES, opened(), paid("USD 1m"), delivered("1 unit"))
        kept = tables(copy)
        copy.rebuild(workers=0)
        assert tables(copy) == kept
        assert copy.verify().sound


def test_persons_go_with_the_copy_and_who_is_forgotten_there_is_not_forgotten_here(fresh: Fresh) -> None:
    there = fresh()
    with book(opened(attribution="Ann Other"), clock=Clock(ALL_TOLD)) as ledger:
        ledger.copy_to(there)
        with Ledger(there) as copy:
            assert [(row.id, row.name) for row in copy.persons()] == [(row.id, row.name) for row in ledger.persons()]
            copy.forget("Ann Other")
            assert copy.verify().sound
            assert tree_head(copy.journal().reader, ledger.position()).root == ledger.verify().root
            assert copy.position() == ledger.position() + 1  # which tells that she was forgotten
        assert [row.name for row in ledger.persons()] == ["Ann Other"]


def test_a_ledger_in_memory_is_copied_and_backed_up(tmp_path: Path) -> None:
    with book(opened(), paid("USD 1m")) as ledger:
        assert ledger.copy_to(tmp_path / "copy.db").entries == ledger.position()
        assert ledger.backup(tmp_path / "backup.db").entries == ledger.position()
        for name in ("copy.db", "backup.db"):
            with Ledger(tmp_path / name, clock=Clock()) as copy:
                assert_equal(ledger, copy)


def test_where_read_models_are_not_in_step_states_of_more_days_are_compared(story_file: Path, tmp_path: Path) -> None:
    forge(story_file, "UPDATE read_model SET position = 7 WHERE name = 'deals'")
    with Ledger(story_file, clock=Clock(ALL_TOLD)) as ledger:
        equal = ledger.copy_to(tmp_path / "copy.db").equal
    assert "read models" not in equal
    assert sum(fact.startswith("states at ") for fact in equal) == 3


def test_a_read_model_that_its_journal_does_not_give_is_found_by_the_copy(story_file: Path, fresh: Fresh) -> None:
    forge(story_file, "UPDATE kept_deals SET valid_to = '2030-01-01' WHERE believed = 1")
    there = fresh()
    with Ledger(story_file) as ledger, pytest.raises(CopyDiffers, match="kept_deals differs") as refusal:
        ledger.copy_to(there)
    assert "armsledger rebuild deals" in refusal.value.remedy
    with pytest.raises(LedgerMissing):
        Journal.open(there)


def test_another_state_is_found_by_the_copy(story_file: Path, fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    states_of = copy_checks._states
    seen: list[object] = []

    def one_differs(reader: Any, day: Any) -> Iterator[dict[str, Any]]:
        seen.append(reader)
        for state in states_of(reader, day):
            yield {**state, "certain": None} if len(seen) == 2 and state["stream"] == "deal/india-s400" else state

    monkeypatch.setattr(copy_checks, "_states", one_differs)
    there = fresh()
    with Ledger(story_file) as ledger, pytest.raises(CopyDiffers, match="the state of deal/india-s400 at"):
        ledger.copy_to(there)
    with pytest.raises(LedgerMissing):
        Journal.open(there)


def test_another_root_is_found_by_the_copy(story_file: Path, fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_checks, "check_same", lambda *_: None)
    monkeypatch.setattr(copy_checks, "tree_head", lambda copy: TreeHead(copy.head(), b"1" * 32))
    with Ledger(story_file) as ledger, pytest.raises(CopyDiffers, match="the root of its tree is another"):
        ledger.copy_to(fresh())


def test_a_copy_takes_the_place_of_nothing(story_file: Path, fresh: Fresh) -> None:
    there = fresh()
    with Ledger(story_file) as ledger:
        ledger.copy_to(there)
        with pytest.raises(LedgerExists) as refusal:
            ledger.copy_to(there)
    assert "takes the place of nothing" in refusal.value.remedy


def test_there_must_be_something_to_copy(tmp_path: Path) -> None:
    with Ledger(tmp_path / "none.db") as ledger:
        for move in (ledger.copy_to, ledger.backup):
            with pytest.raises(LedgerMissing):
                move(tmp_path / "copy.db")
    assert not list(tmp_path.iterdir())


@dataclass(frozen=True)
class FailingRow(Row):
    """What a projection would tell that never gets so far."""

    deal: str


def failing(timeline: Timeline) -> Iterator[Span]:
    """A projection with a mistake in it."""
    raise ZeroDivisionError(timeline.stream)


def test_a_projection_of_somebodys_own_that_fails_hinders_no_copy(story_file: Path, fresh: Fresh) -> None:
    own = Projection("own", FailingRow, failing, ("deal",))
    notices: list[str] = []
    there = fresh()
    with Ledger(story_file, projections=(*BUILT_IN, own), notice=notices.append) as ledger:
        assert ledger.copy_to(there).entries == ledger.position()
    assert any("left behind" in notice and "own" in notice for notice in notices)
    with Ledger(there) as copy:
        assert copy.verify().sound


# Backups


def test_a_backup_is_the_ledger_with_its_read_models(story_file: Path, tmp_path: Path) -> None:
    with Ledger(story_file, clock=Clock(ALL_TOLD)) as ledger:
        made = ledger.backup(tmp_path / "backup.db")
        assert made.size_bytes == (tmp_path / "backup.db").stat().st_size
        with Ledger(tmp_path / "backup.db", clock=Clock(ALL_TOLD)) as copy:
            assert_equal(ledger, copy)
            assert made.root == copy.verify().root
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "story.db"]


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
def test_a_backup_of_a_ledger_on_a_server_is_a_file(story_file: Path, fresh: Fresh, tmp_path: Path) -> None:
    there = fresh()
    with Ledger(story_file, clock=Clock(ALL_TOLD)) as ledger:
        ledger.copy_to(there)
        with Ledger(there, clock=Clock(ALL_TOLD)) as server:
            server.backup(tmp_path / "backup.db")
            with pytest.raises(FileExists):
                server.backup(tmp_path / "backup.db")
            assert server.backup(tmp_path / "backup.db", replace=True).entries == ledger.position()
        with Ledger(tmp_path / "backup.db", clock=Clock(ALL_TOLD)) as copy:
            assert_equal(ledger, copy)


def prefix_root(path: Path, size: int) -> bytes:
    """The root of the first entries of a ledger."""
    with Journal.open(path) as journal:
        hashes = journal.reader.query("SELECT position, hashes FROM journal WHERE position <= ?", size)
        return root_of(size, dict(hashes).__getitem__)


def test_a_backup_while_another_process_appends_is_sound_and_what_was_recorded_first(
    fork_server: ForkServer, tmp_path: Path
) -> None:
    path = tmp_path / "busy.db"
    Journal.create(path).close()
    made: list[Any] = []
    worker = fork_server.start("append_one_by_one", path, stream="deal/busy")
    with Ledger(path) as ledger:
        for number in range(6):
            worker.wait_until_it_says("position", made[-1].entries + 1 if made else 1)  # it goes on meanwhile
            made.append(ledger.backup(tmp_path / f"backup-{number}.db"))
    worker.kill()
    sizes = [backup.entries for backup in made]
    assert sizes == sorted(set(sizes))
    for number, backup_made in enumerate(made):
        assert backup_made.root == prefix_root(path, backup_made.entries)
        with Ledger(tmp_path / f"backup-{number}.db") as copy:
            assert copy.position() == backup_made.entries
            assert copy.verify(journal_only=True).sound


def test_a_backup_takes_a_moment_however_many_write_between_its_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "busy.db"
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *(opened(f"deal/d-{number}", id=f"d-{number}") for number in range(60)))
        monkeypatch.setattr(backup, "PAGES_AT_ONCE", 5)
        before = ledger.position()
        with Ledger(path, recorded_by="other") as other:
            steps: list[int] = []

            def record(stage: str, done: int, total: int) -> None:
                steps.append(done)
                other.record(f"deal/d-{len(steps)}", "tested", on="2021", source="wire")

            made = ledger.backup(tmp_path / "backup.db", stages=record)
        assert len(steps) > 3
        assert made.entries == before
        assert ledger.position() == before + len(steps)
    with Ledger(tmp_path / "backup.db") as copy:
        assert copy.verify().sound


def test_a_backup_never_overwrites_a_file_unless_it_is_told_to(story_file: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("precious", encoding="utf-8")
    with Ledger(story_file) as ledger:
        with pytest.raises(FileExists):
            ledger.backup(tmp_path / "taken")
        assert (tmp_path / "taken").read_text(encoding="utf-8") == "precious"
        assert ledger.backup(tmp_path / "taken", replace=True).entries == ledger.position()
    with Ledger(tmp_path / "taken") as copy:
        assert copy.verify().sound


def test_a_backup_replaces_no_ledger_that_is_in_use(story_file: Path, tmp_path: Path) -> None:
    with Ledger(tmp_path / "used.db") as used, Ledger(story_file) as ledger:
        take(used, *SOURCES)
        assert used.position() == len(SOURCES)
        with pytest.raises(InTheWay):
            ledger.backup(tmp_path / "used.db", replace=True)
        assert used.position() == len(SOURCES)
    with Ledger(story_file) as ledger:
        assert ledger.backup(tmp_path / "used.db", replace=True)


@pytest.mark.parametrize("name", ["story.db", "story.db-wal", "link.db"])
def test_a_backup_never_takes_the_place_of_the_ledger(name: str, story_file: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(story_file)
    with Ledger(story_file) as ledger:
        take(ledger, *SOURCES)
        with pytest.raises(NotWritable, match="the ledger itself"):
            ledger.backup(tmp_path / name, replace=True)


@pytest.mark.parametrize("address", ["postgresql://host/name", ":memory:"])
def test_a_backup_is_a_file(address: str, story_file: Path) -> None:
    with Ledger(story_file) as ledger, pytest.raises(UnsupportedAddress, match="a backup is a file"):
        ledger.backup(address)


def test_a_ledger_that_is_not_sound_has_no_backup(story_file: Path, tmp_path: Path) -> None:
    forge(story_file, "UPDATE journal SET recorded_by = 'forger' WHERE position = 9")
    with Ledger(story_file) as ledger, pytest.raises(LedgerDamaged, match="position 9"):
        ledger.backup(tmp_path / "backup.db")
    assert [path.name for path in tmp_path.iterdir()] == ["story.db"]


# Restoring


def test_what_is_restored_of_a_backup_is_the_ledger(story_file: Path, tmp_path: Path, fresh: Fresh) -> None:
    there = fresh()
    with Ledger(story_file, clock=Clock(ALL_TOLD)) as ledger:
        ledger.backup(tmp_path / "backup.db")
        with Ledger.restore(tmp_path / "backup.db", there, clock=Clock(ALL_TOLD)) as restored:
            assert_equal(ledger, restored)
            restored.record("deal/india-s400", "tested", on="2021", source="theprint-2021-11-12")
    assert not list(tmp_path.glob("*-wal"))


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE journal SET payload = replace(payload, '2018', '2019') WHERE position = 2",
        "UPDATE journal SET version = 9 WHERE position = 3",
        "UPDATE ledger SET value = 'nobody' WHERE key = 'ledger_id'",
        "ALTER TABLE journal ADD COLUMN more TEXT",
    ],
)
def test_nothing_is_restored_of_a_backup_that_is_not_sound(
    forgery: str, story_file: Path, tmp_path: Path, fresh: Fresh
) -> None:
    forge(shutil.copy(story_file, tmp_path / "backup.db"), forgery)
    there = fresh()
    with pytest.raises(LedgerDamaged):
        Ledger.restore(tmp_path / "backup.db", there)
    with pytest.raises(LedgerMissing):
        Journal.open(there)


@pytest.mark.parametrize(
    ("forgery", "told", "remedy"),
    [
        ("UPDATE kept_deals SET row = replace(row, 'RUS', 'POL')", "the read model deals", "armsledger rebuild deals"),
        ("UPDATE person SET name = 'Somebody Else' WHERE name = 'Ann Other'", "deal/x@1", "go back to a"),
    ],
)
def test_nothing_is_restored_of_a_backup_whose_read_models_or_persons_were_edited(
    forgery: str, told: str, remedy: str, tmp_path: Path, fresh: Fresh
) -> None:
    with Ledger(tmp_path / "ledger.db") as ledger:
        take(ledger, *SOURCES, opened(attribution="Ann Other"))
        ledger.backup(tmp_path / "backup.db")
    forge(tmp_path / "backup.db", forgery)
    there = fresh()
    with pytest.raises(LedgerDamaged, match=told) as refusal:
        Ledger.restore(tmp_path / "backup.db", there)
    assert remedy in refusal.value.remedy
    with pytest.raises(LedgerMissing):
        Journal.open(there)


def test_a_ledger_whose_persons_were_edited_has_no_backup(tmp_path: Path, fresh: Fresh) -> None:
    there = fresh()
    with Ledger.create(there) as ledger:
        take(ledger, *SOURCES, opened(attribution="Ann Other"))
    forge(there, "UPDATE person SET name = 'Somebody Else' WHERE name = 'Ann Other'")
    with Ledger(there) as ledger, pytest.raises(LedgerDamaged, match="is not the one that was sealed"):
        ledger.backup(tmp_path / "backup.db")
    assert not list(tmp_path.glob("backup*"))


def test_a_backup_with_read_models_of_another_release_is_restored(story_file: Path, tmp_path: Path) -> None:
    forge(
        story_file, "UPDATE read_model SET stamp = 'another' WHERE name = 'deals'", "UPDATE kept_deals SET row = '[]'"
    )
    with Ledger(story_file) as ledger:
        ledger.backup(tmp_path / "backup.db")
    with Ledger.restore(tmp_path / "backup.db", tmp_path / "again.db") as restored:
        assert restored.verify().behind == ("deals",)
        assert restored.verify().sound


@pytest.mark.parametrize("name", earlier.BOTH)
def test_a_backup_of_an_earlier_release_is_restored(name: str, tmp_path: Path) -> None:
    with Ledger.restore(earlier.released(name, tmp_path), tmp_path / "again.db") as restored:
        assert restored.info().schema_version == earlier.version_of(earlier.RELEASED / f"{name}.db")
        assert restored.position() > 0


def test_nothing_is_restored_over_a_ledger(story_file: Path, tmp_path: Path, fresh: Fresh) -> None:
    there = fresh()
    Ledger.create(there).close()
    with Ledger(story_file) as ledger:
        ledger.backup(tmp_path / "backup.db")
    with pytest.raises(LedgerExists):
        Ledger.restore(tmp_path / "backup.db", there)
    with Ledger(there) as ledger:
        assert ledger.position() == 0


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_what_is_no_backup_is_refused(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "backup.db").write_bytes(content)
    with pytest.raises(LedgerError) as refusal:
        Ledger.restore(tmp_path / "backup.db", tmp_path / "ledger.db")
    assert refusal.value.remedy
    assert not (tmp_path / "ledger.db").exists()


def test_a_ledger_that_is_up_to_date_is_not_migrated(story_file: Path, fresh: Fresh) -> None:
    there = fresh()
    with Ledger(story_file) as ledger:
        ledger.copy_to(there)
    with Ledger(there) as copy:
        assert copy.migrate() is None
        assert copy.info().schema_version == SCHEMA_VERSION
    with Ledger.in_memory() as memory:
        assert memory.migrate() is None
        assert memory.position() == 0
