"""What a release has renamed: joined where a name was changed everywhere, proposed where only a row fits."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any

import pytest

from armsledger.exchange.sipri.matching import HeldRow, Matches, RowNames, match
from armsledger.exchange.sipri.renames import join_renames
from armsledger.exchange.sipri.row import RegisterRow

Words = dict[str, Any]


def row(designation: str, year: int, **changes: Any) -> Words:
    """A row of Kenya's; rows of two years differ in all their numbers, and None leaves a cell blank."""
    words = {
        "recipient": "KEN",
        "supplier": "FRA",
        "designation": designation,
        "description": "patrol craft",
        "order_year": str(year),
        "ordered": str(year - 1960),
        "delivered": str(year - 1960),
        "years": f"{year + 1}; {year + 2}",
        "condition": "New",
        "volume_per_unit": "4",
        "volume_ordered": str(4 * (year - 1960)),
        "volume_delivered": str(4 * (year - 1960)),
        **changes,
    }
    return {name: value for name, value in words.items() if value is not None}


def compared(olds: list[Words], news: list[Words], aside: tuple[str, ...] = ()) -> Matches:
    """What becomes of rows; the deals are named by their number."""
    held = [HeldRow(f"deal/{n}", words, words["recipient"], words["supplier"]) for n, words in enumerate(olds)]
    rows = [RegisterRow(100 + n, words, words["recipient"], words["supplier"], n) for n, words in enumerate(news)]
    matches = match(held, rows)
    join_renames(matches, held, rows, aside)
    return matches


def joined(matches: Matches) -> dict[str, int]:
    """The numbers of the rows in which the deals go on."""
    return {held.deal.removeprefix("deal/"): row.number for held, row in matches.pairs}


def proposed(matches: Matches) -> dict[int, tuple[str, ...]]:
    """The numbers of new rows, with those of the deals that they may be."""
    return {
        number: tuple(deal.removeprefix("deal/") for deal in deals) for number, deals in sorted(matches.perhaps.items())
    }


def test_a_designation_that_is_gone_everywhere_goes_on_as_the_one_that_is_new_everywhere() -> None:
    matches = compared(
        [row("Heron", 1975), row("Heron", 1980), row("Egret", 1985)],
        [row("Egret", 1985), row("Heron-2", 1980), row("Heron-2", 1975)],
    )
    assert joined(matches) == {"0": 2, "1": 1, "2": 0}
    assert not matches.vanished
    assert not matches.new
    assert not matches.perhaps
    assert [tuple(rename) for rename in matches.renames] == [("designation", "Heron", "Heron-2", ("deal/1", "deal/0"))]


def test_marks_of_uncertain_data_comments_and_renamed_descriptions_may_differ() -> None:
    matches = compared(
        [row("Heron", 1975), row("Heron", 1980, ordered="20?", years="1982; 1981")],
        [
            row("Heron-2", 1975, comment="By ship", order_year="1975?", description="patrol boat"),
            row("Heron-2", 1980, delivered="20?", description="patrol boat"),
        ],
    )
    assert joined(matches) == {"0": 0, "1": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"ordered": "77"},
        {"delivered": "77"},
        {"years": "1981"},
        {"volume_ordered": "7.5"},
        {"volume_per_unit": None},
        {"condition": "Second hand"},
        {"supplier": "ITA"},
        {"order_year": "1979"},
    ],
    ids=str,
)
def test_a_row_that_differs_in_anything_else_makes_it_no_change_everywhere(changes: Words) -> None:
    matches = compared(
        [row("Heron", 1975), row("Heron", 1980)], [row("Heron-2", 1975), row("Heron-2", 1980, **changes)]
    )
    assert not joined(matches)
    assert proposed(matches)[0] == ("0",), "the one that fits is proposed"


