"""No part tells what only a later entry says, whatever the story; and what sources write is text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.web.part import Part
from armsledger.web.parts.card import Card
from armsledger.web.parts.forecasts import Forecasts
from armsledger.web.parts.head import Head
from armsledger.web.parts.plain_card import PlainCard
from armsledger.web.parts.said import Said
from armsledger.web.parts.track import Track
from tests.application.book import Object, book, delivered, entry, expected, opened
from tests.rules.random_stories import told
from tests.rules.test_random_stories import recorded_alike
from tests.web.standpoints import shown, signed, standpoint

PARTS: tuple[type[Part], ...] = (Head, Track, Card, Forecasts)


@given(told(), st.integers(0, 12), st.sampled_from(["2016-06-30", "2018-12-31", "2026-11-22"]))
@settings(max_examples=8)
def test_a_belief_is_told_as_if_nothing_had_come_after_it(story: list[dict[str, Any]], count: int, at: str) -> None:
    with Ledger.in_memory() as ledger, Ledger.in_memory() as then:
        recorded_alike(ledger, story)
        recorded_alike(then, story[:count])
        later = Pictures(ledger.at(at, known=f"@{then.at().question.position}")).standpoint("deal/x")
        at_the_time = Pictures(then.at(at)).standpoint("deal/x")
        for part in PARTS:
            assert shown(part(), later) == shown(part(), at_the_time)


HOSTILE = "<script>alert('x')</script>\"&"


def _hostile(stream: str) -> list[Object]:
    """A story of each kind of stream in which every text is markup."""
    return {
        "deal": [
            opened(
                title=HOSTILE, prime=HOSTILE, items=[{"designation": HOSTILE, "description": HOSTILE}], end_user=None
            ),
            entry("deal/x", "approval-granted", on="2018-02", authority=HOSTILE, stage=HOSTILE),
            entry("deal/x", "agreement-signed", on="2018-03", title=HOSTILE, place=HOSTILE),
            signed(quantity="5 units", value="USD 5bn", reference=HOSTILE),
            entry("deal/x", "option-agreed", on="2018-11", option=HOSTILE, quantity="2 units"),
            entry("deal/x", "payment-delayed", on="2019", reason=HOSTILE),
            entry("deal/x", "licence-granted", on="2019", authority=HOSTILE, scope=HOSTILE),
            delivered("2 units", tranche=HOSTILE),
            expected({"event": "delivered", "tranche": HOSTILE}, "2022", holder=HOSTILE),
        ],
        "engagement": [
            entry("engagement/x", "postponed", on="2020", reason=HOSTILE),
            entry("engagement/x", "held", on="2021", series=HOSTILE, place=HOSTILE, level=HOSTILE, outcomes=[HOSTILE]),
        ],
        "framework": [entry("framework/x", "signed", on="2020", title=HOSTILE, parties=["RUS", "IND"])],
        "source": [
            {"stream": "source/x", "event": "registered", "publisher": HOSTILE, "title": HOSTILE, "url": HOSTILE},
            opened(source="x", asserted="2021-11-12", quote=HOSTILE, note=HOSTILE),
            expected("completed", "2022", source="x", asserted="2021-11-12", holder=HOSTILE),
        ],
    }[stream]


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("deal", PARTS),
        ("engagement", (Head, PlainCard, Forecasts)),
        ("framework", (Head, PlainCard, Forecasts)),
        ("source", (Head, PlainCard, Said)),
    ],
)
def test_what_a_source_writes_is_text(kind: str, parts: tuple[type[Part], ...]) -> None:
    with book(*_hostile(kind)) as ledger:
        seen = standpoint(ledger, "2023-12-31", stream=f"{kind}/x")
        html = "".join(text for part in parts for text in shown(part(), seen).values())
        assert "&lt;script&gt;" in html
        assert "<script" not in html
