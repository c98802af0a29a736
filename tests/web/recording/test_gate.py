"""Only a form that this run of the server made, and that its own page sends, records something."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.web.recording.desk import HOME
from armsledger.web.recording.gate import Gate, Token
from tests.web.recording.person import HERE, Person, ask


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def filled(reader: Person) -> Person:
    """Somebody who has only to press a button."""
    reader.open(stream="deal/india-s400", tells="deal/tranche-paid", source="theprint-2021-11-12")
    return reader.type({"f.on": "2020", "f.tranche": "2", "article": "typed"})


def position(person: Person) -> int:
    """How much the ledger holds."""
    with Ledger(person.ledger) as ledger:
        return ledger.position()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": f"{HERE}.elsewhere.example"},
        {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_records_nothing(filled: Person, headers: dict[str, str]) -> None:
    before = position(filled)
    filled.send({**filled.form.inputs, "do": "record"}, headers=headers)
    assert (filled.status, position(filled)) == (403, before)
    assert "<form" not in filled.html


@pytest.mark.parametrize("token", ["", "forged", "1000.00", "9" * 400, "1000.\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_form_with_no_token_of_this_run_is_only_shown_again(filled: Person, token: str) -> None:
    before = position(filled)
    filled.send({**filled.form.inputs, "token": token, "do": "record"})
    assert (filled.status, position(filled)) == (403, before)
    assert filled.form.inputs["article"] == "typed"
    filled.send({**filled.form.inputs, "token": token, "do": "record"}, headers={})
    assert (filled.status, position(filled)) == (403, before)
    assert "<form" not in filled.html


def test_the_token_of_another_form_is_none(filled: Person) -> None:
    before = position(filled)
    token = Person(filled.ledger, gate=filled.gate).open("/retract", entry="deal/india-s400@1").form.inputs["token"]
    filled.send({**filled.form.inputs, "token": token, "do": "record"})
    assert (filled.status, position(filled)) == (403, before)


def test_a_form_that_lay_open_for_a_day_is_sent_again_without_typing(reader: Person) -> None:
    clock = Clock()
    person = Person(reader.ledger, gate=Gate(clock=clock))
    person.open(stream="deal/india-s400", tells="deal/tranche-paid", source="theprint-2021-11-12")
    person.type({"f.on": "2020", "f.tranche": "2"})
    before = position(person)
    clock.now += 86_400
    person.press("preview")
    assert (person.status, position(person)) == (403, before)
    assert "more than 12 hours" in person.form.texts["problems"]
    person.press("preview").press("record")
    assert (person.status, position(person)) == (200, before + 1)


def test_a_token_is_known_by_its_form_and_its_time() -> None:
    clock = Clock()
    gate = Gate(clock=clock)
    token = gate.token("article")
    assert gate.judge(token, "article") is Token.GOOD
    assert gate.judge(token, "retract") is Token.UNKNOWN
    assert Gate(clock=clock).judge(token, "article") is Token.UNKNOWN
    assert gate.judge(token.replace("1000000", "1000001"), "article") is Token.UNKNOWN
    clock.now -= 3600
    assert gate.judge(token, "article") is Token.OLD


def test_what_is_no_form_is_refused(filled: Person) -> None:
    def status(**sent: object) -> int:
        headers = {**filled.headers, **sent.pop("headers", {})}  # type: ignore[dict-item]
        return ask(filled.app, "POST", HOME, headers=headers, **sent).status_code

    before = position(filled)
    assert status(json={"do": "record"}) == 415
    assert status(content=b"do=record", headers={"Content-Type": "text/plain"}) == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert status(content=b"do=record&article=%ff", headers=form) == 400
    assert status(content=b"a=1&" * 6000, headers=form) == 400
    assert status(content=b"a" * 2_000_001, headers=form) == 413
    for path in (f"{HOME}/done", f"{HOME}/repair", f"{HOME}/keys.json"):
        assert ask(filled.app, "POST", path, headers=filled.headers).status_code == 405
    assert ask(filled.app, "PUT", HOME, headers=filled.headers).status_code == 405
    assert position(filled) == before


def test_opening_a_page_records_nothing_whatever_its_address_says(filled: Person) -> None:
    before = position(filled)
    for path in ("", "/retract", "/correct", "/done", "/repair"):
        asked = {**filled.form.inputs, "do": "record", "entry": "deal/india-s400@1", "stream": "deal/india-s400"}
        assert filled.open(path, **asked).status == 200
    assert position(filled) == before


@pytest.mark.parametrize("entry", ["", "deal/india-s400@99", "deal/nobody@1", "deal/india-s400", "x y z", "<b>@1"])
def test_an_address_that_names_no_entry_is_answered_as_not_found(reader: Person, entry: str) -> None:
    for path in ("/correct", "/retract", "/resolve", "/same"):
        assert reader.open(path, entry=entry).status == 404
    assert reader.open("/repair", stream=f"{entry}@").status == 404
