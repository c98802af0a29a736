"""Leaving, going back and asking for an explanation, at every question."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.cli.guide.known import Known
from armsledger.domain.events.delivery import Delivered
from armsledger.domain.events.statement import own_fields
from armsledger.storage.errors import LedgerMissing
from tests.application.book import Clock, book, trail
from tests.cli.guide.person import NEXT, POLAND, add, last_of


class TestLeaving:
    """Ctrl-C, whatever the question, leaves what was recorded before and nothing else."""

    ANSWERS = POLAND.strip().splitlines()
    FIRST_ENTRY = 21
    """Questions of the first entry."""

    @pytest.mark.parametrize("answered", range(FIRST_ENTRY))
    def test_nothing_is_left_of_a_first_entry_not_even_a_ledger(self, tmp_path: Path, answered: int) -> None:
        assert self.ANSWERS[self.FIRST_ENTRY - 1].startswith("record it?")
        question = self.ANSWERS[answered].partition(":")[0]
        with Ledger(tmp_path / "new.db", clock=Clock()) as ledger, pytest.raises(KeyboardInterrupt):
            add(ledger, [*self.ANSWERS[:answered], f"{question}: ^C"])
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("answered", range(FIRST_ENTRY, len(ANSWERS)))
    def test_entries_before_are_kept(self, answered: int) -> None:
        question = self.ANSWERS[answered].partition(":")[0]
        with book() as ledger:
            position = ledger.position()
            with pytest.raises(KeyboardInterrupt):
                add(ledger, [*self.ANSWERS[:answered], f"{question}: ^C"])
            recorded = sum(line.startswith("record it?") for line in self.ANSWERS[:answered])
            assert ledger.position() == position + recorded + 1  # and the source

    @pytest.mark.parametrize("answer", [".", ""])
    def test_without_an_entry_nothing_is_made(self, tmp_path: Path, answer: str) -> None:
        with Ledger(tmp_path / "new.db", clock=Clock()) as ledger:
            add(ledger, [f"stream: {answer}"])
        assert list(tmp_path.iterdir()) == []

    def test_nobody_answers_for_a_ledger_that_cannot_be_made(self, tmp_path: Path) -> None:
        with Ledger(tmp_path / "no" / "new.db") as ledger, pytest.raises(LedgerMissing, match="there is no folder"):
            Known(ledger)


class TestGoingBack:
    def test_back_from_every_question_ends_in_the_same_entries(self) -> None:
        """Go back at every question, answer the one before anew, and go on."""
        answers = POLAND.strip().splitlines()
        detours: list[str] = []
        first = True
        for before, line in zip(["", *answers], answers, strict=False):
            if not first and not line.startswith("stream"):
                detours += [f"{line.partition(':')[0]}: <", before]
            detours.append(line)
            first = False
        with book() as with_detours, book() as straight:
            add(with_detours, detours)
            add(straight, answers)
            assert trail(with_detours) == trail(straight)

    def test_the_answer_from_before_is_proposed(self, ledger: Ledger) -> None:
        asked = add(ledger, NEXT.replace("on: 2021-06-01", "on: 2020\nmore: <\non: <\nsource:\non:"))
        assert asked.prompts[6:8] == ["source [wire]: ", "on [2020]: "]
        assert last_of(ledger)["on"] == "2020"

    def test_another_stream_and_another_event_ask_other_questions(self, ledger: Ledger) -> None:
        add(
            ledger,
            """
            stream: deal/y
            open it?: <
            stream: deal/x
            event: delivered
            source: wire
            on: 2019
            more: <
            on: <
            source: <
            event: approval-granted
            source: <
            event: approval-granted
            source: wire
            on: 2019
            authority: Cabinet
            more:
            record it?:
            """,
        )
        assert last_of(ledger) == {
            "stream": "deal/x",
            "event": "approval-granted",
            "source": "wire",
            "on": "2019",
            "asserted": "2021-11-12",
            "authority": "Cabinet",
        }

    def test_a_new_source_that_is_gone_back_from_is_not_registered(self, ledger: Ledger) -> None:
        add(
            ledger,
            NEXT.replace(
                "source: wire",
                """source: wier
                register it with this entry?: yes
                publisher: Wier
                published: <
                publisher: <
                register it with this entry?: no
                source: wire""",
            ),
        )
        assert "source/wier" not in ledger.streams()
        assert last_of(ledger)["source"] == "wire"

    def test_there_is_nothing_before_the_first_question(self, ledger: Ledger) -> None:
        assert "  this is the first question" in add(ledger, ["stream: <", "stream: ."]).heard


class TestExplaining:
    def test_events_are_listed_with_what_they_are(self, ledger: Ledger) -> None:
        told = add(ledger, NEXT.replace("event: delivered", "event: ?\nevent: delivered")).heard
        assert "  contract-signed: The contract is signed." in told
        assert any("the last entry is @1 opened on 2018-01-01 (wire)" in line for line in told)

    def test_only_events_that_open_a_stream_are_listed_for_a_new_one(self, ledger: Ledger) -> None:
        asked = add(ledger, ["stream: deal/y", "open it?:", "event: ?", "event: <", "open it?: no", "stream: ."])
        assert [line for line in asked.heard if line.startswith(("  opened:", "  expected:", "  delivered:"))] == [
            "  opened: The deal is taken up: who would supply what to whom.",
            "  expected: Someone expects something: never a fact with a future date.",
        ]
        assert list(asked.completions["event"]("")) == ["opened", "expected"]

    def test_the_optional_fields_are_named_and_explained(self, ledger: Ledger) -> None:
        told = add(ledger, NEXT.replace("more:", "more: quantity=3 units\nmore: ?\nmore:")).heard
        assert f"  fields of delivered: {', '.join(own_fields(Delivered))}" in told
        assert "  quantity is 3 units; quantity= clears it" in told
        assert any(line.startswith("  tranche: ") for line in told)

    def test_entries_are_listed_where_one_is_to_be_named(self, ledger: Ledger) -> None:
        told = add(
            ledger, ["stream: deal/x", "event: retracted", "target: ?", "target: <", "event: <", "stream: ."]
        ).heard
        assert "  @1 opened on 2018-01-01 (wire)" in told

    @pytest.mark.parametrize("question", ["stream", "event", "source", "on", "more"])
    def test_every_question_is_explained(self, ledger: Ledger, question: str) -> None:
        line = next(line for line in NEXT.strip().splitlines() if line.startswith(question))
        told = add(ledger, NEXT.replace(line, f"{question}: ?\n{line}", 1)).heard
        assert told.index("  < goes back one question, Ctrl-C leaves and records nothing of this entry") > 2
