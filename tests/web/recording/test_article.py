"""An article is recorded through the forms of the browser: what it says is what a dossier of it would say."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.events.payload import fields_of
from tests.web.recording.person import Person

SUMMIT = "india-russia-annual-summit-21"
NARRATIVE = {"f.attribution.speaker": "narrative", "f.credibility": "2"}
SOURCE = {
    "source": "theprint-2021-11-12",
    "s.publisher": "ThePrint",
    "s.title": "Russian President Putin likely to visit India next month for annual bilateral summit",
    "s.published": "12 November 2021",
    "s.reliability": "C",
}
STATEMENTS: list[tuple[str, str, dict[str, str]]] = [
    (
        "deal/contract-signed",
        "india-s400",
        {
            "f.on": "October 2018",
            "f.value": "~US$5 billion",
            "f.quantity": "5 units",
            "f.quote": "USD 5 billion deal",
            **NARRATIVE,
        },
    ),
    (
        "deal/opened",
        "india-s400",
        {
            "f.on": "October 2018",
            "f.supplier": "Russia",
            "f.buyer": "India",
            "f.items.0.designation": "S-400 Triumf",
            "f.items.0.description": "SAM system",
            "f.quote": "S-400 air defence missile systems",
            **NARRATIVE,
        },
    ),
    (
        "deal/sanction-threat-raised",
        "india-s400",
        {
            "f.on": "by October 2018",
            "f.by": "USA",
            "f.against": "India",
            "f.basis": "CAATSA",
            "f.strength": "warn",
            "f.over": "going ahead with the contract",
            "f.attribution.speaker": "US administration (Trump)",
            "f.credibility": "2",
            "f.quote": "despite a warning from the Trump administration",
        },
    ),
    (
        "deal/tranche-paid",
        "india-s400",
        {
            "f.on": "2019",
            "f.tranche": "1",
            "f.amount": "~USD 800m",
            "f.payer": "IND",
            "f.payee": "RUS",
            "f.quote": "first tranche of payment of around USD 800 million to Russia",
            **NARRATIVE,
        },
    ),
    (
        "deal/commitment-reaffirmed",
        "india-s400",
        {
            "f.on": "2021-11-12",
            "f.by": "India\nRussia",
            "f.status": "reported",
            "f.credibility": "3",
            "f.attribution.speaker": "people familiar with the development (anonymous)",
            "f.quote": "the people cited above said both sides are committed to it",
        },
    ),
    (
        "deal/expected",
        "india-s400",
        {
            "f.what.event": "delivered",
            "f.what.fields": "tranche=1",
            "f.due": "by mid-December 2021",
            "f.modality": "expected",
            "f.status": "reported",
            "f.credibility": "3",
            "f.attribution.speaker": "unattributed",
            "f.quote": "first batch of S-400 missile systems to India by the middle of next month",
        },
    ),
    (
        "deal/expected",
        "india-s400",
        {
            "f.what.event": "delivery-begun",
            "f.due": "2021-11-12/2021-12-31",
            "f.modality": "expected",
            "f.status": "reported",
            "f.credibility": "3",
            "f.attribution.speaker": "narrative",
            "f.quote": "supply of S-400 missiles to India by Russia are expected to begin",
        },
    ),
    (
        "engagement/postponed",
        SUMMIT,
        {
            "f.on": "2020",
            "f.reason": "COVID-19 pandemic",
            "f.quote": "postponed last year because of the COVID-19 pandemic",
            **NARRATIVE,
        },
    ),
    (
        "engagement/expected",
        SUMMIT,
        {
            "f.what.event": "held",
            "f.what.fields": "format=summit\nedition=21\noutcomes=agreements in defence\n"
            "outcomes=agreements in trade and investment\noutcomes=agreements in science and technology",
            "f.due": "2021-12-08/2021-12-14",
            "f.modality": "planned",
            "f.status": "reported",
            "f.credibility": "3",
            "f.attribution.speaker": "unattributed",
            "f.quote": "going to firm up a number of agreements",
        },
    ),
    (
        "framework/expected",
        "india-russia-military-technical-cooperation",
        {
            "f.what.event": "renewed",
            "f.due": "2021-12-08/2021-12-14",
            "f.modality": "planned",
            "f.status": "reported",
            "f.credibility": "3",
            "f.attribution.speaker": "unattributed",
            "f.quote": "military-technical cooperation is set to be renewed for the next one",
        },
    ),
    (
        "engagement/held",
        "delhi-regional-security-dialogue-2021",
        {
            "f.on": "2021-11-08/2021-11-12",
            "f.format": "dialogue",
            "f.series": "Delhi Regional Security Dialogue",
            "f.place": "Delhi",
            "f.level": "top security officials",
            "f.participants": "India\nRussia\nIran\nKazakhstan\nKyrgyzstan\nTajikistan\nTurkmenistan\nUzbekistan\n",
            "f.outcomes": "ensure that Afghanistan does not become a safe haven for global terrorism\n"
            "call for an open and truly inclusive government in Kabul",
            "f.quote": "Patrushev again visited India this week to attend the Delhi Regional Security Dialogue",
            **NARRATIVE,
        },
    ),
]
"""Eleven statements of the seed's article as somebody types them, the contract before what opens its deal."""


