"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from armsledger.exchange.atomic import writing
from armsledger.exchange.errors import FileExists, NotWritable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a file is to be written."""
    return tmp_path / "export.jsonl"


class Failure(Exception):
    """Something fails while a file is written."""


def fail(path: Path, *, replace: bool = False) -> None:
    """Write half of a file."""
    with writing(path, replace=replace) as out:
        out.write("half")
        out.flush()
        raise Failure


def race(path: Path) -> None:
    """Write a file that somebody else writes at the same time."""
    with writing(path) as out:
        out.write("new")
        path.write_text("somebody else's")


def test_a_file_is_there_when_the_block_has_ended(path: Path) -> None:
    with writing(path) as out:
        out.write("é\n")
        assert not path.exists()
    assert path.read_bytes() == "é\n".encode()
    assert os.listdir(path.parent) == ["export.jsonl"]


def test_nothing_is_left_of_a_block_that_fails(path: Path) -> None:
    with pytest.raises(Failure):
        fail(path)
    assert os.listdir(path.parent) == []


def test_a_file_that_is_there_is_not_overwritten(path: Path) -> None:
    path.write_text("old")
    with pytest.raises(FileExists, match=r"there is a file at .* already") as caught, writing(str(path)):
        pytest.fail("nothing is written")
    assert "--replace" in caught.value.remedy
    assert path.read_text() == "old"


def test_a_file_that_appears_meanwhile_is_not_overwritten(path: Path) -> None:
    with pytest.raises(FileExists):
        race(path)
    assert path.read_text() == "somebody else's"
    assert os.listdir(path.parent) == ["export.jsonl"]


def test_a_file_may_be_replaced_and_keeps_who_may_read_it(path: Path) -> None:
    path.write_text("old")
    path.chmod(0o640)
    with writing(path, replace=True) as out:
        out.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_to_be_replaced_stays_if_the_block_fails(path: Path) -> None:
    path.write_text("old")
    with pytest.raises(Failure):
        fail(path, replace=True)
    assert path.read_text() == "old"
    assert os.listdir(path.parent) == ["export.jsonl"]


def test_replacing_needs_no_file_to_be_there(path: Path) -> None:
    with writing(path, replace=True) as out:
        out.write("new")
    assert path.read_text() == "new"


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    path.write_text("old")
    link = tmp_path / "latest"
    link.symlink_to(path)
    with writing(link, replace=True) as out:
        out.write("new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_a_file_system_without_hard_links_will_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    with writing(path) as out:
        out.write("new")
    assert path.read_text() == "new"
    path.unlink()
    with pytest.raises(FileExists):
        race(path)
    assert path.read_text() == "somebody else's"


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_is_refused(tmp_path: Path, replace: bool) -> None:
    with pytest.raises(NotWritable, match="it is a folder"), writing(tmp_path, replace=replace):
        pytest.fail("nothing is written")


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match=r"nix/x\.jsonl cannot be written: No such file") as caught:  # noqa: SIM117
        with writing(tmp_path / "nix" / "x.jsonl"):
            pytest.fail("nothing is written")
    assert "folder that exists" in caught.value.remedy


def test_a_path_that_cannot_be_one_is_told() -> None:
    for bad in ("a\0b", "a" * 5000):
        with pytest.raises(NotWritable), writing(bad):
            pytest.fail("nothing is written")


def test_a_disk_that_is_full_is_told(path: Path) -> None:
    with pytest.raises(NotWritable, match="No space left on device"), writing(path) as out:
        raise OSError(28, "No space left on device")
    assert out.closed
    assert os.listdir(path.parent) == []
    with pytest.raises(NotWritable, match="No space left on device"), writing("/dev/full") as out:
        out.write("x")


def test_errors_about_other_files_are_not_taken_for_ours(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="other"), writing(path):
        Path("/nonexistent/other").read_text()
    with pytest.raises(BrokenPipeError), writing(path):
        raise BrokenPipeError


def test_a_device_is_written_as_it_is() -> None:
    with writing("/dev/null") as out:
        out.write("x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_hyphen_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with writing("-") as out:
        out.write("é\n")
    with writing(Path("-")) as out:
        out.write("ü\n")
    print("and on")
    assert capsys.readouterr().out == "é\nü\nand on\n"


def test_standard_output_is_utf8_whatever_the_locale_says(monkeypatch: pytest.MonkeyPatch) -> None:
    data = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(data, encoding="ascii"))
    with writing("-") as out:
        out.write("é")
    assert data.getvalue() == "é".encode()
    assert sys.stdout.encoding == "ascii"


def test_standard_output_may_be_a_notebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = StringIO()
    monkeypatch.setattr(sys, "stdout", notebook)
    with writing("-") as out:
        out.write("é")
    assert notebook.getvalue() == "é"
