"""What is acknowledged is on the disk: no write of it waits to be synchronised when the recorder is told."""

from __future__ import annotations

from pathlib import Path

from tests.attack.torn import calls_of
from tests.fork_server import ForkServer


def test_nothing_that_is_acknowledged_waits_to_be_written(failing: ForkServer, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    worker = failing.start("record_while_calls_are_noted", folder / "armsledger.db", log=str(tmp_path / "log"))
    assert worker.wait() == 0, worker.lines()
    waiting: set[str] = set()
    acknowledged = syncs = 0
    for call in calls_of(tmp_path / "log"):
        if call.what == "say":
            assert {name for name in waiting if not name.endswith("-shm")} == set()
            acknowledged += call.content.startswith(b"told ")
        elif call.what == "sync":
            waiting.discard(call.name)
            syncs += 1
        elif call.what in ("write", "truncate"):
            waiting.add(call.name)
        elif call.what in ("link", "rename"):
            waiting.add(str(folder))
    assert acknowledged == 5
    assert syncs >= 5
