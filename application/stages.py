"""How far a long piece of work has come: which of its stages it is in, how much of that is done, and of how much."""

from __future__ import annotations

from collections.abc import Callable

Stages = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def silent(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


def stage(stages: Stages, name: str) -> Callable[[int, int], None]:
    """A report of one stage."""

    def report(done: int, total: int) -> None:
        stages(name, done, total)

    return report
