"""Labels of facts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from armsledger.application.pictures.labels import label_of, ordinal_words
from armsledger.application.pictures.marks import LANES, lane_of
from armsledger.domain.events.catalogue import CATALOGUE, OWN
from armsledger.domain.events.statement import Role
from tests.processes import ROOT

SAMPLES = sorted((ROOT / "tests/domain/events/samples").glob("*.json"))
LONGEST = 90


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_event_has_a_label_of_few_words(path: Path) -> None:
    stored = json.loads(path.read_text(encoding="utf-8"))
    event = CATALOGUE.decode(stored["name"], stored["schema_version"], json.dumps(stored["payload"]))
    if event.role is Role.OCCURRENCE:
        label = label_of(event)
        assert label.head[:1] == label.head[:1].upper()
        assert 0 < len("".join(label)) <= LONGEST
        assert not any(sign in "".join(label) for sign in ("None", "{", "()", "  ", " ,", " :"))


def test_every_event_of_a_deal_has_a_lane() -> None:
    names = {lane.name for lane in LANES}
    assert {lane_of(event.name) for event in OWN["deal"] if event.name != "listed"} <= names


def test_numbers_of_meetings_are_read_as_people_say_them() -> None:
    assert [ordinal_words(number) for number in (1, 2, 3, 4, 11, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "21st", "112th",
    ]  # fmt: skip
