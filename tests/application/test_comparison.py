"""Comparing two beliefs about one date: what changed, and which entries changed it."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.comparison import Comparison
from armsledger.domain.errors import UnknownStream, UsageError
from tests.application.book import (
    DEAL,
    FRAMEWORK,
    SUMMIT,
    Clock,
    Object,
    book,
    delivered,
    entry,
    expected,
    opened,
    paid,
    take,
)

Told = dict[tuple[str, str], tuple[Any, Any, tuple[str, ...]]]


def told(comparison: Comparison) -> Told:
    """Old value, new value and entries of each changed field of one stream, by bound and field."""
    return {(row.bound, row.field): (row.old, row.new, row.entries) for row in comparison.changes}


def certain(comparison: Comparison) -> dict[str, tuple[Any, Any, tuple[str, ...]]]:
    """The same for the certain bound alone."""
    return {field: change for (bound, field), change in told(comparison).items() if bound == "certain"}


def news(ledger: Ledger, *objects: Object) -> Comparison:
    """What some more entries change about the deal."""
    before = ledger.position()
    take(ledger, *objects)
    return ledger.compare("deal/x", known=(before, None))


def usd(amount: int) -> list[dict[str, Any]]:
    """A sum of money in a state."""
    return [{"amount": str(amount), "currency": "USD", "approximate": False}]


# what changed, and by which entries


@pytest.mark.usefixtures("database")
def test_an_entry_is_named_for_each_field_that_it_changes() -> None:
    comparison = news(
        book(opened()),
        entry("deal/x", "contract-signed", on="2018-10-05", value="USD 5bn", quantity="5 units"),
        paid("USD 1m"),
    )
    assert certain(comparison) == {
        "stage": ("prospective", "signed", ("deal/x@2",)),
        "value": (None, usd(5_000_000_000)[0] | {"contested": False}, ("deal/x@2",)),
        "ordered": (None, [{"count": 5, "unit": "unit", "approximate": False}], ("deal/x@2",)),
        "signed_on": (None, "2018-10-05", ("deal/x@2",)),
        "paid": (None, usd(1_000_000), ("deal/x@3",)),
    }
    assert [known.address for known in comparison.entries] == ["deal/x@2", "deal/x@3"]


def test_both_bounds_are_compared_where_they_differ() -> None:
    before = book(opened(), paid("USD 1m", on="2019", id="payment"))
    position = before.position()
    take(before, entry("deal/x", "corrected", target="payment", set={"on": "2019-06"}, reason="new-information"))
    changes = told(before.compare("deal/x", known=(position, None), at="2019-07-01"))
    assert changes == {("certain", "paid"): (None, usd(1_000_000), ("deal/x@3",))}


def test_entries_that_only_matter_together_are_both_named() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1, id="first"))
    comparison = news(
        ledger,
        paid("USD 2m", tranche=1, id="second", source="paper"),
        entry("deal/x", "resolved", preferred="second", over=["first"], source="paper"),
    )
    assert certain(comparison)["paid"] == (usd(1_000_000), usd(2_000_000), ("deal/x@3", "deal/x@4"))


def test_entries_that_say_the_same_twice_are_both_named() -> None:
    comparison = news(book(opened()), paid("USD 1m", tranche=1), paid("USD 1m", tranche=1, source="paper"))
    assert certain(comparison)["paid"] == (None, usd(1_000_000), ("deal/x@2", "deal/x@3"))


def test_a_retraction_and_a_correction_are_named() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1, id="a"), paid("USD 2m", tranche=2, id="b"))
    comparison = news(
        ledger,
        entry("deal/x", "retracted", target="a", reason="it was another deal's"),
        entry("deal/x", "corrected", target="b", set={"amount": "INR 2m"}, reason="source-error"),
    )
    old, new, entries = certain(comparison)["paid"]
    assert (old, new[0]["currency"], entries) == (usd(3_000_000), "INR", ("deal/x@4", "deal/x@5"))


def test_an_entry_that_changes_nothing_is_known_and_not_blamed() -> None:
    comparison = news(book(opened()), entry("deal/x", "tested", on="2019-01-01"), paid("USD 1m"))
    assert {change[2] for change in certain(comparison).values()} == {("deal/x@3",)}
    assert len(comparison.entries) == 2


def test_what_became_of_an_expectation_is_a_change() -> None:
    ledger = book(opened(), expected("delivered tranche=1", "../2021-12"))
    field = "expected delivered 1 ../2021-12 (deal/x@2)"
    assert certain(news(ledger, delivered("1 unit", tranche=1)))[field] == ("overdue", "met", ("deal/x@3",))
    later = news(ledger, entry("deal/x", "expectation-revised", target="deal/x@2", due="2022", source="paper"))
    assert certain(later) == {"expected delivered 1 2022 (deal/x@4)": (None, "met-early", ("deal/x@4",))}


# sanctions


def threat(against: str = "IND", event: str = "sanction-threat-raised", **fields: Any) -> Object:
    """The United States threaten somebody over the deal."""
    return entry("deal/x", event, **{"on": "2018-10-01", "by": "USA", "against": against, "basis": "CAATSA", **fields})


def test_lines_of_sanctions_against_two_parties_are_two_fields() -> None:
    ledger = book(opened(), threat("IND"))
    assert certain(news(ledger, threat("RUS", event="sanction-imposed", measures=["export ban"]))) == {
        "sanction USA CAATSA against RUS": (None, "imposed, since 2018-10-01, export ban", ("deal/x@3",))
    }


@pytest.mark.parametrize(
    ("event", "fields", "words"),
    [
        ("waiver-denied", {"on": "2020-01-01"}, "threatened, waiver denied, since 2018-10-01"),
        ("waiver-granted", {"on": "2020-01-01"}, "waived, waiver granted, since 2020-01-01"),
        (
            "sanction-threat-raised",
            {"on": "2020-01-01", "strength": "ultimatum"},
            "threatened, ultimatum, since 2020-01-01",
        ),
        ("sanction-threat-raised", {"over": "tanks"}, "threatened, since 2018-10-01, over tanks"),
    ],
)
def test_every_change_of_a_line_of_sanctions_is_told(event: str, fields: dict[str, Any], words: str) -> None:
    ledger = book(opened(), threat())
    field = "sanction USA CAATSA against IND"
    assert certain(news(ledger, threat(event=event, source="paper", **fields)))[field] == (
        "threatened, since 2018-10-01",
        words,
        ("deal/x@3",),
    )


# regradings


def disputed_payment() -> Ledger:
    """Two sources differ on a payment."""
    clock = Clock()
    first, second = paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="paper")
    return book(opened(), first, second, clock=clock)


@pytest.mark.usefixtures("database")
def test_a_source_judged_anew_is_named_by_the_entry_that_judged_it() -> None:
    ledger = disputed_payment()
    before = ledger.position()
    ledger.record("source/paper", "regraded", reliability="A", reason="its archive was opened")
    comparison = ledger.compare("deal/x", known=(before, None))
    assert certain(comparison) == {"paid": (usd(1_000_000), usd(2_000_000), ("source/paper@2",))}
    assert comparison.entries == ()
    whole = ledger.compare(known=(before, None))
    assert {(row.stream, row.field): row.entries for row in whole.changes} == {
        ("deal/x", "paid"): ("source/paper@2",),
        ("source/paper", "reliability"): ("source/paper@2",),
    }
    assert [known.address for known in whole.entries] == ["source/paper@2"]


@pytest.mark.usefixtures("database")
def test_entries_recorded_beside_a_regrading_are_not_blamed_for_it() -> None:
    ledger = disputed_payment()
    before = ledger.position()
    ledger.record("source/paper", "regraded", reliability="A")
    take(ledger, entry("deal/x", "completed", on="2020-01-01"), entry("deal/x", "tested", on="2020-01-01"))
    assert certain(ledger.compare("deal/x", known=(before, None))) == {
        "stage": ("prospective", "completed", ("deal/x@4",)),
        "ended_on": (None, "2020-01-01", ("deal/x@4",)),
        "paid": (usd(1_000_000), usd(2_000_000), ("source/paper@2",)),
    }


def test_a_regrading_is_named_beside_the_entry_that_it_lets_through() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1))
    before = ledger.position()
    take(ledger, entry("source/paper", "regraded", reliability="A"), paid("USD 2m", tranche=1, source="paper"))
    assert certain(ledger.compare("deal/x", known=(before, None)))["paid"][2] == ("deal/x@3",)
    ledger = disputed_payment()
    before = ledger.position()
    take(ledger, entry("source/paper", "regraded", reliability="B"))
    take(ledger, paid("USD 3m", tranche=1, source="paper", asserted="2022-01-01"))
    _, new, entries = certain(ledger.compare("deal/x", known=(before, None)))["paid"]
    assert (new, entries) == (usd(3_000_000), ("deal/x@4", "source/paper@2"))


@pytest.mark.usefixtures("database")
def test_a_grade_corrected_is_named_like_a_regrading() -> None:
    ledger = disputed_payment()
    before = ledger.position()
    ledger.correct("source/paper@1", set={"reliability": "A"}, reason="entry-error")
    assert certain(ledger.compare("deal/x", known=(before, None)))["paid"][2] == ("source/paper@2",)


def test_a_source_that_is_cited_for_the_first_time_is_no_regrading() -> None:
    comparison = news(
        book(opened()),
        {"key": "new", "publisher": "New", "published": "2022", "reliability": "A"},
        paid("USD 1m", source="new"),
    )
    assert certain(comparison)["paid"][2] == ("deal/x@2",)


# which beliefs, which streams


@pytest.mark.usefixtures("database")
def test_nothing_changed(story: Ledger) -> None:
    for known in ((None, None), (60, 60), ("2026-12-01", None), ("2030", "2040")):
        comparison = story.compare(known=known)
        assert (len(comparison.changes), comparison.entries) == (0, ())
    assert story.compare(DEAL, known=("2021-11-12", "2021-11-12"), known_by="asserted").to_dict() == {
        "at": "2026-12-01",
        "known": ["2021-11-12", "2021-11-12"],
        "known_by": "asserted",
        "changes": [],
        "entries": [],
    }


def test_nothing_changed_about_a_date_before_the_news() -> None:
    ledger = book(opened())
    before = ledger.position()
    take(ledger, paid("USD 1m"))
    comparison = ledger.compare("deal/x", known=(before, None), at="2018-12-31")
    assert (len(comparison.changes), [known.address for known in comparison.entries]) == (0, ["deal/x@2"])


def test_the_other_way_round_the_same_entries_are_named() -> None:
    ledger = disputed_payment()
    before = ledger.position()
    take(ledger, entry("source/paper", "regraded", reliability="A"), entry("deal/x", "completed", on="2020"))
    there = certain(ledger.compare("deal/x", known=(before, None)))
    back = certain(ledger.compare("deal/x", known=(None, before)))
    assert back == {field: (new, old, entries) for field, (old, new, entries) in there.items()}
    assert ledger.compare("deal/x", known=(None, before)).entries == ()


@pytest.mark.usefixtures("database")
def test_all_streams_are_those_compared_one_by_one(story: Ledger) -> None:
    question: Any = {"known": ("2021-11-12", "2021-12-31"), "known_by": "asserted", "at": "2021-12-31"}
    whole = story.compare(**question)
    apart = [story.compare(stream, **question) for stream in story.streams()]
    assert list(whole.changes) == [change for comparison in apart for change in comparison.changes]
    assert {known.id for known in whole.entries} == {known.id for c in apart for known in c.entries}
    assert [known.position for known in whole.entries] == sorted(known.position for known in whole.entries)
    kinds = {change.stream.partition("/")[0] for change in whole.changes}
    assert kinds == {"deal", "engagement", "framework", "source"}


def test_a_stream_that_only_the_later_belief_knows_is_compared() -> None:
    ledger = book(opened())
    before = ledger.position()
    take(ledger, opened("deal/y", id="y"), entry("engagement/e", "held", on="2020-01-01", format="visit"))
    comparison = ledger.compare(known=(before, None))
    assert {change.stream for change in comparison.changes} == {"deal/y", "engagement/e"}
    assert certain(ledger.compare("deal/y", known=(before, None)))["supplier"] == (None, "RUS", ("deal/y@1",))


@pytest.mark.usefixtures("database")
def test_what_the_december_of_2021_changed_in_the_longer_story(story: Ledger) -> None:
    question: Any = {"known": ("2021-11-12", "2021-12-31"), "known_by": "asserted", "at": "2021-12-31"}
    deal = certain(story.compare(DEAL, **question))
    assert deal["stage"] == ("signed", "delivering", (f"{DEAL}@36", f"{DEAL}@37"))
    assert deal["delivery_begun"] == (None, "2021-12", (f"{DEAL}@36", f"{DEAL}@37"))
    summit = certain(story.compare(SUMMIT, **question))
    assert summit["status"] == ("postponed", "held", (f"{SUMMIT}@9",))
    framework = certain(story.compare(FRAMEWORK, **question))
    assert framework["status"] == ("expected", "in-force", (f"{FRAMEWORK}@2",))


def test_changes_are_rows(story: Ledger) -> None:
    comparison = story.compare(DEAL, known=("2021-11-12", "2021-12-31"), known_by="asserted")
    assert comparison.changes.columns == ("stream", "bound", "field", "old", "new", "entries")
    assert len(comparison.changes.where(bound="certain", field="stage")) == 1
    assert comparison.changes.to_polars().height == len(comparison.changes)
    assert comparison.to_dict()["changes"] == comparison.changes.to_dicts()
    assert len({*comparison.changes}) == len(comparison.changes)
    assert comparison.to_dict()["entries"] == [known.address for known in comparison.entries]


def test_a_comparison_shows_itself_briefly() -> None:
    with book(opened(), paid("USD 1m", id="first"), paid("USD 2m", on="2020-01-01", id="second")) as ledger:
        comparison = ledger.compare("deal/x", at="2021", known=(ledger.position() - 1, ledger.position()))
        same = ledger.compare("deal/x", known=(ledger.position(), ledger.position()))
    assert repr(comparison) == (
        "<the belief about 2021-12-31, as known by @6 and by @7, by recorded date: deal/x paid: USD 1m -> USD 3m>"
    )
    assert repr(same).endswith(", by recorded date: nothing changed>")


def test_however_much_changed_a_comparison_is_brief_and_a_notebook_shows_every_change(story: Ledger) -> None:
    comparison = story.compare(at="2021-12-31", known=("2021-11-12", "2021-12-31"), known_by="asserted")
    assert len(repr(comparison)) < 500 < len(comparison._repr_html_())
    assert comparison._repr_html_().count("<tr><td>deal/") == sum(
        difference.stream.startswith("deal/") for difference in comparison.differences[:50]
    )


def test_what_a_source_wrote_is_no_markup_in_a_comparison() -> None:
    with book() as ledger:
        take(ledger, opened(title="<script>"))
        shown = ledger.compare("deal/x", known=(0, ledger.position()))._repr_html_()
    assert "<td>title</td><td>nothing</td><td>&lt;script&gt;</td>" in shown
    assert "<script>" not in shown


@pytest.mark.parametrize("known", ["2021-11-12", ("2021",), ("2021", "2022", "2023"), 5, None])
def test_a_comparison_takes_two_belief_dates(known: Any) -> None:
    with pytest.raises(UsageError, match="a comparison takes two belief dates") as refusal:
        book().compare(known=known)
    assert refusal.value.remedy.startswith("write known=('2021-11-12', '2021-12-31')")


@pytest.mark.usefixtures("database")
def test_a_stream_that_does_not_exist_cannot_be_compared(seed: Ledger) -> None:
    with pytest.raises(UnknownStream, match="the ledger holds no deal/nothing"):
        seed.compare("deal/nothing", known=(1, 2))
