"""Commands that append one event, a group for each kind of stream; each event of the catalogue has one.

Their names stand in the table of words; the catalogue is only read when somebody asks for an event.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.answers.recorded import print_recorded
from armsledger.cli.command import Command, Commands, built, parameter, with_options
from armsledger.cli.completion import complete_key, completer_of, option_fields, words
from armsledger.cli.options import JsonOption, LedgerOption, open_ledger

if TYPE_CHECKING:
    from armsledger.domain.values.stream import StreamKind

commands = Commands()
SOURCE = "--source theprint-2021-11-12"


def event_commands(kind: StreamKind) -> Commands:
    """A command for each event of a kind of stream, in the order of the catalogue."""
    events = Commands("Events")
    for name, event in words()["events"][kind].items():
        build, build_to_complete = partial(_build, kind, name), partial(_build_to_complete, kind, name)
        events.append(Command(name, events.section, event["help"], build, build_to_complete=build_to_complete))
    return events


def _build(kind: StreamKind, name: str) -> Any:
    from armsledger.application.recording.event_fields import summary_of
    from armsledger.cli.event_options import example_of, fields_given, names_stream, options_of
    from armsledger.domain.events.catalogue import CATALOGUE

    event = CATALOGUE.by_kind[kind][name]

    def append(*, as_json: JsonOption = False, ledger: LedgerOption = None, **options: Any) -> None:
        key, entry_id = options.pop("key"), options.pop("entry_id")
        fields = fields_given(event, options)
        with open_ledger(ledger) as opened:
            if "/" not in fields.get("to", "/") and names_stream(event, "to"):
                fields["to"] = opened.stream_named(fields["to"])
            stream = f"{kind}/{key.removeprefix(f'{kind}/')}"
            recorded = opened.record(stream, event.name, id=entry_id, **fields)
            print_recorded(recorded, as_json=as_json)

    function = with_options(append, options_of(kind, event))
    return built(name, summary_of(event), example_of(kind, event), function, no_args_is_help=True)


def _build_to_complete(kind: StreamKind, name: str) -> Any:
    """The command with what a shell may complete of it: neither help nor types, which only the catalogue knows."""

    def complete(*, as_json: JsonOption = False, ledger: LedgerOption = None, **options: Any) -> None:
        raise NotImplementedError("a command that only completes is never run")

    key = typer.Argument(autocompletion=complete_key(kind))
    options = [parameter("key", Annotated[str, key])]
    for field in (*option_fields(kind, name), "id"):
        flags = typer.Option(f"--{field.replace('_', '-')}", autocompletion=completer_of(name, field))
        options.append(parameter(field, Annotated[list[str], flags], []))
    return built(name, "", "", with_options(complete, options))


commands.group(
    "deal",
    "Append an event of a deal: deal EVENT KEY [options].",
    f"armsledger deal contract-signed india-s400 --on 2018-10 --value '~USD 5bn' --quantity '5 units' {SOURCE}",
    partial(event_commands, "deal"),
)
commands.group(
    "engagement",
    "Append an event of an engagement (summit, visit, dialogue).",
    "armsledger engagement held lavrov-visit-2021-04 --on 2021-04 --format visit --participants IND"
    f" --participants RUS {SOURCE}",
    partial(event_commands, "engagement"),
)
commands.group(
    "framework",
    "Append an event of a framework agreement.",
    "armsledger framework signed india-russia-military-technical --on 2010 --parties IND --parties RUS --until 2020"
    f" {SOURCE}",
    partial(event_commands, "framework"),
)
commands.group(
    "source",
    "Register a source, or grade its reliability anew.",
    "armsledger source registered theprint-2021-11-12 --publisher ThePrint --published 2021-11-12 --reliability C",
    partial(event_commands, "source"),
)
