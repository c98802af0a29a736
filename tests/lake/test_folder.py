"""The folder of a lake: whose files it touches, what it leaves, and what its address shows."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec  # type: ignore[import-untyped]
import pytest
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]

from armsledger import Ledger, lake
from armsledger.domain.errors import UsageError
from armsledger.lake.errors import LakeUnreachable
from armsledger.lake.folder import READ_MODELS, folder_at, name_of
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

    def test_what_cannot_be_removed_now_is_told_and_removed_later(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(*_: object, **options: bool) -> None:
            if not options:
                raise PermissionError(13, "Permission denied")

        folded = fold(folder)
        with monkeypatch.context() as patched:
            patched.setattr("shutil.rmtree", refused)
            patched.setattr("armsledger.lake.folder.rmtree", refused)
            with pytest.raises(LakeUnreachable, match="Permission denied"):
                folder_at(folder).remove(f"{READ_MODELS}/{folded.name}")
        assert hidden(folder) != []
        folder_at(folder).sweep("")
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
        for name in ("link", f"{READ_MODELS}/link"):
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


class Share(MemoryFileSystem):  # type: ignore[misc]
    """A storage that is no object storage: half a file is seen, no name is taken that is taken, nor a folder made."""

    protocol = "share"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    breaks = False

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.removeprefix("share://")))

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **kwargs: Any) -> None:
        super().pipe_file(path, value[: len(value) // 2] if Share.breaks else value)
        if Share.breaks:
            raise KeyboardInterrupt

    def mkdir(self, path: str, create_parents: bool = True, **kwargs: Any) -> None:
        if self.isdir(path):
            raise RuntimeError("550 File exists.")
        super().mkdir(path, create_parents=create_parents, **kwargs)

    def mv(self, path1: str, path2: str, **kwargs: Any) -> None:
        if path2 in self.store:
            raise OSError("the name is taken")
        self.store[path2] = self.store.pop(path1)


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> type[Share]:
    """It, empty."""
    monkeypatch.setattr(Share, "store", {})
    fsspec.register_implementation("share", Share, clobber=True)
    return Share


@pytest.fixture
def memory() -> Iterator[Any]:
    """fsspec's storage in memory, empty."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    yield files
    files.store.clear()


