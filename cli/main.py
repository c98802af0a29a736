"""The entry point: a fast path for the version, and one place where errors become messages.

This module and all others of the command line import heavy libraries inside functions only: a shell waits for
``--help`` and for the completion of a key.
"""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

from armsledger.cli.secrets import without_secrets
from armsledger.version import VERSION

if TYPE_CHECKING:
    from armsledger.domain.errors import LedgerError

DONE = 0
REFUSED = 1
USAGE = 2
INTERRUPTED = 130
"""128 plus the number of the signal, as in shells."""
NEW_OBJECTS = 50_000
"""After so many the collector looks for circles among them."""


def run() -> NoReturn:
    """Run the command line as a process of its own, and exit with its status.

    Imports and rows make many objects and few circles of them, so the collector looks for circles seldom; and when the
    process ends, it does not look through what ends with it.
    """
    gc.set_threshold(NEW_OBJECTS)
    # No plugin has a say in events. To look for some, pydantic would read what every installed package says of itself.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    status = answer()
    gc.freeze()
    sys.exit(status)


def answer() -> int:
    """Answer the command line, and return the status."""
    _prepare_streams()
    try:
        with without_secrets(sys.argv[1:]):
            status = _status()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the answer has read enough
        _forget_output()
        status = DONE
    except OSError as error:
        _forget_output()
        _complain(f"{error.filename or 'the answer'} cannot be written: {error.strerror}")
        status = REFUSED
    return status


def _status() -> int:
    """Run the command; every error of ours becomes a message and a status."""
    if sys.argv[1:] == ["--version"]:
        print(f"armsledger {VERSION}")
        return DONE
    from armsledger.domain.errors import LedgerError, UsageError

    try:
        return _run_command()
    except UsageError as error:
        _tell(error)
        return USAGE
    except LedgerError as error:
        _tell(error)
        return REFUSED
    except MemoryError:
        _complain("there is not enough memory", "end other programs or raise the limit, and repeat")
        return REFUSED
    except KeyboardInterrupt:
        return _interrupted()


def _run_command() -> int:
    from armsledger.cli.app import app

    out = sys.stdout
    try:
        app(prog_name="armsledger")
    except SystemExit as end:  # as Typer ends every command
        if sys.stdout is not out:  # Typer replaces it when the pipe it writes to is closed
            raise BrokenPipeError from end
        return _interrupted() if end.code == INTERRUPTED else int(end.code or DONE)
    return DONE


def _interrupted() -> int:
    print("interrupted: what was under way was not recorded", file=sys.stderr)
    return INTERRUPTED


def _tell(error: LedgerError) -> None:
    """Write an error, or each of several and their number."""
    from armsledger.domain.errors import Refusals, each_of

    for single in each_of(error):
        _complain(f"{single.where}: {single.message}" if single.where else single.message, single.remedy)
    if isinstance(error, Refusals):
        print(f"{error.count_in_words}; {error.consequence}", file=sys.stderr)


def _complain(message: str, remedy: str = "") -> None:
    """Write a message and its remedy to standard error; only line breaks of ours begin a line."""
    from armsledger.cli.messages import printable

    print(f"error: {printable(message)}", file=sys.stderr)
    if remedy:
        print(f"  remedy: {printable(remedy)}", file=sys.stderr)


def _prepare_streams() -> None:
    """Write what a terminal acts on, or its encoding lacks, as escapes, and do without streams that are closed."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the end
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)


def _guarded(stream: TextIO) -> TextIO:
    """The stream, through which nothing acts on a terminal that is not meant to."""
    if not stream.isatty():
        return stream
    from armsledger.cli.terminal import Terminal

    return cast("TextIO", Terminal(stream))


def _forget_output() -> None:
    """Send what still waits to be written nowhere, so that the interpreter ends quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
