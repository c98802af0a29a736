"""The event of an erasure: read for ever as it was stored, and proposed by nobody."""

from __future__ import annotations

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.erasure import ERASURE, Forgotten
from armsledger.domain.events.persons import places
from armsledger.domain.values.stream import KINDS, PERSON

STORED = (
    '{"asserted":"2026-11-22","by":"ann","on":"2026-11-22"}',
    '{"asserted":"2026-11-22","at":"2026-11-22T12:00:00.000000Z","by":"themselves: request 12","on":"2026-11-22"}',
)
"""Frozen when they were released."""


def test_a_stored_erasure_is_read_for_ever_and_stored_again_in_the_same_words() -> None:
    for payload in STORED:
        event = CATALOGUE.decode(ERASURE, 1, payload)
        assert isinstance(event, Forgotten)
        assert CATALOGUE.encode(PERSON, event) == ("person.forgotten", 1, payload)


def test_nobody_can_propose_an_erasure_or_name_the_stream_of_a_person() -> None:
    assert PERSON not in KINDS
    assert ERASURE not in CATALOGUE.by_stored_name
    assert not any(issubclass(event, Forgotten) for events in CATALOGUE.by_kind.values() for event in events.values())


def test_an_erasure_names_no_person() -> None:
    assert list(places({"asserted": "2026-11-22", "by": "ann", "on": "2026-11-22"})) == []
