"""The table of findings, and the audit trail."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import UnknownStream, UsageError
from tests.application.book import ALL_TOLD, Clock, Object, book, delivered, entry, expected, opened, paid, take
from tests.storage.drafts import NOON

SIGNED = entry("deal/x", "contract-signed", on="2018-10-05", value="USD 5m", quantity="5 units", id="contract")
LOG_KEYS = (
    "entry",
    "position",
    "event",
    "on",
    "asserted",
    "recorded_at",
    "recorded_by",
    "source",
    "reliability",
    "credibility",
    "status",
    "corrects",
    "retracted_by",
    "data",
)
"""Those that scripts rely on; there may be others."""


def codes(ledger: Ledger, at: str | None = None, **known: Any) -> list[str]:
    """What does not fit."""
    return [row.code for row in ledger.at(at, **known).findings()]


# findings


@pytest.mark.parametrize(
    ("objects", "code", "severity", "entries"),
    [
        ([SIGNED, delivered("6 units")], "delivered-more-than-ordered", "error", ("deal/x@3",)),
        ([SIGNED, delivered("~6 units")], "delivered-more-than-ordered", "warning", ("deal/x@3",)),
        ([SIGNED, delivered("1 regiment")], "not-comparable", "info", ("deal/x@3",)),
        ([SIGNED, paid("USD 6m")], "paid-more-than-value", "error", ("deal/x@3",)),
        (
            [SIGNED, delivered("1 unit", on="2018-10-04")],
            "delivery-before-signature",
            "error",
            ("deal/x@3", "deal/x@2"),
        ),
        (
            [entry("deal/x", "terminated", on="2019-01-01"), paid("USD 1m")],
            "after-ending",
            "error",
            ("deal/x@3", "deal/x@2"),
        ),
        (
            [entry("deal/x", "waiver-granted", on="2019-01-01", by="USA", against="IND")],
            "waiver-without-authority",
            "warning",
            ("deal/x@2",),
        ),
        (
            [paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="paper")],
            "contested",
            "warning",
            ("deal/x@2", "deal/x@3"),
        ),
        (
            [paid("USD 1m", tranche=1), paid(None, tranche=1, source="paper", status="denial")],
            "denied",
            "warning",
            ("deal/x@2", "deal/x@3"),
        ),
        ([paid("USD 1m", status="claim")], "unverified", "warning", ("deal/x@2",)),
        ([entry("deal/x", "disputed", target="opening", reason="no")], "disputed", "warning", ("deal/x@1", "deal/x@2")),
    ],
)
def test_what_does_not_fit_is_found_with_its_entries(
    objects: list[Object], code: str, severity: str, entries: tuple[str, ...]
) -> None:
    (row,) = book(opened(), *objects).at().findings()
    assert (row.code, row.severity, row.stream, row.entries) == (code, severity, "deal/x", entries)
    assert row.message


@pytest.mark.parametrize(
    "objects",
    [
        [SIGNED, delivered("5 units"), paid("USD 5m")],
        [SIGNED, delivered("3 units"), delivered("2 units", source="paper")],
        [SIGNED, delivered("1 unit", on="2018-10")],
        [SIGNED, paid("INR 6m")],
        [entry("deal/x", "terminated", on="2019"), paid("USD 1m", on="2019-06-01")],
        [paid("USD 1m", tranche=1, on="2019"), paid("USD 1m", tranche=1, on="2019-06", source="paper")],
        [expected("delivered", "2020")],
    ],
)
def test_what_is_not_definite_is_no_finding(objects: list[Object]) -> None:
    assert codes(book(opened(), *objects)) == []


def test_findings_belong_to_a_date_and_a_belief() -> None:
    ledger = book(opened(), SIGNED, paid("USD 6m", on="2019-06-01"))
    assert codes(ledger, "2019-05-31") == []
    assert codes(ledger, "2019-06-01") == ["paid-more-than-value"]
    assert codes(ledger, known=6) == []
    assert codes(ledger, known="2021-11-11", known_by="asserted") == []
    ledger.correct("deal/x@3", set={"amount": "USD 4m"}, reason="entry-error")
    assert codes(ledger) == []
    assert codes(ledger, known=7) == ["paid-more-than-value"]


def test_findings_of_one_stream_or_of_all() -> None:
    ledger = book(
        opened(), opened("deal/y", id="y", on="2019-01-01"), opened("deal/y", id="z", on="2020-01-01", source="paper")
    )
    take(ledger, entry("deal/x", "disputed", target="opening"))
    assert codes(ledger) == ["disputed", "contested"]
    assert [row.code for row in ledger.check("deal/y")] == ["contested"]
    assert [row.field for row in ledger.check("deal/y")] == ["on"]
    assert [row.code for row in ledger.at().findings(severity="warning")] == ["disputed", "contested"]
    assert ledger.at().deal("y").findings[0].rule == "reliability"
    with pytest.raises(UnknownStream):
        ledger.check("deal/z")


def test_findings_are_filtered_by_their_deal_its_parties_and_their_codes() -> None:
    ledger = book(
        opened(),
        SIGNED,
        paid("USD 6m", on="2019-06-01"),
        opened("deal/y", id="y", supplier="FRA", buyer="BRA"),
        entry("deal/y", "waiver-granted", on="2019-01-01", by="USA", against="BRA"),
    )
    view = ledger.at()

    def found(**filters: Any) -> list[str]:
        return [row.code for row in view.findings(**filters)]

    assert found(buyer="Brazil") == found(supplier="FRA") == found(deal="y") == ["waiver-without-authority"]
    assert found(severity="error") == found(code="paid-more-than-value") == ["paid-more-than-value"]
    assert found(code="tie") == [], "a code that nothing has is no mistake"
    with pytest.raises(UsageError, match="no code"):
        found(code="ties")


def test_a_finding_that_stands_is_one_row_however_the_rest_changes() -> None:
    ledger = book(opened(), SIGNED, paid("USD 6m", on="2019-06-01"), delivered("1 unit", on="2020-01-01"))
    kept = ledger.journal().reader.query("SELECT valid_from, valid_to FROM kept_findings WHERE believed = 1")
    assert kept == [("2019-06-01", "infinity")]


# the audit trail


def test_the_trail_tells_everything_about_an_entry() -> None:
    said: dict[str, Any] = {
        "attribution": "an official",
        "credibility": 2,
        "quote": "first tranche",
        "note": "rounded",
        "status": "reported",
    }
    ledger = book(opened(), paid("~USD 800m", on="2019", tranche=1, id="payment", **said))
    row = ledger.log("deal/x")[1]
    assert row.to_dict() == {
        "entry": "deal/x@2",
        "position": 6,
        "event": "tranche-paid",
        "on": "2019",
        "asserted": "2021-11-12",
        "recorded_at": "2026-11-22T12:00:00.000000Z",
        "recorded_by": "tester",
        "login": None,
        "source": "wire",
        "reliability": "B",
        "same_as": None,
        "corrects": None,
        "retracted_by": None,
        "id": "payment",
        "data": {"tranche": 1, "amount": {"amount": "800000000", "currency": "USD", "approximate": True}},
        **said,
    }
    assert (row.recorded_at, row.asserted.text) == (NOON, "2021-11-12")


def test_every_line_of_the_trail_has_the_keys_of_the_contract(story: Ledger) -> None:
    rows = story.log().to_dicts()
    assert [row["position"] for row in rows] == list(range(1, 106))
    for row in rows:
        assert set(LOG_KEYS) <= set(row)
        assert json.loads(json.dumps(row)) == row
        assert datetime.fromisoformat(row["recorded_at"]) == ALL_TOLD


def test_the_trail_stands_in_the_order_of_recording_across_streams() -> None:
    ledger = book(opened())
    ledger.record("engagement/e", "held", on="2020", source="wire")
    ledger.record("deal/x", "tested", on="2019", source="wire")
    assert [row.entry for row in ledger.log()][4:] == ["deal/x@1", "engagement/e@1", "deal/x@2"]
    assert [row.entry for row in ledger.log("deal/x")] == ["deal/x@1", "deal/x@2"]
    assert [row.entry for row in ledger.log(event="held")] == ["engagement/e@1"]


def test_what_repairs_and_what_is_repaired_name_each_other_as_known() -> None:
    ledger = book(
        opened(), paid("USD 1m", id="a"), delivered("1 unit", id="b"), delivered("2 units", same_as="b", source="paper")
    )
    ledger.correct("deal/x@2", set={"amount": "USD 2m"}, reason="entry-error")
    ledger.retract("deal/x@3", reason="wrong")
    ledger.retract("deal/x@6", reason="it was right")
    rows = ledger.log("deal/x")
    assert [row.corrects for row in rows] == [None] * 4 + ["deal/x@2", None, None]
    assert [row.retracted_by for row in rows] == [None] * 5 + ["deal/x@7", None]
    assert [row.same_as for row in rows] == [None, None, None, "deal/x@3", None, None, None]
    assert rows[1].data["amount"]["amount"] == "1000000"  # what was written stays
    before = ledger.log("deal/x", known=10)
    assert [row.retracted_by for row in before] == [None, None, "deal/x@6", None, None, None]
    assert [row.retracted_by for row in ledger.log("deal/x", known=9)] == [None] * 5


def test_the_reliability_is_that_of_the_source_as_known() -> None:
    clock = Clock()
    ledger = book(opened(), clock=clock)
    clock.pass_time(days=1)
    ledger.record("source/wire", "regraded", reliability="D")
    assert [row.reliability for row in ledger.log("deal/x")] == ["D"]
    assert [row.reliability for row in ledger.log("deal/x", known="2026-11-22")] == ["B"]
    assert [row.reliability for row in ledger.log("deal/x", known="2021-12-31", known_by="asserted")] == ["B"]
    assert ledger.log("source/wire")[0].reliability is None  # nobody is cited for it


def test_by_a_date_the_trail_holds_what_had_begun(seed: Ledger) -> None:
    log = seed.log("deal/india-s400", at="2018-10-15")
    assert [row.event for row in log] == ["opened", "contract-signed", "sanction-threat-raised"]
    assert len(seed.log("deal/india-s400", at="2021-11-12")) == len(seed.log("deal/india-s400")) == 8
    assert len(seed.log("deal/india-s400", at="2021-11-12", known="2021-11-11", known_by="asserted")) == 0


def test_the_trail_as_known_ends_with_the_belief() -> None:
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
    ledger = book(opened(), clock=clock)
    clock.pass_time(days=10)
    take(ledger, paid("USD 1m"))
    assert [row.entry for row in ledger.log("deal/x", known="2026-01-10")] == ["deal/x@1"]
    assert [row.entry for row in ledger.log("deal/x", known=clock.now - timedelta(seconds=1))] == ["deal/x@1"]
    assert [row.entry for row in ledger.log("deal/x", known=clock.now)] == ["deal/x@1", "deal/x@2"]
