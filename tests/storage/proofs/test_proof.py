"""The file that proves an entry without the ledger: as it was written, it proves; changed anywhere, it does not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.storage.proofs import proof as proof_module
from armsledger.storage.proofs.errors import CheckpointFails, ProofFails, UnreadableProof, UnreadableRecord
from armsledger.storage.proofs.merkle import Frontier, inclusion_proof, leaf_hash
from armsledger.storage.proofs.note import Checkpoint
from armsledger.storage.proofs.proof import MOST_HASHES, Proof, check_proof, read_proof, write_proof
from armsledger.storage.proofs.record import Record, parse_record, record_bytes
from armsledger.storage.proofs.signing import Signer
from tests.processes import python
from tests.storage.proofs.example_tree import (
    CHECKPOINT_TEXT,
    LEDGER_ID,
    ORIGIN,
    PROOF_TEXT,
    PROVED,
    RECORDS,
    SIZE,
    blob_of,
    checkpoint,
    note,
    records,
    signer,
    verifier,
)
from tests.storage.proofs.tampering import read_or_refused, single_changes, tampered


def golden() -> Proof:
    """The golden proof, of the contract at position 3."""
    return read_proof(PROOF_TEXT)


def checked(data: bytes) -> Record:
    """The entry that a file proves to those who trust the golden key."""
    return check_proof(read_proof(data), [verifier()])


def test_the_golden_proof_is_the_one_that_was_written() -> None:
    hashes = inclusion_proof(PROVED, SIZE, blob_of)
    assert write_proof(RECORDS[PROVED], PROVED, hashes, note()) == PROOF_TEXT
    assert str(golden()) == PROOF_TEXT


def test_nothing_heavy_is_loaded_with_the_modules_but_when_it_is_needed() -> None:
    heavy = {"sqlalchemy", "eventsourcing", "cryptography", "pydantic", "pydantic_core"}
    program = f"""
