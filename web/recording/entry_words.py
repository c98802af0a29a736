"""What an entry says, in a line."""

from __future__ import annotations

from armsledger.application.saying import saying
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.statement import Statement, own_fields


def told_in_short(event: Statement) -> str:
    """``contract-signed on 2018-10: ~USD 5bn, 5 units``."""
    said = saying(fields_of(event, own_fields(type(event))))
    return f"{event.name} on {event.on}{': ' if said else ''}{said}"
