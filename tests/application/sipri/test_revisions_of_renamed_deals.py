"""The revisions of a deal that goes on by another name are those of one deal."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.exchange.sipri.review import HEADER
from tests.application.sipri.test_revisions import KESTREL, a_ledger, take
from tests.exchange.sipri.register_text import RELEASES, register, row

FIRST, SECOND, THIRD = RELEASES
OTHER = row(year="2001", designation="Heron", ordered="3", delivered="3", years="2003")
OLD = row(comment="delivery planned 2021-2024")
NEW = row(comment="delivery planned 2021-2024", designation="Kestrel-M")
LATER = row(comment="delivery planned 2021-2026", designation="Kestrel-M", delivered="4", delivered_flag="")
EGYPT = {"recipient": "Egypt", "year": "2019", "comment": ""}
EGYPTIAN = "sipri-egy-rus-2019-kestrel-4"
KESTREL_M = "sipri-ind-rus-2018-kestrel-m"


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with a_ledger() as empty:
        yield empty


def told(ledger: Ledger, deal: str, known: str | None = None) -> list[tuple[str, str | None, tuple[str, ...], str]]:
    """The revisions of a deal: the day of the release, the column, the classes, and the change."""
    rows = ledger.at(known=known).revisions(deal=deal)
    return [(row.released.isoformat(), row.column, row.classes, row.revision) for row in rows]


def accept(ledger: Ledger, folder: Path, *lines: str) -> None:
    """Write the review of the second release, accept all that it proposes, and import it."""
    taken, review = folder / "register.csv", folder / "review.csv"
    taken.write_text(register(*lines, released=SECOND), encoding="utf-8")
    ledger.import_sipri(taken, review=review)
    with review.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text, delimiter=";" if ";" in text.readline() else ",", fieldnames=HEADER))
    with review.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows({**line, "decision": "accept"} for line in rows)
    assert ledger.import_review(review).joined == 1


def test_a_designation_that_is_renamed_everywhere_is_a_change_of_vocabulary(ledger: Ledger) -> None:
    take(ledger, OLD, row(**EGYPT), OTHER, released=FIRST)
    slipped = row(comment="delivery planned 2021-2026", designation="Kestrel-M")
    take(ledger, slipped, row(**EGYPT, designation="Kestrel-M"), OTHER, released=SECOND)
    assert told(ledger, EGYPTIAN) == [(SECOND, "designation", ("vocabulary",), "Kestrel-4 -> Kestrel-M")]
    assert told(ledger, KESTREL) == [
        (SECOND, "designation", ("vocabulary",), "Kestrel-4 -> Kestrel-M"),
        (SECOND, "comment", ("comment",), "delivery planned 2021-2024 -> delivery planned 2021-2026"),
        (SECOND, "plan", ("plan",), "2021/2024 -> 2021/2026"),
    ]
    assert {row.designation for row in ledger.at().revisions()} == {"Kestrel-M"}, "as that release has it"


def test_two_deals_that_a_review_joins_have_one_history(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, OLD, OTHER, released=FIRST)
    take(ledger, NEW, OTHER, released=SECOND)
    before = f"@{ledger.position()}"
    accept(ledger, tmp_path, NEW, OTHER)
    take(ledger, LATER, OTHER, released=THIRD)
    joined = [
        (SECOND, "designation", ("vocabulary",), "Kestrel-4 -> Kestrel-M"),
        (THIRD, "delivered", ("value", "flag"), "6? -> 4"),
        (THIRD, "comment", ("comment",), "delivery planned 2021-2024 -> delivery planned 2021-2026"),
        (THIRD, "plan", ("plan",), "2021/2024 -> 2021/2026"),
    ]
    assert told(ledger, KESTREL) == joined
    assert told(ledger, KESTREL_M) == []
    assert told(ledger, KESTREL, before) == [(SECOND, None, ("vanished",), "vanished")]
    assert told(ledger, KESTREL_M, before) == [(SECOND, None, ("new",), "new")]
    folded = ledger.at(known=THIRD, known_by="asserted").revisions(deal=KESTREL)
    assert folded == ledger.at().revisions(deal=KESTREL)


def test_a_review_after_the_next_release_joins_the_plans_too(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, OLD, OTHER, released=FIRST)
    take(ledger, NEW, OTHER, released=SECOND)
    take(ledger, LATER, OTHER, released=THIRD)
    accept(ledger, tmp_path, NEW, OTHER)
    assert [one[:2] for one in told(ledger, KESTREL)] == [
        (SECOND, "designation"),
        (THIRD, "delivered"),
        (THIRD, "comment"),
        (THIRD, "plan"),
    ]
    (slip,) = ledger.at().revisions(deal=KESTREL, column="plan")
    assert (slip.old, slip.new, slip.slip_last_years) == ("2021/2024", "2021/2026", 2)
    assert told(ledger, KESTREL_M) == []
