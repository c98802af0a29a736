"""An entry as somebody writes it in a form: texts by the names of the fields, and the object of a dossier made of them.

A form may be sent half filled, or by a program: what is sent is a text or nothing, and no text is refused here. What a
text means is decided where entries are decided on, as for dossiers.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from armsledger.application.saying import in_words
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.day_words import with_dates
from armsledger.domain.values.item import Item
from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.web.recording.form_fields import SELECTORS, FormField, form_fields

Parts = Mapping[str, str]
"""The texts of the parts of a value."""
Typed = str | Parts | tuple[Parts, ...]
"""What was typed in a field: a text, the texts of its parts, or those of several rows."""
Pairs = Mapping[str, str]
"""What a form sent: a text by the name of each input."""
FIELDS: Final = "f."
"""What the names of the inputs of an entry's fields begin with."""
MOST_ROWS: Final = 100
ROW: Final = re.compile(r"(?P<number>[0-9]{1,4})\.(?P<part>[a-z_]+)")


@dataclass(frozen=True)
class Written:
    """An entry as it was written: its stream, its event, and what was typed in the fields.

    ``values`` also hold what was typed in the fields of an event that was chosen before: going back loses nothing.
    """

    kind: StreamKind = "deal"
    key: str = ""
    event: str = ""
    values: Mapping[str, Typed] = field(default_factory=dict)

    @cached_property
    def fields(self) -> tuple[FormField, ...]:
        """The fields of its form."""
        return form_fields(self.kind, self.event)

    @property
    def stream(self) -> str:
        """The stream as people write it."""
        return f"{self.kind}/{self.key}"

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in the fields of its event."""
        return not any(not is_nothing(self.values.get(one.name)) for one in self.fields)

    @property
    def given(self) -> Iterator[tuple[FormField, Typed]]:
        """The fields in which something was typed, and what."""
        for one in self.fields:
            typed = self.values.get(one.name)
            if typed is not None and not is_nothing(typed):
                yield one, typed

    def as_object(self, today: date, **shared: str) -> dict[str, Any]:
        """The entry as an object of a dossier; ``shared`` is what the entries of the page have in common."""
        values = {one.name: meant(one, typed, today) for one, typed in self.given}
        if self.kind == "source":
            named = {"key": self.key} if self.event == Registered.name else {"stream": self.stream, "event": self.event}
            return {**named, **values}
        return {self.kind: self.key, "event": self.event, **shared, **values}

    def with_values(self, values: Mapping[str, Typed]) -> Written:
        """The same with other values."""
        return replace(self, values=values)


def is_nothing(typed: Typed | None) -> bool:
    """Whether nothing but blanks was typed."""
    match typed:
        case None:
            return True
        case str():
            return not typed.strip()
        case Mapping():
            return all(not text.strip() for text in typed.values())
    return all(map(is_nothing, typed))


# What a form sent.


def sent(pairs: Pairs, fields: Iterable[FormField], prefix: str = FIELDS) -> dict[str, Typed]:
    """What was typed in some fields, by the names of their inputs."""
    typed = {one.name: _sent(pairs, one, prefix) for one in fields}
    return {name: value for name, value in typed.items() if not is_nothing(value)}


def _sent(pairs: Pairs, one: FormField, prefix: str) -> Typed:
    name = f"{prefix}{one.name}"
    match one.takes:
        case "parts":
            return {part.name: text_of(pairs, f"{prefix}{part.name}") for part in one.parts}
        case "rows":
            return tuple(row for row in _rows(pairs, one, f"{name}.") if not is_nothing(row))
    return text_of(pairs, name)


def _rows(pairs: Pairs, one: FormField, prefix: str) -> Iterator[Parts]:
    matches = (ROW.fullmatch(name[len(prefix) :]) for name in pairs if name.startswith(prefix))
    numbers = sorted({int(match["number"]) for match in matches if match})
    for number in numbers[:MOST_ROWS]:
        yield {part.name: text_of(pairs, f"{prefix}{number}.{_last(part.name)}") for part in one.parts}


def text_of(pairs: Pairs, name: str) -> str:
    """The text of an input, with the line ends that everybody but browsers writes."""
    return pairs.get(name, "").replace("\r\n", "\n").replace("\r", "\n")


def _last(path: str) -> str:
    return path.rpartition(".")[2]


# What is meant.


def meant(one: FormField, typed: Typed, today: date) -> Any:
    """The value of a field as a dossier has it: texts, lists and mappings of them."""
    match typed:
        case str():
            return _meant_by_text(one, typed, today)
        case Mapping():
            return _meant_by_parts(one, typed)
    return [_parts(row) for row in typed]


def _meant_by_text(one: FormField, text: str, today: date) -> Any:
    match one.takes:
        case "date":
            return with_dates(text, today)
        case "settings":
            return settings(text, today) or text
        case "lines":
            lines = lines_of(text)
            return lines[0] if len(lines) == 1 else lines
    return text.strip()


def _meant_by_parts(one: FormField, typed: Parts) -> Any:
    parts = _parts(typed)
    selectors = parts.pop(SELECTORS, "")
    if not selectors:
        return parts.get("event", parts) if list(parts) == ["event"] else parts
    read = settings(selectors)
    if read is None:  # the words of the type itself say what is wrong
        return shlex.join([parts.get("event", ""), *lines_of(selectors)])
    return {**read, **parts}


def _parts(typed: Parts) -> dict[str, str]:
    return {_last(name): text.strip() for name, text in typed.items() if text.strip()}


def lines_of(text: str) -> list[str]:
    """The lines in which something stands."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def settings(text: str, today: date | None = None) -> dict[str, Any] | None:
    """Lines of ``FIELD=VALUE`` as a mapping, with a list for a field that several lines set; None for other lines.

    Nothing behind the sign clears the field.
    """
    read: dict[str, list[str]] = {}
    for line in lines_of(text):
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            return None
        read.setdefault(name.strip(), []).append(value.strip() if today is None else with_dates(value, today))
    return {name: (values if len(values) > 1 else values[0] or None) for name, values in read.items()}


