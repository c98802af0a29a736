"""Refusals are in our words, never in those of a library, and each names a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from armsledger.domain.decisions.event_names import EVERYDAY, NAMES
from armsledger.domain.decisions.fields import all_unreadable, event_class, field_reader, with_lists
from armsledger.domain.errors import UnknownEvent, UnreadableValue
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.stream import StreamId, StreamKind

OF_THE_LIBRARY = re.compile(
    r"[Ii]nput|[Ff]ield required|[Ee]xtra |should |[Vv]alue error|[Tt]uple|[Dd]ictionary|[Ss]tring|boolean|parse|"
    r"validation|instance|Decimal\(|Traceback|pydantic"
)
BAD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 7, 10**30, 3.5, 1e300, float("nan")),
    *("", " ", "zzz", "-1", "USD", "2021-13", "9" * 400, "a" * 400),
    *([], [1], ["zzz"], [None], [[1]], [{}]),
    *({}, {"a": 1}, {"event": 1}, {"designation": 1}, {"designation": "K2", "unroca": "X"}, {"speaker": 3}),
    *({"amount": "x", "currency": "US"}, {"amount": -1, "currency": "USD"}, {"count": -1}, {"count": "x", "unit": 3}),
    *({"amount": "1", "currency": "USD", "amount_high": "x"}, {"count": 1, "count_high": []}),
)

UNROKA = {"designation": "K2", "unroka": "I"}


def all_fields() -> Iterator[tuple[type[Statement], str]]:
    """Every field of every event."""
    for event in CATALOGUE.by_stored_name.values():
        yield from ((event, name) for name in event.model_fields)


def test_no_message_about_any_field_of_the_catalogue_is_in_a_librarys_words() -> None:
    refusals: list[UnreadableValue] = []
    for event, name in all_fields():
        for value in BAD:
            try:
                field_reader(event, name).validate_python(with_lists(event, {name: value})[name])
            except ValidationError as error:
                refusals += all_unreadable(error, event, within=name)
    assert len(refusals) > 10_000
    for refusal in refusals:
        assert OF_THE_LIBRARY.search(refusal.message) is None, refusal.message
        assert OF_THE_LIBRARY.search(refusal.remedy) is None, refusal.remedy
        assert refusal.remedy, refusal.message
        assert len(refusal.message) < 300


def unreadable(kind: StreamKind, event: str, **fields: Any) -> list[tuple[str, str, str]]:
    """The field, message and remedy of each value that cannot be read."""
    event_type = CATALOGUE.by_kind[kind][event]
    [(name, value)] = fields.items()
    with pytest.raises(ValidationError) as caught:
        field_reader(event_type, name).validate_python(with_lists(event_type, {name: value})[name])
    refusals = all_unreadable(caught.value, event_type, within=name)
    return [(refusal.field, refusal.message, refusal.remedy) for refusal in refusals]


@pytest.mark.parametrize(
    ("event", "fields", "told"),
    [
        ("contract-signed", {"mode": "sold"}, ("mode", "'sold' is no mode", "did you mean 'sale'? It is one of ")),
        ("expected", {"modality": "Planned"}, ("modality", "'Planned' is no modality", "did you mean 'planned'?")),
        ("delivered", {"part": "maybe"}, ("part", "'maybe' is neither yes nor no", "write part: yes, or part: no")),
        ("delivered", {"credibility": "high"}, ("credibility", "'high' is no whole number", "a whole number such")),
        ("delivered", {"credibility": 0}, ("credibility", "0 is less than 1", "1 (confirmed) to 6")),
        ("delivered", {"note": ["a"]}, ("note", "['a'] is a list, not a text", "write a text; note is: a remark")),
        ("opened", {"items": [UNROKA]}, ("items.0.unroka", "items has no part 'unroka'", "did you mean 'unroca'?")),
        ("opened", {"items": [{}]}, ("items.0.designation", "designation is missing", "add designation")),
        ("delivered", {"attribution": 3}, ("attribution", "3 is a number, not a mapping", "{NAME: VALUE}")),
        ("tranche-paid", {"share": "half"}, ("share", "'half' is no number", "such as 130 or 12.5")),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_has_its_sentence(event: str, fields: dict[str, Any], told: tuple[str, str, str]) -> None:
    [(field, message, remedy)] = unreadable("deal", event, **fields)
    assert (field, message) == told[:2]
    assert told[2] in remedy


def test_several_values_that_cannot_be_read_are_several_mistakes() -> None:
    items = [{"designation": "K2", "unroca": "X", "condition": "old"}, {"designation": 3}]
    fields = [field for field, _, _ in unreadable("deal", "opened", items=items)]
    assert fields == ["items.0.unroca", "items.0.condition", "items.1.designation"]


@pytest.mark.parametrize(
    ("kind", "name", "remedy"),
    [
        ("deal", "return", "did you mean 'returned'?"),
        ("deal", "signed", "did you mean 'contract-signed'? 'signed' is an event of a framework"),
        ("deal", "payment", "did you mean 'tranche-paid'?"),
        ("deal", "delivery", "did you mean 'delivered'?"),
        ("deal", "contract_signed", "did you mean 'contract-signed'?"),
        ("deal", "Delivered", "did you mean 'delivered'?"),
        ("deal", "tranche-payed", "did you mean 'tranche-paid'?"),
        ("deal", "postponed", "'postponed' is an event of an engagement, not of a deal"),
        ("engagement", "visit", "did you mean 'held'?"),
        ("framework", "renewal", "did you mean 'renewed'?"),
        ("source", "opened", "'opened' is an event of a deal, not of a source"),
        ("deal", "zzz", "'armsledger deal --help' lists the events"),
        ("deal", "a" * 10_000, "'armsledger deal --help' lists the events"),
    ],
)
def test_the_event_that_is_meant_is_suggested(kind: StreamKind, name: str, remedy: str) -> None:
    with pytest.raises(UnknownEvent) as caught:
        event_class(StreamId(kind, "x"), name)
    assert caught.value.remedy == remedy


def test_everyday_words_stand_for_events_that_there_are() -> None:
    assert {event for event in EVERYDAY.values() if event not in NAMES} <= {"industrial-arrangement-agreed"}
