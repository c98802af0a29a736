"""A dossier in the short form and its twin in the long form give the same ledger, ids included."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.recording.dossiers import RecordReport
from armsledger.exchange.dossiers.short_form import STREAM_KEYS
from tests.application.book import ALL_TOLD, SEED, SOURCES, STORY, Clock, Object, example, take, trail
from tests.application.recording.test_dossiers import ABOUT_OTHERS

SHARED = ("source", "status", "credibility", "attribution")


def shortened(entry: Object) -> Object:
    """The entry in the short form."""
    beside = ("id", "note", *STREAM_KEYS)
    fields = {name: value for name, value in entry.items() if name not in (*beside, "event")}
    return {**{name: entry[name] for name in beside if name in entry}, entry["event"]: fields}


def grouped(objects: Sequence[Object]) -> dict[str, Any]:
    """A dossier that says once what the entries of a stream share, as YAML reads it."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    sources = [given for given in objects if "event" not in given]
    for given in (given for given in objects if "event" in given):
        key = next(name for name in STREAM_KEYS if name in given)
        entry = {name: value for name, value in given.items() if name != key}
        group = groups.setdefault((key, given[key]), {key: given[key], "defaults": {}, "entries": []})
        group["entries"].append(entry)
    for group in groups.values():
        for name in SHARED:
            values = [json.dumps(entry.get(name)) for entry in group["entries"]]
            if len(set(values)) == 1 and group["entries"][0].get(name) is not None:
                group["defaults"][name] = group["entries"][0][name]
                for entry in group["entries"]:
                    del entry[name]
        group["entries"] = [shortened(entry) for entry in group["entries"]]
    return {"sources": sources, "groups": list(groups.values())}


def record(ledger: Ledger, dossier: dict[str, Any]) -> RecordReport:
    """Record a dossier that is written as JSON, which is YAML."""
    return ledger.record_stream(BytesIO(json.dumps(dossier, indent=1).encode()), name="dossier.json")


def nameless(objects: Sequence[Object]) -> list[Object]:
    """The objects without their ids, but for those that others refer to."""
    named = json.dumps([[given.get(name) for name in ("target", "same_as", "preferred", "over")] for given in objects])
    return [{k: v for k, v in given.items() if k != "id" or f'"{v}"' in named} for given in objects]


@pytest.mark.parametrize(
    "objects",
    [example(SEED), example(STORY), (*SOURCES, *ABOUT_OTHERS)],
    ids=["the article", "the story", "entries about others"],
)
@pytest.mark.parametrize("with_ids", [True, False])
def test_the_short_and_the_long_form_give_the_same_ledger(objects: Sequence[Object], with_ids: bool) -> None:
    written = list(objects) if with_ids else nameless(objects)
    with Ledger.in_memory(clock=Clock(ALL_TOLD)) as long, Ledger.in_memory(clock=Clock(ALL_TOLD)) as short:
        take(long, *written)
        assert record(short, grouped(written)).recorded == len(written)
        assert trail(short) == trail(long)
        assert record(short, grouped(written)).recorded == 0
        assert take(short, *written).recorded == 0
        assert record(long, grouped(written)).recorded == 0


def test_the_short_form_holds_in_jsonl_too() -> None:
    objects = [given if "event" not in given else shortened(given) for given in example(SEED)]
    with Ledger.in_memory(clock=Clock(ALL_TOLD)) as long, Ledger.in_memory(clock=Clock(ALL_TOLD)) as short:
        take(long, *example(SEED))
        take(short, *objects)
        assert trail(short) == trail(long)


def test_the_article_is_written_in_the_short_form() -> None:
    lines = SEED.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 110
