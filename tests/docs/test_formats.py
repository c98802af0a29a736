"""The page of the formats shows the golden files, and a verifier written from it alone comes to the same verdicts."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from itertools import islice
from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest
from cryptography.exceptions import InvalidSignature

from armsledger.storage.proofs.merkle import Frontier, leaf_hash, node_hash
from armsledger.storage.proofs.note import Checkpoint
from armsledger.storage.proofs.proof import Proof, check_proof, read_proof, write_proof
from armsledger.storage.proofs.record import Record, record_bytes
from armsledger.storage.proofs.signing import Signer
from examples import verify_proof
from tests.processes import PATIENCE_SECONDS, ROOT, python
from tests.storage.proofs.example_tree import (
    GOLDEN,
    LEAVES,
    PROOF_TEXT,
    PROVED,
    VERIFIER_TEXT,
    checkpoint,
    records,
    signer,
    verifier,
)
from tests.storage.proofs.tampering import read_or_refused, single_changes

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```text golden/(\S+) ?(\d*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
"""The golden files in the page: name, number of the line if it is one only, and text."""
SCRIPT = ROOT / "examples" / "verify_proof.py"


def test_the_examples_of_the_page_are_the_golden_files() -> None:
    for name, line, text in SHOWN:
        golden = (GOLDEN / name).read_text(encoding="utf-8")
        assert text == (golden.splitlines(keepends=True)[int(line) - 1] if line else golden)
    assert {name for name, _, _ in SHOWN} == {path.name for path in GOLDEN.iterdir()}


def test_the_hashes_of_the_page_are_those_of_the_example() -> None:
    nodes = {f"L{number}": leaf for number, leaf in enumerate(LEAVES, start=1)}
    for name, left, right in (
        ("N12", "L1", "L2"),
        ("N34", "L3", "L4"),
        ("N56", "L5", "L6"),
        ("N14", "N12", "N34"),
        ("N57", "N56", "L7"),
        ("root(7)", "N14", "N57"),
    ):
        nodes[name] = node_hash(nodes[left], nodes[right])
    shown = dict(re.findall(r"^\| `(\S+)` \| `([0-9a-f]{64})` \|$", PAGE, re.MULTILINE))
    assert shown == {name: node.hex() for name, node in nodes.items()}
    assert checkpoint().root == nodes["root(7)"]
    assert read_proof(PROOF_TEXT).hashes == (nodes["L4"], nodes["N12"], nodes["N57"])


def test_the_members_of_a_record_are_listed_in_their_order() -> None:
    (table,) = re.findall(r"^\| 1 \| `position`.*?(?=\n\n)", PAGE, re.MULTILINE | re.DOTALL)
    listed = [re.findall(r"`(\w+)`", line.split("|")[2]) for line in table.splitlines()]
    assert tuple(name for names in listed for name in names) == Record._fields


def without_login(record: Record) -> list[object]:
    """The members of a record that has no login."""
    *before, login, payload = record
    assert login is None
    return ["armsledger/entry/1", *before, payload]


def test_the_command_of_the_page_prints_the_entry() -> None:
    (command,) = re.findall(r"^\$ (python examples/verify_proof.py .*)$", PAGE, re.MULTILINE)
    words = command.replace("python ", f"{shlex.quote(sys.executable)} ", 1)
    done = subprocess.run(
        words, shell=True, cwd=ROOT, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    said, _, shown = done.stdout.partition("\n")
    assert said == "PROVED:"
    entry, end = json.JSONDecoder().raw_decode(shown)
    assert entry == without_login(records()[PROVED])
    assert shown[end:].strip() == str(checkpoint()).strip()


def test_the_command_refuses_what_was_changed(tmp_path: Path) -> None:
    changed = tmp_path / "changed.tlog-proof"
    changed.write_text(PROOF_TEXT.replace("index 2", "index 3"), encoding="utf-8")
    said = python(SCRIPT, changed, VERIFIER_TEXT, status=1, capture_output=False, stdout=PIPE, stderr=STDOUT)
    assert said == "NOT PROVED: the entry, its index and the size of the tree do not fit\n"


def test_the_example_verifier_needs_nothing_of_ours() -> None:
    imports = re.findall(r"^(?:from|import) (\w+)", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(imports) == {"__future__", "base64", "hashlib", "json", "sys", "cryptography"}


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.soak)])
def test_the_example_verifier_proves_the_golden_entry_or_nothing(step: int) -> None:
    """What we refuse it may take only if it is the golden entry in another spelling; what we take it takes."""
    for data in islice(single_changes(PROOF_TEXT.encode()), 0, None, step):
        proof = read_or_refused(read_proof, data)
        ours = proof is not None and _is_proved(proof)
        theirs = _example_verdict(data)
        assert theirs in (None, without_login(records()[PROVED]))
        assert theirs is not None or not ours


def test_the_example_verifier_proves_an_entry_that_has_a_login() -> None:
    record = record_bytes(records()[0]._replace(login="ann"))
    frontier = Frontier()
    frontier.extend([leaf_hash(record)])
    note = Checkpoint(checkpoint().origin, 1, frontier.root()).signed(signer())
    fields, _ = verify_proof.check(write_proof(record, 0, [], note), VERIFIER_TEXT)
    assert fields[0] == "armsledger/entry/2"
    assert "ann" in fields


@pytest.mark.parametrize(("old", "new"), [("armsledger+", "somebody+"), ("+AQ", "+Ag"), ("+AQO", "+AQP")])
def test_the_example_verifier_refuses_a_damaged_key(old: str, new: str) -> None:
    assert old in VERIFIER_TEXT
    with pytest.raises(ValueError, match="the verifier key is damaged"):
        verify_proof.check(PROOF_TEXT, VERIFIER_TEXT.replace(old, new))


def test_the_example_verifier_refuses_a_checkpoint_of_another_key() -> None:
    with pytest.raises(ValueError, match="the checkpoint is not signed by this key"):
        verify_proof.check(PROOF_TEXT, str(Signer("armsledger", bytes(32)).verifier))


def test_the_golden_proof_is_what_the_page_says_of_it() -> None:
    proof = read_proof(PROOF_TEXT)
    assert write_proof(proof.record, proof.index, proof.hashes, proof.note) == PROOF_TEXT
    assert verify_proof.check(PROOF_TEXT, VERIFIER_TEXT) == (
        without_login(check_proof(proof, [verifier()])),
        str(checkpoint()).removesuffix("\n"),
    )


def _is_proved(proof: Proof) -> bool:
    return read_or_refused(lambda _: check_proof(proof, [verifier()]), b"") is not None


def _example_verdict(data: bytes) -> list[object] | None:
    try:
        return verify_proof.check(data.decode(), VERIFIER_TEXT)[0]
    except (ValueError, InvalidSignature):
        return None
