"""The page of the command line and the man page, made from the commands: ``python -m docs.cli`` writes them anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import typer

from armsledger.cli.app import ENVIRONMENT, app
from armsledger.cli.command import OTHER_SPELLING
from armsledger.version import VERSION

FOLDER = Path(__file__).resolve().parent
PAGE, MAN_PAGE = FOLDER / "cli.md", FOLDER / "armsledger.1"
SECTIONS: Final = ("Record", "Read", "Keep")
SHARED_BY: Final = 5
"""Options of so many commands are told once."""
KINDS: Final = frozenset({"deal", "engagement", "framework", "source"})
"""Groups with a command for each event, which have a page of their own."""
ABOUT: Final = (
    "A stream is written KIND/KEY, such as deal/india-s400, or by its key alone where only one stream has it. An entry"
    " is written STREAM@VERSION, such as deal/india-s400@7.",
    "Dates are EDTF (2021-11-12, 2021-11, 2021-11~, ../2021-12-15), or words such as today, yesterday, last month."
    " Today is the day where you are: that of TZ, else of the system's time zone. A time without a zone is of UTC.",
    "Reads take two times. --at D is the date of the state, --known K the date of the belief: a day, a UTC time or a"
    " position such as @123. By default K goes by when entries were recorded; with --known-by asserted by when the"
    " sources spoke. When an entry was recorded is told in UTC, so a date that is K ends there when it ends in UTC, and"
    " means the same to everybody; today and yesterday end where you are.",
    "Data go to standard output, messages to standard error. Colours, tables of the terminal's width and the names of"
    " countries are for a terminal only.",
)
STATUS: Final = (
    ("0", "Done."),
    ("1", "Refused, or a check failed."),
    ("2", "The command makes no sense as it stands."),
)
FILES: Final = (("armsledger.db", "The ledger, if nothing names another one."),)
COMPLETION: Final = (
    "armsledger --install-completion makes the shell complete commands, options and values: streams, entries, sources,"
    " countries and the words of each field. Bash breaks words at @ and =; to complete deal/india-s400@7 and --set"
    " FIELD=VALUE too, put COMP_WORDBREAKS=${COMP_WORDBREAKS//[@=]} into ~/.bashrc."
)


class Option(NamedTuple):
    """An argument or option as help writes it, and what it does."""

    name: str
    help: str


class Told(NamedTuple):
    """A command: its words with its arguments, its help by paragraphs, what it takes, and an example."""

    name: str
    usage: str
    paragraphs: list[str]
    takes: list[Option]
    example: str
    names: list[Option]
    """The events of a kind of stream."""


def told_by_section() -> dict[str, list[Told]]:
    """All commands that help lists, those of groups one by one."""
    top = typer.main.get_command(app)
    context = typer.Context(top, info_name="armsledger")
    by_section: dict[str, list[Told]] = {section: [] for section in SECTIONS}
    for name in top.list_commands(context):  # type: ignore[attr-defined]  # the top is a group
        section = top.declared[name].section  # type: ignore[attr-defined]  # the same
        by_section[section] += _told(name, top.get_command(context, name), context)  # type: ignore[attr-defined]
    return by_section


def _told(words: str, command: Any, parent: Any) -> Iterator[Told]:
    context = typer.Context(command, info_name=words.rpartition(" ")[2], parent=parent)
    inner = getattr(command, "declared", {})
    if inner and words not in KINDS:
        for name in inner:
            yield from _told(f"{words} {name}", command.get_command(context, name), context)
        return
    records = [
        Option(OTHER_SPELLING.sub("", name), " ".join(help.split()))
        for parameter in command.get_params(context)
        if (record := parameter.get_help_record(context)) is not None and "--help" not in (name := record[0])
        for help in record[1:]
    ]
    arguments = [one for one in command.collect_usage_pieces(context) if one != "[OPTIONS]"]
    usage = " ".join([words, *(_plain(piece) for piece in arguments)]) if not inner else f"{words} EVENT KEY"
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", command.help or "")]
    events = [Option(name, one.summary) for name, one in inner.items()]
    yield Told(words, usage, paragraphs, records, command.epilog or "", events)


def _plain(piece: str) -> str:
    """``{FILE...}`` as ``FILE...``."""
    return piece.removeprefix("{").removesuffix("}")


def shared_options(by_section: dict[str, list[Told]]) -> list[Option]:
    """The options that many commands have, in the order in which they come up."""
    options = Counter(one for commands in by_section.values() for told in commands for one in dict.fromkeys(told.takes))
    return [one for one, count in options.items() if count >= SHARED_BY and one.name.startswith("-")]


def _once(options: Sequence[Option]) -> list[Option]:
    """The options without those that have the name of one before, as ``--json`` has two helps."""
    return list({one.name: one for one in reversed(options)}.values())[::-1]


def _flag(option: Option) -> str:
    return option.name.split()[0].rstrip(",")


def page() -> str:
    """The page in Markdown."""
    by_section = told_by_section()
    shared = shared_options(by_section)
    parts = [
        "# The command line",
        "Made from the commands by `python -m docs.cli`; `man armsledger` shows the same where the package is"
        " installed. `armsledger --help` is one screen, and `-h` after a command says what it takes.",
        *map(_marked, ABOUT),
        "## Options that many commands have",
        _table(_once(shared)),
    ]
    for section, commands in by_section.items():
        parts.append(f"## {section}")
        for told in commands:
            parts += _markdown(told, shared)
    parts += ["## Environment", _table([Option(*one) for one in ENVIRONMENT])]
    parts += ["## Exit status", _table([Option(*one) for one in STATUS])]
    parts += ["## Completion", _marked(COMPLETION)]
    return "\n\n".join(parts) + "\n"


def _markdown(told: Told, shared: Sequence[Option]) -> Iterator[str]:
    yield f"### `{told.usage}`"
    yield from map(_marked, told.paragraphs)
    own = [one for one in told.takes if one not in shared]
    if own:
        yield _table(own)
    if told.names:
        yield f"Events: {', '.join(f'`{event.name}`' for event in told.names)}. [What they are](events.md)."
    others = [f"`{_flag(one)}`" for one in told.takes if one in shared]
    if others:
        yield f"And {', '.join(others)}."
    yield f"```sh\n{told.example}\n```"


def _table(options: Sequence[Option]) -> str:
    rows = [f"| `{_cell(one.name)}` | {_cell(_marked(one.help))} |" for one in options]
    return "\n".join(["| | |", "| --- | --- |", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _marked(text: str) -> str:
    """The text with options and the words in quotation marks as code, and nothing else as markup."""
    text = re.sub(r"(?<![\w`'])'([^' ][^']*)'(?!\w)", r"`\1`", text).replace("<", "\\<").replace("*", "\\*")
    return re.sub(r"(?<![\w`-])(--[\w-]*\w)(?![\w`])", r"`\1`", text)


# The man page


def man_page() -> str:
    """The man page, in the macros of man(7)."""
    by_section = told_by_section()
    shared = shared_options(by_section)
    lines = [
        '.\\" Made from the commands by python -m docs.cli.',
        f'.TH ARMSLEDGER 1 "" "armsledger {VERSION}" "User Commands"',
        ".SH NAME",
        f"armsledger \\- {_troff('a ledger of arms deals: what was believed, when, on whose word')}",
        ".SH SYNOPSIS",
        ".B armsledger",
        "[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        *_paragraphs(ABOUT),
        ".SH OPTIONS",
        _troff("These are options of many commands; each command names those that it takes."),
        *_list(_once(shared)),
    ]
    for section, commands in by_section.items():
        lines.append(f".SH {section.upper()}")
        for told in commands:
            lines += _man(told, shared)
    lines += [".SH ENVIRONMENT", *_list([Option(*one) for one in ENVIRONMENT])]
    lines += [".SH FILES", *_list([Option(*one) for one in FILES])]
    lines += [".SH EXIT STATUS", *_list([Option(*one) for one in STATUS])]
    lines += [".SH COMPLETION", _troff(COMPLETION)]
    return "\n".join(lines) + "\n"


def _man(told: Told, shared: Sequence[Option]) -> Iterator[str]:
    yield f'.SS "{_troff(told.usage)}"'
    yield from _paragraphs(told.paragraphs)
    yield from _list([one for one in told.takes if one not in shared])
    yield from _list(told.names)
    others = [_flag(one) for one in told.takes if one in shared]
    if others:
        yield from (".PP", _troff(f"And {', '.join(others)}."))
    yield from (".PP", "Example:", ".PP", ".RS 4", ".nf", _troff(told.example), ".fi", ".RE")


def _paragraphs(texts: Sequence[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number:
            yield ".PP"
        yield _troff(text)


def _list(options: Sequence[Option]) -> Iterator[str]:
    for name, help in options:
        yield from (".TP", f"\\fB{_troff(name)}\\fR", _troff(help))


def _troff(text: str) -> str:
    """The text as troff prints it as it is: with its backslashes, hyphens and quotation marks, and no line a macro."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped.startswith((".", "\\(aq")) else escaped


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    MAN_PAGE.write_text(man_page(), encoding="utf-8")
