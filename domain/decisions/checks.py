"""An event's values in the form in which they are stored, and refusals of values that no history could make right."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, get_origin

from pydantic import ValidationError

from armsledger.domain.beliefs.repairs import with_changes
from armsledger.domain.decisions.codes import with_codes
from armsledger.domain.decisions.fields import check_field_names, event_class, field_reader, unreadable, with_lists
from armsledger.domain.decisions.history import Context, History
from armsledger.domain.decisions.references import REFERENCES, check_references, check_streams, with_references
from armsledger.domain.entry import Seals
from armsledger.domain.errors import FutureDate, MissingField, UnknownEvent, UnreadableValue, WrongTarget, quoted
from armsledger.domain.events.delivery import LOSS_REASONS, RETURN_REASONS, Delivered, Lost, Returned
from armsledger.domain.events.expectation import Expected, What
from armsledger.domain.events.payload import Payload, fields_of
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.persons import places
from armsledger.domain.events.repair import OUR_COPY, Corrected
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.near import near
from armsledger.domain.values.citation import ERASED
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.when import When

UNSTORABLE = re.compile(r"[\ud800-\udfff]|(?<!\\)(?:\\\\)*\\u0000")
"""Half a surrogate pair, or NUL, in canonical JSON; a backslash before another one escapes nothing."""


def checked(event: Statement, stream: StreamId, history: History, context: Context) -> Statement:
    """The event in the form in which it is stored."""
    event = with_codes(event, context.codes)
    if isinstance(event, Expected):
        event = event.model_copy(update={"what": check_expected(stream, event.what, context.codes)})
    if isinstance(event, Corrected):
        event = _checked_correction(event, stream, history, context)
    check_streams(event, str(stream), context)
    for name in ("on", "asserted"):
        if getattr(event, name).first > context.today.toordinal():
            check_not_after(context.today, type(event), name, getattr(event, name))
    return event


def check_not_after(today: date, event: type[Statement], field: str, when: When) -> None:
    """Refuse a fact of the future, and a source that speaks in the future."""
    if when.first > today.toordinal():
        raise FutureDate(
            f"{event.name} is dated {when}, which is after today, {today}",
            remedy="what is yet to come is recorded as 'expected', with what and due",
            field=field,
        )


def check_sense(event: Statement, stream: str) -> None:
    """Refuse what no source can say: what it cannot know yet, a delivery of nothing, an expectation that denies."""
    _check_past(event, event.asserted, stream)
    _check_meaning(event, stream)


def _check_past(event: Statement, said: When, stream: str) -> None:
    if event.role is Role.OCCURRENCE and event.on.first > said.last:
        raise FutureDate(
            f"{event.name} is dated {event.on}, but its source spoke on {said}",
            remedy="name the source that reports it, or say when this one did (asserted); a forecast is 'expected'",
            stream=stream,
            field="on",
        )


def _check_meaning(event: Statement, stream: str) -> None:
    if isinstance(event, Expected) and event.status == "denial":
        raise UnreadableValue(
            "an expectation that denies is none",
            remedy="record 'expected' with modality: ruled-out; who disputes somebody's expectation records 'disputed'",
            stream=stream,
            field="status",
        )
    _check_currencies(event, stream)
    _check_reason(event, stream)
    if isinstance(event, TranchePaid) and event.covers:
        _check_covers(event, stream)
    if isinstance(event, Delivered | TranchePaid) and not event.so_far:
        amount = event.quantity if isinstance(event, Delivered) else event.amount
        if amount is not None and amount.most == 0:
            raise UnreadableValue(
                f"{event.name} of {amount} tells of nothing that happened",
                remedy="say so_far: true for none up to that day; leave the number out where nobody says it",
                stream=stream,
                field="quantity" if isinstance(event, Delivered) else "amount",
            )


def _check_reason(event: Statement, stream: str) -> None:
    """Refuse a reason of a return or loss that is none of those that there are."""
    if not isinstance(event, (Returned, Lost)) or event.reason is None:
        return
    reasons = RETURN_REASONS if isinstance(event, Returned) else LOSS_REASONS
    if event.reason not in reasons:
        close = near(event.reason, reasons)
        raise UnreadableValue(
            f"{quoted(event.reason)} is no reason why goods are {event.name}",
            remedy=f"{f'did you mean {close[0]!r}? ' if close else ''}It is one of {', '.join(reasons)};"
            " what else there is to say is a note",
            stream=stream,
            field="reason",
        )


def _check_covers(event: TranchePaid, stream: str) -> None:
    """Refuse a payment of which more is for other deals than it is in all."""
    parts = [one.amount for one in event.covers if one.amount is not None]
    if event.amount is None or any(part.currency != event.amount.currency for part in parts):
        return
    if any(amount.approximate for amount in (event.amount, *parts)):
        return  # the excess of rounded amounts is not definite
    if sum(part.least for part in parts) > event.amount.most:
        raise UnreadableValue(
            f"{', '.join(map(str, event.covers))} is more than the payment, {event.amount}",
            remedy="the amount is that of the whole payment, those under covers are parts of it",
            stream=stream,
            field="covers",
        )


def _check_currencies(event: Statement, stream: str) -> None:
    """Refuse a value that gives two amounts of one currency: an equivalent is of another."""
    amounts = event.__dict__.get("value")
    if type(amounts) is not tuple:
        return
    currencies = [amount.currency for amount in amounts]
    for currency in currencies:
        if currencies.count(currency) > 1:
            raise UnreadableValue(
                f"{event.name} gives its value in {currency} twice: {', '.join(map(str, amounts))}",
                remedy="of one currency give one amount; a range is written 'USD 5bn-5.5bn'",
                stream=stream,
                field="value",
            )


# What is expected: selectors are fields of the event that is expected.


def check_expected(stream: StreamId, what: What, codes: CodeLists) -> What:
    """What is expected, with its selectors as the event's fields would be stored; refuses what cannot occur."""
    event = event_class(stream, what.event)
    if event.role is not Role.OCCURRENCE:
        raise UnknownEvent(
            f"{quoted(what.event)} tells nothing that could be expected",
            remedy="expect something that happens in the world, such as 'delivered tranche=1'",
            field="what",
        )
    check_field_names(event, what.selectors)
    given = {name: value for name, value in what.selectors.items() if value is not None}
    selectors = {name: _selected(event, name, value, codes) for name, value in given.items()}
    return What.model_validate({"event": what.event, **{name: _plain(value) for name, value in selectors.items()}})


