"""Ledgers in which one byte is not what was written, and what a reader makes of them."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from armsledger import Ledger, LedgerError
from tests.application.read_models import ANSWERS
from tests.attack.pages import Page, page_at
from tests.attack.soundness import verify
from tests.fuzz.campaign import watchdog

LONGEST_SECONDS = 30
TABLES = [name for name in ANSWERS if name != "log"]
DAYS = ("2018-12-31", "2024-11-30")


class Outcome(StrEnum):
    """What became of a flip."""

    IDENTICAL = "all answers are as they were"
    FOUND = "somebody who asked, or the verification, was told"
    UNNOTICED = "an answer is another one, and nobody was told"
    BROKEN = "something else than an error of ours was raised"


class Flip(NamedTuple):
    """A byte that was changed, where it stands, and what became of it."""

    at: int
    mask: int
    page: Page
    outcome: Outcome
    detail: str

    def __str__(self) -> str:
        place = f"byte {self.at} (byte {self.at - self.page.start} of a {self.page.kind} page of {self.page.owner})"
        return f"{place} ^ {self.mask:#04x}: {self.outcome}: {self.detail}"


def told(path: Path) -> dict[str, Any]:
    """What a ledger tells: the log, the states of all deals and all read models on several days."""
    with Ledger(path) as ledger:
        views = [ledger.at(day) for day in DAYS]
        deals = ledger.streams("deal")
        return {
            "log": ledger.log().to_dicts(),
            "states": [view.state(deal).to_dict() for view in views for deal in deals],
            "read models": [{name: list(getattr(view, name)()) for name in TABLES} for view in views],
        }


def flip_all(original: Path, copy: Path, masks: Iterable[tuple[int, int]], pages: list[Page]) -> Iterator[Flip]:
    """Change bytes of copies of a ledger, one at a time, and see what becomes of each."""
    content, right = original.read_bytes(), _as_text(told(original))
    for at, mask in masks:
        changed = bytearray(content)
        changed[at] ^= mask
        for suffix in ("-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)
        copy.write_bytes(changed)
        yield Flip(at, mask, page_at(pages, at), *_judged(copy, right))


def _judged(path: Path, right: dict[str, str]) -> tuple[Outcome, str]:
    """What became of a change, from what the ledger tells and from its verification."""
    asked, found = _tried(lambda: _as_text(told(path)))
    verified, _ = _tried(lambda: verify(str(path)))
    for error in (asked, verified):
        if error is not None and not isinstance(error, LedgerError):
            return Outcome.BROKEN, "".join(traceback.format_exception(error)[-4:])
    if asked is not None or verified is not None:
        return Outcome.FOUND, str(asked or verified)
    other = [name for name in right if found[name] != right[name]]
    return (Outcome.UNNOTICED, ", ".join(other)) if other else (Outcome.IDENTICAL, "")


def _tried(doing: Callable[[], Any]) -> tuple[Exception | None, Any]:
    try:
        with watchdog(LONGEST_SECONDS):  # a walk through pages may go in a circle
            return None, doing()
    except Exception as error:
        return error, None


def _as_text(told: dict[str, Any]) -> dict[str, str]:
    return {name: json.dumps(part, default=repr, sort_keys=True) for name, part in told.items()}


def aimed(content: bytes, pages: list[Page], table: str, text: bytes) -> Iterator[tuple[int, int]]:
    """The first byte of a text where it stands in the pages of a table, and a bit that makes another sign of it."""
    for page in pages:
        at = content.find(text, page.start, page.start + page.size_bytes) if page.is_of(table) else -1
        if at >= 0:
            yield at, 1


def some(places: list[int], count: int, random: Random) -> Iterator[tuple[int, int]]:
    """So many of the places, each with something to change there: a bit, or all of the byte."""
    for at in random.sample(places, min(count, len(places))):
        yield at, random.choice((1 << random.randrange(8), random.randrange(1, 256)))
