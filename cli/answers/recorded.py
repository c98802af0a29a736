"""What was recorded: an entry, a dossier, a spreadsheet."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from armsledger.cli.messages import printable, tell
from armsledger.cli.output import counted, print_findings, print_json

if TYPE_CHECKING:
    from armsledger.application.recording.dossiers import PlacedReading, RecordReport
    from armsledger.application.recording.entries import Recorded
    from armsledger.application.recording.sheet_revision import SheetChanges
    from armsledger.application.recording.spreadsheets import FirstRow, SheetImport
    from armsledger.domain.decisions.readings import Reading
    from armsledger.domain.findings.finding import Finding

READINGS_TOLD = 20


ORGANISATIONS_SHOWN = 20


def print_recorded(recorded: Recorded, *, as_json: bool) -> None:
    """Print the address of an entry, and the findings that it causes."""
    if as_json:
        findings = findings_to_json(recorded.findings)
        print_json(
            {
                "entry": recorded.address,
                "known_before": recorded.known_before,
                "readings": [reading._asdict() for reading in recorded.readings],
                "notices": list(recorded.notices),
                "findings": findings,
            }
        )
        return
    print(printable(recorded.address))
    for reading in recorded.readings:
        tell(printable(f"  read {_reading(reading)}"))
    _tell_notices(recorded.notices)
    if recorded.known_before:
        tell("  recorded before; nothing was added")
    print_findings(recorded.findings)


def findings_to_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings in the types of JSON."""
    return [finding._asdict() for finding in findings]


def report_to_json(file: str, report: RecordReport) -> dict[str, Any]:
    """What was recorded of a file, in the types of JSON."""
    readings = [reading._asdict() for reading in report.readings]
    return {"file": file} | report._asdict() | {"findings": findings_to_json(report.findings), "readings": readings}


def print_report(name: str, report: RecordReport) -> None:
    """Print what was recorded of a dossier; of a dry run what would be."""
    print(printable(_recorded(name, report)))
    if report.dry_run:
        _print_proposed(report)
    else:
        _tell_readings(report)
    _tell_notices(report.notices)
    print_findings(report.findings)
    _tell_unchecked(report)
    tell_organisations(report.organisations)
    if report.times_ignored:
        tell("  an export: its times of recording are kept only in an empty ledger")
    if report.erasures_left_out:
        persons = counted(report.erasures_left_out, "person")
        tell(f"  {persons} forgotten in that ledger: `armsledger admin forget` forgets them here too")


def _print_proposed(report: RecordReport) -> None:
    """Print each entry that would be recorded, and how its values are read."""
    readings: dict[str, list[PlacedReading]] = {}
    for reading in report.readings:
        readings.setdefault(reading.entry, []).append(reading)
    for proposed in report.proposed:
        print(printable(f"  {proposed}"))
        for reading in readings.get(proposed.partition(" ")[0], ()):
            print(printable(f"    read {_reading(reading)} ({reading.place})"))
    if len(report.proposed) < report.recorded:
        print(f"  and {report.recorded - len(report.proposed):,} more")


def _tell_readings(report: RecordReport) -> None:
    """Say how values were read that were written otherwise; each once."""
    told = report.readings[:READINGS_TOLD]
    if told:
        tell("  read as:")
    for reading in told:
        tell(printable(f"    {_reading(reading)} ({reading.place})"))
    more = len(report.readings) - len(told) + report.more_readings
    if more:
        tell(f"    and {more:,} more; --dry-run lists all of a file that is not recorded yet")


def _reading(reading: Reading | PlacedReading) -> str:
    """``due 'mid-2021' as 2021-05~/2021-08~``."""
    from armsledger.domain.errors import quoted

    return f"{reading.field} {quoted(reading.given)} as {reading.read}"


def _tell_notices(notices: Iterable[str]) -> None:
    for notice in notices:
        tell(printable(f"  {notice}"))


def _recorded(name: str, report: RecordReport) -> str:
    entries = counted(report.recorded, "entry", "entries")
    streams = f" in {counted(report.streams, 'stream')}" if report.recorded else ""
    positions = f" (positions {report.first} to {report.last})" if report.recorded and not report.dry_run else ""
    known = f"; {counted(report.known, 'entry', 'entries')} known already" if report.known else ""
    verb = "would record" if report.dry_run else "recorded"
    return f"{name}: {verb} {entries}{streams}{positions}{known}"


