"""The page of a stream: how many steps it takes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from armsledger.web import page
from tests.application.book import book, delivered, opened

STEPS = re.compile(r'<script type="application/json" id="steps">(.*?)</script>', re.DOTALL)


def made(monkeypatch: pytest.MonkeyPatch, most: int) -> tuple[str, Any]:
    """A page of six beliefs, which holds at most so many characters, and its steps."""
    told = [delivered(f"{day} tanks", on=f"2021-12-0{day}", asserted=f"2021-12-0{day}") for day in range(1, 6)]
    monkeypatch.setattr(page, "MOST_CHARACTERS", most)
    monkeypatch.setattr(page, "MOST_STEPS", 60)
    monkeypatch.setattr(page, "FEWEST_STEPS", 1)
    with book(opened(), *told) as ledger:
        text = page.page_file(ledger.at("2021-12-31", None, "asserted"), "deal/x")
    match = STEPS.search(text)
    assert match
    return text, json.loads(match[1])


def test_a_page_that_would_be_too_long_takes_fewer_steps_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, steps = made(monkeypatch, 10**9)
    assert [known for known, _ in steps["known"]] == ["2021-11-12", *(f"2021-12-0{day}" for day in range(1, 6))]
    assert "This page steps through" not in whole
    short, steps = made(monkeypatch, len(whole) - 1)
    assert [known for known, _ in steps["known"]] == ["2021-11-12", "2021-12-05"]
    assert "This page steps through 2 of 6 days on which belief changed" in short
