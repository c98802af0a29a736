"""Counts of things: how they are written, refused, shown and added."""

from __future__ import annotations

from decimal import Decimal
from math import inf
from typing import Literal

import pytest
from hypothesis import example, given
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
    ("Su-30MKI", "Su-30MKIs"),
    ("MiG-21bis", "MiG-21bis"),
    ("T-90MS", "T-90MSs"),
    ("P-8A", "P-8As"),
    ("Taurus", "Taurus"),
    ("Akinci", "Akinci"),
    ("HIMARS", "HIMARS"),
    ("GMLRS", "GMLRS"),
    ("UAS", "UAS"),
    ("radio", "radios"),
    ("assault canoe", "assault canoes"),
    ("lens", "lenses"),
    ("taxi", "taxis"),
]


def count(
    number: int, unit: str = "unit", *, high: int | Literal["open"] | None = None, approximate: bool = False
) -> Quantity:
    """A number of units, or a range of numbers."""
    return Quantity(count=number, count_high=high, unit=unit, approximate=approximate)


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
        ("5-6 units", count(5, high=6)),
        ("5 - 6 units", count(5, high=6)),
        ("20\u201324 aircraft", count(20, "aircraft", high=24)),
        ("~20-24 aircraft", count(20, "aircraft", high=24, approximate=True)),
        ("24+ aircraft", count(24, "aircraft", high="open")),
        ("up to 50 missiles", count(0, "missile", high=50)),
        ("5 155mm rounds", count(5, "155mm round")),
        ("10-12 155mm rounds", count(10, "155mm round", high=12)),
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
        ("5- units", "is not a quantity"),
        ("6-5 units", "ends before it begins"),
        ("5 - 5 units", "ends before it begins"),
        ("up to 0 units", "ends before it begins"),
        ("up to 5+ units", "has two upper ends"),
        ("up to 5-6 units", "has two upper ends"),
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
    [None, True, 2.5, [5], -1, {"count": -1}, {"count": 1.5}, {"unit": "unit"}, {"count": 1, "sort": "unit"}]
    + [{"count": 2, "count_high": high} for high in (1, 2, -1, 2.5, "more", True)]
    + [{"count": Decimal(count), "count_high": 9} for count in ("Infinity", "NaN")],
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
def test_one_and_several_are_of_one_unit(one: str, many: str) -> None:
    assert Quantity.parse(f"1 {one}").plus(Quantity.parse(f"4 {many}")) == Quantity.parse(f"5 {many}")


@given(st.from_regex(r"[abcehiosuxytSI][abcehiosuxytSI9 ]{0,7}", fullmatch=True))
@example("movie")
@example("Zombies")
@example("ESs")
def test_what_is_shown_of_a_quantity_is_read_as_the_same(text: str) -> None:
    for number in (1, 5):
        value = Quantity.parse(f"{number} {text}")
        assert Quantity.parse(str(value)) == value


@pytest.mark.parametrize(("one", "many"), UNITS)
def test_a_unit_is_kept_in_the_singular_and_shown_as_its_number_asks(one: str, many: str) -> None:
    assert singular(many) == singular(one) == one
    assert plural(one) == many
    assert (str(count(1, one)), str(count(2, one))) == (f"1 {one}", f"2 {many}")


NUMBERS = st.integers(0, 10**15 - 1)
SOME_UNIT = st.sampled_from([one for one, _ in UNITS])
NUMBERS_OF_UNITS = st.builds(count, NUMBERS, SOME_UNIT, approximate=st.booleans())
RANGES = st.builds(
    lambda ends, unit, approximate, is_open: count(
        ends[0], unit, high="open" if is_open else ends[1], approximate=approximate
    ),
    st.lists(NUMBERS, min_size=2, max_size=2, unique=True).map(sorted),
    SOME_UNIT,
    st.booleans(),
    st.booleans(),
)


@given(NUMBERS_OF_UNITS | RANGES)
def test_every_quantity_can_be_written_and_read_again(quantity: Quantity) -> None:
    assert Quantity.parse(str(quantity)) == quantity
    assert QUANTITY.validate_json(QUANTITY.dump_json(quantity)) == quantity
    assert QUANTITY.validate_python(QUANTITY.dump_python(quantity, mode="json")) == quantity


def test_quantities_are_added_by_unit_and_never_converted() -> None:
    sums: tuple[Quantity, ...] = ()
    for text in ("5 units", "2 regiments", "~1 unit", "1 regiment"):
        sums = added(sums, Quantity.parse(text))
    assert [str(total) for total in sums] == ["~6 units", "3 regiments"]


def test_case_and_plural_make_no_other_unit() -> None:
    sums: tuple[Quantity, ...] = ()
    for text in ("10 Tanks", "1 tank"):
        sums = added(sums, Quantity.parse(text))
    assert [total.count for total in sums] == [11]


def test_ranges_are_added_by_their_ends() -> None:
    sums: tuple[Quantity, ...] = ()
    for text in ("5 units", "up to 3 units", "1 regiment", "1+ regiments"):
        sums = added(sums, Quantity.parse(text))
    assert [str(total) for total in sums] == ["5-8 units", "2+ regiments"]


def test_the_upper_end_is_the_number_itself_where_it_is_no_range() -> None:
    assert [Quantity.parse(text).most for text in ("5", "up to 7", "9+")] == [5, 7, inf]


@pytest.mark.parametrize(
    "said",
    [
        {"count": 10**400},
        {"count": 1e15},
        {"count": Decimal("1e999999999")},
        {"count": "9" * 16},
        {"count": 5, "unit": "9 tanks"},
        {"count": 5, "unit": "x" * 203},
    ],
    ids=["integer", "float", "decimal", "figures", "unit of figures", "long unit"],
)
def test_a_mapping_is_no_way_around_what_a_text_can_say(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="write a whole number and a unit"):
        QUANTITY.validate_python(said)


@pytest.mark.parametrize("count", ["9" * 16, "9" * 400, "-1"])
def test_no_stored_count_is_longer_than_any_that_was_recorded(count: str) -> None:
    for stored in (f'{{"count":{count},"unit":"tank"}}', f'{{"count":0,"unit":"tank","count_high":{count}}}'):
        with pytest.raises(ValidationError):
            TypeAdapter(Quantity).validate_json(stored)
