"""The options of an event's command, made from the fields of the event, and an example of the command.

So the catalogue, the help and the file format cannot drift apart.
"""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from armsledger.application.recording.event_fields import VALUES, fields_to_give, is_needed
from armsledger.cli.command import parameter
from armsledger.cli.completion import complete_key
from armsledger.cli.options import read_assignments, read_day_word, read_json
from armsledger.domain.events.delivery import Lost, Returned, TransferredOnward
from armsledger.domain.events.link import Linked, LinkStatement, Unlinked
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.statement import Role, Statement, own_fields
from armsledger.domain.values.when import When

KEYS = {
    "deal": "india-s400",
    "engagement": "india-russia-summit-21",
    "framework": "india-russia-military-technical",
    "source": "theprint-2021-11-12",
}
"""Example keys of streams."""
TO = "deal/turkey-s400"
"""Another stream, in the examples of links."""
SPECIAL: dict[type[Statement], dict[str, str]] = {
    Linked: {"to": TO, "relation": "caused-by"},
    Unlinked: {"to": TO, "relation": "caused-by"},
    Returned: {"quantity": "1 unit", "reason": "rejected"},
    Lost: {"quantity": "1 unit", "reason": "accident"},
    TransferredOnward: {"to": "UKR", "quantity": "5 units"},
    Corrected: {"target": "@3", "set": "on=2019-09", "reason": "source-error"},
    Retracted: {"target": "@3", "reason": "source-error"},
    Disputed: {"target": "@3", "reason": "officials differ"},
    Resolved: {"preferred": "@3", "over": "@4", "reason": "the better source"},
    Listed: {
        "listed_in": "SIPRI Arms Transfers Database",
        "recipient": "India",
        "supplier": "Russia",
        "designation": "S-400 Triumf",
        "ordered": "10",
        "deliveries": "2021 2? 130",
    },
}
"""Example fields of events that need others."""
WHAT = {"engagement": "held place=Moscow", "framework": "renewed", "source": "regraded"}
"""What is expected, in the examples of other streams than deals."""


def example_of(kind: str, event: type[Statement]) -> str:
    """``armsledger deal contract-signed india-s400 --on 2018-10 --value '~USD 5bn' ...``."""
    words = ["armsledger", kind, event.name, KEYS[kind]]
    if event.role is Role.OCCURRENCE and kind != "source":
        words += ["--on", "2018-10"]
    for name, value in _example_fields(kind, event).items():
        words += [f"--{name.replace('_', '-')}", value]
    if kind != "source" and event.role is not Role.REPAIR:
        words += ["--source", KEYS["source"]]
    return shlex.join(words)


def _example_fields(kind: str, event: type[Statement]) -> dict[str, str]:
    if event in SPECIAL:
        return SPECIAL[event]
    if event.role is Role.EXPECTATION:
        target = {"target": "@3"} if "target" in event.model_fields else {"what": WHAT.get(kind, VALUES["what"])}
        optional = {name: VALUES[name] for name in ("due", "modality") if name in event.model_fields}
        return target | optional
    return {name: VALUES[name] for name in own_fields(event) if name in VALUES}


def options_of(kind: str, event: type[Statement]) -> Iterator[inspect.Parameter]:
    """The parameters of an event's command: the key of the stream, the fields and the id of the entry."""
    key = typer.Argument(metavar="KEY", help=f"Key of the {kind}.", autocompletion=complete_key(kind))
    yield parameter("key", Annotated[str, key])
    for name in fields_to_give(kind, event):
        yield _option(name, event.model_fields[name], event, kind)
    entry_id = typer.Option(
        "--id", metavar="ID", help="id by which a repeated entry is known; default: made from its content"
    )
    yield parameter("entry_id", Annotated[str | None, entry_id], None)


def _option(name: str, info: FieldInfo, event: type[Statement], kind: str) -> inspect.Parameter:
    flags = list(dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}")))
    several = _takes_several(info) or name == "set"
    metavar = "FIELD=VALUE" if name == "set" else _metavar(_parts(info.annotation))
    help_text = f"{info.description}{_choices(info)}{'; may be repeated' if several else ''}"
    option = typer.Option(*flags, metavar=metavar, help=help_text, show_default=False)
    required = name != "source" and is_needed(kind, event, name)
    # a list even where one is meant: else a repeated option would be the last one given, in silence
    return parameter(name, Annotated[list[str], option], inspect.Parameter.empty if required else [])


def _metavar(parts: tuple[Any, ...]) -> str:
    """What kind of text an option takes."""
    words = {bool: "YES|NO", When: "DATE", int: "N"}
    return next((words[part] for part in parts if part in words), "TEXT")


def _choices(info: FieldInfo) -> str:
    choices = [
        value for part in _parts(info.annotation) for value in getattr(part, "__args__", ()) if isinstance(value, str)
    ]
    return f" ({', '.join(choices)})" if choices else ""


def _takes_several(info: FieldInfo) -> bool:
    return any(getattr(part, "__origin__", None) is tuple for part in _parts(info.annotation))


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The annotation, or the members of a union, of one within it too."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for part in get_args(annotation) for member in _parts(part))
    return (annotation,)


def fields_given(event: type[Statement], options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as fields: lists, JSON objects, and the words for days.

    Raises UsageError for an option that is given twice and takes one value.
    """
    fields: dict[str, Any] = {}
    for name, value in options.items():
        if value is None or value == []:
            continue
        info = event.model_fields[name]
        if name == "set":
            fields[name] = read_assignments(value)
        elif _takes_several(info):
            fields[name] = [read_json(part) for part in value]
        else:
            only = _only(name, value)
            fields[name] = read_day_word(only) if When in _parts(info.annotation) else read_json(only)
    return fields


def names_stream(event: type[Statement], field: str) -> bool:
    """Whether a field holds the name of a stream."""
    return issubclass(event, LinkStatement) and field == "to"


def _only(name: str, values: list[str]) -> str:
    if len(values) > 1:
        from armsledger.domain.errors import UsageError

        flag = f"--{name.replace('_', '-')}"
        raise UsageError(f"{flag} is given {len(values)} times, and takes one value", remedy=f"give {flag} once")
    return values[0]
