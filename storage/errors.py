"""What can go wrong with a ledger's storage, as one tree.

LedgerError
├── LedgerMissing            there is no such file
│   └── FolderMissing        there is not even the folder for it
├── LedgerExists             there is a ledger already, which is never overwritten
├── NotALedger               something else is there: a folder, an empty file, another program's file
├── LedgerTooNew             a later release made it
├── LedgerOutdated           an earlier release made it: it must be migrated before it is written
├── LedgerMoved              its file was removed, renamed or replaced while it was open
├── LedgerBusy               another writer holds it
├── LedgerForbidden          this user may not read it
├── LedgerReadOnly           it cannot be written
├── LedgerFull               the disk refused a write
│   └── NoRoomToRead         the disk has not even the little room that reading takes
├── LedgerUnreachable        the server does not answer, or no more
├── LedgerInterrupted        the server ended what was asked of it before it was done
├── LedgerBehind             what was recorded elsewhere has not come to it yet
├── CommitUnconfirmed        the server has what was recorded, and nobody knows whether its standby does
├── LedgerDamaged            what is stored cannot be read
├── OutOfMemory              the system gave no memory
├── LedgerFailed             anything else that the database says
├── UnsupportedAddress       an address of a kind that is not supported
├── Conflict                 another writer extended the stream first
├── AlreadyRecorded          an entry of this id is in the journal
├── OutOfOrder               an entry has a time of recording before that of the entry it would follow
├── FromTheFuture            an entry has a time of recording that is yet to come
└── ClockLeapt               the clock is so far after the last entry that it is hardly right

Each builds its own message, which names the ledger and the remedy.
"""

from __future__ import annotations

from typing import Final

from armsledger.domain.errors import LedgerError


class LedgerMissing(LedgerError):
    """There is no such file."""

    def __init__(self, ledger: str) -> None:
        super().__init__(
            f"there is no ledger at {ledger}",
            remedy="make one with `armsledger init`, or name another with --ledger",
        )


class FolderMissing(LedgerMissing):
    """There is not even the folder for it."""

    def __init__(self, ledger: str, folder: str) -> None:
        super().__init__(ledger)
        self.message = f"{ledger} cannot be made: there is no folder {folder}"
        self.remedy = f"make the folder first: mkdir -p {folder}"


class LedgerExists(LedgerError):
    """There is a ledger already, which is never overwritten."""

    def __init__(self, ledger: str, *, what: str = "a file") -> None:
        super().__init__(
            f"there is {what} at {ledger} already",
            remedy="record into it as it is, or name another with --ledger; it is never overwritten",
        )


class NotALedger(LedgerError):
    """Something else is at the address."""

    def __init__(self, ledger: str, reason: str, *, remedy: str = "name a ledger with --ledger") -> None:
        super().__init__(f"{ledger} is not a ledger: {reason}", remedy=remedy)


class LedgerTooNew(LedgerError):
    """A later release made it, and this one could harm it."""

    def __init__(self, ledger: str, schema: int, newest: int) -> None:
        super().__init__(
            f"{ledger} was written by a later release (schema {schema}; this one knows {newest})",
            remedy="update armsledger: pip install --upgrade armsledger",
        )


class LedgerOutdated(LedgerError):
    """An earlier release made it: this one reads it, and writes it only once it is migrated."""

    def __init__(self, ledger: str, schema: int, newest: int) -> None:
        super().__init__(
            f"{ledger} was made by an earlier release (schema {schema}; this one writes {newest})",
            remedy="bring it up to date with `armsledger admin migrate`, which makes a backup first",
        )


class LedgerUnreachable(LedgerError):
    """The server does not answer, or the connection to it was lost; what was under way may be recorded or not."""

    def __init__(self, ledger: str, detail: str) -> None:
        super().__init__(
            f"{ledger} cannot be reached: {detail}",
            remedy="see whether the server runs and takes connections, then repeat: what is recorded already is known",
        )


class LedgerInterrupted(LedgerError):
    """The server ended what was asked of it before it was done, which says nothing of the ledger."""

    def __init__(self, ledger: str, detail: str, remedy: str) -> None:
        super().__init__(f"{ledger} gave no answer: {detail}", remedy=f"{remedy}; what is recorded already is known")


class LedgerBehind(LedgerError):
    """What was recorded elsewhere, as on the primary server of a standby, has not come to it within the time."""

    def __init__(self, ledger: str, awaited: str, head: int, waited_seconds: float) -> None:
        super().__init__(
            f"{ledger} has entries up to @{head}, and not yet {awaited}; gave up after {waited_seconds:g} s",
            remedy="wait longer (ARMSLEDGER_TIMEOUT_SECONDS=60), or ask the server that took the entry; if none did, it"
            " never comes",
        )


class CommitUnconfirmed(LedgerError):
    """The wait for a standby ended before that had what was recorded: a server that takes over may not have it."""

    def __init__(self, ledger: str, reason: str) -> None:
        super().__init__(
            f"{ledger}: what was recorded last may be there or not: {reason}, so that a server that takes over may"
            " not have it",
            remedy="see whether a standby follows the server, then repeat: what is recorded already is known, and"
            " only told to be recorded once a standby has it",
        )


class LedgerMoved(LedgerError):
    """Its file was removed, renamed or replaced while it was open, and nothing was recorded in the old file."""

    def __init__(self, ledger: str) -> None:
        super().__init__(
            f"{ledger} is not the file any more that was opened: it was removed, renamed or replaced meanwhile;"
            " nothing was recorded",
            remedy="open the ledger again, where it is now",
        )


class LedgerBusy(LedgerError):
    """Another writer held it for longer than we wait."""

    def __init__(self, ledger: str, waited_seconds: float) -> None:
        super().__init__(
            f"{ledger} is being written by someone else; gave up after {waited_seconds:g} s",
            remedy="try again when the other writer is done",
        )


