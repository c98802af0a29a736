"""Names that earlier releases stored otherwise: what was recorded stays recorded once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.codes import Codes
from armsledger.domain.decisions.earlier import EarlierCodes
from armsledger.domain.errors import IdTaken, UnknownCode
from tests.application.book import book, entry, opened, paid, take

CODES = Codes()


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("U.S.", "U.S."),
        ("Great Britain", "Great Britain"),
        ("Korea, South", "Korea, South"),
        ("Korea", "Korea"),  # which this release refuses
        ("Germany; Poland", "Germany; Poland"),
        ("Deutschland", "Deutschland"),
    ],
)
def test_a_name_has_an_earlier_reading(name: str, stored: str) -> None:
    assert CODES.earlier(name) == stored


@pytest.mark.parametrize("name", ["IND", "India", "the Netherlands", "NATO", "actor:PLO", "org:NATO", "unknown", "UK"])
def test_most_names_were_always_read_as_now(name: str) -> None:
    assert CODES.earlier(name) is None


OLD = (
    opened(supplier="U.S.", buyer="Korea", end_user="actor:PLO"),
    entry("deal/x", "commitment-reaffirmed", on="2018", by=["Great Britain", "Germany; Poland"]),
    entry("deal/x", "expected", what={"event": "tranche-paid", "payer": "U.K."}, due="2020"),
    entry("deal/x", "expected", what="tranche-paid payer='Great Britain'", due="2021", id="mine"),
    paid("USD 5m", payer="Government of India"),
    entry("deal/x", "corrected", target="@1", set={"end_user": "Korea, North"}, reason="entry-error"),
)
"""A dossier of the time when these were names of organisations."""


@pytest.fixture
def old_ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger in which an earlier release has recorded the dossier."""
    with monkeypatch.context() as before:
        before.setattr("armsledger.application.recording.transaction.Codes", lambda: EarlierCodes(Codes()))
        ledger = book(*OLD)
    return ledger


def test_an_old_dossier_that_is_recorded_again_adds_nothing(old_ledger: Ledger) -> None:
    (row,) = old_ledger.at().deals()
    assert (row.supplier, row.buyer) == ("U.S.", "Korea")
    report = take(old_ledger, *OLD)
    assert (report.recorded, report.known) == (0, len(OLD))


def test_a_new_entry_of_an_old_ledger_is_read_as_now(old_ledger: Ledger) -> None:
    report = take(old_ledger, paid("USD 6m", payer="Government of India", tranche=2))
    assert report.recorded == 1
    assert old_ledger.log("deal/x")[-1].data["payer"] == "IND"
    with pytest.raises(UnknownCode, match="can mean KOR"):
        take(old_ledger, paid("USD 7m", payer="Korea", tranche=3))


def test_an_id_that_has_other_content_is_still_refused(old_ledger: Ledger) -> None:
    other: dict[str, Any] = entry(
        "deal/x", "expected", what="tranche-paid payer='Great Britain'", due="2022", id="mine"
    )
    with pytest.raises(IdTaken):
        take(old_ledger, other)


def test_an_export_is_restored_with_the_names_it_holds(old_ledger: Ledger, tmp_path: Path) -> None:
    old_ledger.export_jsonl(tmp_path / "old.jsonl")
    with Ledger.in_memory() as restored:
        restored.record_file(tmp_path / "old.jsonl")
        assert [row.data for row in restored.log()] == [row.data for row in old_ledger.log()]
