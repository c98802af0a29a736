"""Keys: their texts, and their files that are private, never overwritten, and whole or not there."""

from __future__ import annotations

import base64
import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given

from armsledger.storage.proofs.errors import KeyExists, KeyNotPrivate, KeyNotWritten, UnreadableKey
from armsledger.storage.proofs.keys import new_key, read_signer, read_verifier
from armsledger.storage.proofs.signing import LARGEST_KEY_BYTES, Signer, Verifier
from tests.storage.proofs.example_tree import SEED, SIGNER_TEXT, VERIFIER_TEXT, signer, verifier
from tests.storage.proofs.tampering import read_or_refused, single_changes, tampered

SECRET = base64.b64encode(b"\x01" + SEED).decode()
KEY_OF_33_BYTES = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="
KEY_OF_TYPE_101 = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The golden signer key in a file that only its owner may read."""
    path = tmp_path / "signer.key"
    path.touch(0o600)
    path.write_text(SIGNER_TEXT, encoding="utf-8")
    return path


def test_the_golden_key_is_the_one_that_was_written() -> None:
    made = Signer("armsledger", SEED)
    assert f"{made.text()}\n" == SIGNER_TEXT
    assert f"{made.verifier}\n" == VERIFIER_TEXT
    assert signer() == made
    assert verifier() == made.verifier


def test_the_signature_of_a_message_verifies_and_no_other_does() -> None:
    signature = signer().sign(b"a message")
    assert verifier().verifies(b"a message", signature)
    assert not verifier().verifies(b"a messagE", signature)
    assert not verifier().verifies(b"a message", signature[:-1])
    assert not verifier().verifies(b"a message", b"")
    assert not Signer("armsledger", bytes(32)).verifier.verifies(b"a message", signature)
    assert not Verifier("armsledger", b"\xff" * 32).verifies(b"a message", signature)


def test_a_new_key_is_private_and_its_public_half_is_not(tmp_path: Path) -> None:
    made = new_key(tmp_path / "my.key", "example.org/desk")
    assert stat.S_IMODE((tmp_path / "my.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "my.key.pub").stat().st_mode) == 0o644
    assert read_signer(tmp_path / "my.key").verifier == made
    assert read_verifier(tmp_path / "my.key.pub") == made
    assert read_verifier(str(tmp_path / "my.key.pub")) == made
    assert made.name == "example.org/desk"


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_the_rights_do_not_go_by_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        new_key(tmp_path / "my.key")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in sorted(tmp_path.iterdir())] == [0o600, 0o644, 0o700]


def test_keys_differ() -> None:
    assert Signer.new("armsledger") != Signer.new("armsledger")


@pytest.mark.parametrize("taken", ["my.key", "my.key.pub", "my.key.signed"])
def test_no_file_is_overwritten_and_nothing_is_left_behind(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("precious", encoding="utf-8")
    with pytest.raises(KeyExists, match=f"{taken} was not written: there is a file already") as refused:
        new_key(tmp_path / "my.key")
    assert "name another file" in refused.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text(encoding="utf-8") == "precious"


def test_no_key_is_written_through_a_link_that_leads_nowhere_yet(tmp_path: Path) -> None:
    (tmp_path / "my.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyExists):
        new_key(tmp_path / "my.key")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["no-folder/my.key", "file/my.key", "nul\x00l.key", "n" * 300])
def test_a_key_that_cannot_be_written_is_told_with_the_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyNotWritten, match="was not written: ") as refused:
        new_key(tmp_path / name)
    assert refused.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("works", [0, 1, 2, 3, 4])
def test_a_full_disk_leaves_no_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: int) -> None:
    """Each file is flushed, and the folder after it, and once more after the folder of notes: the fifth is the last."""
    flushed: list[int] = []

    def fsync(descriptor: int) -> None:
        if len(flushed) == works:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flushed.append(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(KeyNotWritten, match="No space left on device"):
        new_key(tmp_path / "my.key")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "two words", "a+b", "tab\t", "non\N{NO-BREAK SPACE}break", "line\n", "\ud800"])
def test_a_name_that_cannot_stand_in_a_key_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableKey, match="cannot be the name of a key"):
        new_key(tmp_path / "my.key", name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o777, 0o444])
def test_a_signer_key_that_others_may_read_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(KeyNotPrivate, match=rf"may be read by others \(mode {mode:o}\)") as refused:
        read_signer(key_file)
    assert refused.value.remedy.startswith(f"chmod 600 {key_file}")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_signer_key_that_only_its_owner_may_read_is_read(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert read_signer(key_file) == read_signer(str(key_file)) == signer()


def test_the_wrong_one_of_the_two_files_is_told_apart(key_file: Path, tmp_path: Path) -> None:
    public = tmp_path / "signer.key.pub"
    public.write_text(VERIFIER_TEXT, encoding="utf-8")
    with pytest.raises(UnreadableKey, match="this is not a signer key"):
        read_signer(public)
    with pytest.raises(UnreadableKey, match="this is a signer key, which is secret"):
        read_verifier(key_file)
    with pytest.raises(UnreadableKey, match="this is a signer key, which is secret"):
        read_verifier(SIGNER_TEXT)


def test_a_verifier_key_is_a_file_or_itself_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a+b.pub"
    path.write_text(f"\n {VERIFIER_TEXT} \r\n", encoding="utf-8")
    assert read_verifier(path) == read_verifier(str(path)) == read_verifier(VERIFIER_TEXT) == verifier()


@pytest.mark.parametrize("read", [read_signer, read_verifier])
def test_what_is_no_key_file_is_refused_at_once(tmp_path: Path, read: object) -> None:
    assert callable(read)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long").write_bytes(b"x" * (LARGEST_KEY_BYTES + 1))
    (tmp_path / "empty").touch(0o600)
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    for name, said in {
        ".": "it is not a file",
        "pipe": "it is not a file",
        "missing": "No such file or directory",
        "nul\x00l": "no file can have this name",
        "long": f"it is longer than {LARGEST_KEY_BYTES} bytes",
        "empty": "not a signer key|not a name, an id and a key",
        "binary": "it is not UTF-8",
    }.items():
        with pytest.raises(UnreadableKey, match=said) as refused:
            read(tmp_path / name)
        assert str(tmp_path) in refused.value.place


@pytest.mark.parametrize("text", [KEY_OF_33_BYTES, KEY_OF_TYPE_101, "a+0badc0de+", "a+b", "", "+", "++", "a++AQ=="])
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(UnreadableKey):
        Verifier.parse(text)
    with pytest.raises(UnreadableKey):
        Signer.parse(f"PRIVATE+KEY+{text}")


def test_no_single_change_of_a_key_goes_unnoticed() -> None:
    public, secret = VERIFIER_TEXT.strip().encode(), SIGNER_TEXT.strip().encode()
    read_public = [data for data in single_changes(public) if read_or_refused(Verifier.parse, data) is not None]
    read_secret = [data for data in single_changes(secret) if read_or_refused(Signer.parse, data) is not None]
    assert set(read_public) <= {public}
    assert set(read_secret) <= {secret}


@given(tampered(VERIFIER_TEXT.encode()))
def test_fuzzed_bytes_are_a_verifier_key_or_refused(data: bytes) -> None:
    read = read_or_refused(Verifier.parse, data)
    assert read is None or str(read).encode() == data.strip()


@given(tampered(SIGNER_TEXT.encode()))
def test_fuzzed_bytes_are_a_signer_key_or_refused_without_repeating_the_secret(data: bytes) -> None:
    read = read_or_refused(Signer.parse, data, secret=SECRET[2:10])
    assert read is None or read.text().encode() == data.strip()


def test_the_secret_is_shown_nowhere_else(key_file: Path) -> None:
    assert SECRET in SIGNER_TEXT
    assert repr(SEED) not in repr(signer())
    key_file.chmod(0o644)
    for attempt in (read_signer, read_verifier):
        for given_in_place_of_a_file in (key_file, SIGNER_TEXT):
            with pytest.raises(UnreadableKey) as refused:
                attempt(given_in_place_of_a_file)
            assert SECRET[2:10] not in str(refused.value)
