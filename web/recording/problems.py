"""The summary of what is wrong above a form: each refusal leads to the input that it stands beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.web.recording.attempt import Refusal
from armsledger.web.recording.form_fields import CALLED

PREFIXES: Final = frozenset({"f.", "s.", "r."})
"""What the names of inputs begin with: of an entry's fields, of its source, of a repair."""


class Problem(NamedTuple):
    """Something that is wrong, in the summary above the form: it leads to the input that it is about."""

    input: str
    label: str
    message: str
    remedy: str


def joined(*sides: Mapping[str, list[Refusal]]) -> dict[str, list[Refusal]]:
    """The refusals of all sides by the names of their inputs."""
    all_sides: dict[str, list[Refusal]] = {}
    for side in sides:
        for name, refusals in side.items():
            all_sides.setdefault(name, []).extend(refusals)
    return all_sides


def problems_of(wrong: Mapping[str, Sequence[Refusal]], errors: Sequence[LedgerError | Refusal]) -> list[Problem]:
    """The summary of what is wrong, by inputs, and of errors that are about none."""
    of_inputs = (
        Problem(name, _label(name), one.message, one.remedy) for name, refusals in wrong.items() for one in refusals
    )
    return [*(Problem("", "", error.message, error.remedy) for error in errors), *of_inputs]


def _label(name: str) -> str:
    """What the input of a name is called: ``items, 2: quantity``."""
    if name.startswith("entry-"):
        return f"Entry {int(name[6:]) + 1}"
    if (called := CALLED.get(name.partition(".")[2])) is not None:
        return called
    words = [word for word in name.split(".") if f"{word}." not in PREFIXES]
    text = ", ".join(str(int(word) + 1) if word.isdecimal() else word.replace("_", " ") for word in words)
    return text[:1].upper() + text[1:]