def tell_organisations(names: Sequence[str]) -> None:
    """Say which names were taken as those of organisations, because they are like no state's."""
    if names:
        more = f" and {len(names) - ORGANISATIONS_SHOWN:,} more" if len(names) > ORGANISATIONS_SHOWN else ""
        listed = ", ".join(names[:ORGANISATIONS_SHOWN])
        tell(f"  taken as organisations: {listed}{more} (write org:NAME for an organisation, the code for a state)")


def _tell_unchecked(report: RecordReport) -> None:
    if report.unchecked:
        tell(
            f"  did not look for findings: more than {report.unchecked - 1:,} streams changed; 'armsledger check' does"
        )


def sheet_to_json(file: str, sheet: SheetImport) -> dict[str, Any]:
    """What was recorded of a spreadsheet, in the types of JSON."""
    return report_to_json(file, sheet.report) | {
        "first_rows": [row._asdict() for row in sheet.first],
        "repeats": [repeat._asdict() for repeat in sheet.repeats],
        "more_repeats": sheet.more_repeats,
        "left_out": list(sheet.left_out),
        "more_left_out": sheet.more_left_out,
        "changes": None if sheet.changes is None else sheet.changes._asdict(),
        "set_aside": [row._asdict() for row in sheet.aside],
        "set_aside_in": sheet.aside_in or None,
    }


def print_first_rows(first: Iterable[FirstRow]) -> None:
    """Print the first rows of a spreadsheet as a dossier that could be recorded."""
    from armsledger.exchange.spreadsheets.preview import dossier_text

    for line in dossier_text(first):
        print(printable(line))
    sys.stdout.flush()


ERRORS_TOLD = 20
NO_KEY = (
    "  the mapping has no key: a row that is changed and imported again is another statement; "
    "with name and key it is a correction"
)


def print_sheet(name: str, sheet: SheetImport) -> None:
    """Print what was recorded of a spreadsheet; of a dry run as a comment, because the entries stand above it."""
    report = sheet.report
    comment = "# " if report.dry_run else ""
    print(printable(f"{comment}{_recorded(name, report)}"))
    if sheet.changes is not None:
        print(f"{comment}  rows: {_changes(sheet.changes)}")
    print_findings(report.findings, indent=f"{comment}  ")
    _tell_unchecked(report)
    tell_organisations(report.organisations)


def _changes(changes: SheetChanges) -> str:
    """``3 new, 1 changed, 2 vanished (kept), 40 unchanged``."""
    gone = "vanished (kept)" if changes.kept else "vanished"
    counts = {"new": changes.new, "changed": changes.changed, "back": changes.reappeared, gone: changes.vanished}
    told = [f"{count:,} {what}" for what, count in (counts | {"unchanged": changes.unchanged}).items() if count]
    return ", ".join(told) or "none"


def _tell_aside(sheet: SheetImport) -> None:
    """Say which rows were set aside, and what to do about them."""
    if not sheet.aside:
        return
    rows = counted(len(sheet.aside), "row")
    where = f"set aside in {sheet.aside_in}" if sheet.aside_in else "would be set aside"
    how = "" if sheet.changes is None else " with --vanished keep"
    tell(printable(f"  {rows} {where}; mend what the last column says, and import that file{how}:"))
    for row in sheet.aside[:ERRORS_TOLD]:
        tell(printable(f"    {row.place}: {'; '.join(row.errors)}"))
    if len(sheet.aside) > ERRORS_TOLD:
        tell(f"    and {len(sheet.aside) - ERRORS_TOLD:,} more")


def tell_rows(sheet: SheetImport) -> None:
    """Say which rows of a spreadsheet were not taken, and what importing it again does."""
    _tell_aside(sheet)
    if sheet.changes is None and sheet.report.recorded and (sheet.report.dry_run or sheet.report.known):
        tell(NO_KEY)
    if sheet.left_out:
        count = counted(len(sheet.left_out) + sheet.more_left_out, "row")
        more = f" and {sheet.more_left_out:,} more" if sheet.more_left_out else ""
        tell(f"  {count} left out, because the mapping makes no entry of them: {', '.join(sheet.left_out)}{more}")
    for repeat in sheet.repeats:
        tell(
            f"  {repeat.place} repeats {repeat.earlier} ({repeat.event}), and is taken once; "
            "if they are two, give each an id or a tranche"
        )
    if sheet.more_repeats:
        tell(f"  {counted(sheet.more_repeats, 'row')} more that repeat another")
