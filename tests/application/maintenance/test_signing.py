"""Signing only what continues what was signed: no key signs for two histories of one ledger."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from armsledger import Ledger
from armsledger.application.maintenance.proofs import verify_proof
from armsledger.domain.errors import UsageError
from armsledger.exchange.errors import NotWritable
from armsledger.exchange.signed import key_names
from armsledger.storage.copying.copy import CopyDiffers
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.integrity.checkpoints import KeptCheckpoint, keep_checkpoint, tree_head
from armsledger.storage.proofs.errors import (
    CheckpointFails,
    FolderNotPrivate,
    LastNoteFails,
    NothingSigned,
    ProofFails,
    SignerBusy,
    SignerForgets,
)
from armsledger.storage.proofs.keys import new_key, read_signer, read_verifier
from armsledger.storage.proofs.last_signed import LastSigned
from armsledger.storage.proofs.note import Checkpoint, Signature, SignedNote
from armsledger.storage.proofs.origin import origin_by, origin_of
from tests.application.book import SOURCES, take
from tests.application.maintenance.trust import (
    ENTRIES,
    Place,
    confirmed,
    copied,
    filled,
    findings,
    public,
    record_another,
    signed,
    verified,
)
from tests.postgres import Server
from tests.storage.forger import forge, rehash

EDIT = "UPDATE journal SET payload = replace(payload, '8000000', '9000000') WHERE position = 6"
REWRITTEN = "others than those that were signed for"


@pytest.fixture
def colleague(tmp_path: Path) -> Path:
    """The file of a colleague's signer key."""
    new_key(tmp_path / "colleague", "colleague")
    return tmp_path / "colleague"


def remake(place: Place, *statements: str) -> None:
    """Edit entries and make the tree anew, as somebody can who writes the file: it fits in itself."""
    forge(place, *statements)
    rehash(place)


def key_alone(key: Path, folder: str) -> Path:
    """The key alone on another machine."""
    place = key.with_name(folder)
    place.mkdir()
    shutil.copy(f"{key}.pub", place)
    return Path(shutil.copy(key, place / key.name))


def last_signed(place: Place, key: Path) -> Path:
    """The file in which a key keeps what it signed last for a ledger."""
    with Ledger(place) as ledger:
        return LastSigned(key, read_verifier(public(key))).file(ledger.info().ledger_id)


def test_a_ledger_that_only_grew_is_signed_again(path: Path, key: Path) -> None:
    signed(copied(path), key, "first")
    record_another(path)
    second = signed(path, key, "second")
    assert confirmed(path, second, public(key)).confirmed[0].size == ENTRIES + 1
    assert last_signed(path, key).read_bytes() == second.read_bytes()


def test_the_same_entries_are_signed_twice(path: Path, key: Path) -> None:
    assert signed(copied(path), key, "first").read_bytes() == signed(path, key, "second").read_bytes()


def test_a_rewritten_entry_is_not_signed_for_though_the_tree_was_made_anew(path: Path, key: Path) -> None:
    signed(copied(path), key)
    remake(path, EDIT)
    with pytest.raises(NothingSigned, match=f"{key}.signed/.*, the checkpoint of 9 entries: .*{REWRITTEN}"):
        signed(path, key, "again")
    assert not key.with_name("again").exists()


def test_nor_if_the_checkpoints_that_the_ledger_keeps_are_gone(ledger: Place, key: Path) -> None:
    signed(ledger, key)
    remake(ledger, EDIT, "DELETE FROM checkpoint")
    record_another(ledger, tranche=3)
    with pytest.raises(NothingSigned, match=REWRITTEN):
        signed(ledger, key, "again")


def test_nor_if_they_are_made_anew_too(path: Path, key: Path, colleague: Path) -> None:
    signed(copied(path), key)
    remake(path, EDIT, "DELETE FROM checkpoint")
    with Ledger(path) as rewritten, rewritten.journal().transaction() as transaction:
        reader = rewritten.journal().reader
        note = Checkpoint(origin_by(reader.meta()), ENTRIES, tree_head(reader).root).signed(read_signer(colleague))
        keep_checkpoint(transaction.connection, KeptCheckpoint(ENTRIES, transaction.instant, str(note)))
    assert verified(path, journal_only=True).sound
    with pytest.raises(NothingSigned, match=REWRITTEN):
        signed(path, key, "again")


