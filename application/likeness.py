"""Whether a copy is the ledger that it is a copy of: row by row, by its root, its states and its read models."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from armsledger.application.question import ask
from armsledger.application.stages import Stages, stage
from armsledger.application.view import StreamState, View
from armsledger.projections.first_build import kept_pages
from armsledger.storage.copying import CopyDiffers, check_same, check_same_rows
from armsledger.storage.database import load_frontier
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.projections.projection import Projection
    from armsledger.storage.stored_rows import Report


def check_alike(
    ledger: Ledger, source: JournalReader, copy: JournalReader, name: str, root: bytes, stages: Stages
) -> tuple[str, ...]:
    """Compare a copy that is under way with its source, of which it has the root; says what is equal, or raises
    CopyDiffers.

    Where the source has its read models in step, those of the copy, which were built anew, tell of all days and beliefs
    at once; else states are compared at some more days.
    """
    check_same(source, copy, name, stage(stages, "comparing entries"))
    if load_frontier(copy.connection, copy.head()).root() != root:
        raise CopyDiffers(name, "the root of its tree is another")
    compared = [_check_read_model(source, copy, name, projection) for projection in ledger.projections()]
    days = [ledger.today] if all(compared) else days_of(source, ledger.today)
    for day in days:
        check_states(source, copy, name, day, stage(stages, f"comparing states of {day}"))
    equal = ("entries", "root", *(f"states at {day}" for day in days))
    return (*equal, "read models") if all(compared) else equal


def days_of(reader: JournalReader, today: date) -> list[date]:
    """Today, and two days of which the journal tells."""
    head = reader.head()
    sql = "SELECT on_latest FROM journal WHERE position = ? AND on_latest IS NOT NULL"
    found = [reader.query(sql, position) for position in (head // 3, 2 * head // 3)]
    return sorted({today, *(date.fromisoformat(rows[0][0]) for rows in found if rows)})


def check_states(source: JournalReader, copy: JournalReader, name: str, day: date, report: Report) -> None:
    """Compare the states of all streams at a date; raises CopyDiffers."""
    total = source.count_streams()
    pairs = zip_longest(_states(source, day), _states(copy, day))
    for done, (theirs, ours) in enumerate(pairs, 1):
        if theirs != ours:
            stream = (theirs or ours)["stream"]
            raise CopyDiffers(name, f"the state of {stream} at {day} is another in its copy")
        report(done, total)


def _states(reader: JournalReader, day: date) -> Iterator[dict[str, Any]]:
    view = View(lambda: reader, ask(reader, day, None, "recorded", day))
    return (StreamState(view.question, scene).to_dict() for scene in view.scenes())


def _check_read_model(source: JournalReader, copy: JournalReader, name: str, projection: Projection) -> bool:
    """Compare the rows of a read model, of all days and beliefs; False where the source has not kept it in step."""
    theirs, ours = kept_pages(source, projection), kept_pages(copy, projection)
    if theirs is None or ours is None:
        return False
    try:
        check_same_rows(theirs, ours, f"kept_{projection.name}", name)
    except CopyDiffers as difference:
        difference.remedy = f"build it anew in the ledger that was copied, `armsledger rebuild {projection.name}`"
        raise
    return True
