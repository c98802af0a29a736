"""D"""

from __future__ import annotations

from typing import NamedTuple

from armsledger.domain.decisions.checks import check_correction, check_erased, check_text, checked
from armsledger.domain.decisions.defaults import with_defaults
from armsledger.domain.decisions.entry_id import own_id
from armsledger.domain.decisions.history import Context, History
from armsledger.domain.decisions.proposal import (
    Proposal,
    check_field_names,
    check_required,
    event_class,
    read_event,
)
from armsledger.domain.decisions.references import check_references, with_references
from armsledger.domain.decisions.repetition import check_contradiction, check_same, registered_before, stated_before
from armsledger.domain.entry import Draft, Entry, Stored
from armsledger.domain.errors import NotOpened, UnreadableValue
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.payload import Payload
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement

MAX_ID_LENGTH = 200


class Decision(NamedTuple):
    """A draft to be recorded, or the entry that was recorded before with the same content."""

    draft: Draft | None
    known: Entry | Draft | None


def decide(proposal: Proposal, history: History, context: Context) -> Decision:
    """Whether the entry is taken; raises Refused and its kinds."""
    event_type = event_class(proposal.stream, proposal.event)
    check_field_names(history.stream, event_type, proposal.fields)
    check_required(history.stream, event_type, proposal.fields)
    _check_opened(event_type, history)
    given = with_references(proposal.fields, event_type, history)
    filled, from_clock = with_defaults(given, event_type, history, context)
    event = read_event(history.stream, event_type, filled, proposal.fields)
    event = checked(event, proposal.stream, history, context)
    payload = Payload.of(event)
    text = payload.text()
    check_text(payload, text, history.stream)
    entry_id = proposal.id or own_id(history, event, payload, from_clock)
    if len(entry_id) > MAX_ID_LENGTH or not entry_id.isprintable():
        raise UnreadableValue(
            "the id is too long or not printable", remedy=f"use up to {MAX_ID_LENGTH} characters", field="id"
        )
    known = history.entries.get(entry_id)
    if known is None and proposal.id is not None:
        known = context.entry_of(entry_id)
    if known is not None:
        check_same(known, history.stream, event, entry_id, from_clock)
        return Decision(None, known)
    if isinstance(event, Registered) and (registered := registered_before(event, history)) is not None:
        return Decision(None, registered)
    if proposal.id is None and (stated := stated_before(event, entry_id, history)) is not None:
        return Decision(None, stated)
    check_references(event, history, history.version + 1)
    if isinstance(event, Corrected):
        check_correction(event, history)
    check_contradiction(event, entry_id, history)
    if event.attribution is not None or isinstance(event, Corrected):
        check_erased(payload.fields, proposal.seals, history.stream)
    stored = _stored(proposal, event, text)
    return Decision(Draft(history.stream, history.version + 1, entry_id, event, proposal.seals or None, stored), None)


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


def _check_opened(event_type: type[Statement], history: History) -> None:
    if history.version == 0 and not event_type.opens:
        kind = history.stream.partition("/")[0]
        opener = {"deal": "opened", "engagement": "scheduled", "framework": "signed", "source": "registered"}[kind]
        raise NotOpened(
            f"nothing opened this stream, and {event_type.name} cannot",
            remedy=f"record '{opener}' first, or check the key: 'armsledger {kind}s' lists those there are",
            stream=history.stream,
        )
