"""The charts of a page: marks in slots, which step through beliefs and never tell what comes later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.web.part import Part
from armsledger.web.parts.slips import SlipsPart
from armsledger.web.parts.sums import SumsPart
from armsledger.web.parts.timeline import TimelinePart
from armsledger.web.steps import Steps, one_standpoint
from tests.application.book import (
    DEAL,
    SEED,
    STORY,
    book,
    delivered,
    entry,
    expected,
    ledger_of_examples,
    opened,
    paid,
)

CHARTS: Sequence[type[Part]] = (TimelinePart, SlipsPart, SumsPart)


def drawn(ledger: Ledger, at: str, known: str, stream: str = "deal/x") -> str:
    """The charts of a page at one day and belief."""
    parts = [kind() for kind in CHARTS]
    standpoint = Pictures(ledger.at(at, known, "asserted")).standpoint(stream)
    slots = one_standpoint(parts, standpoint)
    return "".join(part.section(slots) for part in parts)


def stepped(ledger: Ledger, at: str, stream: str = "deal/x") -> tuple[Steps, list[Part]]:
    """The charts of a page that steps, as it stands at a day."""
    parts = [kind() for kind in CHARTS]
    day = date.fromisoformat(at).toordinal()
    return Steps(parts, Pictures(ledger.at(at, None, "asserted")).beliefs(stream), day, day, 12_000), parts


def shown(steps: Steps, known: str, at: str) -> str:
    """All that the slots hold at a belief and a day."""
    belief = [belief.known for belief in steps.beliefs].index(known)
    day = max(place for place, one in enumerate(steps.days) if one <= date.fromisoformat(at).toordinal())
    return "".join(steps.fragments(belief, day).values())


def words(html: str) -> str:
    return re.sub(r"<[^>]*>", " ", html)


def test_a_fragment_at_an_earlier_belief_says_nothing_that_only_a_later_one_knows() -> None:
    ledger = book(
        opened(),
        paid(None, tranche=1),
        paid("USD 800m", tranche=1, source="paper"),
        expected("delivered tranche=1", "../2022", source="paper", holder="Rostec"),
        expected("delivered tranche=1", "../2023", source="rumour", holder="Kremlin"),
    )
    steps, _ = stepped(ledger, "2021-12-31")
    early, later, last = (words(shown(steps, day, "2021-12-31")) for day in ("2021-11-12", "2021-11-20", "2021-11-25"))
    assert "Tranche 1 paid" in early
    assert not any(word in early for word in ("800m", "Rostec", "Batch 1", "Kremlin", "\u2260"))
    assert "USD 800m" in later
    assert "Kremlin" not in later
    assert {"Rostec", "Kremlin", "2 forecasts"} <= {
        word for word in ("Rostec", "Kremlin", "2 forecasts") if word in last
    }


def test_what_a_page_steps_to_is_what_it_would_draw_anew() -> None:
    with ledger_of_examples(SEED, STORY) as ledger:
        steps, _ = stepped(ledger, "2026-11-29", DEAL)
        for known in ("2021-12-06", "2023-03-01"):
            parts = [kind() for kind in CHARTS]
            standpoint = Pictures(ledger.at("2026-11-29", known, "asserted")).standpoint(DEAL)
            slots = one_standpoint(parts, standpoint)
            anew = "".join(slots.content(slot) for part in parts for slot in slots.of(part))
            assert sorted(texts(shown(steps, known, "2026-11-29"))) == sorted(texts(anew))


def texts(html: str) -> list[str]:
    """What is told of marks to who points at them."""
    return re.findall(r"<title>(.*?)</title>", html)


def test_each_mark_is_there_for_wide_and_for_narrow_screens_and_leads_to_the_record() -> None:
    html = drawn(book(opened(), delivered("2 tanks")), "2021-12-31", "2021-12-31")
    wide, narrow = re.findall(r'<svg class="([wn]) tl"', html)
    assert (wide, narrow) == ("w", "n")
    assert html.count('<a href="#e2">') == 2
    assert html.count(" id=") == html.count("<h2 id=")  # an id that stood in both drawings would be there twice


def test_a_slip_chart_takes_two_forecasts_of_one_thing() -> None:
    said = expected("delivered tranche=1", "../2022")
    assert "slipped" not in drawn(book(opened(), said), "2021-12-31", "2021-12-31")
    again = expected("delivered tranche=1", "../2023", source="paper")
    html = drawn(book(opened(), said, again), "2021-12-31", "2021-12-31")
    assert "How the dates slipped" in html
    assert "2 forecasts. First due: by 2022. Last due: by 2023." in html


def test_a_deal_of_which_no_amount_is_known_has_no_sums() -> None:
    assert "Paid and delivered" not in drawn(book(opened()), "2021-12-31", "2021-12-31")
    assert "Paid, USD" in drawn(book(opened(), paid("USD 5m")), "2021-12-31", "2021-12-31")


@pytest.mark.parametrize("sign", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title></svg>"])
def test_what_a_source_wrote_is_text_in_every_chart(sign: str) -> None:
    ledger = book(
        opened(items=[sign]),
        entry("deal/x", "approval-granted", on="2019-01-01", authority=sign),
        expected("delivered tranche=1", "../2022", holder=sign),
        expected("delivered tranche=1", "../2023", source="paper", holder=sign),
        delivered("2 tanks", item=sign),
    )
    html = drawn(ledger, "2021-12-31", "2021-12-31")
    assert sign not in html
    assert "<script" not in html
    assert "<img" not in html
