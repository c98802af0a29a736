"""Importing an export into a ledger that is missing or empty: the same log, times, states and root of the tree."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.application.recording.dossiers import take_dossier
from armsledger.application.session import Stages, silent
from armsledger.domain.errors import LedgerError, UnreadableDossier, UsageError
from armsledger.exchange.dossiers.dossier import Dossier, open_dossier
from armsledger.storage.driver_errors import persistently

if TYPE_CHECKING:
    from armsledger.application.session import Session

REPORTED_EVERY: Final = 200
STANDARD_INPUT: Final = "-"
ROOT: Final = re.compile(r"[0-9a-fA-F]{64}")


class Imported(NamedTuple):
    """How many entries in how many streams were imported, and the root of the tree over them.

    ``entered`` are the entries that were appended besides: the export is of a release of before there were such, and
    names so many persons as forgotten.
    """

    entries: int
    streams: int
    root: bytes
    entered: int = 0


class LedgerNotEmpty(LedgerError):
    """An export is imported into an empty ledger only: in another one its positions and times are taken."""

    def __init__(self, ledger: str, entries: int) -> None:
        super().__init__(
            f"{ledger} holds {entries:,} entries; an export is imported into an empty ledger",
            remedy="name one that is not there yet with --ledger; `armsledger record` adds what is new to this one",
        )


class WrongRoot(LedgerError):
    """The export does not hold what was exported, or not all of it; nothing was recorded."""

    def __init__(self, found: bytes, wanted: bytes) -> None:
        super().__init__(
            f"the root of what the export holds is {found.hex()}, not {wanted.hex()}; nothing was recorded",
            remedy="take another copy of the export, or export the ledger again: `armsledger info` tells its root",
        )
        self.found = found


def import_jsonl(session: Session, path: str | Path, root: str | None = None, stages: Stages = silent) -> Imported:
    """Import an export whole, or not at all.

    Raises UnreadableDossier for a file that is no export, LedgerNotEmpty, and WrongRoot if another root is expected.
    """
    wanted = None if root is None else read_root(root)
    file = None if str(path) == STANDARD_INPUT else Path(path)
    session.reads(file)
    with open_dossier(file) as dossier:
        if not dossier.is_restore:
            raise UnreadableDossier(
                f"{path} is no export: its entries do not tell when they were recorded",
                remedy="use `armsledger record`, which takes dossiers of any origin",
            )
        return persistently(lambda: _take(session, dossier, wanted, stages), session.timeout_seconds)


def read_root(text: str) -> bytes:
    """Read a root as it is printed; raises UsageError."""
    if ROOT.fullmatch(text) is None:
        raise UsageError(f"{text[:80]!r} is not a root", remedy="give the 64 hexadecimal figures that were printed")
    return bytes.fromhex(text)


def _take(session: Session, dossier: Dossier, wanted: bytes | None, stages: Stages) -> Imported:
    with session.writing() as journal:
        with journal.transaction() as transaction:
            if transaction.head:
                raise LedgerNotEmpty(journal.ledger, transaction.head)
            report = take_dossier(session, journal, dossier, progress=partial(_report, stages), enters_erasures=False)
            if report.known:
                raise UnreadableDossier(
                    f"{report.known} of its entries repeat others of it, as no export does",
                    remedy="import the export as it was written, or take it with `armsledger record`",
                )
            root = transaction.frontier.root()
            if wanted is not None and root != wanted:
                raise WrongRoot(root, wanted)
            entered = journal.enter_erasures(session.recorded_by)
        journal.purge()
    return Imported(report.recorded, report.streams, root, entered)


def _report(stages: Stages, done: int) -> None:
    """Report now and then; an export does not say how many entries it holds."""
    if done % REPORTED_EVERY == 0:
        stages("importing", done, done)
