"""The fields of an event's form, made from the catalogue: what each is called, what it takes, and where it stands.

Nothing about an event is written here. A field's name is its path in a dossier (``items.0.designation``), which is
also the path that a refusal names, so every refusal finds its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Literal

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from armsledger.application.recording.event_fields import (
    EXAMPLES,
    SETTINGS,
    choices_in,
    example_of,
    fields_to_give,
    is_needed,
    may_be_several,
    names_a_stream,
    takes_several,
    types_of,
)
from armsledger.domain.decisions.references import REFERENCES
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import What
from armsledger.domain.events.repair import Resolved
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Role, Statement, parts_of, types_in
from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.item import Item
from armsledger.domain.values.stream import StreamKind
from armsledger.domain.values.when import When

Takes = Literal["text", "prose", "date", "choice", "lines", "settings", "parts", "rows"]
"""What a field takes: a line, a longer text, a date, one of some words, a list of which each line is an element, lines
of ``FIELD=VALUE``, a value of several parts, or several of those."""
Group = Literal["When", "What", "Who says so", "How good"]
GROUPS: Final[tuple[Group, ...]] = ("When", "What", "Who says so", "How good")
PROSE: Final = frozenset({"quote", "note"})
SAID_BY: Final = frozenset({"source", "asserted", "attribution", "quote"})
GRADED_BY: Final = frozenset({"credibility", "status", "note"})
SELECTORS: Final = "fields"
"""The part of what is expected that holds the fields which the occurrence must have."""
CALLED: Final = {"on": "When it happened", "asserted": "When the source said so"}
"""What fields are called whose names alone would not say what they hold."""
DATE: Final = "April 2023"
FORMAT: Final = " (EDTF)"
"""What the texts about dates say of how they are stored; a form takes dates as people write them."""
ABBREVIATED: Final = {"url": "URL", "sha256": "SHA-256", "unroca": "UNROCA"}
NOT_ASKED: Final = frozenset({"file"})
"""Fields that no form has: a file of a source would be one on the machine that serves the pages."""


@dataclass(frozen=True)
class FormField:
    """A field of a form.

    ``default`` is what holds where nothing is chosen. ``several`` says that it takes a list. ``completes`` is what its
    text can be completed from: the streams of a kind, all streams, or the entries of the stream.
    ``called`` is what people read where the name would not do.
    """

    name: str
    takes: Takes
    help: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    required: bool = False
    several: bool = False
    parts: tuple[FormField, ...] = ()
    completes: str = ""
    called: str = ""

    @property
    def label(self) -> str:
        """What people read: ``End user``."""
        return self.called or label_of(self.name)


@dataclass(frozen=True)
class FieldGroup:
    """The fields that belong together, under one heading."""

    title: Group
    fields: tuple[FormField, ...]


def label_of(name: str) -> str:
    """What people read in place of a field's name."""
    words = name.rpartition(".")[2].replace("_", " ")
    return CALLED.get(name) or ABBREVIATED.get(words) or words[:1].upper() + words[1:]


@cache
def form_fields(kind: StreamKind, event_name: str) -> tuple[FormField, ...]:
    """The fields of an event's form, what it needs first; empty for an event that there is not."""
    event = CATALOGUE.by_kind[kind].get(event_name)
    if event is None:
        return ()
    fields = [_field(kind, event, name) for name in fields_to_give(kind, event) if name not in NOT_ASKED]
    return tuple(sorted(fields, key=lambda field: not field.required))


def grouped(kind: StreamKind, event_name: str, left_out: frozenset[str] = frozenset()) -> tuple[FieldGroup, ...]:
    """The same in groups; ``left_out`` are fields that something else on the page gives."""
    fields = [field for field in form_fields(kind, event_name) if field.name not in left_out]
    groups = {title: tuple(field for field in fields if _group_of(field) == title) for title in GROUPS}
    return tuple(FieldGroup(title, those) for title, those in groups.items() if those)


