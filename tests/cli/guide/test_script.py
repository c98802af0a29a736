"""The guided entry without a terminal: what is asked, what is recorded, and what is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.cli.commands.add import add_entries
from armsledger.cli.guide.known import Known
from armsledger.exchange.dossiers.yaml import read_yaml
from tests.application.book import SOURCES, Clock, book, delivered, entry, opened, take, trail
from tests.cli.guide.person import NEXT, POLAND, POLAND_AS_DOSSIER, add, last_of, person


class TestRecording:
    def test_what_is_answered_is_recorded_as_the_same_dossier_would_be(self) -> None:
        with book() as by_answers, book() as by_dossier:
            add(by_answers, POLAND)
            take(by_dossier, *POLAND_AS_DOSSIER)
            assert trail(by_answers) == trail(by_dossier)
            assert [row.entry for row in by_answers.log()] == [row.entry for row in by_dossier.log()]

    def test_the_ledger_is_made_with_the_first_entry(self, tmp_path: Path) -> None:
        with Ledger(tmp_path / "new.db", recorded_by="tester", clock=Clock()) as ledger, book() as by_dossier:
            add(ledger, POLAND)
            take(by_dossier, *POLAND_AS_DOSSIER)
            assert ledger.position() == len(POLAND_AS_DOSSIER)
            assert trail(ledger).items() <= trail(by_dossier).items()

    def test_each_entry_is_told_by_its_address_with_its_findings(
        self, ledger: Ledger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        take(ledger, entry("deal/x", "contract-signed", on="2018", quantity="2 units"))
        add(ledger, NEXT.replace("more:", "more: quantity=3 units\nmore:"))
        line = "error: delivered-more-than-ordered: delivered 3 units, ordered 2 units [deal/x@3]"
        assert capsys.readouterr().out.splitlines() == ["deal/x@3", f"  {line}"]

    def test_what_was_recorded_before_is_said_and_adds_nothing(self, ledger: Ledger) -> None:
        add(ledger, NEXT)
        position = ledger.position()
        told = add(ledger, NEXT).heard_text
        assert "deal/x@2 says so already; nothing would be added" in told
        assert ledger.position() == position

    def test_no_is_no(self, ledger: Ledger) -> None:
        position = ledger.position()
        told = add(ledger, NEXT.replace("record it?:", "record it?: no")).heard
        assert "not recorded" in told
        assert ledger.position() == position

    def test_an_entry_that_names_no_source_of_its_own_speaks_for_that_of_its_target(self, ledger: Ledger) -> None:
        asked = add(
            ledger,
            """
            stream: deal/x
            event: corrected
            target: @1
            set: supplier=France
            set, one more: on=2018-02
            set, one more:
            reason: entry-error
            more:
            record it?:
            """,
        )
        said = last_of(ledger)
        assert (said["source"], said["target"], said["set"]) == (
            "wire",
            "opening",
            {"on": "2018-02", "supplier": "FRA"},
        )
        assert list(asked.completions["target"]("@1")) == ["@1"]

    def test_a_source_is_a_stream_like_any_other(self, ledger: Ledger) -> None:
        add(
            ledger,
            """
            stream: source/blog
            open it?:
            event:
            publisher: A blog
            published: 2021-11-01
            reliability: d
            reliability: D
            more of source/blog:
            record it?:
            stream: source/wire
            event: regraded
            reliability: A
            more:
            record it?:
            """,
        )
        grades = {row.source: row.reliability for row in ledger.at().sources()}
        assert (grades["blog"], grades["wire"]) == ("D", "A")


class TestChanging:
    def test_edit_asks_for_fields_until_the_entry_is_right(self, ledger: Ledger) -> None:
        asked = add(
            ledger,
            NEXT.replace("more:", "more: quantity=5 units\nmore: note=first\nmore:").replace(
                "record it?:",
                """record it?: edit
                more: quantity
                quantity: 6 units
                more: on=2021-06-02
                more: note=
                more: on=
                more: source
                source: paper
                more:
                record it?: yes""",
            ),
        )
        assert "quantity [5 units]: " in asked.prompts
        assert "error: delivered needs on" in asked.heard
        assert last_of(ledger) == {
            "stream": "deal/x",
            "event": "delivered",
            "source": "paper",
            "on": "2021-06-02",
            "asserted": "2021-11-20",
            "quantity": {"count": 6},
        }

    def test_what_the_ledger_refuses_is_said_and_the_field_is_asked_for_again(self, ledger: Ledger) -> None:
        asked = add(
            ledger,
            NEXT.replace("on: 2021-06-01", "on: 2021-11-30").replace(
                "record it?:",
                """more:
                on: 2021-11-01
                more:
                record it?:""",
            ),
        )
        refusal = "error: deal/x: on: delivered is dated 2021-11-30, but its source spoke on 2021-11-12"
        assert refusal in asked.heard
        assert "more [on]: " in asked.prompts
        assert last_of(ledger)["on"] == "2021-11-01"

    def test_all_that_is_wrong_with_an_entry_is_said(self, ledger: Ledger) -> None:
        told = add(
            ledger,
            """
            stream: deal/x
            event: corrected
            target: @1
            set: amount=USD 5m
            set, one more: supplier=Atlantos, or so
            set, one more: on=at some time
            set, one more:
            reason: entry-error
            more:
            more: set
            set: on=2018-02
            set, one more:
            more:
            record it?:
            """,
        ).heard
        errors = [line for line in told if line.startswith("error")]
        assert any("has no field 'amount'" in line for line in errors)
        assert any("'at some time'" in line for line in errors)
        assert last_of(ledger)["set"] == {"on": "2018-02"}

    def test_a_ledger_that_changes_meanwhile_refuses_and_the_dialogue_goes_on(self, ledger: Ledger) -> None:
        somebody = person(
            """
            stream: deal/x
            event: contract-signed
            source: wire
            on: 2019
            more: value=USD 5m
            more:
            record it?: yes
            more: value=USD 6m
            more:
            record it?: no
            """
        )
        other = entry("deal/x", "contract-signed", on="2019", value="USD 6m")
        somebody.before["record it?"] = lambda: take(ledger, other)
        add_entries(Known(ledger), somebody.ask, somebody.say)
        refusals = [line for line in somebody.heard if line.startswith("error: deal/x") and "deal/x@2" in line]
        assert len(refusals) == 1
        assert "deal/x@2 says so already; nothing would be added" in somebody.heard
        assert [row.entry for row in ledger.log("deal/x")] == ["deal/x@1", "deal/x@2"]

    def test_a_ledger_that_somebody_else_writes_is_said_to_be_busy_and_the_entry_is_tried_again(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "arms.db"
        with Ledger(path, clock=Clock(), timeout_seconds=0) as ledger:
            take(ledger, *SOURCES, opened())
        with ledger, closing(sqlite3.connect(path)) as other:
            somebody = person(NEXT.replace("record it?:", "more:\nrecord it?:"))

            def hold() -> None:
                other.execute("BEGIN IMMEDIATE")
                somebody.before["more"] = other.rollback

            somebody.before["more"] = hold
            add_entries(Known(ledger), somebody.ask, somebody.say)
            assert any(line.endswith("is being written by someone else; gave up after 0 s") for line in somebody.heard)
            assert ledger.log("deal/x")[-1].event == "delivered"


class TestDefaults:
    def test_the_first_entry_follows_the_last_one_of_the_ledger(self) -> None:
        with book(opened("deal/a"), delivered("3 units", "deal/a", source="paper")) as ledger:
            assert add(ledger, ["stream: ."]).prompts == ["stream [deal/a]: "]

    def test_an_empty_ledger_proposes_nothing(self, tmp_path: Path) -> None:
        with Ledger(tmp_path / "new.db") as ledger:
            assert add(ledger, ["stream:"]).prompts == ["stream: "]

    def test_the_next_entry_has_the_stream_the_event_the_source_and_the_day_of_the_last(self, ledger: Ledger) -> None:
        again = NEXT.replace("deal/x", "").replace("delivered", "").replace("wire", "").replace("2021-06-01", "")
        asked = add(ledger, NEXT + again.replace("more:", "more: quantity=5 units\nmore:"))
        assert asked.prompts[6:10] == [
            "stream [deal/x]: ",
            "event [delivered]: ",
            "source [wire]: ",
            "on [2021-06-01]: ",
        ]
        assert last_of(ledger)["on"] == "2021-06-01"

    def test_another_source_proposes_its_own_date(self, ledger: Ledger) -> None:
        asked = add(ledger, NEXT + NEXT.replace("source: wire", "source: paper"))
        assert asked.prompts[9] == "on [2021-11-20]: "

    def test_what_happens_only_once_is_not_proposed_again(self, ledger: Ledger) -> None:
        signed = NEXT.replace("delivered", "contract-signed")
        assert add(ledger, signed + NEXT).prompts[7] == "event: "


class TestThePreview:
    def test_it_is_a_dossier_of_what_is_recorded(self) -> None:
        with book() as ledger:
            told = add(ledger, POLAND.partition("stream: poland-k2")[0]).heard
        start = told.index("sources:")
        shown = "\n".join(told[start : told.index("it would be deal/poland-k2@1, and cause no finding")])
        node = read_yaml(shown, "shown")
        assert node is not None
        source, fields = POLAND_AS_DOSSIER[0], dict(POLAND_AS_DOSSIER[1])
        deal, event = fields.pop("deal"), fields.pop("event")
        assert node.value == {"sources": [source], "deal": deal, "entries": [{event: fields}]}

    @pytest.mark.parametrize(
        "answers", [NEXT, NEXT.replace("more:", "more: quantity=~3 units\nmore: note=a: b # c\nmore:")]
    )
    def test_recording_what_is_shown_adds_nothing(self, ledger: Ledger, answers: str) -> None:
        told = add(ledger, answers).heard
        shown = "\n".join(told[told.index("deal: x") : told.index("it would be deal/x@2, and cause no finding")])
        report = ledger.record_stream(BytesIO(shown.encode()), name="shown.yaml")
        assert (report.recorded, report.known) == (0, 1)
