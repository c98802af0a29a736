"""The inputs of a form: each field with what was typed in it, and with every refusal beside the input it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from armsledger.web.recording.attempt import Refusal
from armsledger.web.recording.form_fields import FieldGroup, FormField
from armsledger.web.recording.written import FIELDS, Parts, Typed

OF_THE_STREAM: Final = frozenset({"deal", "engagement", "framework", "stream", "key"})
"""Fields of a dossier that name the stream."""
LISTS: Final = {"deal": "deals", "source": "sources", "key": "keys", "stream": "streams", "entry": "entries"}
"""The lists that complete an input, by what it is completed from."""


@dataclass(frozen=True)
class Input:
    """One input; ``list_id`` names the list that completes it, ``refusals`` are those that are about it."""

    name: str
    field: FormField
    value: str
    refusals: tuple[Refusal, ...] = ()

    @property
    def list_id(self) -> str:
        """The list that completes it."""
        return LISTS.get(self.field.completes, "")

    @property
    def described_by(self) -> str:
        """The ids of what explains it."""
        has_help = self.field.help or self.field.example
        ids = [f"{self.name}-help"] if has_help else []
        ids += [f"{self.name}-wrong"] if self.refusals else []
        return " ".join(ids)


@dataclass(frozen=True)
class Box:
    """A field: one input, or the inputs of its parts, a row for each of several values."""

    field: FormField
    rows: tuple[tuple[Input, ...], ...]

    @property
    def is_simple(self) -> bool:
        """Whether it is one input."""
        return not self.field.parts


@dataclass(frozen=True)
class BoxGroup:
    """The fields under one heading."""

    title: str
    boxes: tuple[Box, ...]


class Places:
    """Which input each refusal of an entry is about."""

    def __init__(self, refusals: Iterable[Refusal], special: Mapping[str, str]) -> None:
        """``special`` maps fields to inputs that stand elsewhere on the page, an empty field to the whole entry."""
        self.by_input: dict[str, list[Refusal]] = {}
        self._left = list(refusals)
        self._special = special

    def of(self, name: str, path: str, *, alone: bool = False) -> tuple[Refusal, ...]:
        """The refusals that are about an input, by the path of its field; not about parts if ``alone``."""
        mine = [
            one
            for one in self._left
            if one.field not in self._special and (one.field == path or (not alone and _is_within(one.field, path)))
        ]
        self._left = [one for one in self._left if one not in mine]
        if mine:
            self.by_input.setdefault(name, []).extend(mine)
        return tuple(mine)

    def rest(self) -> dict[str, list[Refusal]]:
        """The refusals by all inputs: those that no field of the entry takes stand at special ones, or at the entry."""
        for one in self._left:
            self.by_input.setdefault(self._special.get(one.field, self._special[""]), []).append(one)
        self._left = []
        return self.by_input


def _is_within(field: str, path: str) -> bool:
    return field == path or field.startswith(f"{path}.")


def box_groups(
    groups: Sequence[FieldGroup], values: Mapping[str, Typed], places: Places, prefix: str = FIELDS
) -> tuple[BoxGroup, ...]:
    """The boxes of groups of fields."""
    return tuple(BoxGroup(group.title, boxes(group.fields, values, places, prefix)) for group in groups)


def boxes(
    fields: Iterable[FormField], values: Mapping[str, Typed], places: Places, prefix: str = FIELDS
) -> tuple[Box, ...]:
    """The boxes of fields, with what was typed in them."""
    return tuple(Box(one, tuple(_rows(one, values.get(one.name), places, prefix))) for one in fields)


def _rows(one: FormField, typed: Typed | None, places: Places, prefix: str) -> Iterator[tuple[Input, ...]]:
    if not one.parts:
        name = f"{prefix}{one.name}"
        yield (Input(name, one, typed if isinstance(typed, str) else "", places.of(name, one.name)),)
    elif one.takes == "rows":
        rows = typed if isinstance(typed, tuple) else ()
        for number, row in enumerate(rows):
            yield tuple(_parts(one, row, places, prefix, f"{one.name}.{number}."))
        unasked = replace(one, parts=tuple(replace(part, required=False) for part in one.parts))
        yield tuple(_parts(unasked, {}, places, prefix, f"{one.name}.{len(rows)}."))
    else:
        yield tuple(_parts(one, typed if isinstance(typed, Mapping) else {}, places, prefix, f"{one.name}."))


def _parts(one: FormField, typed: Parts, places: Places, prefix: str, path: str) -> Iterator[Input]:
    """The inputs of the parts. What is said of the whole value stands at the first of them, what is said of a part that
    none of them is at the last, which takes the others."""
    names = [f"{path}{part.name.rpartition('.')[2]}" for part in one.parts]
    taken = {name: places.of(f"{prefix}{name}", name) for name in names}
    whole = path.rstrip(".")
    first, last = names[0], names[-1]
    for field in (whole, one.name) if whole.endswith(".0") else (whole,):
        taken[first] += places.of(f"{prefix}{first}", field, alone=True)
    taken[last] += places.of(f"{prefix}{last}", whole)
    for part, name in zip(one.parts, names, strict=True):
        yield Input(f"{prefix}{name}", part, typed.get(part.name, ""), taken[name])
