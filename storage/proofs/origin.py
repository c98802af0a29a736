"""The origin of a checkpoint: which ledger it is of, so that none can be taken for one of another ledger.

    armsledger/ledger/6f1d9a3e-52c4-4b7e-9d41-08a7c3e5b210/2026-11-22T12:00:00.000000Z

It is the id of the ledger and the time at which the ledger was made. Notes of earlier releases have the id alone, and
are good for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PREFIX: Final = "armsledger/ledger/"
LONGEST_SHOWN: Final = 100


def origin_of(ledger_id: str, created_at: str | None = None) -> str:
    """What the checkpoints of a ledger begin with; without the time, as earlier releases wrote it."""
    return f"{PREFIX}{ledger_id}" + ("" if created_at is None else f"/{created_at}")


def origin_by(facts: Mapping[str, str]) -> str:
    """The origin of a ledger, by what it says of itself (`JournalReader.meta`)."""
    return origin_of(facts.get("ledger_id", ""), facts.get("created_at", ""))


def ledger_id_in(origin: str) -> str:
    """The id of the ledger that an origin names; nothing if it is the origin of anything else."""
    return origin.removeprefix(PREFIX).partition("/")[0] if origin.startswith(PREFIX) else ""


def misfit_of_origin(origin: str, facts: Mapping[str, str]) -> str:
    """Why the origin of a checkpoint is not the one of a ledger; nothing if it is."""
    own = origin_by(facts)
    without_time, _, made_at = own.rpartition("/")
    if origin in (own, without_time):
        return ""
    if origin.startswith(f"{without_time}/"):
        said = origin.removeprefix(f"{without_time}/")
        return f"it says that the ledger was made at {said:.40}, and the ledger says {made_at:.40}: one was changed"
    return f"it is one of another ledger: of {origin:.{LONGEST_SHOWN}}, not of {own:.{LONGEST_SHOWN}}"
