"""Deciding: whether the ledger takes a proposed entry.

A decision is pure: the day, the code lists and the sources are arguments. It returns a draft, or the entry that says
the same already; a refusal is an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import ValidationError

from armsledger.domain.decisions.checks import (
    check_corrected_sense,
    check_correction,
    check_erased,
    check_sense,
    check_text,
    checked,
)
from armsledger.domain.decisions.defaults import with_defaults
from armsledger.domain.decisions.earlier import EarlierContext, earlier_fields, earlier_quantities
from armsledger.domain.decisions.entry_id import own_id
from armsledger.domain.decisions.fields import check_field_names, check_required, event_class, read_event, unreadable
from armsledger.domain.decisions.history import Context, History
from armsledger.domain.decisions.readings import Reading, readings_of
from armsledger.domain.decisions.references import OPENERS, check_references, with_references
from armsledger.domain.decisions.repetition import check_contradiction, check_same, registered_before, stated_before
from armsledger.domain.decisions.size import check_corrected_size, check_size
from armsledger.domain.entry import Draft, Entry, Proposal, Stored
from armsledger.domain.errors import NotOpened, Refused, UnreadableValue
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.payload import Payload, canonical_json
from armsledger.domain.events.persons import with_composed_names
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement, reader_of
from armsledger.domain.events.unreadable import Unreadable
from armsledger.domain.limits import LONGEST_KEY
from armsledger.domain.near import letters_beyond_ascii


class Decision(NamedTuple):
    """A draft to be recorded, or the entry that was recorded before with the same content.

    ``given`` are the fields of the draft as people wrote them.
    """

    draft: Draft | None
    known: Entry | Draft | None
    given: Mapping[str, Any] | None = None

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The values of the draft that were read otherwise than they were written."""
        return () if self.draft is None or self.given is None else readings_of(self.given, self.draft.event)


def decide(proposal: Proposal, history: History, context: Context) -> Decision:
    """Whether the ledger takes the entry; raises Refused and its kinds."""
    if proposal.is_restored:  # what was recorded is taken as it was read then
        proposal = replace(proposal, fields={**proposal.fields, **earlier_quantities(proposal.fields)})
    try:
        decision = _decide(proposal, history, EarlierContext(context) if proposal.is_restored else context)
    except Refused as refusal:
        known = _recorded_otherwise(proposal, history, context)
        if known is None:
            refusal.stream = refusal.stream or history.stream
            raise
        return Decision(None, known)
    if decision.draft is None:
        return decision
    known = _recorded_otherwise(proposal, history, context)
    return decision if known is None else Decision(None, known)


def _recorded_otherwise(proposal: Proposal, history: History, context: Context) -> Entry | Draft | None:
    """The entry that an earlier release has made of the same proposal, where it read that otherwise."""
    if not history.entries:
        return None
    try:
        event_type = event_class(proposal.stream, proposal.event)
        fields = earlier_fields(event_type, proposal.fields, context.codes)
        if fields is None:
            return None
        event, from_clock = _event_of(replace(proposal, fields=fields), history, EarlierContext(context))
        payload = Payload.of(event)
        entry_id = proposal.id or own_id(history, event, payload, from_clock)
        known = history.entries.get(entry_id)
        if known is not None:
            check_same(known, history.stream, event, payload, entry_id, from_clock)
    except Refused:
        return None
    return known


