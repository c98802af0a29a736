"""What the command line says beside an answer: a belief date before anything was recorded, and its default."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.application.book import DEAL
from tests.cli.runner import LEDGER, Inside

EARLY = "--known 2021-12-31"
HINT = "nothing was recorded by 2021-12-31: the first entry is of {}; --known-by asserted goes by when sources spoke"
VARIABLE = "ARMSLEDGER_KNOWN_BY"


def hint(armsledger: Inside) -> str:
    """The hint, with the day on which the ledger begins."""
    return HINT.format(armsledger("log --json").json[0]["recorded_at"][:10])


@pytest.mark.usefixtures("story")
class TestABeliefDateBeforeAnythingWasRecorded:
    """``--known K`` by the time of recording."""

    @pytest.mark.parametrize(
        "question",
        [
            f"show {DEAL} --json",
            "deals --json",
            "log --json",
            f"replay {DEAL} --json",
            "check --json",
            "search S-400 --json",
            "report relations --json",
            "links --json",
            "rows citations --json",
        ],
    )
    def test_is_told_once_beside_the_answer(self, armsledger: Inside, question: str) -> None:
        answer = armsledger(f"{question} {EARLY}")
        assert answer.status == 0
        assert answer.err.splitlines().count(hint(armsledger)) == 1
        assert answer.out == armsledger(f"{question} --known @0").out.replace('"@0"', '"2021-12-31"')

    def test_is_told_once_of_a_comparison_of_two(self, armsledger: Inside) -> None:
        answer = armsledger(f"compare --known 2021-11-12 {EARLY} --json")
        assert answer.err == hint(armsledger).replace("2021-12-31", "2021-11-12") + "\n"

    @pytest.mark.parametrize("belief", ["", "--known @0", "--known 2021-12-31 --known-by asserted", "--known today"])
    def test_is_not_told_of_other_questions(self, armsledger: Inside, belief: str) -> None:
        assert armsledger(f"deals --at 2021-12-31 {belief}").err in ("", "no deals\n")

    def test_is_not_told_of_a_stream_that_was_recorded_later_than_others(self, armsledger: Inside) -> None:
        answer = armsledger("show engagement/delhi-regional-security-dialogue-2021 --known @4")
        assert (answer.lines[-1].strip(), answer.err) == ("nothing of it was recorded by then", "")


def test_an_empty_ledger_gives_no_hint(armsledger: Inside) -> None:
    armsledger("init")
    assert armsledger(f"deals {EARLY}").err == "no deals\n"


def test_before_a_stream_begins_it_is_told_with_what_it_begins(armsledger: Inside, seed: Path) -> None:
    answer = armsledger(f"show {DEAL} --at 2018-09-30")
    assert answer.lines[-1].strip() == "nothing has begun by then; it begins with opened, 2018-10"


class TestTimesThatAnEntryOf2060HoldsBack:
    """An earlier release took it, by a clock that was wrong."""

    AHEAD = "the last entry is recorded at 2060-01-01T00:00:00Z, 1"

    @pytest.fixture(autouse=True)
    def _made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Ledger(LEDGER, clock=lambda: datetime(2026, 11, 20, tzinfo=UTC)) as ledger:
            ledger.record("source/first", "registered", publisher="First")
        with monkeypatch.context() as then:
            then.setenv("ARMSLEDGER_CLOCK_LEAP_DAYS", "20000")
            with Ledger(LEDGER, clock=lambda: datetime(2060, 1, 1, tzinfo=UTC)) as ledger:
                ledger.record("source/paper", "registered", publisher="Paper")

    @pytest.mark.parametrize(
        "command",
        [
            "source registered wire --publisher Wire",
            "record more.yaml",
            "info",
            "info --json",
            "sources --known today",
            "log --known 2026-11-22",
        ],
    )
    def test_every_append_and_info_say_so(self, armsledger: Inside, command: str) -> None:
        Path("more.yaml").write_text("sources: [{key: wire, publisher: Wire}]\n")
        answer = armsledger(command)
        assert answer.status == 0
        assert answer.err.count(self.AHEAD) == 1
        assert "until then every entry gets that time, and --known today leaves it out" in answer.err

    @pytest.mark.parametrize("command", ["sources", "log --known @1", "log --known 2026-11-22 --known-by asserted"])
    def test_who_asks_for_something_else_is_not_bothered(self, armsledger: Inside, command: str) -> None:
        assert self.AHEAD not in armsledger(command).err

    def test_programs_see_when_the_last_entry_was_recorded(self, armsledger: Inside) -> None:
        assert armsledger("info --json").json["last_recorded_at"] == "2060-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("command", ["source registered wire --publisher Wire", "info"])
def test_where_no_time_is_held_back_nobody_is_bothered(armsledger: Inside, seed: Path, command: str) -> None:
    assert armsledger(command).err == ""


@pytest.mark.usefixtures("story")
class TestTheDefaultOfTheAxis:
    """``ARMSLEDGER_KNOWN_BY``."""

    @pytest.mark.parametrize("question", [f"show {DEAL}", "deals", "log", f"replay {DEAL}", "check", "sources"])
    def test_is_taken_from_the_environment(
        self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch, question: str
    ) -> None:
        asked = f"{question} {EARLY} --json"
        said, recorded = armsledger(f"{asked} --known-by asserted"), armsledger(asked)
        monkeypatch.setenv(VARIABLE, "asserted")
        assert armsledger(asked) == said
        assert armsledger(f"{asked} --known-by recorded") == recorded
        monkeypatch.setenv(VARIABLE, "")
        assert armsledger(asked) == recorded

    def test_that_is_none_is_a_mistake_of_usage_that_names_the_variable(
        self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(VARIABLE, "hearsay")
        answer = armsledger("deals")
        assert (answer.status, answer.out) == (2, "")
        assert f"(env var: '{VARIABLE}'): 'hearsay' is not one of 'recorded', 'asserted'" in answer.err

    def test_holds_for_the_command_line_and_not_for_programs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, "asserted")
        with Ledger(LEDGER) as ledger:
            assert ledger.at(known="2021-12-31").known_by == "recorded"
