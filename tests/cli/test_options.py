"""Texts that commands take: fields with their values, and words for days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from armsledger.cli.options import DATE_FIELDS, read_assignments
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import types_in
from armsledger.domain.values.when import When


def test_the_date_fields_are_those_of_the_catalogue() -> None:
    events = [event for events in CATALOGUE.by_kind.values() for event in events.values()]
    fields = {
        name for event in events for name, info in event.model_fields.items() if When in types_in(info.annotation)
    }
    assert fields == DATE_FIELDS


def test_a_word_for_a_day_is_a_date_in_a_date_field_and_a_word_in_any_other() -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    changes = read_assignments(["on=yesterday", "note=yesterday", "title=last month", "due=March 2022"])
    assert changes["on"] in {yesterday.isoformat(), (yesterday + timedelta(days=1)).isoformat()}
    assert changes | {"on": ""} == {"on": "", "note": "yesterday", "title": "last month", "due": "March 2022"}
