"""A question of the guided entry, and what its answer was read as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

Complete = Callable[[str], Iterable[str]]
"""The answers that begin with a text."""


class Reading(NamedTuple):
    """The value of an answer; ``shown`` says how the text was read, where that is not plain from the text."""

    value: Any
    shown: str = ""


def starting_with(words: Iterable[str]) -> Complete:
    """Completes one of some words."""
    choices = tuple(words)
    return lambda text: [word for word in choices if word.startswith(text)]


def _nothing(text: str) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Question:
    """What is asked. ``read`` makes a value of the answer, or raises an error that says what to write instead.

    ``before`` stands above the question, ``hint`` in the line before it. An empty answer takes the ``default``.
    ``is_step`` says that the question only leads on, so an earlier answer is no default when somebody comes back.
    """

    name: str
    read: Callable[[str], Reading]
    hint: str = ""
    default: str = ""
    before: tuple[str, ...] = ()
    help: Callable[[], Iterable[str]] = tuple
    complete: Complete = _nothing
    is_step: bool = False
