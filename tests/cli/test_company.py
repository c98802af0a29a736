"""Several at a time: who reads does not disturb who writes, and writers take turns."""

from __future__ import annotations

from pathlib import Path

from armsledger import Ledger
from tests.application.book import SEED
from tests.cli.runner import Inside, Process
from tests.cli.test_bad_ledgers import large_dossier
from tests.cli.test_interruption import wait_until_it_writes
from tests.processes import ended


def test_what_is_recorded_is_seen_at_once_and_survives_who_looks_at_it(process: Process, seed: Path) -> None:
    with Ledger(seed) as ledger:
        for number in range(2):
            ledger.record(f"source/s{number}", "registered", publisher="P")
            assert Path(f"{seed}-wal").stat().st_size
            assert process("info --json").json["entries"] == 22 + number
            assert Path(f"{seed}-wal").stat().st_size, "another process has taken away what is not merged yet"


def test_reading_shows_the_ledger_as_it_was_while_much_is_recorded(
    process: Process, armsledger: Inside, seed: Path, seed_log: str, tmp_path: Path
) -> None:
    large_dossier(tmp_path / "large.jsonl", 8000)
    with process.start("record large.jsonl") as recording:
        wait_until_it_writes(tmp_path)
        assert process("log --json").out == seed_log
        out, err = ended(recording)
    assert (recording.returncode, err) == (0, "")
    assert "recorded 8,002 entries" in out
    assert armsledger("info --json").json["entries"] == 8023


def test_two_that_record_the_same_at_once_record_it_once(process: Process, armsledger: Inside) -> None:
    with process.start(["record", str(SEED)]) as first, process.start(["record", str(SEED)]) as second:
        both = first, second
        answers = [ended(one) for one in both]
    for one, (out, err) in zip(both, answers, strict=True):
        assert (one.returncode == 0 and "21 entries" in out) or "there is a file at armsledger.db already" in err
    assert sum(one.returncode == 0 for one in both) >= 1
    assert armsledger("info --json").json["entries"] == 21
    assert armsledger(["record", str(SEED)]).out.endswith("recorded 0 entries; 21 entries known already\n")
