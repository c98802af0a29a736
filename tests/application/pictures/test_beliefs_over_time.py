"""The beliefs about a stream, one for each belief date on which something of it changes."""

from __future__ import annotations

import random
from datetime import date

import pytest

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import MOST_BESIDE, BeliefAbout, Pictures
from armsledger.domain.errors import UnknownStream
from tests.application.book import DEAL, Clock, book, delivered, entry, opened, paid, take


def pictures(ledger: Ledger, at: str | None = None, known: str | None = None, by: str = "asserted") -> Pictures:
    return Pictures(ledger.at(at, known, by))


def known(pictures: Pictures, stream: str = "deal/x") -> list[str | None]:
    """The belief dates of a stream, as ``--known`` takes them."""
    return [belief.believed.known for belief in pictures.beliefs(stream).all()]


def paid_by(belief: BeliefAbout, day: int) -> list[str]:
    """What is certainly paid by a day."""
    state = belief.at(day).bounds.certain
    return [] if state is None else [str(money) for money in state.paid]


def test_a_belief_changes_on_the_days_on_which_sources_spoke() -> None:
    ledger = book(opened(), paid("USD 800m", tranche=1), paid("USD 850m", tranche=1, source="paper"))
    assert known(pictures(ledger)) == ["2021-11-12", "2021-11-20"]
    assert known(pictures(ledger, known="2021-11-19")) == ["2021-11-12"]


def test_a_source_that_is_graded_anew_changes_the_belief() -> None:
    regraded = entry("source/paper", "regraded", reliability="A", on="2021-12-01", asserted="2021-12-01", reason="won")
    ledger = book(opened(), paid("USD 800m", tranche=1), paid("USD 850m", tranche=1, source="paper"), regraded)
    *_, before, after = pictures(ledger).beliefs("deal/x").all()
    assert after.believed.known == "2021-12-01"
    day = date(2021, 12, 31).toordinal()
    assert (paid_by(before, day), paid_by(after, day)) == (["USD 800m"], ["USD 850m"])
    assert (before.sources["paper"].reliability, after.sources["paper"].reliability) == ("C", "A")


def test_by_recording_a_belief_changes_when_something_is_recorded() -> None:
    clock = Clock()
    ledger = book(opened(), clock=clock)
    clock.pass_time(days=1)
    take(ledger, delivered("2 tanks"))
    first, second = pictures(ledger, by="recorded").beliefs("deal/x").all()
    assert (first.believed.known, second.believed.known) == ("@1", "@6")
    assert second.believed.moment == clock.now
    state = first.at(date(2022, 1, 1).toordinal()).bounds.certain
    assert state is not None
    assert state.delivered == ()


def test_meetings_of_both_parties_stand_beside_a_deal_and_those_of_others_do_not() -> None:
    def held(key: str, *parties: str) -> dict[str, object]:
        return entry(f"engagement/{key}", "held", on="2020-01-05", format="summit", participants=list(parties))

    ledger = book(opened(), held("both", "IND", "RUS", "CHN"), held("other", "IND", "USA"))
    (belief,) = pictures(ledger).beliefs("deal/x").all()
    assert [day.stream for day in belief.at(date(2021, 1, 1).toordinal()).beside] == ["engagement/both"]


def test_of_very_many_meetings_the_last_ones_stand_beside() -> None:
    met = [
        entry(f"engagement/m{number:03}", "held", on="2020-01-05", format="visit", participants=["IND", "RUS"])
        for number in range(MOST_BESIDE + 3)
    ]
    assert pictures(book(opened(), *met)).streams_beside("deal/x")[0] == "engagement/m003"


def test_what_nobody_had_spoken_of_is_a_belief_that_knows_nothing() -> None:
    (belief,) = pictures(book(opened()), known="2000-01-01").beliefs("deal/x").all()
    assert belief.at(date(2021, 1, 1).toordinal()).bounds == (None, None)
    assert belief.believed.known == "2000-01-01"


def test_an_unknown_stream_is_refused() -> None:
    with pytest.raises(UnknownStream):
        pictures(book(opened())).beliefs("deal/none")


def test_the_states_are_those_that_show_tells(story: Ledger) -> None:
    """Folded once a belief and for all days, they are what is folded for one question."""
    chance = random.Random(16)
    beliefs = list(pictures(story, "2026-11-29").beliefs(DEAL).all())
    for _ in range(40):
        belief = chance.choice(beliefs)
        day = chance.choice(belief.change_days) + chance.choice((-1, 0, 1))
        shown = story.at(date.fromordinal(day), belief.believed.known, "asserted").deal("india-s400")
        assert belief.at(day).bounds == (shown.certain, shown.possible)
