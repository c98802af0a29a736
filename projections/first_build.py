"""Read models of a ledger that nobody sees yet, built within the transaction that makes it.

Where a ledger is in use, `armsledger.projections.rebuild` builds beside what is read; here there is nothing to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from armsledger.domain.errors import LedgerError
from armsledger.projections.model import KEPT, TIME_COLUMNS, statements
from armsledger.projections.pages import Built, built, pages_after
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.reading import kept_models
from armsledger.projections.row_history import ProjectionFailed
from armsledger.projections.updater import NOTED, install, part_of, register, register_citing, unwritable
from armsledger.storage.connection import Connection
from armsledger.storage.copying.rows import Report, Row, table_rows
from armsledger.storage.reader import JournalReader

STREAMS_A_PAGE = 200
KEY = ("believed", "stream", "known_from", "valid_from", "slot")


def build_first(
    connection: Connection,
    reader: JournalReader,
    projections: Sequence[Projection],
    notice: Callable[[str], None],
    report: Report,
) -> None:
    """Make and fill the tables of projections. One of somebody's own that fails is left behind, with a notice."""
    install(connection, projections)
    head = reader.head()
    if head == 0:
        return
    own = [projection for projection in projections if projection in BUILT_IN]
    _fill(connection, reader, own, report)
    register(connection, own, head)
    register_citing(connection, head)
    for projection in projections:
        if projection not in own:
            _fill_carefully(connection, reader, projection, notice)


def _fill(connection: Connection, reader: JournalReader, projections: Sequence[Projection], report: Report) -> None:
    done, total = 0, reader.head()
    for page in pages_after(reader, "", STREAMS_A_PAGE):
        rows = built(reader, page, projections)
        _write(connection, rows)
        done += rows.entries
        report(done, total)


def _write(connection: Connection, page: Built) -> None:
    for name, rows in page.rows.items():
        if rows:
            connection.executemany(statements(f"{KEPT}{name}").insert, rows)
    if page.citing:
        connection.executemany(NOTED, page.citing)


def _fill_carefully(
    connection: Connection, reader: JournalReader, projection: Projection, notice: Callable[[str], None]
) -> None:
    try:
        with part_of(connection):
            _fill(connection, reader, [projection], lambda *_: None)
            register(connection, [projection], reader.head())
    except unwritable():
        raise
    except Exception as error:  # whatever a mistake in somebody's projection raises
        failure = error if isinstance(error, LedgerError) else ProjectionFailed(projection.name, "its rows", error)
        notice(f"{failure.message}; left behind, questions are folded: {projection.name}")


def kept_pages(reader: JournalReader, projection: Projection) -> Iterator[list[Row]] | None:
    """All rows of a read model, in pages and in order; None unless it takes account of all that is recorded."""
    kept = kept_models(reader).get(projection.name)
    if kept is None or kept.stamp != projection.stamp or kept.position != reader.head():
        return None
    return table_rows(reader, f"{KEPT}{projection.name}", tuple(TIME_COLUMNS), KEY)
