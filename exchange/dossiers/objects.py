"""The objects of a dossier, whatever format it is in: which stream and event each is for, and its fields.

Each becomes a proposal, with the lines that its fields stand on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from armsledger.domain.decisions.event_names import NAMES
from armsledger.domain.decisions.wording import shape_of
from armsledger.domain.entry import Draft, Proposal
from armsledger.domain.errors import LedgerError, Refused, UnreadableDossier, UnreadableValue, UsageError, quoted
from armsledger.domain.events.erasure import Forgotten
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.repair import Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.source import Registered, Regraded
from armsledger.domain.values.stream import PERSON, StreamId
from armsledger.exchange.dossiers.lines import WHOLE_ENTRY, Lines, place_of
from armsledger.exchange.dossiers.shared import NOTHING_SHARED, Shared
from armsledger.exchange.dossiers.short_form import NO_EVENT, STREAM_KEYS, long_form
from armsledger.exchange.dossiers.source_files import SourceFiles
from armsledger.exchange.dossiers.stored import ID, PERSONS, STORED, taken_seals, taken_stored
from armsledger.storage.erasure.entries import erasure
from armsledger.storage.schema import parse_instant

RESERVED = frozenset(
    {
        *STREAM_KEYS,
        *("event", "id", "key", "recorded_at", "recorded_by", "login", "sources", "entries", "groups", "defaults"),
        PERSONS,
        STORED,
    }
)
"""What a dossier's objects hold besides fields; no event of the catalogue may have a field of such a name."""
OF_A_SOURCE = frozenset(event.name for event in (Registered, Regraded, Corrected, Retracted, Disputed, Resolved))
"""Events that belong to the stream of their ``source`` where the entry names no other stream."""
NAME_A_STREAM = (
    "add deal, engagement or framework with its key, such as deal: india-s400, to the entry or to what all share"
)
FORGET = "`armsledger admin forget` forgets a person in one ledger; an export of that brings it along"
STREAMS_REMEMBERED = 4096
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


@dataclass(slots=True)
class Proposed:
    """An entry as it was written; ``lines`` holds the line of each field by its path, as far as known.

    Only the entries of a ledger's export have ``recorded_at`` (UTC) and ``recorded_by``, and a ``login`` if a server
    knew who recorded them.
    """

    proposal: Proposal
    lines: Lines
    recorded_at: str | None = None
    recorded_by: str | None = None
    login: str | None = None
    erasure: Draft | None = None
    """The entry of an erasure, which only a ledger's export brings; it proposes nothing."""

    def place_of(self, field: str) -> str:
        """Where a field such as ``items.0.designation`` was written: ``file.yaml:14``."""
        return place_of(self.proposal.place.rpartition(":")[0], self.lines, field)


@dataclass(slots=True)
class Unread:
    """An object that proposes no entry: why not, and the stream and id that it names, as far as these can be read."""

    error: LedgerError
    stream: str = ""
    id: str = ""


TellUnread = Callable[[int, Unread], None]
"""What is told the mark of each object that cannot be read; it raises the error, or keeps it and returns."""


def raise_unread(mark: int, unread: Unread) -> None:
    """Raise the error of the first object that cannot be read."""
    raise unread.error


def unread_of(error: LedgerError, fields: Mapping[str, Any], shared: Shared = NOTHING_SHARED) -> Unread:
    """What could not be read of an object with these fields."""
    within = next((part for key, part in fields.items() if key in NAMES and isinstance(part, Mapping)), {})
    kept = {name: value.value for name, value in shared.values.items()} | {**within} | {**fields}
    stream = next((f"{name}/{kept[name]}" for name in STREAM_KEYS if isinstance(kept.get(name), str)), "")
    if isinstance(fields.get("key"), str):
        stream = f"source/{fields['key']}"
    return Unread(error, stream.removeprefix("stream/"), str(kept.get("id") or ""))


