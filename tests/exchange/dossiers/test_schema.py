"""The JSON Schema of a dossier: it takes what the reader takes, and refuses what can be no dossier."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from armsledger.domain.decisions.fields import (
    check_field_names,
    check_required,
    event_class,
    read_event,
    required_fields,
)
from armsledger.domain.errors import LedgerError
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.exchange.dossiers import yaml_parts
from armsledger.exchange.dossiers.schema import dossier_schema
from armsledger.exchange.dossiers.shared import DEFAULTS
from armsledger.exchange.dossiers.short_form import OF_ANY_ENTRY, STREAM_KEYS
from tests.exchange.dossiers import written
from tests.exchange.dossiers.editors import faults, parsed, validator
from tests.exchange.dossiers.schema_cases import Broken, broken, cases, dossier_of, sample_entries, short_form
from tests.processes import ROOT
from tests.rules.answers import flat, stories

RELEASED = ROOT / "tests" / "storage" / "copying" / "released"
TOP_LEVEL = re.compile(r"^([\w-]+):", re.MULTILINE)
"""The keys of a mapping at the beginnings of lines: to parse every text only to choose some of them takes seconds."""
FENCED = re.compile(r"^```yaml[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def dossiers() -> Iterator[tuple[str, str]]:
    """Every dossier in YAML that the repository holds, by name: files, and the examples of the pages."""
    for path in ROOT.glob("examples/**/*.yaml"):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in ROOT.glob("tests/**/*.yaml"):
        if is_dossier(path.name, text := path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), text
    for page in (ROOT / "README.md", *ROOT.glob("docs/**/*.md")):
        for number, text in enumerate(FENCED.findall(page.read_text(encoding="utf-8"))):
            if is_dossier(page.name, text):
                yield f"{page.relative_to(ROOT)}, example {number}", text


def is_dossier(name: str, text: str) -> bool:
    """Whether a YAML text is a dossier, and not what a sheet's columns mean or the stories of the rules."""
    keys = set(TOP_LEVEL.findall(text))
    of_a_sheet = name == "spreadsheets.md" or "column: " in text
    return not of_a_sheet and bool(keys & {"sources", "entries", "groups"}) and keys <= KEYS


KEYS = dossier_schema()["properties"].keys()
DOSSIERS = dict(dossiers())
BROKEN = list(broken())


def test_there_are_dossiers_to_try() -> None:
    assert {"examples/india-s400.yaml", "examples/seed-article.yaml", "README.md, example 0"} <= DOSSIERS.keys()


@pytest.mark.parametrize("name", DOSSIERS)
def test_every_dossier_of_the_repository_is_valid(name: str) -> None:
    assert faults(parsed(DOSSIERS[name])) == []


