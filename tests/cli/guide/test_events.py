"""Every event of the catalogue can be entered, and is recorded as its command records it."""

from __future__ import annotations

import shlex
from io import BytesIO
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.recording.event_fields import hint_of
from armsledger.cli.commands.add import add_entries
from armsledger.cli.event_options import example_of
from armsledger.cli.guide.known import Known
from armsledger.cli.guide.question import Complete
from armsledger.cli.options import read_assignments
from armsledger.domain.events.catalogue import CATALOGUE
from tests.application.book import Clock, trail
from tests.cli.test_help import BY_KIND, ELSEWHERE, EVENTS, SOURCES, history


class Example:
    """Answers each question with what the example of an event's command says."""

    def __init__(self, kind: str, event: str) -> None:
        _, _, _, key, *options = shlex.split(example_of(kind, BY_KIND[kind][event]))
        self.event = event
        self.streams = [f"{kind}/{key}", "."]
        names = [option.removeprefix("--").replace("-", "_") for option in options[::2]]
        self.left = dict(zip(names, options[1::2], strict=True))
        self.heard: list[str] = []

    def ask(self, prompt: str, complete: Complete) -> str:
        """The answer; a field that is not asked for is named where more are asked for."""
        assert not [line for line in self.heard if line.startswith("error")], self.heard[-5:]
        name = prompt.partition(": ")[0].partition(" [")[0]
        if name == "stream":
            return self.streams.pop(0)
        if name == "event":
            return self.event
        if name in self.left:
            return self.left.pop(name)
        if name.startswith("more") and self.left:
            return "=".join(self.left.popitem())
        return ""

    def recorded(self, ledger: Ledger) -> None:
        """Record what the command of the example does."""
        fields: dict[str, Any] = {
            name: read_assignments([text]) if name == "set" else text for name, text in self.left.items()
        }
        ledger.record(self.streams[0], self.event, **fields)


def prepared(kind: str, event: str) -> Ledger:
    """A ledger that the example of an event can be recorded in."""
    ledger = Ledger.in_memory(recorded_by="tester", clock=Clock())
    if event != "registered":
        for text in (SOURCES + ELSEWHERE, history(kind, event)):
            ledger.record_stream(BytesIO(text.encode()), name="history.yaml")
    return ledger


@pytest.mark.parametrize(("kind", "event"), EVENTS)
def test_the_example_of_every_event_can_be_entered(kind: str, event: str) -> None:
    somebody = Example(kind, event)
    with prepared(kind, event) as by_answers, prepared(kind, event) as by_command:
        before = by_answers.position()
        add_entries(Known(by_answers), somebody.ask, somebody.heard.append)
        Example(kind, event).recorded(by_command)
        assert by_answers.position() == by_command.position() == before + 1
        assert trail(by_answers) == trail(by_command)


def test_every_field_is_explained_in_a_line() -> None:
    for events in CATALOGUE.by_kind.values():
        for event in events.values():
            for name in event.model_fields:
                hint = hint_of(event, name)
                assert hint, (event.name, name)
                assert "\n" not in hint, (event.name, name)