class ObjectReader:
    """Reads the objects of one dossier; ``is_restore`` says that they come from a ledger's export."""

    def __init__(self, name: str, folder: Path, *, is_restore: bool) -> None:
        self._name = name
        self._files = SourceFiles(folder)
        self._is_restore = is_restore

    def entry(self, fields: dict[str, Any], lines: Lines, shared: Shared = NOTHING_SHARED) -> Proposed:
        """An entry of any stream, in the long or the short form, with what it shares with others.

        Takes the dict over; raises UnreadableDossier or UnreadableValue.
        """
        if "event" not in fields or fields["event"] is None:
            fields, lines = long_form(fields, lines, self._name)
        lines = shared.add_to(fields, lines)
        try:
            if fields.get(PERSON) is not None:
                return self._erasure(fields, lines)
            event = _text(fields, "event")
            if event is None:
                raise UnreadableDossier("the entry names no event", remedy=NO_EVENT)
            return self._proposed(_stream(fields, event), event, fields, lines)
        except LedgerError as error:
            self._place(error, lines)
            raise

    def source(self, fields: dict[str, Any], lines: Lines) -> Proposed:
        """A source to register. Takes the dict over; raises UnreadableDossier or UnreadableValue."""
        try:
            key = _text(fields, "key")
            if key is None:
                raise UnreadableDossier("the source has no key", remedy="add key, such as key: theprint-2021-11-12")
            return self._proposed(_stream_id(f"source/{key}", "key"), Registered.name, fields, lines)
        except LedgerError as error:
            self._place(error, lines)
            raise

    def _proposed(self, stream: StreamId, event: str, fields: dict[str, Any], lines: Lines) -> Proposed:
        entry_id = _text(fields, "id")
        recorded_at, recorded_by, login = self._recorded(fields)
        if "file" in fields and event == Registered.name and not self._is_restore:
            self._files.add_digest(fields)
        place = f"{self._name}:{lines[WHOLE_ENTRY]}"
        seals = taken_seals(fields) if PERSONS in fields else {}
        stored = taken_stored(fields) if STORED in fields else None
        proposal = Proposal(stream, event, fields, entry_id, place, seals, stored, is_restored=recorded_at is not None)
        return Proposed(proposal, lines, recorded_at, recorded_by, login)

    def _erasure(self, fields: dict[str, Any], lines: Lines) -> Proposed:
        """The entry of an erasure, as a ledger writes it."""
        if not self._is_restore:
            raise UnreadableDossier("no dossier can tell that a person was forgotten", remedy=FORGET)
        recorded_at, recorded_by, login = self._recorded(fields)
        person, entry_id, event = (_text(fields, name) for name in (PERSON, "id", "event"))
        by, at = fields.pop("by", None), fields.pop("at", None)
        if not (entry_id and isinstance(by, str) and (at is None or _is_instant(at))):
            raise _no_erasure()
        draft = erasure(str(person), by, at or str(recorded_at), entry_id=entry_id, is_earlier=at is not None)
        if event != Forgotten.name or not ID.fullmatch(str(person)) or fields != fields_of(draft.event, fields):
            raise _no_erasure()
        place = f"{self._name}:{lines[WHOLE_ENTRY]}"
        proposal = Proposal(StreamId(PERSON, str(person)), event, {}, entry_id, place, is_restored=True)  # type: ignore[arg-type]  # of no kind that anybody can propose
        return Proposed(proposal, lines, recorded_at, recorded_by, login, draft)

    def _recorded(self, fields: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
        """When and by whom it was recorded, taken out of the fields: all objects of a dossier say so, or none."""
        at = fields.pop("recorded_at", None)
        by = fields.pop("recorded_by", None)
        login = fields.pop("login", None)
        if (at is not None) != self._is_restore:
            others = "others of this dossier have" if at is None else "others of this dossier have not"
            raise UnreadableDossier(
                f"the entry has {'no ' if at is None else ''}recorded_at, which {others}",
                remedy="restore an export as it was written, or leave recorded_at and recorded_by out everywhere",
            )
        if at is not None or by is not None:
            _check_recorded(at, by)
        if login is not None:
            _check_login(at, login)
        return at, by, login

    def _place(self, error: LedgerError, lines: Lines) -> None:
        """Add to the error where the field stands that it is about."""
        field = error.field if isinstance(error, Refused) else WHOLE_ENTRY
        error.at(place_of(self._name, lines, field))


def _no_erasure() -> UnreadableDossier:
    return UnreadableDossier(
        "the entry does not tell of a person who was forgotten as a ledger writes that",
        remedy="restore an export as it was written",
    )


def _stream(fields: dict[str, Any], event: str) -> StreamId:
    """The stream that the entry names, taken out of the fields."""
    named = [name for name in STREAM_KEYS if fields.get(name) is not None]
    if len(named) > 1:
        raise UnreadableDossier(
            f"the entry names two streams, by {named[0]} and by {named[1]}",
            remedy="an entry belongs to one stream: leave one of them out",
        )
    if named:
        return _named_stream(fields, named[0])
    if event in OF_A_SOURCE and fields.get("source") is not None:
        return _stream_id(f"source/{_text(fields, 'source')}", "source")
    raise UnreadableDossier("the entry names no stream", remedy=NAME_A_STREAM)


def _named_stream(fields: dict[str, Any], name: str) -> StreamId:
    key = _text(fields, name)
    for other in STREAM_KEYS:
        fields.pop(other, None)  # given without a value
    return _stream_id(str(key) if name == "stream" else f"{name}/{key}", name)


@lru_cache(STREAMS_REMEMBERED)
def _stream_id(text: str, field: str) -> StreamId:
    """The stream of a name; remembered, as the entries of one stream mostly stand together."""
    try:
        return StreamId.parse(text)
    except UsageError as error:
        raise UnreadableValue(error.message, remedy=error.remedy, field=field) from error


def _text(fields: dict[str, Any], name: str) -> str | None:
    """A field that names something, taken out of the fields; in JSON it may be an integer."""
    value = fields.pop(name, None)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableValue(f"{name} is {shape_of(value)}, not a text", remedy=f"write {name}: TEXT", field=name)


def _check_recorded(at: Any, by: Any) -> None:
    """Refuse a time that no ledger writes, and a time or a name without the other."""
    if at is None:
        raise UnreadableValue(
            "recorded_by is given without recorded_at",
            remedy="leave it out: the ledger sets both",
            field="recorded_by",
        )
    if not isinstance(by, str) or not by:
        raise UnreadableValue(
            "the entry does not tell by whom it was recorded",
            remedy="restore an export as it was written, with recorded_at and recorded_by",
            field="recorded_by",
        )
    if not _is_instant(at):
        raise UnreadableValue(
            f"{quoted(at)} is not a time of recording, such as 2026-11-22T12:00:00.000000Z",
            remedy="leave recorded_at and recorded_by out: the ledger sets them",
            field="recorded_at",
        )


def _check_login(at: Any, login: Any) -> None:
    """Refuse a login that no server knows, and one of an entry that is yet to be recorded."""
    if at is None or not isinstance(login, str) or not login:
        raise UnreadableValue(
            f"{quoted(login)} is not the login of whoever recorded the entry",
            remedy="leave it out: the server knows who records; an export has it beside recorded_at",
            field="login",
        )


def _is_instant(text: Any) -> bool:
    """Whether it is a time as `armsledger.storage.instant` writes it; quicker than writing and comparing it."""
    if not isinstance(text, str) or INSTANT.fullmatch(text) is None:
        return False
    try:
        parse_instant(text)
    except ValueError:
        return False
    return True
