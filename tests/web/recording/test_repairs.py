"""Repairs in the browser: each is one entry, as the command line would record it."""

from __future__ import annotations

from typing import Any

from armsledger import Ledger
from armsledger.projections.read_models.trail import LogRow
from tests.web.recording.person import Person

DEAL = "deal/india-s400"


def last(person: Person) -> LogRow:
    """The last entry of the ledger."""
    with Ledger(person.ledger) as ledger:
        return ledger.log()[-1]


def record(person: Person, stream: str, event: str, **fields: Any) -> str:
    """An entry that somebody else records, with a source of the same name; its address."""
    with Ledger(person.ledger, recorded_by="Bob") as ledger:
        source = fields["source"]
        if f"source/{source}" not in ledger.streams():
            ledger.record(f"source/{source}", "registered", publisher=source, published="2022-01-01", reliability="B")
        return ledger.record(stream, event, **fields).address


def test_a_correction_sets_what_was_changed_and_nothing_else(reader: Person) -> None:
    reader.open("/correct", entry=f"{DEAL}@4")
    assert reader.form.inputs["f.amount"] == "~USD 800m"
    assert reader.form.inputs["f.attribution.speaker"] == "narrative"
    reader.type({"f.amount": "US$850 million", "f.payee": "", "r.reason": "entry-error", "r.note": "misread"})
    reader.press("preview")
    shown = " ".join(reader.form.texts[""].split())
    assert "~USD 800m becomes US$850 million read as USD 850m" in shown
    assert "RUS becomes not said" in shown
    reader.press("record")
    row = last(reader)
    assert (row.event, row.corrects, row.recorded_by, row.note) == ("corrected", f"{DEAL}@4", "Ann", "misread")
    assert row.data["set"] == {"amount": {"amount": "850000000", "currency": "USD"}, "payee": None}
    assert row.data["reason"] == "entry-error"


def test_what_a_correction_cannot_set_stands_beside_the_field_of_the_entry(reader: Person) -> None:
    reader.open("/correct", entry=f"{DEAL}@4")
    reader.type({"f.on": "soon", "f.amount": "$9", "r.asserted": "never"}).press("preview")
    assert reader.status == 422
    assert reader.wrong().keys() == {"f.on", "f.amount", "r.reason", "r.asserted"}
    reader.open("/correct", entry=f"{DEAL}@4").press("preview")
    assert "nothing is changed" in reader.form.texts["problems"]


def test_a_correction_sees_what_was_corrected_before(reader: Person) -> None:
    with Ledger(reader.ledger) as ledger:
        ledger.correct(f"{DEAL}@4", set={"amount": "USD 850m"}, reason="entry-error")
    reader.open("/correct", entry=f"{DEAL}@4")
    assert reader.form.inputs["f.amount"] == "USD 850m"


def test_an_entry_is_taken_back_with_a_reason(reader: Person) -> None:
    reader.open("/retract", entry=f"{DEAL}@5").press("preview")
    assert reader.wrong().keys() == {"r.reason"}
    reader.type({"r.reason": "entry-error"}).press("preview").press("record")
    row = last(reader)
    assert (row.event, row.data["reason"], row.source) == ("retracted", "entry-error", "theprint-2021-11-12")
    reader.open("/retract", entry=f"{DEAL}@5").type({"r.reason": "again"}).press("preview")
    assert "is retracted already" in reader.form.texts["problems"]


def test_a_disagreement_is_resolved_by_choosing_a_statement(reader: Person) -> None:
    record(reader, DEAL, "tranche-paid", on="2019", tranche=1, amount="USD 850m", source="rt")
    reader.open("/repair", stream=DEAL)
    [way] = [link for link in reader.form.links if "/resolve?" in link]
    reader.open(way.removeprefix("/record")).press("preview")
    assert reader.wrong().keys() == {"choice"}
    reader.type({"choice": f"{DEAL}@4", "r.reason": "the better source"}).press("preview").press("record")
    row = last(reader)
    assert (row.event, row.data["reason"]) == ("resolved", "the better source")
    with Ledger(reader.ledger) as ledger:
        assert [one.code for one in ledger.check(DEAL) if one.field == "amount"] == []
        state = ledger.at().deal("india-s400").certain
        assert state is not None
        assert str(state.paid[0]) == "~USD 800m"


def test_two_statements_are_said_to_be_one_or_two(reader: Person) -> None:
    for verdict, count in (("same_as", 4), ("apart_from", 8)):
        deal = f"deal/{verdict.replace('_', '-')}"
        record(reader, deal, "opened", on="2018", supplier="RUS", buyer="IND", source="a")
        one = record(reader, deal, "delivered", on="2020-01", quantity="4 tanks", source="a")
        record(reader, deal, "delivered", on="2020-01", quantity="4 tanks", source="b")
        reader.open("/repair", stream=deal)
        [way] = [link for link in reader.form.links if "/same?" in link]
        reader.open(way.removeprefix("/record")).type({"choice": verdict, "r.reason": "new-information"})
        reader.press("preview").press("record")
        with Ledger(reader.ledger) as ledger:
            [_, first, _, answer] = ledger.log(deal)
            assert (first.entry, answer.data["set"]) == (one, {verdict: first.id})
            assert [finding.code for finding in ledger.check(deal)] == []
            state = ledger.at().deal(deal).certain
            assert state is not None
            assert state.delivered[0].count == count


def test_a_repair_that_is_sent_twice_is_recorded_once(reader: Person) -> None:
    reader.open("/retract", entry=f"{DEAL}@5").type({"r.reason": "entry-error"}).press("preview")
    pairs, action = {**reader.form.inputs, "do": "record"}, reader.form.action
    reader.send(pairs)
    reader.form.action = action
    reader.send(pairs)
    assert "Nothing was added" in reader.html
    with Ledger(reader.ledger) as ledger:
        assert [row.event for row in ledger.log(DEAL)].count("retracted") == 1