@pytest.mark.parametrize("path", sorted(RELEASED.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_lines_of_an_export_are_valid_entries(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert faults(dossier_of(*lines)) == []


def test_every_story_is_a_valid_dossier() -> None:
    wrong = {
        story["name"]: found for _, story in stories() if (found := faults(of_story(story))) and "refused" not in story
    }
    assert wrong == {}


def of_story(story: dict[str, Any]) -> Any:
    """The dossier of a story."""
    entries = [*story["first"], *flat(story["entries"])]
    return json.loads(json.dumps({"sources": story["sources"], "entries": entries}, default=str))


def test_every_sample_of_every_event_is_valid_in_the_long_form_and_in_the_short_one() -> None:
    for case in sample_entries():
        assert faults(dossier_of(case.entry)) == [], case.name
        assert faults(dossier_of(short_form(case.entry))) == [], case.name


def test_there_is_a_sample_of_every_event() -> None:
    assert {case.name for case in cases()} == set(CATALOGUE.by_stored_name)


def test_every_event_is_valid_with_what_it_must_give_and_no_more() -> None:
    for case in cases():
        least = {"event", "on", "source", "stream", case.kind, *required_fields(case.event)}
        entry = {name: value for name, value in case.entry.items() if name in least}
        assert faults(dossier_of(entry)) == [], case.name


# What is wrong.


def test_there_are_more_than_two_hundred_broken_dossiers() -> None:
    assert len(BROKEN) > 200


def test_what_can_be_no_dossier_is_not_valid() -> None:
    assert [one.what for one in BROKEN if validator().is_valid(one.dossier)] == []


def test_the_reader_refuses_what_is_not_valid_where_it_can_tell_without_a_ledger() -> None:
    assert [one.what for one in BROKEN if one.is_told_by_reader and is_taken(one)] == []


def is_taken(one: Broken) -> bool:
    """Whether the reader finds nothing wrong with a dossier, as far as it can without a ledger."""
    try:
        for proposed in written.yaml(json.dumps(one.dossier)):
            proposal = proposed.proposal
            event = event_class(proposal.stream, proposal.event)
            check_field_names(event, proposal.fields)
            check_required(event, proposal.fields)
            given = {name: value for name, value in proposal.fields.items() if value is not None}
            read_event(event, {"on": "2018", "asserted": "2018", **given})
    except LedgerError:
        return False
    return True


# What entries share.

OPENED: dict[str, Any] = {"opened": {"on": "2018", "supplier": "RUS", "buyer": "IND"}}
RESUMED: dict[str, Any] = {"resumed": {"reason": "talks"}}


@pytest.mark.parametrize(
    "dossier",
    [
        {"deal": "x", "source": "tass", "entries": [OPENED]},
        {"deal": "x", "source": {"key": "tass", "publisher": "TASS"}, "entries": [OPENED]},
        {"stream": "deal/x", "source": "tass", "entries": [OPENED]},
        {"defaults": {"deal": "x", "source": "tass"}, "entries": [OPENED]},
        {"deal": "x", "defaults": {"on": "2018", "source": "tass"}, "entries": [RESUMED]},
        {"deal": "x", "source": "tass", "entries": [{"on": "2018", **RESUMED}]},
        {"deal": "x", "source": "tass", "entries": [{"engagement": "y", "held": {"on": "2018"}}]},
        {"deal": "x", "source": "tass", "entries": [{"held": {"engagement": "y", "on": "2018"}}]},
        {"deal": "x", "source": "tass", "entries": [{"stream": "engagement/y", "held": {"on": "2018"}}]},
        {"deal": "x", "entries": [{"regraded": {"source": "tass", "reliability": "A"}}]},
        {"source": "tass", "entries": [{"regraded": {"reliability": "A"}}]},
        {"source": "tass", "entries": [{"disputed": {"target": "@1"}}]},
        {"entries": [{"stream": "source/tass", "event": "regraded", "source": "ptt", "reliability": "A"}]},
        {"groups": [{"deal": "x", "source": "tass", "entries": [OPENED]}]},
        {"deal": "y", "groups": [{"framework": "x", "source": "tass", "entries": [{"in-force": {"on": "2018"}}]}]},
        {"source": "tass", "groups": [{"deal": "x", "entries": [OPENED]}, {"deal": "y", "entries": [OPENED]}]},
        {"deal": "x", "source": "tass", "entries": [{"opened": {**OPENED["opened"], "note": None}}]},
    ],
)
def test_what_entries_share_they_need_not_say(dossier: Any) -> None:
    assert faults(dossier) == []


@pytest.mark.parametrize(
    "dossier",
    [
        {"source": "tass", "entries": [OPENED]},
        {"deal": "x", "entries": [OPENED]},
        {"engagement": "x", "source": "tass", "entries": [OPENED]},
        {"deal": "x", "source": "tass", "entries": [RESUMED]},
        {"deal": "x", "source": "tass", "groups": [{"framework": "y", "entries": [OPENED]}]},
        {"deal": "x", "groups": [{"source": "tass", "entries": [OPENED]}], "entries": [OPENED]},
        {"entries": [{"disputed": {"target": "@1"}}]},
    ],
)
def test_what_nothing_gives_to_all_each_entry_has_to_say(dossier: Any) -> None:
    assert faults(dossier) != []


# The schema itself.


def test_its_keys_are_those_that_the_reader_knows() -> None:
    schema = dossier_schema()
    assert schema["properties"].keys() == set(yaml_parts.KEYS)
    assert schema["definitions"]["group"]["properties"].keys() == set(yaml_parts.KEYS_OF_A_GROUP)
    assert schema["definitions"]["defaults"]["properties"].keys() == set(DEFAULTS)
    for name, event in CATALOGUE.by_stored_name.items():
        others = {key for key in STREAM_KEYS if not name.startswith(key) and key != "stream"}
        within = schema["definitions"][name]["properties"].keys()
        assert within == {"event", *OF_ANY_ENTRY, *event.model_fields} - others, name


def test_the_schema_is_the_same_every_time() -> None:
    assert json.dumps(dossier_schema()) == json.dumps(dossier_schema())


def test_every_definition_is_used_and_every_reference_leads_somewhere() -> None:
    schema = dossier_schema()
    targets = set(references(schema))
    for target in targets:
        part: Any = schema
        for step in target.removeprefix("#/").split("/"):
            part = part[step]
    assert {target.split("/")[2] for target in targets} == set(schema["definitions"])


def references(schema: Any) -> Iterator[str]:
    """The references within a schema; in draft 7 nothing may stand beside one."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            assert list(schema) == ["$ref"]
            yield schema["$ref"]
        for part in schema.values():
            yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)


def test_it_names_no_address_but_that_of_its_draft() -> None:
    assert re.findall(r"https?://[^\"]*", json.dumps(dossier_schema())) == ["http://json-schema.org/draft-07/schema#"]


def test_every_event_and_every_field_is_described_in_the_words_of_the_catalogue() -> None:
    definitions = dossier_schema()["definitions"]
    for name, event in CATALOGUE.by_stored_name.items():
        assert definitions[name]["description"]
        for field, info in event.model_fields.items():
            schema = definitions[name]["properties"][field]
            schema = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            assert schema["description"] == info.description, f"{name}.{field}"
