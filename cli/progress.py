"""How far a long piece of work has come, on a terminal only: a bar with the rate and the remaining time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from armsledger.application.session import Stages


@contextmanager
def progress_bar(unit: str = "entries", *, wanted: bool = True) -> Iterator[Stages]:
    """A bar for each stage, in the place of the one before; a total of 0 is one that nobody knows yet."""
    if not wanted or not sys.stderr.isatty():
        from armsledger.application.session import silent

        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    name, rate = TextColumn("{task.description}"), TextColumn("{task.fields[rate]}")
    columns = (name, BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for earlier in tasks.values():
                    bar.update(earlier, visible=False)
                tasks[stage] = bar.add_task(stage, total=total or None, rate="")
            bar.update(tasks[stage], completed=done, total=total or None)
            speed = bar.tasks[tasks[stage]].speed  # None at the beginning
            bar.update(tasks[stage], rate="" if speed is None else f"{speed:,.0f} {unit}/s")

        yield report
