"""All that is wrong with one proposal, once it is refused for a first reason.

A decision stops at the first reason, which is quick. Whoever is refused wants to repair everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from armsledger.domain.decisions.checks import check_expected, check_not_after
from armsledger.domain.decisions.codes import with_codes
from armsledger.domain.decisions.decision import check_opened
from armsledger.domain.decisions.defaults import check_dated, check_said
from armsledger.domain.decisions.fields import (
    all_unreadable,
    event_class,
    field_reader,
    meant_field,
    missing_fields,
    unknown_fields,
    with_lists,
)
from armsledger.domain.decisions.history import Context, History
from armsledger.domain.decisions.references import REFERENCES, as_text
from armsledger.domain.entry import Proposal
from armsledger.domain.errors import Refused, UnknownEvent
from armsledger.domain.events.expectation import What
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.when import When

NAMES = frozenset({*REFERENCES, "over", "source"})
"""Fields that name an entry or a source; they are read as any name is, and looked up."""


def all_refusals(proposal: Proposal, history: History, context: Context, first: Refused) -> tuple[Refused, ...]:
    """The first refusal and all others that do not depend on it, in the order in which the fields were written."""
    others = [refusal for refusal in _refusals(proposal, history, context) if refusal.field != first.field]
    order = {name: number for number, name in enumerate(proposal.fields)}
    refusals = sorted([first, *others], key=lambda refusal: order.get(refusal.field.partition(".")[0], -1))
    for refusal in refusals:
        refusal.stream = refusal.stream or history.stream
    return tuple(refusals)


def _refusals(proposal: Proposal, history: History, context: Context) -> Iterator[Refused]:
    given = {name: value for name, value in proposal.fields.items() if value is not None}
    try:
        event_type = event_class(proposal.stream, proposal.event)
    except UnknownEvent as refusal:  # what every entry has can be read all the same
        yield refusal
        yield from _unreadable(Statement, given, context)
        return
    yield from unknown_fields(event_type, given)
    missing: list[Refused] = list(missing_fields(event_type, given))
    for gap in missing:
        given.pop(gap.field, None)
    missing += _raised(check_said, given, event_type, history, context)
    missing += _raised(check_dated, given, event_type, history)
    misspelt = {meant_field(event_type, name) for name in given if name not in event_type.model_fields}
    yield from (gap for gap in missing if gap.field not in misspelt)
    yield from _unreadable(event_type, given, context)
    yield from _raised(check_opened, event_type, history)
    if "what" in given and "what" in event_type.model_fields:
        yield from _raised(_check_what, proposal, given["what"], context)
    if event_type is Corrected:
        yield from _unreadable_changes(given, history, context)


def _unreadable(event_type: type[Statement], given: Mapping[str, Any], context: Context) -> Iterator[Refused]:
    """A refusal of each value that the event cannot have, whatever its stream holds."""
    for name, written in given.items():
        if name in NAMES or name not in event_type.model_fields:
            continue
        try:
            value = field_reader(event_type, name).validate_python(with_lists(event_type, {name: written})[name])
        except ValidationError as error:
            yield from all_unreadable(error, event_type, within=name)
            continue
        yield from _raised(with_codes, event_type.model_construct(**{name: value}), context.codes)
        if name in ("on", "asserted") and isinstance(value, When):
            yield from _raised(check_not_after, context.today, event_type, name, value)


def _check_what(proposal: Proposal, what: Any, context: Context) -> None:
    try:
        check_expected(proposal.stream, What.model_validate(what), context.codes)
    except ValidationError:
        return  # which is told of the field already


def _unreadable_changes(given: Mapping[str, Any], history: History, context: Context) -> Iterator[Refused]:
    """A refusal of each value that a correction cannot set."""
    changes = given.get("set")
    try:
        target = history.resolve(as_text(given.get("target", "")), field="target")
    except Refused:
        return
    if isinstance(changes, Mapping):
        event_type = type(target.event)
        yield from unknown_fields(event_type, changes)
        changes = {name: value for name, value in changes.items() if value is not None}
        yield from _unreadable(event_type, changes, context)


def _raised(check: Callable[..., Any], *arguments: Any) -> Iterator[Refused]:
    """What a check refuses."""
    try:
        check(*arguments)
    except Refused as refusal:
        yield refusal
