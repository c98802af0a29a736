"""Upkeep: what is done to read models before something is written, so that they are in step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.projections.model import Registration
from armsledger.projections.projection import Projection
from armsledger.projections.reading import is_current, kept_models
from armsledger.storage.errors import LedgerBusy, LedgerOutdated
from armsledger.storage.journal import Journal


def mend(journal: Journal, projections: Sequence[Projection], notice: Callable[[str], None]) -> None:
    """Catch up with what was left behind, and build anew what another version built or what is not there.

    To record goes before: what cannot be mended is left behind with a notice. Raises LedgerBusy and LedgerOutdated.
    """
    head = journal.reader.head()
    kept = kept_models(journal.reader)
    behind = [p for p in projections if head and not is_current(kept.get(p.name), p, head)]
    if not behind:
        return
    from armsledger.projections.rebuild import catch_up, rebuild

    for group in _by_owner(behind):
        names = ", ".join(projection.name for projection in group)
        try:
            if not catch_up(journal, group):
                notice(f"building read models of {head:,} entries: {names}")
                rebuild(journal, group)
        except (LedgerBusy, LedgerOutdated):
            raise
        except LedgerError as failure:
            notice(f"{failure.message}; left behind, questions are folded: {names}")


def _by_owner(projections: Sequence[Projection]) -> list[list[Projection]]:
    """The built-in ones together, each of somebody's own by itself: one that fails hinders no other."""
    from armsledger.projections.read_models.builtin import BUILT_IN

    own = [projection for projection in projections if projection in BUILT_IN]
    others = [[projection] for projection in projections if projection not in BUILT_IN]
    return [own, *others] if own else others


# How read models stand: up to where they take account of the journal, and whether answers come from them.


class ReadModelState(NamedTuple):
    """A read model: the last position that it takes account of, None if there is none; whether answers come from it."""

    name: str
    position: int | None
    current: bool


def read_model_states(journal: Journal, projections: Sequence[Projection]) -> list[ReadModelState]:
    """One for each projection."""
    reader = journal.reader
    with reader.snapshot():
        head, kept = reader.head(), kept_models(reader)
    return [_state(projection, kept.get(projection.name), head) for projection in projections]


def _state(projection: Projection, kept: Registration | None, head: int) -> ReadModelState:
    return ReadModelState(
        projection.name, None if kept is None else kept.position, is_current(kept, projection, head) or head == 0
    )
