"""The audit: what was said in the order of recording, and what each repair changed."""

from __future__ import annotations

from typing import Any

from armsledger import Ledger
from armsledger.application.audit import AuditRow
from tests.application.book import book, entry, expected, opened, paid

PAID = paid("USD 800m", id="payment", tranche=1)


def corrected(target: str = "payment", **fields: Any) -> dict[str, Any]:
    """A correction; by default the source brings news."""
    return entry("deal/x", "corrected", **{"target": target, "reason": "new-information", **fields})


def audited(*entries: dict[str, Any]) -> list[AuditRow]:
    """The audit of a deal, of which entries are recorded one by one."""
    ledger: Ledger = book(opened())
    for one in entries:
        stream, event, fields = (
            one["stream"],
            one["event"],
            {k: v for k, v in one.items() if k not in ("stream", "event")},
        )
        ledger.record(stream, event, **fields)
    return list(ledger.at("2026").audit("deal/x"))


def changed(row: AuditRow) -> list[tuple[str, Any, Any]]:
    """The fields that an entry changed, with their old and new values."""
    return [(change["field"], change["old"], change["new"]) for change in row.changes]


USD_800M = {"amount": "800000000", "currency": "USD", "approximate": False}


def test_it_goes_in_the_order_of_recording_with_what_was_said() -> None:
    rows = audited(paid("USD 800m", on="2019"), entry("deal/x", "contract-signed", on="2018-10", value="USD 5bn"))
    assert [(row.entry, str(row.on), row.event, row.says) for row in rows] == [
        ("deal/x@1", "2018-01-01", "opened", "RUS to IND"),
        ("deal/x@2", "2019", "tranche-paid", "USD 800m"),
        ("deal/x@3", "2018-10", "contract-signed", "USD 5bn"),
    ]


def test_a_correction_tells_each_field_as_it_was_and_is() -> None:
    row = audited(PAID, corrected(set={"on": "2019-06-02", "amount": "USD 850m"}))[-1]
    assert (row.target, row.says) == ("deal/x@2", "deal/x@2, reason new-information")
    assert changed(row) == [
        ("amount", USD_800M, {"amount": "850000000", "currency": "USD"}),
        ("on", "2019-06-01", "2019-06-02"),
    ]


def test_a_correction_to_what_was_said_anyway_changes_nothing() -> None:
    assert changed(audited(PAID, corrected(set={"on": "2019-06-02", "amount": "800m USD"}))[-1]) == [
        ("on", "2019-06-01", "2019-06-02")
    ]


def test_a_field_that_is_cleared_is_nothing() -> None:
    assert changed(audited(PAID, corrected(set={"amount": None}))[-1]) == [("amount", USD_800M, None)]


def test_a_second_correction_starts_from_the_first() -> None:
    rows = audited(
        PAID,
        corrected(set={"on": "2019-06-02"}, asserted="2021-11-13"),
        corrected(set={"on": "2019-06-03"}, asserted="2021-11-14"),
    )
    assert [changed(row) for row in rows[2:]] == [
        [("on", "2019-06-01", "2019-06-02")],
        [("on", "2019-06-02", "2019-06-03")],
    ]


def test_news_that_was_said_earlier_changes_nothing_of_what_was_said_later() -> None:
    rows = audited(
        PAID,
        corrected(set={"on": "2019-06-03"}, asserted="2021-11-14"),
        corrected(set={"on": "2019-06-02"}, asserted="2021-11-13"),
    )
    assert changed(rows[-1]) == []


def test_a_repair_of_our_own_copy_comes_before_news() -> None:
    rows = audited(
        PAID,
        corrected(set={"on": "2019-06-03"}),
        corrected(set={"on": "2019-06-02", "tranche": 2}, reason="entry-error"),
    )
    assert changed(rows[-1]) == [("tranche", 1, 2)]


def test_a_retracted_correction_gives_the_old_value_back() -> None:
    rows = audited(
        PAID,
        corrected(set={"on": "2019-06-02"}, id="fix"),
        entry("deal/x", "retracted", target="fix", reason="entry-error", id="undo"),
        entry("deal/x", "retracted", target="undo", reason="entry-error"),
    )
    assert changed(rows[3]) == [("on", "2019-06-02", "2019-06-01")]
    assert changed(rows[4]) == [("on", "2019-06-01", "2019-06-02")]
    assert (rows[2].retracted_by, rows[3].retracted_by) == (None, "deal/x@5")


def test_a_retraction_names_what_it_takes_back() -> None:
    rows = audited(PAID, entry("deal/x", "retracted", target="payment", reason="source-error"))
    assert (rows[-1].target, changed(rows[-1])) == ("deal/x@2", [])
    assert rows[1].retracted_by == "deal/x@3"


def test_a_revision_tells_what_is_expected_otherwise() -> None:
    rows = audited(
        {**expected("completed", "2022"), "id": "hope"},
        entry("deal/x", "expectation-revised", target="hope", due="2023", id="later"),
        entry("deal/x", "expectation-revised", target="later", due="2024", holder="the maker"),
    )
    assert changed(rows[2]) == [("due", "2022", "2023")]
    assert changed(rows[3]) == [("due", "2023", "2024"), ("holder", None, "the maker")]


def test_a_new_grade_tells_the_old_one() -> None:
    ledger = book(opened())
    ledger.record("source/wire", "regraded", reliability="D", reason="it copies")
    assert changed(list(ledger.at("2026").audit("source/wire"))[-1]) == [("reliability", "B", "D")]


def test_what_can_only_have_happened_later_is_left_out() -> None:
    ledger = book(opened(), paid("USD 1m", on="2019"))
    assert [row.event for row in ledger.at("2018").audit("deal/x")] == ["opened"]


def test_the_audit_of_all_streams_tells_of_each(story: Ledger) -> None:
    view = story.at("2026-11-22")
    assert len(view.audit()) == len(view.log(begun=True))
    (retraction,) = [row for row in view.audit() if row.event == "retracted"]
    assert retraction.says == f"{retraction.target}, reason source-error"
