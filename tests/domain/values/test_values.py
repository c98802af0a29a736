"""Parties, items, attributions, and the names of streams and entries."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from armsledger.domain.errors import LedgerError, Refused, UnknownStream, UsageError
from armsledger.domain.events.expectation import What
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.licence import Licence
from armsledger.domain.states.source import Source
from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.stream import Address, StreamId

PARTY = TypeAdapter(Party)
ITEM = TypeAdapter(Item)
MONEY = TypeAdapter(Money)
QUANTITY = TypeAdapter(Quantity)
ATTRIBUTION = TypeAdapter(Attribution)
WHAT = TypeAdapter(What)

# parties


@pytest.mark.parametrize(
    ("text", "party", "is_state"),
    [
        ("IND", "IND", True),
        (" SUN ", "SUN", True),
        ("European  Union", "European Union", False),
        ("actor:PLO", "org:PLO", False),
        ("org:PLO", "org:PLO", False),
        ("org:NATO", "NATO", False),
        ("org: NATO", "NATO", False),
        ("org:EU", "EU", False),
        ("org:IN", "org:IN", False),
        ("org:Georgia", "org:Georgia", False),
        ("actor:unknown", "org:unknown", False),
        ("Unknown", "unknown", False),
        ("ind", "ind", False),
    ],
)
def test_a_party_is_a_code_a_name_or_unknown(text: str, party: str, is_state: bool) -> None:
    read = Party.parse(text)
    assert (read, read.is_state, read.is_unknown) == (party, is_state, party == "unknown")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs a name"),
        (" \t", "needs a name"),
        ("actor:", "needs a name"),
        ("org: ", "needs a name"),
        ("x" * 201, "at most 200"),
    ],
)
def test_a_party_without_a_name_or_with_a_whole_page_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Party.parse(text)
    with pytest.raises(ValidationError, match=message):
        PARTY.validate_python(text)


def test_a_party_is_text_in_json() -> None:
    assert PARTY.dump_json(Party("IND")) == b'"IND"'
    read = PARTY.validate_json('"European Union"')
    assert (type(read), read) == (Party, "European Union")
    with pytest.raises(ValidationError):
        PARTY.validate_python(5)


# items


def test_a_bare_text_is_the_designation_of_an_item() -> None:
    assert ITEM.validate_python(" S-400 Triumf ") == Item(designation="S-400 Triumf")


@pytest.mark.parametrize(
    "item",
    [
        Item(designation="S-400 Triumf"),
        Item(designation="S-400", description="SAM system", category="Air-defence systems", unroca="VII"),
        Item(designation="MiG-29", condition="second hand but modernized", unroca="IV"),
    ],
)
def test_an_item_can_be_written_and_read_again(item: Item) -> None:
    assert ITEM.validate_json(ITEM.dump_json(item)) == item
    assert ITEM.validate_python(ITEM.dump_python(item, exclude_none=True)) == item


def test_an_item_is_shown_with_its_description() -> None:
    assert str(Item(designation="S-400", description="SAM system")) == "S-400 (SAM system)"
    assert str(Item(designation="S-400")) == "S-400"


@pytest.mark.parametrize(
    "value",
    [
        5,
        {},
        {"designation": "S-400", "unroca": "VIII"},
        {"designation": "S-400", "condition": "used"},
        {"designation": "S-400", "colour": "green"},
    ],
)
def test_what_is_no_item_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        ITEM.validate_python(value)


# attributions


def test_a_bare_text_names_the_speaker() -> None:
    assert ATTRIBUTION.validate_python("Dmitry Shugaev") == Attribution(speaker="Dmitry Shugaev")


@pytest.mark.parametrize(
    ("attribution", "text"),
    [
        (Attribution(speaker="Dmitry Shugaev", role="director, FSVTS"), "Dmitry Shugaev, director, FSVTS"),
        (Attribution(role="people familiar", anonymous=True), "people familiar (anonymous)"),
        (Attribution(speaker="an anonymous official", anonymous=True), "an anonymous official"),
        (Attribution(anonymous=True), "anonymous"),
        (Attribution(), ""),
    ],
)
def test_an_attribution_is_shown_and_can_be_written_and_read_again(attribution: Attribution, text: str) -> None:
    assert str(attribution) == text
    assert ATTRIBUTION.validate_json(ATTRIBUTION.dump_json(attribution)) == attribution
    assert ATTRIBUTION.validate_python(ATTRIBUTION.dump_python(attribution, exclude_defaults=True)) == attribution


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_name_of_a_speaker_has_its_bounds_where_it_is_given_and_none_where_it_is_stored(wrapped: bool) -> None:
    longest, longer = "Ä" * 500, "Ä" * 501
    assert ATTRIBUTION.validate_python({"speaker": longest} if wrapped else f" {longest} ").speaker == longest
    with pytest.raises(ValidationError, match="it has more than 500 characters; give the name alone"):
        ATTRIBUTION.validate_python({"speaker": longer} if wrapped else longer)
    assert ATTRIBUTION.validate_json(f'{{"speaker": "{longer}"}}').speaker == longer


@pytest.mark.parametrize("value", [5, ["a"], {"speaker": "a", "age": 50}, {"anonymous": "perhaps"}])
def test_what_is_no_attribution_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        ATTRIBUTION.validate_python(value)


# what is expected


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("delivered", {"event": "delivered"}),
        ("delivered tranche=1", {"event": "delivered", "tranche": "1"}),
        ("held 'place=New Delhi' format=2+2", {"event": "held", "place": "New Delhi", "format": "2+2"}),
        ("tested note=a=b", {"event": "tested", "note": "a=b"}),
    ],
)
def test_what_is_expected_is_an_event_and_fields(text: str, fields: dict[str, str]) -> None:
    what = WHAT.validate_python(text)
    assert what.model_dump() == fields
    assert what == What.model_validate(fields)
    assert What.model_validate_json(what.model_dump_json()) == what


def test_what_is_expected_is_shown_in_one_line() -> None:
    assert str(What.model_validate({"event": "delivered", "tranche": 1})) == "delivered tranche=1"
    assert str(What(event="delivered")) == "delivered"


# streams and addresses


@pytest.mark.parametrize("text", ["deal/india-s400", "source/theprint-2021-11-12", "framework/x", "engagement/2+2"])
def test_a_stream_is_a_kind_and_a_key(text: str) -> None:
    assert str(StreamId.parse(f" {text} ")) == text
    assert Address.parse(f"{text}@7") == Address(text, 7)
    assert str(Address.parse(f" {text}@7 ")) == f"{text}@7"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("india-s400", "write KIND/KEY"),
        ("treaty/x", "kinds are deal, engagement, framework, source"),
        ("deal/", "no blanks"),
        ("deal/a b", "no blanks"),
        ("deal/a@b", "no blanks"),
        ("deal/a/b", "no blanks"),
        ("deal/" + "x" * 201, "no blanks"),
    ],
)
def test_what_is_no_stream_is_refused(text: str, remedy: str) -> None:
    with pytest.raises(UsageError) as refusal:
        StreamId.parse(text)
    assert remedy in refusal.value.remedy


@pytest.mark.parametrize(
    "text", ["deal/x", "deal/x@", "@7", "deal/x@-1", "deal/x@1.5", "deal/x@²", "deal/x@" + "9" * 10]
)
def test_what_is_no_entry_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Address.parse(text)


# errors


def test_an_error_is_told_with_its_place_and_its_remedy() -> None:
    error = LedgerError("it cannot be", remedy="do otherwise").at("a.yaml:3").at("b.yaml")
    assert str(error) == "a.yaml:3: it cannot be\n  remedy: do otherwise"
    assert str(UnknownStream("there is no deal/x")) == "there is no deal/x"


def test_a_refusal_is_told_with_its_stream_and_field() -> None:
    refusal = Refused("no", stream="deal/x", entry="deal/x@1", field="on")
    assert str(refusal) == "deal/x: on: no"
    assert str(Refused("no", remedy="yes")) == "no\n  remedy: yes"
    assert (refusal.stream, refusal.entry, refusal.field) == ("deal/x", "deal/x@1", "on")


@pytest.mark.parametrize("state", [Deal(), Engagement(), Framework(), Source(), Licence("BIS", None, "granted")])
def test_states_cannot_be_changed(state: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        state.began = True


@pytest.mark.parametrize(
    "value", [Item(designation="a"), Attribution(), What(event="delivered"), Money.parse("USD 1"), Quantity.parse("1")]
)
def test_values_cannot_be_changed(value: Any) -> None:
    name = next(iter(vars(value)))
    with pytest.raises((FrozenInstanceError, ValidationError)):
        setattr(value, name, getattr(value, name))


@pytest.mark.parametrize(
    ("adapter", "value"),
    [
        (MONEY, Money(Decimal(-5), "USD")),
        (MONEY, Money(Decimal(5), "dollars")),
        (QUANTITY, Quantity(-1)),
        (QUANTITY, Quantity(5, "9 tanks")),
        (ITEM, Item("S-400", unroca="VIII")),  # type: ignore[arg-type]  # what a program may give all the same
    ],
)
def test_what_a_program_makes_is_checked_when_it_is_recorded(adapter: TypeAdapter[Any], value: object) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(value)


def test_what_a_program_makes_is_recorded_as_if_it_had_been_written() -> None:
    assert str(MONEY.validate_python(Money(Decimal("1E+3"), "USD")).amount) == "1000"
    assert QUANTITY.validate_python(Quantity(5, "tanks")) == Quantity(5, "tank")
    assert ITEM.validate_python(Item(" S-400 ")) == Item("S-400")
