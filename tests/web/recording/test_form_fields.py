"""The forms are made from the catalogue: every event has one, with the fields that its command has options for."""

from __future__ import annotations

from datetime import date

import pytest

from armsledger import Ledger
from armsledger.application.recording.event_fields import fields_to_give, is_needed
from armsledger.domain.entry import Entry
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.source import Registered
from armsledger.domain.values.stream import KINDS, StreamId, StreamKind
from armsledger.web.recording.attempt import attempt
from armsledger.web.recording.form_fields import FormField, form_fields, grouped
from armsledger.web.recording.written import Written, texts_of
from tests.application.book import SEED, STORY


def test_every_event_has_a_form_with_all_that_somebody_may_give() -> None:
    for kind in KINDS:
        for name, event in CATALOGUE.by_kind[kind].items():
            fields = {field.name: field for field in form_fields(kind, name)}
            assert fields.keys() == {*fields_to_give(kind, event)} - {"file"}
            assert all(field.required == is_needed(kind, event, field.name) for field in fields.values())
            grouped_fields = [field.name for group in grouped(kind, name) for field in group.fields]
            assert sorted(grouped_fields) == sorted(fields)


def test_a_field_takes_what_its_type_is_written_as() -> None:
    def of(event: str, name: str, kind: StreamKind = "deal") -> FormField:
        return next(one for one in form_fields(kind, event) if one.name == name)

    assert (of("contract-signed", "on").takes, of("contract-signed", "value").takes) == ("date", "lines")
    assert of("contract-signed", "mode").choices == ("sale", "aid", "lease", "gift", "licence")
    assert of("legislative-action", "binding").choices == ("yes", "no")
    assert of("opened", "credibility").choices == ("1", "2", "3", "4", "5", "6")
    assert (of("opened", "status").default, of("opened", "quote").takes) == ("fact", "prose")
    assert [part.name for part in of("opened", "items").parts][:2] == ["items.designation", "items.description"]
    assert of("expected", "what", "engagement").parts[0].choices[:2] == ("scheduled", "rescheduled")
    assert of("linked", "to").completes == "stream"
    assert of("sanction-threat-raised", "over").completes == ""
    assert of("resolved", "over").completes == "entry"
    on = of("opened", "on")
    assert (on.label, on.help, on.example) == ("When it happened", "when it happened in the world", "April 2023")
    assert of("registered", "scope", "source").label == "Scope of the release"


def test_words_for_days_are_read_on_the_day_on_which_they_are_written() -> None:
    written = Written("deal", "x", "delivered", {"on": "last month", "quote": "last month", "tranche": " 1 "})
    said = written.as_object(date(2026, 12, 1), source="s")
    shared = {"deal": "x", "event": "delivered", "source": "s"}
    assert said == {**shared, "on": "2026-11", "quote": "last month", "tranche": "1"}


@pytest.mark.parametrize("dossier", [SEED, STORY], ids=["seed", "story"])
def test_what_is_recorded_can_be_written_in_a_form_and_says_the_same(dossier: object) -> None:
    with Ledger.in_memory() as ledger, Ledger.in_memory() as again:
        ledger.record_file(str(dossier))
        entries = list(ledger.journal().reader.entries(after=0, upto=ledger.position()))
        objects = [_as_object(entry) for entry in entries]
        tried = attempt(again, objects, dry_run=False)
        assert tried.refusals == ()
        written = again.journal().reader.entries(after=0, upto=again.position())
        said = {_said(one) for one in entries if not _names_entries(one)}
        assert {_said(one) for one in written if not _names_entries(one)} == said


def _as_object(entry: Entry) -> dict[str, object]:
    kind, key = StreamId.parse(entry.stream)
    written = Written(kind, key, entry.event.name, texts_of(kind, entry.event))
    given = written.as_object(date(2026, 12, 1))
    return given if isinstance(entry.event, Registered) else {**given, "id": entry.id}


def _names_entries(entry: Entry) -> bool:
    return bool({"same_as", "target"} & fields_of(entry.event).keys())


def _said(entry: Entry) -> tuple[str, str, str]:
    fields = {name: value for name, value in fields_of(entry.event).items() if name not in ("file", "sha256")}
    return entry.stream, entry.event.name, str(sorted(fields.items()))
