"""A decision tells which values it has read otherwise than they were written, and is silent about all others."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.decisions.readings import Reading, amounts_in
from tests.domain.specification import given, said
from tests.domain.words import corrected, delivered, expected, opened, paid, signed


def readings(event: str, **fields: Any) -> tuple[Reading, ...]:
    """The readings of a new entry of a deal."""
    case = given(opened()).when(said(event, **fields), are_new=True).then_taken()
    return case.decisions[0].readings


@pytest.mark.parametrize(
    ("event", "fields", "told"),
    [
        ("tranche-paid", {"on": "2019", "payer": "India"}, [("payer", "India", "IND")]),
        ("sanction-imposed", {"on": "2019", "by": "United States", "against": "IND"}, [("by", "United States", "USA")]),
        (
            "commitment-reaffirmed",
            {"on": "2019", "by": ["India", "RUS", "Turkey"]},
            [("by.0", "India", "IND"), ("by.2", "Turkey", "TUR")],
        ),
        ("licence-granted", {"on": "2019", "authority": "Turkey"}, [("authority", "Turkey", "TUR")]),
        ("tranche-paid", {"on": "2019", "amount": "INR 39,000 crore"}, [("amount", "INR 39,000 crore", "INR 390bn")]),
        ("tranche-paid", {"on": "2019", "amount": "INR 2 lakh"}, [("amount", "INR 2 lakh", "INR 200,000")]),
    ],
)
def test_what_is_stored_otherwise_than_it_was_written_is_told(
    event: str, fields: dict[str, Any], told: list[tuple[str, str, str]]
) -> None:
    assert [tuple(reading) for reading in readings(event, **fields)] == told


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("tranche-paid", {"on": " 2019 ", "amount": "~USD 800m", "tranche": "1"}),
        ("tranche-paid", {"on": "../2019~", "amount": "USD 5,430m"}),
        ("tranche-paid", {"on": "2019", "amount": "USD 5.43 billion", "share": "15.0", "part": "no"}),
        ("tranche-paid", {"on": "2019", "amount": {"amount": "5", "currency": "USD"}}),
        ("tranche-paid", {"on": "2019", "amount": "USD 6.5bn-7bn"}),
        ("delivered", {"on": "2019", "quantity": "5 unit"}),
        ("delivered", {"on": "2019", "quantity": 5}),
        ("delivered", {"on": "2019", "quantity": "5 Tanks", "item": "S-400"}),
        ("delivered", {"on": "2019", "quantity": "20-24 aircraft", "item": {"designation": "S-400"}}),
        ("licence-granted", {"on": "2019", "authority": "Cabinet Committee on Security"}),
        ("commitment-reaffirmed", {"on": "2019", "by": "IND", "attribution": "a minister", "note": " n "}),
    ],
)
def test_what_is_stored_as_it_was_meant_is_not_told(event: str, fields: dict[str, Any]) -> None:
    assert readings(event, **fields) == ()


def test_parts_of_a_value_are_told_by_their_path() -> None:
    case = (
        given(opened())
        .when(expected({"event": "sanction-imposed", "by": "United States"}, "2027"), are_new=True)
        .then_taken()
    )
    assert case.decisions[0].readings == (Reading("what.by", "United States", "USA"),)


def test_what_a_correction_sets_is_told() -> None:
    case = given(opened(), paid("USD 1m", id="p")).when(
        corrected("p", amount="INR 2 crore", payer="India", on="2019-07", tranche=2), are_new=True
    )
    assert case.then_taken().decisions[0].readings == (
        Reading("set.amount", "INR 2 crore", "INR 20m"),
        Reading("set.payer", "India", "IND"),
    )


def test_what_is_known_already_is_not_read_again() -> None:
    case = given(opened(), paid("USD 1m", payer="India")).when(paid("USD 1m", payer="India")).then_known_already()
    assert case.decisions[0].readings == ()


def test_an_entry_that_would_be_recorded_is_shown_with_its_dates_and_amounts() -> None:
    case = given(opened()).when(
        signed(value="~USD 5bn", quantity="5 units"), delivered("1 unit", on="2021-06"), are_new=True
    )
    drafts = [decision.draft for decision in case.then_taken().decisions]
    assert [list(amounts_in(draft.event)) for draft in drafts if draft] == [
        [("value", "~USD 5bn"), ("quantity", "5 units")],
        [("quantity", "1 unit")],
    ]
