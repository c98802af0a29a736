"""Signing for a ledger: a change in what was signed for is found, even if the whole tree was computed anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.application.maintenance.signing import NothingToSign
from armsledger.domain.errors import UsageError
from armsledger.exchange.errors import FileExists, NotWritable
from armsledger.storage.proofs.errors import KeyNotPrivate, UnreadableNote
from armsledger.storage.proofs.keys import new_key
from armsledger.storage.proofs.note import Checkpoint, SignedNote
from tests.application.book import SOURCES, Clock, paid, take
from tests.application.maintenance.trust import (
    ENTRIES,
    Place,
    confirmed,
    filled,
    findings,
    public,
    signed,
    verified,
)
from tests.storage.forger import forge, rehash


def test_a_ledger_extends_what_was_signed(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    assert confirmed(ledger, file, public(key)).confirmed[0].size == ENTRIES
    with Ledger(ledger) as more:
        take(more, paid("USD 1m", "deal/y", tranche=2), paid("USD 1m", "deal/y", tranche=3))
    told = confirmed(ledger, file, public(key))
    assert (told.sound, told.position) == (True, ENTRIES + 2)
    assert [(one.size, one.signed_by[0].partition("+")[0]) for one in told.confirmed] == [(ENTRIES, "tester")]


def test_a_checkpoint_says_how_many_entries_under_which_root(ledger: Place, key: Path) -> None:
    with Ledger(ledger) as opened_again:
        made = opened_again.checkpoint(key.with_name("checkpoint"), key)
        assert (made.size, made.root) == opened_again.root()
        told = opened_again.info()
        kept = opened_again.journal().reader.query("SELECT size, made_at, note FROM checkpoint")
    note = key.with_name("checkpoint").read_text(encoding="utf-8")
    assert kept == [(ENTRIES, made.made_at, note)]
    assert Checkpoint.parse(SignedNote.parse(note).text) == Checkpoint(
        f"armsledger/ledger/{told.ledger_id}/{told.created_at}", made.size, made.root
    )


def test_what_was_rewritten_whole_is_found_by_the_checkpoint_alone(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    forge(ledger, "DELETE FROM checkpoint", "UPDATE journal SET recorded_by = 'nobody' WHERE position = 3")
    rehash(ledger)
    assert verified(ledger).sound
    (finding,) = confirmed(ledger, file, public(key)).findings
    assert "history was rewritten" in finding.what
    assert str(file) in finding.where


def test_a_ledger_that_was_cut_off_is_found(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    forge(ledger, "DELETE FROM checkpoint", "DELETE FROM journal WHERE position > 7", "DROP TABLE read_model")
    assert verified(ledger).sound
    (finding,) = confirmed(ledger, file, public(key)).findings
    assert finding.what == "the ledger is cut off: it has only 7 entries today"


def test_a_checkpoint_beyond_what_fits_cannot_be_confirmed(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    forge(ledger, "UPDATE journal SET source = 'x' WHERE position = 5")
    told = confirmed(ledger, file, public(key))
    assert ["cannot be confirmed" in finding.what for finding in told.findings] == [False, True, True]  # kept and given


def test_a_checkpoint_of_another_ledger_is_told(ledger: Place, key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with Ledger(other) as made:
        take(made, *SOURCES)
    (finding,) = confirmed(ledger, signed(other, key), public(key)).findings
    assert "it is one of another ledger" in finding.what


def test_a_signature_by_nobody_we_know_is_told(ledger: Place, key: Path, tmp_path: Path) -> None:
    stranger = new_key(tmp_path / "stranger", "stranger")
    (finding,) = confirmed(ledger, signed(ledger, key), str(stranger)).findings
    assert "it is not signed by stranger+" in finding.what


def test_a_false_signature_is_told(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    file.write_text(file.read_text(encoding="utf-8").replace(f"\n{ENTRIES}\n", f"\n{ENTRIES - 1}\n"), encoding="utf-8")
    (finding,) = confirmed(ledger, file, public(key)).findings
    assert "the signature of tester is not one of this text" in finding.what


def test_a_checkpoint_without_a_key_is_refused(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    with pytest.raises(UsageError, match=r"--key FILE\.pub"):
        confirmed(ledger, file)


@pytest.mark.parametrize("content", [b"", b"x", b"\xff\n\n\xe2\x80\x94 a b\n", b"a" * 2_000_000])
def test_a_file_that_is_no_checkpoint_is_refused(path: Path, key: Path, content: bytes) -> None:
    key.with_name("checkpoint").write_bytes(content)
    with pytest.raises(UnreadableNote):
        confirmed(filled(path), key.with_name("checkpoint"), public(key))


def test_the_ledger_itself_is_neither_read_nor_written_as_another_file(path: Path, key: Path) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES)
        with pytest.raises(UsageError, match="is the ledger itself"):
            ledger.verify(checkpoints=[path], keys=[public(key)])
        with pytest.raises(UsageError, match="is the ledger itself"):
            ledger.prove(1, "-", checkpoint=path)
        for write in (lambda: ledger.checkpoint(path, key, replace=True), lambda: ledger.prove(1, path, key=key)):
            with pytest.raises(NotWritable, match="the ledger itself"):
                write()
        assert ledger.verify().sound


def test_an_empty_ledger_is_not_signed_for(key: Path) -> None:
    with Ledger.in_memory() as ledger, pytest.raises(NothingToSign):
        ledger.checkpoint(key.with_name("checkpoint"), key)
    assert not key.with_name("checkpoint").exists()


def test_a_key_that_others_may_read_signs_nothing(ledger: Place, key: Path) -> None:
    key.chmod(0o640)
    with Ledger(ledger) as opened_again, pytest.raises(KeyNotPrivate, match="chmod 600"):
        opened_again.checkpoint(key.with_name("checkpoint"), key)


def test_a_checkpoint_overwrites_nothing_unless_told(ledger: Place, key: Path) -> None:
    file = signed(ledger, key)
    before = file.read_bytes()
    with Ledger(ledger) as opened_again:
        take(opened_again, paid("USD 1m", "deal/y", tranche=2))
        with pytest.raises(FileExists):
            opened_again.checkpoint(file, key)
        assert file.read_bytes() == before
        assert opened_again.journal().reader.query("SELECT size FROM checkpoint") == [(ENTRIES,)]  # what was handed out
        opened_again.checkpoint(file, key, replace=True)
    assert Checkpoint.parse(SignedNote.parse(file.read_bytes()).text).size == ENTRIES + 1


def test_checkpoints_of_one_size_are_told_apart_though_the_clock_stands_still(key: Path) -> None:
    with Ledger.in_memory(clock=Clock()) as ledger:
        take(ledger, *SOURCES)
        made = [ledger.checkpoint(key.with_name(f"c{number}"), key).made_at for number in range(3)]
        assert made == sorted(set(made))
        assert ledger.verify().sound


EDITED = {
    "another size": ("UPDATE checkpoint SET size = 3", "its note is one of 9 entries"),
    "another root": ("UPDATE checkpoint SET note = replace(note, substr(note, 60, 1), '_')", ""),
    "another ledger": ("UPDATE checkpoint SET note = replace(note, 'ledger/', 'ledger/1')", "of another ledger"),
    "no note": ("UPDATE checkpoint SET note = 'x'", "this is not a signed checkpoint"),
    "no time": ("UPDATE checkpoint SET made_at = 'x'", "the time at which it was made cannot be read"),
}


@pytest.mark.parametrize("edit", EDITED)
def test_an_edited_checkpoint_in_the_ledger_is_found(path: Path, key: Path, edit: str) -> None:
    signed(filled(path), key)
    statement, told = EDITED[edit]
    forge(path, statement)
    (finding,) = findings(path)
    assert finding.startswith("the kept checkpoint of ")
    assert told in finding


def test_an_edited_signature_in_the_ledger_is_found_by_whoever_has_the_key(ledger: Place, key: Path) -> None:
    signed(ledger, key)
    forge(ledger, "UPDATE checkpoint SET note = replace(note, 'tester ', 'tester A')")
    with Ledger(ledger) as opened_again:
        assert not opened_again.verify(keys=[public(key)], workers=0).sound