def _selected(event: type[Statement], name: str, value: Any, codes: CodeLists) -> Any:
    """A selector's value, read as that field of an event, with its code checked."""
    if isinstance(value, str) and get_origin(event.model_fields[name].annotation) is tuple:
        value = [part for part in value.split(",") if part.strip()]
    try:
        value = field_reader(event, name).validate_python(value)
    except ValidationError as error:
        raise unreadable(error, within=name) from error
    return getattr(with_codes(event.model_construct(**{name: value}), codes), name)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, int) else str(value)


# Corrections: what they set are fields of the entry that they correct.


def _checked_correction(event: Corrected, stream: StreamId, history: History, context: Context) -> Corrected:
    """The correction with its new values in the form in which they are stored."""
    before = history.current(history.resolve(event.target, field="target"))
    check_field_names(type(before), event.set)
    _check_cleared(event, before)
    changes = with_references(event.set, type(before), history)
    changes |= {name: None for name, value in event.set.items() if value is None}
    try:
        after = with_changes(before, with_lists(type(before), changes))
    except ValidationError as error:
        raise unreadable(error, type(before)) from error
    after = checked(after, stream, history, context)
    if after.source is not None:
        context.published(after.source)
    fields = fields_of(after, event.set.keys())
    return event.model_copy(update={"set": {name: fields.get(name) for name in event.set}})


def _check_cleared(event: Corrected, before: Statement) -> None:
    """Refuse to clear what an entry cannot do without, such as the source that it cites."""
    for name, value in event.set.items():
        needed = type(before).model_fields[name].is_required() or (name == "source" and before.source)
        if value is None and needed:
            raise MissingField(
                f"{before.name} needs {name}, which a correction cannot clear",
                remedy="give it another value, or take the whole entry back by 'retracted'",
                field=name,
            )


def check_correction(event: Corrected, history: History) -> None:
    """Refuse a correction that changes nothing, or one with new references that do not fit."""
    target = history.standing(event.target, field="target")
    before = history.current(target)
    after = history.changed(before, event.set)
    if after == before and fields_of(after) == fields_of(before):  # equal parties may be written otherwise
        raise WrongTarget(
            f"{target.address} says so already",
            remedy="a correction gives a field another value",
            entry=target.address,
            field="set",
        )
    if not event.set.keys().isdisjoint((*REFERENCES, "over")):
        check_references(after, history, target.version)


def check_corrected_sense(event: Corrected, history: History) -> None:
    """Refuse a correction that makes an entry say what no source can; news is told by whoever corrects.

    It is asked of the entry as it was recorded, so that the order in which corrections are recorded decides nothing.
    """
    after = history.changed(history.standing(event.target, field="target").event, event.set)
    if not event.set.keys().isdisjoint(("on", "asserted")):
        is_news = event.reason not in OUR_COPY and event.asserted.last > after.asserted.last
        _check_past(after, event.asserted if is_news else after.asserted, history.stream)
    if not event.set.keys().isdisjoint(("status", "quantity", "amount", "so_far", "value", "reason")):
        _check_meaning(after, history.stream)


# Characters and names.


def check_text(payload: Payload, text: str) -> None:
    """Refuse what no database and no file holds as text: NUL, and halves of surrogate pairs."""
    if text.isascii() and "\\u0000" not in text:
        return
    for name, written in payload.texts.items():
        if UNSTORABLE.search(written):
            raise UnreadableValue(
                "the text holds a character that cannot be stored (NUL or half a surrogate pair)",
                remedy="take it out",
                field=name,
            )


def check_erased(fields: dict[str, Any], seals: Seals) -> None:
    """Refuse the word for a forgotten name as a name, unless another ledger's seal comes with it."""
    for place in places(fields):
        if place.text == ERASED and (place.path not in seals or seals[place.path].box is None):
            raise UnreadableValue(
                f"{ERASED!r} stands for the name of somebody who was forgotten, and names nobody",
                remedy="leave the speaker out; the role alone may be given",
                field=place.path,
            )
