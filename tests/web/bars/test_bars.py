"""Bars and cells: solid is certain, hatched is possible, blank is no statement."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.web.parts.card import Card
from tests.application.book import DEAL, Object, book, delivered, entry, expected, opened, paid
from tests.web.standpoints import shown, signed, standpoint, texts

TODAY = "2026-11-29"
INSTALMENTS = [paid("USD 40m", tranche=1, part=True), paid("USD 60m", on="2020", tranche=1, part=True)]


def step(what: str, on: str = "2021-06-01") -> Object:
    """The delivery of the first batch, which is begun or completed, and of which nobody gives a quantity."""
    return entry("deal/x", f"delivery-{what}", on=on, tranche=1)


def cells(entries: list[Object], name: str, at: str = "2021-12-31") -> tuple[dict[str, int], str]:
    """The cells of a bar by their kinds, and its text without references."""
    with book(opened(), *entries) as ledger:
        seen = standpoint(ledger, at)
        drawn, told = shown(Card(), seen), texts(Card(), seen)
    text = told["bar-4-told" if name == "2-delivered" else f"bar-{name}"]
    kinds = re.findall(r'<i class="(\w+)"', drawn[f"card/bar-{name}"])
    return dict(Counter(kinds)), re.sub(r"\[\d+\]", "", text)


@pytest.mark.parametrize(
    ("entries", "drawn", "text"),
    [
        pytest.param([signed(quantity="6 aircraft")], {"non": 6}, "None reported, of six aircraft.", id="no statement"),
        pytest.param(
            [signed(quantity="6 aircraft"), delivered("0 aircraft", on="2021-10-31", so_far=True)],
            {"non": 6}, "None by 31 Oct 2021, a source says, of six aircraft.", id="none so far",
        ),
        pytest.param(
            [signed(quantity="20-24 aircraft"), delivered("20 aircraft")],
            {"sol": 20, "non": 4}, "20 of 20 to 24 aircraft", id="the lower end of a range",
        ),
        pytest.param(
            [signed(quantity="36 tanks"), delivered("10 tanks"), delivered("10 tanks", source="paper")],
            {"sol": 10, "pos": 10, "non": 16}, "10 of 36 tanks (possibly 20)", id="two that may be one",
        ),
        pytest.param(
            [signed(items=[
                {"designation": "M142", "quantity": "11 launchers"}, {"designation": "ATACMS", "quantity": "4 rockets"}
            ]), delivered("3 launchers", item="M142")],
            {"sol": 3, "non": 12},
            "3 of 11 launchers of M142 / None reported, of four rockets of ATACMS", id="a line an item",
        ),
    ],
)  # fmt: skip
def test_what_is_delivered_has_a_cell_for_each_unit(entries: list[Object], drawn: dict[str, int], text: str) -> None:
    assert cells(entries, "2-delivered") == (drawn, text)


def test_a_range_that_is_ordered_is_hatched_above_its_lower_end() -> None:
    assert cells([signed(quantity="20-24 aircraft")], "1-ordered") == ({"sol": 20, "pos": 4}, "Ordered: 20-24 aircraft")


def test_more_than_forty_units_make_a_bar() -> None:
    with book(opened(), signed(quantity="180 tanks"), delivered("45 tanks")) as ledger:
        html = shown(Card(), standpoint(ledger, TODAY))["card/bar-2-delivered"]
        assert '<rect class="sol" x="0%" width="25%" height="26"/>' in html
        assert 'aria-label="45 of 180 tanks"' in html
        assert "<i " not in html


def test_an_order_without_an_upper_end_leaves_room_for_what_nobody_knows() -> None:
    with book(opened(), signed(quantity="20+ aircraft"), delivered("5 aircraft")) as ledger:
        told = shown(Card(), standpoint(ledger, TODAY))
        assert '<rect class="sol" x="0%" width="80%" height="26"/>' in told["card/bar-1-ordered"]
        assert '<rect class="pos" x="80%" width="20%" height="26"/>' in told["card/bar-1-ordered"]
        assert '<rect class="sol" x="0%" width="20%" height="26"/>' in told["card/bar-2-delivered"]
        assert texts(Card(), standpoint(ledger, TODAY))["bar-4-told"] == "5 of at least 20 aircraft[3]"


def test_batches_without_a_quantity_have_a_cell_each(story: Ledger) -> None:
    told = texts(Card(), standpoint(story, TODAY, None, DEAL))
    assert [told[row] for row in told if "batch" in row] == [
        "Batch 1 begun, Dec 2021 ≠ Nov 2021",
        "Batch 2 begun, Apr 2022",
        "Batch 3 complete, Feb 2023",
        "Batch 4 expected, 2 of 3 dates passed",
        "Batch 5 expected, due Nov 2026 or 2027",
    ]
    assert told["bar-4-told"].startswith(
        "No source gives a quantity; these are the batches that sources number; none says how many regiments a batch "
        "is.[37]"
    )
    assert told["bar-1-ordered"] == ("Ordered: 5 regiments[12]. Others count 5 units[2]; units are never converted.")


@pytest.mark.parametrize(
    ("entries", "kind", "words"),
    [
        ([step("completed")], "sol", "Batch 1 complete, 1 Jun 2021"),
        ([step("begun")], "half", "Batch 1 begun, 1 Jun 2021"),
        ([step("begun", "2021-12/2022-03")], "pos", "Batch 1 possible, Dec 2021 to Mar 2022"),
        ([delivered("2 units", tranche=1)], None, "Batch 1 complete (2 units), 1 Jun 2021"),  # two units have the cells
        ([delivered("2 units", tranche=1, part=True)], None, "Batch 1 begun (2 units), 1 Jun 2021"),
        ([expected("delivered tranche=1", "2022-03", asserted="2021-11-12")], "exp", "Batch 1 expected, due Mar 2022"),
        (
            [expected("delivered tranche=1", "2021-11", asserted="2021-11-12")],
            "ovr",
            "Batch 1 expected, was due Nov 2021",
        ),
    ],
)
def test_the_cell_of_a_batch_shows_how_far_it_has_come(entries: list[Object], kind: str | None, words: str) -> None:
    with book(opened(), signed(), *entries) as ledger:
        seen = standpoint(ledger, "2021-12-31")
        cells = re.findall(r'<i class="(\w+)"', shown(Card(), seen)["card/bar-3-batch-000000001"])
        assert cells == ([kind] if kind else [])
        assert texts(Card(), seen)["bar-3-batch-000000001"] == words


def test_what_is_paid_is_a_part_of_the_value_with_its_rivals_across_it(story: Ledger) -> None:
    html = shown(Card(), standpoint(story, TODAY, None, DEAL))["card/bar-5-paid"]
    assert '<rect class="sol" x="0%" width="14.7%" height="26"/>' in html
    assert '<line class="riv" x1="15.7%" x2="15.7%" y1="-6" y2="32"/>' in html
    assert texts(Card(), standpoint(story, TODAY, None, DEAL))["bar-5-paid"] == (
        "Paid: ~USD 800m of USD 5.43bn, about 15 per cent[16][4]. ≠ contested also USD 850m[17]. "
        "In another currency, never converted: INR 60bn[18]. Payment delayed between 2022 and 2023[19]."
    )


@pytest.mark.parametrize(
    ("value", "entries", "text"),
    [
        ({"value": "USD 400m"}, INSTALMENTS, "Paid: USD 100m of USD 400m, 25 per cent[3][4]."),
        ({"value": "USD 400m"}, [], "Paid: None reported, of USD 400m."),
        ({}, [paid(None)], "Paid: No amount disclosed[3]. Of 1 payment no source gives the amount."),
        ({"value": "EUR 1bn"}, [paid("USD 100m")], "Paid: USD 100m[3]."),
    ],
)
def test_what_is_paid_is_told_with_its_share(value: dict[str, Any], entries: list[Object], text: str) -> None:
    with book(opened(), signed(**value), *entries) as ledger:
        assert texts(Card(), standpoint(ledger, "2021-12-31"))["bar-5-paid"] == text


def test_a_gift_is_not_paid_for() -> None:
    with book(opened(), signed(mode="gift"), entry("deal/x", "suspended", on="2019")) as ledger:
        assert "card/bar-5-paid" not in shown(Card(), standpoint(ledger, TODAY))


PLANNED = entry(
    "deal/x", "delivery-scheduled", on="2018-10-05", tranche="Vladivostok", quantity="1 ship", window="2022"
)


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        pytest.param([PLANNED], "None reported; these are the batches that sources number.[3]", id="planned"),
        pytest.param(
            [PLANNED, entry("deal/x", "terminated", on="2020-05-01")],
            "None reported, of two ships.",
            id="nothing is due",
        ),
        pytest.param(
            [entry("deal/x", "delivery-completed", on="2021-03")], "All; no source gives a quantity.[3]", id="all"
        ),
    ],
)
def test_what_is_delivered_without_a_count_is_told_as_far_as_it_is_known(entries: list[Object], text: str) -> None:
    with book(opened(), signed(quantity="2 ships"), *entries) as ledger:
        assert texts(Card(), standpoint(ledger, "2021-12-31"))["bar-4-told"] == text
