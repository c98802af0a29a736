"""Patterns: which part of a cell a field takes, as in ``until ${date}``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

PART = re.compile(r"\$\{[^{}]*\}")
ANYTHING = "*"


class Pattern(NamedTuple):
    """A text around one ``${...}``, whose name is free; ``*`` stands for any text, and capitals do not matter."""

    text: str
    form: re.Pattern[str]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Read ``until ${date}``; raises ValueError unless it holds exactly one part."""
        pieces = PART.split(" ".join(text.split()))
        if len(pieces) != 2:
            raise ValueError(text)
        before, after = map(_form_of, pieces)
        return cls(text, re.compile(f"{before}(?P<part>.+?){after}", re.IGNORECASE | re.DOTALL))

    def part_of(self, text: str) -> str | None:
        """The part of a cell, None if the cell does not fit."""
        match = self.form.fullmatch(" ".join(text.split()))
        return None if match is None else match["part"].strip()


def part_of(text: str, patterns: Iterable[Pattern]) -> str | None:
    """The part by the first pattern that a cell fits, None if it fits none."""
    return next((part for pattern in patterns if (part := pattern.part_of(text)) is not None), None)


def _form_of(piece: str) -> str:
    return ".*".join(re.escape(text) for text in piece.split(ANYTHING))
