"""What changed between two beliefs about one day, and every change of belief."""

from __future__ import annotations

from datetime import date

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.web.markup import Markup
from armsledger.web.part import Slots
from armsledger.web.parts.changes import Changes
from tests.application.book import DEAL, book, entry, opened, paid
from tests.web.parts.shown import spaced, text_of


def fields(ledger: Ledger, at: str, known: str | None) -> dict[str, str]:
    """The main fields of the S-400's deal, by their labels."""
    told = text_of(Changes, ledger, DEAL, at, known=known)
    return {slot.partition(" ")[2]: text for slot, text in told.items() if slot.startswith("changes/text")}


def section(ledger: Ledger, stream: str, at: str, known: str | None = None, compare: int | None = None) -> Markup:
    part = Changes()
    part.compare = compare
    part.data(Pictures(ledger.at(at, known, "asserted")).standpoint(stream))
    return part.section(Slots({}, ()))


def test_the_last_day_of_2021_as_two_readers_would_have_told_it(story: Ledger) -> None:
    then, now = fields(story, "2021-12-31", "2021-11-12"), fields(story, "2021-12-31", None)
    assert {name: (then[name], now[name]) for name in then if then[name] != now[name]} == {
        "Stage": ("contract signed", "delivering"),
        "Delivered": ("nothing reported", "batch 1 begun"),
        "Sanctions": ("threatened", "threatened, no determination"),
        "Forecasts": ("1 met late, 5 overdue, 6 open", "2 met, 4 met late, 2 overdue, 4 open"),
        "Contested fields": ("4", "5"),
    }


def test_without_javascript_two_beliefs_stand_side_by_side_and_no_later_one_is_told(story: Ledger) -> None:
    html = section(story, DEAL, "2021-12-31", "2021-11-23")
    comparison, _, every = spaced(html).partition("Every change of belief")
    # 23 Nov 2021 brought the word of the State Department; the belief before it is that of 14 Nov
    assert "As believed on 14 Nov 2021 As believed on 23 Nov 2021" in comparison
    assert "Sanctions threatened threatened, no determination" in comparison
    assert "1 entry is known only to the later belief: 42" in comparison
    assert "14 Nov 2021 Stage contract signed → delivering" in every
    assert every.count("→ INR 60bn") == 1
    assert "2022" not in every
    twelfth = spaced(section(story, DEAL, "2021-12-31", compare=date(2021, 11, 12).toordinal()))
    assert "As believed on 12 Nov 2021 As believed on 1 Mar 2026" in twelfth
    assert "18 entries are known only to the later belief" in twelfth


def test_a_source_that_is_graded_anew_changes_a_belief_without_an_entry() -> None:
    regraded = entry("source/paper", "regraded", reliability="A", on="2021-12-01", asserted="2021-12-01", reason="won")
    ledger = book(opened(), paid("USD 800m", tranche=1), paid("USD 850m", tranche=1, source="paper"), regraded)
    told = spaced(section(ledger, "deal/x", "2022-06-01"))
    assert "1 Dec 2021 Paid USD 800m → USD 850m a source was graded anew" in told


def test_one_belief_is_no_change() -> None:
    assert section(book(opened()), "deal/x", "2022-06-01") == ""
