"""Entries of every event, from the stored samples, and dossiers with something wrong in each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from armsledger.domain.decisions.fields import required_fields
from armsledger.domain.events.catalogue import CATALOGUE, COMMON
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.statement import Statement, own_fields, types_in
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.stream import StreamKind
from armsledger.domain.values.when import When
from tests.processes import ROOT

SAMPLES = ROOT / "tests" / "domain" / "events" / "samples"
BESIDE = ("deal", "engagement", "framework", "stream")
"""What stands beside an event's name in the short form, here."""
Entry = dict[str, Any]


class Case(NamedTuple):
    """An entry of an event in the long form, valid as it stands."""

    kind: StreamKind
    event: type[Statement]
    entry: Entry

    @property
    def name(self) -> str:
        """The stored name of the event."""
        return f"{self.kind}.{self.event.name}"


class Broken(NamedTuple):
    """A dossier that is wrong; whether the reader can tell without a ledger."""

    what: str
    dossier: Any
    is_told_by_reader: bool = True


def sample_entries() -> Iterator[Case]:
    """An entry for each stored sample; of what any stream may hold, one for each kind of stream."""
    common = {event.name for event in COMMON}
    for path in sorted(SAMPLES.glob("*.json")):
        stored = json.loads(path.read_text(encoding="utf-8"))
        kind, _, name = stored["name"].partition(".")
        event = CATALOGUE.decode(stored["name"], stored["schema_version"], json.dumps(stored["payload"]))
        fields = fields_of(event)
        for one in CATALOGUE.by_kind if name in common else (kind,):
            of_kind = fields if one == kind else in_other_words(one, fields)
            yield Case(one, type(event), in_stream(one, {"event": name, **of_kind}))


def in_other_words(kind: StreamKind, fields: Entry) -> Entry:
    """The fields of an event that any stream may hold: in another kind of stream, other events are expected."""
    expected = {"what": {"event": next(iter(CATALOGUE.by_kind[kind]))}} if "what" in fields else {}
    return fields | expected | ({"set": {"note": None, "on": "2018"}} if "set" in fields else {})


def in_stream(kind: str, fields: Entry) -> Entry:
    """The fields with the key of a stream, and a source where it is not that of the stream."""
    if kind == "source":
        return {"stream": "source/tass", **{name: value for name, value in fields.items() if name != "source"}}
    return {kind: "india-s400", "source": "tass", **fields}


@cache
def cases() -> list[Case]:
    """The last sample of each event: the one with the most fields."""
    return list({case.name: case for case in sample_entries()}.values())


def short_form(entry: Entry) -> Entry:
    """The event's name over its fields."""
    within = {name: value for name, value in entry.items() if name not in (*BESIDE, "event")}
    return {**{name: entry[name] for name in BESIDE if name in entry}, entry["event"]: within}


def dossier_of(*entries: Entry) -> dict[str, Any]:
    """A dossier of these entries."""
    return {"entries": list(entries)}


def broken() -> Iterator[Broken]:
    """Dossiers of one entry, or of several parts, each with one thing that is wrong."""
    for case in cases():
        for what, entry, told in _broken_entries(case):
            yield Broken(f"{case.name}, {what}", dossier_of(entry), told)
    yield from _broken_parts()


