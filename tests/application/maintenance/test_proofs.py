"""Proving that an entry is in a ledger, to somebody who does not have it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.application.maintenance.proofs import NoSuchEntry, NotCovered, verify_proof
from armsledger.domain.errors import LedgerError, UnknownStream, UsageError
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.proofs.errors import CheckpointFails, ProofFails
from armsledger.storage.proofs.keys import new_key
from tests.application.book import SOURCES, paid, take
from tests.application.maintenance.trust import (
    ENTRIES,
    TOLD,
    Place,
    confirmed,
    filled,
    proof,
    public,
    signed,
)
from tests.storage.forger import forge, rehash


@pytest.mark.parametrize("position", range(1, ENTRIES + 1))
def test_every_entry_can_be_proved(path: Path, key: Path, position: int) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
        row = next(row for row in ledger.log() if row.position == position)
    proved = verify_proof(proof(path, position, key), [public(key)])
    assert (proved.record.position, proved.size) == (position, ENTRIES)
    assert f"{proved.record.stream}@{proved.record.version}" == row.entry
    assert proved.event == row.event


def test_an_entry_is_named_by_its_address_or_its_position(ledger: Place, key: Path) -> None:
    texts = {proof(ledger, entry, key).read_text(encoding="utf-8") for entry in ("deal/x@3", "@7", 7)}
    assert len(texts) == 1


@pytest.mark.parametrize("entry", ["deal/x@99", "deal/z@1", "@99", 0])
def test_an_entry_that_is_not_there_cannot_be_proved(path: Path, key: Path, entry: str | int) -> None:
    with pytest.raises((NoSuchEntry, UnknownStream)):
        proof(filled(path), entry, key)
    assert not key.with_name("proof").exists()


@pytest.mark.parametrize("entry", ["deal/x", "", "@", "@x", "@-1", "a deal@1", "@" + "9" * 30])
def test_what_names_no_entry_is_refused(path: Path, key: Path, entry: str) -> None:
    with pytest.raises(UsageError):
        proof(filled(path), entry, key)


def test_without_a_key_the_last_checkpoint_is_used(ledger: Place, key: Path) -> None:
    file = key.with_name("proof")
    with Ledger(ledger) as opened_again:
        with pytest.raises(NotCovered):
            opened_again.prove(1, file)
        signed(ledger, key)
        take(opened_again, paid("USD 1m", "deal/y", tranche=2))
        assert opened_again.prove(ENTRIES, file).size == ENTRIES
        with pytest.raises(NotCovered, match="armsledger proof checkpoint"):
            opened_again.prove(ENTRIES + 1, file)
    assert verify_proof(file, [public(key)]).record.position == ENTRIES


def test_a_checkpoint_that_was_handed_out_serves_too(ledger: Place, key: Path) -> None:
    handed_out, file = signed(ledger, key), key.with_name("proof")
    with Ledger(ledger) as opened_again:
        take(opened_again, paid("USD 1m", "deal/y", tranche=2))
        assert opened_again.prove(4, file, checkpoint=handed_out).size == ENTRIES
        with pytest.raises(NotCovered):
            opened_again.prove(ENTRIES + 1, file, checkpoint=handed_out, replace=True)


def test_nothing_is_proved_against_a_checkpoint_of_another_ledger_or_history(
    ledger: Place, key: Path, tmp_path: Path
) -> None:
    handed_out = signed(ledger, key)
    with Ledger(tmp_path / "other.db") as other:
        take(other, *SOURCES, *TOLD)
        with pytest.raises(CheckpointFails, match="another ledger"):
            other.prove(1, "-", checkpoint=handed_out)
    forge(ledger, "UPDATE journal SET recorded_by = 'nobody' WHERE position = 3")
    rehash(ledger)
    with Ledger(ledger) as rewritten, pytest.raises(CheckpointFails, match="others than those that were signed for"):
        rewritten.prove(1, "-", checkpoint=handed_out)


def test_an_edited_entry_cannot_be_proved(ledger: Place, key: Path) -> None:
    handed_out, file = signed(ledger, key), key.with_name("proof")
    forge(ledger, "UPDATE journal SET recorded_by = 'nobody' WHERE position = 3")
    with Ledger(ledger) as opened_again, pytest.raises(LedgerDamaged, match="not what was signed for"):
        opened_again.prove(3, file, checkpoint=handed_out)
    with pytest.raises(LedgerDamaged, match="not what was signed for"):
        proof(ledger, 3, key)
    assert not file.exists()


def test_a_proof_needs_a_trusted_key(ledger: Place, key: Path, tmp_path: Path) -> None:
    file = proof(ledger, 3, key)
    stranger = new_key(tmp_path / "stranger")
    with pytest.raises(CheckpointFails, match="not signed by armsledger"):
        verify_proof(file, [str(stranger)])
    with pytest.raises(UsageError, match="no key"):
        verify_proof(file, [])


def test_a_proof_of_one_entry_proves_no_other(ledger: Place, key: Path) -> None:
    file = proof(ledger, 3, key)
    third = file.read_text(encoding="utf-8").splitlines()
    fourth = proof(ledger, 4, key).read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([third[0], fourth[1], *third[2:], ""]), encoding="utf-8")
    with pytest.raises(ProofFails):
        verify_proof(file, [public(key)])


def test_a_proof_holds_when_the_ledger_is_gone(path: Path, key: Path) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
    file = proof(path, "deal/x@1", key)
    path.unlink()
    assert verify_proof(file, [public(key)]).data["supplier"] == "RUS"


def test_a_copy_of_a_ledger_is_the_same_ledger(path: Path, key: Path) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
    file = signed(path, key)
    copy = shutil.copy(path, path.with_name("copy.db"))
    assert confirmed(Path(copy), file, public(key)).sound


def test_all_errors_name_a_remedy(ledger: Place, key: Path) -> None:
    with Ledger(ledger) as opened_again:
        for ask in (
            lambda: opened_again.prove("@99", "-", key=key),
            lambda: opened_again.prove(1, "-"),
            lambda: opened_again.checkpoint("-", key.with_name("nothing")),
        ):
            with pytest.raises(LedgerError) as refused:
                ask()
            assert refused.value.remedy
