"""checkpoint and keys: signing for what a ledger holds."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from tests.cli.runner import LEDGER, Inside, Process
from tests.storage.forger import forge, rehash

ENTRIES = 21
FIRST = "; the key's first signature for this ledger"


@pytest.fixture
def key(armsledger: Inside) -> Path:
    """A signer key, and beside it the verifier key."""
    assert armsledger("proof keys new arms.key --name example.org/desk").status == 0
    return Path("arms.key")


def test_a_new_key_is_its_owners_alone(armsledger: Inside) -> None:
    answer = armsledger("proof keys new arms.key --name example.org/desk")
    assert (answer.status, answer.err) == (
        0,
        "arms.key: the signer key, secret; arms.key.pub: the verifier key; arms.key.signed: what it signed last\n",
    )
    assert stat.S_IMODE(os.stat("arms.key").st_mode) == 0o600
    assert answer.out == Path("arms.key.pub").read_text(encoding="utf-8")
    assert answer.out.startswith("example.org/desk+")
    assert armsledger("proof keys show arms.key").out == answer.out


def test_a_key_is_never_overwritten(armsledger: Inside, key: Path) -> None:
    before = key.read_bytes()
    answer = armsledger("proof keys new arms.key")
    assert answer.status == 1
    assert "never overwritten" in answer.err
    assert key.read_bytes() == before


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_no_key_can_have_is_refused(armsledger: Inside, name: str) -> None:
    answer = armsledger(["proof", "keys", "new", "arms.key", "--name", name])
    assert answer.status == 1
    assert "cannot be the name of a key" in answer.err
    assert not Path("arms.key").exists()


def test_a_verifier_key_is_no_signer_key(armsledger: Inside, key: Path) -> None:
    answer = armsledger("proof keys show arms.key.pub")
    assert answer.status == 1
    assert "this is not a signer key" in answer.err


def test_a_checkpoint_is_a_note_of_three_lines_and_a_signature(armsledger: Inside, seed: Path, key: Path) -> None:
    answer = armsledger("proof checkpoint signed --key arms.key")
    told = armsledger("info --json").json
    assert (answer.status, answer.out) == (0, "")
    assert answer.err == f"signed: signed for {ENTRIES} entries, root {told['root']}{FIRST}\n"
    lines = Path("signed").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == [f"armsledger/ledger/{told['ledger_id']}/{told['created_at']}", str(ENTRIES)]
    assert lines[4].startswith("\N{EM DASH} example.org/desk ")
    assert told["checkpoint"]["size"] == ENTRIES


def test_the_key_may_be_named_by_the_environment(process: Process, seed: Path, key: Path) -> None:
    answer = process("proof checkpoint -", env={"ARMSLEDGER_KEY": "arms.key"})
    assert answer.status == 0
    assert answer.out.startswith("armsledger/ledger/")
    assert answer.err.startswith("standard output: signed for ")


def test_nothing_is_signed_without_a_key(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("proof checkpoint signed")
    assert answer.status == 2
    assert "armsledger proof keys new" in answer.err


def test_a_file_is_overwritten_only_if_told(armsledger: Inside, seed: Path, key: Path) -> None:
    Path("signed").write_text("mine", encoding="utf-8")
    answer = armsledger("proof checkpoint signed --key arms.key")
    assert answer.status == 1
    assert "--replace" in answer.err
    assert Path("signed").read_text(encoding="utf-8") == "mine"
    assert armsledger("info --json").json["checkpoint"] is None
    assert armsledger("proof checkpoint signed --key arms.key --replace").status == 0
    assert [name for name in os.listdir() if name.endswith(".part")] == []


def test_an_empty_ledger_is_not_signed_for(armsledger: Inside, key: Path) -> None:
    armsledger("init")
    answer = armsledger("proof checkpoint signed --key arms.key")
    assert (answer.status, Path("signed").exists()) == (1, False)
    assert "record something first" in answer.err


def test_a_key_that_others_may_read_signs_nothing(armsledger: Inside, seed: Path, key: Path) -> None:
    key.chmod(0o644)
    answer = armsledger("proof checkpoint signed --key arms.key")
    assert (answer.status, Path("signed").exists()) == (1, False)
    assert "chmod 600 arms.key" in answer.err


def test_the_key_is_not_in_the_ledger(armsledger: Inside, seed: Path, key: Path) -> None:
    secret = key.read_bytes().strip().split(b"+", 4)[4]  # the base64 of the key may hold a + itself
    armsledger("proof checkpoint signed --key arms.key")
    armsledger("proof make @3 proof --key arms.key")
    for name in (LEDGER, "signed", "proof"):
        assert secret not in Path(name).read_bytes()


def test_what_does_not_continue_the_last_checkpoint_is_not_signed(armsledger: Inside, seed: Path, key: Path) -> None:
    assert armsledger("proof checkpoint signed --key arms.key").err.count("\n") == 1
    forge(LEDGER, "DELETE FROM checkpoint", "UPDATE journal SET recorded_by = 'nobody' WHERE position = 3")
    rehash(LEDGER)
    answer = armsledger("proof checkpoint again --key arms.key")
    assert (answer.status, answer.out, Path("again").exists()) == (1, "", False)
    told, remedy = answer.err.splitlines()
    assert told.startswith("error: nothing was signed for armsledger.db: arms.key.signed/")
    assert "others than those that were signed for: history was rewritten" in told
    assert remedy.startswith("  remedy: what was recorded was rewritten since")


def test_a_note_that_is_kept_elsewhere_can_be_given(armsledger: Inside, seed: Path, key: Path) -> None:
    assert armsledger("proof checkpoint signed --key arms.key").status == 0
    armsledger("proof keys new new.key --name new")
    assert armsledger("proof checkpoint later --key new.key --after signed").status == 1
    assert armsledger("proof checkpoint later --key new.key --after signed --signed-by arms.key.pub").status == 0
    assert armsledger("proof checkpoint last --key new.key --after nothing").status == 1


def test_a_colleague_signs_the_same_checkpoint(armsledger: Inside, seed: Path, key: Path) -> None:
    armsledger("proof checkpoint signed --key arms.key")
    armsledger("proof keys new colleague.key --name colleague")
    both = "--key arms.key.pub --key colleague.key.pub --signers 2"
    before = armsledger(f"verify --journal --checkpoint signed {both}")
    assert (before.status, "1 of the trusted keys signed it, and 2 are asked for" in before.out) == (1, True)
    answer = armsledger("proof cosign signed --key colleague.key --signed-by arms.key.pub")
    assert (answer.status, answer.out) == (0, "")
    signers = r"example.org/desk\+\w+ and colleague\+\w+"
    told = rf"signed: signed for {ENTRIES} entries, root [0-9a-f]{{64}}, by {signers}{FIRST}\n"
    assert re.fullmatch(told, answer.err)
    again = armsledger("proof cosign signed --key colleague.key").err
    assert re.search(r", by colleague\+\w+; not checked: what is signed as example.org/desk\+\w+ \(--signed-by", again)
    assert armsledger(f"verify --journal --checkpoint signed {both}").status == 0
    made = armsledger("proof make @3 proof").err
    assert re.search(r"; not checked: what is signed as example.org/desk\+\w+ and colleague\+\w+ \(proof check", made)
    assert armsledger(f"proof check proof {both}").lines[-1].count("+") == 2
    assert armsledger("proof check proof --key colleague.key.pub --signers 2").status == 2


def test_a_note_without_a_name_is_passed_on_with_one_signature_more(armsledger: Inside, seed: Path, key: Path) -> None:
    note = armsledger("proof checkpoint - --key arms.key").out
    armsledger("proof keys new colleague.key --name colleague")
    answer = armsledger("proof cosign - --key colleague.key", stdin=note)
    assert answer.status == 0
    assert answer.out.startswith(note)
    assert answer.out.count("\N{EM DASH} ") == 2
