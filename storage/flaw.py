"""What does not fit in a ledger, as verification finds it."""

from __future__ import annotations

from typing import Final, NamedTuple

GO_BACK: Final = (
    "do not write to it; go back to a backup that verifies, made by `armsledger backup`, and compare the two"
)
"""What to do about whatever happened to entries: nothing here can tell what they said before."""


class Flaw(NamedTuple):
    """One thing that does not fit: what, where, and what to do about it."""

    what: str
    where: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  remedy: {self.remedy}"
