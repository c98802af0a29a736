"""Walks through a table in pages, each of which begins after the last row of the one before."""

from __future__ import annotations

from typing import Any

from armsledger.storage.errors import LedgerDamaged


def check_gets_on(ledger: str, before: Any, after: Any) -> None:
    """Raise LedgerDamaged unless a page ends after it began: a damaged index can lead back, and so for ever."""
    try:
        gets_on = after > before
    except TypeError:  # a text is stored as bytes, or as a number
        gets_on = False
    if not gets_on:
        raise LedgerDamaged(ledger, f"what comes after {before!r:.80} by an index of it does not come after that")