def _broken_entries(case: Case) -> Iterator[tuple[str, Entry, bool]]:
    entry = case.entry
    yield "a field that no event has", {**entry, "colour": "green"}, True
    yield "a list where a text is", {**entry, "note": ["one", "two"]}, True
    yield "a choice that there is not", {**entry, "status": "rumour"}, True
    yield "a month that there is not", {**entry, "on": "2018-13"}, True
    yield "a credibility beyond the scale", {**entry, "credibility": 7}, True
    yield "two streams", {**entry, "framework" if case.kind == "deal" else "deal": "other"}, True
    yield "no such event", {**entry, "event": f"{case.event.name}-not"}, True
    yield "an event and another one over its fields", {**entry, "contract-signed": {"on": "2018"}}, True
    for name in required_fields(case.event):
        yield f"no {name}", {field: value for field, value in entry.items() if field != name}, True
        yield f"an empty {name}", {**entry, name: None}, True
    for name in own_fields(case.event):
        wrong = _wrong_values(case.event.model_fields[name])
        yield from ((f"{what} {name}", {**entry, name: value}, True) for what, value in wrong)
    short = short_form(entry)
    within = short[case.event.name]
    yield "a field that no event has, short", {**short, case.event.name: {**within, "colour": "green"}}, True
    yield "fields beside the event", {**short, "colour": "green"}, True
    yield "two events", {**short, "contract-signed" if case.event.name != "contract-signed" else "amended": {}}, True
    yield "an event that is named twice", {**short, case.event.name: {**within, "event": case.event.name}}, True
    if case.kind != "source" and "on" in entry and not case.event.role:
        yield "no date", {field: value for field, value in entry.items() if field != "on"}, False
    if case.kind != "source":
        without_stream = {name: value for name, value in entry.items() if name != case.kind}
        yield "no stream", {name: value for name, value in without_stream.items() if name != "source"}, True


def _wrong_values(info: FieldInfo) -> Iterator[tuple[str, Any]]:
    """What no field of such a type can hold."""
    types = set(types_in(info.annotation))
    if Money in types:
        yield from (("a negative", "USD -5m"), ("without a currency, a", "5bn"), ("blank, a", " "))
    if Quantity in types:
        yield from (("a negative", "-5 tanks"), ("blank, a", " "))
    if When in types:
        yield from (
            ("a day that there is not in", "2018-02-32"),
            ("a time of day in", "2018-02-03T10:00"),
            ("blank,", " "),
        )
    if bool in types:
        yield "neither yes nor no,", "perhaps"


def _broken_parts() -> Iterator[Broken]:
    """Dossiers whose parts are not where they belong."""
    [opened] = [case.entry for case in cases() if case.name == "deal.opened"]
    source = {"key": "tass", "publisher": "TASS"}
    yield Broken("nothing at all", {})
    yield Broken("a list of entries alone", [opened])
    yield Broken("a key that there is not", {"entries": [opened], "entrys": []})
    yield Broken("an entry at the top", opened)
    yield Broken("entries that are no list", {"entries": opened})
    yield Broken("sources that are no list", {"sources": source})
    yield Broken("an entry that is a text", {"entries": ["opened"]})
    yield Broken("a source that is a text", {"sources": ["tass"]})
    yield Broken("a source without a key", {"sources": [{"publisher": "TASS"}]})
    yield Broken("a source without a publisher", {"sources": [{"key": "tass"}]})
    yield Broken("a source with a grade that there is not", {"sources": [{**source, "reliability": "G"}]})
    yield Broken("a source with a field that there is not", {"sources": [{**source, "author": "x"}]})
    yield Broken("a source with a digest that is none", {"sources": [{**source, "sha256": "abc"}]})
    yield Broken("a key with a blank", {"entries": [{**opened, "deal": "india s400"}]})
    yield Broken("a stream without its kind", {"entries": [{**opened, "deal": None, "stream": "india-s400"}]})
    yield Broken("two streams for all", {"deal": "x", "framework": "y", "entries": [opened]})
    yield Broken("a field of one event for all", {"defaults": {"supplier": "RUS"}, "entries": [opened]})
    yield Broken("groups in a group", {"groups": [{"groups": [], "entries": [opened]}]})
    yield Broken("a group that is a text", {"groups": ["x"]})
    yield Broken("a shared source that is a list", {"source": ["tass"], "entries": [opened]})
    yield Broken("a shared source without a key", {"source": {"publisher": "TASS"}, "entries": [opened]})
    yield Broken("an event of another kind", {"deal": "x", "entries": [{"held": {"on": "2018", "source": "tass"}}]})
    yield Broken(
        "an event of another kind in a group",
        {"deal": "x", "groups": [{"framework": "y", "entries": [{"opened": short_form(opened)["opened"]}]}]},
    )
