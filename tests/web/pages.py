"""Steps of a page read back, as the script in the page reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def held(runs: list[int], place: int) -> int:
    """The number that holds at a place in a list of runs; -1 before the first."""
    found = -1
    for since, number in zip(runs[::2], runs[1::2], strict=True):
        if since > place:
            break
        found = number
    return found


def fragment(steps: Mapping[str, Any], slot: str, day: int, known: int) -> str:
    """What a page shows in a slot at a day and a belief, by their places."""
    texts, lists = steps["slots"].get(slot, ([], []))
    runs = held(lists, known)
    text = -1 if runs < 0 else held(steps["lists"][runs], day)
    return "" if text < 0 else str(steps["texts"][texts[text]])
