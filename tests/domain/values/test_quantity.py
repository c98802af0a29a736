"""Counts of things: how they are written, refused, shown and added."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from armsledger.domain.values.quantity import Quantity, plural, singular
from armsledger.domain.values.value import added

QUANTITY = TypeAdapter(Quantity)
UNITS = [
    ("unit", "units"),
    ("regiment", "regiments"),
    ("SAM system", "SAM systems"),
    ("S-400 launcher", "S-400 launchers"),
    ("battery", "batteries"),
    ("delivery", "deliveries"),
    ("aircraft", "aircraft"),
    ("hovercraft", "hovercraft"),
    ("chassis", "chassis"),
    ("torpedo", "torpedoes"),
    ("batch", "batches"),
    ("tranche", "tranches"),
    ("cache", "caches"),
    ("sortie", "sorties"),
    ("command bus", "command buses"),
    ("box", "boxes"),
    ("fuze", "fuzes"),
    ("convoy", "convoys"),
    ("APC", "APCs"),
    ("glass", "glasses"),
]


def count(number: int, unit: str = "unit", *, approximate: bool = False) -> Quantity:
    """A number of units."""
    return Quantity(count=number, unit=unit, approximate=approximate)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("5 units", count(5)),
        ("5", count(5)),
        ("0 units", count(0)),
        ("2 regiments", count(2, "regiment")),
        ("~40 missiles", count(40, "missile", approximate=True)),
        ("~ 40  anti-aircraft   missiles", count(40, "anti-aircraft missile", approximate=True)),
        ("10 SAM systems", count(10, "SAM system")),
        ("1,200 rounds", count(1200, "round")),
        ("1,00,000 rounds", count(100000, "round")),
        (" 3 'Igla' missiles ", count(3, "'Igla' missile")),
        ("1 aircraft", count(1, "aircraft")),
    ],
)
def test_a_quantity_is_read_as_it_is_written(text: str, quantity: Quantity) -> None:
    assert Quantity.parse(text) == quantity


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a quantity"),
        ("some units", "is not a quantity"),
        ("five units", "is not a quantity"),
        ("5.5 units", "is not a quantity"),
        ("5,5 units", "is not a quantity"),
        ("5-6 units", "is not a quantity"),
        ("5 - 6 units", "is not a quantity"),
        ("5/6 units", "is not a quantity"),
        ("5 6 units", "is not a quantity"),
        ("5%", "is not a quantity"),
        ("5 % of them", "is not a quantity"),
        ("10k", "is not a quantity"),
        ("5m rounds", "is not a quantity"),
        ("2nd batch", "is not a quantity"),
        ("1e5 rounds", "is not a quantity"),
        ("-2 units", "is negative"),
        ("9" * 16 + " units", "has more than 15 digits"),
    ],
)
def test_what_is_no_quantity_is_refused_with_a_remedy(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refusal:
        Quantity.parse(text)
    assert "write a whole number and a unit, such as '5 units'" in str(refusal.value)


@pytest.mark.parametrize(
    "value",
    [None, True, 2.5, [5], -1, {"count": -1}, {"count": 1.5}, {"unit": "unit"}, {"count": 1, "sort": "unit"}],
)
def test_a_value_that_is_no_quantity_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        QUANTITY.validate_python(value)


def test_a_bare_number_counts_units() -> None:
    assert QUANTITY.validate_python(5) == count(5)


@pytest.mark.parametrize("unit", ["SAM systems", " SAM  system ", "SAM system"])
def test_a_unit_has_one_form_however_it_was_written(unit: str) -> None:
    assert QUANTITY.validate_python({"count": 2, "unit": unit}) == count(2, "SAM system")


@pytest.mark.parametrize(("one", "many"), UNITS)
def test_a_unit_is_kept_in_the_singular_and_shown_as_its_number_asks(one: str, many: str) -> None:
    assert singular(many) == singular(one) == one
    assert plural(one) == many
    assert (str(count(1, one)), str(count(2, one))) == (f"1 {one}", f"2 {many}")


@given(
    st.builds(count, st.integers(0, 10**15 - 1), st.sampled_from([one for one, _ in UNITS]), approximate=st.booleans())
)
def test_every_quantity_can_be_written_and_read_again(quantity: Quantity) -> None:
    assert Quantity.parse(str(quantity)) == quantity
    assert Quantity.model_validate_json(quantity.model_dump_json()) == quantity
    assert QUANTITY.validate_python(quantity.model_dump(mode="json")) == quantity


def test_quantities_are_added_by_unit_and_never_converted() -> None:
    sums: tuple[Quantity, ...] = ()
    for text in ("5 units", "2 regiments", "~1 unit", "1 regiment"):
        sums = added(sums, Quantity.parse(text))
    assert [str(total) for total in sums] == ["~6 units", "3 regiments"]


@pytest.mark.parametrize(
    "said",
    [
        {"count": 10**400},
        {"count": 1e15},
        {"count": Decimal("1e999999999")},
        {"count": "9" * 16},
        {"count": 5, "unit": "9 tanks"},
        {"count": 5, "unit": "x" * 201},
    ],
    ids=["integer", "float", "decimal", "figures", "unit of figures", "long unit"],
)
def test_a_mapping_is_no_way_around_what_a_text_can_say(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="write a whole number and a unit"):
        Quantity.model_validate(said)
