"""What releases of SIPRI's register did to each deal between two beliefs, in the cells of its row.

Where one release alone came between the two, its table of revisions has that. Other deals are read, and what the
releases said by one belief and by the other is compared, whatever they said in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.application.codes import Codes
from armsledger.application.differing import both_sides, differing_streams
from armsledger.application.sipri.register import is_listing, release_keys
from armsledger.application.sipri.standing import Releases
from armsledger.domain.beliefs.repairs import repairs_of
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Role
from armsledger.domain.registers.columns import NAMING
from armsledger.domain.registers.history import VANISHED, Step, history_of
from armsledger.domain.registers.plans import PlanChange, plan_changes
from armsledger.exchange.sipri.names import Names
from armsledger.projections.codec import codec_of
from armsledger.projections.projection import SEPARATOR
from armsledger.projections.read_models.revisions import PLAN, REVISIONS, RevisedCell
from armsledger.projections.read_models.sources import CITATIONS
from armsledger.projections.reading import ChangedRow, changed_rows, streams_holding
from armsledger.projections.rows import kept_row
from armsledger.projections.spans.revisions import cells_of_step

Cells = Sequence[RevisedCell]
"""What became of the row of a deal: of the whole row, column by column, and of its plan."""
DEAL: Final = "deal/"


def revised_cells(earlier: Beliefs, later: Beliefs) -> Iterator[Cells]:
    """What releases did to each deal between two beliefs, in the order of the deals."""
    releases = release_keys(later.reader)
    streams = [stream for stream in differing_streams(earlier, later) if stream.startswith(DEAL)]
    kept = _by_one_release(earlier, later, releases) if releases else {}
    read = _read(earlier, later, [stream for stream in streams if stream not in kept], releases)
    for stream in streams:
        cells = kept.get(stream) or read.get(stream)
        if cells:
            yield cells


# from tables


def _by_one_release(earlier: Beliefs, later: Beliefs, releases: Releases) -> Mapping[str, Cells]:
    """The cells of the deals of which one release of the register, and nobody else, told something new."""
    one, other = earlier.question.as_of, later.question.as_of
    if one is None or other is None:
        return {}
    cited = changed_rows(later.reader, CITATIONS, one, other)
    changed = changed_rows(later.reader, REVISIONS, one, other)
    odd = streams_holding(later.reader, REVISIONS, one, f'"{VANISHED}"')
    if cited is None or changed is None or odd is None:
        return {}
    odd |= set(later.reader.streams_with_several_of("deal.listed"))
    news = _only_news(cited, releases)
    found = {}
    for stream, rows in groupby(changed, key=lambda row: row.stream):
        if stream in news and stream not in odd:
            cells = _cells_of(list(rows), news[stream])
            if cells is not None:
                found[stream] = cells
    return found


def _only_news(cited: Sequence[ChangedRow], releases: Releases) -> Mapping[str, str]:
    """By the streams that nothing but releases tell of, the release of which the later belief knows more entries; not
    those of which it knows more of several."""
    news: dict[str, str] = {}
    place = codec_of(CITATIONS.row).indexes["cited"]
    known: dict[str, dict[str, int]] = {}  # by what stands behind the stream's name: most deals cite the same
    for stream, rows in groupby(cited, key=lambda row: row.stream):
        counts: list[dict[str, int]] = [{}, {}]
        for row in rows:
            rest = row.text.removeprefix(f'["{stream}"')
            if rest not in known:
                known[rest] = {source: entries for source, entries, _ in row.values(CITATIONS)[place]}
            counts[row.is_later] = known[rest]
        before, after = counts
        grew = [source for source, entries in after.items() if entries != before.get(source)]
        if len(grew) == 1 and before.keys() <= after.keys() <= releases:
            news[stream] = grew[0]
    return news


def _cells_of(rows: Sequence[ChangedRow], release: str) -> Cells | None:
    """What one release did, if these rows of the table say just that; None if the deal has to be read.

    Of a row that vanished the register's last words are those before, and plans can have moved more than once.
    """
    listings = {row.slot.split(SEPARATOR)[1:3][-1] for row in rows}
    cells: list[RevisedCell] = [kept_row(REVISIONS.row, REVISIONS.name, row.text) for row in rows]
    if len(listings) > 1 or not all(row.is_later for row in rows) or any(cell.release != release for cell in cells):
        return None
    has_vanished = any(cell.column is None and VANISHED in cell.classes for cell in cells)
    if (has_vanished and len(cells) > 1) or [cell.column for cell in cells].count(PLAN) > 1:
        return None
    return cells


# from entries


class _Side(NamedTuple):
    """What one belief knows of a deal's row: its steps, and the changes of its plan."""

    steps: list[Step]
    plans: list[PlanChange]


def _read(earlier: Beliefs, later: Beliefs, streams: Sequence[str], releases: Releases) -> Mapping[str, Cells]:
    """The cells of some deals, by all that is known of them."""
    names, found = Names(Codes()), {}
    for stream, before, after in both_sides(earlier, later, streams):
        if before.entries != after.entries:
            step, plans = _between(_side(before.entries, releases), _side(after.entries, releases))
            if step is not None:
                supplier, buyer = (names.known(step.after[name]) for name in ("supplier", "recipient"))
                found[stream] = list(cells_of_step(stream.removeprefix(DEAL), supplier, buyer, step, plans))
    return found


def _side(entries: Sequence[Entry], releases: Releases) -> _Side:
    """What the entries that are known tell of a deal's row."""
    listings = [entry for entry in entries if is_listing(entry, releases)]
    repairs = repairs_of([entry for entry in entries if entry.event.role is Role.REPAIR], ()) if listings else None
    for listing in listings:
        assert repairs is not None
        steps = history_of(listing, entries, repairs)
        if steps:
            return _Side(steps, list(plan_changes(entries, repairs, steps)))
    return _Side([], [])


def _between(before: _Side, after: _Side) -> tuple[Step | None, list[PlanChange]]:
    """What became of a row from one belief to the other, as one step; None if nothing did."""
    old, new = (side.steps[-1] if side.steps else None for side in (before, after))
    some = new or old
    if some is None or old == new:
        return None, []
    apart = [step for step in (*before.steps, *after.steps) if (step in before.steps) != (step in after.steps)]
    was_gone, is_gone = old is not None and old.is_gone, new is None or new.is_gone
    if (old is None or was_gone) and is_gone:
        return None, []
    step = some._replace(
        before=None if old is None else old.after,
        after=old.after if old is not None and is_gone else some.after,
        was_gone=was_gone,
        is_gone=is_gone,
        classes=("new",) if old is None else (),
        renamed=tuple(name for name in NAMING if all(_only_renames(one, name) for one in apart)),
        entries=tuple(dict.fromkeys(address for one in apart for address in one.entries)),
        touched=None,
    )
    stays = old is not None and not is_gone
    return step, _plans_between(before.plans, after.plans) if stays else []


def _only_renames(step: Step, column: str) -> bool:
    """Whether a step leaves a column as it is but for its name."""
    before = step.before or step.after
    return before.get(column) == step.after.get(column) or column in step.renamed


def _plans_between(before: list[PlanChange], after: list[PlanChange]) -> list[PlanChange]:
    """How the plan moved from one belief to the other, if it did."""
    undone = [change for change in before if change not in after]
    done = [change for change in after if change not in before]
    old = undone[-1].new if undone else done[0].old if done else None
    new = done[-1].new if done else undone[0].old if undone else None
    return [] if old == new else [(done or undone)[-1]._replace(old=old, new=new)]
