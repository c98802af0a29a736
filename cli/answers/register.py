"""SIPRI's register: what was recorded of a release, and how the register was revised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from armsledger.application.sipri.report import ReleaseReport
from armsledger.application.sipri.reviewing import ReviewReport
from armsledger.application.sipri.revisions import NOTHING, LeftOut, RevisionRow, tally, tally_by
from armsledger.cli.messages import printable, tell
from armsledger.cli.output import counted, print_facts, print_line, print_table
from armsledger.exchange.sipri.release import Problem

PROBLEMS_SHOWN = 20
AMBIGUOUS_SHOWN = 20
COUNTRIES_SHOWN = 12
FACT_WIDTH = 14
EVERYTHING = "orders and deliveries"
HOW = {
    "marked": "gained its ?",
    "unmarked": "lost its ?",
    "changed": "changed",
}


def print_release(report: ReleaseReport) -> None:
    """Print what was recorded of a release of SIPRI's register."""
    files = ", ".join(Path(name).name for name in report.files)
    print(printable(f"{files}: SIPRI's register as released on {report.released} ({', '.join(report.encodings)})"))
    print_facts({f"  {name}": value for name, value in _release_facts(report)}, FACT_WIDTH)
    for row in report.ambiguous[:AMBIGUOUS_SHOWN]:
        lines = ", ".join(str(one.line) for one in row.rows)
        words = row.rows[0].words
        deal = f"{words['designation'].strip()} from {words['supplier']} to {words['recipient']}"
        print_line(f"  ambiguous    line {lines} ({deal}) may be any of {', '.join(row.deals)}", FACT_WIDTH + 1)
    if len(report.ambiguous) > AMBIGUOUS_SHOWN:
        print(f"  and {len(report.ambiguous) - AMBIGUOUS_SHOWN:,} more that are ambiguous")
    for rows in report.apart[:AMBIGUOUS_SHOWN]:
        places = ", ".join(one.deal or f"line {one.line}" for one in rows)
        print_line(f"  kept apart   {places} ({rows[0].words['designation'].strip()}) may be one deal", FACT_WIDTH + 1)


def _release_facts(report: ReleaseReport) -> Iterator[tuple[str, str]]:
    yield (
        "rows",
        f"{report.rows:,}: {report.taken:,} taken as they are, {report.repaired:,} repaired, "
        f"{report.set_aside:,} set aside",
    )
    if report.scope and report.scope != EVERYTHING:
        yield "scope", report.scope
    if report.duplicates:
        repeat = "repeats" if report.duplicates == 1 else "repeat"
        yield "duplicates", f"{counted(report.duplicates, 'row')} {repeat} another to the letter: one deal each"
    if report.is_first:
        yield "deals", f"{report.new:,}"
    else:
        yield (
            "deals",
            f"{report.unchanged:,} unchanged, {report.changed:,} changed, {report.new:,} new, "
            f"{report.vanished:,} vanished, {report.reappeared:,} reappeared",
        )
    yield from _joining_facts(report)
    if report.first_asked and not report.is_first:
        yield "not news", f"{report.first_asked:,} of the new rows, as the exports before had no place for them"
    if report.vanished_orders:
        yield "orders gone", f"{report.vanished_orders:,} of the vanished rows are orders without deliveries"
    if report.revisions:
        yield "changes", ", ".join(f"{count:,} {name}" for name, count in report.revisions.most_common())
    if report.columns:
        columns = ((name.replace("_", " "), count) for name, count in report.columns.most_common())
        yield "columns", ", ".join(f"{count:,} {name}" for name, count in columns)
    if report.sweeping:
        changes = "; ".join(
            f"{change.column.replace('_', ' ')} {HOW[change.how]} in {change.rows:,} of {change.of:,} rows"
            for change in report.sweeping
        )
        yield "suspicious", f"{changes}: more likely an artefact of the file than so many revisions"
    if report.renames or report.proposals:
        yield "renames", _renames(report)
    if report.left_out:
        yield (
            "left alone",
            f"{counted(report.left_out, 'row')} that this export leaves out by its scope: they stay as they are",
        )
    if report.may_be:
        yield "unsure", f"{counted(len(report.may_be), 'deal')} that a row set aside may be: they stay as they are"
    if report.organisations:
        count = counted(len(report.organisations), "party", "parties")
        yield "taken as", f"organisations: {count} ({', '.join(report.organisations)})"
    positions = "" if report.dry_run or not report.recorded else f" (positions {report.first:,} to {report.last:,})"
    yield "would record" if report.dry_run else "recorded", f"{counted(report.recorded, 'entry', 'entries')}{positions}"