class TestStorages:
    @pytest.mark.parametrize("name", ["a[1].lake", "a*.lake", "a?.lake"])
    def test_a_name_that_looks_like_a_pattern_is_a_name(self, memory: Any, name: str) -> None:
        others = ["memory://b/a1.lake/x/y", "memory://b/ab.lake/x/y"]
        for other in others:
            memory.pipe_file(other, b"another's")
        folder = folder_at(f"memory://b/{name}")
        folder.write("x/y", b"one's own")
        assert folder.read("x/y") == b"one's own"
        assert folder.names("x") == ["y"]
        folder.remove("x")
        assert folder.names("x") == []
        assert [memory.cat_file(other) for other in others] == [b"another's"] * 2

    def test_a_lake_may_be_all_that_is_in_a_storage(
        self, ledger: Ledger, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "here").mkdir()
        monkeypatch.chdir(tmp_path / "here")
        ledger.sync_lake("memory://", buckets=1)
        folded = lake.fold("memory://", models=["deals"], workers=0)
        assert folded.folder == f"memory://{READ_MODELS}/{folded.position}"
        assert memory.exists(f"/{READ_MODELS}/{folded.position}/deals/_complete.json")
        assert list((tmp_path / "here").iterdir()) == []

    @pytest.mark.parametrize("scheme", ["dir", "reference", "jupyter", "generic", "async_wrapper"])
    def test_an_address_that_is_not_enough_is_told(self, scheme: str) -> None:
        with pytest.raises(LakeUnreachable, match=f"{scheme}://x: ") as raised:
            folder_at(f"{scheme}://x")
        assert "NoneType" not in str(raised.value)

    @pytest.mark.parametrize(
        ("address", "name"),
        [
            ("ftp://ann:geheim@h/x", "ftp://***@h/x"),
            ("ftp://ann:ge@heim@h/x", "ftp://***@h/x"),
            ("ftp://ann:ge/heim@h/x", "ftp://***@h/x"),
            ("https://geheim@h/x", "https://***@h/x"),
            ("simplecache::ftp://ann:geheim@h/x", "simplecache::ftp://***@h/x"),
            ("s3://bucket/a@b.lake", "s3://bucket/a@b.lake"),
            ("s3://bucket/arms.lake", "s3://bucket/arms.lake"),
            ("a@b.lake", "a@b.lake"),
        ],
    )
    def test_no_message_shows_who_asks(self, address: str, name: str) -> None:
        assert name_of(address) == name

    def test_no_error_shows_a_part_of_a_password(self) -> None:
        with pytest.raises(LakeUnreachable) as raised:
            folder_at("ftp://ann:qqq/heim@h/x")  # which Python takes for a port
        assert "qqq" not in str(raised.value)

    def test_a_bucket_whose_name_is_mistyped_is_not_made(self, memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        made = []

        def mkdir(_: object, path: str, **options: Any) -> None:
            made.append(path)

        monkeypatch.setattr(MemoryFileSystem, "mkdir", mkdir)
        folder_at("memory://bucket").write("segments/x", b"")
        assert made == ["/bucket/segments"]

    @pytest.mark.parametrize("before", ["file://", "FILE://", "local://", "file://localhost"])
    def test_an_address_of_this_machine_is_its_path_to_the_letter(
        self, ledger: Ledger, tmp_path: Path, before: str
    ) -> None:
        (tmp_path / "arms.db").chmod(PRIVATE)
        place = tmp_path / "a%20b"
        ledger.sync_lake(f"{before}{place}", buckets=1)
        folded = lake.fold(f"{before}{place}", models=["deals"], workers=0)
        assert folded.folder == f"{place}/{READ_MODELS}/{folded.position}"
        files = [path for path in place.rglob("*.*") if path.is_file() and path.name != ".lock"]
        assert {mode(path) for path in files} == {PRIVATE}

    def test_an_address_of_this_machine_begins_at_the_root(self) -> None:
        with pytest.raises(UsageError, match="from the root on"):
            folder_at("file://arms.lake")

    def test_where_half_a_file_would_be_seen_it_is_written_under_another_name(
        self, share: type[Share], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = folder_at("share://host/arms.lake")
        folder.write("segments/x", b"first")
        folder.write("segments/x", b"second")
        monkeypatch.setattr(share, "breaks", True)
        with pytest.raises(KeyboardInterrupt):
            folder.write("segments/x", b"third")
        assert folder.read("segments/x") == b"second"
        assert list(share.store) == ["/host/arms.lake/segments/x"]

    def test_what_a_killed_process_leaves_under_another_name_is_swept_away(
        self, ledger: Ledger, share: type[Share], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as killed:
            killed.setattr(share, "breaks", True)
            killed.setattr(share, "rm_file", lambda *_: None)
            with pytest.raises(KeyboardInterrupt):
                folder_at("share://host/arms.lake").write("persons.parquet", b"third")
        assert len(share.store) == 1
        ledger.sync_lake("share://host/arms.lake", buckets=1)
        ledger.sync_lake("share://host/arms.lake")
        lake.fold("share://host/arms.lake", models=["deals"], workers=0)
        assert [path for path in share.store if "/." in path] == []
        assert lake.verify("share://host/arms.lake").entries == ledger.position()


class TestFoldedFiles:
    @pytest.mark.parametrize("left", [0, 100])
    def test_a_file_that_is_not_as_long_as_it_was_written_is_folded_anew(self, folder: Path, left: int) -> None:
        folded = fold(folder, models=["payments"])
        (path, *_) = sorted(folded.glob("payments/*.parquet"))
        right = path.read_bytes()
        path.write_bytes(right[:left])
        fold(folder, models=["payments"])
        assert path.read_bytes() == right

    def test_files_that_are_as_they_were_written_are_left(self, ledger: Ledger, folder: Path, memory: Any) -> None:
        ledger.sync_lake("memory://b/arms.lake", buckets=3)
        done: list[int] = []
        for address in [folder] * 2 + ["memory://b/arms.lake"] * 2:
            lake.fold(address, workers=0, models=["payments"], report=lambda *told: done.append(told[0]))
        assert done == [1, 2, 3, 4] * 2
        (path, *_) = sorted(memory.glob("/b/arms.lake/read-models/*/payments/*.parquet"))
        right = memory.cat_file(path)
        memory.pipe_file(path, b"")
        lake.fold("memory://b/arms.lake", workers=0, models=["payments"])
        assert memory.cat_file(path) == right
