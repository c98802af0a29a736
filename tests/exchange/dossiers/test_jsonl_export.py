"""What is exported reads back as the same entries."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.decisions.fields import event_class, read_event
from armsledger.domain.entry import Entry
from armsledger.domain.errors import Refused
from armsledger.domain.events.catalogue import CATALOGUE, OWN
from armsledger.domain.events.expectation import Expected
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement
from armsledger.exchange.dossiers.dossier import open_dossier
from armsledger.exchange.dossiers.jsonl import line_of, write_jsonl
from armsledger.exchange.dossiers.objects import OF_A_SOURCE, Proposed
from armsledger.storage.schema import instant_text
from tests.exchange.dossiers.statements import entries
from tests.exchange.dossiers.written import jsonl, piped, yaml

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def entry(stream: str, event: str, **fields: object) -> Entry:
    """A recorded entry."""
    kind = stream.partition("/")[0]
    whole = {"on": "2018-10", "asserted": "2021-11-12", **fields}
    by_name = {name: found for kinds in CATALOGUE.by_kind.values() for name, found in kinds.items()}
    said = (OWN_EVENTS[kind].get(event) or by_name[event]).model_validate(whole)
    return Entry(stream, 1, 1, "a1", NOON, "ann", said)


OWN_EVENTS = {kind: {event.name: event for event in events} for kind, events in OWN.items()}


def exported(*recorded: Entry) -> str:
    """The export of these entries."""
    out = StringIO()
    assert write_jsonl(((entry, {}, None) for entry in recorded), out) == len(recorded)
    return out.getvalue()


def event_of(proposed: Proposed) -> Statement:
    """The event that is proposed, as it would be recorded."""
    stream = proposed.proposal.stream
    return read_event(event_class(stream, proposed.proposal.event), proposed.proposal.fields)


def test_a_line_begins_with_stream_and_event_and_has_its_other_keys_in_order() -> None:
    signed = entry(
        "deal/india-s400", "contract-signed", value="~USD 5bn", quantity="5 units", source="theprint", note="é"
    )
    assert line_of(signed) == (
        '{"deal": "india-s400", "event": "contract-signed", "asserted": "2021-11-12", "id": "a1", "note": "é", '
        '"on": "2018-10", "quantity": {"count": 5}, "recorded_at": "2026-11-22T12:00:00.000000Z", '
        '"recorded_by": "ann", "source": "theprint", '
        '"value": {"amount": "5000000000", "approximate": true, "currency": "USD"}}'
    )


@pytest.mark.parametrize(
    ("recorded", "begin"),
    [
        (entry("engagement/summit-21", "held"), '{"engagement": "summit-21", "event": "held", '),
        (entry("framework/mtc", "signed"), '{"framework": "mtc", "event": "signed", '),
        (entry("source/tass", "registered", publisher="TASS"), '{"source": "tass", "event": "registered", '),
        (entry("source/tass", "retracted", target="a", reason="r"), '{"source": "tass", "event": "retracted", '),
        (entry("source/tass", "expected", what="x", due="2018"), '{"stream": "source/tass", "event": "expected", '),
        (
            entry("source/tass", "disputed", target="a", source="pti"),
            '{"stream": "source/tass", "event": "disputed", ',
        ),
    ],
)
def test_every_kind_of_stream_leads_its_lines(recorded: Entry, begin: str) -> None:
    assert line_of(recorded).startswith(begin)
    [proposed] = jsonl(line_of(recorded))
    assert str(proposed.proposal.stream) == recorded.stream
    assert event_of(proposed) == recorded.event


def test_a_time_of_recording_is_written_in_utc() -> None:
    moscow = entry("deal/x", "amended")._replace(recorded_at=NOON.astimezone(timezone(timedelta(hours=3))))
    assert json.loads(line_of(moscow))["recorded_at"] == "2026-11-22T12:00:00.000000Z"


def test_an_empty_ledger_exports_an_empty_file() -> None:
    assert exported() == ""


@given(st.lists(entries(), max_size=4))
def test_what_is_exported_reads_back_as_the_same_entries(recorded: list[Entry]) -> None:
    text = exported(*recorded)
    assert text == exported(*recorded)
    assert text.count("\n") == len(recorded)
    for before, after in zip(recorded, jsonl(text), strict=True):
        assert str(after.proposal.stream) == before.stream
        assert after.proposal.event == before.event.name
        assert after.proposal.id == before.id
        assert (after.recorded_at, after.recorded_by) == (instant_text(before.recorded_at), before.recorded_by)
        assert event_of(after) == before.event


def reads_as_text(entry: Entry) -> bool:
    """Whether all its fields know their types: YAML has text only."""
    return not isinstance(entry.event, Corrected | Expected)


@given(entries().filter(reads_as_text))
def test_json_reads_the_same_as_yaml_and_as_jsonl(recorded: Entry) -> None:
    fields = json.loads(line_of(recorded))
    [by_yaml] = yaml(json.dumps({"entries": [fields]}, indent="\t"))
    assert by_yaml.proposal.stream == jsonl(json.dumps(fields))[0].proposal.stream
    assert event_of(by_yaml) == recorded.event


@given(st.lists(entries(), min_size=1, max_size=3))
def test_an_export_is_known_as_one_from_standard_input(recorded: list[Entry]) -> None:
    with open_dossier(None, stdin=BytesIO(exported(*recorded).encode())) as dossier:
        assert dossier.is_restore
        assert len(list(dossier.proposals())) == len(recorded)


def test_the_events_of_a_source_can_be_told_by_their_names() -> None:
    """What is short for a source's stream must not be an event with which anything else could be opened."""
    for kind in ("deal", "engagement", "framework"):
        opening = {event.name for event in CATALOGUE.by_kind[kind].values() if event.opens}
        assert not opening & OF_A_SOURCE


def test_a_field_that_the_catalogue_does_not_have_is_left_to_the_domain_with_its_line() -> None:
    [proposed] = piped('{"deal": "x", "event": "opened", "items": [{"designation": "S-400", "unroca": "VIII"}]}')
    with pytest.raises(Refused) as caught:
        event_of(proposed)
    assert caught.value.field.startswith(("on", "asserted", "items.0.unroca", "supplier"))
    assert proposed.place_of("items.0.unroca") == "standard input:1"
