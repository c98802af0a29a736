"""What is answered is read at once, field by field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from armsledger import Ledger
from tests.application.book import Clock, book, opened, take
from tests.cli.guide.person import NEXT, add, last_of


class TestReading:
    """Each answer is read at once, and refused in the words of its type."""

    def test_how_a_text_was_read_is_said(self, ledger: Ledger) -> None:
        told = add(
            ledger,
            """
            stream: deal/y
            open it?:
            event:
            source: wire
            on: 2021-11
            supplier: South Korea
            buyer: Hezbollah
            more: end_user=AUT
            more:
            record it?:
            """,
        ).heard
        assert [line.strip() for line in told if line.startswith("  read as")] == [
            "read as KOR (South Korea)",
            "read as Hezbollah, an organisation",
            "read as AUT (Austria)",
        ]
        assert "      supplier: South Korea  # KOR (South Korea)" in told

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ("on: 12/11/2021", "on: cannot read '12/11/2021' as a date: it may be 2021-11-12 or 2021-12-11"),
            ("on: 2031", "on: delivered is dated 2031, which is after today, 2026-11-22"),
            ("on:", "delivered needs on"),
        ],
    )
    def test_a_date_that_cannot_be_is_asked_for_again(self, ledger: Ledger, wrong: str, message: str) -> None:
        answers = NEXT.replace("source: wire", "source: archive\nasserted: 2021-06-02")
        told = add(ledger, answers.replace("on: 2021-06-01", f"{wrong}\non: 2021-06-01")).heard
        assert f"error: {message}" in told

    def test_dates_and_amounts_are_read_as_people_write_them(self, ledger: Ledger) -> None:
        told = add(
            ledger,
            NEXT.replace("delivered", "contract-signed")
            .replace("2021-06-01", "July 2020")
            .replace("more:", "more: value=~US$3.37bn\nmore:"),
        ).heard
        assert "  read as 2020-07" in told
        assert "  read as ~USD 3.37bn" in told
        assert "      on: July 2020  # 2020-07" in told
        assert (last_of(ledger)["on"], last_of(ledger)["value"]["amount"]) == ("2020-07", "3370000000")

    def test_a_choice_and_a_field_that_are_none_are_refused_with_what_is_near(self, ledger: Ledger) -> None:
        told = add(
            ledger,
            NEXT.replace("event: delivered", "event: deliverd\nevent: delivered").replace(
                "more:", "more: quantty\nmore: status=sure\nmore: status=reported\nmore:"
            ),
        ).heard_text
        assert "error: event: a deal has no event 'deliverd'\n  remedy: did you mean 'delivered'?" in told
        assert "error: quantty: delivered has no field 'quantty'\n  remedy: did you mean 'quantity'?" in told
        assert "error: status: 'sure'" in told
        assert last_of(ledger)["status"] == "reported"

    def test_a_stream_and_a_source_that_are_new_are_named_with_what_is_near(self, ledger: Ledger) -> None:
        take(
            ledger,
            opened("deal/india-s400", id="other"),
            {"key": "theprint-2021-11-12", "publisher": "P", "published": "2021-11-12"},
        )
        told = add(
            ledger,
            """
            stream: india-s40
            stream: deal/india-s40
            open it?: no
            stream: india-s400
            event: delivered
            source: theprint-2021-11-21
            register it with this entry?: no
            source: theprint-2021-11-12
            on: 2021-11
            more:
            record it?: no
            """,
        ).heard_text
        assert (
            "error: the ledger holds no stream with the key india-s40; did you mean deal/india-s400?\n"
            "  remedy: write kind/key to open one" in told
        )
        assert "  deal/india-s40 is new; near is deal/india-s400" in told
        assert "  source/theprint-2021-11-21 is new; near is source/theprint-2021-11-12" in told

    def test_a_source_without_a_date_needs_to_be_asked_when_it_spoke(self, ledger: Ledger) -> None:
        add(ledger, NEXT.replace("source: wire", "source: archive\nasserted: 2021-10-02"))
        assert last_of(ledger)["asserted"] == "2021-10-02"

    def test_an_event_that_cannot_open_a_stream_is_refused_at_once(self, ledger: Ledger) -> None:
        told = add(
            ledger,
            ["stream: deal/y", "open it?:", "event: delivered", "event: <", "open it?: no", "stream: ."],
        ).heard_text
        assert "nothing opened this stream, and delivered cannot" in told

    def test_parts_may_be_written_as_in_a_dossier(self, ledger: Ledger) -> None:
        add(ledger, NEXT.replace("more:", "more: attribution={speaker: S. Lavrov, role: 'minister, foreign'}\nmore:"))
        assert last_of(ledger)["attribution"] == {"speaker": "S. Lavrov", "role": "minister, foreign"}

    def test_yesterday_is_a_date(self) -> None:
        with book(opened(), clock=Clock(datetime(2100, 1, 1, tzinfo=UTC))) as ledger:
            add(ledger, NEXT.replace("on: 2021-06-01", "on: yesterday\nmore: asserted=today"))
            said = last_of(ledger)
        on, asserted = date.fromisoformat(said["on"]), date.fromisoformat(said["asserted"])
        assert asserted - on <= timedelta(days=2)
        assert timedelta(0) <= datetime.now(UTC).date() - asserted <= timedelta(days=1)

    def test_a_field_of_one_or_several_is_asked_for_once(self, ledger: Ledger) -> None:
        add(
            ledger,
            """
            stream: deal/y
            open it?:
            event:
            source: wire
            on: 2021-11
            supplier: [France, Germany]
            buyer: [India]
            more:
            record it?:
            """,
        )
        assert (last_of(ledger)["supplier"], last_of(ledger)["buyer"]) == (["FRA", "DEU"], "IND")

    def test_a_link_completes_the_other_stream_and_its_relation(self, ledger: Ledger) -> None:
        asked = add(
            ledger,
            """
            stream: deal/x
            event: linked
            source: wire
            on: 2021
            to: deal/x
            relation: caused
            relation: <
            to: <
            on: <
            source: <
            event: <
            stream: .
            """,
        )
        assert list(asked.completions["to"]("fr")) == ["framework/"]
        assert list(asked.completions["relation"]("caus")) == ["caused-by"]
