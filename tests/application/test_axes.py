"""Questions by the day of asserting are answered from tables, as those by the time of recording are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.view import View
from tests.application.read_models import folded

EXAMPLES = Path(__file__).parents[2] / "examples"
QUESTIONS: dict[str, Callable[[View], Any]] = {
    **{
        name: lambda view, name=name: getattr(view, name)().to_dicts()  # type: ignore[misc]  # the name of the round
        for name in (
            *("deals", "payments", "deliveries", "sanctions", "expectations", "engagements", "frameworks"),
            *("links", "sources", "relations", "scorecard", "findings", "revisions", "volumes"),
        )
    },
    "precedents": lambda view: view.precedents("india-s400").to_dicts(),
    "one deal": lambda view: view.deals(deal="india-s400").to_dicts(),
    "one stream's findings": lambda view: view.findings("deal/india-s400").to_dicts(),
    "rows": lambda view: view.rows("citations").to_dicts(),
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The seed article and what became of it, recorded in one go long after."""
    with Ledger(tmp_path_factory.mktemp("axes") / "armsledger.db") as ledger:
        for file in ("seed-article.yaml", "india-s400.yaml"):
            ledger.record_file(EXAMPLES / file)
        yield ledger


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("known", ["2018-12-31", "2021-11-12", "2021-12-31"])
def test_what_sources_had_said_by_a_day_is_read_from_tables(
    history: Ledger, monkeypatch: pytest.MonkeyPatch, question: str, known: str
) -> None:
    ask, view = QUESTIONS[question], history.at("2021-12-31", known, "asserted")
    answer = ask(folded(view))

    def fold(*_: Any) -> Any:
        raise AssertionError("folded")

    monkeypatch.setattr("armsledger.domain.beliefs.belief.believe", fold)
    assert ask(view) == answer


def test_the_belief_of_the_day_of_the_article_is_not_that_of_the_end_of_the_year(history: Ledger) -> None:
    """By hand: ThePrint of 12 November 2021 expects the first batch by mid-December; deliveries began after it."""
    then, later = (history.at("2021-12-31", known, "asserted") for known in ("2021-11-12", "2021-12-31"))
    assert [row.stage for row in then.deals(deal="india-s400")] == ["signed"]
    assert [row.stage for row in later.deals(deal="india-s400")] == ["delivering"]
    first = history.at("2021-12-31", "2014-12-31", "asserted")
    assert first.deals(deal="india-s400").to_dicts() == []
    signed = history.at("2021-12-31", "2018-12-31", "asserted")
    assert [row.stage for row in signed.deals(deal="india-s400")] == ["signed"]
