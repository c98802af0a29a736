"""How far a long piece of work has come, on a terminal only: a bar with the rate and the remaining time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from armsledger.application.session import Stages


class Progress(Protocol):
    """What is done, and how much there is to do."""

    @property
    def done(self) -> int:
        """Entries that are done."""

    @property
    def total(self) -> int:
        """Entries that there are to do."""


@contextmanager
def stages_bar(unit: str = "entries") -> Iterator[Stages]:
    """A bar for each stage, in the place of the one before; a total of 0 is one that nobody knows yet."""
    if not sys.stderr.isatty():
        from armsledger.application.session import silent

        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    name, rate = TextColumn("{task.description}"), TextColumn("{task.fields[rate]}")
    columns = (name, BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for before in tasks.values():
                    bar.update(before, visible=False)
                tasks[stage] = bar.add_task(stage, total=total or None, rate="")
            bar.update(tasks[stage], completed=done, total=total or None)
            speed = bar.tasks[tasks[stage]].speed  # None until there is something to tell
            bar.update(tasks[stage], rate="" if speed is None else f"{speed:,.0f} {unit}/s")

        yield report


@contextmanager
def progress_bar(stage: str) -> Iterator[Callable[[Progress], None]]:
    """A bar for work of one stage."""
    with stages_bar() as report:
        yield lambda progress: report(stage, progress.done, progress.total)
