"""The titles of meetings, frameworks and sources, and the first sentences about them."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.web.parts.head import Head
from tests.application.book import FRAMEWORK, SUMMIT, Object, book, entry
from tests.web.standpoints import deck, standpoint, texts

MEETING, PACT = "engagement/x", "framework/x"


@pytest.mark.parametrize(
    ("stream", "at", "title", "words"),
    [
        (
            SUMMIT, "2026-11-29", "21st India-Russia annual summit",
            "India and Russia met on 6 Dec 2021 in New Delhi; the meeting had been put off once. "
            "Of 6 forecasts, 4 came true (2 of them late) and 2 are overdue.",
        ),
        (
            SUMMIT, "2021-01-01", "india-russia-annual-summit-21",
            "It is put off: Covid-19. Of 2 forecasts, 1 is overdue and 1 is open.",
        ),
        (
            FRAMEWORK, "2026-11-29", "india-russia-military-technical-cooperation",
            "Renewed on 6 Dec 2021; in force, until 2031. The only forecast came true.",
        ),
        (
            "source/theprint-2021-11-12", "2026-11-29",
            "Russian President Putin likely to visit India next month for annual bilateral summit",
            "Published by ThePrint on 12 Nov 2021. Graded C: fairly reliable.",
        ),
    ],
)  # fmt: skip
def test_the_streams_around_a_deal_are_told_in_a_sentence(
    story: Ledger, stream: str, at: str, title: str, words: str
) -> None:
    assert texts(Head(), standpoint(story, at, None, stream))["title"] == title
    assert deck(story, at, None, stream) == words


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (
            [entry(MEETING, "scheduled", on="2021", planned="2022-05", place="Moscow")],
            "It is set for May 2022 in Moscow.",
        ),
        ([entry(MEETING, "postponed", on="2021", to="2023", reason="war")], "It is put off to 2023: war."),
        ([entry(MEETING, "cancelled", on="2021-05-01", reason="war")], "It was cancelled on 1 May 2021: war."),
        (
            [entry(MEETING, "held", on="2021-05-01/2021-05-03", participants=["USA", "IND"])],
            "The United States and India met on 1 to 3 May 2021.",
        ),
        (
            [
                entry(PACT, "signed", on="2010", parties=["RUS", "IND"], until="2020-12"),
                entry(PACT, "in-force", on="2011-03"),
            ],
            "Signed by Russia and India in 2010; it ran out in Dec 2020.",
        ),
        (
            [entry(PACT, "signed", on="2010"), entry(PACT, "terminated", on="2015")],
            "Signed in 2010; it was ended in 2015.",
        ),
    ],
)
def test_every_state_of_a_meeting_and_a_framework_is_told(entries: list[Object], words: str) -> None:
    with book(*entries) as ledger:
        assert deck(ledger, "2021-12-31", None, entries[0]["stream"]) == words