def test_a_description_that_was_chosen_anew_is_another_weapon() -> None:
    others = [row("Ibis", 1990, description="frigate"), row("Ibis", 1991)]
    matches = compared(
        [row("Heron", 1975), row("Heron", 1980), *others],
        [row("Heron-2", 1975, description="frigate"), row("Heron-2", 1980, description="frigate"), *others],
    )
    assert joined(matches) == {"2": 2, "3": 3}
    assert proposed(matches) == {0: ("0",), 1: ("1",)}


def test_one_row_alone_is_proposed() -> None:
    matches = compared([row("Heron", 1975)], [row("Heron-2", 1975, comment="By ship")])
    assert not joined(matches)
    assert proposed(matches) == {0: ("0",)}


def test_a_designation_that_is_still_there_or_was_there_before_was_not_renamed() -> None:
    still = compared(
        [row("Heron", 1975), row("Heron", 1980), row("Heron", 1985)],
        [row("Heron-2", 1975), row("Heron-2", 1980), row("Heron", 1985)],
    )
    assert joined(still) == {"2": 2}
    before = compared(
        [row("Heron", 1975), row("Heron", 1980), row("Heron-2", 1985)],
        [row("Heron-2", 1975), row("Heron-2", 1980), row("Heron-2", 1985)],
    )
    assert joined(before) == {"2": 2}
    assert proposed(still) == proposed(before) == {0: ("0",), 1: ("1",)}


def test_two_designations_that_were_swapped_are_not_joined() -> None:
    olds = [row("Heron-A", 1975), row("Heron-A", 1976), row("Heron-B", 1980), row("Heron-B", 1981)]
    news = [row("Heron-B", 1975), row("Heron-B", 1976), row("Heron-A", 1980), row("Heron-A", 1981)]
    matches = compared(olds, news)
    assert not joined(matches)
    assert proposed(matches) == {0: ("0",), 1: ("1",), 2: ("2",), 3: ("3",)}


def test_a_designation_that_was_split_in_two_is_not_joined() -> None:
    matches = compared(
        [row("Heron", year) for year in (1975, 1976, 1977, 1978)],
        [row("Heron-A", 1975), row("Heron-A", 1976), row("Heron-B", 1977), row("Heron-B", 1978)],
    )
    assert not joined(matches)
    assert proposed(matches) == {0: ("0",), 1: ("1",), 2: ("2",), 3: ("3",)}


def test_two_designations_that_were_merged_are_not_joined() -> None:
    matches = compared(
        [row("Heron-A", 1975), row("Heron-A", 1976), row("Heron-B", 1977), row("Heron-B", 1978)],
        [row("Heron", year) for year in (1975, 1976, 1977, 1978)],
    )
    assert not joined(matches)
    assert proposed(matches) == {0: ("0",), 1: ("1",), 2: ("2",), 3: ("3",)}


def test_rows_that_fit_alike_are_joined_only_if_their_comments_tell_them_apart() -> None:
    alike = {"order_year": "1975", "ordered": "8", "delivered": "8", "years": "1977"}
    numbers = {"volume_ordered": "32", "volume_delivered": "32"}
    olds = [row("Heron", n, **alike, **numbers, comment=comment) for n, comment in ((1, "Aid"), (2, "By ship"))]
    apart = [row("Heron-2", n, **alike, **numbers, comment=comment) for n, comment in ((1, "By ship"), (2, "Aid"))]
    other = [row("Heron-2", n, **alike, **numbers, comment=comment) for n, comment in ((1, "Gift"), (2, "By air"))]
    more = [row("Heron", 1990), row("Heron", 1991)], [row("Heron-2", 1990), row("Heron-2", 1991)]
    assert joined(compared(olds, apart)) == {"0": 1, "1": 0}
    matches = compared([*olds, *more[0]], [*other, *more[1]])
    assert joined(matches) == {"2": 2, "3": 3}
    assert len(matches.vanished) == 2


