"""The ladder of sanctions at a day and a belief."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.application.pictures.precedents import MOST_DEALS
from armsledger.web.parts.sanctions import Sanctions
from tests.application.book import DEAL, Object, book, entry, opened
from tests.web.parts.shown import html_of, text_of

SIDES = {"by": "USA", "against": "IND", "basis": "CAATSA"}


def ladder(ledger: Ledger, stream: str, at: str, known: str | None = None) -> dict[str, str]:
    """The rungs on which something stands, by their names."""
    told = text_of(Sanctions, ledger, stream, at, known=known)
    rungs = [text for slot, text in told.items() if slot.startswith("sanctions/rung")]
    names = ("Law", "Threat", "Position", "Imposed", "In effect", "Waiver", "Lifted")
    assert [next(name for name in names if text.startswith(name)) for text in rungs] == list(names)
    return {
        name: text.removeprefix(name).strip() for name, text in zip(names, rungs, strict=True) if text != f"{name} none"
    }


def test_the_ladder_of_the_s400_knows_what_was_known(story: Ledger) -> None:
    caatsa = "CAATSA (P.L. 115-44), US Congress, enacted 2 Aug 2017 40"
    laws = f"{caatsa} FY19 NDAA, section 1294, US Congress, enacted 13 Aug 2018 41"
    threat = "warned by United States against India under CAATSA, over going ahead with the contract, by Oct 2018 3"
    position = "no determination by United States under CAATSA, 23 Nov 2021 42"
    assert ladder(story, DEAL, "2021-11-12", "2021-11-12") == {"Law": laws, "Threat": threat}
    then = ladder(story, DEAL, "2021-12-31", "2021-11-23")
    assert then == {"Law": laws, "Threat": threat, "Position": position}
    now = ladder(story, DEAL, "2026-11-30")
    assert now["Law"].endswith("Khanna amendment, US House of Representatives, adopted 14 Jul 2022, binds nobody 43")
    assert now["Waiver"].startswith("A report of it was retracted 45 : granted by United States")
    rungs = html_of(Sanctions, story, DEAL, "2026-11-30")
    reached = [slot[-1] for slot, html in rungs.items() if 'class="rung done"' in html]
    assert reached == ["0", "1", "2"]  # the law, the threat, and what the authority said; no step has followed
    assert "turkey-s400" in rungs["sanctions/precedents"]


@pytest.mark.parametrize(
    ("steps", "at", "told"),
    [
        ([entry(DEAL, "sanction-imposed", on="2021", **SIDES)], "2021-06-01", ("poss", "perhaps: imposed")),
        ([entry(DEAL, "sanction-imposed", on="2021-03", **SIDES)], "2021-06-01", ("done", "imposed by United States")),
    ],
)
def test_what_is_not_certain_yet_is_told_so(steps: list[Object], at: str, told: tuple[str, str]) -> None:
    ledger = book(opened(DEAL), *steps)
    rung = html_of(Sanctions, ledger, DEAL, at)["sanctions/rung/3"]
    assert f'class="rung {told[0]}"' in rung
    assert told[1] in rung


def test_a_waiver_holds_until_its_term() -> None:
    waiver = entry(DEAL, "waiver-granted", on="2020-01-01", until="2020-12-31", **SIDES)
    ledger = book(opened(DEAL), waiver)
    within, after = (html_of(Sanctions, ledger, DEAL, at)["sanctions/rung/5"] for at in ("2020-06-01", "2021-06-01"))
    assert ("rung done" in within, "until 31 Dec 2020" in within) == (True, True)
    assert ("rung no" in after, "lapsed 31 Dec 2020" in after) == (True, True)


def test_where_nobody_speaks_of_sanctions_there_is_no_ladder() -> None:
    told = text_of(Sanctions, book(opened()), "deal/x", "2021-06-01")
    assert told == {"sanctions/silent": "No source that is known speaks of sanctions over this deal."}


def test_of_very_many_exposed_deals_some_are_looked_at_and_the_others_counted() -> None:
    others = [f"deal/d{number:02}" for number in range(MOST_DEALS + 2)]
    openings = [opened(stream, id=f"o{stream}") for stream in others]
    threats = [entry(stream, "sanction-threat-raised", on="2019", id=f"t{stream}", **SIDES) for stream in others]
    told = text_of(Sanctions, book(opened(DEAL), *openings, *threats), DEAL, "2021-06-01")["sanctions/precedents"]
    assert told.count("threat not followed up so far") == MOST_DEALS
    assert told.endswith("2 deals more are exposed, and not looked at here.")