def _decide(proposal: Proposal, history: History, context: Context) -> Decision:
    if proposal.is_restored and proposal.event == Unreadable.name:
        return _as_it_was(proposal, history, context)
    event, from_clock = _event_of(proposal, history, context)
    payload = Payload.of(event)
    if not proposal.is_restored and (composed := with_composed_names(payload.fields)) is not payload.fields:
        event = CATALOGUE.decode(f"{proposal.stream.kind}.{event.name}", event.schema_version, canonical_json(composed))
        payload = Payload.of(event)
    text = payload.text()
    check_text(payload, text)
    entry_id = proposal.id or own_id(history, event, payload, from_clock)
    if len(entry_id) > LONGEST_KEY or not entry_id.isprintable():
        raise UnreadableValue(
            "the id is too long or not printable", remedy=f"use up to {LONGEST_KEY} characters", field="id"
        )
    known = history.entries.get(entry_id)
    if known is None and proposal.id is not None:
        known = context.entry_of(entry_id)
    if known is not None:
        check_same(known, history.stream, event, payload, entry_id, from_clock)
    elif isinstance(event, Registered):
        known = registered_before(payload, history)
    if known is None and proposal.id is None:
        known = stated_before(event, payload, entry_id, history)
    if known is not None:
        return Decision(None, known)
    if not proposal.is_restored:
        check_size(event, payload, text, proposal.stream)
        check_sense(event, history.stream)
    check_references(event, history, history.version + 1)
    if isinstance(event, Corrected):
        check_correction(event, history)
        if not proposal.is_restored:
            check_corrected_size(event, history, proposal.stream)
            check_corrected_sense(event, history)
    check_contradiction(event, entry_id, history)
    check_erased(payload.fields, proposal.seals)
    stored = _stored(proposal, event, text)
    draft = Draft(history.stream, history.version + 1, entry_id, event, proposal.seals or None, stored)
    return Decision(draft, None, None if proposal.is_restored else proposal.fields)


def _as_it_was(proposal: Proposal, history: History, context: Context) -> Decision:
    """What another ledger recorded and no catalogue reads: it was taken there, and is taken as it is."""
    try:
        event = reader_of(Unreadable)(proposal.fields)
    except ValidationError as error:
        raise unreadable(error, Unreadable) from error
    entry_id = proposal.id or ""
    known = history.entries.get(entry_id) or context.entry_of(entry_id)
    if known is None:
        return Decision(Draft(history.stream, history.version + 1, entry_id, event), None)
    payload = Payload.of(event)
    check_same(known, history.stream, event, payload, entry_id, frozenset())
    return Decision(None, known)


def event_of(proposal: Proposal, history: History, context: Context) -> tuple[Statement, frozenset[str]]:
    """The event that would be stored, and its fields that only the clock gave; raises Refused and its kinds."""
    return _event_of(proposal, history, context)


def _event_of(proposal: Proposal, history: History, context: Context) -> tuple[Statement, frozenset[str]]:
    """The event that is proposed, in the form in which it is stored, and its fields that only the clock gave."""
    event_type = event_class(proposal.stream, proposal.event)
    check_field_names(event_type, proposal.fields)
    check_required(event_type, proposal.fields)
    check_opened(event_type, history)
    given = with_references(proposal.fields, event_type, history)
    fields, from_clock = with_defaults(given, event_type, history, context)
    event = read_event(event_type, fields, proposal.fields)
    return checked(event, proposal.stream, history, context), from_clock


def check_opened(event_type: type[Statement], history: History) -> None:
    """Refuse an event of a stream that does not exist yet, unless the event can open it."""
    if history.version == 0 and not event_type.opens:
        kind, _, key = history.stream.partition("/")
        strange = letters_beyond_ascii(key)
        raise NotOpened(
            f"nothing opened this stream, and {event_type.name} cannot{f'; in its key {strange}' if strange else ''}",
            remedy=f"record '{OPENERS[kind]}' first, or check the key: 'armsledger {kind}s' lists those there are",
        )


def _stored(proposal: Proposal, event: Statement, text: str) -> Stored:
    """How to store the event: as this text, or as another ledger does; refuses one that does not say the same."""
    stored = proposal.stored or Stored()
    if stored.payload is None:
        return Stored(event.schema_version, text, stored.in_clear)
    version = stored.format or event.schema_version
    try:
        same = CATALOGUE.decode(f"{proposal.stream.kind}.{event.name}", version, stored.payload) == event
    except (LookupError, ValueError, TypeError):
        same = False
    if not same:
        raise UnreadableValue(
            "the payload under stored does not say what the entry says",
            remedy="restore an export as it was written",
            field="stored",
        )
    return stored._replace(format=version)