def test_one_row_in_ten_may_have_changed_otherwise_too_and_is_proposed_by_the_new_name() -> None:
    years = range(1970, 1980)
    changed = [row("Heron-2", year, **({"ordered": "99"} if year == 1979 else {})) for year in years]
    matches = compared([row("Heron", year) for year in years], changed)
    assert joined(matches) == {str(n): n for n in range(9)}
    assert proposed(matches) == {9: ("9",)}
    fewer = compared([row("Heron", year) for year in range(1971, 1980)], changed[1:])
    assert not joined(fewer), "one of nine is more than one in ten"


@pytest.mark.parametrize(("earlier", "is_joined"), [(2, True), (1, False)])
def test_what_the_release_that_renamed_had_left_out_follows_row_by_row(earlier: int, is_joined: bool) -> None:
    words = [row("Heron-2", 1975), row("Heron-2", 1976)][:earlier]
    held = [
        HeldRow(f"deal/{n}", one, "KEN", "FRA", first=RowNames("KEN", "FRA", "heron")) for n, one in enumerate(words)
    ]
    held.append(HeldRow("deal/left", row("Heron", 1990), "KEN", "FRA"))
    news = [*words, row("Heron-2", 1990)]
    rows = [RegisterRow(n, one, "KEN", "FRA", n) for n, one in enumerate(news)]
    matches = match(held, rows)
    join_renames(matches, held, rows)
    assert ("left" in joined(matches)) is is_joined
    assert proposed(matches) == ({} if is_joined else {earlier: ("left",)})


def test_a_new_order_of_the_new_name_is_no_obstacle() -> None:
    matches = compared(
        [row("Heron", 1975), row("Heron", 1980)], [row("Heron-2", 1975), row("Heron-2", 1980), row("Heron-2", 1999)]
    )
    assert joined(matches) == {"0": 0, "1": 1}
    assert [one.number for one in matches.new] == [2]
    assert not matches.perhaps


def test_rows_that_say_almost_nothing_are_no_evidence() -> None:
    blank = dict.fromkeys(("ordered", "delivered", "years", "volume_per_unit", "volume_ordered", "volume_delivered"))
    matches = compared(
        [row("Heron", 1975, **blank), row("Heron", 1980, **blank)],
        [row("Ibis", 1975, **blank), row("Ibis", 1980, **blank)],
    )
    assert not joined(matches)
    assert not matches.perhaps
    telling = [row("Heron", 1985), row("Heron", 1986)], [row("Ibis", 1985), row("Ibis", 1986)]
    matches = compared([row("Heron", 1975, **blank), *telling[0]], [row("Ibis", 1975, **blank), *telling[1]])
    assert joined(matches) == {"0": 0, "1": 1, "2": 2}, "beside others, they are renamed too"


def test_a_name_in_a_row_that_could_not_be_read_is_not_gone() -> None:
    olds, news = [row("Heron", 1975), row("Heron", 1980)], [row("Heron-2", 1975), row("Heron-2", 1980)]
    assert not joined(compared(olds, news, ("Chad,France,HERON,broken",)))


def test_rows_with_other_ids_are_other_deals() -> None:
    olds = [row("Heron", 1975, reference="1"), row("Heron", 1980, reference="2")]
    news = [row("Heron-2", 1975, reference="3"), row("Heron-2", 1980, reference="4")]
    matches = compared(olds, news)
    assert not joined(matches)
    assert not matches.perhaps


@pytest.mark.parametrize(("old", "new"), [("PKK (Turkey)", "PKK (Turkiye)"), ("ZAR", "COD")])
@pytest.mark.parametrize("column", ["recipient", "supplier"])
def test_a_party_that_is_one_by_another_name_goes_on(old: str, new: str, column: str) -> None:
    matches = compared(
        [row("Heron", 1975, **{column: old}), row("Egret", 1980, **{column: old}), row("Egret", 1980)],
        [row("Egret", 1980, **{column: new}), row("Heron", 1975, **{column: new}), row("Egret", 1980)],
    )
    assert joined(matches) == {"0": 1, "1": 0, "2": 2}
    assert [(one.kind, one.old, one.new) for one in matches.renames] == [("party", old, new)]