def test_another_key_is_warned_by_the_checkpoints_that_the_ledger_keeps(path: Path, key: Path, colleague: Path) -> None:
    signed(copied(path), key)
    remake(path, EDIT)
    with pytest.raises(NothingSigned, match=f"the kept checkpoint of 9 entries, made .*{REWRITTEN}"):
        signed(path, colleague, "again")


def test_every_checkpoint_that_the_ledger_keeps_counts_not_the_last_alone(
    path: Path, key: Path, colleague: Path
) -> None:
    signed(copied(path), key)
    record_another(path)
    signed(path, key, "second")
    remake(path, EDIT, f"DELETE FROM checkpoint WHERE size > {ENTRIES}")
    with pytest.raises(NothingSigned, match="the kept checkpoint of 9 entries"):
        signed(path, colleague, "again")


def test_an_edited_entry_is_not_signed_for_though_its_hash_was_left_alone(path: Path, key: Path) -> None:
    forge(copied(path), EDIT)
    with pytest.raises(NothingSigned, match=r"deal/x@2 \(position 6\): what it says is not what was hashed"):
        signed(path, key)
    assert not key.with_name("checkpoint").exists()


def test_nor_one_that_came_after_the_last_checkpoint(path: Path, key: Path) -> None:
    signed(copied(path), key)
    record_another(path)
    record_another(path, tranche=3)
    forge(path, "UPDATE journal SET recorded_by = 'nobody' WHERE position = 11")
    with pytest.raises(NothingSigned, match=r"position 11\): what it says"):
        signed(path, key, "again")


def test_an_earlier_version_that_is_no_number_is_named_no_traceback(path: Path, key: Path) -> None:
    signed(copied(path), key)
    record_another(path)
    forge(path, "UPDATE journal SET version = 'x' || version WHERE stream = 'deal/y' AND position < 10")
    with pytest.raises(NothingSigned, match=r"position 10\)"):
        signed(path, key, "again")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE journal SET version = version + 1 WHERE position = 11", "its version is 5, and 4 comes next"),
        ("UPDATE journal SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 10", "before the entry"),
        ("DELETE FROM journal WHERE position = 10", "position 10 is missing"),
    ],
)
def test_what_is_out_of_order_since_the_last_checkpoint_is_not_signed_for(
    path: Path, key: Path, edit: str, told: str
) -> None:
    signed(copied(path), key)
    record_another(path)
    record_another(path, tranche=3)
    forge(path, edit)
    with suppress(AssertionError):
        rehash(path)
    with pytest.raises(NothingSigned, match=told):
        signed(path, key, "again")


def test_only_one_of_two_forks_is_signed(path: Path, key: Path) -> None:
    signed(copied(path), key)
    fork = Path(shutil.copy(path, path.with_name("fork.db")))
    record_another(path, tranche=2)
    record_another(fork, tranche=3)
    signed(path, key, "second")
    with pytest.raises(NothingSigned, match=REWRITTEN) as refusal:
        signed(fork, key, "third")
    assert "two copies went different ways" in refusal.value.remedy
    record_another(fork, tranche=4)
    with Ledger(fork) as opened, pytest.raises(NothingSigned, match=REWRITTEN):
        opened.prove(1, key.with_name("proof"), key=key)
    assert not key.with_name("proof").exists()


def test_forks_are_told_apart_by_what_a_proof_was_signed_for(path: Path, key: Path) -> None:
    fork = Path(shutil.copy(copied(path), path.with_name("fork.db")))
    record_another(path, tranche=2)
    record_another(fork, tranche=3)
    with Ledger(path) as opened:
        opened.prove(1, key.with_name("proof"), key=key)
    with pytest.raises(NothingSigned, match=REWRITTEN):
        signed(fork, key)


