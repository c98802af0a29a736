"""Groups of commands: help by section, and event commands that are made when they are asked for."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

SECTIONS = ("Record", "Read", "Keep")
EVENTS = "Events"
COMMANDS = "Commands"
LONGEST_HELP = 300
ENVIRONMENT = (
    ("ARMSLEDGER_LEDGER", "The ledger, where --ledger is not given."),
    ("ARMSLEDGER_RECORDED_BY", "Name that entries are recorded under [default: the user's]."),
    ("ARMSLEDGER_TIMEOUT_SECONDS", "How long to wait for another writer [default: 10]."),
    ("ARMSLEDGER_KEY", "File of the key that signs, where --key is not given."),
    ("COLUMNS", "Width of tables that do not go to a terminal."),
    ("NO_COLOR", "If set, nothing is written in colour."),
)
GROUPS_AFTER = "record"
"""The command after which the groups of events are listed."""


def write_example(example: str | None, formatter: Any) -> None:
    """The example at the end of a help text, in one line so that it can be copied."""
    if example:
        formatter.write_paragraph()
        formatter.write(f"Example:\n  {example}\n")


class ExampleCommand(TyperCommand):
    """A command with an example."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The example."""
        write_example(self.epilog, formatter)


class SectionedGroup(TyperGroup):
    """The top level: commands under the section that each was declared in."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The environment, and the example."""
        with formatter.section("Environment"):
            formatter.write_dl(ENVIRONMENT)
        write_example(self.epilog, formatter)

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of declaration, the groups of events after the dossiers."""
        names = [name for name, command in self.commands.items() if not isinstance(command, EventGroup)]
        groups = [name for name in self.commands if name not in names]
        cut = names.index(GROUPS_AFTER) + 1 if GROUPS_AFTER in names else 0
        return [*names[:cut], *groups, *names[cut:]]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """One list per section."""
        for section in SECTIONS:
            write_commands(self, ctx, formatter, section)


class CommandGroup(TyperGroup):
    """Commands under one name, with an example."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The example."""
        write_example(self.epilog, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands with their whole summaries."""
        write_commands(self, ctx, formatter, COMMANDS)


class EventGroup(TyperGroup):
    """The events of one kind of stream; the catalogue is only read when one of them is wanted."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The example."""
        write_example(self.epilog, formatter)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the events, in the order of the catalogue."""
        from armsledger.domain.events.catalogue import CATALOGUE

        return list(CATALOGUE.by_kind[self._kind()])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of one event, made from the event's fields."""
        from armsledger.cli.commands.events import event_command
        from armsledger.domain.events.catalogue import CATALOGUE

        event = CATALOGUE.by_kind[self._kind()].get(cmd_name)
        return None if event is None else event_command(self._kind(), event)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Suggestions for a name that there is not come from the catalogue."""
        self.commands = dict.fromkeys(self.list_commands(ctx), self)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The events with their whole summaries."""
        write_commands(self, ctx, formatter, EVENTS)

    def _kind(self) -> Any:
        return self.name


def write_commands(group: TyperGroup, ctx: Any, formatter: Any, heading: str) -> None:
    """A list of commands with their summaries: those declared under the heading, or under none."""
    named = [(name, group.get_command(ctx, name)) for name in group.list_commands(ctx)]
    rows = [
        (name, command.get_short_help_str(LONGEST_HELP))
        for name, command in named
        if command is not None and getattr(command, "rich_help_panel", None) in (None, heading)
    ]
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)
