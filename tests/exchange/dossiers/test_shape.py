"""The objects of a dossier: which stream and event they are for, in YAML and JSONL alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from armsledger.domain.errors import UnreadableDossier, UnreadableValue
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.exchange.dossiers.objects import RESERVED, Proposed
from tests.exchange.dossiers.written import (
    jsonl,
    piped,
    refused_as,
    refuses_jsonl,
    refuses_value,
    refuses_yaml,
    streams,
    yaml,
)

RECORDED: dict[str, Any] = {"recorded_at": "2026-11-22T12:00:00.000000Z", "recorded_by": "ann"}


def both(entry: dict[str, Any]) -> list[Proposed]:
    """What an entry proposes, written in YAML and in JSONL."""
    text = json.dumps(entry)
    return [*yaml(f"entries:\n  - {text}\n"), *jsonl(text)]


def refused_by_both(entry: dict[str, Any], kind: type[UnreadableDossier | UnreadableValue], *told: str) -> None:
    """Check that an entry is refused, written in YAML and in JSONL."""
    text = json.dumps(entry)
    with pytest.raises(kind) as by_yaml:
        yaml(f"entries:\n  - {text}\n")
    with pytest.raises(kind) as by_jsonl:
        jsonl(text)
    refused_as(kind, by_yaml.value, "d.yaml:2", *told)
    refused_as(kind, by_jsonl.value, "d.jsonl:1", *told)


def test_no_event_has_a_field_of_a_name_that_dossiers_use_otherwise() -> None:
    for events in CATALOGUE.by_kind.values():
        for event in events.values():
            assert not RESERVED & set(event.model_fields), event


@pytest.mark.parametrize(
    ("entry", "stream"),
    [
        ({"deal": "india-s400", "event": "opened"}, "deal/india-s400 opened"),
        ({"engagement": "summit-21", "event": "held"}, "engagement/summit-21 held"),
        ({"framework": "mtc-2021", "event": "renewed"}, "framework/mtc-2021 renewed"),
        ({"stream": "deal/india-s400", "event": "opened"}, "deal/india-s400 opened"),
        ({"stream": "source/tass", "event": "expected"}, "source/tass expected"),
        ({"deal": "x", "engagement": None, "event": "opened"}, "deal/x opened"),
        ({"deal": 400, "event": "opened"}, "deal/400 opened"),
        ({"source": "tass", "event": "registered"}, "source/tass registered"),
        ({"source": "tass", "event": "regraded"}, "source/tass regraded"),
        ({"source": "tass", "event": "corrected"}, "source/tass corrected"),
        ({"source": "tass", "event": "retracted"}, "source/tass retracted"),
        ({"source": "tass", "event": "disputed"}, "source/tass disputed"),
        ({"source": "tass", "event": "resolved"}, "source/tass resolved"),
    ],
)
def test_an_entry_names_its_stream(entry: dict[str, Any], stream: str) -> None:
    assert streams(both(entry)) == [stream, stream]
    assert [one.proposal.fields for one in both(entry)] == [{}, {}]


def test_an_entry_of_a_deal_keeps_its_source() -> None:
    for one in both({"deal": "x", "event": "corrected", "source": "tass", "id": "a1", "note": "n"}):
        assert str(one.proposal.stream) == "deal/x"
        assert one.proposal.fields == {"source": "tass", "note": "n"}
        assert one.proposal.id == "a1"


def test_an_id_written_as_a_number_is_a_text() -> None:
    assert [one.proposal.id for one in both({"deal": "x", "event": "opened", "id": 17})] == ["17", "17"]


def test_what_stands_under_sources_is_registered() -> None:
    [one] = yaml("sources:\n  - key: tass\n    publisher: TASS\n    id: s1\n")
    assert streams([one]) == ["source/tass registered"]
    assert one.proposal.fields == {"publisher": "TASS"}
    assert one.proposal.id == "s1"


def test_a_line_with_a_key_and_without_an_event_is_a_source() -> None:
    assert streams(jsonl('{"key": "tass", "publisher": "TASS"}')) == ["source/tass registered"]


def test_sources_and_entries_are_proposed_in_the_order_of_the_file() -> None:
    text = "entries:\n  - {deal: x, event: opened}\nsources:\n  - key: tass\n  - key: pti\n"
    assert streams(yaml(text)) == ["deal/x opened", "source/tass registered", "source/pti registered"]


@pytest.mark.parametrize(
    ("entry", "message", "remedy"),
    [
        ({"deal": "x"}, "the entry names no event", "add event, such as event: contract-signed"),
        ({"deal": "x", "event": None}, "the entry names no event", "add event"),
        ({}, "the entry names no event", "add event"),
        ({"event": "opened"}, "the entry names no stream", "such as deal: india-s400"),
        ({"event": "expected", "source": "tass"}, "the entry names no stream", "such as deal: india-s400"),
        ({"event": "registered", "key": "tass"}, "the entry names no stream", "add deal, engagement or framework"),
        ({"deal": "x", "framework": "y", "event": "z"}, "two streams, by deal and by framework", "leave one of them"),
        ({"deal": "x", "stream": "deal/x", "event": "z"}, "two streams, by deal and by stream", "leave one of them"),
        ({"deal": "x", "event": "z", **RECORDED, "recorded_at": None}, "recorded_by is given without", "leave it out"),
    ],
)
def test_an_entry_without_one_event_and_one_stream_is_refused(entry: dict[str, Any], message: str, remedy: str) -> None:
    kind = UnreadableValue if "recorded_by" in message else UnreadableDossier
    refused_by_both(entry, kind, message, remedy)


@pytest.mark.parametrize(
    ("entry", "message", "remedy"),
    [
        ({"deal": "india s400", "event": "opened"}, "'india s400' is not a stream's key", "no blanks, slashes or @"),
        ({"deal": "deal/x", "event": "opened"}, "'deal/x' is not a stream's key", "no blanks, slashes or @"),
        ({"deal": "", "event": "opened"}, "'' is not a stream's key", "no blanks"),
        ({"stream": "india-s400", "event": "opened"}, "'india-s400' is not a stream", "write KIND/KEY"),
        ({"stream": "contract/x", "event": "opened"}, "'contract/x' is not a stream", "kinds are deal, engagement"),
        ({"deal": ["x"], "event": "opened"}, "deal is a list, not a text", "write deal: TEXT"),
        ({"deal": "x", "event": {"a": "b"}}, "event is a mapping, not a text", "write event: TEXT"),
        ({"deal": "x", "event": "opened", "id": []}, "id is a list, not a text", "write id: TEXT"),
        ({"source": ["a"], "event": "regraded"}, "source is a list, not a text", "write source: TEXT"),
    ],
)
def test_a_stream_or_id_that_cannot_be_one_is_refused(entry: dict[str, Any], message: str, remedy: str) -> None:
    refused_by_both(entry, UnreadableValue, message, remedy)


def test_true_and_false_name_nothing() -> None:
    with pytest.raises(UnreadableValue, match="id is true or false, not a text"):
        jsonl('{"deal": "x", "event": "opened", "id": true}')


def test_the_line_of_the_field_is_told() -> None:
    refuses_value(
        "entries:\n  - event: opened\n    on: 2018\n    deal: a b\n", "d.yaml:4", "deal", "not a stream's key", "key"
    )


def test_a_source_without_a_key_is_refused() -> None:
    refuses_yaml("sources:\n  - publisher: TASS\n", "d.yaml:2", "the source has no key", "add key, such as")


def test_a_source_with_an_impossible_key_is_refused() -> None:
    refuses_value("sources:\n  - publisher: x\n    key: a b\n", "d.yaml:3", "key", "'a b' is not", "no blanks")


# --- restoring ----------------------------------------------------------------------------------------------


def test_an_export_tells_when_and_by_whom_it_was_recorded() -> None:
    for one in both({"deal": "x", "event": "opened", "on": "2018", **RECORDED}):
        assert (one.recorded_at, one.recorded_by) == ("2026-11-22T12:00:00.000000Z", "ann")
        assert one.proposal.fields == {"on": "2018"}


@pytest.mark.parametrize(
    "instant",
    [
        "2026-11-22",
        "2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00.000000",
        "2026-11-22T12:00:00.000000+00:00",
        "2026-02-30T12:00:00.000000Z",
        "2026-11-22T24:00:01.000000Z",
        "٢٠٢٦-11-22T12:00:00.000000Z",
        "yesterday",
    ],
)
def test_a_time_that_no_ledger_writes_is_refused(instant: str) -> None:
    entry = {"deal": "x", "event": "opened", "recorded_at": instant, "recorded_by": "ann"}
    refused_by_both(entry, UnreadableValue, "is not a time of recording", "leave recorded_at and recorded_by out")


def test_a_time_of_recording_is_a_text() -> None:
    with pytest.raises(UnreadableValue, match="2026 is not a time of recording"):
        jsonl('{"deal": "x", "event": "opened", "recorded_at": 2026, "recorded_by": "ann"}')


def test_a_time_without_a_name_is_refused() -> None:
    entry = {"deal": "x", "event": "opened", "recorded_at": RECORDED["recorded_at"]}
    refused_by_both(entry, UnreadableValue, "does not tell by whom", "restore an export as it was written")


def test_an_export_is_one_throughout() -> None:
    exported = json.dumps({"deal": "x", "event": "opened", **RECORDED})
    by_hand = json.dumps({"deal": "x", "event": "opened"})
    remedy = "restore an export as it was written"
    refuses_jsonl(
        f"{exported}\n{by_hand}\n", "d.jsonl:2", "has no recorded_at, which others of this dossier have", remedy
    )
    refuses_jsonl(
        f"{by_hand}\n{exported}\n", "d.jsonl:2", "has recorded_at, which others of this dossier have not", remedy
    )
    refuses_yaml(
        f"sources:\n  - {{key: a}}\nentries:\n  - {exported}\n", "d.yaml:4", "others of this dossier have not", remedy
    )


def test_standard_input_is_called_so_or_by_the_name_given() -> None:
    assert piped('{"deal": "x", "event": "opened"}')[0].proposal.place == "standard input:1"
    assert piped('{"deal": "x", "event": "opened"}', name="mail")[0].place_of("on") == "mail:1"
