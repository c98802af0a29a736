"""What a misspelt word may mean."""

from __future__ import annotations

import pytest

from armsledger.domain.near import near

STAGES = ("prospective", "pledged", "signed", "delivering", "delivered", "completed")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("sgned", ["signed"]),
        ("SIGNED", ["signed"]),
        ("delivred", ["delivered"]),
        ("banana", []),
        ("", []),
        ("signed" + "x" * 1000, []),
    ],
)
def test_a_word_is_near_if_it_looks_like_another(word: str, meant: list[str]) -> None:
    assert near(word, STAGES) == meant


def test_several_come_the_nearest_first() -> None:
    assert near("delivere", STAGES, most=2) == ["delivered", "delivering"]


def test_what_is_much_less_near_than_the_nearest_is_not_meant() -> None:
    assert near("india-s40", ["india-russia", "india-s400"], most=3) == ["india-s400"]


def test_a_word_may_stand_for_longer_ones_that_hold_it() -> None:
    assert near("s400", ["india-s400", "turkey-s400", "poland-k2"], most=3) == ["india-s400", "turkey-s400"]
    assert near("s4", ["india-s400"]) == []


def test_a_word_is_given_as_it_is_written_in_the_list() -> None:
    assert near("payments 2021", ["Payments 2021", "Deliveries"]) == ["Payments 2021"]
    assert near("payment", ["Payments", "payments"]) == ["Payments"]
