"""The dialogue: asks the questions of a script, explains them, reads the answers and goes back.

A script is a generator that yields questions and is sent the readings of their answers. It must do nothing but ask:
to go back one question, it is begun again and given the same answers but the last.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Generic, NamedTuple, Protocol, TypeVar

from armsledger.cli.guide.question import Complete, Question, Reading
from armsledger.domain.errors import InvalidValue, LedgerError, each_of

T = TypeVar("T")
Script = Generator[Question, Reading, T]
BACK = "<"
EXPLAIN = "?"


class Ask(Protocol):
    """Asks for a line: a terminal, or a test."""

    def __call__(self, prompt: str, complete: Complete) -> str:
        """The line as it was written; raises KeyboardInterrupt when whoever is asked leaves."""
        ...


Say = Callable[[str], None]
"""Writes a line."""


class Answer(NamedTuple):
    """An answer as it was written, the question that it answers, and the value it was read as."""

    question: str
    text: str
    reading: Reading


class Dialogue(Generic[T]):
    """One pass through a script."""

    def __init__(self, script: Callable[[], Script[T]], ask: Ask, say: Say) -> None:
        self._begin = script
        self._ask = ask
        self._say = say
        self._answers: list[Answer] = []
        self._earlier: dict[tuple[int, str], str] = {}
        """What was answered before somebody went back, by the place and the name of the question."""

    def run(self) -> T:
        """Ask until the script has all that it needs, and return what it returns."""
        script = self._begin()
        try:
            question = self._resumed(script)
            while True:
                answer = self._answer(question)
                if answer is None:
                    script.close()
                    self.go_back()
                    script = self._begin()
                    question = self._resumed(script)
                else:
                    self._answers.append(answer)
                    question = script.send(answer.reading)
        except StopIteration as end:
            result: T = end.value
            return result

    def go_back(self) -> None:
        """Take the last answer back; `run` then goes on from its question."""
        if self._answers:
            self._answers.pop()

    def _resumed(self, script: Script[T]) -> Question:
        """The first question that has no answer yet; answers to what is not asked any more are forgotten."""
        question = next(script)
        for number, answer in enumerate(self._answers):
            if answer.question != question.name:
                del self._answers[number:]
                break
            question = script.send(answer.reading)
        return question

    def _answer(self, question: Question) -> Answer | None:
        """The answer to a question, asked for until it can be read; None to go back."""
        place = len(self._answers), question.name
        if not question.is_step and place in self._earlier:
            question = replace(question, default=self._earlier[place] or question.default)
        for line in question.before:
            self._say(line)
        if question.hint:
            self._say(f"  {question.hint}")
        while True:
            text = self._asked(question)
            if text == BACK:
                if self._answers:
                    return None
                self._say("  this is the first question")
            elif text == EXPLAIN:
                self._explain(question)
            elif (reading := self._read(question, text or question.default)) is not None:
                self._earlier[place] = text or question.default
                return Answer(question.name, text, reading)

    def _asked(self, question: Question) -> str:
        default = f" [{question.default}]" if question.default else ""
        return self._ask(f"{question.name}{default}: ", question.complete).strip()

    def _explain(self, question: Question) -> None:
        for line in question.help():
            self._say(f"  {line}")
        self._say("  < goes back one question, Ctrl-C leaves and records nothing of this entry")

    def _read(self, question: Question, text: str) -> Reading | None:
        """What the answer is read as; None if it cannot be, which is said."""
        try:
            reading = question.read(text)
        except (LedgerError, InvalidValue) as error:
            for line in error_lines(error):
                self._say(line)
            return None
        if reading.shown:
            self._say(f"  read as {reading.shown}")
        return reading


def error_lines(error: LedgerError | InvalidValue) -> tuple[str, ...]:
    """An error, or each of several, with its remedy, as the other commands write them."""
    singles = each_of(error) if isinstance(error, LedgerError) else (error,)
    return tuple(line for single in singles for line in _lines_of(single))


def _lines_of(error: LedgerError | InvalidValue) -> Iterator[str]:
    where = error.where if isinstance(error, LedgerError) else ""
    yield f"error: {where}: {error.message}" if where else f"error: {error.message}"
    if error.remedy:
        yield f"  remedy: {error.remedy}"
