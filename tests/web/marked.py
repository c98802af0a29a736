"""Histories of which each entry has words of its own, so that what a page says is laid to the entry that says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.values.when import When
from tests.application.book import Object

MARK = re.compile(r"zq\d+q")
AMOUNT = re.compile(r"^(~?[A-Z]{3} )\d[\d.]*(m|bn)$")
FIGURES = re.compile(r"\b\d{3}\.\d\d\b")
EVERYWHERE = ("quote", "note")
WORDS_OF_THE_EVENT = ("title", "place", "unit_name", "terms", "route", "conditions", "criteria", "prime")
"""Fields whose text decides nothing."""
CHOSEN_REASONS = ("corrected", "retracted", "returned", "lost")
"""Events whose reason is one of a list."""
OUR_COPY = ("entry-error", "translation")


def mark(number: int) -> str:
    """The word that only one entry says."""
    return f"zq{number}q"


def marked(objects: Iterable[Object]) -> list[Object]:
    """The objects of a dossier, each with its mark in every text that it can have; amounts are marks of their own."""
    return [_marked(given, number) for number, given in enumerate(objects)]


def _marked(given: Object, number: int) -> Object:
    if is_source(given):
        return {**given, "publisher": f"{given['publisher']} {mark(number)}", "title": mark(number)}
    event = _event(given)
    words: Object = {field: _with(given.get(field), mark(number)) for field in EVERYWHERE}
    words |= {field: mark(number) for field in WORDS_OF_THE_EVENT if field in event.model_fields}
    if "reason" in event.model_fields and given["event"] not in CHOSEN_REASONS:
        words["reason"] = mark(number)
    if not given["stream"].startswith("source/"):
        words["attribution"] = {"speaker": f"Mr {mark(number)}", "role": f"minister {mark(number)}"}
    return {**given, **words, **_amounts(given, number)}


def is_source(given: Object) -> bool:
    """Whether an object registers a source."""
    return bool(given.get("event", "registered") == "registered")


def key_of(source: Object) -> str:
    """The key of a source that is registered."""
    return str(source.get("key") or source["stream"].partition("/")[2])


def _event(given: Object) -> Any:
    kind = given["stream"].partition("/")[0]
    return CATALOGUE.by_kind[kind][given["event"]]


def _with(text: Any, word: str) -> str:
    return f"{text} {word}" if text else word


def _amounts(given: Object, number: int) -> Object:
    """Amounts that no other entry has, nor a sum of them."""
    return {
        field: AMOUNT.sub(rf"\g<1>{amount_of(number)}\2", given[field])
        for field in ("amount", "value", "ceiling")
        if isinstance(given.get(field), str) and not given.get("so_far")
    }


def amount_of(number: int) -> str:
    """Figures of an amount that only one entry gives."""
    return f"{101 + number}.{(number * number * 7 + 13) % 90 + 11}"


def known_on(objects: Sequence[Object], day: int) -> set[int]:
    """The places of the objects that are known on a day (a proleptic ordinal): of what sources had said by then.

    A source is known with the first entry that cites it; a repair of our own copy with what it repairs.
    """
    entries = {number: given for number, given in enumerate(objects) if not is_source(given)}
    sources: dict[Any, int] = {key_of(given): number for number, given in enumerate(objects) if is_source(given)}
    ids = {given["id"]: number for number, given in entries.items() if "id" in given}

    def since(number: int) -> int:
        given: dict[str, Any] = objects[number]
        if given.get("reason") in OUR_COPY and given["event"] in ("corrected", "retracted"):
            return since(ids[given["target"]])
        return When.read(given.get("asserted") or objects[sources[given["source"]]]["published"]).last

    known = {number for number in entries if since(number) <= day}
    cited = {given.get("source") for number in known for given in (objects[number], objects[number].get("set", {}))}
    judged = {key_of(objects[number]) for number in known if objects[number]["stream"].startswith("source/")}
    return known | {sources[key] for key in (cited | judged) & sources.keys()}


MOST = 800
"""Objects that can be told apart by their amounts."""
BY_AMOUNT = {amount_of(number): number for number in range(MOST)}


def marks_in(text: str) -> set[int]:
    """The places of the objects whose words or figures a text holds."""
    words = {int(found[2:-1]) for found in MARK.findall(text)}
    return words | {BY_AMOUNT[found] for found in FIGURES.findall(text) if found in BY_AMOUNT}
