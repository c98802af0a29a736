"""The entry point: a fast path for the version, and one place where errors become messages.

Nothing heavy is imported here or at the top of any module of the command line: a shell waits for
``--help`` and for the completion of a key.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import NoReturn

DONE = 0
REFUSED = 1
USAGE = 2
REMEDY = "\n  remedy: "
INTERRUPTED = 130
"""128 plus the number of the signal, as shells have it."""


def run() -> NoReturn:
    """Run the command line and exit with its status."""
    _prepare_streams()
    try:
        status = _status()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the answer has read enough
        _forget_output()
        status = DONE
    except OSError as error:
        _forget_output()
        complain(OSError(f"{error.filename or 'the answer'} cannot be written: {error.strerror}"))
        status = REFUSED
    sys.exit(status)


def _status() -> int:
    """Run the command; every error of ours becomes a message and a status."""
    if sys.argv[1:] == ["--version"]:
        print(version())
        return DONE
    from armsledger.domain.errors import LedgerError, UsageError

    try:
        return _run_command()
    except UsageError as error:
        complain(error)
        return USAGE
    except LedgerError as error:
        complain(error)
        return REFUSED
    except KeyboardInterrupt:
        return _interrupted()


def _run_command() -> int:
    from armsledger.cli.app import app

    out = sys.stdout
    try:
        app(prog_name="armsledger")
    except SystemExit as end:  # as Typer ends every command
        if sys.stdout is not out:  # and so it goes on when the pipe it writes to is closed
            raise BrokenPipeError from end
        return _interrupted() if end.code == INTERRUPTED else int(end.code or DONE)
    return DONE


def _interrupted() -> int:
    print("interrupted: what was under way was not recorded", file=sys.stderr)
    return INTERRUPTED


def complain(error: Exception) -> None:
    """Tell an error and its remedy on standard error."""
    from armsledger.cli.text import printable

    message, remedy, text = str(error).rpartition(REMEDY)  # a line break elsewhere is one of the input's, and escaped
    print(f"error: {printable(message)}{remedy}{printable(text)}", file=sys.stderr)


def _prepare_streams() -> None:
    """Write what the terminal's encoding lacks as escapes, and do without streams that are closed."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the end
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Have what still waits to be written go nowhere, so that the interpreter ends quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def version() -> str:
    """``armsledger 0.1.0``."""
    from armsledger.version import VERSION

    return f"armsledger {VERSION}"
