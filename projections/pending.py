"""Rows that are pending: of the streams that cite a source graded anew, where those were too many for the transaction
that graded it.

They are brought up to date in slices, each a short transaction, so that nobody else waits long to write. Whoever
recorded does that, and where it was ended before, the next one that records. Until then, questions fold those streams.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Final

from armsledger.projections.advance import Advance, Recorded
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import by_owner
from armsledger.projections.schema import CITING, SEARCH_INDEX
from armsledger.projections.tables import read_register
from armsledger.projections.unkept import ALL, forget_oldest, pending_streams, unkept_counts
from armsledger.projections.updater import Notice, attempt, names_of
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import parse_instant
from armsledger.storage.transaction import Transaction

SECONDS_AT_ONCE: Final = 0.3
STREAMS_AT_ONCE: Final = 10
"""After so many streams, look at the clock."""
LEFT_BEHIND: Final = "UPDATE read_model SET position = ? WHERE building = 0 AND position > ? AND name NOT IN (%s)"


def finish_some(
    transaction: Transaction, reader: JournalReader, projections: Sequence[Projection], notice: Notice
) -> int:
    """Bring rows up to date that are pending, as many as a short time allows; of how many streams others are left."""
    until = monotonic() + SECONDS_AT_ONCE
    models, connection = read_register(reader), transaction.connection
    groups = by_owner([p for p in projections if models.is_current(p, transaction.head)])
    while models.has_pending and (pending := pending_streams(connection, STREAMS_AT_ONCE)):
        first = min(pending.values())
        recorded = Recorded(
            transaction.head + 1,
            parse_instant(transaction.last),
            is_alone=False,
            sources=frozenset(),
            knows_citing=False,
            has_unkept=True,
        )
        finished = [CITING, SEARCH_INDEX]
        for group in groups:
            work = partial(Advance(group, connection, reader, recorded).run, list(pending))
            if attempt(connection, names_of(group), work, notice):
                finished += names_of(group)
        connection.execute(LEFT_BEHIND % ", ".join("?" * len(finished)), (first - 1, first - 1, *finished))
        forget_oldest(connection, ALL, list(pending))
        groups = [group for group in groups if group[0].name in finished]
        if monotonic() >= until:
            break
    return unkept_counts(reader).get(ALL, 0) if models.has_pending else 0
