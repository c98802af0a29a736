"""Dossiers of one JSON object a line: they are read as JSON is, or refused with place and remedy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError
from armsledger.exchange.dossiers.jsonl import JsonlDossier
from armsledger.exchange.dossiers.objects import RESERVED
from tests.exchange.dossiers.test_fuzz import JSONL, PIECES
from tests.exchange.dossiers.written import NOWHERE
from tests.fuzz.campaign import campaign, outcome, try_out
from tests.fuzz.mutation import damaged, odd_entries, sample_entries
from tests.fuzz.test_yaml import all_is_read

STAMP = {"id": "one", "recorded_at": "2026-11-22T12:00:00.000000Z", "recorded_by": "a"}
EXPORT = "".join(json.dumps({**entry, **STAMP}) + "\n" for entry in sample_entries()[:4]).encode()
SEEDS = (JSONL, b"\xef\xbb\xbf" + JSONL, JSONL.replace(b"\n", b"\r\n"), EXPORT)


@st.composite
def odd_lines(draw: st.DrawFn) -> bytes:
    """Entries with hostile values, one a line, in one of the forms in which programs write JSON."""
    found = draw(st.lists(odd_entries(sample_entries()), min_size=1, max_size=3))
    plain = draw(st.booleans())
    return "".join(f"{json.dumps(entry, ensure_ascii=plain)}\n" for entry in found).encode("utf-8", "surrogatepass")


dossiers = st.one_of(damaged(SEEDS, PIECES), odd_lines())


def reads_or_refuses(data: bytes) -> None:
    """Check that nothing but a refusal with a place comes of any bytes, and that what is read is what JSON says."""
    found = outcome(lambda: all_is_read(JsonlDossier(BytesIO(data), "d", NOWHERE)))
    if isinstance(found, LedgerError):
        assert found.place.startswith("d:")
        str(found).encode()
        return
    with JsonlDossier(BytesIO(data), "d", NOWHERE) as dossier:
        said = [proposed.proposal for _, proposed in dossier.proposals()]
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    for line, proposal in zip(lines, said, strict=True):
        assert dict(proposal.fields) == fields_by_json(line, proposal.event, proposal.fields)


def fields_by_json(line: bytes, event: str, read: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry as Python's own reader of JSON has them, beside the event's name or below it."""
    value = json.loads(line, parse_float=str)
    if value.get("event") is None and isinstance(value.get(event), dict | None) and event in value:
        value |= value.pop(event) or {}
    names_a_stream = {*RESERVED, "source"} - read.keys()
    return {name: part for name, part in value.items() if name not in names_a_stream}


def test_damaged_jsonl_is_read_or_refused() -> None:
    try_out(dossiers, reads_or_refuses)


@pytest.mark.soak
def test_damaged_jsonl_is_read_or_refused_for_ten_minutes() -> None:
    campaign(dossiers, reads_or_refuses)
