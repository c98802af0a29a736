"""How objects of many fields show themselves where somebody looks at one: in a line of fewer than 500 characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

LONGEST: Final = 480
LONGEST_NAME: Final = 200
LONGEST_PART: Final = 80
CUT: Final = "..."


def brief(name: str, parts: Iterable[str]) -> str:
    """``<name: part, part, ...>``: as many parts as have room, each without what acts on a terminal."""
    name = shortened(name, LONGEST_NAME)
    shown, room = [], LONGEST - len(name) - len(CUT)
    for part in parts:
        text = shortened(part, LONGEST_PART)
        room -= len(text) + 2
        if room < 0:
            shown.append(CUT)
            break
        shown.append(text)
    return f"<{name}: {', '.join(shown)}>" if shown else f"<{name}>"


def shortened(text: str, length: int) -> str:
    """A text on one line, as far as there is room, with escapes for what cannot be seen."""
    line = " ".join(text.split())
    line = line if line.isprintable() else repr(line)[1:-1]
    return line if len(line) <= length else f"{line[: length - len(CUT)]}{CUT}"


def said(values: Mapping[str, Any]) -> Iterable[str]:
    """``name: value`` of each value that says something."""
    return (f"{name}: {text}" for name, value in values.items() if (text := words(value)))


def words(value: Any) -> str:
    """A value in a few words, empty where it says nothing; of a list of objects, how many there are."""
    match value:
        case None | () | "" | 0 | False:
            return ""
        case True:
            return "yes"
        case tuple() if not all(_has_words(type(part)) for part in value):
            return str(len(value))
        case tuple():
            return "; ".join(map(str, value))
    return str(value)


def _has_words(kind: type[object]) -> bool:
    """Whether objects of a type have a text of their own, and not the one that every object has."""
    return any("__str__" in base.__dict__ for base in kind.__mro__[:-1])


class Brief:
    """Base of the states of streams, which have dozens of fields: ``repr`` names those that say something."""

    def __repr__(self) -> str:
        return brief(type(self).__name__, said(self.shown()))

    def shown(self) -> dict[str, Any]:
        """The fields that ``repr`` names."""
        names = (field.name for field in fields(self))  # type: ignore[arg-type]  # its heirs are dataclasses
        return {name: getattr(self, name) for name in names if name != "began"}
