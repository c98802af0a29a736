"""What a decision looks at: the history of one stream, and what it asks of the rest of the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol
from unicodedata import normalize

from armsledger.domain.beliefs.occurrence import Key, is_erased, occurrence_key, speaker_of
from armsledger.domain.beliefs.repairs import Repairs, repairs_of, with_changes, with_one_more
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import RetractedTarget, UnknownTarget, quoted
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.states.course import Course
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.when import When

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AFTER_ALL = 2**62
"""A position after all that a ledger can hold."""


class Context(Protocol):
    """What a decision asks of the rest of the world: the day, the code lists, the sources, and the ids of entries."""

    today: date
    codes: CodeLists

    def published(self, source: str) -> When | None:
        """When a source was published, None if it does not say; raises UnknownSource."""
        ...

    def entry_of(self, entry_id: str) -> Entry | Draft | None:
        """The entry of any stream that has this id."""
        ...

    def has_stream(self, stream: str) -> bool:
        """Whether the ledger holds a stream."""
        ...


class History:
    """The entries of one stream, indexed for deciding; it grows with each entry that the ledger takes."""

    def __init__(self, stream: str, entries: Iterable[Entry] = ()) -> None:
        self.stream = stream
        self.entries: dict[str, Entry | Draft] = {}
        self._addresses: dict[int, str] = {}
        self._accounts: dict[tuple[Key, str], tuple[str, ...]] = {}
        self._repaired = False
        self._repairs: Repairs | None = None
        self._changed: tuple[Statement, Mapping[str, Any], Statement] | None = None
        for entry in entries:
            self.add(entry)

    def copy(self) -> History:
        """The same, to grow by itself."""
        other = History(self.stream)
        other.__dict__ |= self.__dict__
        other.entries, other._addresses = self.entries.copy(), self._addresses.copy()
        other._accounts = self._accounts.copy()
        return other

    def add(self, entry: Entry | Draft) -> None:
        """Add an entry: recorded already, or decided on in this transaction."""
        self.entries[entry.id] = entry
        self._addresses[entry.version] = entry.id
        role = entry.event.role
        if role is Role.REPAIR:
            self._repaired = True
            self._repairs = self._with_repair(entry)
        elif role is Role.OCCURRENCE and entry.event.source is not None:
            account = self.key_of(entry.id, entry.event), entry.event.source
            self._accounts[account] = (*self._accounts.get(account, ()), entry.id)

    @property
    def version(self) -> int:
        """The version of the last entry; 0 for a stream without entries."""
        return len(self._addresses)

    def key_of(self, entry_id: str, event: Statement) -> Key:
        """What identifies the occurrence that an event speaks of."""
        return occurrence_key(entry_id, event, self._current_by_id)

    def _current_by_id(self, entry_id: str) -> Statement | None:
        entry = self.entries.get(entry_id)
        return None if entry is None else self.current(entry)

    def resolve(self, text: str, *, field: str) -> Entry | Draft:
        """The entry that an id, an address or ``@7`` names; raises UnknownTarget."""
        entry = self.entries.get(text) or self._by_address(text)
        if entry is None:
            raise UnknownTarget(
                f"there is no entry {quoted(text)} in {self.stream}",
                remedy=f"name an entry of this stream by its id or address; 'armsledger log {self.stream}' lists them",
                field=field,
            )
        return entry

    def standing(self, text: str, *, field: str) -> Entry | Draft:
        """The same entry, if it stands; raises UnknownTarget or RetractedTarget."""
        entry = self.resolve(text, field=field)
        retraction = self.repairs.retracted_by.get(entry.id)
        if retraction is not None:
            raise RetractedTarget(
                f"{entry.address} is retracted already, by {retraction.address}",
                remedy=f"retract {retraction.address} to bring it back",
                entry=entry.address,
                field=field,
            )
        return entry

    def _by_address(self, text: str) -> Entry | Draft | None:
        stream, at, version = text.strip().rpartition("@")
        if not at or stream not in ("", self.stream) or not version.isdecimal() or len(version) > 9:
            return None
        return self.entries.get(self._addresses.get(int(version), ""))

    @property
    def repairs(self) -> Repairs:
        """The retractions and corrections that hold now."""
        if self._repairs is None:
            entries = self.as_entries() if self._repaired else []
            repairing = [entry for entry in entries if entry.event.role is Role.REPAIR]
            self._repairs = repairs_of(repairing, entries)
        return self._repairs

    def _with_repair(self, entry: Entry | Draft) -> Repairs | None:
        """The repairs with one more; None, so that they are made when somebody asks, if none were made yet."""
        target = self.entries.get(getattr(entry.event, "target", ""))
        if self._repairs is None or target is None:
            return None
        return with_one_more(self._repairs, _as_entry(entry), _as_entry(target), self.changed)

    def changed(self, event: Statement, changes: Mapping[str, Any]) -> Statement:
        """The event with changed fields, read once for all that ask in a row; raises ValidationError."""
        last = self._changed
        if last is None or last[0] is not event or last[1] is not changes:
            last = self._changed = event, changes, with_changes(event, changes)
        return last[2]

    def as_entries(self) -> list[Entry]:
        """All entries in their order, those of the open transaction too."""
        return [_as_entry(entry) for entry in self.entries.values()]

    def current(self, entry: Entry | Draft) -> Statement:
        """An entry's event with the corrections that hold now."""
        return self.repairs.events.get(entry.id, entry.event)

    def accounts(
        self, event: Statement, entry_id: str, *, or_erased: bool = False
    ) -> Iterator[tuple[Entry | Draft, Statement]]:
        """What the same source has said of the same occurrence, quoting the same speaker: entries that stand, with
        their events as corrected.

        With ``or_erased`` also what it said quoting somebody whose name was erased: who can be the same.
        """
        if event.source is None or event.role is not Role.OCCURRENCE:
            return
        speaker = _composed(speaker_of(entry_id, event))
        for entry, current in self._told(event.source, self.key_of(entry_id, event)):
            other = _composed(speaker_of(entry.id, current))
            erased = or_erased and None not in (speaker, other) and (is_erased(event) or is_erased(current))
            if speaker == other or erased:
                yield entry, current

    def _told(self, source: str, key: Key) -> Iterator[tuple[Entry | Draft, Statement]]:
        """What a source has said of an occurrence."""
        if not self._repaired:
            for entry_id in self._accounts.get((key, source), ()):
                yield self.entries[entry_id], self.entries[entry_id].event
            return
        for entry in self.entries.values():
            current = self.current(entry)
            if (
                current.role is Role.OCCURRENCE
                and current.source == source
                and entry.id not in self.repairs.retracted_by
                and self.key_of(entry.id, current) == key
            ):
                yield entry, current


def history_of(course: Course) -> History:
    """What the stream of a course holds; of one that goes on, with what is known of the one before."""
    known = course.made.get(history_of)
    if known is None:
        difference = course.difference
        before = None if difference is None else difference.made.get(history_of)
        known = History(course.stream) if before is None else before.copy()
        for entry in course.belief.entries[known.version :]:
            known.add(entry)
        course.made[history_of] = known
    copied: History = known.copy()
    return copied


def _composed(speaker: str | None) -> str | None:
    """A speaker's name in one normal form: what was recorded before names were composed may be in another."""
    return None if speaker is None else normalize("NFC", speaker)


def _as_entry(entry: Entry | Draft) -> Entry:
    """An entry of the open transaction counts like one that is recorded after all others."""
    if isinstance(entry, Entry):
        return entry
    return Entry(entry.stream, entry.version, AFTER_ALL + entry.version, entry.id, EPOCH, "", entry.event)
