"""One command for every event of the catalogue, its options made from the event's own fields.

So the catalogue, the help and the file format cannot drift apart.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo

from armsledger.cli.examples import example_of
from armsledger.cli.groups import EVENTS, ExampleCommand
from armsledger.cli.options import complete_key, ledger_address
from armsledger.domain.decisions.fields import SET_BY_THE_LEDGER
from armsledger.domain.errors import quoted
from armsledger.domain.events.statement import Role, Statement, own_fields
from armsledger.domain.values.when import When

CITATION = ("source", "asserted", "attribution", "credibility", "status", "quote", "note", "same_as")


def event_command(kind: str, event: type[Statement]) -> Any:
    """The command that appends one event."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(
        name=event.name,
        help=_summary(event),
        epilog=example_of(kind, event),
        cls=ExampleCommand,
        rich_help_panel=EVENTS,
        no_args_is_help=True,
    )(_callback(kind, event))
    return typer.main.get_command(app)


def _summary(event: type[Statement]) -> str:
    return inspect.cleandoc(event.__doc__ or "").replace("``", "'")


def _callback(kind: str, event: type[Statement]) -> Callable[..., None]:
    def append(**given: Any) -> None:
        from armsledger.cli.commands.record import append_event

        ctx: typer.Context = given.pop("ctx")
        given.pop("ledger")
        append_event(
            ledger_address(ctx),
            f"{kind}/{given.pop('key')}",
            event.name,
            entry_id=given.pop("entry_id"),
            as_json=given.pop("as_json"),
            fields=_fields(event, given),
        )

    parameters = list(_parameters(kind, event))
    append.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # how inspect lets a function say its parameters
    append.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return append


def _fields(event: type[Statement], given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as fields: lists, JSON objects, and the words for days."""
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or value == []:
            continue
        info = event.model_fields[name]
        if name == "set":
            fields[name] = read_assignments(value)
        elif isinstance(value, list):
            fields[name] = [_json_object(part) for part in value]
        else:
            fields[name] = read_day_word(value) if _holds(info, When) else _json_object(value)
    return fields


def read_assignments(pairs: Iterable[str]) -> dict[str, Any]:
    """``FIELD=VALUE`` texts; an empty value clears the field. Raises UsageError."""
    from armsledger.domain.errors import UsageError

    changes: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{quoted(pair)} sets no field", remedy="write FIELD=VALUE, such as on=2018-10-05")
        changes[name.strip()] = _json_object(read_day_word(value)) if value else None
    return changes


def read_day_word(text: str) -> str:
    """``today`` and ``yesterday`` as dates; other text as it is."""
    from datetime import UTC, datetime, timedelta

    days = {"today": 0, "yesterday": 1}.get(text.strip())
    return text if days is None else (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


def _json_object(text: str) -> Any:
    if not text.startswith(("{", "[{", '["')):
        return text
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError):  # no JSON, or too deep to be meant: the field tells what it takes
        return text


def _parameters(kind: str, event: type[Statement]) -> Iterable[inspect.Parameter]:
    yield _parameter("ctx", typer.Context)
    key = typer.Argument(metavar="KEY", help=f"Key of the {kind}.", autocompletion=complete_key(kind))
    yield _parameter("key", Annotated[str, key])
    names = ("on", *own_fields(event), *CITATION)
    if kind == "source" and event.role is Role.OCCURRENCE:
        names = (*own_fields(event), "on", "asserted", "note")
    for name in names:
        yield _field_option(name, event.model_fields[name], event, kind)
    entry_id = typer.Option(
        "--id", metavar="ID", help="id that makes the entry idempotent; default: made from its content"
    )
    yield _parameter("entry_id", Annotated[str | None, entry_id], None)
    yield _parameter("as_json", Annotated[bool, typer.Option("--json", help="answer in JSON")], False)
    yield _parameter("ledger", Annotated[str | None, typer.Option("--ledger", metavar="PATH", help="the ledger")], None)


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _field_option(name: str, info: FieldInfo, event: type[Statement], kind: str) -> inspect.Parameter:
    flags = list(dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}")))
    several = _is_several(info) or name == "set"
    metavar = "FIELD=VALUE" if name == "set" else name.upper()
    help_text = f"{info.description}{_choices(info)}{'; may be repeated' if several else ''}"
    option = typer.Option(*flags, metavar=metavar, help=help_text, show_default=False)
    required = info.is_required() and name not in SET_BY_THE_LEDGER
    if name == "on" and event.role is Role.OCCURRENCE and kind != "source":
        required = True
    if several:
        return _parameter(name, Annotated[list[str], option], inspect.Parameter.empty if required else [])
    if required:
        return _parameter(name, Annotated[str, option])
    return _parameter(name, Annotated[str | None, option], None)


def _choices(info: FieldInfo) -> str:
    choices = [
        value for part in _parts(info.annotation) for value in getattr(part, "__args__", ()) if isinstance(value, str)
    ]
    return f" ({', '.join(choices)})" if choices else ""


def _is_several(info: FieldInfo) -> bool:
    return any(getattr(part, "__origin__", None) is tuple for part in _parts(info.annotation))


def _holds(info: FieldInfo, wanted: type) -> bool:
    return wanted in _parts(info.annotation)


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The annotation, or the members of a union."""
    from types import UnionType
    from typing import Union, get_args, get_origin

    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
