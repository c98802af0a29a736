"""The fields of one entry, asked for one by one; with them the source that it cites, if that is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from armsledger.application.recording.event_fields import (
    CITATION,
    SETTINGS,
    hint_of,
    is_needed,
    names_a_stream,
    takes_several,
    types_of,
)
from armsledger.cli.guide.dialogue import Script
from armsledger.cli.guide.fields import field_question, read_field, read_value
from armsledger.cli.guide.known import Given, Known
from armsledger.cli.guide.question import Question, Reading, starting_with
from armsledger.domain.decisions.checks import check_not_after
from armsledger.domain.decisions.fields import check_field_names, field_reader, required_fields
from armsledger.domain.decisions.references import REFERENCES
from armsledger.domain.entry import Proposal
from armsledger.domain.errors import MissingField, UnreadableValue, quoted
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import What
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement, own_fields
from armsledger.domain.values.item import Item
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.spreadsheets.preview import flow

OF_EVERY_SOURCE = ("published", "reliability")
"""Fields that are asked of every new source, besides those that it needs."""
ENTRIES = (*REFERENCES, "over")
"""Fields that name entries of the same stream."""
PAST = ("on", "asserted", "published", "retrieved")
"""Dates that are not after today."""
OR_NOTHING = "; Enter leaves it out"
YES, NO = "yes", "no"


class Filling:
    """An entry as it is filled in: its fields as they will be recorded, and how they were read."""

    def __init__(self, stream: StreamId, event: type[Statement], known: Known) -> None:
        self.stream = stream
        self.event = event
        self.fields: dict[str, Any] = {}
        self.shown: dict[str, str] = {}
        self.new_source: Filling | None = None
        self._known = known

    @property
    def proposal(self) -> Proposal:
        """The entry; its source stands last, as in most dossiers."""
        fields = dict(self.fields)
        if "source" in fields:
            fields["source"] = fields.pop("source")
        return Proposal(self.stream, self.event.name, fields)

    @property
    def given(self) -> Given:
        """The entry with the source that is registered with it."""
        return Given(self.proposal, () if self.new_source is None else (self.new_source.proposal,))

    # Which fields are asked for

    def ask_first(self) -> Script[None]:
        """Ask for the source, the date and what the event needs."""
        if self._needs("source"):
            yield from self.ask("source", default=self._known.source)
        if self._needs("on"):
            yield from self.ask("on", default=self._usual_day(), required=True)
        for name in required_fields(self.event):
            yield from self.ask(name, required=True)
        if self.event is Registered:
            for name in OF_EVERY_SOURCE:
                yield from self.ask(name)

    def ask_more(self, refusal: Iterable[str] = (), field: str = "") -> Script[None]:
        """Ask for the fields that somebody names: ``field`` is proposed, because of a refusal."""
        lines = tuple(refusal) or (*self._groups(), "  name one, or write field=value; ? explains them; Enter goes on")
        while True:
            more = (
                yield Question(
                    "more" if self.event is not Registered else f"more of {self.stream}",
                    self._read_more,
                    default=field,
                    before=lines,
                    help=self._explained,
                    complete=starting_with(self._optional),
                    is_step=True,
                )
            ).value
            if more is None:
                return
            yield from self._take_more(*more)
            lines, field = (), ""

    def _take_more(self, name: str, reading: Reading | None) -> Script[None]:
        """Take a field with its value, or ask for the value."""
        if reading is None:
            yield from self.ask(name, required=self._needs(name))
        elif name == "source":
            yield from self.ask(name, default=reading.value)
        elif reading.value is None:
            self.fields.pop(name, None)
            self.shown.pop(name, None)
        else:
            is_element = takes_several(self.event, name) and not isinstance(reading.value, list | dict)
            self._keep(name, reading._replace(value=[reading.value]) if is_element else reading)

    def _read_more(self, text: str) -> Reading:
        """The name of a field, or its name and its value; an empty value clears it."""
        if not text:
            return Reading(None)
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        check_field_names(self.event, [name])
        value = value.strip()
        if not equals:
            return Reading((name, None))
        if not value and self._needs(name):
            raise MissingField(f"{self.event.name} needs {name}", remedy=f"write {name}=, and its value behind")
        if not value or name == "source":
            return Reading((name, Reading(value or None)))
        reading = self._read(name, value)
        return Reading((name, reading), reading.shown)

    def _needs(self, name: str) -> bool:
        """Whether the entry cannot do without a field."""
        return is_needed(self.stream.kind, self.event, name)

    @property
    def _optional(self) -> tuple[str, ...]:
        """The fields besides those that are always asked for."""
        return (*self._own, *self._common)

    @property
    def _own(self) -> tuple[str, ...]:
        return tuple(name for name in own_fields(self.event) if name not in self.fields)

    @property
    def _common(self) -> tuple[str, ...]:
        names = ("on", "asserted", "note") if self.event is Registered else ("on", *CITATION)
        return tuple(name for name in names if name not in self.fields)

    def _groups(self) -> Iterator[str]:
        """The optional fields by name."""
        if self._own:
            yield f"  fields of {self.event.name}: {', '.join(self._own)}"
        yield f"  of any entry: {', '.join(self._common)}"

    def _explained(self) -> Iterator[str]:
        """All fields with what they are; those that are given with their values."""
        for name in self._optional:
            yield f"{name}: {hint_of(self.event, name)}"
        for name, value in self.fields.items():
            yield f"{name} is {flow(value)}; {name}= clears it"

    # One field

    def ask(self, name: str, *, default: str = "", required: bool = False) -> Script[None]:
        """Ask for a field, again if it was given; what is answered replaces it."""
        present = self.fields.get(name)
        if name == "source":
            yield from self._ask_source(default or present or "")
        elif takes_several(self.event, name):
            yield from self._ask_several(name, required=required)
        else:
            default = default if present is None else flow(present) if isinstance(present, dict) else str(present)
            note = "" if required or default else OR_NOTHING
            question = self._question(name, default=default, required=required, note=note)
            self._keep(name, (yield question))

    def _question(self, name: str, **asked: Any) -> Question:
        question = field_question(self.event, name, lambda text: self._read(name, text), **asked)
        if name in ENTRIES:
            return replace(question, complete=self._known.complete_entry(self.stream), help=lambda: self._entries(name))
        if names_a_stream(self.event, name):
            return replace(question, complete=self._known.complete_stream)
        if What in types_of(self.event, name):
            return replace(question, complete=starting_with(CATALOGUE.by_kind[self.stream.kind]))
        return question

    def _entries(self, name: str) -> Iterator[str]:
        """The entries that a field may name."""
        yield hint_of(self.event, name)
        yield from self._known.entries(self.stream)

    def _read(self, name: str, text: str) -> Reading:
        """What a field's text is read as; a date of the past is none of the future."""
        reading = read_field(self.event, name, text)
        if name in PAST:
            when = field_reader(self.event, name).validate_python(reading.value)
            check_not_after(self._known.today, self.event, name, when)
        return reading

    def _keep(self, name: str, reading: Reading) -> None:
        """Take the value of a field, and how it was read."""
        self.fields.pop(name, None)
        self.shown.pop(name, None)
        if reading.value is not None:
            self.fields[name] = reading.value
            self.shown[name] = reading.shown

    def _ask_several(self, name: str, *, required: bool) -> Script[None]:
        """Ask for the elements of a list, or the settings of a correction, until there are no more."""
        values: list[Any] = []
        shown: list[str] = []
        while True:
            needed = required and not values
            label = f"{name}, one more" if values else name
            reading = yield self._question(name, label=label, required=needed, note="" if needed else "; Enter goes on")
            if reading.value is None:
                break
            if name != SETTINGS and Item in types_of(self.event, name) and isinstance(reading.value, str):
                reading = yield self._quantity_question(name, reading.value)
            values += reading.value if isinstance(reading.value, list) else [reading.value]
            shown += [reading.shown] if reading.shown else []
        if name == SETTINGS:
            settings = {field: value for setting in values for field, value in setting.items()}
            self._keep(name, Reading(settings or None))
        else:
            self._keep(name, Reading(values or None, ", ".join(shown)))

    def _quantity_question(self, name: str, designation: str) -> Question:
        """How many there are of an item that was given by its designation."""

        def read(text: str) -> Reading:
            if not text:
                return Reading(designation)
            item = {"designation": designation, "quantity": text}
            return read_value(self.event, name, item, text)._replace(shown="")

        return Question(f"quantity of {designation}", read, hint=f"with its unit, such as 5 units{OR_NOTHING}")

    # The source

    def _usual_day(self) -> str:
        """The date of the last entry from the same source, else the day on which the source was published."""
        if self._known.on and self._known.source == self.fields["source"]:
            return self._known.on
        return self._published()

    def _published(self) -> str:
        if self.new_source is not None:
            return str(self.new_source.shown.get("published") or self.new_source.fields.get("published", ""))
        return str(self._known.published(self.fields["source"]) or "")

    def _ask_source(self, default: str) -> Script[None]:
        """Ask for the source; a new one is described, and will be registered with the entry."""
        while True:
            key = (yield self._source_question(default)).value
            stream = StreamId("source", key)
            if self.new_source is not None and self.new_source.stream == stream:
                break
            if self._known.has(stream):
                self.new_source = None
                break
            if (yield new_stream_question(self._known, stream, "register it with this entry?")).value == YES:
                source = Filling(stream, Registered, self._known)
                yield from source.ask_first()
                yield from source.ask_more()
                self.new_source = source
                break
        self._keep("source", Reading(key))
        if not self._published() and "asserted" not in self.fields:
            yield from self.ask("asserted", required=True)

    def _source_question(self, default: str) -> Question:
        def read(text: str) -> Reading:
            if not text:
                raise UnreadableValue(
                    f"{self.event.name} names no source",
                    remedy="write the key of a source, such as theprint-2021-11-12; a new one is registered",
                )
            return Reading(StreamId.parse(f"source/{text.removeprefix('source/')}").key)

        return Question(
            "source",
            read,
            hint="key of the source; a new one is registered with the entry",
            default=default,
            help=lambda: (
                "a key is up to you: mostly the publisher and the day, such as theprint-2021-11-12; Tab completes one",
                "of a new key you are asked who published what when, and how reliable it is",
                "who observes for themselves registers themselves as a source",
            ),
            complete=self._known.complete_source,
        )


def new_stream_question(known: Known, stream: StreamId, question: str) -> Question:
    """Whether a stream that the ledger does not hold is meant; it says what is near."""
    near = known.near(stream)
    before = f"  {stream} is new; near is {', '.join(near)}" if near else f"  {stream} is new"
    return choice_question(question, (YES, NO), [before])


def choice_question(question: str, choices: tuple[str, ...], before: Iterable[str] = ()) -> Question:
    """A question that is answered by one of some words, or by its first letter; the first word is the default."""

    def read(text: str) -> Reading:
        choice = next((choice for choice in choices if text and choice.startswith(text.lower())), None)
        if choice is None:
            raise UnreadableValue(f"{quoted(text)} is no answer", remedy=f"write {' or '.join(choices)}")
        return Reading(choice)

    return Question(
        f"{question} ({', '.join(choices)})",
        read,
        default=choices[0],
        before=tuple(before),
        complete=starting_with(choices),
        is_step=True,
    )
