"""Recording one entry: what it answers, what it adds, and that the same again adds nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger, Refused
from armsledger.domain.entry import Entry, Proposal
from armsledger.domain.errors import (
    FutureDate,
    IdTaken,
    MissingField,
    NotOpened,
    RetractedTarget,
    SelfContradiction,
    UnknownEvent,
    UnknownField,
    UnknownSource,
    UnknownTarget,
    UnreadableValue,
    UsageError,
    WrongTarget,
)
from armsledger.domain.values.money import Money
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.when import When
from tests.application.book import SEED, STORY, Clock, book, delivered, entry, opened, paid, take, trail
from tests.processes import environment, python

pytestmark = pytest.mark.usefixtures("database")

RECORD = """
import sys
from datetime import datetime
from armsledger import Ledger
day = datetime.fromisoformat(sys.argv[1])
with Ledger(sys.argv[2], clock=lambda: day) as ledger:
    for name in sys.argv[3:]:
        report = ledger.record_file(name)
        print(report.recorded, report.known)
"""


# the answer


def test_it_answers_with_the_address_the_entry_and_the_findings() -> None:
    ledger = book(opened(), entry("deal/x", "contract-signed", on="2018", value="USD 1m"))
    recorded = ledger.record("deal/x", "tranche-paid", on="2019", amount="USD 2m", source="wire")
    assert (recorded.address, recorded.known_before) == ("deal/x@3", False)
    assert isinstance(recorded.entry, Entry)
    assert (recorded.entry.stream, recorded.entry.event.name) == ("deal/x", "tranche-paid")
    (finding,) = recorded.findings
    assert (finding.code, finding.entries) == ("paid-more-than-value", ("deal/x@3",))


def test_a_dry_run_answers_the_same_and_records_nothing() -> None:
    ledger = book(opened(), entry("deal/x", "contract-signed", on="2018", value="USD 1m"))
    position, log = ledger.position(), trail(ledger)
    payment = Proposal(StreamId("deal", "x"), "tranche-paid", {"on": "2019", "amount": "USD 2m", "source": "wire"})
    would_be = ledger.record_proposal(payment, dry_run=True)
    assert (ledger.position(), trail(ledger)) == (position, log)
    recorded = ledger.record_proposal(payment)
    assert would_be.address == recorded.address == "deal/x@3"
    assert [finding.code for finding in would_be.findings] == ["paid-more-than-value"]
    assert would_be.findings == recorded.findings
    assert would_be.entry.id == recorded.entry.id
    again = ledger.record_proposal(payment, dry_run=True)
    assert (again.address, again.known_before) == ("deal/x@3", True)


def test_a_source_is_registered_with_the_entry_that_cites_it_or_not_at_all() -> None:
    ledger = book(opened())
    source = Proposal(StreamId("source", "blog"), "registered", {"publisher": "A blog", "published": "2021-11-01"})
    arrival = Proposal(StreamId("deal", "x"), "delivered", {"on": "2021-12-01", "source": "blog"})
    with pytest.raises(FutureDate, match="but its source spoke on"):
        ledger.record_proposal(arrival, sources=[source])
    assert "source/blog" not in ledger.streams()
    ledger.record_proposal(replace(arrival, fields={"on": "2021-10", "source": "blog"}), sources=[source])
    assert [row.entry for row in ledger.log()][-2:] == ["source/blog@1", "deal/x@2"]


def test_findings_that_were_there_before_are_not_told_again() -> None:
    ledger = book(opened(), entry("deal/x", "contract-signed", on="2018", value="USD 1m"), paid("USD 2m"))
    assert ledger.record("deal/x", "tested", on="2020", source="wire").findings == ()
    assert len(ledger.check()) == 1


def test_fields_may_be_given_as_text_or_as_values() -> None:
    ledger = book(opened())
    values: dict[str, Any] = {
        "amount": Money(amount=Decimal(5), currency="USD"),
        "on": When.parse("2019"),
        "share": 15,
        "tranche": 1,
    }
    texts = {"amount": "USD 5", "on": "2019", "share": "15", "tranche": "1"}
    assert not ledger.record("deal/x", "tranche-paid", source="wire", **values).known_before
    assert ledger.record("deal/x", "tranche-paid", source="wire", **texts).known_before
    what = {"event": "delivered", "tranche": 1}
    assert not ledger.record("deal/x", "expected", what=what, due="2022", source="wire").known_before
    assert ledger.record("deal/x", "expected", what="delivered tranche=1", due="2022", source="wire").known_before


def test_an_entry_is_corrected_and_retracted_by_its_address() -> None:
    ledger = book(opened(), paid("USD 1m"), delivered("1 unit"))
    corrected = ledger.correct("deal/x@2", set={"amount": "USD 2m"}, reason="entry-error", note="a slip")
    retracted = ledger.retract("deal/x@3", reason="it was another deal's")
    assert (corrected.address, retracted.address) == ("deal/x@4", "deal/x@5")
    state = ledger.at().deal("x").certain
    assert state is not None
    assert ([str(amount) for amount in state.paid], state.delivered) == (["USD 2m"], ())
    rows = ledger.log("deal/x")
    assert (rows[3].corrects, rows[2].retracted_by, rows[3].note) == ("deal/x@2", "deal/x@5", "a slip")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["deal/x", "@2", "2", "deal/x@", "deal/x@two", "things/x@2"])
def test_what_is_no_address_cannot_be_repaired(address: str) -> None:
    ledger = book(opened())
    with pytest.raises(UsageError):
        ledger.correct(address, set={"on": "2019"}, reason="entry-error")
    with pytest.raises(UsageError):
        ledger.retract(address, reason="wrong")


# refusals


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "event", "fields", "field"),
    [
        (UnknownEvent, "tranche-payed", {}, "event"),
        (UnknownField, "tranche-paid", {"on": "2019", "amout": "USD 1m"}, "amout"),
        (MissingField, "approval-granted", {"on": "2019"}, "authority"),
        (MissingField, "tranche-paid", {}, "on"),
        (UnreadableValue, "tranche-paid", {"on": "last year"}, "on"),
        (UnreadableValue, "tranche-paid", {"on": "2019", "amount": "USD -5m"}, "amount"),
        (UnreadableValue, "delivered", {"on": "2019", "quantity": "-5 units"}, "quantity"),
        (UnreadableValue, "tranche-paid", {"on": "2019", "amount": "5m"}, "amount"),
        (FutureDate, "tranche-paid", {"on": "2027"}, "on"),
        (UnknownSource, "tranche-paid", {"on": "2019", "source": "nobody"}, "source"),
        (UnknownTarget, "retracted", {"target": "deal/x@9", "reason": "wrong"}, "target"),
        (WrongTarget, "expectation-revised", {"target": "deal/x@1", "due": "2022"}, "target"),
        (RetractedTarget, "disputed", {"target": "deal/x@2"}, "target"),
        (IdTaken, "tranche-paid", {"on": "2019", "id": "opening"}, "id"),
        (
            SelfContradiction,
            "opened",
            {"on": "2018-01-01", "supplier": "USA", "buyer": "IND", "id": "other"},
            "supplier",
        ),
    ],
)
def test_a_refusal_carries_the_stream_and_the_field_and_stores_nothing(
    kind: type[Refused], event: str, fields: dict[str, Any], field: str
) -> None:
    ledger = book(opened(), delivered("1 unit", id="gone"), entry("deal/x", "retracted", target="gone", reason="wrong"))
    before = (ledger.position(), trail(ledger))
    with pytest.raises(kind) as refusal:
        ledger.record("deal/x", event, **{"source": "wire", **fields})
    assert type(refusal.value) is kind
    assert refusal.value.field == field
    assert refusal.value.stream == "deal/x"
    assert str(refusal.value).startswith("deal/x: ")
    assert (ledger.position(), trail(ledger)) == before


def test_a_stream_that_nothing_opened_is_not_begun_by_a_payment() -> None:
    with pytest.raises(NotOpened, match="nothing opened this stream") as refusal:
        book().record("deal/new", "tranche-paid", on="2019", source="wire")
    assert "record 'opened' first" in refusal.value.remedy


def test_today_is_the_last_day_that_has_happened() -> None:
    clock = Clock()
    ledger = book(opened(), clock=clock)
    with pytest.raises(FutureDate, match="which is after today, 2026-11-22"):
        ledger.record("deal/x", "tested", on="2026-11-23", source="wire")
    clock.pass_time(hours=12)
    taken = ledger.record("deal/x", "tested", on="2026-11-23", asserted="2026-11-23", source="wire")
    assert taken.address == "deal/x@2"


# the same again


def test_the_same_entry_again_is_known_by_its_address() -> None:
    ledger = book(opened())
    first = ledger.record("deal/x", "tested", on="2020", source="wire")
    again = ledger.record("deal/x", "tested", on="2020", source="wire")
    assert (first.known_before, again.known_before) == (False, True)
    assert first.address == again.address == "deal/x@2"
    assert (first.entry.id, again.findings) == (again.entry.id, ())


def test_the_same_id_with_the_same_content_is_known_and_with_other_content_refused() -> None:
    ledger = book(opened())
    for known in (False, True):
        assert ledger.record("deal/x", "tested", id="test", on="2020", source="wire").known_before is known
    with pytest.raises(IdTaken, match="entry 'test' is recorded as deal/x@2, with other content"):
        ledger.record("deal/x", "tested", id="test", on="2021", source="wire")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({"amount": "USD 1m"}, True),
        ({"payer": "IND"}, True),
        ({"amount": "USD 1m", "payer": "IND", "quote": "paid"}, True),
        ({}, True),
        ({"amount": "USD 1m", "asserted": "2021-12-01"}, False),  # it says less of it later
        ({"amount": "USD 1m", "source": "paper"}, False),
    ],
)
def test_a_source_that_says_less_of_an_occurrence_on_the_same_day_says_nothing_new(
    fields: dict[str, Any], known: bool
) -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1, payer="IND", payee="RUS", quote="paid"))
    again = ledger.record("deal/x", "tranche-paid", on="2019-06-01", tranche=1, **{"source": "wire", **fields})
    assert (again.known_before, again.address) == (known, "deal/x@2" if known else "deal/x@3")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "USD 2m"},
        {"amount": "USD 1m", "payee": "RUS"},
        {"amount": "USD 1m", "status": "claim"},
        {"amount": "USD 1m", "id": "other"},
    ],
)
def test_a_source_that_says_otherwise_or_more_on_the_same_day_is_refused(fields: dict[str, Any]) -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1, payer="IND"))
    with pytest.raises(
        SelfContradiction, match=r"source 'wire' says .* here and .* in deal/x@2.* \(both asserted 2021-11-12\)"
    ):
        ledger.record("deal/x", "tranche-paid", on="2019-06-01", tranche=1, source="wire", **fields)


def test_the_same_dossier_adds_nothing_on_any_later_day() -> None:
    clock = Clock()
    undated = {"key": "diary", "publisher": "Diary"}
    repairs = [
        entry("deal/x", "corrected", target="payment", set={"amount": "USD 2m"}, reason="new-information", source=None),
        entry("deal/x", "retracted", target="batch", reason="it was wrong", source=None),
        entry("source/diary", "regraded", reliability="D"),
    ]
    objects = [undated, opened(), paid("USD 1m", id="payment"), delivered("1 unit", id="batch"), *repairs]
    ledger = book(clock=clock)
    assert take(ledger, *objects).recorded == 7
    for days in (1, 40, 400):
        clock.pass_time(days=days)
        report = take(ledger, *objects)
        assert (report.recorded, report.known, report.first, report.last) == (0, 7, 0, 0)


def test_other_processes_on_other_days_add_nothing_either(path: Path) -> None:
    days = ("2026-12-01T00:00+00:00", "2027-06-01T00:00+00:00")
    said = [
        python("-c", RECORD, day, path, SEED, STORY, env=environment(PYTHONHASHSEED=seed)).split()
        for day, seed in zip(days, ("1", "2"), strict=True)
    ]
    assert said == [["21", "0", "84", "5"], ["0", "21", "0", "89"]]
    with Ledger(path) as ledger:
        assert ledger.position() == 105


def test_all_entries_of_a_recording_have_one_time_and_times_never_go_back() -> None:
    clock = Clock()
    ledger = book(opened(), paid("USD 1m"), clock=clock)
    assert len({row.recorded_at for row in ledger.log()}) == 1
    clock.pass_time(hours=-5)  # somebody set the clock back
    take(ledger, delivered("1 unit"))
    times = [row.recorded_at for row in ledger.log()]
    assert times == sorted(times)
