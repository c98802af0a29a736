"""Staging files: what a killed process has left is swept away, and nothing that another one has begun."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from armsledger.storage import files


def test_what_is_swept_away_nobody_begins_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has made its claim, and not locked it yet, waits for who sweeps, and makes another."""
    claim = tmp_path / f".arms.db.{'0' * 32}{files.CLAIM}"
    claim.touch()
    remove, could_lock = files._remove, list[bool]()

    def removed(path: Path) -> None:
        descriptor = os.open(path, os.O_WRONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            could_lock.append(True)
        except OSError:
            could_lock.append(False)
        finally:
            os.close(descriptor)
        remove(path)

    monkeypatch.setattr(files, "_remove", removed)
    files.sweep(tmp_path / "arms.db")
    assert could_lock == [False]
    assert not claim.exists()


def test_what_somebody_holds_stays(tmp_path: Path) -> None:
    place = tmp_path / "arms.db"
    with files.claimed(place) as staging:
        staging.write_text("half")
        files.sweep(place)
        assert staging.read_text() == "half"
        assert files.left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
