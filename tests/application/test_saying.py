"""What an entry says, in a few words."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.saying import in_words, saying

USD_5BN = {"amount": "5000000000", "currency": "USD", "approximate": True}
FIVE = {"count": 5, "unit": "unit", "approximate": False}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"value": USD_5BN, "quantity": FIVE}, "~USD 5bn, 5 units"),
        ({"value": [USD_5BN, {**USD_5BN, "currency": "INR"}]}, "~USD 5bn, ~INR 5bn"),
        ({"supplier": "RUS", "buyer": ["IND", "LKA"], "title": "S-400"}, "RUS to IND, LKA, S-400"),
        ({"supplier": "RUS", "to": "IND"}, "RUS, to IND"),
        ({"items": [{"designation": "S-400", "description": "SAM system", "quantity": FIVE}]}, "5 units of S-400"),
        ({"tranche": 1, "share": "15", "so_far": True, "part": False}, "tranche 1, 15 per cent, so far"),
        ({"what": {"event": "delivered", "tranche": 1}, "modality": "expected"}, "delivered tranche=1"),
        ({"what": {"event": "held", "participants": ["IND", "RUS"]}, "modality": "likely"},
         "held participants=IND, RUS, likely"),
        ({"target": "payment", "reason": "entry-error"}, "deal/x@2, reason entry-error"),
        ({"preferred": "payment", "over": ["unknown"]}, "preferred deal/x@2, over unknown"),
        ({"rows": [{"line": 1}, {"line": 2}], "comment": "as listed"}, "rows (2), comment as listed"),
        ({"covers": {"b": USD_5BN}}, "covers b ~USD 5bn"),
        ({}, ""),
    ],
)  # fmt: skip
def test_fields_tell_what_they_are_unless_their_values_do(data: dict[str, Any], said: str) -> None:
    assert saying(data, address) == said


def address(entry: str) -> str:
    """The address of an entry, if it is known."""
    return {"payment": "deal/x@2"}.get(entry, entry)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        ("2019-06", "2019-06"),
        ({"count": 20, "count_high": 24, "unit": "aircraft", "approximate": False}, "20-24 aircraft"),
        ({"amount": "much", "currency": "USD"}, "amount much, currency USD"),
        ({"designation": "K2", "calibre": 120}, "designation K2, calibre 120"),
        ({"count": "two", "unit": ["a"]}, "count two, unit a"),
    ],
)
def test_a_value_that_people_wrote_by_hand_is_told_as_it_is(value: Any, words: str) -> None:
    assert in_words(value) == words


def test_every_entry_of_the_examples_says_something_in_one_line(story: Ledger) -> None:
    for row in story.log():
        said = saying(row.data)
        assert bool(said) == any(value not in (None, [], {}, False) for value in row.data.values()), row.entry
        assert "{" not in said
        assert "\n" not in said
