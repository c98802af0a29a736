"""What tests start ends with them, whatever happens."""

from __future__ import annotations

import signal
from threading import Event

import pytest

from tests import processes
from tests.processes import meanwhile, started

SLEEP = ("sleep", "100")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has time for those who never end."""
    monkeypatch.setattr(processes, "PATIENCE_SECONDS", 0.1)


def test_a_process_that_does_not_end_fails_its_test_and_is_killed() -> None:
    with pytest.raises(TimeoutError, match="does not end"), started(SLEEP) as process:
        pass
    assert process.returncode == -signal.SIGKILL


def test_a_process_does_not_outlive_a_test_that_fails() -> None:
    with pytest.raises(ZeroDivisionError), started(SLEEP) as process:
        raise ZeroDivisionError
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("sign", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_process_hears_a_signal_that_the_tests_themselves_ignore(sign: signal.Signals) -> None:
    before = signal.signal(sign, signal.SIG_IGN)
    try:
        with started(SLEEP) as process:
            process.send_signal(sign)
            assert process.wait(60) == -sign
        assert signal.getsignal(sign) is signal.SIG_IGN
    finally:
        signal.signal(sign, before)


def test_a_thread_that_does_not_end_fails_its_test() -> None:
    never = Event()
    with pytest.raises(TimeoutError, match="does not end"), meanwhile(never.wait):
        pass
    never.set()


def test_what_a_thread_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError), meanwhile(lambda: 1 / 0):
        pass
