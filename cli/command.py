"""How a file declares its commands, how help lists them, and how the one that is asked for is built.

Typer needs longer to build all commands than most of them run. So a file only declares its commands, and a
`CommandGroup` builds the one that somebody names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

OTHER_SPELLING = re.compile(r", --\w+_\w+")
WIDEST_OPTION = 24
"""In the help; what is wider has a line of its own."""
Function = TypeVar("Function", bound=Callable[..., None])
Parameters = Iterable[inspect.Parameter]


class Command(NamedTuple):
    """A command or a group of commands as it is declared; ``build`` makes what Typer runs.

    An earlier name of a command says ``now`` how that is called; it is there for scripts that know it.
    """

    name: str
    section: str
    help: str
    build: Callable[[], Any]
    now: str = ""
    build_to_complete: Callable[[], Any] | None = None
    """Makes what completion asks, where that is quicker than ``build``."""

    @property
    def hidden(self) -> bool:
        """Whether help and completion leave it out."""
        return bool(self.now)

    @property
    def summary(self) -> str:
        """The first sentence of the help."""
        return first_sentence(self.help)


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    paragraph = " ".join(text.partition("\n\n")[0].split())
    sentence, stop, _ = f"{paragraph} ".partition(". ")
    return sentence + stop.strip()


class Commands(list[Command]):
    """The commands that a file declares, in one section of the help."""

    def __init__(self, section: str = "Commands") -> None:
        super().__init__()
        self.section = section

    def command(self, example: str, *, name: str = "") -> Callable[[Function], Function]:
        """Declare a function as a command. Its docstring is the help, and ``example`` the end of the help."""

        def declare(function: Function) -> Function:
            self.add(name or function.__name__, inspect.getdoc(function) or "", example, function)
            return function

        return declare

    def add(
        self,
        name: str,
        help: str,
        example: str,
        function: Callable[..., None],
        parameters: Callable[[], Parameters] = tuple,
        *,
        no_args_is_help: bool = False,
    ) -> None:
        """Declare a command; ``parameters`` makes those that the function takes by ``**``, when they are needed."""

        def build() -> Any:
            return built(name, help, example, with_options(function, parameters()), no_args_is_help=no_args_is_help)

        self.append(Command(name, self.section, help, build))

    def group(
        self, name: str, help: str, example: str, load: Callable[[], Sequence[Command]] | None = None
    ) -> Commands:
        """Declare a command that has commands itself: those that are added to the answer, or that ``load`` gives."""
        commands = Commands()
        options = {"name": name, "help": help, "epilog": example, "no_args_is_help": True, "rich_markup_mode": None}
        self.append(Command(name, self.section, help, lambda: CommandGroup(load or (lambda: commands), **options)))
        return commands


def built(name: str, help: str, example: str, function: Callable[..., None], *, no_args_is_help: bool = False) -> Any:
    """A command as Typer runs it."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name, help=help, epilog=example, cls=ExampleCommand, no_args_is_help=no_args_is_help)(function)
    return typer.main.get_command(app)