# An event as somebody would have written it.


def texts_of(kind: StreamKind, event: Statement) -> dict[str, Typed]:
    """What somebody would type to write an event that is recorded."""
    typed = {one.name: _typed(one, getattr(event, one.name)) for one in form_fields(kind, event.name)}
    return {name: value for name, value in typed.items() if not is_nothing(value)}


def _typed(one: FormField, value: Any) -> Typed:
    match one.takes:
        case "parts":
            return {} if value is None else _typed_parts(one, value)
        case "rows":
            return tuple(_typed_parts(one, row) for row in value or ())
        case "settings":
            return "\n".join(_settings_lines(value or {}))
        case "lines":
            return "\n".join(map(_in_one, value if isinstance(value, tuple) else (() if value is None else (value,))))
    return "" if value is None else _in_one(value)


def _typed_parts(one: FormField, value: Any) -> Parts:
    typed: dict[str, str] = {}
    for part in one.parts:
        name = _last(part.name)
        if name == SELECTORS:
            typed[part.name] = "\n".join(_settings_lines(value.selectors))
        else:
            kept = getattr(value, name)
            typed[part.name] = "" if kept in (None, False) else _in_one(kept)
    return typed


def _in_one(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.designation if isinstance(value, Item) else str(value)


def _settings_lines(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            yield f"{name}={in_words(one)}"


def in_a_line(typed: Typed | None) -> str:
    """What was typed, in a line."""
    match typed:
        case None:
            return ""
        case str():
            return " ".join(typed.split())
        case Mapping():
            return ", ".join(" ".join(text.split()) for text in typed.values() if text.strip())
    return "; ".join(map(in_a_line, typed))


# What a page carries of entries that stand in no input of it.


def to_json(written: Written) -> dict[str, Any]:
    """An entry in the types of JSON."""
    return {"kind": written.kind, "key": written.key, "event": written.event, "values": dict(written.values)}


def from_json(value: Any) -> Written | None:
    """The entry of such an object; None for what is none."""
    if not isinstance(value, dict) or value.get("kind") not in KINDS:
        return None
    key, event, values = value.get("key"), value.get("event"), value.get("values")
    if not isinstance(key, str) or not isinstance(event, str) or not isinstance(values, dict):
        return None
    return Written(value["kind"], key, event, values_from_json(value["kind"], values))


def values_from_json(kind: StreamKind, values: Mapping[str, Any]) -> dict[str, Typed]:
    """What was typed in the fields of any event of a kind of stream, as far as it has the shape of that."""
    typed: dict[str, Typed] = {}
    for event in CATALOGUE.by_kind[kind]:
        for one in form_fields(kind, event):
            value = values.get(one.name)
            if one.name not in typed and (taken := _taken(one, value)) is not None:
                typed[one.name] = taken
    return typed


def _taken(one: FormField, value: Any) -> Typed | None:
    if one.takes == "rows":
        rows = value if isinstance(value, list | tuple) else ()
        return tuple(_taken_parts(one, row) for row in rows[:MOST_ROWS] if isinstance(row, dict)) or None
    if one.takes == "parts":
        return _taken_parts(one, value) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _taken_parts(one: FormField, value: Mapping[str, Any]) -> Parts:
    texts = ((part.name, value.get(part.name)) for part in one.parts)
    return {name: text for name, text in texts if isinstance(text, str)}


def object_in(text: str) -> dict[str, Any]:
    """The JSON object that an input carries; an empty one for anything else."""
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
