"""Repairs of what is recorded: a correction, a retraction, a resolution, and whether two statements are of one thing.

Each is one entry, made of the entries that somebody looks at and of what is typed; nothing is recorded here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from armsledger.domain.decisions.history import History
from armsledger.domain.errors import UnknownTarget, UsageError
from armsledger.domain.events.repair import Corrected, Resolved, Retracted
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.stream import Address, StreamId, StreamKind
from armsledger.web.recording.entry_words import Card, card
from armsledger.web.recording.form_fields import FormField, form_fields
from armsledger.web.recording.written import (
    Pairs,
    Typed,
    in_a_line,
    is_nothing,
    meant,
    object_in,
    sent,
    texts_of,
    values_from_json,
)

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.domain.entry import Draft, Entry

Deed = Literal["correct", "retract", "resolve", "same"]
OF_REPAIR: Final = "r."
"""What the names of the inputs of the repair itself begin with."""
CITED: Final = ("reason", "source", "asserted", "note")
"""The fields of a repair besides the entries that it is about."""
VERDICTS: Final = ("same_as", "apart_from")
MOST_ENTRIES: Final = 20
EVENTS: Final[Mapping[Deed, type[Statement]]] = {
    "correct": Corrected,
    "retract": Retracted,
    "resolve": Resolved,
    "same": Corrected,
}


class Change(NamedTuple):
    """A field that a repair gives another value: what it was and what it becomes, as texts."""

    label: str
    before: str
    after: str
    path: str


@dataclass(frozen=True)
class Repair:
    """A repair as it is written: the entries that it is about, the choice between them, and what was typed.

    ``typed`` is what was typed of the repair itself, ``fields`` what was typed in the fields of the entry that is
    corrected, and ``before`` what stood there when the page was made. ``choice`` is the address of the entry that is
    preferred, or one of the verdicts.
    """

    deed: Deed
    entries: tuple[Entry | Draft, ...]
    history: History
    typed: Mapping[str, Typed] = field(default_factory=dict)
    fields: Mapping[str, Typed] = field(default_factory=dict)
    before: Mapping[str, Typed] = field(default_factory=dict)
    choice: str = ""

    @property
    def kind(self) -> StreamKind:
        """The kind of the stream."""
        return StreamId.parse(self.stream).kind

    @property
    def stream(self) -> str:
        """The stream, to which all these entries belong."""
        return self.history.stream

    @property
    def target(self) -> Entry | Draft:
        """The entry that is corrected or taken back: of two that may be one, the later one."""
        return max(self.entries, key=lambda entry: entry.version) if self.deed == "same" else self.entries[0]

    @property
    def target_event(self) -> Statement:
        """What the target says today, corrections included."""
        return self.history.current(self.target)

    @cached_property
    def target_fields(self) -> tuple[FormField, ...]:
        """The fields of the target, which a correction can set."""
        return form_fields(self.kind, self.target_event.name) if self.deed == "correct" else ()

    @cached_property
    def own_fields(self) -> tuple[FormField, ...]:
        """The fields of the repair itself."""
        fields = {one.name: one for one in form_fields(self.kind, EVENTS[self.deed].name)}
        return tuple(fields[name] for name in CITED if name in fields)

    @property
    def changed(self) -> tuple[FormField, ...]:
        """The fields of the target in which something else stands than did when the page was made."""
        return tuple(
            one for one in self.target_fields if _plain(self.fields.get(one.name)) != _plain(self.before.get(one.name))
        )

    def changes(self) -> Iterator[Change]:
        """What a correction changes, for people."""
        if self.deed == "same":
            yield Change(self.choice.replace("_", " "), "", self.others[0], f"set.{self.choice}")
        for one in self.changed:
            after = in_a_line(self.fields.get(one.name))
            yield Change(one.label, in_a_line(self.before.get(one.name)), after, f"set.{one.name}")

    @property
    def others(self) -> tuple[str, ...]:
        """The addresses of the entries that are not preferred, or that the target is compared with."""
        chosen = self.target.address if self.deed == "same" else self.choice
        return tuple(entry.address for entry in self.entries if entry.address != chosen)

    def as_object(self, today: date) -> dict[str, Any]:
        """The repair as an object of a dossier."""
        kind, key = StreamId.parse(self.stream)
        named = {"stream": self.stream} if kind == "source" else {str(kind): key}
        typed = {
            one.name: meant(one, self.typed[one.name], today)
            for one in self.own_fields
            if not is_nothing(self.typed.get(one.name))
        }
        return {**named, "event": EVENTS[self.deed].name, **self._about(today), **typed}

    def _about(self, today: date) -> dict[str, Any]:
        match self.deed:
            case "retract":
                return {"target": self.target.address}
            case "resolve":
                return {"preferred": self.choice, "over": list(self.others)} if self.choice else {}
            case "same":
                verdict = {self.choice: self.others[0]} if self.choice else {}
                return {"target": self.target.address, "set": verdict}
        values = {one.name: self.fields.get(one.name) for one in self.changed}
        changes = {
            one.name: None if is_nothing(value := values[one.name]) else meant(one, cast("Typed", value), today)
            for one in self.changed
        }
        return {"target": self.target.address, "set": changes}


def repair_of(ledger: Ledger, deed: Deed, names: str) -> Repair:
    """The repair of some entries, before anything is typed; raises UsageError and UnknownTarget.

    ``names`` are the addresses of entries of one stream, with a blank between two.
    """
    addresses = [Address.parse(name) for name in names.split()[: MOST_ENTRIES + 1]]
    several = deed in ("resolve", "same")
    fits = len(addresses) == 2 if deed == "same" else len(addresses) >= 2 if several else len(addresses) == 1
    if not fits or len(addresses) > MOST_ENTRIES or len({one.stream for one in addresses}) > 1:
        wanted = "entries of one stream" if several else "one entry"
        raise UsageError(f"the address of this page does not name {wanted}", remedy="come from the stream's page")
    stream = addresses[0].stream
    history = History(stream, ledger.journal().reader.stream(stream))
    entries = tuple(history.resolve(str(one), field="entry") for one in addresses)
    if not entries:
        raise UnknownTarget(f"{stream} has no such entry", remedy="come from the stream's page", field="entry")
    repair = Repair(deed, entries, history)
    if deed != "correct":
        return repair
    texts = texts_of(repair.kind, repair.target_event)
    return Repair(deed, entries, history, fields=texts, before=texts)


def with_sent(repair: Repair, pairs: Pairs) -> Repair:
    """The repair with what a form sent of it."""
    before = values_from_json(repair.kind, object_in(pairs.get("before", "")))
    allowed = VERDICTS if repair.deed == "same" else tuple(entry.address for entry in repair.entries)
    choice = pairs.get("choice", "")
    return Repair(
        repair.deed,
        repair.entries,
        repair.history,
        sent(pairs, repair.own_fields, OF_REPAIR),
        sent(pairs, repair.target_fields),
        before,
        choice if choice in allowed else "",
    )


def cards_of(ledger: Ledger, repair: Repair) -> list[Card]:
    """The entries that a repair is about, as people look at them."""
    beliefs = ledger.at()
    sources = {repair.history.current(entry).source for entry in repair.entries} - {None}
    grades = {
        str(key): state.reliability
        for key in sources
        if (state := beliefs.source(str(key)).certain) is not None and state.reliability is not None
    }
    return [card(entry, repair.history, grades) for entry in repair.entries]


def _plain(typed: Typed | None) -> Any:
    """What was typed without what does not count: blanks around it, and empty parts."""
    match typed:
        case None:
            return ""
        case str():
            return "\n".join(line.strip() for line in typed.strip().splitlines())
        case Mapping():
            return {name: text.strip() for name, text in typed.items() if text.strip()} or ""
    return [_plain(row) for row in typed] or ""