def test_an_older_copy_is_not_signed_but_as_a_ledger_of_its_own(path: Path, key: Path) -> None:
    with Ledger(copied(path)) as ledger:
        ledger.backup(path.with_name("backup.db"))
    record_another(path)
    signed(path, key)
    older = path.with_name("backup.db")
    with pytest.raises(NothingSigned, match="the ledger is cut off: it has only 9 entries") as refusal:
        signed(older, key, "again")
    assert "this is an older copy: look for a copy of the ledger that has them" in refusal.value.remedy
    assert "import them into a new one, which has an id of its own" in refusal.value.remedy
    record_another(older, tranche=3)
    with pytest.raises(NothingSigned, match=REWRITTEN):
        signed(older, key, "again")
    with Ledger(older) as ledger, Ledger(path.with_name("anew.db")) as anew:
        ledger.export_jsonl(path.with_name("entries.jsonl"))
        anew.import_jsonl(path.with_name("entries.jsonl"), root=ledger.root().hex)
        with pytest.raises(NothingSigned, match="the key signed for other ledgers, and not for this one"):
            anew.checkpoint(key.with_name("anew"), key)
        assert anew.checkpoint(key.with_name("anew"), key, first=True).size == ENTRIES + 1
        with pytest.raises(UsageError, match="signed for this ledger already"):
            anew.checkpoint(key.with_name("anew-again"), key, first=True)
        assert anew.checkpoint(key.with_name("anew-again"), key).size == ENTRIES + 1
    assert len(list(Path(f"{key}.signed").glob("*.checkpoint"))) == 2


