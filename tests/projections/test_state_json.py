"""The JSON of a state: the keys and types that scripts rely on, for every stream at every date."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any, get_args

import pytest

from armsledger import Ledger
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Outcome, SanctionStatus, Stage
from tests.application.book import SEED, book, entry, expected, ledger_of_examples, opened, paid

Check = Callable[[Any], bool]
CONTRACT_STAGES = {
    "prospective",
    "pledged",
    "approved",
    "agreed",
    "signed",
    "delivering",
    "delivered",
    "completed",
    "suspended",
    "cancelled",
    "terminated",
}
CONTRACT_SANCTIONS = {"threatened", "imposed", "in-effect", "waived", "lifted", "withdrawn"}
DATES = ("1900-01-01", "2015-12-31", "2018-09-30", "2018-10-15", "2018-12-31", "2019-06-30", "2021-12-06", "2026-12-01")
BELIEFS: tuple[dict[str, Any], ...] = (
    {},
    {"known": 10},
    {"known": "2026-12-01"},
    {"known": "2021-11-12", "known_by": "asserted"},
    {"known": "2021-12-31", "known_by": "asserted"},
)


# what the contract says of each key


def text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def listed(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(part) for part in value)


def mapping(**keys: Check) -> Check:
    """A mapping that has these keys, as the contract has them; it may have others."""
    return lambda value: isinstance(value, dict) and all(name in value and keys[name](value[name]) for name in keys)


def one_of(*words: object) -> Check:
    return lambda value: value in words


def entries(value: Any) -> bool:
    return isinstance(value, dict) and all(part and listed(text)(part) for part in value.values())


def decimal(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) is not None


def currency(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value) is not None


def edtf(value: Any) -> bool:
    return isinstance(value, str) and bool(When.parse(value).text == value)


MONEY = mapping(amount=decimal, currency=currency, approximate=flag)
QUANTITY = mapping(count=whole, unit=text, approximate=flag)
SANCTION = mapping(by=text, against=maybe(text), basis=maybe(text), status=maybe(one_of(*CONTRACT_SANCTIONS)))
EXPECTATION = mapping(what=text, due=edtf, outcome=one_of(*get_args(Outcome)))
FINDING = mapping(code=text, severity=one_of("error", "warning", "info"), message=text, entries=listed(text))
STATED = mapping(
    entry=text,
    source=maybe(text),
    reliability=one_of(*"ABCDEF"),
    credibility=maybe(one_of(*range(1, 7))),
    attribution=maybe(text),
    quote=maybe(text),
    asserted=edtf,
    says=text,
)
DISPUTE = mapping(event=text, field=text, rule=text, statements=listed(STATED), state_fields=listed(text))
DEAL_STATE = mapping(
    stage=one_of(*CONTRACT_STAGES),
    supplier=maybe(text),
    buyer=maybe(text),
    items=listed(mapping(designation=text)),
    value=maybe(mapping(amount=decimal, currency=currency, approximate=flag, contested=flag)),
    ordered=listed(QUANTITY),
    paid=listed(MONEY),
    paid_undisclosed=whole,
    delivered=listed(QUANTITY),
    delivery_begun=maybe(edtf),
    sanctions=listed(SANCTION),
    expectations=listed(EXPECTATION),
    entries=entries,
)
STATES = {
    "deal": DEAL_STATE,
    "engagement": mapping(
        status=one_of("expected", "scheduled", "postponed", "cancelled", "held"),
        participants=listed(text),
        planned=maybe(edtf),
        held_on=maybe(edtf),
        expectations=listed(EXPECTATION),
        entries=entries,
    ),
    "framework": mapping(
        status=one_of("expected", "signed", "in-force", "expired", "terminated"),
        parties=listed(text),
        until=maybe(edtf),
        expectations=listed(EXPECTATION),
        entries=entries,
    ),
    "source": mapping(
        entries=entries, publisher=maybe(text), published=maybe(edtf), reliability=maybe(one_of(*"ABCDEF"))
    ),
}


def answer(kind: str) -> Check:
    """The whole answer about a stream."""
    return mapping(
        stream=text,
        at=lambda value: date.fromisoformat(value).isoformat() == value,
        known=maybe(text),
        known_by=one_of("recorded", "asserted"),
        position=whole,
        certain=maybe(STATES[kind]),
        possible=maybe(STATES[kind]),
        findings=listed(FINDING),
        disputes=listed(DISPUTE),
    )


@pytest.mark.parametrize("day", DATES)
def test_every_state_has_the_keys_and_types_of_the_contract(day: str, seed: Ledger, story: Ledger) -> None:
    for ledger in (seed, story):
        for belief in BELIEFS:
            view = ledger.at(day, **belief)
            for stream in ledger.streams():
                state = view.state(stream).to_dict()
                assert answer(stream.partition("/")[0])(state), (stream, belief, state)
                assert json.loads(json.dumps(state)) == state
                assert (state["stream"], state["at"], state["known_by"]) == (stream, day, view.known_by)
                assert state["certain"] is None or state["possible"] is not None


def test_the_words_of_the_contract_are_the_words_of_the_states() -> None:
    assert set(get_args(Stage)) == CONTRACT_STAGES
    assert set(get_args(SanctionStatus)) == CONTRACT_SANCTIONS


def test_the_example_of_the_contract() -> None:
    ledger = ledger_of_examples(SEED)
    state = ledger.at("2019-12-31").deal("india-s400").to_dict()
    assert {name: state[name] for name in ("stream", "at", "known", "known_by", "position", "findings")} == {
        "stream": "deal/india-s400",
        "at": "2019-12-31",
        "known": None,
        "known_by": "recorded",
        "position": 21,
        "findings": [],
    }
    wanted = {
        "stage": "signed",
        "supplier": "RUS",
        "buyer": "IND",
        "items": [{"designation": "S-400 Triumf", "description": "SAM system"}],
        "value": {"amount": "5000000000", "currency": "USD", "approximate": True, "contested": False},
        "ordered": [{"count": 5, "unit": "unit", "approximate": False}],
        "paid": [{"amount": "800000000", "currency": "USD", "approximate": True}],
        "paid_undisclosed": 0,
        "delivered": [],
        "delivery_begun": None,
    }
    for bound in ("certain", "possible"):
        assert {name: state[bound][name] for name in wanted} == wanted
        (sanction,) = state[bound]["sanctions"]
        assert sanction.items() >= {
            ("by", "USA"),
            ("against", "IND"),
            ("basis", "CAATSA"),
            ("status", "threatened"),
        }
        assert state[bound]["expectations"] == []  # nobody had stated one by then
        numbers = {"supplier": 1, "value": 2, "ordered": 2, "paid": 4, "sanctions": 3}
        assert {name: state[bound]["entries"][name] for name in numbers} == {
            name: [f"deal/india-s400@{number}"] for name, number in numbers.items()
        }
        stated = ledger.at("2021-11-12").deal("india-s400").to_dict()[bound]["expectations"]
        (first,) = [line for line in stated if line["what"] == "delivered"]
        assert first.items() >= {("tranche", 1), ("due", "../2021-12-15~"), ("outcome", "pending")}


def test_before_the_stream_begins_both_bounds_are_null(seed: Ledger) -> None:
    for state in (seed.at("2018-09-30").deal("india-s400"), book(opened()).at("2009-01-01").deal("x")):
        assert (state.to_dict()["certain"], state.to_dict()["possible"]) == (None, None)


def test_one_sum_for_each_currency_and_unit_and_a_count_of_what_is_undisclosed() -> None:
    ledger = book(
        opened(),
        paid("USD 1.5m", tranche=1),
        paid("~USD 1m", tranche=2),
        paid("INR 60bn", tranche=3),
        paid(None, tranche=4),
        entry("deal/x", "delivered", on="2020", quantity="2 units"),
        entry("deal/x", "delivered", on="2021", quantity="1 unit"),
        entry("deal/x", "delivered", on="2021", quantity="3 regiments"),
    )
    state = ledger.at().deal("x").to_dict()["certain"]
    assert state["paid"] == [
        {"amount": "2500000", "currency": "USD", "approximate": True},
        {"amount": "60000000000", "currency": "INR", "approximate": False},
    ]
    assert state["paid_undisclosed"] == 1
    assert state["delivered"] == [
        {"count": 3, "unit": "unit", "approximate": False},
        {"count": 3, "unit": "regiment", "approximate": False},
    ]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("USD 0.01", "0.01"),
        ("USD 5bn", "5000000000"),
        ("USD 1.10m", "1100000"),
        ("INR 1 crore", "10000000"),
    ],
)
def test_amounts_are_decimal_strings(amount: str, shown: str) -> None:
    state = book(opened(), paid(amount)).at().deal("x").to_dict()["certain"]
    assert state["paid"][0]["amount"] == shown


@pytest.mark.parametrize("on", ["2018", "2018-10", "201X", "2018~", "2018/2019-03?", "../2018", "[2017..2018]"])
def test_dates_are_the_text_that_was_recorded(on: str) -> None:
    ledger = book(opened(), entry("deal/x", "contract-signed", on=on))
    assert ledger.at().deal("x").to_dict()["certain"]["signed_on"] == on


def test_a_value_on_which_sources_differ_is_contested() -> None:
    rivals = [
        entry("deal/x", "contract-signed", on="2018", value=f"USD {n}bn", source=s)
        for n, s in ((5, "wire"), (6, "paper"))
    ]
    state = book(opened(), *rivals).at().deal("x").to_dict()
    assert state["certain"]["value"]["contested"] is True
    (finding,) = state["findings"]
    assert (finding["code"], finding["field"], finding["rule"]) == ("contested", "value", "reliability")
    assert finding["entries"] == ["deal/x@2", "deal/x@3"]


def test_an_expectation_tells_its_selectors_and_who_holds_it() -> None:
    ledger = book(
        opened(),
        expected("delivered tranche=advance", "../2022", quantity="~2 units", modality="promised", holder="the maker"),
        expected("held format=summit edition=21", "2021-12", "engagement/e", modality="planned"),
    )
    (line,) = ledger.at().deal("x").to_dict()["certain"]["expectations"]
    assert line == {
        "what": "delivered",
        "tranche": "advance",
        "due": "../2022",
        "outcome": "overdue",
        "overdue_since": "2023-01-01",
        "entry": "deal/x@2",
        "stated": "2021-11-12",
        "quantity": {"count": 2, "unit": "unit", "approximate": True},
        "modality": "promised",
        "holder": "the maker",
        "source": "wire",
    }
    (meeting,) = ledger.at().engagement("e").to_dict()["certain"]["expectations"]
    assert (meeting["what"], meeting["format"], meeting["edition"]) == ("held", "summit", 21)


def test_the_state_of_the_deal_is_the_same_in_python(story: Ledger) -> None:
    state = story.at("2021-12-31").deal("india-s400")
    assert state.certain is not None
    told = state.to_dict()["certain"]
    assert (told["stage"], told["buyer"]) == (state.certain.stage, state.certain.buyer)
    assert len(told["expectations"]) == len(state.certain.expectations)
    assert state.at == date(2021, 12, 31)