def write(person: Person, tells: str, key: str, typed: dict[str, str]) -> Person:
    """Write one entry on the page that is open."""
    return person.type({"tells": tells, "key": key}).press("show").type(typed)


def told(path: Path) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The fields of all entries by stream, event and quote, without remarks."""
    with Ledger(path) as ledger:
        entries = ledger.journal().reader.entries(after=0, upto=ledger.position())
        return {
            (one.stream, one.event.name, one.event.quote or ""): {
                name: value for name, value in fields_of(one.event).items() if name != "note"
            }
            for one in entries
        }


def test_what_the_forms_record_of_the_seeds_article_is_what_its_dossier_records(person: Person, seeded: Path) -> None:
    person.open().type(SOURCE)
    for statement in STATEMENTS:
        write(person, *statement).press("add")
        assert person.status == 200, person.wrong()
    person.press("preview")
    assert "Record the 12 entries" in person.html
    person.press("record")

    recorded, of_dossier = told(person.ledger), told(seeded)
    assert len(recorded) == len(STATEMENTS) + 1
    assert recorded == {statement: of_dossier[statement] for statement in recorded}
    with Ledger(person.ledger) as ledger:
        assert {row.recorded_by for row in ledger.log()} == {"Ann"}


PAYMENT = {"f.on": "March 2019", "f.tranche": "2", "f.amount": "US$5m", "f.payer": "Korea"}


def test_each_refusal_stands_beside_its_field_and_nothing_that_was_typed_is_lost(reader: Person) -> None:
    typed = {"f.on": "12/11/2021", "f.amount": "$5m", "f.payer": "Korea", "f.attribution.speaker": "x" * 501}
    write(reader.open().type({"source": "theprint-2021-11-12"}), "deal/tranche-paid", "india-s400", typed)
    reader.type({"article": "All of it\n", "f.covers.0.amount": "USD 1m"}).press("preview")

    assert reader.status == 422
    wrong = reader.wrong()
    assert wrong.keys() == {"f.on", "f.amount", "f.payer", "f.attribution.speaker", "f.covers.0.deal"}
    assert "may be USD, AUD, CAD" in wrong["f.amount"]
    assert "write the code of the one that is meant" in wrong["f.amount"]
    assert {f"#{name}" for name in wrong} <= set(reader.form.links)
    assert reader.form.inputs["article"] == "All of it\n"
    assert {name: reader.form.inputs[name] for name in typed} == typed


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"key": ""}, "key"),
        ({"key": "two words"}, "key"),
        ({"key": "nobody-opened-it"}, "entry"),
        ({"source": "nobody"}, "source"),
        ({"source": ""}, "source"),
        ({"source": "new", "s.published": "soon"}, "s.published"),
        ({"source": "new", "s.reliability": "C"}, "s.publisher"),
        ({"f.on": "2031"}, "f.on"),
        ({"f.amount": "USD 0"}, "f.amount"),
        ({"f.same_as": "@99"}, "f.same_as"),
        ({"f.covers.0.deal": "nobody-opened-it"}, "f.covers.0.deal"),
        ({"f.note": "nul \0"}, "entry"),
    ],
)
def test_whatever_is_refused_leads_to_the_place_where_it_is_mended(
    reader: Person, typed: dict[str, str], beside: str
) -> None:
    reader.open().type({"source": "theprint-2021-11-12"})
    write(reader, "deal/tranche-paid", "india-s400", {"f.on": "2019", "f.tranche": "9"}).type(typed).press("preview")
    assert reader.status == 422
    assert f"#{beside}" in reader.form.links


def test_another_event_keeps_what_was_typed_for_the_one_before(person: Person) -> None:
    write(person.open(), "deal/contract-signed", "x", {"f.on": "2018", "f.value": "USD 5bn", "f.quote": "five"})
    person.type({"tells": "deal/delivered"}).press("show")
    assert person.form.inputs["f.on"] == "2018"
    assert "f.value" not in person.form.inputs
    person.type({"tells": "deal/contract-signed"}).press("show")
    assert (person.form.inputs["f.value"], person.form.inputs["f.quote"]) == ("USD 5bn", "five")


def test_entries_that_wait_in_the_page_are_changed_and_removed(person: Person) -> None:
    person.open().type({"source": "s", "s.publisher": "S", "s.published": "2020"})
    for number in ("1", "2", "3"):
        write(person, "deal/delivered", "x", {"f.on": "2019", "f.tranche": number}).press("add")
    person.press("remove:0").press("edit:0")
    assert person.form.inputs["f.tranche"] == "2"
    carried = json.loads(person.form.inputs["carried"])
    assert [entry["values"]["tranche"] for entry in carried["entries"]] == ["3"]
    person.press("preview")
    assert "cannot" in person.form.texts["problems"]
    with Ledger(person.ledger) as ledger:
        assert ledger.position() == 0


def test_before_it_is_recorded_each_value_is_shown_as_it_is_read_with_the_findings_it_causes(reader: Person) -> None:
    reader.open().type({"source": "rt", "s.publisher": "RT", "s.published": "18 November 2019"})
    typed = {"f.on": "Q4 2019", "f.tranche": "1", "f.amount": "US$850 million", "f.payer": "India"}
    write(reader, "deal/tranche-paid", "india-s400", typed).press("preview")
    shown = " ".join(reader.form.texts[""].split())
    for reading in ("2019-11-18", "Q4 2019 read as 2019-10/2019-12", "US$850 million read as USD 850m", "read as IND"):
        assert reading in shown
    assert "contested tranche-paid: sources differ in amount" in shown
    assert "deal/india-s400@9" in shown
    with Ledger(reader.ledger) as ledger:
        assert "source/rt" not in ledger.streams()
    reader.press("show")
    assert reader.form.inputs["f.amount"] == "US$850 million"


def test_a_form_that_is_sent_twice_records_once(reader: Person) -> None:
    reader.open().type({"source": "theprint-2021-11-12"})
    write(reader, "deal/tranche-paid", "india-s400", {"f.on": "2020", "f.tranche": "2"}).press("preview")
    pairs = {**reader.form.inputs, "do": "record"}
    reader.send(pairs)
    assert "Recorded 1 entry" in reader.html
    reader.form.action = ""
    reader.send(pairs)
    assert "1 entry was recorded already" in reader.html
    with Ledger(reader.ledger) as ledger:
        assert len([row for row in ledger.log("deal/india-s400") if row.event == "tranche-paid"]) == 2


def test_the_text_of_an_article_is_not_recorded_and_its_digest_is_if_asked(person: Person) -> None:
    text = "A text\nof two lines — “quoted”.\n"
    person.open().type({"article": text, "source": "s", "s.publisher": "S", "s.published": "2020"})
    person.form.inputs["digest"] = "yes"
    write(person, "deal/opened", "x", {"f.on": "2019", "f.supplier": "RUS", "f.buyer": "IND"})
    person.press("preview").press("record")
    with Ledger(person.ledger) as ledger:
        [source] = [row for row in ledger.log() if row.event == "registered"]
        assert source.data == {
            "publisher": "S",
            "published": "2020",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }


HOSTILE = '"><script>alert(1)</script><b onclick=x>{{ 7*7 }}</textarea>'


def test_hostile_texts_are_shown_as_text(person: Person) -> None:
    person.open().type({"article": HOSTILE, "source": HOSTILE, "s.publisher": HOSTILE})
    names = ("supplier", "title", "items.0.designation", "attribution.speaker", "quote", "note", "on")
    write(person, "deal/opened", HOSTILE, {f"f.{name}": HOSTILE for name in names}).press("add")
    assert person.status == 422
    assert "script" in person.form.inputs["f.quote"]
    assert person.form.tags.count("script") == 1
    known = {"source": "s", "s.published": "2020", "key": "x"}
    person.type({**known, "f.supplier": "RUS", "f.buyer": "IND", "f.on": "2019"})
    person.press("preview")
    assert person.status == 200
    assert "<script>alert" not in person.html
    person.press("record")
    assert "<script>alert" not in person.html
    with Ledger(person.ledger) as ledger:
        assert ledger.log("deal/x")[0].quote == HOSTILE


def test_while_somebody_else_writes_the_form_says_so_and_keeps_what_was_typed(reader: Person) -> None:
    reader.open().type({"source": "theprint-2021-11-12"})
    write(reader, "deal/tranche-paid", "india-s400", {"f.on": "2020", "f.tranche": "2"})
    with Ledger(reader.ledger) as other, other.session.writing() as journal, journal.transaction():
        reader.press("preview")
    assert reader.status == 503
    assert "somebody else is writing" in reader.form.texts["problems"]
    assert reader.form.inputs["f.tranche"] == "2"
    reader.press("preview").press("record")
    assert "Recorded 1 entry" in reader.html