class CommandGroup(TyperGroup):
    """A group that lists its commands by section, and builds the one that somebody names."""

    def __init__(self, load: Callable[[], Sequence[Command]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._load = load

    @cached_property
    def declared(self) -> dict[str, Command]:
        """The commands by name."""
        return {command.name: command for command in self._load()}

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of declaration."""
        return [command.name for command in self._shown()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, built; None if there is none."""
        command = self.declared.get(cmd_name)
        if command is None:
            return None
        is_completing = ctx is not None and ctx.resilient_parsing
        return command.build_to_complete() if is_completing and command.build_to_complete else command.build()

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The names that begin with a text, without building what they name, and the options."""
        from typer._click.shell_completion import CompletionItem  # Typer gives it no public name

        names = [CompletionItem(name) for name in self.list_commands(ctx) if name.startswith(incomplete)]
        return [*names, *TyperCommand.shell_complete(self, ctx, incomplete)]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named; a misspelt name is refused with those that may be meant."""
        name = args[0]
        if name not in self.declared and not name.startswith("-") and not ctx.resilient_parsing:
            from armsledger.domain.near import near

            close = (self.declared[one] for one in near(name, self.declared, most=3))
            meant = " or ".join(dict.fromkeys(repr(command.now or command.name) for command in close))
            ctx.fail(f"there is no command {name!r}{f'; did you mean {meant}?' if meant else ''}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """A list with whole summaries for each section."""
        shown = self._shown()
        for section in dict.fromkeys(command.section for command in shown):
            with formatter.section(section):
                formatter.write_dl(
                    [(one.name, one.summary) for one in shown if one.section == section], col_max=WIDEST_OPTION
                )

    def _shown(self) -> list[Command]:
        """The commands that help lists."""
        return [command for command in self.declared.values() if not command.hidden]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The example."""
        write_example(self.epilog, formatter)


OWN_WORD = re.compile(r"--([a-z-]+) (?i:\1)")
FILTER = "filter_"
"""Begins the names of the parameters that are filters: help lists them close together."""


class ExampleCommand(TyperCommand):
    """A command whose help ends with an example, and leaves out the other spellings of an option."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments, the filters close together, and the options."""
        filters = [one for one in self.get_params(ctx) if (one.name or "").startswith(FILTER)]
        if filters:
            options = [record for one in filters if (record := one.get_help_record(ctx)) is not None]
            with formatter.section("Filters (one may be repeated: either)"):
                formatter.write(_side_by_side([option for option, _ in options], formatter.width))
                if words := list(_with_words(options)):
                    formatter.write_dl(words)
        for heading, kind in (("Arguments", "argument"), ("Options", "option")):
            others = (one for one in self.get_params(ctx) if one not in filters and one.param_type_name == kind)
            records = (one.get_help_record(ctx) for one in others)
            rows = [(OTHER_SPELLING.sub("", name), " ".join(help.split())) for name, help in filter(None, records)]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows, col_max=WIDEST_OPTION)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The example."""
        write_example(self.epilog, formatter)


def _side_by_side(options: Sequence[str], width: int) -> str:
    """Options one after the other; both ends of a range are one: ``--value-from/-to AMOUNT``.

    What an option takes is left out where that is called like the option.
    """
    shown = (OWN_WORD.sub(r"--\1 X", option) for option in options if "-to " not in option)
    joined = [option.replace("-from ", "-from/-to ") for option in shown]
    lines = [""]
    for option in joined:
        if len(lines[-1]) + len(option) + 2 > width:
            lines.append("")
        lines[-1] += f"  {option}"
    return "".join(f"{line}\n" for line in lines)


def _with_words(options: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The options of which the help lists the words that they take, and these; a possible bound takes the same."""
    for option, help in options:
        _, listed, words = help.partition(": ")
        if listed and not option.startswith("--possible-"):
            yield option.split()[0], words.partition(".")[0]


def write_example(example: str | None, formatter: Any) -> None:
    """Write the example at the end of a help text, in one line so that it can be copied."""
    if example:
        formatter.write_paragraph()
        formatter.write(f"Example:\n  {example}\n")


def with_options(function: Callable[..., None], more: Parameters = ()) -> Callable[..., None]:
    """The function as Typer takes it: with ``more`` parameters, and each option of a named tuple by itself.

    So commands share options by naming the tuple, such as ``as_of: AsOf``, as a parameter.
    """
    declared = inspect.signature(function, eval_str=True).parameters.values()
    own = [parameter for parameter in declared if parameter.kind is not inspect.Parameter.VAR_KEYWORD]
    parameters = [*more, *(part for one in own for part in _spread(one.name, one.annotation, one.default))]

    def call(**values: Any) -> None:
        gathered = {one.name: _gather(one.name, one.annotation, values) for one in own}
        function(**gathered, **values)

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # how inspect lets a function say its parameters
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    """A parameter of a command's function."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _spread(name: str, annotation: Any, default: Any) -> Iterator[inspect.Parameter]:
    """A parameter; of a named tuple each field as a parameter."""
    if not hasattr(annotation, "_fields"):
        yield parameter(name, annotation, default)
        return
    for field, hint in get_type_hints(annotation, include_extras=True).items():
        yield from _spread(field, hint, annotation._field_defaults.get(field, inspect.Parameter.empty))


def _gather(name: str, annotation: Any, values: dict[str, Any]) -> Any:
    """The value of a parameter, taken out of ``values``; a named tuple is put together again."""
    if not hasattr(annotation, "_fields"):
        return values.pop(name)
    hints = get_type_hints(annotation, include_extras=True)
    return annotation(**{field: _gather(field, hint, values) for field, hint in hints.items()})
