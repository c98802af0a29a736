"""Recording what a form holds, or seeing what that would do: the same call as `record FILE`, with refusals by entry.

The entries go as JSONL, one a line. So the line that a refusal names tells which entry it is about, and its field which
input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from armsledger.domain.errors import LedgerError, Refused, UnreadableDossier, each_of
from armsledger.web.recording.remedies import meant_streams, remedy_by_form

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.application.recording.dossiers import PlacedReading, RecordReport
    from armsledger.domain.findings.finding import Finding

NAME: Final = "entry"
"""What the dossier of a form is called in messages: ``entry:3`` is the third one."""
LINE: Final = re.compile(rf"{NAME}:([0-9]+)")


@dataclass(frozen=True)
class Refusal:
    """What is wrong with one entry (counted from 0; None: with no entry alone), in which field, and the remedy.

    ``other`` is the address of a recorded entry that it is about, too.
    """

    entry: int | None
    field: str
    message: str
    remedy: str
    other: str = ""
    waits: bool = False
    """Whether an entry that is still to be written may lift it."""


@dataclass(frozen=True)
class Attempt:
    """What recording entries did or would do; ``report`` is None where some are refused, and so none is recorded."""

    report: RecordReport | None
    refusals: tuple[Refusal, ...] = ()

    def address_of(self, entry: int) -> str | None:
        """Where an entry would stand; None where it stands already."""
        assert self.report is not None
        places = zip(self.report.proposed, self.report.places, strict=True)
        return next((told.partition(" ")[0] for told, place in places if _entry_at(place) == entry), None)

    def readings_of(self, entry: int) -> tuple[PlacedReading, ...]:
        """The values of an entry that were read otherwise than they were written."""
        assert self.report is not None
        return tuple(reading for reading in self.report.readings if _entry_at(reading.place) == entry)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that the entries cause."""
        return () if self.report is None else self.report.findings


def attempt(ledger: Ledger, objects: Sequence[Mapping[str, Any]], *, dry_run: bool) -> Attempt:
    """Record objects of a dossier, whole or not at all. Raises the storage's errors, such as LedgerBusy."""
    lines = "\n".join(json.dumps(one) for one in objects)
    try:
        report = ledger.record_stream(BytesIO(lines.encode()), name=NAME, dry_run=dry_run)
    except (Refused, UnreadableDossier) as error:
        return Attempt(None, tuple(_refusal(one, objects, ledger) for one in each_of(error)))
    return Attempt(report)


def _refusal(error: LedgerError, objects: Sequence[Mapping[str, Any]], ledger: Ledger) -> Refusal:
    from armsledger.application.recording.refusals import WAITS

    field, other = (error.field, error.entry) if isinstance(error, Refused) else ("", "")
    entry, remedy = _entry_at(error.place), remedy_by_form(error.remedy)
    about = objects[entry] if entry is not None and entry < len(objects) else {}
    if near := meant_streams(error, about, ledger.journal().reader):
        remedy = f"did you mean {' or '.join(name.partition('/')[2] for name in near)}? Else {remedy}"
    return Refusal(entry, field, error.message, remedy, other, isinstance(error, WAITS))


def _entry_at(place: str) -> int | None:
    match = LINE.search(place)
    return None if match is None else int(match[1]) - 1