def events_to_record(kind: StreamKind) -> Mapping[str, type[Statement]]:
    """The events of a kind of stream that have a form; a source is registered beside what it says."""
    return {name: event for name, event in CATALOGUE.by_kind[kind].items() if event is not Registered}


def _group_of(field: FormField) -> Group:
    if field.name in SAID_BY:
        return "Who says so"
    if field.name in GRADED_BY:
        return "How good"
    return "When" if field.takes == "date" else "What"


def _field(kind: StreamKind, event: type[Statement], name: str) -> FormField:
    info = event.model_fields[name]
    field = FormField(
        name,
        "text",
        info.description or "",
        example_of(event, name),
        _choices(info, types_of(event, name)),
        default=info.default if isinstance(info.default, str) else "",
        required=is_needed(kind, event, name),
        completes=_completes(event, name),
        called="Scope of the release" if event is Registered and name == "scope" else "",
    )
    several = takes_several(event, name)
    return _shaped(kind, field, types_of(event, name), several=several, or_one=may_be_several(event, name))


def _shaped(kind: StreamKind, field: FormField, types: tuple[Any, ...], *, several: bool, or_one: bool) -> FormField:
    """The field with what it takes, by the types that it may have."""
    if field.name == SETTINGS:
        return replace(field, takes="settings", several=True)
    if field.choices and not several:
        return replace(field, takes="choice")
    if What in types:
        return replace(field, takes="parts", parts=tuple(_of_what(kind, field)), example="")
    rows = next((one for one in types if several and one is not Attribution and parts_of(one)), None)
    if rows is not None and _is_said_in_parts(rows):
        return replace(field, takes="rows", parts=tuple(_parts(field.name, rows)), several=True, example="")
    if Attribution in types:
        return replace(field, takes="parts", parts=tuple(_parts(field.name, Attribution)), example="")
    if several or or_one:
        return replace(field, takes="lines", several=True, choices=())
    if When in types:
        return replace(field, takes="date", help=field.help.replace(FORMAT, ""), example=DATE)
    return replace(field, takes="prose") if field.name in PROSE else field


def _is_said_in_parts(kind: Any) -> bool:
    """Whether people give the parts of a value apart: those of an amount stand in one text."""
    return kind is Item or "deal" in parts_of(kind)


def _of_what(kind: StreamKind, field: FormField) -> Iterator[FormField]:
    """The event that is expected, and the fields that it must have."""
    events = tuple(name for name, event in CATALOGUE.by_kind[kind].items() if event.role is Role.OCCURRENCE)
    yield FormField(f"{field.name}.event", "choice", "the event that is expected", choices=events, required=True)
    yield FormField(
        f"{field.name}.{SELECTORS}", "settings", "which one, a line for each field", "tranche=1", several=True
    )


def _parts(name: str, kind: Any) -> Iterator[FormField]:
    for part, info in parts_of(kind).items():
        types = tuple(types_in(info.annotation))
        choices = _choices(info, types)
        yield FormField(
            f"{name}.{part}",
            "choice" if choices else "text",
            info.description or "",
            next((EXAMPLES[one] for one in types if one in EXAMPLES), ""),
            choices,
            required=info.is_required(),
            completes="deal" if part == "deal" else "",
        )


def _choices(info: FieldInfo, types: tuple[Any, ...]) -> tuple[str, ...]:
    """The texts of a field that takes no others; the numbers of one that takes a few."""
    least = next((limit.ge for limit in info.metadata if isinstance(limit, Ge)), None)
    most = next((limit.le for limit in info.metadata if isinstance(limit, Le)), None)
    if isinstance(least, int) and isinstance(most, int):
        return tuple(map(str, range(least, most + 1)))
    return choices_in(types)


def _completes(event: type[Statement], name: str) -> str:
    if name == "source":
        return "source"
    if names_a_stream(event, name):
        return "stream"
    return "entry" if name in REFERENCES or (name == "over" and event is Resolved) else ""