def _renames(report: ReleaseReport) -> str:
    """What was joined as renamed everywhere, and how many pairs of deals may be one."""
    told = []
    for kind, one, several in (("designation", "designation", "designations"), ("party", "party", "parties")):
        renames = [rename for rename in report.renames if rename.kind == kind]
        if renames:
            deals = counted(sum(len(rename.deals) for rename in renames), "deal")
            told.append(f"{counted(len(renames), one, several)} ({deals})")
    joined = f"{', '.join(told)} joined" if told else ""
    proposed = f"{counted(report.proposals, 'proposal')}: --review FILE" if report.proposals else ""
    return "; ".join(part for part in (joined, proposed) if part)


def print_review(report: ReviewReport) -> None:
    """Print what was recorded of a review."""
    print(printable(f"{report.file}: review of what SIPRI's register renamed"))
    facts = {
        "joined": f"{counted(report.joined, 'pair')}: one deal each",
        "kept apart": counted(report.apart, "pair"),
        "undone": f"{counted(report.undone, 'join')}: two deals again",
        "as before": f"{counted(report.known, 'pair')}: decided so already",
        "undecided": f"{counted(report.undecided, 'row')} without a mark: left as they are",
    }
    counts = {
        "joined": report.joined,
        "kept apart": report.apart,
        "undone": report.undone,
        "as before": report.known,
        "undecided": report.undecided,
    }
    positions = "" if report.dry_run or not report.recorded else f" (positions {report.first:,} to {report.last:,})"
    name = "would record" if report.dry_run else "recorded"
    told = {key: text for key, text in facts.items() if counts[key]}
    told[name] = f"{counted(report.recorded, 'entry', 'entries')}{positions}"
    print_facts({f"  {key}": text for key, text in told.items()}, FACT_WIDTH)


def _joining_facts(report: ReleaseReport) -> Iterator[tuple[str, str]]:
    """What came of joining several exports of one day."""
    if report.unmarked:
        columns = ", ".join(name.replace("_", " ") for name in report.unmarked)
        yield "exact", f"the file marks nothing as uncertain (?) in these columns: {columns}"
    if report.completed:
        yield "completed", f"{counted(report.completed, 'deal')}, of which exports of one day each tell a part"
    if report.apart:
        groups = counted(len(report.apart), "group")
        yield "kept apart", f"{groups} of rows in several periods that may be one deal: their deliveries count once"
    if report.partly:
        yield (
            "by year",
            f"{counted(report.partly, 'deal')} of which the layout by year tells only a part: "
            "the number and the years of the register by deal hold",
        )
    if report.unjoined:
        rows = counted(report.unjoined, "deal")
        yield "left out", f"{rows} by year that may be any of several: taken, they would be counted twice"


def tell_problems(problems: Sequence[Problem]) -> None:
    """List the rows of a register that are damaged, or were read with a repair."""
    for problem in problems[:PROBLEMS_SHOWN]:
        tell(f"{problem.kind}: {problem}")
    if len(problems) > PROBLEMS_SHOWN:
        tell(f"and {len(problems) - PROBLEMS_SHOWN:,} more: --json lists all")


def print_revisions(rows: Sequence[RevisionRow], left_out: LeftOut = NOTHING) -> None:
    """Print how the register was revised: by class, by country and by decade of order."""
    if not rows:
        return
    counts = tally(rows)
    without = f" (without {left_out})" if left_out != NOTHING else ""
    deals = counted(len(rows), "deal")
    print()
    print_line(f"revisions of SIPRI's register{without}: {deals}, of which one can be revised in several ways", 2)
    print_table(("class", "deals"), [{"class": name, "deals": f"{count:,}"} for name, count in counts.items()])
    for field in ("buyer", "supplier", "decade"):
        tallies = tally_by(rows, field)
        shown = tallies if field == "decade" else tallies[:COUNTRIES_SHOWN]
        print()
        print_table(
            (field, "deals", *counts),
            [
                {field: line.name, "deals": f"{line.deals:,}"}
                | {name: f"{line.classes.get(name, 0):,}" for name in counts}
                for line in shown
            ],
        )
        if len(tallies) > len(shown):
            print(f"and {len(tallies) - len(shown):,} more")
    print("\n--revisions lists them one by one; name a deal to see its entries")