def test_a_ledger_whose_time_of_making_was_edited_no_longer_fits_its_checkpoints(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    forge(ledger, "UPDATE ledger SET value = '2001-01-01T00:00:00.000000Z' WHERE key = 'created_at'")
    told = "and the ledger says 2001-01-01T00:00:00.000000Z: one was changed"
    assert [told in finding for finding in findings(ledger)] == [True]
    assert [told in finding.what for finding in confirmed(ledger, file, public(key)).findings] == [True, True]
    with pytest.raises(NothingSigned, match=r"it says that the ledger was made at .*: one was changed"):
        signed(ledger, key, "again")


def test_a_checkpoint_of_an_earlier_release_which_names_the_id_alone_is_good(path: Path, key: Path) -> None:
    file = key.with_name("earlier")
    with Ledger(copied(path)) as opened, opened.journal().transaction() as transaction:
        reader = opened.journal().reader
        note = Checkpoint(origin_of(reader.meta()["ledger_id"]), 7, tree_head(reader, 7).root).signed(read_signer(key))
        keep_checkpoint(transaction.connection, KeptCheckpoint(7, transaction.instant, str(note)))
        file.write_text(str(note), encoding="utf-8")
    assert [one.size for one in confirmed(path, file, public(key)).confirmed] == [7]
    with Ledger(path) as opened:
        assert opened.checkpoint(key.with_name("later"), key, after=[file]).size == ENTRIES


@pytest.mark.parametrize("ledger_id", ["../../elsewhere", "", "x"])
def test_an_id_that_no_ledger_has_is_not_signed_for(path: Path, key: Path, ledger_id: str) -> None:
    forge(copied(path), f"UPDATE ledger SET value = '{ledger_id}' WHERE key = 'ledger_id'")
    before = sorted(key.parent.iterdir())
    with pytest.raises(NothingSigned, match="which no ledger has"):
        signed(path, key)
    assert sorted(key.parent.iterdir()) == before


# What a key remembers


def test_a_key_that_was_copied_says_that_it_knows_nothing(
    path: Path, key: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = signed(copied(path), key)
    assert caplog.text == ""
    forge(path, "DELETE FROM checkpoint")
    elsewhere = key_alone(key, "elsewhere")
    signed(path, elsewhere)
    assert f"{elsewhere} may have signed for this ledger elsewhere" in caplog.text
    caplog.clear()
    forge(path, "DELETE FROM checkpoint")
    with Ledger(path) as ledger:
        ledger.prove(3, key.with_name("proof"), key=key_alone(key, "there"))
        assert "may have signed for this ledger elsewhere" in caplog.text
        caplog.clear()
        assert not ledger.checkpoint(key.with_name("third"), key_alone(key, "further"), after=[first]).is_first
        signed(path, elsewhere, "again")
    assert caplog.text == ""


def test_a_key_knows_by_every_name_what_it_signed(path: Path, key: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(key)
    fork = Path(shutil.copy(copied(path), tmp_path / "fork.db"))
    record_another(path)
    record_another(fork, tranche=3)
    signed(path, key)
    with pytest.raises(NothingSigned, match=REWRITTEN):
        signed(fork, link, "by the link")
    record_another(path, tranche=4)
    signed(path, link, "by the link")
    assert not Path(f"{link}.signed").exists()
    os.remove(link)
    record_another(fork, tranche=5)
    with pytest.raises(NothingSigned, match=REWRITTEN):
        signed(fork, key, "again")


def test_a_link_to_a_key_where_nobody_can_write_remembers_beside_itself(
    path: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "link"
    link.symlink_to(key)
    fork = Path(shutil.copy(copied(path), tmp_path / "fork.db"))
    record_another(path)
    record_another(fork, tranche=3)
    signed(path, key)
    with monkeypatch.context() as patch:
        may = os.access  # root may write everywhere but on a read-only medium
        patch.setattr(os, "access", lambda place, mode: str(place) != f"{key}.signed" and may(place, mode))
        with pytest.raises(NothingSigned, match=REWRITTEN):
            signed(fork, link, "by the link")
        record_another(path, tranche=4)
        signed(path, link, "by the link")
    assert list(Path(f"{link}.signed").glob("*.checkpoint"))
    record_another(path, tranche=5)
    signed(path, link, "where the key can be written again")
    with pytest.raises(NothingSigned, match="the ledger is cut off"):
        signed(fork, link, "again")


@pytest.mark.parametrize("lost", ["note", "note and list", "folder"])
def test_a_key_of_which_the_last_note_is_gone_signs_nothing_where_that_is_seen(
    path: Path, key: Path, lost: str
) -> None:
    """By the list in its folder, or by the checkpoints that the ledger keeps. An older copy would be signed else."""
    note = signed(copied(path), key)
    older = Path(shutil.copy(path, path.with_name("older.db")))
    record_another(path)
    record_another(older, tranche=3)
    last = signed(path, key, "last")
    if lost == "folder":
        shutil.rmtree(f"{key}.signed")
    else:
        last_signed(path, key).unlink()
        if lost == "note and list":
            Path(f"{key}.signed/ledgers").unlink()
        else:
            forge(older, "DELETE FROM checkpoint")
    with pytest.raises(NothingSigned, match="the key signed for this ledger, and what it signed last is gone") as told:
        signed(older, key, "again")
    assert "--after NOTE" in told.value.remedy
    assert "--first" in told.value.remedy
    with Ledger(older) as ledger:
        with pytest.raises(NothingSigned, match="what it signed last is gone"):
            ledger.prove(3, key.with_name("proof"), key=key)
        with pytest.raises(NothingSigned, match=REWRITTEN):
            ledger.checkpoint(key.with_name("again"), key, after=[last])
        made = ledger.checkpoint(key.with_name("again"), key, after=[note])
    assert (made.size, made.is_first) == (ENTRIES + 1, False)


def test_who_knows_that_nothing_is_left_of_it_says_so_once(path: Path, key: Path) -> None:
    signed(copied(path), key)
    last_signed(path, key).unlink()
    with Ledger(path) as ledger:
        assert not ledger.checkpoint(key.with_name("again"), key, first=True).is_first
        assert ledger.checkpoint(key.with_name("further"), key).size == ENTRIES


def test_a_first_signature_is_called_one(path: Path, key: Path, colleague: Path) -> None:
    with Ledger(copied(path)) as ledger:
        assert ledger.checkpoint(file := key.with_name("first"), key).is_first
        assert not ledger.checkpoint(key.with_name("second"), key).is_first
        assert ledger.cosign(file, colleague).is_first
        assert not ledger.prove(3, key.with_name("proof"), key=colleague).is_first


def test_the_last_note_can_be_given_to_a_key_that_knows_nothing(path: Path, key: Path) -> None:
    first = signed(copied(path), key)
    remake(path, EDIT, "DELETE FROM checkpoint")
    with Ledger(path) as ledger, pytest.raises(NothingSigned, match=f"{first}, the checkpoint of 9.*{REWRITTEN}"):
        ledger.checkpoint(key.with_name("again"), key_alone(key, "elsewhere"), after=[first])


def test_a_note_that_is_given_is_signed_by_the_key_or_by_one_that_is_named(
    path: Path, key: Path, colleague: Path
) -> None:
    first = signed(copied(path), key)
    with Ledger(path) as ledger:
        with pytest.raises(CheckpointFails, match="it is not signed by colleague"):
            ledger.checkpoint(key.with_name("again"), colleague, after=[first])
        made = ledger.checkpoint(key.with_name("again"), colleague, after=[first], signed_by=[public(key)])
    assert made.size == ENTRIES


def test_what_a_key_signed_last_is_its_owners_alone(path: Path, key: Path) -> None:
    before = os.umask(0)
    try:
        signed(copied(path), key)
    finally:
        os.umask(before)
    folder = Path(f"{key}.signed")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    folder.chmod(0o770)
    with pytest.raises(FolderNotPrivate, match="mode 770"):
        signed(path, key, "again")


@pytest.mark.parametrize("content", [b"", b"x", None])
def test_what_a_key_signed_last_is_believed_only_with_its_signature(
    path: Path, key: Path, colleague: Path, content: bytes | None
) -> None:
    signed(copied(path), key)
    file = last_signed(path, key)
    file.write_bytes(signed(path, colleague, "other").read_bytes() if content is None else content)
    with pytest.raises(LastNoteFails, match="is not what the key signed last"):
        signed(path, key, "again")


def test_a_key_remembers_before_anybody_has_the_note(path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("armsledger.exchange.atomic.take_free_name", fails)
    with pytest.raises(KeyboardInterrupt):
        signed(copied(path), key)
    assert not key.with_name("checkpoint").exists()
    assert SignedNote.parse(last_signed(path, key).read_bytes()).verified_by([read_verifier(public(key))])


def test_a_signer_that_was_killed_before_it_remembered_signs_as_if_it_had_not_begun(
    path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_killed(*_: object) -> None:
        raise KeyboardInterrupt

    copied(path)
    with monkeypatch.context() as patch:
        patch.setattr("armsledger.storage.proofs.last_signed.take_name", is_killed)
        with pytest.raises(KeyboardInterrupt):
            signed(path, key)
    signed(path, key)


@pytest.mark.parametrize("place", ["{}", "{}.pub", "{}.signed/ledgers", "a link"])
def test_a_key_does_not_sign_over_itself(path: Path, key: Path, tmp_path: Path, place: str) -> None:
    signed(copied(path), key)
    (tmp_path / "a link").symlink_to(key)
    file = tmp_path / place.format(key)
    before = file.read_bytes()
    with Ledger(path) as ledger:
        with pytest.raises(NotWritable, match="belongs to the key"):
            ledger.checkpoint(file, key, replace=True)
        with pytest.raises(NotWritable, match="belongs to the key"):
            ledger.prove(3, file, key=key, replace=True)
    assert file.read_bytes() == before


def test_nothing_is_signed_if_it_cannot_be_remembered(path: Path, key: Path) -> None:
    shutil.rmtree(f"{key}.signed")
    Path(f"{key}.signed").touch(0o600)
    with pytest.raises(SignerForgets, match=f"kept in {key}.signed") as refusal:
        signed(copied(path), key)
    assert "ln -s" in refusal.value.remedy
    assert not key.with_name("checkpoint").exists()


def test_two_do_not_sign_with_one_key_at_once(path: Path, key: Path) -> None:
    copied(path)
    with (
        LastSigned(key, read_verifier(public(key))).held(0),
        Ledger(path, timeout_seconds=0.1) as ledger,
        pytest.raises(SignerBusy, match="somebody else signs with the key"),
    ):
        ledger.checkpoint(key.with_name("checkpoint"), key)


# A colleague's signature


def test_a_colleague_signs_the_same_note(ledger: Place, key: Path, colleague: Path) -> None:
    file = signed(ledger, key)
    record_another(ledger)
    with Ledger(ledger) as opened:
        made = opened.cosign(file, colleague, signed_by=[public(key)])
        kept = opened.journal().reader.query("SELECT size, note FROM checkpoint ORDER BY made_at DESC")[0]
        opened.prove(3, key.with_name("proof"))
    assert (made.size, made.is_kept) == (ENTRIES, True)
    assert [name.partition("+")[0] for name in made.signed_by] == ["tester", "colleague"]
    assert kept == (ENTRIES, file.read_text(encoding="utf-8"))
    keys = [public(key), public(colleague)]
    with Ledger(ledger) as opened:
        assert opened.verify(checkpoints=[file], keys=keys, signers=2, workers=0).sound
    for trusted in keys:
        assert confirmed(ledger, file, trusted).sound
        assert verify_proof(key.with_name("proof"), [trusted]).record.position == 3
    assert len(verify_proof(key.with_name("proof"), keys, signers=2).signed_by) == 2


def test_one_signature_is_not_two(path: Path, key: Path, colleague: Path) -> None:
    file, keys = signed(copied(path), key), [public(key), public(colleague)]
    with Ledger(path) as ledger:
        (finding,) = ledger.verify(checkpoints=[file], keys=keys, signers=2, workers=0).findings
        ledger.prove(3, key.with_name("proof"), checkpoint=file)
        with pytest.raises(UsageError, match="2 keys cannot have signed a checkpoint: 1 given"):
            ledger.verify(checkpoints=[file], keys=keys[:1], signers=2)
        with pytest.raises(UsageError, match="there is no checkpoint that 2 keys could have signed"):
            ledger.verify(keys=keys, signers=2)
    assert "1 of the trusted keys signed it, and 2 are asked for" in finding.what
    with pytest.raises(CheckpointFails, match="1 of the trusted keys signed it"):
        verify_proof(key.with_name("proof"), keys, signers=2)


def test_a_colleague_signs_again_without_a_change(path: Path, key: Path, colleague: Path) -> None:
    file = signed(copied(path), key)
    with Ledger(path) as ledger:
        ledger.cosign(file, colleague)
        before = file.read_bytes()
        ledger.cosign(file, colleague)
    assert file.read_bytes() == before


def test_a_colleague_signs_no_note_that_the_ledger_does_not_fit(path: Path, key: Path, colleague: Path) -> None:
    file = signed(copied(path), key)
    before = file.read_bytes()
    remake(path, EDIT, "DELETE FROM checkpoint")
    with Ledger(path) as ledger, pytest.raises(NothingSigned, match=f"{file}, the checkpoint of 9.*{REWRITTEN}"):
        ledger.cosign(file, colleague)
    assert file.read_bytes() == before


def test_a_colleague_finds_what_was_rewritten_before_the_note_was_signed(
    path: Path, key: Path, colleague: Path
) -> None:
    """The desk's own state was deleted, and the desk signed what was rewritten."""
    first = signed(copied(path), key)
    with Ledger(path) as ledger:
        ledger.cosign(first, colleague)
    remake(path, EDIT, "DELETE FROM checkpoint")
    second = signed(path, key_alone(key, "elsewhere"))
    with Ledger(path) as ledger, pytest.raises(NothingSigned, match=f"{colleague}.signed/.*{REWRITTEN}"):
        ledger.cosign(second, colleague)


def test_only_signatures_that_were_checked_are_named_as_such(path: Path, key: Path, colleague: Path) -> None:
    """Whoever hands out a note may write any name under it."""
    note = SignedNote.parse(signed(copied(path), key).read_bytes())
    of_nobody = Signature("minister", b"mini", b"x" * 64)
    file = key.with_name("shown")
    file.write_text(str(SignedNote(note.text, (of_nobody, *note.signatures))), encoding="utf-8")
    tester, colleagues = (read_verifier(public(each)) for each in (key, colleague))
    with Ledger(path) as ledger:
        made = ledger.cosign(file, colleague, signed_by=[public(key)])
        assert (made.signed_by, made.unchecked) == (key_names([tester, colleagues]), (of_nobody.signer,))
        again = ledger.cosign(file, colleague)
        assert (again.signed_by, again.unchecked) == (
            key_names([colleagues]),
            (of_nobody.signer, *key_names([tester])),
        )
        proved = ledger.prove(3, key.with_name("proof"), checkpoint=file)
    assert proved.signed_by == ()
    assert set(proved.unchecked) == {of_nobody.signer, *key_names([tester, colleagues])}


def test_a_false_signature_in_the_name_of_who_signs_is_found_before_it_is_signed(
    path: Path, key: Path, colleague: Path
) -> None:
    """With it the note would never verify, nor be read again as what the colleague's key signed last."""
    note = SignedNote.parse(signed(copied(path), key).read_bytes())
    verifier = read_verifier(public(colleague))
    false = Signature(verifier.name, verifier.key_id, b"x" * 64)
    file = key.with_name("false")
    file.write_text(before := str(SignedNote(note.text, (*note.signatures, false))), encoding="utf-8")
    with Ledger(path) as ledger, pytest.raises(CheckpointFails, match="the signature of colleague is not one of this"):
        ledger.cosign(file, colleague)
    assert file.read_text(encoding="utf-8") == before
    assert signed(path, colleague, "own").exists()


def test_an_earlier_note_may_be_signed_later(path: Path, key: Path, colleague: Path) -> None:
    first = signed(copied(path), key, "first")
    record_another(path)
    second = signed(path, key, "second")
    with Ledger(path) as ledger:
        ledger.cosign(second, colleague)
        ledger.cosign(first, colleague)
    assert last_signed(path, colleague).read_bytes() == second.read_bytes()


def test_a_colleague_signs_no_note_of_another_ledger(path: Path, key: Path, colleague: Path) -> None:
    other = path.with_name("other.db")
    with Ledger(other) as made:
        take(made, *SOURCES)
    file = signed(other, key)
    with Ledger(copied(path)) as ledger, pytest.raises(NothingSigned, match="it is one of another ledger"):
        ledger.cosign(file, colleague)


def test_whose_note_it_is_can_be_demanded(path: Path, key: Path, colleague: Path) -> None:
    stranger = new_key(path.with_name("stranger"), "stranger")
    file = signed(copied(path), key)
    with Ledger(path) as ledger, pytest.raises(CheckpointFails, match=r"not signed by stranger\+"):
        ledger.cosign(file, colleague, signed_by=[str(stranger)])


def test_who_may_only_read_the_ledger_signs_too(
    path: Path, key: Path, colleague: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = signed(copied(path), key)
    with Ledger(path, read_only=True) as ledger:
        assert not ledger.cosign(file, colleague).is_kept
        assert not ledger.checkpoint(key.with_name("again"), key).is_kept
        assert [size for (size,) in ledger.journal().reader.query("SELECT size FROM checkpoint")] == [ENTRIES]
    assert "the checkpoint was signed, and the ledger does not keep it too" in caplog.text


def test_members_of_writer_and_reader_sign_and_only_the_owner_keeps_it(
    postgres: Server, key: Path, colleague: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A false signature that a writer put into the ledger would keep everybody from signing."""
    schema, prefix, file = postgres.schema(), f"r{uuid4().hex[:8]}", key.with_name("checkpoint")
    Ledger.create(address := postgres.address("owner", schema)).close()
    with Ledger(filled(address)) as ledger:
        assert ledger.checkpoint(file, key).is_kept
        roles = ledger.grant_roles(prefix)
    for role in (roles.writer, roles.reader):
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE member_of_{role} LOGIN IN ROLE {role}".encode())
        member = postgres.address(f"member_of_{role}", schema)
        with Ledger(member) as ledger:
            assert not ledger.checkpoint(file, key, replace=True).is_kept
            assert not ledger.cosign(file, colleague).is_kept
            ledger.prove(3, key.with_name("proof"), key=colleague, replace=True)
        with psycopg.connect(member) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO checkpoint VALUES (3, '2026-11-22T12:00:00.000000Z', 'false')")
    postgres.drop(schema)
    assert "the ledger does not keep it too" in caplog.text


# What else says that a ledger fits


def test_a_proof_can_be_demanded_to_be_of_one_ledger(path: Path, key: Path) -> None:
    with Ledger(copied(path)) as ledger:
        ledger.prove(3, key.with_name("proof"), key=key)
        ledger_id = ledger.info().ledger_id
    proved = verify_proof(key.with_name("proof"), [public(key)], ledger_id=ledger_id)
    assert proved.ledger_id == proved.to_dict()["checkpoint"]["ledger_id"] == ledger_id
    with pytest.raises(ProofFails, match=f"is one of the ledger {ledger_id}, not of other"):
        verify_proof(key.with_name("proof"), [public(key)], ledger_id="other")


def test_a_ledger_that_contradicts_its_own_checkpoints_takes_the_place_of_no_backup(path: Path, key: Path) -> None:
    signed(copied(path), key)
    backup = path.with_name("backup.db")
    with Ledger(path) as ledger:
        ledger.backup(backup)
    before = backup.read_bytes()
    remake(path, EDIT)
    with Ledger(path) as ledger:
        with pytest.raises(LedgerDamaged, match=f"the kept checkpoint of 9 entries, made .*{REWRITTEN}"):
            ledger.backup(backup, replace=True)
        with pytest.raises(CopyDiffers, match=REWRITTEN):
            ledger.copy_to(path.with_name("copy.db"))
    assert backup.read_bytes() == before
    assert not path.with_name("copy.db").exists()


def test_the_doctor_compares_what_the_key_signed_last(path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMSLEDGER_KEY", str(key))
    signed(copied(path), key)

    def told() -> list[str]:
        with Ledger(path) as ledger:
            return [sign.what for sign in ledger.examine() if sign.check == "key"]

    assert told()[1:] == ["the ledger continues what the key signed last"]
    remake(path, EDIT, "DELETE FROM checkpoint")
    assert [REWRITTEN in what for what in told()[1:]] == [True]
