"""How far a long piece of work has come, on a terminal only: a bar with the rate and the remaining time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

from armsledger.cli.terminal import moves_cursor

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from armsledger.application.session import Stages

PATIENCE_SECONDS: Final = 0.7
"""Nobody asks how far work has come that is done sooner, and a recording of the terminal stays free of codes."""


@contextmanager
def progress_bar(unit: str = "entries", *, wanted: bool = True) -> Iterator[Stages]:
    """A bar for each stage, in the place of the one before; a total of 0 is one that nobody knows yet."""
    if not wanted or not moves_cursor(sys.stderr):
        from armsledger.application.session import silent

        yield silent
        return
    bar = _Bar(unit)
    try:
        yield bar.report
    finally:
        bar.end()


class _Bar:
    """The bar, which appears when the work turns out to be long."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._began = monotonic()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def report(self, stage: str, done: int, total: int) -> None:
        """Show how much of a stage is done."""
        if self._progress is None:
            if monotonic() - self._began < PATIENCE_SECONDS:
                return
            self._progress = _started()
        bar = self._progress
        if stage not in self._tasks:
            for earlier in self._tasks.values():
                bar.update(earlier, visible=False)
            self._tasks[stage] = bar.add_task(stage, total=total or None, completed=done, rate="")
        task = self._tasks[stage]
        bar.update(task, completed=done, total=total or None)
        speed = bar.tasks[task].speed  # None at the beginning
        bar.update(task, rate="" if speed is None else f"{speed:,.0f} {self._unit}/s")

    def end(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


def _started() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    name = TextColumn("{task.description}", markup=False)
    rate = TextColumn("{task.fields[rate]}")
    columns = (name, BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    console = Console(file=sys.__stderr__)  # the terminal itself: what the bar does to it is meant
    progress = Progress(*columns, console=console, transient=True)
    progress.start()
    return progress
