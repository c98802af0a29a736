"""What people write for quantities: the plain form that it means, and what is refused with all that it may mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.quantity_phrases import WORDS
from tests.processes import python

PHRASES = [
    ("5 units", "5 units"),
    ("five tanks", "5 tanks"),
    ("Five tanks", "5 tanks"),
    ("five", "5 units"),
    ("twenty aircraft", "20 aircraft"),
    ("twenty-four aircraft", "24 aircraft"),
    ("a dozen aircraft", "12 aircraft"),
    ("two dozen aircraft", "24 aircraft"),
    ("half a dozen frigates", "6 frigates"),
    ("a hundred tanks", "100 tanks"),
    ("3 hundred missiles", "300 missiles"),
    ("5 thousand rounds", "5,000 rounds"),
    ("1.5 million rounds", "1,500,000 rounds"),
    ("2 lakh rounds", "200,000 rounds"),
    ("5 (five) units", "5 units"),
    ("1 (one) battery", "1 battery"),
    ("a total of 40 tanks", "40 tanks"),
    ("40 tanks in total", "40 tanks"),
    ("12 more aircraft", "12 aircraft"),
    ("zero aircraft", "0 aircraft"),
    ("no aircraft", "0 aircraft"),
    ("about 40 missiles", "~40 missiles"),
    ("around forty missiles", "~40 missiles"),
    ("approximately 40 missiles", "~40 missiles"),
    ("some 40", "~40 units"),
    ("nearly 100 tanks", "~100 tanks"),
    ("40 or so tanks", "~40 tanks"),
    ("\u224840 missiles", "~40 missiles"),
    ("at least 24 aircraft", "24+ aircraft"),
    ("24 or more aircraft", "24+ aircraft"),
    ("24 aircraft or more", "24+ aircraft"),
    ("no fewer than 24 aircraft", "24+ aircraft"),
    ("\u226524 aircraft", "24+ aircraft"),
    (">= 24 aircraft", "24+ aircraft"),
    ("more than 24", "25+ units"),
    ("over 24 aircraft", "25+ aircraft"),
    (">5 tanks", "6+ tanks"),
    ("more than about 40 tanks", "~40+ tanks"),
    ("up to 50", "up to 50 units"),
    ("up to about 50 tanks", "up to ~50 tanks"),
    ("at most fifty tanks", "up to 50 tanks"),
    ("no more than 50 tanks", "up to 50 tanks"),
    ("fewer than 50 tanks", "up to 49 tanks"),
    ("<500", "up to 499 units"),
    ("20 to 24 aircraft", "20-24 aircraft"),
    ("5 to 6", "5-6 units"),
    ("five to six tanks", "5-6 tanks"),
    ("5 or 6 tanks", "5-6 tanks"),
    ("between 20 and 24 aircraft", "20-24 aircraft"),
    ("from 20 to 24 aircraft", "20-24 aircraft"),
    ("about 20 to 24 aircraft", "~20-24 aircraft"),
    ("2 105mm guns", "2 105mm guns"),
    ("5 155mm rounds", "5 155mm rounds"),
    ("five 155mm rounds", "5 155mm rounds"),
    ("180 K2 tanks", "180 K2 tanks"),
    ("2 x 105mm guns", "2 105mm guns"),
    ("10 howitzers (155 mm)", "10 howitzers (155 mm)s"),
    ("10 command and control systems", "10 command and control systems"),
    ("12 sets of spare parts", "12 sets of spare parts"),
    ("2 S-300/400 systems", "2 S-300/400 systems"),
    ("10 AK-47 and RPG-7 launchers", "10 AK-47 and RPG-7 launchers"),
    ("10 howitzers, 155mm", "10 howitzers, 155mms"),
    ("3 'Igla' missiles", "3 'Igla' missiles"),
    ("13 tons", "13 tons"),
]


@pytest.mark.parametrize(("text", "plain"), PHRASES)
def test_what_people_write_is_read_where_it_can_mean_one_thing_only(text: str, plain: str) -> None:
    quantity = Quantity.read(text)
    assert str(quantity) == plain
    assert str(Quantity.read(plain)) == plain


TWO_THINGS = "counts two things"
NO_NUMBER = "gives no number"
REFUSED = [
    ("1 ors", "is not a quantity", "a whole number and a unit"),
    ("10 tanks, 5 guns", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("10 tanks and 5 guns", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("10 tanks and five guns", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("10 tanks plus 5 guns", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("ten tanks + 5 guns", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("24 (plus 12) aircraft", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("24 (+12) aircraft", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("24 aircraft (plus options for 12)", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("24 aircraft with options for 12 more", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("36 (12 of them later) aircraft", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("20 and 24 aircraft", TWO_THINGS, "an entry, or a line of the order, for each"),
    ("4 batteries of 6 launchers", "may count '4 batteries', or the 'launchers' in them", "the one that the source"),
    ("one battery of four launchers", "may count 'one battery', or the 'launchers' in them", "the one that the source"),
    ("several", NO_NUMBER, "leave it out, or write a whole number"),
    ("several tanks", NO_NUMBER, "leave it out, or write a whole number"),
    ("dozens of tanks", NO_NUMBER, "leave it out, or write a whole number"),
    ("hundreds of tanks", NO_NUMBER, "leave it out, or write a whole number"),
    ("a few tanks", NO_NUMBER, "leave it out, or write a whole number"),
    ("a couple of tanks", NO_NUMBER, "leave it out, or write a whole number"),
    ("a number of tanks", NO_NUMBER, "leave it out, or write a whole number"),
    ("none", NO_NUMBER, "leave it out, or write a whole number"),
    ("no data", "is not a quantity", "write a whole number"),
    ("5 or 10 tanks", "may be 5 or 10", "write 5-10 if all between are possible"),
    ("three to five hundred missiles", "may begin at 3 or at 300", "write both ends in figures"),
    ("1 to 2 million rounds", "may begin at 1 or at 1,000,000", "write both ends in figures"),
    ("5 (six) units", "gives two numbers", "write a whole number"),
    ("40\u00b15 missiles", "has a margin", "write the range"),
    ("\u00b15", "has a margin", "write the range"),
    ("1e3", "is not a quantity", "write a whole number"),
    ("3 tanks (2s", "is not a quantity", "write a whole number"),
    ("1.5 tanks", "is not a whole number", "write a whole number"),
    ("half a hundred and five tanks", "long number in words", "write it in figures"),
    ("one hundred and five tanks", "long number in words", "write it in figures"),
    ("5 000 tanks", "is not a quantity", "write a whole number"),
    ("5 k rounds", "is not a quantity", "write a whole number"),
    ("10 percent of the order", "is not a quantity", "write a whole number"),
    ("24 of them", "is not a quantity", "write a whole number"),
    ("8 of 24 aircraft", "is not a quantity", "write a whole number"),
    ("a frigate", "is not a quantity", "write a whole number"),
    ("at least 5-6", "has two ends of one kind", "write a whole number"),
    ("up to 5+ tanks", "has two upper ends", "write a whole number"),
    ("five to six+ tanks", "has two upper ends", "write a whole number"),
    ("up to at least 5", "is not a quantity", "write a whole number"),
    ("about around 5", "is not a quantity", "write a whole number"),
    ("between 20 to 24", "is not a quantity", "write between 20 and 24"),
    ("from 20 aircraft", "has one end only", "write 20+ aircraft"),
    ("fewer than 1 tank", "ends before it begins", "write a whole number"),
    ("six to five tanks", "ends before it begins", "write a whole number"),
    ("-5 tanks", "is negative", "write a whole number"),
    ("1.000 missiles", "may be 1,000 or 1", "write the one that is meant"),
    ("~1.500 missiles", "may be 1,500 or 1.5", "write the one that is meant"),
    ("1,5 tanks", "has a comma before its decimals", "write a whole number"),
    ("20 tanks?", "is not a quantity", "write a whole number"),
    ("five " + "x" * 300, "is not a quantity", "write a whole number"),
    (f"{'9' * 14} million rounds", "has more than 15 digits", "write a whole number"),
]


@pytest.mark.parametrize(("text", "reason", "remedy"), REFUSED)
def test_what_can_mean_several_things_is_refused_with_all_of_them(text: str, reason: str, remedy: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Quantity.read(text)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


@pytest.mark.parametrize("text", ["5 to 6", "10 tanks and 5 guns", "4 batteries of 6 launchers"])
def test_the_plain_form_alone_takes_any_words_for_a_unit_as_earlier_releases_did(text: str) -> None:
    assert str(Quantity.parse(text).count) == text.split(maxsplit=1)[0]


@pytest.mark.parametrize("unit", ["to 6", "tanks and 5 gun", "battery of 6 launcher"])
def test_what_is_stored_is_read_whatever_its_unit(unit: str) -> None:
    assert TypeAdapter(Quantity).validate_json(f'{{"count": 5, "unit": "{unit}"}}').unit == unit
    assert TypeAdapter(Quantity).validate_python({"count": 5, "unit": unit}).unit == unit


def test_whoever_writes_the_plain_form_never_loads_what_reads_words() -> None:
    script = (
        "import sys; from armsledger.domain.values.quantity import Quantity; Quantity.read('~5 SAM systems'); "
        "print('armsledger.domain.values.quantity_phrases' in sys.modules)"
    )
    assert python("-c", script) == "False\n"


UNITS = st.sampled_from(["tanks", "SAM systems", "155mm rounds", "sets of spare parts", "aircraft"])


@given(st.sampled_from(sorted(WORDS)), UNITS)
def test_a_number_in_words_is_the_number_in_figures(word: str, unit: str) -> None:
    assert Quantity.read(f"{word} {unit}") == Quantity.read(f"{WORDS[word]} {unit}")


@given(st.integers(2, 10**6), st.integers(1, 10**6), UNITS)
def test_limits_in_words_are_the_ends_of_the_range(low: int, more: int, unit: str) -> None:
    ends = {
        f"{low} to {low + more} {unit}": (low, low + more),
        f"between {low:,} and {low + more:,} {unit}": (low, low + more),
        f"up to {low} {unit}": (0, low),
        f"fewer than {low} {unit}": (0, low - 1),
        f"at least {low} {unit}": (low, float("inf")),
        f"more than {low} {unit}": (low + 1, float("inf")),
    }
    read = {text: Quantity.read(text) for text in ends}
    assert {text: (quantity.least, quantity.most) for text, quantity in read.items()} == ends
    assert len({quantity.unit for quantity in read.values()}) == 1
