"""Steps: every day and belief of a page, computed before."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.standpoint import Belief, Standpoint
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Part, Slots
from armsledger.web.steps import Steps, one_standpoint, thinned
from tests.application.book import book, delivered, opened, paid
from tests.web.pages import fragment


class Paid(Part):
    """What is paid, and a slot for each payment known."""

    name = "paid"

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        state = standpoint.bounds.certain
        sums = () if state is None else state.paid
        return {"paid": sums} | {f"paid/{place}": money for place, money in enumerate(sums)}

    def html(self, slot: str, data: Any) -> Markup:
        return escape(f"{slot}: {', '.join(map(str, data)) if slot == 'paid' else data}")

    def section(self, slots: Slots) -> Markup:
        return Markup("").join(slots.element(slot, "p", class_="sum") for slot in slots.of(self))


class Cited(Part):
    """How many entries are known, whatever the day."""

    name = "cited"
    by_day = False

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        return {"cited": len(standpoint.entries)}

    def html(self, slot: str, data: Any) -> Markup:
        return Markup("<b>{}</b>").format(data)

    def section(self, slots: Slots) -> Markup:
        return slots.element("cited")


LAST = date(2021, 12, 31).toordinal()
MOST = 12_000


def steps(ledger: Ledger) -> Steps:
    return Steps([Paid(), Cited()], Pictures(ledger.at(None, None, "asserted")).beliefs("deal/x"), LAST, LAST, MOST)


def two_beliefs() -> Ledger:
    """The wire says on 12 November that USD 1m was paid; the paper adds EUR 2m on the 20th."""
    return book(opened(), paid("USD 1m"), paid("EUR 2m", on="2020-06-01", source="paper"))


def test_the_page_first_shows_its_own_day_by_the_last_belief() -> None:
    slots = steps(two_beliefs()).slots
    assert slots.content("paid") == "paid: USD 1m, EUR 2m"
    assert slots.content("cited") == "<b>3</b>"
    assert slots.element("paid/1", "p", class_="sum") == '<p data-slot="paid/1" class="sum">paid/1: EUR 2m</p>'


def test_each_day_and_belief_shows_what_was_believed_of_it() -> None:
    told = steps(two_beliefs()).to_json()
    days = [date.fromordinal(day).isoformat() for day in told["days"]]
    assert [known for known, _ in told["known"]] == ["2021-11-12", "2021-11-20"]
    before, paid_on, after, now = (days.index(day) for day in ("2018-01-01", "2019-06-01", "2020-06-01", "2021-12-31"))
    assert [fragment(told, "paid", day, 0) for day in (before, paid_on, now)] == ["paid: ", *["paid: USD 1m"] * 2]
    assert [fragment(told, "paid", day, 1) for day in (paid_on, after)] == ["paid: USD 1m", "paid: USD 1m, EUR 2m"]
    assert [fragment(told, "cited", 0, known) for known in (0, 1)] == ["<b>2</b>", "<b>3</b>"]


def test_a_slot_is_empty_where_nothing_is_told() -> None:
    told = steps(two_beliefs()).to_json()
    assert fragment(told, "paid/1", len(told["days"]) - 1, 0) == ""
    assert fragment(told, "paid/1", 0, 1) == ""
    assert fragment(told, "paid/1", len(told["days"]) - 1, 1) == "paid/1: EUR 2m"


def test_equal_fragments_and_equal_lists_are_held_once() -> None:
    told = steps(
        book(opened(), *(delivered(f"{count} tanks", on=f"2020-01-0{count}") for count in (1, 2, 3)))
    ).to_json()
    assert len(set(told["texts"])) == len(told["texts"])
    assert len(set(map(tuple, told["lists"]))) == len(told["lists"])
    assert len(told["slots"]["paid"][1]) == 2  # one list, since nothing is paid at any day by the only belief


def test_one_standpoint_shows_what_the_steps_show_there() -> None:
    ledger = two_beliefs()
    view = ledger.at("2020-01-01", "2021-11-20", "asserted")
    shown = one_standpoint([Paid(), Cited()], Pictures(view).standpoint("deal/x"))
    told = steps(ledger).to_json()
    place = told["days"].index(date(2019, 6, 1).toordinal())
    assert all(shown.content(slot) == fragment(told, slot, place, 1) for slot in ("paid", "paid/0", "paid/1", "cited"))


def test_what_a_source_wrote_is_text() -> None:
    slots = steps(book(opened(), paid("USD 1m"))).slots
    assert slots.element("paid", title='"><script>') == (
        '<div data-slot="paid" title="&#34;&gt;&lt;script&gt;">paid: USD 1m</div>'
    )


def test_beliefs_thin_out_where_a_page_would_be_large() -> None:
    first = date(2015, 1, 1).toordinal()
    daily = [Belief("", first + number) for number in range(500)]
    assert thinned(daily, 10, MOST) == list(range(500))
    monthly = thinned(daily, 400, MOST)
    assert [date.fromordinal(daily[place].day).isoformat() for place in monthly[:2]] == ["2015-01-31", "2015-02-28"]
    assert monthly[-1] == 499  # the last belief is always there
    for days in (400, 1000, 5000, 50_000):
        assert len(thinned(daily, days, MOST)) * days <= max(MOST, days)
