"""The table of sources: how far each can be relied on as known, and how much rests on it."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from tests.application.book import Clock, book, delivered, entry, opened, paid, take


def reliability(ledger: Ledger, source: str = "paper", **known: Any) -> str | None:
    """The grade of a source as known."""
    (row,) = ledger.at(**known).sources(source=source)
    return row.reliability


def test_a_source_tells_what_it_is() -> None:
    fields = {
        "publisher": "ThePrint",
        "title": "President likely to visit",
        "url": "https://example.org/1",
        "published": "2021-11-12",
        "retrieved": "2022-01-29",
        "reliability": "C",
        "sha256": "0" * 64,
    }
    ledger = Ledger.in_memory(clock=Clock())
    ledger.record("source/theprint", "registered", **fields)
    (row,) = ledger.at().sources()
    told = {"source": "theprint", "cited": 0, "alone": 0, "graded": ["C 2021-11-12"], **fields}
    assert row.to_dict() == told


def test_a_source_that_nobody_graded_has_no_grade() -> None:
    assert reliability(book(), "archive") is None


def test_citations_are_counted_as_known() -> None:
    ledger = book(opened(), paid("USD 1m"), delivered("1 unit", source="paper"))
    cited = {row.source: row.cited for row in ledger.at().sources()}
    assert cited == {"archive": 0, "paper": 1, "rumour": 0, "wire": 2}
    assert {row.source: row.cited for row in ledger.at(known=5).sources()} == {**cited, "paper": 0, "wire": 1}
    by_asserted = ledger.at(known="2021-11-15", known_by="asserted").sources()
    assert {row.source: row.cited for row in by_asserted} == {"wire": 2}


def test_a_source_judged_anew_has_its_old_grade_as_known_before() -> None:
    clock = Clock()
    ledger = book(clock=clock)
    clock.pass_time(days=1)
    ledger.record("source/paper", "regraded", reliability="A", reason="its archive was opened")
    assert reliability(ledger) == "A"
    assert reliability(ledger, known="2026-11-22") == "C"
    assert reliability(ledger, known=4) == "C"
    assert reliability(ledger, at="1900-01-01") == "A"  # whatever the date of the question


def test_by_asserted_date_the_first_grade_holds_from_the_start_and_a_new_one_from_its_day() -> None:
    ledger = book(opened(asserted="2019-01-01", source="paper"))
    take(ledger, entry("source/paper", "regraded", reliability="A", asserted="2022-06-01"))
    by_asserted: dict[str, Any] = {"known_by": "asserted"}
    assert reliability(ledger, known="2019-06-01", **by_asserted) == "C"
    assert reliability(ledger, known="2022-05-31", **by_asserted) == "C"
    assert reliability(ledger, known="2022-06-01", **by_asserted) == "A"
    assert [row.reliability for row in ledger.log("deal/x", known="2019-06-01", known_by="asserted")] == ["C"]


def test_by_asserted_date_a_grade_copied_wrongly_was_never_believed() -> None:
    ledger = book(opened(asserted="2019-01-01", source="paper"))
    ledger.correct("source/paper@1", set={"reliability": "B"}, reason="entry-error")
    assert reliability(ledger, known="2019-06-01", known_by="asserted") == "B"
    assert reliability(ledger, known=5) == "C"


def test_by_asserted_date_a_source_is_known_once_it_is_published_or_cited() -> None:
    ledger = book(opened(asserted="2019-01-01", source="archive"))
    listed = {
        day: [row.source for row in ledger.at(known=day, known_by="asserted").sources()]
        for day in ("2018", "2020", "2021")
    }
    assert listed == {"2018": [], "2020": ["archive"], "2021": ["archive", "paper", "rumour", "wire"]}


@pytest.mark.parametrize(("grade", "amount"), [("A", 2), ("B", 1), ("D", 1)])
def test_the_grade_decides_between_sources(grade: str, amount: int) -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="paper", credibility=3))
    ledger.record("source/paper", "regraded", reliability=grade)
    if grade == "B":
        ledger.record("source/wire", "regraded", reliability="A")
    (row,) = ledger.at().payments()
    assert row.amount == amount * 1_000_000


def test_a_source_in_the_shape_of_a_state(story: Ledger) -> None:
    state = story.at().source("theprint-2021-11-12").to_dict()["certain"]
    assert (state["publisher"], state["published"], state["reliability"]) == ("ThePrint", "2021-11-12", "C")
    assert story.at("2021-11-11").source("theprint-2021-11-12").certain is None


def test_a_correction_of_a_correction_may_name_another_source_and_its_grade_counts() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="rumour", id="second"))
    take(
        ledger,
        entry("deal/x", "corrected", id="fix", target="second", set={"source": "archive"}, reason="entry-error"),
        entry(
            "deal/x", "corrected", target="fix", set={"set": {"source": "best"}}, reason="entry-error", source="wire"
        ),
        {"key": "best", "publisher": "Best", "published": "2021-11-25", "reliability": "A"},
    )
    state = ledger.at().deal("x")
    assert state.certain is not None
    assert [str(amount) for amount in state.certain.paid] == ["USD 2m"]
    assert [str(amount) for amount in ledger.at().deals()[0].paid] == ["USD 2m"]


def test_the_grades_of_a_source_over_time_stand_side_by_side() -> None:
    ledger = book()
    ledger.record("source/paper", "regraded", reliability="A", asserted="2022-03-01", reason="its archive was opened")
    (row,) = ledger.at().sources(source="paper")
    assert (row.reliability, row.graded) == ("A", ("C 2021-11-20", "A 2022-03-01"))


def test_what_rests_on_one_source_alone_is_counted() -> None:
    ledger = book(
        opened(),
        paid("USD 1m", tranche=1),
        paid("USD 1m", tranche=1, source="paper"),
        delivered("1 unit", source="paper"),
    )
    rows = {row.source: (row.cited, row.alone) for row in ledger.at().sources()}
    assert rows == {"archive": (0, 0), "paper": (2, 1), "rumour": (0, 0), "wire": (2, 1)}
    assert {row.source: row.alone for row in ledger.at(known=6).sources()}["wire"] == 2
