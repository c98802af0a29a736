"""What somebody puts among the checkpoints that a ledger keeps is named, and keeps nobody from signing for ever."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.storage.copying.copy import CopyDiffers
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.proofs.errors import NothingSigned
from armsledger.storage.proofs.keys import new_key, read_signer
from armsledger.storage.proofs.merkle import HASH_BYTES
from armsledger.storage.proofs.note import Checkpoint, Signature, SignedNote
from armsledger.storage.proofs.origin import origin_of
from armsledger.storage.proofs.signing import Signer
from tests.application.maintenance.trust import ENTRIES, copied, findings, public, record_another, signed
from tests.storage.forger import forge

AT = "2026-11-22T12:00:00.000000Z"
NOT_A_TEXT = b"\xff\xfe"
WRONG_ROOT = b"\x01" * HASH_BYTES
JUNK: dict[str, tuple[object, object, object]] = {
    "no note": (3, AT, "junk"),
    "bytes": (3, AT, NOT_A_TEXT),
    "a time that is none": (3, "whenever", "junk"),
    "a size that is none": ("many", AT, "junk"),
    "more than there is": (10**12, AT, "junk"),
    "the last time there is": (ENTRIES, "9999-12-31T23:59:59.999999Z", "junk"),
}


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """The file of a key that nobody here knows."""
    new_key(tmp_path / "stranger", "stranger")
    return tmp_path / "stranger"


def put(path: Path, size: object, made_at: object, note: object) -> None:
    """Put a row among the kept checkpoints, as whoever writes the file can."""
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO checkpoint VALUES (?, ?, ?)", (size, made_at, note))
    connection.close()


def note_of(path: Path, signer: Signer, size: int = 3, root: bytes = WRONG_ROOT, ledger_id: str = "") -> SignedNote:
    """A checkpoint of a ledger that somebody signs."""
    with Ledger(path) as ledger:
        return Checkpoint(origin_of(ledger_id or ledger.info().ledger_id), size, root).signed(signer)


def notices(path: Path, key: Path, caplog: pytest.LogCaptureFixture) -> str:
    """Sign once more, and return what was said meanwhile."""
    caplog.clear()
    record_another(path, tranche=7)
    assert signed(path, key, "again").exists()
    return caplog.text


@pytest.mark.parametrize("row", JUNK.values(), ids=JUNK)
def test_junk_is_named_and_keeps_nobody_from_signing(
    path: Path, key: Path, stranger: Path, row: tuple[object, object, object], caplog: pytest.LogCaptureFixture
) -> None:
    signed(copied(path), key)
    put(path, *row)
    told = notices(path, key, caplog)
    assert "the kept checkpoint of" in told
    assert f"made {row[1]}: this is not a signed checkpoint" in told
    assert "admin copy LEDGER NEW --key VERIFIER" in told
    assert [f"made {row[1]}: this is not a signed checkpoint" in finding for finding in findings(path)] == [True]
    with Ledger(path) as ledger:
        assert ledger.checkpoint(key.with_name("new"), stranger).is_first
        kept = ledger.info().checkpoint
        assert kept is not None
        assert kept.size == ENTRIES + 1
        assert ledger.prove(3, key.with_name("proof")).size == ENTRIES + 1
        with pytest.raises(LedgerDamaged, match="the kept checkpoint of") as refusal:
            ledger.backup(path.with_name("backup.db"))
    assert "admin copy LEDGER NEW --key VERIFIER" in refusal.value.remedy


def test_a_text_that_is_not_utf_8_is_junk_too(path: Path, key: Path, caplog: pytest.LogCaptureFixture) -> None:
    signed(copied(path), key)
    with sqlite3.connect(path) as connection:
        connection.execute(f"INSERT INTO checkpoint VALUES (3, '{AT}', CAST(x'ff' AS TEXT))")
    connection.close()
    assert "this is not a signed checkpoint" in notices(path, key, caplog)
    with Ledger(path) as ledger:
        assert ledger.info().checkpoint is not None
        copy = ledger.copy_to(path.with_name("copy.db"), signers=[public(key)])
    assert copy.left_behind == 1


def test_what_a_stranger_signed_is_named_and_keeps_from_signing_only_who_signs_first(
    path: Path, key: Path, stranger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    signed(copied(path), key)
    put(path, 3, AT, str(note_of(path, read_signer(stranger))))
    told = notices(path, key, caplog)
    assert f"the kept checkpoint of 3 entries, made {AT}: the first 3 entries are others" in told
    assert "no key that is known here signed it: if you trust who signed it, give their key with --signed-by" in told
    new_key(fresh := key.with_name("fresh"), "fresh")
    with pytest.raises(NothingSigned, match="the first 3 entries are others") as refusal:
        signed(path, fresh, "fresh-note")
    assert refusal.value.remedy.endswith("armsledger proof checkpoint FILE --key KEYFILE --first")
    with Ledger(path) as ledger:
        assert ledger.checkpoint(key.with_name("first"), fresh, first=True).is_first
        assert ledger.checkpoint(key.with_name("second"), fresh).size == ENTRIES + 1


def test_what_a_trusted_key_signed_is_never_passed_over(path: Path, key: Path, stranger: Path) -> None:
    signed(copied(path), key)
    put(path, 3, AT, str(note_of(path, read_signer(stranger))))
    for first in (False, True):
        new_key(own := key.with_name(f"own-{first}"), "own")
        with Ledger(path) as ledger, pytest.raises(NothingSigned, match=r"signed by stranger\+.*others than those"):
            ledger.checkpoint(key.with_name("note"), own, signed_by=[public(stranger)], first=first)
    with Ledger(path) as ledger, pytest.raises(NothingSigned, match=r"signed by stranger\+.*others than those"):
        ledger.checkpoint(key.with_name("note"), key, signed_by=[public(stranger)])


@pytest.mark.parametrize("size", [3, 10**6])
@pytest.mark.parametrize("disguise", ["", "a false signature", "another size"])
def test_what_the_key_itself_signed_is_never_passed_over(path: Path, key: Path, size: int, disguise: str) -> None:
    """Whatever else is written under it or beside it."""
    signed(copied(path), key)
    own = read_signer(key)
    note = note_of(path, own, size)
    if disguise == "a false signature":
        note = SignedNote(note.text, (Signature(own.name, own.verifier.key_id, b"x" * 64), *note.signatures))
    put(path, 4 if disguise == "another size" else size, AT, str(note))
    with pytest.raises(NothingSigned, match=r"made 2026-11-22.*, signed by tester\+"):
        signed(path, key, "again")


def test_a_false_signature_in_the_name_of_the_key_is_a_strangers(
    path: Path, key: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = SignedNote.parse(signed(copied(path), key).read_bytes())
    false = Signature("tester", read_signer(key).verifier.key_id, b"x" * 64)
    put(path, 3, AT, str(SignedNote(note_of(path, read_signer(key)).text, (false,))))
    put(path, ENTRIES, AT, str(SignedNote(good.text, (*good.signatures, false))))
    told = notices(path, key, caplog)
    assert "the first 3 entries are others" in told
    assert "the signature of tester is not one of this text" in told


def test_what_the_key_signed_for_another_ledger_says_nothing_of_this_one(
    path: Path, key: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the key knows nothing of this ledger, its id may have been edited."""
    other = note_of(copied(path), read_signer(key), ledger_id="11111111-2222-4333-8444-555555555555")
    put(path, 3, AT, str(other))
    with Ledger(path) as ledger, pytest.raises(NothingSigned, match="it is one of another ledger"):
        ledger.checkpoint(key.with_name("first"), key, first=True)
    with Ledger(path) as ledger:
        ledger.copy_to(path.with_name("copy.db"), signers=[public(key)])
    path.with_name("copy.db").replace(path)
    signed(path, key)
    put(path, 3, AT, str(other))
    assert "it is one of another ledger" in notices(path, key, caplog)


