"""Which row is which in the next release, and of what class each change is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.values.words import Revision
from armsledger.exchange.sipri.matching import HeldRow, Matches, match
from armsledger.exchange.sipri.revision import Vocabulary, changed_columns, classes_of
from armsledger.exchange.sipri.row import RegisterRow

Words = dict[str, Any]
HERON: Words = {
    "recipient": "Kenya",
    "supplier": "France",
    "designation": "Heron",
    "order_year": "1975",
    "ordered": "8",
}


def heron(**changes: Any) -> Words:
    """A row; None leaves a cell blank."""
    return {name: value for name, value in (HERON | changes).items() if value is not None}


def matched(olds: list[Words], news: list[Words], gone: frozenset[int] = frozenset()) -> Matches:
    """What becomes of rows; the deals are named by their number."""
    known = [
        HeldRow(f"deal/{n}", words, words["recipient"], words["supplier"], n in gone) for n, words in enumerate(olds)
    ]
    rows = [RegisterRow(100 + n, words, words["recipient"], words["supplier"], n) for n, words in enumerate(news)]
    return match(known, rows)


def pairs(matches: Matches) -> set[tuple[str, int]]:
    """The deals and the numbers of the rows that they were matched with."""
    return {(known.deal.removeprefix("deal/"), row.number) for known, row in matches.pairs}


@pytest.mark.parametrize(
    "other",
    [
        heron(ordered="9"),
        heron(designation=" heron"),
        heron(order_year="1975?"),
        heron(comment="Aid", description="patrol boat"),
    ],
)
def test_rows_of_one_key_are_the_same_row(other: Words) -> None:
    assert pairs(matched([HERON], [other])) == {("0", 0)}


@pytest.mark.parametrize("other", [heron(order_year="1976"), heron(designation="Egret"), heron(supplier="Italy")])
def test_rows_of_other_keys_are_not(other: Words) -> None:
    matches = matched([HERON], [other])
    assert not matches.pairs
    assert [known.deal for known in matches.vanished] == ["deal/0"]
    assert [row.number for row in matches.new] == [0]


def test_ids_go_before_keys() -> None:
    olds = [heron(reference="7"), heron(reference="8", designation="Egret")]
    news = [heron(reference="8"), heron(reference="7", designation="Egret", order_year="1999")]
    assert pairs(matched(olds, news)) == {("0", 1), ("1", 0)}
    strange = matched([heron(reference="7")], [heron(reference="9")])
    assert not strange.pairs
    assert pairs(matched([HERON], [heron(reference="9")])) == {("0", 0)}


@pytest.mark.parametrize(
    ("olds", "news", "expected"),
    [
        ([heron(), heron(comment="B")], [heron(comment="B"), heron()], {("0", 1), ("1", 0)}),
        (
            [heron(comment="A", years="1976"), heron(comment="B", years="1978")],
            [heron(comment="B", years="1979"), heron(comment="A", years="1977")],
            {("0", 1), ("1", 0)},
        ),
        (
            [heron(comment="A", ordered="8"), heron(comment="A", ordered="4")],
            [heron(comment="C", ordered="4"), heron(comment="C", ordered="8?")],
            {("0", 1), ("1", 0)},
        ),
        (
            [heron(comment="A"), heron(comment="B", ordered="4")],
            [heron(comment="A"), heron(comment="C", ordered="5")],
            {("0", 0), ("1", 1)},
        ),
    ],
    ids=["to the letter", "by comment", "by number ordered", "the last that is left"],
)
def test_rows_that_share_a_key_are_told_apart(
    olds: list[Words], news: list[Words], expected: set[tuple[str, int]]
) -> None:
    matches = matched(olds, news)
    assert pairs(matches) == expected
    assert not matches.ambiguous


def test_what_cannot_be_told_apart_is_ambiguous_and_not_guessed() -> None:
    matches = matched([heron(comment="A"), heron(comment="B")], [heron(comment="C", ordered="9")])
    assert not matches.pairs
    ((rows, deals),) = matches.ambiguous
    assert [row.number for row in rows] == [0]
    assert deals == ("deal/0", "deal/1")
    assert matches.perhaps == {0: deals}
    assert len(matches.vanished) == 2


def test_a_row_that_had_vanished_may_be_back_but_one_that_is_there_goes_before() -> None:
    assert pairs(matched([HERON], [HERON], frozenset({0}))) == {("0", 0)}
    assert pairs(matched([HERON, heron(comment="B")], [heron(comment="C")], frozenset({0}))) == {("1", 0)}
    assert not matched([HERON], [], frozenset({0})).vanished


def test_a_new_row_of_another_year_or_designation_may_be_a_vanished_one() -> None:
    matches = matched(
        [heron(comment="A"), heron(designation="Egret", years="1980"), heron(designation="Ibis")],
        [
            heron(comment="A", order_year="1977"),
            heron(designation="Egret-2", years="1980"),
            heron(designation="Ibis-2"),
        ],
    )
    assert matches.perhaps == {0: ("deal/0",), 1: ("deal/1",)}
    assert len(matches.new) == 3


words = st.builds(
    heron,
    designation=st.sampled_from(["Heron", "heron", "Egret"]),
    order_year=st.sampled_from(["1975", "1975?", "1976"]),
    ordered=st.sampled_from([None, "4", "8", "8?"]),
    comment=st.sampled_from([None, "A", "B"]),
    years=st.sampled_from([None, "1976"]),
)


@given(st.lists(words, max_size=7), st.lists(words, max_size=7), st.randoms(use_true_random=False))
def test_every_row_and_every_deal_comes_out_once_whatever_the_order(
    olds: list[Words], news: list[Words], random: Any
) -> None:
    matches = matched(olds, news)
    deals = [known.deal for known, _ in matches.pairs] + [known.deal for known in matches.vanished]
    numbers = [row.number for _, row in matches.pairs] + [row.number for row in matches.new]
    assert sorted(deals) == sorted(f"deal/{number}" for number in range(len(olds)))
    assert sorted(numbers) == list(range(len(news)))
    order = list(range(len(news)))
    random.shuffle(order)
    again = matched(olds, [news[number] for number in order])
    said = sorted((known.deal, sorted(row.words.items())) for known, row in matches.pairs)
    assert said == sorted((known.deal, sorted(row.words.items())) for known, row in again.pairs)


OLD, NEW = Vocabulary(frozenset({"SAM", "FAC", "APC"})), Vocabulary(frozenset({"surface-to-air missile", "FAC", "APC"}))


@pytest.mark.parametrize(
    ("old", "new", "classes"),
    [
        (heron(), heron(), ()),
        (heron(), heron(ordered="9"), ("value",)),
        (heron(), heron(ordered="8?"), ("flag",)),
        (heron(), heron(ordered="9?"), ("value", "flag")),
        (heron(), heron(ordered=None), ("value",)),
        (heron(), heron(order_year="1976?"), ("value", "flag")),
        (heron(), heron(years="1976"), ("value",)),
        (heron(condition="New"), heron(condition="Second hand"), ("value",)),
        (heron(volume_ordered="8"), heron(volume_ordered="8.5"), ("value",)),
        (heron(), heron(comment="Aid"), ("comment",)),
        (heron(recipient="Turkey"), heron(recipient="Turkiye"), ("vocabulary",)),
        (heron(designation="heron"), heron(designation="Heron"), ("vocabulary",)),
        (heron(description="SAM"), heron(description="surface-to-air missile"), ("vocabulary",)),
        (heron(description="FAC"), heron(description="APC"), ("value",)),
        (heron(category="SAM"), heron(category="FAC"), ("vocabulary",)),
        (heron(), heron(rows=[3, 7]), ("duplicate",)),
        (heron(rows=[1, 2]), heron(rows=[3, 7]), ()),
        (heron(deliveries=[{"year": "1976"}]), heron(deliveries=[{"year": "1976?"}]), ("flag",)),
        (heron(deliveries=[{"year": "1976"}]), heron(deliveries=[{"year": "1977?"}]), ("value",)),
        (heron(), heron(perhaps=["deal/1"], revisions=["new"]), ()),
    ],
)
def test_changes_are_classified(old: Words, new: Words, classes: tuple[Revision, ...]) -> None:
    assert classes_of(old, new, OLD, NEW) == classes
    assert bool(changed_columns(old, new)) == bool(classes)


def test_a_party_of_another_code_is_another_value() -> None:
    old, new = heron(reference="7"), heron(reference="7", supplier="Italy")
    assert classes_of(old, new, OLD, NEW, {"recipient": True, "supplier": False}) == ("value",)
