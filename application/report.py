"""What came of recording."""

from __future__ import annotations

from typing import NamedTuple

from armsledger.domain.entry import Draft, Entry
from armsledger.domain.finding import Finding


class Recorded(NamedTuple):
    """One entry: its address, the findings it causes, and whether it had been recorded before."""

    address: str
    entry: Entry | Draft
    findings: tuple[Finding, ...] = ()
    known_before: bool = False


class RecordReport(NamedTuple):
    """A dossier: how many entries were recorded and how many were known, where they stand, the findings they cause.

    ``first`` and ``last`` are positions, 0 if nothing was recorded. ``unchecked`` counts the streams
    that were not searched for findings, because there are too many. ``proposed`` names the entries that a
    dry run would have recorded, as far as they are few enough to be read.
    """

    recorded: int
    known: int
    streams: int
    first: int
    last: int
    findings: tuple[Finding, ...]
    unchecked: int = 0
    dry_run: bool = False
    proposed: tuple[str, ...] = ()
    times_ignored: bool = False
