"""The command that asks for entries one question at a time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from armsledger.cli.answers.recorded import print_recorded
from armsledger.cli.command import Commands
from armsledger.cli.options import LedgerOption, open_ledger

if TYPE_CHECKING:
    from armsledger.cli.guide.dialogue import Ask, Say
    from armsledger.cli.guide.known import Known

commands = Commands()


@commands.command("armsledger add --ledger arms.db")
def add(ledger: LedgerOption = None) -> None:
    """Add entries on a terminal, one question at a time.

    It asks for the stream, the event, the source and the fields, reads each answer at once, and shows the entry and
    its findings before it records it. A new source is registered with the entry. Enter takes what stands in brackets,
    Tab completes, ? explains, < goes back one question; Ctrl-C leaves, and records nothing of the entry under way.
    """
    _check_terminal()
    from armsledger.cli.guide.known import Known
    from armsledger.cli.guide.terminal import Terminal

    terminal = Terminal()
    with open_ledger(ledger) as opened:
        known = Known(opened)
        terminal.say(f"Entries for {opened.address}. Enter takes what stands in [brackets], Tab completes,")
        terminal.say("? explains, < goes back one question, Ctrl-C leaves.")
        add_entries(known, terminal.ask, terminal.say)


def _check_terminal() -> None:
    """Refuse to ask where nobody can answer."""
    from armsledger.domain.errors import UsageError

    for name, stream in (("standard input", sys.stdin), ("standard output", sys.stdout)):
        if stream is None or not stream.isatty():
            raise UsageError(
                f"add asks its questions on a terminal, and {name} is none",
                remedy="use armsledger deal EVENT KEY with options, or write a dossier: armsledger record FILE",
            )


def add_entries(known: Known, ask: Ask, say: Say) -> None:
    """Ask for entries and record them, until there are no more."""
    from armsledger.cli.guide.dialogue import Dialogue, error_lines
    from armsledger.cli.guide.script import PASSING, EntryScript
    from armsledger.domain.errors import Refused

    while True:
        say("")
        dialogue = Dialogue(EntryScript(known), ask, say)
        outcome = dialogue.run()
        while not isinstance(outcome, str):
            try:
                recorded = known.record(outcome)
            except (Refused, *PASSING) as error:  # the ledger has changed since the entry was shown
                for line in () if isinstance(error, Refused) else error_lines(error):  # the dialogue says refusals
                    say(line)
                dialogue.go_back()
                outcome = dialogue.run()
            else:
                known.remember(outcome)
                print_recorded(recorded._replace(readings=(), notices=()), as_json=False)  # which were said before
                break
        if outcome == "end":
            return
        if outcome == "dropped":
            say("not recorded")