INTERRUPTED: Final = (LedgerUnreachable, LedgerBusy, LedgerInterrupted)
"""Errors that say nothing of the ledger, only that it could not be read to the end at this moment."""


class LedgerForbidden(LedgerError):
    """This user may not read it, or not do this to it."""

    def __init__(self, ledger: str, detail: str = "", *, remedy: str = "") -> None:
        message = f"{ledger} does not let you: {detail}" if detail else f"{ledger} may not be read by you"
        usual = "ask its owner for the right to " + ("do so" if detail else "read it")
        super().__init__(message, remedy=remedy or usual)


class LedgerReadOnly(LedgerError):
    """It cannot be written, or not be read without writing beside it."""

    def __init__(
        self, ledger: str, reason: str = "the file, its folder or the medium is read-only", *, remedy: str = ""
    ) -> None:
        usual = "copy the ledger, with the -wal file beside it if any, to a folder that you may write"
        super().__init__(f"{ledger} cannot be written: {reason}", remedy=remedy or usual)


class LedgerFull(LedgerError):
    """The disk refused a write; the transaction left no trace."""

    def __init__(self, ledger: str, detail: str) -> None:
        super().__init__(
            f"{ledger} could not be written ({detail}); nothing was recorded",
            remedy="make room on the disk, or check it, and record again",
        )


class NoRoomToRead(LedgerFull):
    """The disk is so full that not even the last entries can be read."""

    def __init__(self, ledger: str) -> None:
        super().__init__(ledger, "")
        self.message = (
            f"{ledger} cannot be read on a full disk: what was recorded last waits in its -wal file,"
            " and to read that takes some room beside it"
        )
        self.remedy = "make some room on the disk (about a megabyte), and ask again; nothing is lost"


class LedgerDamaged(LedgerError):
    """What is stored cannot be read."""

    def __init__(self, ledger: str, detail: str) -> None:
        super().__init__(
            f"{ledger} is damaged: {detail}",
            remedy="do not write to it; go back to a backup of it that verifies (`armsledger admin doctor` says more)",
        )


class OutOfMemory(LedgerError):
    """The system gave no memory; the transaction left no trace."""

    def __init__(self, ledger: str) -> None:
        super().__init__(
            f"{ledger} cannot be used: there is not enough memory",
            remedy="end other programs or raise the limit, and repeat: what is recorded already is known",
        )


class LedgerFailed(LedgerError):
    """Anything else that the database says."""

    def __init__(self, ledger: str, detail: str) -> None:
        super().__init__(f"{ledger} cannot be used: {detail}")


class UnsupportedAddress(LedgerError):
    """An address of a kind that this release does not support."""

    def __init__(self, address: str, reason: str, *, remedy: str = "") -> None:
        usual = "name a file, such as armsledger.db or sqlite:///armsledger.db, or a server: postgresql://host/name"
        super().__init__(f"{address} cannot be opened: {reason}", remedy=remedy or usual)


class SchemaMissing(UnsupportedAddress):
    """On a server, there is no schema that could hold a ledger."""

    def __init__(self, address: str) -> None:
        super().__init__(
            address,
            "none of the schemas in its search_path is there for you",
            remedy="make the schema, or ask its owner for the right to use it: GRANT USAGE ON SCHEMA",
        )


class Conflict(LedgerError):
    """Another writer extended the stream first; decide again on what the stream holds now."""

    def __init__(self, ledger: str, stream: str, version: int) -> None:
        super().__init__(
            f"{stream}@{version} cannot be recorded in {ledger}: version {version} does not come next,"
            " as someone else recorded in this stream at the same time",
            remedy="record again: what they recorded is then taken into account",
        )
        self.stream = stream
        self.version = version


class AlreadyRecorded(LedgerError):
    """An entry of this id is in the journal already."""

    def __init__(self, ledger: str, entry_id: str) -> None:
        super().__init__(
            f"{ledger} holds an entry with the id {entry_id} already; nothing was recorded",
            remedy="leave the entry out, or give it an id of its own",
        )
        self.entry_id = entry_id


class OutOfOrder(LedgerError):
    """Only a restored export brings its own times of recording, and they never go back."""

    def __init__(self, ledger: str, stream: str, version: int) -> None:
        super().__init__(
            f"{stream}@{version} cannot be restored into {ledger}:"
            " it was recorded before the entry that it would follow",
            remedy="restore an export whole, in its own order, into an empty ledger",
        )


class FromTheFuture(LedgerError):
    """A restored export brings its own times of recording, and none of them is yet to come."""

    def __init__(self, ledger: str, entry: str, recorded_at: str, now: str) -> None:
        super().__init__(
            f"{entry} cannot be restored into {ledger}: it was recorded at {recorded_at}, and the clock says {now}",
            remedy="set the clock if it is wrong; if the export's times are, leave recorded_at and recorded_by out of"
            " all its lines to record it anew, or copy the ledger itself: `armsledger admin copy` changes no time",
        )


class ClockLeapt(LedgerError):
    """The clock is so far after the last entry that it is hardly right; an entry of its time would hold back others."""

    def __init__(self, now: str, last: str, days: int, *, by_entry: bool) -> None:
        since = "the last entry was recorded" if by_entry else "the ledger was made"
        super().__init__(
            f"the clock says {now}, {days:,} days after {since} ({last}): no entry gets a time that may be wrong,"
            " as every later one would get it too",
            remedy="set the clock; if it is right, and nothing was recorded for so long, say so for one command:"
            f" ARMSLEDGER_CLOCK_LEAP_DAYS={days + 1}",
        )
