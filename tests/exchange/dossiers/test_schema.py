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
from tests.exchange.dossiers import written
from tests.exchange.dossiers.editors import faults, parsed
from tests.exchange.dossiers.schema_cases import Broken, broken, cases, dossier_of, sample_entries, short_form
from tests.processes import ROOT
from tests.rules.answers import flat, stories

RELEASED = ROOT / "tests" / "storage" / "copying" / "released"
FENCED = re.compile(r"^```yaml[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def dossiers() -> Iterator[tuple[str, str]]:
    """Every dossier in YAML that the repository holds, by name: files, and the examples of the pages."""
    for path in (*ROOT.glob("examples/*.yaml"), *ROOT.glob("tests/**/*.yaml")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md")):
        for number, text in enumerate(FENCED.findall(page.read_text(encoding="utf-8"))):
            yield f"{page.relative_to(ROOT)}, example {number}", text


DOSSIERS = {name: text for name, text in dossiers() if re.search(r"^(sources|entries):", text, re.MULTILINE)}
STORIES = list(stories())
BROKEN = list(broken())


def test_there_are_dossiers_to_try() -> None:
    assert {"examples/india-s400.yaml", "examples/seed-article.yaml", "README.md, example 0"} <= DOSSIERS.keys()


@pytest.mark.parametrize("name", [name for name in DOSSIERS if "stories" not in name and "spreadsheets" not in name])
def test_every_dossier_of_the_repository_is_valid(name: str) -> None:
    assert faults(parsed(DOSSIERS[name])) == []


@pytest.mark.parametrize("path", sorted(RELEASED.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_lines_of_an_export_are_valid_entries(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert faults(dossier_of(*lines)) == []


def test_every_story_is_a_valid_dossier() -> None:
    wrong = {
        story["name"]: found for _, story in STORIES if (found := faults(of_story(story))) and "refused" not in story
    }
    assert wrong == {}


def of_story(story: dict[str, Any]) -> Any:
    """The dossier of a story."""
    entries = [*story["first"], *flat(story["entries"])]
    return parsed(json.dumps({"sources": story["sources"], "entries": entries}, default=str))


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
    assert [one.what for one in BROKEN if faults(one.dossier) == []] == []


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
