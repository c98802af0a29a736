"""Remedies in the browser: what is near, and the form in place of a command."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.web.recording.attempt import attempt
from tests.application.book import book, opened, paid


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        (
            {"deal": "india-s400", "event": "suspended", "source": "wir"},
            "did you mean wire? Else register the source in the form above",
        ),
        (
            {"deal": "india-s40", "event": "suspended", "source": "wire"},
            "did you mean india-s400? Else record 'opened' first, or check the key: the page of deals lists "
            "those there are",
        ),
        (
            {"deal": "india-s400", "event": "retracted", "target": "@9", "reason": "mistaken"},
            "name an entry of this stream by its id or address; the page of deal/india-s400 lists them",
        ),
        (
            {"deal": "india-s400", "event": "tranche-paid", "tranche": 1, "amount": "USD 2m", "source": "wire"},
            "correct deal/india-s400@2, or say when the source said otherwise (asserted)",
        ),
    ],
)
def test_a_refusal_names_what_is_near_and_the_form_that_mends_it(wrong: dict[str, Any], remedy: str) -> None:
    stream = "deal/india-s400"
    with book(opened(stream), {**paid("USD 1m", tranche=1), "stream": stream}) as ledger:
        (refusal,) = attempt(ledger, [{"on": "2021-06-01", "asserted": "2021-11-12", **wrong}], dry_run=True).refusals
    assert refusal.remedy == remedy
