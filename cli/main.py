"""The entry point: a fast path for the version, and one place where errors become messages.

Nothing heavy is imported here or at the top of any module of the command line: a shell waits for
``--help`` and for the completion of a key.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

DONE = 0
REFUSED = 1
USAGE = 2
INTERRUPTED = 130
"""128 plus the number of the signal, as shells have it."""


def run() -> NoReturn:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"]:
        print(version())
        sys.exit(DONE)
    from armsledger.domain.errors import LedgerError, UsageError

    try:
        from armsledger.cli.app import app

        app(prog_name="armsledger")
    except UsageError as error:
        complain(error)
        sys.exit(USAGE)
    except LedgerError as error:
        complain(error)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        print("interrupted: what was under way was not recorded", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    sys.exit(DONE)


def complain(error: Exception) -> None:
    """Tell an error and its remedy on standard error."""
    from armsledger.cli.text import printable

    print("error: " + "\n".join(printable(line) for line in str(error).splitlines()), file=sys.stderr)


def version() -> str:
    """``armsledger 0.1.0``."""
    from armsledger.version import VERSION

    return f"armsledger {VERSION}"
