"""What was said: the log as a table, and the timeline of one stream, in the order of the world or of recording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from armsledger.application.audit import AuditRow, audit_rows
from armsledger.application.saying import in_words
from armsledger.application.timeline import TimelineRow
from armsledger.application.view import View
from armsledger.cli.answers.words import as_known, not_begun
from armsledger.cli.grid import Rank
from armsledger.cli.options import RowsOutput
from armsledger.cli.output import chosen, print_cells, print_line, tell_rest
from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.rows import Rows

COLUMNS = "entry position on said asserted source grade status attribution recorded by standing note"
MAIN = "entry on said"
SAID = "said note"
SPARE = "position by recorded attribution note status standing"
GAP = 2
WIDEST_DATE = 23
"""A date that is longer stands in a line of its own."""


def print_log(rows: Rows[LogRow], output: RowsOutput) -> None:
    """Print the log as a table, with what each entry says or changed."""
    columns = COLUMNS.split()
    names = chosen(output.names, [*columns, *(name for name in rows.columns if name not in columns)])
    kept = rows[: output.limit]
    last = kept[-1].position
    said = audit_rows(row for row in rows if row.position <= last)
    cells = [_log_cells(row, audited) for row, audited in zip(kept, said, strict=True)]
    print_cells(names or columns, cells, output, Rank(MAIN.split(), SPARE.split(), SAID.split()))
    tell_rest(len(rows) - len(kept))


def _log_cells(row: LogRow, audited: AuditRow) -> dict[str, Any]:
    """An entry as a row of the log; the grade is that of the Admiralty code."""
    from armsledger.domain.entry import named_with_login

    return row.to_words() | {
        "said": said_in_words(audited),
        "grade": f"{row.reliability or ''}{row.credibility or ''}",
        "recorded": row.recorded_at.strftime("%Y-%m-%d %H:%M"),
        "by": named_with_login(row.recorded_by, row.login),
        "standing": f"retracted by {row.retracted_by}" if row.retracted_by else "",
    }


def said_in_words(row: AuditRow) -> str:
    """``contract-signed: ~USD 5bn, 5 units``; of a repair what it changed."""
    said = f"{row.event}: {row.says}" if row.says else row.event
    return f"{said}; {_changed(row)}" if row.changes else said


def _changed(row: AuditRow) -> str:
    """``on: 2022-12-05 -> 2022-12-06``."""
    return "; ".join(
        f"{change['field'].replace('_', ' ')}: {_value(change['old'])} -> {_value(change['new'])}"
        for change in row.changes
    )


def _value(value: Any) -> str:
    return in_words(value) or "nothing"


def print_timeline(stream: str, rows: Sequence[TimelineRow], view: View) -> None:
    """Print what happened in the order of the world, a line a date."""
    _print_head(stream, rows, view)
    _print_dated((str(row.on), _told(row)) for row in rows)


def _told(row: TimelineRow) -> str:
    """``tranche-paid: tranche 1, ~USD 800m (contested: on, amount) [defensemirror-2019-09-08]``."""
    said = f"{row.event}: {row.says}" if row.says else row.event
    marks = [] if row.certain else ["possible"]
    marks += [] if row.status in ("fact", "reported") else [row.status]
    marks += [f"contested: {', '.join(row.contested)}"] if row.contested else []
    marked = f" ({'; '.join(marks)})" if marks else ""
    sources = f" [{', '.join(row.sources)}]" if row.sources else ""
    return f"{said}{marked}{_became(row)}{sources}"


def _became(row: TimelineRow) -> str:
    """`` -> met-late, 2021-12``: what became of an expectation."""
    if row.outcome is None:
        return "" if row.possible_outcome is None else f" -> possibly {row.possible_outcome}"
    when = f" on {row.met_on}" if row.met_on is not None else ""
    since = f" since {row.overdue_since}" if row.overdue_since is not None else ""
    differs = row.possible_outcome not in (None, row.outcome)
    return f" -> {row.outcome}{when}{since}{f', possibly {row.possible_outcome}' if differs else ''}"


def print_audit(stream: str, rows: Sequence[AuditRow], view: View) -> None:
    """Print what was said in the order of recording, with what each repair changed."""
    _print_head(stream, rows, view)
    _print_dated((row.recorded_at.strftime("%Y-%m-%d %H:%M"), _recorded(row)) for row in rows)


def _recorded(row: AuditRow) -> str:
    """``@5 corrected: ...``; an entry of which nothing holds any more says so."""
    from armsledger.domain.entry import named_with_login

    whose = ", ".join(
        word for word in (row.source, f"recorded by {named_with_login(row.recorded_by, row.login)}") if word
    )
    gone = f"; retracted by {row.retracted_by}" if row.retracted_by else ""
    version = row.entry.rpartition("@")[2]
    return f"@{version} {row.on} {said_in_words(row)}{gone} [{whose}]"


def _print_head(stream: str, rows: Sequence[Any], view: View) -> None:
    print_line(f"{stream} up to {view.at}, {as_known(view.question)}", 2)
    if not rows:
        print_line(f"  {not_begun(view.stream_day(stream), view.question)}", 2)


def _print_dated(lines: Iterable[tuple[str, str]]) -> None:
    """Lines that begin with a date; what follows stands in one column."""
    dated = list(lines)
    width = GAP + max((len(date) for date, _ in dated if len(date) <= WIDEST_DATE), default=0)
    for date, text in dated:
        is_wide = len(date) > WIDEST_DATE
        if is_wide:
            print_line(date, 0)
        print_line(f"{'' if is_wide else date:<{width}}{text}", width)
