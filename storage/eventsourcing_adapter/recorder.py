"""The recorder: appends to the journal and reads it, behind the eventsourcing library's interfaces."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Tracking,
)

from armsledger.domain.events.erasure import ERASURE
from armsledger.storage.clock import SKEW
from armsledger.storage.database import Database
from armsledger.storage.erasure.forgetting import carry_out
from armsledger.storage.erasure.persons import Sealer, names_of
from armsledger.storage.erasure.seals import ATTRIBUTED, SEAL, unsealed
from armsledger.storage.errors import FromTheFuture, LedgerFailed
from armsledger.storage.eventsourcing_adapter.errors import library_errors
from armsledger.storage.eventsourcing_adapter.mapper import JournalEvent, JournalNotification
from armsledger.storage.proofs.merkle import leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes
from armsledger.storage.schema import instant_text
from armsledger.storage.transaction import Transaction

OWN_COLUMNS = cast(
    "Callable[[StoredEvent], tuple[Any, ...]]",
    attrgetter(
        "originator_id",
        "originator_version",
        "topic",
        "format",
        "entry_id",
        "on_earliest",
        "on_latest",
        "asserted_earliest",
        "asserted_latest",
        "source",
    ),
)
"""The columns from `stream` to `source`."""

POLL_SECONDS = 0.25
"""How soon entries of other processes are noticed; those of this process are at once."""
NOT_OF_THE_CATALOGUE = 0
"""The format of events that came without one."""
SELECT = f"SELECT {', '.join(Record._fields)} FROM journal WHERE "
TRACK = """
INSERT INTO tracking (application_name, notification_id) VALUES (?, ?)
ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
WHERE tracking.notification_id < excluded.notification_id RETURNING notification_id"""


class JournalRecorder(ProcessRecorder):
    """Records events and, for those who process them, how far they have come (`ProcessRecorder` is an
    `ApplicationRecorder` and a `TrackingRecorder`).

    Raises the library's errors; a conflict is an `IntegrityError`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._last_sealer: Sealer | None = None

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        recorded_by: str = "",
        recorded_at: Sequence[datetime] | None = None,
        tracking: Tracking | None = None,
        **kwargs: Any,
    ) -> Sequence[int]:
        """Append events and return their positions.

        ``recorded_at``, one for each event, is for restoring an export only; else the clock is read.
        """
        with library_errors(), self.database.transaction() as transaction:
            positions = self.append(transaction, stored_events, recorded_by, recorded_at)
            if tracking is not None:
                self.insert_tracking(tracking)
        return positions

    def append(
        self,
        transaction: Transaction,
        events: Sequence[StoredEvent],
        recorded_by: str,
        recorded_at: Sequence[datetime] | None,
        login: str | None = None,
    ) -> list[int]:
        """Insert events at the positions that come next, each with the hashes that it adds to the Merkle tree.

        Those that bring their own times bring the ``login`` too; for others it is the session's.
        Returns the positions. Raises our errors and the driver's.
        """
        if not events:
            return []
        first = transaction.head + 1
        if recorded_at is None:
            instants, login = [transaction.instant] * len(events), transaction.login
        else:
            instants = list(map(instant_text, recorded_at))
            self._check_past(transaction, events, instants)
        rows = [
            (position, *_own_columns(event), instant, recorded_by, login, payload)
            for position, (event, instant, payload) in zip(
                count(first), zip(events, instants, self._sealed(transaction, events), strict=True), strict=False
            )
        ]
        hashes = transaction.frontier.extend([leaf_hash(record_bytes(row)) for row in rows])
        stored = [(*row, added) for row, added in zip(rows, hashes, strict=True)]
        self.database.insert(stored, restored=recorded_at is not None)
        transaction.advance(len(rows), instants[0], instants[-1], (row[1] for row in rows))
        for event, instant in zip(events, instants, strict=True):
            if event.topic == ERASURE:
                carry_out(transaction, str(event.originator_id), event.state, instant)
                self._last_sealer = None
        return list(range(first, first + len(rows)))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream."""
        order = f" ORDER BY version{' DESC' if desc else ''}"
        bounds = {"stream = ?": str(originator_id), "version > ?": gt, "version <= ?": lte}
        return [_stored_event(record) for record in self._select(bounds, order, limit)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The events of all streams in the order of their positions."""
        after = start - 1 if start is not None and inclusive_of_start else start
        bounds = {"position > ?": after, "position <= ?": stop}
        return [_notification(record) for record in self._select(bounds, " ORDER BY position", limit, topics)]

    def max_notification_id(self) -> int | None:
        """The last position, None if there is none."""
        return cast("int | None", self._rows("SELECT max(position) FROM journal")[0][0])

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> JournalSubscription:
        """The events after a position, and those yet to come."""
        return JournalSubscription(self, gt=gt, topics=topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record how far a follower has come; raises `IntegrityError` if it had come that far before."""
        follower, position = tracking.application_name, tracking.notification_id
        with library_errors(), self.database.transaction() as transaction:
            if not transaction.connection.execute(TRACK, (follower, position)).fetchall():
                raise IntegrityError(f"{follower} has come to {position} before")

    def max_tracking_id(self, application_name: str) -> int | None:
        """How far a follower has come."""
        rows = self._rows("SELECT notification_id FROM tracking WHERE application_name = ?", application_name)
        return cast("int", rows[0][0]) if rows else None

    def _check_past(self, transaction: Transaction, events: Sequence[StoredEvent], instants: Sequence[str]) -> None:
        """Raise FromTheFuture for a time that is yet to come."""
        latest = instant_text(transaction.now + SKEW)
        for event, instant in zip(events, instants, strict=True):
            if instant > latest:
                entry = f"{event.originator_id}@{event.originator_version}"
                raise FromTheFuture(self.database.ledger, entry, instant, instant_text(transaction.now))

    def _sealed(self, transaction: Transaction, events: Sequence[StoredEvent]) -> list[str]:
        """The payloads as they are stored: with the names in them sealed."""
        payloads = [event.state.decode() for event in events]
        for place, (event, payload) in enumerate(zip(events, payloads, strict=True)):
            if ATTRIBUTED in payload and isinstance(event, JournalEvent) and not event.in_clear:
                try:
                    payloads[place] = self._sealer(transaction)(payload, event.entry_id, event.seals)
                except ValueError as error:
                    detail = f"{event.originator_id}@{event.originator_version} cannot be recorded: {error}"
                    raise LedgerFailed(self.database.ledger, detail) from error
        return payloads

    def _sealer(self, transaction: Transaction) -> Sealer:
        """What seals in a transaction: in the next one, persons may be new or forgotten."""
        sealer = self._last_sealer
        if sealer is None or sealer.transaction is not transaction:
            sealer = self._last_sealer = Sealer(transaction)
        return sealer

    def _select(
        self, bounds: Mapping[str, Any], order: str, limit: int | None, topics: Sequence[str] = ()
    ) -> list[Record]:
        """Entries within the bounds that are given, with the names in their payloads as they can be read now."""
        conditions = {condition: value for condition, value in bounds.items() if value is not None}
        where = [*conditions, *([f"name IN ({', '.join('?' * len(topics))})"] if topics else ())]
        sql = SELECT + (" AND ".join(where) or "true") + order + ("" if limit is None else " LIMIT ?")
        rows = self._rows(sql, *conditions.values(), *topics, *([] if limit is None else [limit]))
        names = names_of(self._rows, [row[-1] for row in rows])
        return [_unsealed(Record(*row), names) for row in rows]

    def _rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with library_errors(), self.database.reading() as connection:
            return connection.execute(sql, parameters).fetchall()


class JournalSubscription(ListenNotifySubscription[JournalRecorder]):
    """Yields the entries after a position, then waits for more: told by this writer, asking for others'."""

    def __init__(self, recorder: JournalRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        recorder.database.listen(self._has_been_notified)

    def stop(self) -> None:
        """Stops the subscription."""
        super().stop()
        self._recorder.database.unlisten(self._has_been_notified)

    def _loop_on_pull(self) -> None:
        seen = 0
        try:
            while not self._has_been_stopped:
                head = self._recorder.max_notification_id() or 0
                if head > seen:  # else a search for a rare topic would go through the whole journal each time
                    self._pull()
                    seen = head
                self._has_been_notified.wait(POLL_SECONDS)
                self._has_been_notified.clear()
        except BaseException as error:
            self._thread_error = error
            self.stop()


class JournalAggregateRecorder(AggregateRecorder):
    """The streams of the journal without their positions, which the library asks for as a recorder of its own."""

    def __init__(self, database: Database) -> None:
        self._recorder = JournalRecorder(database)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Append events."""
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(self, originator_id: UUID | str, **bounds: Any) -> Sequence[StoredEvent]:
        """The events of one stream."""
        return self._recorder.select_events(originator_id, **bounds)


def _own_columns(event: StoredEvent) -> tuple[Any, ...]:
    if type(event) is JournalEvent:
        return OWN_COLUMNS(event)
    stream, version = event.originator_id, event.originator_version
    return (stream, version, event.topic, NOT_OF_THE_CATALOGUE, _new_id(), None, None, None, None, None)


def _new_id() -> str:
    """An id that sorts by time: random ones would scatter over the index and halve the speed."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def _unsealed(record: Record, names: Mapping[str, str]) -> Record:
    if SEAL not in record.payload or record.format == NOT_OF_THE_CATALOGUE:
        return record
    return record._replace(payload=unsealed(record.payload, names))


def _stored_event(record: Record) -> StoredEvent:
    """A record as the kind of event that was inserted."""
    if record.format == NOT_OF_THE_CATALOGUE:
        return StoredEvent(record.stream, record.version, record.name, record.payload.encode())
    return JournalEvent(**_fields(record))


def _notification(record: Record) -> Notification:
    return JournalNotification(**_fields(record), id=record.position)


def _fields(record: Record) -> dict[str, Any]:
    """The fields of a journal event that do not have the name of their column, and those that do."""
    fields = record._asdict()
    fields["originator_id"] = fields.pop("stream")
    fields["originator_version"] = fields.pop("version")
    fields["topic"] = fields.pop("name")
    fields["state"] = fields.pop("payload").encode()
    return fields