def test_checkpoints_of_a_ledger_whose_id_was_changed_are_no_strangers(path: Path, key: Path) -> None:
    """A copy without them would say that everything fits."""
    signed(copied(path), key)
    forge(path, "UPDATE ledger SET value = '11111111-2222-4333-8444-555555555555' WHERE key = 'ledger_id'")
    with Ledger(path) as ledger:
        (finding,) = ledger.verify().findings
        with pytest.raises((LedgerDamaged, CopyDiffers), match="it is one of another ledger"):
            ledger.copy_to(path.with_name("copy.db"), signers=[public(key)])
    assert "the ledger's id was changed since" in finding.remedy
    assert "admin copy" not in finding.remedy
    assert not path.with_name("copy.db").exists()


def test_a_copy_takes_along_only_the_checkpoints_that_the_given_keys_signed(
    path: Path, key: Path, stranger: Path
) -> None:
    signed(copied(path), key)
    put(path, 3, AT, "junk")
    put(path, 4, AT, str(note_of(path, read_signer(stranger), 4)))
    copy = path.with_name("copy.db")
    with Ledger(path) as ledger:
        made = ledger.copy_to(copy, signers=[public(key)])
    assert (made.entries, made.left_behind) == (ENTRIES, 2)
    assert findings(copy) == []
    record_another(copy)
    assert signed(copy, key, "again").exists()


def test_many_of_them_are_counted(path: Path, key: Path, caplog: pytest.LogCaptureFixture) -> None:
    signed(copied(path), key)
    for size in range(5):
        put(path, size, AT, "junk")
    assert "2 more kept checkpoints do not fit: `armsledger verify` names them" in notices(path, key, caplog)
