"""What can go wrong with a lake.

LedgerError
├── NoLake                   a folder holds no lake, or one that this release cannot read
├── OtherLedger              a lake is of another ledger
├── OtherBuckets             a lake is divided into another number of buckets
├── NotContinued             a ledger does not begin with the entries that a lake holds
├── LakeBusy                 somebody else writes to a lake, or folds into the same folder
├── OtherReadModels          a folder holds read models of another lake
├── LakeUnreachable          the storage that a lake is in refuses something
├── NoPlaceInLake            an entry cannot be written so that it reads as the same entry
├── SparkFailed              Spark did not fold a lake
├── ForgottenMeanwhile       somebody was forgotten while a lake was folded
└── LakeDamaged              a file of a lake is not what was written
"""

from __future__ import annotations

import re
from typing import Any

from armsledger.domain.errors import LedgerError, quoted

MAKE = "`armsledger lake sync FOLDER` makes one of a ledger"
EMPTY = "name an empty folder for the lake; if this was one, remove it"
ASIDE = "move it elsewhere, and repeat: other segments have its entries, too"
ANEW = "remove the lake's folder, and make it anew from the ledger: `armsledger lake sync`"


class NoLake(LedgerError):
    """A folder holds no lake, or one that this release cannot read."""

    def __init__(self, folder: str, what: str = "there is no lake", *, remedy: str = MAKE) -> None:
        super().__init__(f"{folder}: {what}", remedy=remedy)


class OtherLedger(LedgerError):
    """A lake is of another ledger."""

    def __init__(self, folder: str, lakes: str, own: str) -> None:
        super().__init__(
            f"{folder} is the lake of another ledger: of {lakes}, not of {own}",
            remedy="name a folder of its own for this ledger's lake",
        )


class OtherBuckets(LedgerError):
    """A lake is divided into another number of buckets than was asked for."""

    def __init__(self, folder: str, buckets: int) -> None:
        super().__init__(
            f"the lake {folder} is divided into {buckets} buckets, which stays so",
            remedy="leave --buckets out, or name a folder for a new lake",
        )


class NotContinued(LedgerError):
    """A ledger does not begin with the entries that a lake holds."""

    def __init__(self, file: str, position: int, what: str) -> None:
        super().__init__(
            f"the ledger does not continue what {file} holds up to position {position:,}: {what}",
            remedy="see which of the two is as it was signed for: `armsledger verify --checkpoint FILE` and"
            " `armsledger lake verify FOLDER --checkpoint FILE`; only add a ledger's own, later entries to a lake",
        )


class LakeBusy(LedgerError):
    """Somebody else writes to a lake, or folds into the same folder."""

    def __init__(self, folder: str, waited_seconds: float) -> None:
        super().__init__(
            f"somebody else writes to {folder} and has for {waited_seconds:g} s",
            remedy="try again when they have finished; ARMSLEDGER_TIMEOUT_SECONDS says how long a command waits",
        )


class LakeUnreachable(LedgerError):
    """The storage that a lake is in refuses something."""

    def __init__(self, place: str, error: Exception, *, hidden: str = "") -> None:
        """``hidden`` is what is not to be shown of the address, nor any part of it."""
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if any(part in reason for part in re.split("[:/@]", hidden) if part):
            reason = type(error).__name__
        super().__init__(
            f"{place}: {reason:.300}", remedy="see that the storage is there, has room, and lets you read and write"
        )


class NoPlaceInLake(LedgerError):
    """An entry cannot be written so that it reads as the same entry."""

    def __init__(self, entry: str, column: str, value: Any) -> None:
        super().__init__(
            f"{entry} has no place in a lake: its {column} is {quoted(value)}, and would be read as something else",
            remedy="no release has recorded such an entry: see what `armsledger verify` says of the ledger",
        )


OURS = "armsledger."
"""Begins the line of a trace from Spark's workers that names an error of this package."""


class SparkFailed(LedgerError):
    """Spark did not fold a lake: its session did not start, or a task ended with an error."""

    def __init__(self, error: Exception) -> None:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        named = [line for line in lines if line.startswith(OURS) and ": " in line]
        told = named[-1].partition(": ")[2] if named else next(iter(lines), type(error).__name__)
        super().__init__(
            f"Spark did not fold the lake: {told:.300}",
            remedy="see what Spark's log says; Java 17 and the lake must be within reach of all its machines,"
            " and what is folded already stays",
        )


class OtherReadModels(LedgerError):
    """A folder holds read models of the same position that were folded of another lake."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"{folder} holds read models of another lake, or of this one before it was made anew",
            remedy="remove that folder, or name another one: --out FOLDER",
        )


class ForgottenMeanwhile(LedgerError):
    """Somebody was forgotten while a lake was folded, whom the rows may name."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"somebody was forgotten while {folder} was folded: rows that may name them were removed",
            remedy="fold again",
        )


class LakeDamaged(LedgerError):
    """A file of a lake is not what was written."""

    def __init__(self, file: str, what: str, *, remedy: str = ANEW) -> None:
        super().__init__(f"{file}: {what}", remedy=remedy)
        self.file = file
        self.what = what
