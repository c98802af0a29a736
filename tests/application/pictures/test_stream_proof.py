"""The proof of a stream: its entries lead to the root, and what was changed since does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.application.pictures.stream_proof import StreamProof, stream_proof
from armsledger.storage.integrity.checkpoints import stored_record
from armsledger.storage.proofs.keys import new_key
from armsledger.storage.proofs.merkle import leaf_hash
from tests.application.maintenance.trust import ENTRIES, filled, record_another, signed
from tests.storage.forger import forge, rehash


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger of four sources, a deal of three entries, and another of two."""
    return Path(filled(tmp_path / "ledger.db"))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_key(tmp_path / "key", "tester")
    return tmp_path / "key"


def proof(path: Path, size: int | None = None) -> StreamProof:
    with Ledger(path) as opened:
        reader = opened.journal().reader
        return stream_proof(reader, "deal/x", reader.head() if size is None else size)


def test_each_entry_of_the_stream_leads_to_the_root(ledger: Path) -> None:
    with Ledger(ledger) as opened:
        root = opened.root().root.hex()
        leaves = [leaf_hash(stored_record(opened.journal().reader, position) or b"").hex() for position in (5, 6, 7)]
    found = proof(ledger)
    assert (found.size, found.root, found.misfits, found.kept) == (ENTRIES, root, (), None)
    assert dict(found.leaves) == dict(enumerate(leaves, 1))


def test_an_earlier_position_has_the_root_and_the_entries_of_then(ledger: Path) -> None:
    found = proof(ledger, 6)
    assert (found.size, sorted(found.leaves), found.misfits) == (6, [1, 2], ())
    assert found.root != proof(ledger).root


@pytest.mark.parametrize(
    ("forgery", "misfits"),
    [
        ("UPDATE journal SET recorded_by = 'nobody' WHERE position = 6", (2,)),
        ("UPDATE journal SET payload = replace(payload, '8000000', '9000000') WHERE position = 6", (2,)),
        ("UPDATE journal SET hashes = zeroblob(length(hashes)) WHERE position = 7", (3,)),
        (
            "UPDATE journal SET hashes = x'00' WHERE position = 6",
            (1, 2, 3),
        ),  # 5 has it as neighbour, 7 the subtree of both
        ("UPDATE journal SET hashes = zeroblob(length(hashes)) WHERE position = 8", (1, 2, 3)),  # a peak
        ("UPDATE journal SET recorded_by = 'nobody' WHERE position = 9", ()),  # of another stream: not looked at
    ],
)
def test_an_entry_that_was_changed_does_not_lead_to_the_root(
    ledger: Path, forgery: str, misfits: tuple[int, ...]
) -> None:
    forge(ledger, forgery)
    assert proof(ledger).misfits == misfits


def test_the_last_checkpoint_is_continued_unless_history_was_rewritten(ledger: Path, key: Path) -> None:
    signed(ledger, key)
    record_another(ledger)
    kept = proof(ledger).kept
    assert kept is not None
    assert (kept.size, kept.is_continued) == (ENTRIES, True)
    assert [name.partition("+")[0] for name in kept.names] == ["tester"]
    earlier = proof(ledger, 6).kept
    assert earlier is not None
    assert earlier.is_continued  # the tree of six is the beginning of the signed one
    forge(ledger, "UPDATE journal SET recorded_by = 'nobody' WHERE position = 3")
    rehash(ledger)
    rewritten = proof(ledger).kept
    assert rewritten is not None
    assert not rewritten.is_continued
    assert proof(ledger).misfits == ()  # which only the checkpoint tells
