"""The short form of an entry: the event's name over its fields, in YAML and JSONL alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from armsledger.domain.errors import UnreadableDossier
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.exchange.dossiers.short_form import RESERVED
from tests.exchange.dossiers.written import jsonl, refused_as, refuses_yaml, streams, yaml


def test_no_event_is_called_like_a_key_that_any_entry_may_have() -> None:
    assert RESERVED.isdisjoint(name for events in CATALOGUE.by_kind.values() for name in events)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (
            {"deal": "x", "opened": {"on": "2018", "supplier": "RUS"}},
            {"deal": "x", "event": "opened", "on": "2018", "supplier": "RUS"},
        ),
        ({"opened": {"deal": "x", "on": "2018", "id": "a"}}, {"deal": "x", "event": "opened", "on": "2018", "id": "a"}),
        ({"deal": "x", "completed": None, "on": "2022-05"}, {"deal": "x", "event": "completed", "on": "2022-05"}),
        ({"deal": "x", "on": None, "completed": {"on": "2022"}}, {"deal": "x", "event": "completed", "on": "2022"}),
        (
            {"engagement": "s", "held": {"on": "2021"}, "note": "n"},
            {"engagement": "s", "event": "held", "on": "2021", "note": "n"},
        ),
        (
            {"source": "tass", "regraded": {"reliability": "B"}},
            {"source": "tass", "event": "regraded", "reliability": "B"},
        ),
        ({"listed": {"delivered": "5"}, "deal": "x"}, {"deal": "x", "event": "listed", "delivered": "5"}),
        ({"deal": "x", "signd": {"on": "2018"}}, {"deal": "x", "event": "signd", "on": "2018"}),
    ],
)
def test_a_short_entry_says_what_a_long_one_says(short: dict[str, Any], long: dict[str, Any]) -> None:
    [expected] = jsonl(json.dumps(long))
    for [proposed] in (yaml(f"entries:\n  - {json.dumps(short)}\n"), jsonl(json.dumps(short))):
        assert streams([proposed]) == streams([expected])
        assert proposed.proposal.fields == expected.proposal.fields
        assert proposed.proposal.id == expected.proposal.id


def test_each_field_of_a_short_entry_knows_its_line() -> None:
    [proposed] = yaml(
        "entries:\n  - deal: x\n    note: n\n    opened:\n      on: 2018\n      items:\n        - designation: K2\n"
    )
    places = {
        name: proposed.place_of(name) for name in ("", "deal", "event", "note", "on", "items.0.designation", "zzz")
    }
    assert places == {
        "": "d.yaml:2",
        "deal": "d.yaml:2",
        "event": "d.yaml:4",
        "note": "d.yaml:3",
        "on": "d.yaml:5",
        "items.0.designation": "d.yaml:7",
        "zzz": "d.yaml:2",
    }


@pytest.mark.parametrize(
    ("entry", "line", "message", "remedy"),
    [
        ("opened: {on: 1}\n    signed: {on: 2}", 3, "two events, 'opened' and 'signed'", "begin the other with a '- '"),
        ("opened:\n      event: signed", 3, "two events, opened and 'signed'", "leave event out"),
        (
            "opened: 2018",
            2,
            "what stands under 'opened' is a text, not the event's fields",
            "write opened: {on: 2018-10}",
        ),
        ("opened: [a]", 2, "what stands under 'opened' is a list", "the fields below it"),
        ("opened: {on: 1}\n    on: 2", 2, "'on' stands twice, beside 'opened' and under it", "leave one of them out"),
        ("opened: {on: 1}\n    supplier: RUS", 3, "'supplier' stands beside 'opened'", "move it under opened:"),
        ("supplier: RUS", 2, "the entry names no event", "write the event over its fields"),
        ("signd: {on: 1}\n    opend: {on: 2}", 3, "two events, 'signd' and 'opend'", "a '- ' of its own"),
    ],
)
def test_an_entry_that_is_neither_short_nor_long_is_refused(entry: str, line: int, message: str, remedy: str) -> None:
    refuses_yaml(f"entries:\n  - {entry}\n", f"d.yaml:{line}", message, remedy)


def test_a_line_of_jsonl_names_its_line() -> None:
    with pytest.raises(UnreadableDossier) as caught:
        jsonl('{"deal": "x", "opened": {"on": "1"}}\n{"deal": "x", "opened": {"on": "1"}, "on": "2"}\n')
    refused_as(UnreadableDossier, caught.value, "d.jsonl:2", "'on' stands twice", "leave one of them out")
