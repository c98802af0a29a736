"""Several processes at once: nothing is lost, nothing comes twice, and everybody sees whole transactions only."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pytest

from armsledger import Ledger
from armsledger.storage.errors import LedgerBusy
from tests.attack.soundness import Addresses, assert_sound, database_of
from tests.attack.statements import Mark, Told, record_source, source, take
from tests.cli.runner import Inside
from tests.fork_server import ForkServer, Worker
from tests.processes import PATIENCE_SECONDS
from tests.soak import tell

LAST = str(Mark("the-end", 1, 1))
LEAD_SECONDS = 0.1
"""How long before the moment at which all begin they are started."""
GIVES_UP_AFTER_SECONDS = 0.4


class Meeting(NamedTuple):
    """What came of several processes that recorded at once."""

    entries: int
    conflicts: int
    busy: int
    reads: int
    longest_seconds: float
    seconds: float

    def told(self) -> dict[str, float]:
        """What the table of campaigns tells of it."""
        counts = {"entries": self.entries, "conflicts": self.conflicts, "reads": self.reads, "busy": self.busy}
        return {**counts, "seconds of the longest wait": round(self.longest_seconds, 1)}


def told(workers: Iterable[Worker]) -> list[Told]:
    """What workers were told to be recorded."""
    return [Told.parse(line) for worker in workers for line in worker.words("told")]


def meet(fork_server: ForkServer, address: str, writers: int, appends: int, meanwhile: Iterable[str] = ()) -> Meeting:
    """Have so many processes append so many times each, one follow and one read; whether all was as it must be."""
    started, patience = time.monotonic(), PATIENCE_SECONDS + appends
    with Ledger(address) as ledger:
        known = record_source(ledger, "source")
    others = [fork_server.start(task, address, last=LAST) for task in meanwhile]
    follower = fork_server.start("follow", address, last=LAST)
    reader = fork_server.start("read_meanwhile", address, last=LAST)
    recording = [
        fork_server.start("record_with_others", address, name=f"w{n}", appends=appends) for n in range(writers)
    ]
    assert [worker.wait(patience) for worker in recording] == [0] * writers, [
        worker.lines()[-1:] for worker in recording
    ]
    with Ledger(address) as ledger:
        known += take(ledger, [source("the-end", "last")])
    assert [follower.wait(), reader.wait()] == [0, 0], follower.lines()[-1:] + reader.lines()[-1:]
    assert [worker.wait() for worker in others] == [0] * len(others), [worker.lines()[-1:] for worker in others]
    found = assert_sound(address, [*known, *told(recording)], unacknowledged=0)
    assert [Told.parse(line) for line in follower.words("followed")] == found
    assert reader.words("torn") == []
    return Meeting(
        entries=len(found),
        conflicts=sum(len(worker.words("conflict")) for worker in recording),
        busy=sum(len(worker.words("busy")) for worker in recording),
        reads=len(reader.words("read")),
        longest_seconds=max(float(worker.words("longest")[0]) for worker in recording),
        seconds=time.monotonic() - started,
    )


@pytest.mark.parametrize("appends", [20, pytest.param(300, marks=pytest.mark.soak)])
def test_read_models_that_are_rebuilt_all_the_time_stay_in_step_with_what_is_recorded(
    fork_server: ForkServer, address: str, appends: int
) -> None:
    met = meet(fork_server, address, writers=2, appends=appends, meanwhile=["rebuild_meanwhile"])
    tell(f"two writers, a rebuild without end, a follower and a reader ({database_of(address)})", **met.told())
    assert met.entries > 2 * appends


def test_a_few_processes_record_at_once(fork_server: ForkServer, address: str) -> None:
    met = meet(fork_server, address, writers=4, appends=50)
    assert met.entries > 200
    assert met.conflicts >= 20
    assert met.reads


@pytest.mark.soak
def test_eight_processes_record_forty_thousand_entries_at_once(fork_server: ForkServer, address: str) -> None:
    met = meet(fork_server, address, writers=8, appends=5000)
    tell(f"8 processes x 5,000 appends, a follower and a reader ({database_of(address)})", **met.told())
    assert met.entries > 40_000
    assert met.conflicts >= 4000


# the making of a ledger


@pytest.mark.parametrize("times", [1, pytest.param(30, marks=pytest.mark.soak)])
def test_of_several_that_make_a_ledger_at_once_one_makes_it(
    fork_server: ForkServer, addresses: Addresses, times: int
) -> None:
    for number in range(times):
        moment = time.time() + LEAD_SECONDS
        address = addresses(f"made-{number}")
        makers = [fork_server.start("create_at", address, moment=moment) for _ in range(8)]
        assert sorted(maker.wait() for maker in makers) == [0] + [1] * 7
        assert sum(len(maker.words("made")) for maker in makers) == 1
        refused = [line.partition(" ")[0] for maker in makers for line in maker.words("refused")]
        assert refused == ["LedgerExists"] * 7
        assert_sound(address, unacknowledged=0)


@pytest.mark.parametrize("times", [1, pytest.param(30, marks=pytest.mark.soak)])
def test_what_several_record_first_at_once_is_all_there(
    fork_server: ForkServer, addresses: Addresses, times: int
) -> None:
    for number in range(times):
        moment = time.time() + LEAD_SECONDS
        address = addresses(f"first-{number}")
        writers = [fork_server.start("record_first_at", address, moment=moment, name=f"w{n}") for n in range(8)]
        assert [writer.wait() for writer in writers] == [0] * 8, [writer.lines() for writer in writers]
        assert len(assert_sound(address, told(writers), unacknowledged=0)) == 8


# a writer that does not end


COMMANDS = (
    "source registered another --publisher P",
    "correct source/wire@1 --set publisher=Q --reason entry-error",
    "record dossier.jsonl",
    "rebuild",
)


@pytest.fixture
def held(fork_server: ForkServer, address: str) -> Iterator[str]:
    """The address of a ledger that a process is writing, and does not end."""
    with Ledger(address) as ledger:
        record_source(ledger, "source")
    holder = fork_server.start("hold", address)
    holder.wait_until_it_says("holds")
    yield address
    assert holder.kill() == -signal.SIGKILL
    assert_sound(address, unacknowledged=1)


def test_whoever_waits_for_a_writer_gives_up_after_the_time_that_was_set(held: str) -> None:
    with Ledger(held, timeout_seconds=GIVES_UP_AFTER_SECONDS) as ledger:
        for _ in range(2):
            started = time.monotonic()
            with pytest.raises(LedgerBusy, match=f"gave up after {GIVES_UP_AFTER_SECONDS:g} s"):
                record_source(ledger, "another")
            assert time.monotonic() - started >= GIVES_UP_AFTER_SECONDS - 0.05
        assert len(ledger.log()) == 1


def test_commands_that_wait_for_a_writer_say_so_and_end(
    held: str, armsledger: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (armsledger.folder / "dossier.jsonl").write_text('{"key": "other", "publisher": "P"}\n')
    monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", str(GIVES_UP_AFTER_SECONDS))
    for command in COMMANDS:
        answer = armsledger(f"--ledger {held} {command}")
        assert (answer.status, answer.out) == (1, ""), command
        assert f"is being written by someone else; gave up after {GIVES_UP_AFTER_SECONDS:g} s" in answer.err, command
        assert "remedy: try again when the other writer is done" in answer.err, command
