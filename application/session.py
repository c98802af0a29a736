"""A session: what the use cases of one ledger share.

Each use case takes a `Session`, never the `Ledger`: the ledger stands above all use cases and hands its session down.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from armsledger.application.today import day_of
from armsledger.domain.errors import LedgerError, UsageError, quoted
from armsledger.domain.limits import LONGEST_PERSON
from armsledger.domain.near import did_you_mean
from armsledger.domain.printable import printable
from armsledger.storage.address import Server, parse_address
from armsledger.storage.clock import DEFAULT_LEAP_DAYS, Clock
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.errors import LedgerMissing, SchemaMissing
from armsledger.storage.files import EVERYBODY, mode_of
from armsledger.storage.journal import Journal
from armsledger.storage.schema import utc_now
from armsledger.storage.standby import standby_of

if TYPE_CHECKING:
    from armsledger.application.awaiting import Awaited
    from armsledger.projections.projection import Projection
    from armsledger.projections.updater import Updater
    from armsledger.storage.reader import JournalReader
    from armsledger.storage.transaction import Transaction

Notice = Callable[[str], None]
Stages = Callable[[str, int, int], None]
"""What a long use case reports to: the stage that it is in, how much of that is done, and how much there is to do."""
DEFAULT_ADDRESS = "armsledger.db"
ADDRESS_VARIABLE = "ARMSLEDGER_LEDGER"
RECORDER_VARIABLE = "ARMSLEDGER_RECORDED_BY"
TIMEOUT_VARIABLE = "ARMSLEDGER_TIMEOUT_SECONDS"
LEAP_VARIABLE = "ARMSLEDGER_CLOCK_LEAP_DAYS"
MOST_SECONDS = 86_400.0
LONGEST_LEAP_DAYS = 7
"""In figures."""


def tell(notice: str) -> None:
    """Write a notice to the log, in one line whatever it quotes."""
    import logging

    logging.getLogger("armsledger").warning("%s", printable(notice))


def default_address() -> str:
    """``ARMSLEDGER_LEDGER``, else ``armsledger.db`` in the current folder."""
    return os.environ.get(ADDRESS_VARIABLE) or DEFAULT_ADDRESS


def default_recorder() -> str:
    """``ARMSLEDGER_RECORDED_BY``, else the name of the user."""
    try:
        from getpass import getuser

        return os.environ.get(RECORDER_VARIABLE) or getuser()
    except (KeyError, OSError):
        return "unknown"


def checked_recorder(name: str) -> str:
    """The name that entries are recorded under; raises UsageError for one that no database stores."""
    if "\0" in name or not name.isprintable():
        raise UsageError(
            f"{name!a:.200} cannot be the name that entries are recorded under: it is not all plain text",
            remedy=f"set {RECORDER_VARIABLE} to a name in letters",
        )
    if len(name) > LONGEST_PERSON:
        raise UsageError(
            f"the name that entries are recorded under has {len(name):,} characters, and the limit is {LONGEST_PERSON}",
            remedy=f"set {RECORDER_VARIABLE} to a name",
        )
    return name


def default_timeout_seconds() -> float:
    """``ARMSLEDGER_TIMEOUT_SECONDS``, else 10: how long to wait for another writer. Raises UsageError."""
    text = os.environ.get(TIMEOUT_VARIABLE)
    if not text:
        return DEFAULT_TIMEOUT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MOST_SECONDS:
        raise UsageError(
            f"{TIMEOUT_VARIABLE} is {text!r}, which is no number of seconds",
            remedy="set it to a number such as 0.5 or 60, or unset it",
        )
    return seconds


def default_leap_days() -> int:
    """``ARMSLEDGER_CLOCK_LEAP_DAYS``, else 366: how long after the last entry a clock is believed.

    Raises UsageError.
    """
    text = os.environ.get(LEAP_VARIABLE)
    if not text:
        return DEFAULT_LEAP_DAYS
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_LEAP_DAYS):
        raise UsageError(
            f"{LEAP_VARIABLE} is {quoted(text)}, which is no number of days",
            remedy="set it to a whole number such as 800, or unset it",
        )
    return int(text)


def silent(stage: str, done: int, total: int) -> None:
    """Report to nobody."""


def stage(stages: Stages, name: str) -> Callable[[int, int], None]:
    """What reports how much of one stage is done."""
    return partial(stages, name)


class Session:
    """The address of a ledger and its open journal, the clock, the recorder's name, the projections, and the timeout.

    Threads may share it.
    """

    def __init__(
        self,
        address: str | Path | None,
        recorded_by: str | None,
        clock: Clock | None,
        timeout_seconds: float | None,
        projections: Iterable[Projection] | None,
        notice: Notice,
        *,
        write: bool = True,
        wait_for: Awaited = None,
    ) -> None:
        """The parameters are those of `Ledger`."""
        self._write = write
        self._wait_for = wait_for
        self.address = str(address) if address is not None else default_address()
        self._recorded_by = None if recorded_by is None else checked_recorder(recorded_by)
        self.timeout_seconds = default_timeout_seconds() if timeout_seconds is None else timeout_seconds
        self._clock = clock
        self.leap_days = default_leap_days()
        self._projections = None if projections is None else tuple(projections)
        self._registered: list[Projection] = []
        self._notice = notice
        self._journal: Journal | None = None
        self._opening = RLock()
        self._is_gone = False
        self.input_mode = EVERYBODY
        """Who may read and write all the files that entries were taken from."""

    @cached_property
    def recorded_by(self) -> str:
        """The name that entries are recorded under; raises UsageError for one that no database stores."""
        return self._recorded_by or checked_recorder(default_recorder())

    # The journal

    def create(self) -> None:
        """Make an empty ledger at the address; raises LedgerExists if there is one."""
        self._journal = Journal.create(
            self.address,
            clock=self._clock,
            leap_days=self.leap_days,
            timeout_seconds=self.timeout_seconds,
            keep=self._keep,
            notice=self.give_notice,
        )
        if isinstance(self._journal.place, Server):  # a writer on a server may have no right to make tables
            from armsledger.projections.rebuild import rebuild

            rebuild(self._journal, self.projections())

    def journal(self, *, to_write: bool = False) -> Journal:
        """The open journal. It connects for reading, or ``to_write``, when that is first asked for."""
        with self._opening:
            if self._is_gone:
                raise UsageError(
                    "this ledger was in memory, and is gone since it was closed",
                    remedy="make another by Ledger.in_memory(), or keep one in a file: Ledger('armsledger.db')",
                )
            if self._journal is None:
                opened = self._opened(to_write=to_write)
                try:
                    self._prepare_to_read(opened, to_write=to_write)
                except BaseException:
                    opened.close()
                    raise
                self._journal = opened
            return self._journal

    def _opened(self, *, to_write: bool) -> Journal:
        """The journal, which a standby may not have yet, if something in it is waited for."""
        missing: LedgerError | None = None
        for _ in self._looks():
            try:
                return Journal.open(
                    self.address,
                    write=self._write,
                    writes_first=to_write,
                    clock=self._clock,
                    leap_days=self.leap_days,
                    timeout_seconds=self.timeout_seconds,
                    keep=self._keep,
                    notice=self.give_notice,
                )
            except (LedgerMissing, SchemaMissing) as error:
                missing = error
        assert missing is not None
        raise missing

    def _looks(self) -> Iterable[None]:
        if self._wait_for is None or not isinstance(parse_address(self.address), Server):
            return [None]
        from armsledger.application.awaiting import looks

        return looks(self.timeout_seconds)

    def _prepare_to_read(self, journal: Journal, *, to_write: bool) -> None:
        """Wait for what was recorded elsewhere, and say how far a standby is that answers."""
        if self._wait_for is not None:
            self.wait_for(self._wait_for, journal)
        if isinstance(journal.place, Server) and not to_write and (standby := standby_of(journal.reader)):
            self.give_notice(f"{journal.ledger} is {standby.in_words}")

    def wait_for(self, awaited: str | int, journal: Journal | None = None) -> None:
        """Wait until an entry is in the ledger, or a position; raises UsageError and LedgerBehind."""
        from armsledger.application.awaiting import wait_for

        asked = journal or self.journal()
        wait_for(awaited, asked.reader, asked.ledger, self.timeout_seconds)

    def reader(self) -> JournalReader:
        """The reader of the open journal."""
        return self.journal().reader

    def close(self) -> None:
        """Close the journal; `journal` opens it again."""
        with self._opening:
            if self._journal is not None:
                self._journal.close()
                self._is_gone = self._journal.place is None
                self._journal = None

    def exists(self) -> bool:
        """Whether there is a ledger to open; raises the storage's errors if it is something else."""
        try:
            self.journal()
        except LedgerMissing:
            return False
        return True

    @contextmanager
    def snapshot(self) -> Iterator[Journal]:
        """The journal as of one commit, over a connection of its own: threads that share the session do not wait."""
        journal = self.journal()
        if journal.place is None:
            with journal.reader.snapshot():
                yield journal
            return
        with Journal(journal.place, write=False, timeout_seconds=self.timeout_seconds) as own, own.reader.snapshot():
            yield own

    def check_not_own(self, path: str | Path) -> None:
        """Raise NotWritable for a file to be written that is one of the ledger's own."""
        from armsledger.exchange.errors import NotWritable

        if self.stands_at(path):
            raise NotWritable(str(path), "the ledger itself is there")

    def stands_at(self, path: str | Path) -> bool:
        """Whether a path is that of the ledger, or of a file that SQLite keeps beside it."""
        ledger = self.journal().path
        own = () if ledger is None else (ledger, Path(f"{ledger}-wal"), Path(f"{ledger}-shm"))
        return Path(path).exists() and any(file.exists() and file.samefile(path) for file in own)

    @property
    def file_mode(self) -> int | None:
        """Who may read and write the ledger's file, and so what is copied out of it; None if it is in no file."""
        path = parse_address(self.address)
        return mode_of(path) if isinstance(path, Path) and path.exists() else None

    def reads(self, *files: str | Path | None) -> None:
        """Note files that entries are taken from (None: standard input): a ledger that is made of them, and what is
        set aside of them, opens to nobody who may not read them."""
        from armsledger.exchange.input import mode_of_input

        for file in files:
            self.input_mode &= mode_of_input(file)

    @contextmanager
    def writing(self, *, dry_run: bool = False) -> Iterator[Journal]:
        """The journal, open for writing.

        A ledger that does not exist yet is made beside its place, and moved there when everything is recorded: a
        refusal leaves nothing behind.
        """
        with seldom_collecting():
            try:
                journal = self.journal(to_write=True)
            except LedgerMissing:
                with self._staged(keep=not dry_run) as journal:
                    yield journal
            else:
                journal.prepare_to_write()
                yield journal

    @contextmanager
    def _staged(self, *, keep: bool) -> Iterator[Journal]:
        from armsledger.storage.creation import staging_ledger

        path = parse_address(self.address)
        if not isinstance(path, Path):
            raise LedgerMissing(self.address if path is None else str(path))
        with (
            staging_ledger(path, self.now, keep=keep, at_most=self.input_mode) as draft,
            Journal.open(draft, write=True, clock=self._clock, leap_days=self.leap_days, keep=self._keep) as journal,
        ):
            yield journal

    def _keep(self, transaction: Transaction, reader: JournalReader) -> None:
        """Bring the read models up to date; the journal calls this before it commits what was appended."""
        self.updater(transaction, reader)
        if transaction.held_back:
            self.give_notice(transaction.held_back)

    @cached_property
    def updater(self) -> Updater:
        """What brings the read models up to date with every append."""
        from armsledger.projections.updater import Updater

        return Updater(self.projections, self.give_notice)

    # The clock, the recorder and notices

    @property
    def now(self) -> datetime:
        """The time by this machine's clock, or by the one that was given."""
        return self._clock() if self._clock else utc_now()

    def time_of(self, reader: JournalReader) -> datetime:
        """The time by the clock that entries are recorded by: that of the server, or of this machine for a file."""
        return self._clock() if self._clock else reader.now()

    @property
    def today(self) -> date:
        """The day where the user is. Raises UsageError where nobody can tell."""
        return day_of(self.now)

    def give_notice(self, notice: str) -> None:
        """Give a notice; a receiver that fails does not stop what is being recorded."""
        try:
            self._notice(notice)
        except Exception:
            tell(notice)

    # The projections

    def register(self, projection: Projection) -> None:
        """Keep one more projection; raises UsageError if another one has its name."""
        if any(other.name == projection.name and other != projection for other in self.projections()):
            raise UsageError(
                f"there is a projection {projection.name!r} already", remedy="give yours a name of its own"
            )
        if projection not in self.projections():
            self._registered.append(projection)

    def projections(self) -> tuple[Projection, ...]:
        """The projections of which read models are kept. Raises UsageError if two have one name."""
        if self._projections is None:
            from armsledger.projections.read_models.builtin import BUILT_IN, installed

            self._projections = (*BUILT_IN, *installed())
        projections = (*self._projections, *self._registered)
        if len({projection.name for projection in projections}) < len(projections):
            raise UsageError("two projections have the same name", remedy="give each a name of its own")
        return projections

    def projection(self, name: str) -> Projection:
        """The projection of a name; raises UsageError."""
        from armsledger.projections.read_models.homes import built_in

        if self._projections is None and (own := built_in(name)) is not None:
            return own
        projection = next((projection for projection in self.projections() if projection.name == name), None)
        if projection is None:
            names = [projection.name for projection in self.projections()]
            others = "relations, scorecard, precedents and log have commands of their own"
            raise UsageError(
                f"there is no projection {name!r}",
                remedy=did_you_mean(name, names) or f"there are {', '.join(names)}; {others}",
            )
        return projection
