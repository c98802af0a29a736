"""The marks of a timeline, as somebody believes it."""

from __future__ import annotations

from typing import Any

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.marks import Telling
from armsledger.charts.marks import Fact, Forecast
from armsledger.domain.values.when import When
from tests.application.book import DEAL, Object, book, delivered, entry, expected, opened, paid


def facts(ledger: Ledger, known: str | None = None, stream: str = "deal/x", at: str = "2021-12-31") -> dict[str, Fact]:
    """The facts by their labels."""
    standpoint = Pictures(ledger.at(at, known, "asserted")).standpoint(stream)
    return {one.head + one.detail: one for one in Telling().facts(standpoint).values()}


def forecasts(ledger: Ledger, at: str, stream: str = "deal/x") -> list[Forecast]:
    standpoint = Pictures(ledger.at(at)).standpoint(stream)
    return list(Telling().forecasts(standpoint).values())


def days(text: str) -> tuple[int, int]:
    when = When.parse(text)
    return when.first, when.last


def test_a_fact_has_its_lane_its_days_and_its_source() -> None:
    one = facts(book(opened(), paid("~USD 800m", tranche=1, on="2019-09~", credibility=2)))["Tranche 1 paid, ~USD 800m"]
    assert (one.lane, one.look, one.days, one.is_qualified) == ("payment", "solid", days("2019-09"), True)
    assert one.told == "Tranche 1 paid, ~USD 800m: about Sep 2019, Wire, B2"
    assert one.entry == "deal/x@2"


def test_a_label_says_no_more_than_the_belief_knows() -> None:
    ledger = book(opened(), paid(None, tranche=1), paid("USD 800m", tranche=1, source="paper"))
    assert "Tranche 1 paid" in facts(ledger, "2021-11-12")
    assert "Tranche 1 paid, USD 800m" in facts(ledger, "2021-11-20")


def test_the_preferred_statement_gives_the_date_and_the_other_one_is_its_rival() -> None:
    begun: dict[str, Any] = {"event": "delivery-begun", "tranche": 1}
    ledger = book(
        opened(), entry("deal/x", on="2021-11", **begun), entry("deal/x", on="2021-10", source="paper", **begun)
    )
    early, late = (facts(ledger, known)["Batch 1 begins"] for known in ("2021-11-12", "2021-11-20"))
    assert (early.rivals, early.is_contested) == ((), False)
    assert (late.days, late.rivals, late.is_contested) == (days("2021-11"), (days("2021-10"),), True)
    assert late.told == "Batch 1 begins: Nov 2021, Wire, B; \u2260 Oct 2021, Paper, C"


def looks(*entries: Object) -> dict[str, str]:
    return {label: one.look for label, one in facts(book(opened(), *entries)).items()}


def test_a_claim_is_possible_and_what_does_not_bind_or_was_put_off_is_hollow() -> None:
    act: dict[str, Any] = {"event": "legislative-action", "by": "US House", "on": "2020-07-01", "stage": "adopted"}
    told = looks(
        paid("USD 5m", on="2020", status="claim"),
        entry("deal/x", instrument="A", binding=True, **act),
        entry("deal/x", instrument="B", binding=False, **act),
    )
    assert told["Payment made, USD 5m (claim)"] == "possible"
    assert (told["A adopted"], told["B adopted"]) == ("solid", "hollow")


def test_what_a_better_source_denies_is_hollow_and_what_was_taken_back_is_grey() -> None:
    begun: dict[str, Any] = {"event": "delivery-begun", "tranche": 1, "on": "2021-06"}
    rumour = entry("deal/x", source="rumour", status="reported", id="rumour", **begun)
    denied = looks(rumour, entry("deal/x", status="denial", **begun))
    assert denied["Batch 1 begins, denied"] == "hollow"
    retraction = entry("deal/x", "retracted", target="rumour", reason="source-error", source="rumour")
    assert looks(rumour, retraction)["Batch 1 begins, retracted"] == "retracted"


def test_what_we_had_written_down_wrongly_leaves_no_mark() -> None:
    wrong = delivered("5 tanks", id="wrong")
    assert "5 tanks delivered" not in looks(wrong, entry("deal/x", "retracted", target="wrong", reason="entry-error"))


def test_a_meeting_beside_a_deal_has_its_name_by_its_number_or_its_key() -> None:
    held: dict[str, Any] = {"event": "held", "participants": ["RUS", "IND"]}
    ledger = book(
        opened(),
        entry("engagement/india-russia-summit-21", on="2021-11-06", format="summit", edition=21, place="Delhi", **held),
        entry("engagement/lavrov-visit-to-india-2021-04", on="2021-04", format="visit", place="India", **held),
    )
    told = facts(ledger)
    assert told["21st summit, Delhi"].lane == "diplomacy"
    assert told["Lavrov Visit to India"].lane == "diplomacy"


def test_a_forecast_is_there_from_the_day_on_which_it_was_said_with_what_became_of_it() -> None:
    said = expected("delivered tranche=1", "../2021-12-15~", holder="Rosoboronexport", on="2021-11-12")
    came = delivered("2 tanks", tranche=1, on="2022-01-10", source="archive", asserted="2022-01-20")
    ledger = book(opened(), said, came)
    assert forecasts(ledger, "2021-11-11") == []
    (pending,), (overdue,), (late,) = (forecasts(ledger, day) for day in ("2021-12-15", "2021-12-31", "2022-01-10"))
    assert [one.outcome for one in (pending, overdue, late)] == ["pending", "overdue", "met-late"]
    assert late.met == days("2022-01-10")
    assert (late.comb.lane, late.comb.title, late.holder) == ("delivery", "Batch 1 delivered", "Rosoboronexport")
    assert overdue.told == "Batch 1 delivered, due by about 15 Dec 2021; said 12 Nov 2021 by Rosoboronexport: overdue"


def test_forecasts_of_the_first_delivery_stand_together(story: Ledger) -> None:
    told = forecasts(story, "2026-11-29", DEAL)
    combs = [one.comb.title for one in told]
    assert combs.count("First delivery begins") == 5  # four name no batch, and one names the first
    assert combs.count("All delivered") == 4
    assert len(told) == 20
