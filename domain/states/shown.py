"""Which fields of a state are shown to users, and which only serve to derive them."""

from __future__ import annotations

from typing import Final

INNER: Final = frozenset(
    {
        "began",
        "rung",
        "is_in_full",
        "suspended",
        "suspended_until",
        "lines",
        "counted_from",
        "surely_counted_from",
        "value_contested",
        "regraded",
        "expectations",
        "sanctions",
        "ended",
    }
)
"""Fields of a state from which others are derived."""
