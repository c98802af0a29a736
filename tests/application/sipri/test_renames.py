"""Systematic and single renames among rows that look alike: what is joined, what is proposed, and what never is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.application.sipri.test_registers import a_ledger, exported
from tests.exchange.sipri.register_text import register, row

FIRST, SECOND = "2024-03-18", "2025-03-13"
BUYERS = ("India", "Turkey", "Chad", "Peru", "Kenya", "Finland", "Oman", "Poland", "Brazil", "Chile")


def sale(designation: str, number: int, **changes: str) -> str:
    """A row with numbers of its own."""
    ordered = str(20 + number)
    cells = {
        "recipient": BUYERS[number % len(BUYERS)],
        "year": str(1960 + number % 50),
        "ordered": ordered,
        "delivered": ordered,
        "years": str(1962 + number % 50),
        "comment": f"Batch {number}",
        "unit": "2",
        "order": str(2 * int(ordered)),
        "total": str(2 * int(ordered)),
    }
    return row(designation=designation, **{**cells, **changes})


SYSTEMATIC = [(f"Sparrow-{number % 10}", f"Sparrow Mk {number % 10}", number) for number in range(50)]
"""Ten designations of five rows each."""
SINGLE = [(f"Finch-{number}", f"Finch ER-{number}", number + 50) for number in range(50)]
"""Fifty designations of one row each."""
DECOYS_BEFORE = [
    sale("Split-1", 101),
    sale("Split-1", 102),
    sale("Merge-1", 103),
    sale("Merge-2", 104),
    sale("Half-1", 105),
    sale("Half-1", 106),
    sale("Gone-1", 107),
    sale("Twin-1", 108, comment=""),
    sale("Twin-2", 108, comment=""),
    sale("Stays-1", 109),
]
DECOYS_AFTER = [
    sale("Split-1a", 101),
    sale("Split-1b", 102),  # one name becomes two
    sale("Merge-3", 103),
    sale("Merge-3", 104),  # two names become one
    sale("Half-1", 105),
    sale("Half-9", 106),  # the old name is still there
    sale("Fresh-1", 207),  # another deal altogether
    sale("Twin-8", 108, comment=""),
    sale("Twin-9", 108, comment=""),  # nobody can tell which is which
    sale("Stays-1", 109),
    sale("Stays-9", 110),
]
NEW_DEALS = {"fresh-1", "stays-9"}


@pytest.fixture
def renamed(tmp_path: Path) -> Iterator[tuple[Ledger, Path]]:
    """A ledger that has taken both releases, and the review of what may be renamed."""
    before = [sale(old, number) for old, _, number in (*SYSTEMATIC, *SINGLE)] + DECOYS_BEFORE
    after = [sale(new, number) for _, new, number in (*SYSTEMATIC, *SINGLE)] + DECOYS_AFTER
    files = []
    for released, lines in ((FIRST, before), (SECOND, after)):
        files.append(tmp_path / f"{released}.csv")
        files[-1].write_text(register(*lines, released=released), encoding="utf-8")
    with a_ledger() as ledger:
        ledger.import_sipri(files[0])
        ledger.import_sipri(files[1], review=tmp_path / "review.csv", accept_vanished=True)
        assert sorted(exported(ledger)) == sorted(after)
        yield ledger, tmp_path / "review.csv"


def pairs_in(review: Path) -> list[dict[str, str]]:
    """The rows of a review."""
    with review.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_renamed_everywhere_is_joined_and_nothing_else(renamed: tuple[Ledger, Path]) -> None:
    ledger, review = renamed
    joined = {(one["old designation"], one["new designation"]) for one in pairs_in(review) if one["decision"]}
    assert joined == {(old, new) for old, new, _ in SYSTEMATIC}
    for old, new, number in SYSTEMATIC:
        (deal,) = [one for one in ledger.at().deals() if one.items == (new,) and one.ordered[0].count == 20 + number]
        assert old.casefold() in deal.deal, "it keeps its key"
    for _, new, _ in SINGLE:
        (deal,) = [one for one in ledger.at().deals() if one.items == (new,)]
        assert new.casefold().replace(" ", "-") in deal.deal, "it is a deal of its own"


def test_single_renames_are_proposed_each_with_its_own_row(renamed: tuple[Ledger, Path]) -> None:
    _, review = renamed
    proposed = [one for one in pairs_in(review) if not one["decision"]]
    found = {(one["old designation"], one["new designation"]) for one in proposed}
    assert {(old, new) for old, new, _ in SINGLE} <= found
    for one in proposed:
        for name in ("recipient", "supplier", "ordered", "delivered", "years", "volume delivered"):
            assert one[f"old {name}"] == one[f"new {name}"], one
        assert not any(name in one["new deal"] for name in NEW_DEALS)
        assert one["reasons"]
    assert len({one["old deal"] for one in proposed if "finch" in one["old deal"]}) == 50


def test_a_marked_review_joins_and_keeps_apart_and_says_so_once(renamed: tuple[Ledger, Path]) -> None:
    ledger, review = renamed
    rows = pairs_in(review)
    for one in rows:
        if "finch" in one["old deal"]:
            is_even = int(one["old designation"].split("-")[1]) % 2 == 0
            one["decision"], one["why"] = ("accept", "its maker says so") if is_even else ("reject", "two products")
    with review.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    before = sorted(exported(ledger))
    ledger.import_review(review)
    assert sorted(exported(ledger)) == before, "what the register lists is what it listed"
    keys = {one.deal for one in ledger.at().deals()}
    for old, new, number in SINGLE:
        mine = {key for key in keys if key.endswith((f"-{old.casefold()}", f"-{new.casefold().replace(' ', '-')}"))}
        (key,) = mine
        assert key.endswith(old.casefold()) == (number % 2 == 0), "it keeps its key if it is one deal"
    position = ledger.position()
    ledger.import_review(review)
    assert ledger.position() == position


def test_joined_deals_go_on_with_the_next_release(renamed: tuple[Ledger, Path], tmp_path: Path) -> None:
    ledger, _ = renamed
    later = [sale(new, number, delivered="7", delivered_flag="") for _, new, number in SYSTEMATIC]
    later += [sale(new, number) for _, new, number in SINGLE] + DECOYS_AFTER
    path = tmp_path / "later.csv"
    path.write_text(register(*later, released="2026-03-10"), encoding="utf-8")
    (report,) = ledger.import_sipri(path).reports
    assert (report.changed, report.new, report.vanished) == (50, 0, 0)
    assert sorted(exported(ledger)) == sorted(later)
