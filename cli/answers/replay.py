"""The history of a stream, step by step."""

from __future__ import annotations

from typing import Any

from armsledger.application.replay import Replay, Step
from armsledger.cli.answers.words import as_known, not_begun, words
from armsledger.cli.output import print_line
from armsledger.domain.states.course import State
from armsledger.projections.spans.trail import given_fields
from armsledger.projections.state_json import shown_fields

COLUMNS = ("on", "certain", "event", "data", "entries", "sources", "after")
MAIN_FIELDS = ("stage", "status", "value", "ordered", "paid", "delivered", "held_on", "until", "reliability")
"""The fields of a state that the line after each step shows."""


def print_replay(replay: Replay) -> None:
    """Print a history step by step: the date, what happened, on whose word, and what it changed."""
    print_line(f"{replay.stream_day.stream} up to {replay.stream_day.day}, {as_known(replay.view.question)}", 2)
    if not replay:
        print_line(f"  {not_begun(replay.stream_day, replay.view.question)}", 2)
    before = ""
    for step in replay:
        details = _details(step)
        print()
        possible = "" if step.certain else " (possible)"
        print_line(f"{step.on}  {step.event}{possible}{details and f': {details}'}", 4)
        print_line(f"    {_speakers(step)}", 6)
        after = _state_after(step)
        if after != before:
            print_line(f"    -> {after}", 7)
        before = after


def _details(step: Step) -> str:
    fields = ((name, words(name, value)) for name, value in given_fields(step.statement).items())
    return "; ".join(f"{name.replace('_', ' ')} {text}" for name, text in fields if text)


def _speakers(step: Step) -> str:
    return "; ".join(
        f"{entry.address} {entry.event.source or ''}"
        f"{f', {entry.event.attribution}' if entry.event.attribution else ''}"
        f"{f' ({entry.event.status})' if entry.event.status != 'fact' else ''}"
        for entry in step.entries
    )


def _state_after(step: Step) -> str:
    """The main fields of the state after a step; what is certain comes first."""
    certain, possible = step.state
    if certain is None:
        return "" if possible is None else f"possibly {_main_fields(possible)}"
    lower, upper = _main_fields(certain), _main_fields(possible)
    return lower if lower == upper else f"{lower}; possibly {upper}"


def _main_fields(state: State | None) -> str:

    fields = {} if state is None else shown_fields(state)
    texts = [(name, words(name, fields.get(name))) for name in MAIN_FIELDS]
    parts = [
        text if name in ("stage", "status") else f"{name.replace('_', ' ')} {text}" for name, text in texts if text
    ]
    return ", ".join([*parts, *(f"{line.by} {line.status}" for line in fields.get("sanctions", ()))])


def cells_of(step: Step) -> dict[str, Any]:
    """A step as a row."""
    return {
        "on": step.on,
        "certain": step.certain,
        "event": step.event,
        "data": _details(step),
        "entries": "; ".join(entry.address for entry in step.entries),
        "sources": "; ".join(entry.event.source or "" for entry in step.entries),
        "after": _state_after(step),
    }
