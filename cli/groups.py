"""Groups of commands: help by section, and event commands that are made when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer import Context

SECTIONS = ("Record", "Read", "Keep")
LONGEST_HELP = 300


class SectionedGroup(TyperGroup):
    """The top level: commands under the section that each was declared in."""

    def list_commands(self, ctx: Context) -> list[str]:
        """In the order of declaration."""
        return list(self.commands)

    def format_commands(self, ctx: Context, formatter: Any) -> None:
        """One list per section."""
        for section in SECTIONS:
            named = [(name, self.commands[name]) for name in self.list_commands(ctx)]
            rows = [
                (name, command.get_short_help_str(LONGEST_HELP))
                for name, command in named
                if getattr(command, "rich_help_panel", None) == section and not command.hidden
            ]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)


class EventGroup(TyperGroup):
    """The events of one kind of stream; the catalogue is only read when one of them is wanted."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names of the events, in the order of the catalogue."""
        from armsledger.domain.catalogue import CATALOGUE

        return list(CATALOGUE.by_kind[self._kind()])

    def get_command(self, ctx: Context, cmd_name: str) -> Any:
        """The command of one event, made from the event's fields."""
        from armsledger.cli.events import event_command
        from armsledger.domain.catalogue import CATALOGUE

        event = CATALOGUE.by_kind[self._kind()].get(cmd_name)
        return None if event is None else event_command(self._kind(), event)

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        """Suggestions for a name that there is not come from the catalogue."""
        from armsledger.domain.catalogue import CATALOGUE

        self.commands = dict.fromkeys(CATALOGUE.by_kind[self._kind()], self)
        return super().resolve_command(ctx, args)

    def _kind(self) -> Any:
        return self.name
