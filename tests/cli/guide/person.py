"""Somebody who answers the questions of the guided entry, as a test has it written down; and what they record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from armsledger import Ledger
from armsledger.cli.commands.add import add_entries
from armsledger.cli.guide.known import Known
from armsledger.cli.guide.question import Complete
from armsledger.domain.events.payload import fields_of
from tests.application.book import Object

LEAVES = "^C"

POLAND = """
stream: deal/poland-k2
open it?:
event:
source: mon-2021-08-26
register it with this entry?: yes
publisher: Ministry of National Defence of Poland
published: 2021-08-26
reliability: A
more of source/mon-2021-08-26: url=https://www.gov.pl/k2
more of source/mon-2021-08-26:
on: 2021-07
supplier: South Korea
buyer: Poland
more: items
items: K2 Black Panther
quantity of K2 Black Panther: 180 tanks
items, one more: K9 Thunder
quantity of K9 Thunder:
items, one more:
more:
record it?: yes
stream: poland-k2
event: contract-signed
source:
on: 2021-08-26
more: value=~USD 3,370m
more: quantity
quantity: 180 tanks
more: mode=sale
more:
record it?: y
stream:
event: expected
source:
what: delivered quantity=10
due: 2021-10/2021-12~
more:
record it?:
"""
POLAND_AS_DOSSIER: tuple[Object, ...] = (
    {
        "key": "mon-2021-08-26",
        "publisher": "Ministry of National Defence of Poland",
        "published": "2021-08-26",
        "reliability": "A",
        "url": "https://www.gov.pl/k2",
    },
    {
        "deal": "poland-k2",
        "event": "opened",
        "on": "2021-07",
        "supplier": "South Korea",
        "buyer": "Poland",
        "items": [{"designation": "K2 Black Panther", "quantity": "180 tanks"}, "K9 Thunder"],
        "source": "mon-2021-08-26",
    },
    {
        "deal": "poland-k2",
        "event": "contract-signed",
        "on": "2021-08-26",
        "value": "~USD 3,370m",
        "quantity": "180 tanks",
        "mode": "sale",
        "source": "mon-2021-08-26",
    },
    {
        "deal": "poland-k2",
        "event": "expected",
        "what": "delivered quantity=10",
        "due": "2021-10/2021-12~",
        "source": "mon-2021-08-26",
    },
)
NEXT = """
stream: deal/x
event: delivered
source: wire
on: 2021-06-01
more:
record it?:
"""


@dataclass
class Person:
    """Answers ``QUESTION: ANSWER`` line by line, and ends with the last; each must be the question that is asked."""

    answers: list[str]
    prompts: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    completions: dict[str, Complete] = field(default_factory=dict)
    """What completes the answer to each question."""
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens elsewhere just before the first answer to a question."""

    def ask(self, prompt: str, complete: Complete) -> str:
        """The next answer."""
        self.prompts.append(prompt)
        if not self.answers:
            assert prompt.startswith("stream"), f"nothing is answered to {prompt!r}, after {self.heard[-5:]}"
            return "."
        question, _, answer = self.answers.pop(0).strip().partition(": ")
        question = question.removesuffix(":")
        assert prompt.startswith((f"{question}: ", f"{question} [", f"{question} (")), f"{prompt!r} is not {question!r}"
        self.completions[question] = complete
        self.before.pop(question, lambda: None)()
        if answer == LEAVES:
            raise KeyboardInterrupt
        return answer

    def say(self, line: str) -> None:
        """Hear a line."""
        self.heard.append(line)

    @property
    def heard_text(self) -> str:
        """All that was said."""
        return "\n".join(self.heard)


def person(answers: str | Iterable[str]) -> Person:
    """Somebody who answers so, a line a question."""
    lines = answers.strip().splitlines() if isinstance(answers, str) else answers
    return Person([line for line in lines if line.strip()])


def add(ledger: Ledger, answers: str | Iterable[str]) -> Person:
    """Answer the questions for a ledger, up to the last answer."""
    somebody = person(answers)
    add_entries(Known(ledger), somebody.ask, somebody.say)
    assert not somebody.answers, somebody.answers
    return somebody


def last_of(ledger: Ledger) -> Object:
    """The stream, the event and the fields of the last entry."""
    last = ledger.journal().reader.by_position(ledger.position())
    assert last is not None
    return {"stream": last.stream, "event": last.event.name, **fields_of(last.event)}
