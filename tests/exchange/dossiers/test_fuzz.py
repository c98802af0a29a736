"""Whatever the bytes: they are read, or refused with place and remedy."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError
from armsledger.exchange.dossiers.dossier import Dossier, open_dossier
from armsledger.exchange.dossiers.jsonl import JsonlDossier
from armsledger.exchange.dossiers.yaml_dossier import YamlDossier
from tests.exchange.dossiers.written import NOWHERE

Opening = Callable[[bytes], Dossier]
OPENINGS: dict[str, Opening] = {
    "yaml": lambda data: YamlDossier(BytesIO(data), "d", NOWHERE),
    "jsonl": lambda data: JsonlDossier(BytesIO(data), "d", NOWHERE),
    "any": lambda data: open_dossier(None, stdin=BytesIO(data), name="d"),
}
YAML = b"""sources:
  - key: tass
    publisher: "TA\\u0053S"
    file: x.txt
entries:
  - deal: india-s400   # remark
    event: &e contract-signed
    on: 2018-10
    value: ~USD 5bn
    items: [{designation: 'S-400', description: >-}]
  - {stream: deal/x, event: *e, what: {event: delivered, tranche: 1}, due: ../2021-12-15~}
  - source: tass
    event: regraded
    note: |
      a
       b
"""
JSONL = (
    b'{"key": "tass", "publisher": "TA\\u0053S", "published": null, "file": "x.txt"}\n'
    b'{"deal": "x", "event": "opened", "items": [{"designation": "S-400"}], "share": 10.50, "n": 1e3}\n'
    b'{"source": "tass", "event": "regraded", "recorded_at": "2026-11-22T12:00:00.000000Z", "recorded_by": "a"}\n'
)
PIECES = [b"- ", b"  ", b"\n", b"\t", b":", b": ", b"{", b"}", b"[", b"]", b",", b'"', b"'", b"\\", b"&a ", b"*a", b"!"]
PIECES += [b"!!str ", b"|", b">", b"%", b"@", b"`", b"#", b" #", b"? ", b"---\n", b"...\n", b"<<: ", b"~", b"null"]
PIECES += [b"\0", b"\xff", b"\xc3", b"\xc3\xa9", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85", b"\r", b"\x1b", b"\\u"]
PIECES += [
    b"\\ud800",
    b"\\u0000",
    b"NaN",
    b"1e999",
    b"true",
    b"entries",
    b"sources",
    b"deal",
    b"event",
    b"key",
    b"\x7f",
]
PIECES += [b"%YAML 1.1\n", b"%TAG ! x\n", b"9" * 30, b"\xf0\x9f\xbf\xbe", b"\\U00110000", b"recorded_at"]


def reads_or_refuses(opening: Opening, data: bytes) -> None:
    """Check that nothing but a refusal comes of any bytes, and that it can be shown."""
    refusal: LedgerError | None = None
    try:
        with opening(data) as dossier:
            for mark, proposed in dossier.proposals():
                assert next(dossier.again([mark]))[1].proposal == proposed.proposal
                for field in proposed.proposal.fields:
                    assert proposed.place_of(f"{field}.0.x").startswith("d:")
    except LedgerError as error:
        refusal = error
    if refusal is not None:
        assert refusal.place.startswith("d:")
        assert refusal.remedy
        str(refusal).encode()


def damaged(whole: bytes, dice: random.Random) -> bytes:
    """A dossier with some of its bytes exchanged, left out or doubled."""
    data = bytearray(whole)
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(data) + 1), dice.choice([0, 0, 1, 2, 10])
        data[at : at + length] = dice.choice([b"", dice.randbytes(2), dice.choice(PIECES), bytes(data[at : at + 20])])
    return bytes(data)


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("whole", [YAML, JSONL], ids=["yaml", "jsonl"])
def test_a_damaged_dossier_is_read_or_refused(opening: str, whole: bytes) -> None:
    dice = random.Random(opening)
    for _ in range(600):
        reads_or_refuses(OPENINGS[opening], damaged(whole, dice))


@pytest.mark.parametrize("opening", OPENINGS)
def test_pieces_of_yaml_and_json_in_any_order_are_read_or_refused(opening: str) -> None:
    dice = random.Random(opening)
    for _ in range(2000):
        reads_or_refuses(OPENINGS[opening], b"".join(dice.choices(PIECES, k=dice.randint(1, 12))))


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_dossier_that_ends_too_early_is_read_or_refused(opening: str) -> None:
    for whole in (YAML, JSONL):
        for end in range(len(whole)):
            reads_or_refuses(OPENINGS[opening], whole[:end])


@pytest.mark.parametrize("opening", OPENINGS)
@given(data=st.binary(max_size=60))
def test_random_bytes_are_read_or_refused(opening: str, data: bytes) -> None:
    reads_or_refuses(OPENINGS[opening], data)


@pytest.mark.parametrize("opening", OPENINGS)
@given(text=st.text(max_size=40))
def test_random_text_in_a_field_is_read_or_refused(opening: str, text: str) -> None:
    data = f"entries:\n  - deal: x\n    event: opened\n    note: {text}\n"
    reads_or_refuses(OPENINGS[opening], data.encode("utf-8", "surrogatepass"))
