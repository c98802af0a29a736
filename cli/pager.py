"""Long output on a terminal goes through a pager, as people are used to it from other programs."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from armsledger.cli.terminal import WITHOUT_STYLES, harmless

OPTIONS_OF_LESS = "FRX"
"""For ``less``: end where all fits, show bold, and leave the text on the screen."""


class Screen(io.StringIO):
    """What goes to the terminal once all of it is there."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It is written for a terminal."""
        return True


@contextmanager
def paged(*, wanted: bool = True) -> Iterator[None]:
    """Within it, what is printed to a terminal goes through a pager if it is longer than the screen."""
    program = pager_of(os.environ) if wanted and sys.stdout.isatty() and sys.stdin.isatty() else []
    if not program:
        yield
        return
    terminal, screen = sys.stdout, Screen()
    sys.stdout = screen
    try:
        yield
    finally:
        sys.stdout = terminal
        text = screen.getvalue()
        if text.count("\n") < shutil.get_terminal_size().lines or not _page(program, text):
            terminal.write(text)
            terminal.flush()


def pager_of(environment: Mapping[str, str]) -> list[str]:
    """The words of the pager's command; none where nobody wants one, or there is none."""
    import shlex

    if environment.get("NO_PAGER") or environment.get("TERM", "") in WITHOUT_STYLES:
        return []
    try:
        words = shlex.split(environment.get("PAGER", "less"))
    except ValueError:  # a quotation mark is not closed
        return []
    return words if words and words[0] != "cat" and shutil.which(words[0]) else []


def _page(program: list[str], text: str) -> bool:
    """Show a text in the pager until somebody leaves it; whether it could be started."""
    import signal
    import subprocess

    environment = {"LESS": OPTIONS_OF_LESS, **os.environ}
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is the pager's, which stays or ends by it
    try:
        with subprocess.Popen(program, stdin=subprocess.PIPE, env=environment) as pager:
            pager.communicate(harmless(text).encode("utf-8", "backslashreplace"))  # it minds nobody who has read enough
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True
