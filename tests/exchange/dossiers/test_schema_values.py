"""The schemas of values: a pattern takes whatever the reader takes, and refuses what is wrong at first sight."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import Field, TypeAdapter, ValidationError

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money, Share
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.dossiers.schema import dossier_schema
from armsledger.exchange.dossiers.schema_values import ValueSchemas

# fmt: off
DATES = [
    "2018", "2018-10", "2018-10-05", "201X", "20XX", "2018-XX-05", "2018-10-XX", "2018-10?", "2018-10-05~", "2018%",
    "2018-10/2018-12", "2018-10/..", "../2018-10", "../2021-12-15~", "2018?/2019~", "[2018-10..2018-12]",
    "[2018,2020..]", "[..2018,2020-01]", "March 2022", "5 March 2022", "March 5, 2022", "mid-2021", "Q2 2022", "2022Q2",
    "the 1990s", "by May 2023", "before 2015", "end of 2019", "first half of 2022", "13/11/2021", "2021.11.12",
    "20211112", "2021-W49", "circa 2019", "second week of December 2021", "March\u2013May 2022", "2018 or 2019",
    "2018 / 2019", " 2018 ",
]
NO_DATES = [
    "", " ", "2022-13", "2022-00", "2022-02-32", "2022-02-00", "2022-13/2023", "../2022-13", "[2022-13,2023]", "soon",
    "2022-02-03T10:00", "202111", "20",
]
AMOUNTS = [
    "USD 5bn", "~USD 800m", "EUR 6.5bn-7bn", "up to USD 3bn", "USD 2bn+", "INR 40000 crore", "USD 1,234.56", "USD5",
    "US$5bn", "5bn USD", "5 billion US dollars", "\u20ac5 billion", "5bn\u20ac", "INR 39,000 crore", "\u20b9500m",
    "about USD 5bn", "between EUR 6bn and 7bn", "at least USD 2bn", "<USD 500m", "5-7bn EUR", "100 billion yen",
]
NO_AMOUNTS = ["", " ", "USD", "-USD 5m", "USD -5m", "USD \u22125m", "5bn", "~5 million", "1,234", "undisclosed"]
QUANTITIES = [
    "5 units", "5", "~40 missiles", "20-24 aircraft", "20 \u2013 24 aircraft", "24+ aircraft", "up to 50 missiles",
    "1,200 tanks", "5 155mm rounds", "2 'Igla' missiles", "five tanks", "a dozen aircraft", "no aircraft",
    "24 aircraft or more", "between 20 and 24 aircraft", "10 AK-47 rifles", "1.5 million rounds",
]
NO_QUANTITIES = ["", " ", "-5", "-5 tanks", "~-5 tanks", "\u22125 tanks", "?"]
# fmt: on


def defined(name: str) -> Draft7Validator:
    """What checks values by one definition of the schema."""
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": dossier_schema()["definitions"]})


SCHEMAS = {name: defined(name) for name in ("when", "money", "quantity", "text", "party", "tranche", "item")}


@pytest.mark.parametrize(
    ("name", "texts", "no_texts"),
    [("when", DATES, NO_DATES), ("money", AMOUNTS, NO_AMOUNTS), ("quantity", QUANTITIES, NO_QUANTITIES)],
)
def test_a_pattern_takes_what_people_write_and_refuses_what_is_wrong_at_first_sight(
    name: str, texts: list[str], no_texts: list[str]
) -> None:
    assert [text for text in texts if not SCHEMAS[name].is_valid(text)] == []
    assert [text for text in no_texts if SCHEMAS[name].is_valid(text)] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("when", 2018), ("when", 2021.11), ("quantity", 5), ("text", 400), ("text", True), ("party", 400), ("tranche", 1)],
)
def test_a_text_may_be_a_number_or_true_to_an_editor(name: str, value: Any) -> None:
    assert SCHEMAS[name].is_valid(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_value_may_be_left_empty(name: str) -> None:
    assert SCHEMAS[name].is_valid(None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("when", 0),
        ("when", 10**9),
        ("when", True),
        ("when", ["2018"]),
        ("when", {"year": 2018}),
        ("money", 5000),
        ("money", ["USD 5"]),
        ("money", {"amount": "5"}),
        ("money", {"amount": "-5", "currency": "USD"}),
        ("money", {"amount": "5", "currency": "usd"}),
        ("money", {"amount": "5", "currency": "USD", "colour": "green"}),
        ("quantity", -5),
        ("quantity", 1.5),
        ("quantity", {"count": -5}),
        ("text", ["a"]),
        ("text", {}),
        ("party", " "),
        ("party", ["IND"]),
        ("tranche", ""),
        ("item", {"description": "without a designation"}),
        ("item", {"designation": "K2", "unroca": "VIII"}),
    ],
)
def test_what_is_of_no_such_type_is_refused(name: str, value: Any) -> None:
    assert not SCHEMAS[name].is_valid(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("money", {"amount": "5000000000", "currency": "USD", "approximate": True}),
        ("money", {"amount": 5.5, "currency": "USD", "amount_high": "open"}),
        ("quantity", {"count": 5, "unit": "tank", "count_high": 7}),
        ("item", "K2"),
        ("item", {"designation": "K2", "quantity": "180 tanks", "condition": "second hand"}),
    ],
)
def test_a_value_of_several_parts_may_be_a_mapping(name: str, value: Any) -> None:
    assert SCHEMAS[name].is_valid(value)


# What the reader takes is valid.

READERS: dict[str, TypeAdapter[Any]] = {
    "when": TypeAdapter(When),
    "money": TypeAdapter(Money),
    "quantity": TypeAdapter(Quantity),
}


def check_taken(name: str, text: str) -> None:
    """Check that a text is valid if the reader takes it."""
    try:
        READERS[name].validate_python(text)
    except ValidationError:
        return
    assert SCHEMAS[name].is_valid(text), text


def texts_of(*parts: str) -> st.SearchStrategy[str]:
    """Texts that are put together of a few parts."""
    return st.lists(st.sampled_from(parts), min_size=1, max_size=7).map("".join)


DATES_IN_PARTS = texts_of(
    *("2018", "201X", "-10", "-13", "-05", "-XX", "/", "..", "?", "~", "%", "[", "]", ","),
    *(" ", "March", "by ", "mid-", "Q2", "5"),
)
AMOUNTS_IN_PARTS = texts_of(
    *("USD", "EUR", "$", "\u20ac", "5", "6.5", "1,200", "bn", "m", " ", "~", "-", "\u2013", "+"),
    *("up to ", "about ", "tanks", "five", " to "),
)


@pytest.mark.parametrize(("name", "texts"), [("when", DATES), ("money", AMOUNTS), ("quantity", QUANTITIES)])
@given(data=st.data())
def test_a_text_much_like_a_right_one_is_valid_if_the_reader_takes_it(
    name: str, texts: list[str], data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(texts))
    place = data.draw(st.integers(0, len(text)))
    check_taken(name, text[:place] + data.draw(st.text("0123456789X-/. ~?+,", max_size=2)) + text[place + 1 :])


@given(DATES_IN_PARTS)
def test_every_date_that_the_reader_takes_is_valid(text: str) -> None:
    check_taken("when", text)


@given(AMOUNTS_IN_PARTS)
def test_every_amount_and_quantity_that_the_reader_takes_is_valid(text: str) -> None:
    check_taken("money", text)
    check_taken("quantity", text)


@given(st.dates())
def test_every_day_is_valid(day: Any) -> None:
    assert SCHEMAS["when"].is_valid(day.isoformat())


# Types.


def made(annotation: Any, *metadata: Any) -> Draft7Validator:
    """What checks values by the schema of a type."""
    schemas = ValueSchemas()
    schema = schemas.of(annotation, metadata)
    return Draft7Validator({**schema, "definitions": schemas.definitions})


@pytest.mark.parametrize(
    ("annotation", "values", "no_values"),
    [
        (bool, [True, "yes", "No", "TRUE", 1, "off", None], ["perhaps", 2, [], {}]),
        (bool | None, [False, None], ["-"]),
        (int, [5, "5", " 5 ", "-5", None], ["five", 5.5, []]),
        (Annotated[int, Field(ge=1, le=6)], [1, 6, "3"], [0, 7]),
        (Decimal, [15, -1.5, "12.50", None], ["all", [], True]),
        (Share, [15, 12.5, "12.50", "15", None], [101, -1, "-1", "all"]),
        (Literal["sale", "aid"], ["sale", None], ["Sale", "sold", ["sale"]]),
        (tuple[Party, ...], ["IND", ["IND", "RUS"], [], None], [[["IND"]], [" "]]),
        (tuple[Item, ...], ["K2", {"designation": "K2"}, ["K2", {"designation": "K9"}]], [[{"name": "K2"}]]),
        (Party | tuple[Party, ...], ["IND", ["IND", "RUS"]], [{"name": "IND"}]),
        (Annotated[str, Field(pattern="^[A-Z]{3}$")], ["USD", " USD "], ["usd", "USDX"]),
        (str | None, ["a", "", 5, True, None], [["a"], {}]),
    ],
)
def test_a_type_has_a_schema(annotation: Any, values: list[Any], no_values: list[Any]) -> None:
    schema = made(annotation)
    assert [value for value in values if not schema.is_valid(value)] == []
    assert [value for value in no_values if schema.is_valid(value)] == []


def test_a_list_that_must_not_be_empty_is_not() -> None:
    field = CATALOGUE.by_kind["deal"]["commitment-reaffirmed"].model_fields["by"]
    schema = made(field.annotation, *field.metadata)
    assert schema.is_valid(["IND"])
    assert not schema.is_valid([])


def test_a_type_that_no_field_had_so_far_asks_for_its_schema() -> None:
    with pytest.raises(TypeError, match=r"no JSON Schema of <class 'complex'> yet: add it to schema_texts\.TEXTS"):
        made(complex)
