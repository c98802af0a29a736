"""Entries that name other entries: whether these exist, stand, are of the right kind, and came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from armsledger.domain.decisions.history import Context, History
from armsledger.domain.errors import UnknownTarget, WrongTarget, quoted
from armsledger.domain.events.expectation import ExpectationRevised, ExpectationWithdrawn, Expected
from armsledger.domain.events.link import Linked, Unlinked
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.repair import Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.statement import Statement

OPENERS = {"deal": "opened", "engagement": "scheduled", "framework": "signed", "source": "registered"}
"""The event that usually opens a stream, by its kind."""
REFERENCES = ("target", "preferred", "same_as", "apart_from")
"""Fields that name an entry; ``over`` names several."""


def with_references(fields: Mapping[str, Any], event_type: type[Statement], history: History) -> dict[str, Any]:
    """The fields, with entries named by their ids; raises UnknownTarget."""
    given = {name: value for name, value in fields.items() if value is not None}
    for name in REFERENCES:
        if name in given and name in event_type.model_fields:
            given[name] = history.resolve(as_text(given[name]), field=name).id
    if "over" in given and event_type is Resolved:
        over = given["over"] if isinstance(given["over"], list | tuple) else [given["over"]]
        given["over"] = [history.resolve(as_text(text), field="over").id for text in over]
    return given


def check_streams(event: Statement, stream: str, context: Context) -> None:
    """Refuse a link to a stream that the ledger does not hold, or to the stream itself."""
    match event:
        case Linked() | Unlinked():
            named, field = [event.to], "to"
        case TranchePaid():
            named, field = [covered.stream for covered in event.covers], "covers"
        case _:
            return
    for other in named:
        if other == stream:
            raise WrongTarget(
                f"{stream} cannot name itself", remedy="name the other stream", stream=stream, field=field
            )
        if not context.has_stream(other):
            kind = other.partition("/")[0]
            raise UnknownTarget(
                f"the ledger holds no {other}",
                remedy=f"record what opens it ({OPENERS[kind]}), or check the key: 'armsledger {kind}s' lists those "
                "there are",
                stream=stream,
                field=field,
            )


def as_text(value: Any) -> str:
    """A name as text; JSON may give it as an integer."""
    return value if isinstance(value, str) else quoted(value)


def check_references(event: Statement, history: History, version: int) -> None:
    """Refuse an entry about one that is retracted, is of a kind that does not fit, or was recorded no earlier."""
    if event.same_as is not None:
        _check_kind(history, event.same_as, (type(event),), "same_as", f"same_as names another {event.name}")
    if event.apart_from is not None:
        _check_kind(history, event.apart_from, (type(event),), "apart_from", f"apart_from names another {event.name}")
    match event:
        case ExpectationRevised() | ExpectationWithdrawn():
            rule = "the target is an expectation"
            _check_kind(history, event.target, (Expected, ExpectationRevised), "target", rule)
            _check_earlier(history, event.target, "target", version)
        case Resolved():
            _check_resolution(event, history)
            for reference in (event.preferred, *event.over):
                _check_earlier(history, reference, "preferred", version)
        case Corrected() | Retracted() | Disputed():
            history.standing(event.target, field="target")
            _check_earlier(history, event.target, "target", version)
        case _:
            pass


def _check_earlier(history: History, reference: str, field: str, version: int) -> None:
    """Refuse to speak of a later entry, as only a correction of the reference could."""
    other = history.entries[reference]
    if other.version >= version:
        raise WrongTarget(
            f"{other.address} was recorded no earlier than the entry that would speak of it",
            remedy="take that entry back by 'retracted', and record it anew",
            entry=other.address,
            field=field,
        )


def _check_kind(history: History, reference: str, kinds: tuple[type[Statement], ...], field: str, rule: str) -> None:
    """Refuse a reference to an entry of another kind."""
    target = history.standing(reference, field=field)
    if not isinstance(target.event, kinds):
        raise WrongTarget(
            f"{target.address} is '{target.event.name}'",
            remedy=f"{rule}; 'armsledger log {history.stream}' lists the entries",
            entry=target.address,
            field=field,
        )


def _check_resolution(event: Resolved, history: History) -> None:
    """Refuse to prefer one entry to another that speaks of another occurrence."""
    preferred = history.standing(event.preferred, field="preferred")
    key = history.key_of(preferred.id, history.current(preferred))
    for reference in event.over:
        other = history.standing(reference, field="over")
        if other.id == preferred.id or history.key_of(other.id, history.current(other)) != key:
            raise WrongTarget(
                f"{other.address} and {preferred.address} are not two statements about one occurrence",
                remedy="link them first: armsledger correct ... --set same_as=ENTRY",
                entry=other.address,
                field="over",
            )
