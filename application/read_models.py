"""How read models stand: up to where they take account of the journal, and whether answers come from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from armsledger.projections.model import Kept
from armsledger.projections.projection import Projection
from armsledger.projections.reading import is_current, kept_models
from armsledger.storage.journal import Journal


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


def _state(projection: Projection, kept: Kept | None, head: int) -> ReadModelState:
    return ReadModelState(
        projection.name, None if kept is None else kept.position, is_current(kept, projection, head) or head == 0
    )