def test_two_states_of_today_and_nobody_are_no_new_names_of_a_party() -> None:
    for old, new in (("TUV", "WSM"), ("unknown", "WSM"), ("TUV", "unknown")):
        matches = compared(
            [row("Heron", 1975, recipient=old), row("Egret", 1980, recipient=old)],
            [row("Heron", 1975, recipient=new), row("Egret", 1980, recipient=new)],
        )
        assert not joined(matches)
        assert proposed(matches) == {0: ("0",), 1: ("1",)}


def test_a_party_and_a_designation_may_be_renamed_in_one_row() -> None:
    matches = compared(
        [
            row("Heron", 1975, recipient="PKK (Turkey)"),
            row("Egret", 1980, recipient="PKK (Turkey)"),
            row("Heron", 1985),
        ],
        [
            row("Heron-2", 1975, recipient="PKK (Turkiye)"),
            row("Egret", 1980, recipient="PKK (Turkiye)"),
            row("Heron-2", 1985),
        ],
    )
    assert joined(matches) == {"0": 0, "1": 1, "2": 2}
    assert sorted((one.old, one.new, len(one.deals)) for one in matches.renames) == [
        ("Heron", "Heron-2", 2),
        ("PKK (Turkey)", "PKK (Turkiye)", 2),
    ]


def test_fifty_renames_are_joined_fifty_are_proposed_and_nothing_is_matched_wrongly() -> None:
    random = Random(14)
    numbers = count(1)

    def any_row(designation: str) -> Words:
        n = next(numbers)
        unit, ordered = random.choice((0.5, 3, 12.5)), random.randint(1, 400)
        return row(
            designation,
            1950 + n % 60,
            recipient=random.choice(("IND", "KEN", "PER", "OMN", "EGY")),
            supplier=random.choice(("FRA", "RUS", "USA", "CHN")),
            ordered=str(ordered),
            delivered=str(ordered),
            volume_per_unit=str(unit),
            volume_ordered=str(unit * ordered),
            volume_delivered=str(unit * ordered),
        )

    pairs: list[tuple[Words | None, Words | None, str]] = []
    for n in range(50):
        pairs += [
            (old, old | {"designation": f"Type-{n}", "comment": "x"}, "joined")
            for old in (any_row(f"Model-{n}") for _ in range(random.randint(2, 6)))
        ]
        single = any_row(f"Single-{n}")
        pairs.append((single, single | {"designation": f"Lone-{n}"}, "proposed"))
    for n in range(20):  # decoys: other numbers, other years, other suppliers, and what stays
        for changes in ({"ordered": "401"}, {"years": "2020"}, {"supplier": "GBR"}):
            for _ in range(2):
                gone = any_row(f"Decoy-{n}-{changes}")
                pairs += [(gone, None, ""), (None, gone | {"designation": f"Other-{n}-{changes}"} | changes, "")]
        stays = any_row(f"Stays-{n}")
        pairs += [(stays, stays, "same"), (any_row(f"Stays-{n}"), None, ""), (None, any_row(f"Stays-{n}"), "")]
    olds = [old for old, _, _ in pairs if old is not None]
    order = [new for _, new, _ in pairs if new is not None]
    random.shuffle(order)
    truth = {olds.index(old): (order.index(new), how) for old, new, how in pairs if old is not None and new is not None}
    matches = compared(olds, order)
    assert joined(matches) == {str(old): new for old, (new, how) in truth.items() if how != "proposed"}
    singles = {new: (str(old),) for old, (new, how) in truth.items() if how == "proposed"}
    assert proposed(matches) == singles
    assert len(singles) == 50
    assert len(matches.renames) == 50
