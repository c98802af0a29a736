"""Stored events: samples of each, frozen when they were released, which must be read for ever.

A sample is never edited. An event whose fields change gets a higher version, an upcast, and a sample of
the new version beside the old one. An event that gains fields which may be left out keeps its version and gets another
sample beside the old one: ``deal.delivered.v1.2.json`` is the second of version 1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from armsledger.domain.events.catalogue import CATALOGUE, COMMON
from armsledger.domain.events.payload import canonical_json, fields_of
from armsledger.domain.events.statement import Statement
from tests.domain.specification import given
from tests.domain.words import corrected, opened, paid, retracted, signed

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
NO_SOURCE = {"source.registered": {"source"}, "source.regraded": {"source"}}
"""A source is not cited by another source."""
SINCE_THE_SECOND_SAMPLES = {"apart_from"}
"""Fields that all events gained at once: the samples that were frozen since then give them."""


def sample(path: Path) -> tuple[str, int, dict[str, Any]]:
    """The stored name, version and fields of a sample."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return stored["name"], stored["schema_version"], stored["payload"]


def kind_of(name: str) -> str:
    """The kind of stream in which an event is stored."""
    return name.partition(".")[0]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_stored_event_is_read_for_ever(path: Path) -> None:
    name, version, payload = sample(path)
    event = CATALOGUE.decode(name, version, json.dumps(payload))
    assert isinstance(event, CATALOGUE.by_stored_name[name])


def test_a_stored_event_of_this_release_is_stored_again_in_the_same_words() -> None:
    for name, version, payload in map(sample, SAMPLES):
        if version == CATALOGUE.by_stored_name[name].schema_version:
            event = CATALOGUE.decode(name, version, json.dumps(payload))
            assert CATALOGUE.encode(kind_of(name), event) == (name, version, canonical_json(payload))


def test_the_last_sample_gives_every_field_of_its_event() -> None:
    last: dict[tuple[str, int], dict[str, Any]] = {}
    for path in sorted(SAMPLES, key=number_of):
        name, version, payload = sample(path)
        last[name, version] = payload
    for name, event in CATALOGUE.by_stored_name.items():
        payload = last.get((name, event.schema_version), {})
        silent = set(event.model_fields) - set(payload) - NO_SOURCE.get(name, set())
        assert not payload or silent <= SINCE_THE_SECOND_SAMPLES, name
    assert {field for payload in last.values() for field in payload} >= SINCE_THE_SECOND_SAMPLES


def number_of(path: Path) -> int:
    """Which sample of its version a file holds: the first one has no number."""
    last = path.stem.rpartition(".")[2]
    return int(last) if last.isdecimal() else 1


def test_a_sample_is_named_for_what_it_holds() -> None:
    for path in SAMPLES:
        name, version, _ = sample(path)
        number = number_of(path)
        assert path.name == (f"{name}.v{version}.json" if number == 1 else f"{name}.v{version}.{number}.json")


def test_the_samples_of_a_version_are_numbered_without_gaps() -> None:
    numbers: dict[str, list[int]] = {}
    for path in SAMPLES:
        numbers.setdefault("{}.v{}".format(*sample(path)), []).append(number_of(path))
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())


def test_every_version_of_every_event_has_a_sample() -> None:
    """Events that any stream may hold are one class in all kinds, so the sample of a deal speaks for them."""
    held = {sample(path)[:2] for path in SAMPLES}
    elsewhere = {f"{kind}.{event.name}" for kind in CATALOGUE.by_kind if kind != "deal" for event in COMMON}
    assert held == {
        (name, version)
        for name, event in CATALOGUE.by_stored_name.items()
        if name not in elsewhere
        for version in range(1, event.schema_version + 1)
    }


def test_what_any_stream_may_hold_is_stored_alike_in_all_of_them() -> None:
    common = {f"deal.{event.name}" for event in COMMON}
    for name, version, payload in [stored for stored in map(sample, SAMPLES) if stored[0] in common]:
        event = name.partition(".")[2]
        for kind in CATALOGUE.by_kind:
            read = CATALOGUE.decode(f"{kind}.{event}", version, json.dumps(payload))
            assert CATALOGUE.encode(kind, read) == (f"{kind}.{event}", version, canonical_json(payload))


def test_canonical_json_is_that_of_rfc_8785() -> None:
    for _, _, payload in map(sample, SAMPLES):
        assert canonical_json(payload).encode() == rfc8785.dumps(payload)


def test_what_is_decided_upon_is_stored_and_read_without_loss() -> None:
    case = given(
        opened(items=["S-400 Triumf"]),
        signed(),
        paid("~USD 800m", tranche="1", id="p", share="15.00", status="reported", attribution="an official"),
        corrected("p", amount=None, tranche="advance"),
        retracted("p"),
    )
    for entry in case.entries:
        name, version, payload = CATALOGUE.encode("deal", entry.event)
        read: Statement = CATALOGUE.decode(name, version, payload)
        assert read == entry.event
        assert CATALOGUE.encode("deal", read).payload == payload
        assert payload.encode() == rfc8785.dumps(fields_of(entry.event))


def test_what_no_release_has_written_is_not_read() -> None:
    with pytest.raises(KeyError):
        CATALOGUE.decode("deal.forgotten", 1, "{}")
    for payload in ("{}", "nonsense", '{"on":"2019","asserted":"2019","colour":"green"}'):
        with pytest.raises(ValueError, match=r"validation error"):
            CATALOGUE.decode("deal.suspended", 1, payload)
