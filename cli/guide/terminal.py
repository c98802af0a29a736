"""The terminal of the guided entry: a line with editing, history and completion, where Python has readline."""

from __future__ import annotations

from types import ModuleType

from armsledger.cli.guide.question import Complete
from armsledger.cli.messages import printable
from armsledger.cli.output import print_line

INDENT = 4
"""Blanks before what goes on in the next line."""


class Terminal:
    """Asks on standard input, and writes to standard output."""

    def __init__(self) -> None:
        self._complete: Complete = lambda text: ()
        self._choices: list[str] = []
        self._readline = _readline()
        if self._readline is not None:
            is_editline = "libedit" in (self._readline.__doc__ or "")
            self._readline.parse_and_bind("bind ^I rl_complete" if is_editline else "tab: complete")
            self._readline.set_completer_delims("")  # an answer is completed as a whole
            self._readline.set_completer(self._choice)

    def ask(self, prompt: str, complete: Complete) -> str:
        """The line that somebody writes; leaving by Ctrl-D is the same as by Ctrl-C."""
        self._complete = complete
        try:
            return input(printable(prompt))
        except EOFError:
            print()
            raise KeyboardInterrupt from None
        except KeyboardInterrupt:
            print()
            raise

    @staticmethod
    def say(line: str) -> None:
        """Write a line, and what does not fit below it."""
        print_line(line, INDENT + len(line) - len(line.lstrip()))

    def _choice(self, text: str, number: int) -> str | None:
        """What readline asks for, one choice after the other, when somebody presses Tab."""
        if number == 0:
            self._choices = list(self._complete(text))
        return self._choices[number] if number < len(self._choices) else None


def _readline() -> ModuleType | None:
    """The module, which some builds of Python lack: then lines are read as they come."""
    try:
        import readline
    except ImportError:
        return None
    return readline
