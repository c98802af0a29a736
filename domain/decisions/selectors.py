"""S"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_origin

from pydantic import TypeAdapter, ValidationError

from armsledger.domain.decisions.codes import with_checked_codes
from armsledger.domain.decisions.proposal import check_field_names, event_class, unreadable
from armsledger.domain.errors import UnknownEvent, quoted
from armsledger.domain.events.expectation import What
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.stream import StreamId


def checked_what(stream: StreamId, what: What, codes: CodeLists) -> What:
    """What is expected, with the selectors in the types of the event's fields; refuses what cannot occur."""
    event = event_class(stream, what.event)
    if event.role is not Role.OCCURRENCE:
        raise UnknownEvent(
            f"{quoted(what.event)} tells nothing that could be expected",
            remedy="expect something that happens in the world, such as 'delivered tranche=1'",
            stream=str(stream),
            field="what",
        )
    check_field_names(str(stream), event, what.selectors)
    given = {name: value for name, value in what.selectors.items() if value is not None}
    read = {name: _selected(str(stream), event, name, value, codes) for name, value in given.items()}
    return What.model_validate({"event": what.event, **{name: _plain(value) for name, value in read.items()}})


def _selected(stream: str, event: type[Statement], name: str, value: Any, codes: CodeLists) -> Any:
    """A selector's value, read like that field of an event and with its code checked."""
    if isinstance(value, str) and get_origin(event.model_fields[name].annotation) is tuple:
        value = [part for part in value.split(",") if part.strip()]
    try:
        read = field_reader(event, name).validate_python(value)
    except ValidationError as error:
        raise unreadable(stream, error, within=name) from error
    return getattr(with_checked_codes(stream, event.model_construct(**{name: read}), codes), name)


@cache
def field_reader(event: type[Statement], name: str) -> TypeAdapter[Any]:
    """What reads the text or value of one field."""
    info = event.model_fields[name]
    annotation: Any = info.annotation
    return TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, int) else str(value)
