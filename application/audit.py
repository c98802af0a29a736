"""What was said, entry by entry in the order of recording, and what each repair changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from armsledger.application.saying import in_words, saying
from armsledger.domain.events.repair import OUR_COPY
from armsledger.domain.values.when import When
from armsledger.projections.codec import to_json
from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.rows import Row

COMMON = ("on", "asserted", "source", "attribution", "credibility", "status", "quote", "note")
"""The fields of every entry that a correction can change."""


@dataclass(frozen=True)
class AuditRow(Row):
    """An entry as it was recorded: what it says in words, and what it changed of an earlier one.

    ``changes`` lists the fields of the entry ``target`` that a correction, a revision or a retraction changed, each
    with ``field``, ``old`` and ``new``; what a better repair already holds is not changed.
    """

    entry: str
    position: int
    recorded_at: datetime
    recorded_by: str
    login: str | None
    event: str
    says: str
    target: str | None
    changes: tuple[dict[str, Any], ...] = field(hash=False)
    on: When
    asserted: When
    source: str | None
    retracted_by: str | None


def audit_rows(rows: Iterable[LogRow]) -> Iterator[AuditRow]:
    """The rows of a log, with what they say and change; the log is in the order of recording."""
    trail = _Trail()
    for row in rows:
        target = trail.target_of(row)
        changes = trail.take(row, target)
        yield AuditRow(
            entry=row.entry,
            position=row.position,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            login=row.login,
            event=row.event,
            says=saying(row.data, trail.address),
            target=None if target is None else target.entry,
            changes=changes,
            on=row.on,
            asserted=row.asserted,
            source=row.source,
            retracted_by=row.retracted_by,
        )


class _Repair(NamedTuple):
    """A new value of a field, and its place among those of the field: the greatest holds."""

    place: tuple[int, int, int, str]
    entry: str
    value: Any


class _Trail:
    """The entries that have passed, by their ids, and what they say by then."""

    def __init__(self) -> None:
        self._rows: dict[str, LogRow] = {}
        self._registered: dict[str, LogRow] = {}
        self._repairs: dict[tuple[str, str], list[_Repair]] = {}
        self._retractions: dict[str, list[str]] = {}

    def address(self, entry_id: str) -> str:
        """The address of an entry that has passed; of another its id."""
        row = self._rows.get(entry_id)
        return entry_id if row is None else row.entry

    def target_of(self, row: LogRow) -> LogRow | None:
        """The entry that another speaks of; of a grade the registration of its source."""
        if row.event == "regraded":
            return self._registered.get(_stream_of(row))
        target: str = row.data.get("target", "")
        return self._rows.get(target)

    def take(self, row: LogRow, target: LogRow | None) -> tuple[dict[str, Any], ...]:
        """Go on to an entry; what it changes of earlier ones."""
        self._rows[row.id] = row
        if row.event == "registered":
            self._registered.setdefault(_stream_of(row), row)
        repair, repaired = row, target
        while repaired is not None and repair.event == "retracted" and repaired.event in ("retracted", *REPAIRS):
            repair, repaired = repaired, self.target_of(repaired)  # what holds again, or no longer
        names = list(_new_values(repair)) if repaired is not None else []
        old = [self._value(repaired, name) for name in names]
        self._apply(row, target)
        new = [self._value(repaired, name) for name in names]
        changed = zip(names, old, new, strict=True)
        return tuple(
            {"field": name, "old": was, "new": now} for name, was, now in changed if in_words(was) != in_words(now)
        )

    def _apply(self, row: LogRow, target: LogRow | None) -> None:
        if target is None:
            return
        if row.event == "retracted":
            self._retractions.setdefault(target.id, []).append(row.id)
        for name, value in _new_values(row).items():
            self._repairs.setdefault((target.id, name), []).append(_Repair(_place(row), row.id, value))

    def _value(self, row: LogRow | None, name: str) -> Any:
        """What an entry says of a field by now; a revision that is silent says what it revises."""
        if row is None:
            return None
        standing = [one for one in self._repairs.get((row.id, name), ()) if not self._is_retracted(one.entry)]
        if standing:
            return max(standing).value
        own = to_json(getattr(row, name)) if name in COMMON else row.data.get(name)
        return self._value(self.target_of(row), name) if own is None and row.event == "expectation-revised" else own

    def _is_retracted(self, entry_id: str) -> bool:
        return any(not self._is_retracted(retraction) for retraction in self._retractions.get(entry_id, ()))


REPAIRS = ("corrected", "expectation-revised", "regraded")
"""The events that give fields of an earlier entry other values."""


def _new_values(row: LogRow) -> dict[str, Any]:
    """The fields to which an entry gives other values, and these."""
    if row.event == "corrected":
        changes: dict[str, Any] = row.data["set"]
        return changes
    if row.event == "expectation-revised":
        return {name: value for name, value in row.data.items() if name != "target"}
    return {"reliability": row.data.get("reliability")} if row.event == "regraded" else {}


def _place(row: LogRow) -> tuple[int, int, int, str]:
    """The place of a repair among those of one field: our own copy first, by position; then news, as it was said."""
    if row.event == "corrected" and row.data.get("reason") in OUR_COPY:
        return 0, row.position, 0, ""
    return 1, row.asserted.last, row.asserted.first, row.id


def _stream_of(row: LogRow) -> str:
    return row.entry.rpartition("@")[0]