import sys
from armsledger.storage.proofs import keys
from armsledger.storage.proofs import merkle
from armsledger.storage.proofs import note
from armsledger.storage.proofs import proof
from armsledger.storage.proofs import record
print(*(sys.modules.keys() & {heavy}))
"""
    assert python("-c", program) == "\n"


def test_it_proves_its_entry() -> None:
    record = check_proof(golden(), [verifier()], ledger_id=LEDGER_ID)
    assert record == records()[PROVED]
    assert json.loads(record.payload)["value"] == {"amount": "5430000000", "approximate": True, "currency": "USD"}


@pytest.mark.parametrize("index", range(SIZE))
def test_every_entry_can_be_proved(index: int) -> None:
    text = write_proof(RECORDS[index], index, inclusion_proof(index, SIZE, blob_of), note())
    assert checked(text.encode()) == records()[index]


def test_the_only_entry_of_a_ledger_is_proved_without_a_hash() -> None:
    frontier = Frontier()
    frontier.extend([leaf_hash(RECORDS[0])])
    text = write_proof(RECORDS[0], 0, [], Checkpoint(ORIGIN, 1, frontier.root()).signed(signer()))
    assert "index 0\n\narmsledger/ledger/" in text
    assert checked(text.encode()).position == 1


def test_no_single_change_goes_unnoticed_but_a_signature_that_stands_twice() -> None:
    changes = [data for data in single_changes(PROOF_TEXT.encode()) if data != PROOF_TEXT.encode()]
    assert len(changes) > 4000
    twice = f"{PROOF_TEXT}{note().signatures[0]}\n"
    assert [data.decode() for data in changes if read_or_refused(checked, data) is not None] == [twice]


def test_bits_all_over_the_record_count() -> None:
    record = golden().record
    for place in range(0, len(record) * 8, 13):
        turned = (int.from_bytes(record, "big") ^ 1 << place).to_bytes(len(record), "big")
        with pytest.raises((UnreadableRecord, ProofFails)):
            check_proof(replace(golden(), record=turned), [verifier()])


def test_the_entry_of_another_position_is_told_apart() -> None:
    with pytest.raises(ProofFails, match="its entry is the one at position 4, and its index is 2"):
        check_proof(replace(golden(), record=RECORDS[3]), [verifier()])
    with pytest.raises(ProofFails, match="its entry is the one at position 3, and its index is 3"):
        check_proof(replace(golden(), index=3), [verifier()])


def test_an_entry_that_was_changed_does_not_lead_to_the_root() -> None:
    changed = record_bytes(parse_record(RECORDS[PROVED])._replace(recorded_by="somebody else"))
    with pytest.raises(ProofFails, match="its hashes do not lead from the entry to the root of the checkpoint"):
        check_proof(replace(golden(), record=changed), [verifier()])


def test_an_entry_after_the_checkpoint_is_told() -> None:
    earlier = Checkpoint(ORIGIN, 2, Frontier.load(2, blob_of).root()).signed(signer())
    with pytest.raises(ProofFails, match="its entry is at position 3; the checkpoint is of 2 entries"):
        check_proof(replace(golden(), note=earlier), [verifier()])


@pytest.mark.parametrize(("size", "root"), [(6, Frontier.load(6, blob_of).root()), (7, bytes(32)), (70, bytes(32))])
def test_the_checkpoint_of_another_tree_does_not_fit(size: int, root: bytes) -> None:
    other = Checkpoint(ORIGIN, size, root).signed(signer())
    with pytest.raises(ProofFails, match="its hashes do not lead from the entry to the root of the checkpoint"):
        check_proof(replace(golden(), note=other), [verifier()])


def test_a_checkpoint_that_nobody_trusted_signed_proves_nothing() -> None:
    forger = Signer("armsledger", bytes(32))
    with pytest.raises(CheckpointFails):
        check_proof(replace(golden(), note=checkpoint().signed(forger)), [verifier()])
    with pytest.raises(CheckpointFails, match="no key is trusted"):
        check_proof(golden(), [])


def test_the_ledger_can_be_asked_for() -> None:
    with pytest.raises(ProofFails, match=r"is one of the ledger 6f1d.*, not of 0"):
        check_proof(golden(), [verifier()], ledger_id="0")
    elsewhere = Checkpoint("example.org/log", SIZE, checkpoint().root).signed(signer())
    with pytest.raises(ProofFails, match=r"its checkpoint is not one of a ledger, but of example\.org/log"):
        check_proof(replace(golden(), note=elsewhere), [verifier()])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@v1", "@v2", "does not begin with c2sp.org/tlog-proof@v1"),
        ("extra ", "Extra ", "there is no line 'extra' where it should be"),
        ("extra ", "extra  ", "is not base64"),
        ("index 2", "index 02", "'02' is not a whole number"),
        ("index 2", "index -2", "'-2' is not a whole number"),
        ("index 2", "index 2 ", "'2 ' is not a whole number"),
        ("index 2\n", "", "there is no line 'index' where it should be"),
        ("index 2\n", "index 2\nAAAA\n", "not up to 63 of 32 bytes each"),
        ("index 2\n", f"index 2\n{'A' * 43}=\n" * 2, "is not base64"),
        ("\n\narms", "\narms", "'armsledger/ledger/.*' is not base64"),
        ("index 2\n", "index 2\n\n", "the signature of armsledger is not one of this text"),
        ("\n", "\r\n", "does not begin with"),
    ],
)
def test_a_file_with_a_mistake_is_refused_and_told_what_it_is(old: str, new: str, said: str) -> None:
    assert old in PROOF_TEXT
    with pytest.raises((UnreadableProof, CheckpointFails), match=said):
        checked(PROOF_TEXT.replace(old, new, PROOF_TEXT.count(old) if old == "\n" else 1).encode())


@pytest.mark.parametrize("text", ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n\n", CHECKPOINT_TEXT])
def test_what_is_no_proof_at_all_is_refused(text: str) -> None:
    with pytest.raises(UnreadableProof, match="this is not a proof: "):
        read_proof(text)


def test_a_proof_without_its_record_proves_nothing() -> None:
    (line,) = [line for line in PROOF_TEXT.split("\n") if line.startswith("extra ")]
    for other in (PROOF_TEXT.replace(f"{line}\n", ""), PROOF_TEXT.replace(line, "extra ")):
        with pytest.raises(UnreadableProof):
            read_proof(other)


def test_the_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read_proof(str(replace(golden(), hashes=(bytes(32),) * MOST_HASHES))).hashes) == MOST_HASHES
    with pytest.raises(UnreadableProof, match="not up to 63"):
        replace(golden(), hashes=(bytes(32),) * (MOST_HASHES + 1))
    with pytest.raises(UnreadableProof, match="its index is out of range"):
        replace(golden(), index=2**63)
    lines = PROOF_TEXT.replace("index 2\n", "index 2\n" + f"{'A' * 43}=\n" * 1000)
    with pytest.raises(UnreadableProof):
        read_proof(lines)
    monkeypatch.setattr(proof_module, "LARGEST_PROOF_BYTES", len(PROOF_TEXT) - 1)
    with pytest.raises(UnreadableProof, match="it is longer than"):
        read_proof(PROOF_TEXT)


@given(tampered(PROOF_TEXT.encode()))
def test_fuzzed_bytes_are_a_proof_or_refused(data: bytes) -> None:
    read = read_or_refused(read_proof, data)
    assert read is None or str(read).encode() == data


@given(tampered(PROOF_TEXT.encode()))
def test_fuzzed_bytes_prove_the_entry_or_nothing(data: bytes) -> None:
    assert read_or_refused(checked, data) in (None, records()[PROVED])


@given(st.permutations(range(3)), st.lists(st.integers(0, SIZE - 1), max_size=3))
def test_the_hashes_prove_in_their_order_only(order: list[int], others: list[int]) -> None:
    hashes = tuple(golden().hashes[place] for place in order)
    mixed = hashes + tuple(leaf_hash(RECORDS[other]) for other in others)
    if mixed == golden().hashes:
        assert check_proof(golden(), [verifier()]) == records()[PROVED]
    else:
        with pytest.raises(ProofFails):
            check_proof(replace(golden(), hashes=mixed), [verifier()])
