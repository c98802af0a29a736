"""Upkeep of read models: they are brought up to date before something is written; how they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from time import sleep
from typing import Final, NamedTuple

from armsledger.application.session import Session
from armsledger.domain.errors import LedgerError
from armsledger.projections.projection import Projection
from armsledger.projections.schema import SEARCH_INDEX
from armsledger.projections.search.index import has_fts5
from armsledger.projections.tables import Register, read_register
from armsledger.projections.unkept import ALL, unkept_counts
from armsledger.storage.errors import LedgerBusy, LedgerOutdated
from armsledger.storage.journal import Journal
from armsledger.storage.transaction import Transaction

ENTRIES_INDEXED_IN_SILENCE: Final = 20_000
"""It takes about a second."""
PENDING_IN_SILENCE: Final = 1_000
PAUSE_SECONDS: Final = 0.02
"""Between two short transactions: others who wait to write try twice in it."""


class ReadModelState(NamedTuple):
    """How a read model stands: the last position that it covers, None if there is no table; whether it answers.

    ``unkept`` counts the streams of which it does not keep the oldest beliefs, ``pending`` those of which it has not
    brought the newest ones up to date; questions about them are folded.
    """

    name: str
    position: int | None
    current: bool
    unkept: int = 0
    pending: int = 0


def read_model_states(session: Session) -> list[ReadModelState]:
    """How the read model of each projection stands."""
    reader = session.reader()
    with reader.snapshot():
        head, register = reader.head(), read_register(reader)
        unkept = unkept_counts(reader) if register.has_unkept else {}
    index = _index_state(register, head, can_have_one=has_fts5(reader.connection))
    return [*(_state(projection, register, head, unkept) for projection in session.projections()), *index]


def _state(projection: Projection, register: Register, head: int, unkept: Mapping[str, int]) -> ReadModelState:
    model = register.models.get(projection.name)
    position = None if model is None else model.position
    is_current = register.is_current(projection, head) or head == 0
    return ReadModelState(projection.name, position, is_current, unkept.get(projection.name, 0), unkept.get(ALL, 0))


def _index_state(register: Register, head: int, *, can_have_one: bool) -> list[ReadModelState]:
    """How the index of search stands; nothing where this SQLite cannot have one."""
    position = register.indexed if register.indexed >= 0 else None
    return [ReadModelState(SEARCH_INDEX, position, register.indexed >= head or head == 0)] if can_have_one else []


@contextmanager
def transaction_in_step(session: Session, journal: Journal) -> Iterator[Transaction]:
    """A write transaction that begins with the read models in step, or a part of the one that is under way.

    Once it is committed, rows that are pending are brought up to date.
    """
    begins = not journal.in_transaction
    with ExitStack() as stack:
        transaction = stack.enter_context(journal.transaction())
        behind = session.updater.behind(transaction, journal.reader) if begins else []
        is_index_behind = begins and session.updater.is_index_behind(transaction, journal.reader)
        if behind or is_index_behind:
            head = transaction.head
            stack.close()  # it takes long to build a read model, and others may write meanwhile
            _mend(session, journal, behind, head)
            if is_index_behind:
                _mend_index(session, journal, head)
            transaction = stack.enter_context(journal.transaction())
        yield transaction
    if begins and session.updater.leaves_pending:
        finish_pending(session, journal)


def finish_pending(session: Session, journal: Journal) -> None:
    """Bring rows up to date that are pending, in many short transactions.

    What was to be recorded is recorded: if it cannot be done now, the next one that records does it.
    """
    from armsledger.projections.pending import finish_some

    is_told = False
    try:
        while True:
            with journal.transaction(durable=False) as transaction:
                left = finish_some(transaction, journal.reader, session.projections(), session.give_notice)
            if not left:
                return
            if not is_told and left > PENDING_IN_SILENCE:
                session.give_notice(f"all is recorded; the rows of {left:,} more streams are brought up to date")
                is_told = True
            sleep(PAUSE_SECONDS)
    except LedgerError as failure:
        session.give_notice(f"{failure.message}; rows are left pending, and questions about them are folded")


def _mend(session: Session, journal: Journal, behind: Sequence[Projection], head: int) -> None:
    """Bring read models up to date that were left behind, or build them anew.

    Recording comes first: a read model that cannot be mended is left behind, with a notice. Raises LedgerBusy and
    LedgerOutdated.
    """
    from armsledger.projections.read_models.builtin import by_owner
    from armsledger.projections.rebuild import catch_up, rebuild

    for group in by_owner(behind):
        names = ", ".join(projection.name for projection in group)
        try:
            if not catch_up(journal, group):
                session.give_notice(f"building read models of {head:,} entries: {names}")
                rebuild(journal, group)
        except (LedgerBusy, LedgerOutdated):
            raise
        except LedgerError as failure:
            session.give_notice(f"{failure.message}; left behind, questions are folded: {names}")


def _mend_index(session: Session, journal: Journal, head: int) -> None:
    """Bring the index of search up to date, or build it anew; if it cannot be, search reads the entries.

    Raises LedgerBusy and LedgerOutdated.
    """
    from armsledger.projections.search.upkeep import catch_up_index

    if (behind := head - max(0, read_register(journal.reader).indexed)) > ENTRIES_INDEXED_IN_SILENCE:
        session.give_notice(f"building the index of search over {behind:,} entries")
    try:
        catch_up_index(journal)
    except (LedgerBusy, LedgerOutdated):
        raise
    except LedgerError as failure:
        session.give_notice(f"{failure.message}; left behind, search reads the entries: {SEARCH_INDEX}")
