"""Dossiers in YAML: whatever the bytes, they are read, or refused with place and remedy."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError
from armsledger.exchange.dossiers.dossier import Dossier
from armsledger.exchange.dossiers.yaml_dossier import YamlDossier
from tests.exchange.dossiers.test_fuzz import PIECES, YAML
from tests.exchange.dossiers.written import NOWHERE
from tests.fuzz.campaign import campaign, outcome, try_out
from tests.fuzz.mutation import damaged, odd_entries, sample_entries

ANCHORS = b"""entries:
- &one {deal: x, event: opened, items: &items [{designation: &name S-400}, *name], supplier: RUS}
- {deal: y, event: opened, items: *items, buyer: *name}
- *one
"""
BLOCKS = b"""# remark
sources: []
entries:
  - deal: x
    event: 'contract-signed'
    note: >-
      folded
      text

        more
    quote: |2+
       kept

    ? on
    : "2018\\x2d10 \\
      \\u00e9"
    value: ~
"""
AS_JSON = json.dumps({"sources": [{"key": "wire"}], "entries": sample_entries()[:3]}, indent=1).encode()
SEEDS = (YAML, ANCHORS, BLOCKS, AS_JSON)

entries = st.lists(odd_entries(sample_entries()), max_size=3).map(
    lambda found: json.dumps({"entries": found}, ensure_ascii=False).encode("utf-8", "surrogatepass")
)
dossiers = st.one_of(damaged(SEEDS, PIECES), damaged(SEEDS, PIECES), entries)


def all_is_read(dossier: Dossier, name: str = "d") -> list[str]:
    """Read a dossier to its end, each entry twice, and every place that is known of it; the streams of its entries."""
    streams = []
    with dossier:
        for mark, proposed in dossier.proposals():
            assert next(dossier.again([mark]))[1].proposal == proposed.proposal
            for field in proposed.proposal.fields:
                assert proposed.place_of(f"{field}.0.x").startswith(f"{name}:")
            streams.append(str(proposed.proposal.stream))
    return streams


def reads_or_refuses(data: bytes) -> None:
    """Check that nothing but a refusal with a place comes of any bytes."""
    found = outcome(lambda: all_is_read(YamlDossier(BytesIO(data), "d", NOWHERE)))
    if isinstance(found, LedgerError):
        assert found.place.startswith("d:")
        str(found).encode()


def test_damaged_yaml_is_read_or_refused() -> None:
    try_out(dossiers, reads_or_refuses)


@pytest.mark.soak
def test_damaged_yaml_is_read_or_refused_for_ten_minutes() -> None:
    campaign(dossiers, reads_or_refuses)
