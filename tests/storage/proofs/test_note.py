"""Signed notes and checkpoints, against what others have published and signed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.storage.proofs.errors import CheckpointFails, UnreadableNote
from armsledger.storage.proofs.merkle import EMPTY_ROOT, root_of
from armsledger.storage.proofs.note import (
    LARGEST_NOTE_BYTES,
    MOST_SIGNATURES,
    Checkpoint,
    Signature,
    SignedNote,
)
from armsledger.storage.proofs.origin import origin_of
from armsledger.storage.proofs.signing import Signer, Verifier
from tests.storage.proofs.example_tree import (
    CHECKPOINT_TEXT,
    CREATED_AT,
    DATED_TEXT,
    LEDGER_ID,
    ORIGIN,
    SIZE,
    blob_of,
    checkpoint,
    note,
    signer,
    verifier,
)
from tests.storage.proofs.tampering import read_or_refused, single_changes, tampered

# The key and note with which the note libraries of Go and others are tested.
PUBLISHED_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLISHED_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_NOTE = (
    f"{PUBLISHED_TEXT}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# A checkpoint of Go's checksum database and its well-known key.
GO_VERIFIER = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_CHECKPOINT = (
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n"
)
# The examples of the C2SP pages; the keys to them are not published.
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa"
    " Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
C2SP_NOTE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore"
    " NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
OTHER = Signer("example.org/desk", bytes(32))
TEXT_LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


def test_a_note_that_others_published_is_verified_and_signed_alike() -> None:
    published = SignedNote.parse(PUBLISHED_NOTE)
    assert published.text == PUBLISHED_TEXT
    assert published.verified_by([Verifier.parse(PUBLISHED_VERIFIER)]) == [Verifier.parse(PUBLISHED_VERIFIER)]
    assert str(SignedNote.signed(PUBLISHED_TEXT, [Signer.parse(PUBLISHED_SIGNER)])) == PUBLISHED_NOTE


def test_a_checkpoint_of_a_public_log_is_verified() -> None:
    opened = Checkpoint.opened(SignedNote.parse(GO_CHECKPOINT), [Verifier.parse(GO_VERIFIER)])
    assert (opened.origin, opened.size) == ("go.sum database tree", 6476701)
    assert opened.root.hex().startswith("99bf102d022cd19d")


@pytest.mark.parametrize("text", [PUBLISHED_NOTE, GO_CHECKPOINT, C2SP_CHECKPOINT, C2SP_NOTE])
def test_published_notes_are_read_and_written_back_to_the_letter(text: str) -> None:
    assert str(SignedNote.parse(text)) == text
    assert str(SignedNote.parse(text.encode())) == text


def test_an_empty_line_in_the_text_belongs_to_the_text() -> None:
    assert SignedNote.parse(C2SP_NOTE).text.endswith("sole:\n\ned è subito sera.\n")


def test_the_golden_checkpoint_is_the_one_that_was_signed() -> None:
    made = Checkpoint(ORIGIN, SIZE, root_of(SIZE, blob_of))
    assert str(made.signed(signer())) == CHECKPOINT_TEXT
    assert Checkpoint.opened(note(), [verifier()]) == made == checkpoint()


def test_the_origin_names_the_ledger_and_when_it_was_made() -> None:
    assert origin_of(LEDGER_ID) == "armsledger/ledger/6f1d9a3e-52c4-4b7e-9d41-08a7c3e5b210"
    assert origin_of(LEDGER_ID, CREATED_AT) == f"{ORIGIN}/2026-11-22T11:58:30.000000Z"
    made = Checkpoint(origin_of(LEDGER_ID, CREATED_AT), SIZE, root_of(SIZE, blob_of))
    assert str(made.signed(signer())) == DATED_TEXT


def test_a_second_key_signs_the_same_text() -> None:
    both = note().signed_too(OTHER)
    assert both.text == note().text
    assert both.verified_by([verifier(), OTHER.verifier], least=2) == [verifier(), OTHER.verifier]
    assert both.signed_too(OTHER) == both.signed_too(signer()) == both


def test_fewer_keys_than_are_asked_for_are_not_enough() -> None:
    with pytest.raises(CheckpointFails, match=r"1 of the trusted keys signed it, and 2 are asked for: armsledger\+"):
        note().verified_by([verifier(), OTHER.verifier], least=2)


def test_a_key_under_two_names_counts_once() -> None:
    alias = Signer("alias", signer().seed)
    both = note().signed_too(alias)
    assert len(both.verified_by([verifier(), alias.verifier])) == 2
    with pytest.raises(CheckpointFails, match="1 of the trusted keys signed it, and 2 are asked for"):
        both.verified_by([verifier(), alias.verifier], least=2)


def test_no_single_change_of_a_checkpoint_goes_unnoticed_but_a_signature_that_stands_twice() -> None:
    def opened(data: bytes) -> Checkpoint:
        return Checkpoint.opened(SignedNote.parse(data), [verifier()])

    changes = [data for data in single_changes(CHECKPOINT_TEXT.encode()) if data != CHECKPOINT_TEXT.encode()]
    assert len(changes) > 800
    twice = f"{CHECKPOINT_TEXT}{note().signatures[0]}\n"
    assert [data.decode() for data in changes if read_or_refused(opened, data)] == [twice]


def test_signatures_of_unknown_keys_are_ignored() -> None:
    both = checkpoint().signed(OTHER, signer())
    assert both.verified_by([verifier()]) == [verifier()]
    assert both.verified_by([verifier(), OTHER.verifier]) == [OTHER.verifier, verifier()]
    longer = Signature("witness.example", b"1234", bytes(5000))
    assert SignedNote(both.text, (longer, *both.signatures)).verified_by([verifier()]) == [verifier()]


def test_a_signature_that_only_shares_a_name_or_an_id_is_ignored() -> None:
    (good,) = note().signatures
    same_name = Signature(good.name, b"0000", good.signature)
    same_id = Signature("somebody", good.key_id, good.signature)
    assert SignedNote(note().text, (same_name, same_id, good)).verified_by([verifier()]) == [verifier()]
    with pytest.raises(
        CheckpointFails, match=r"not signed by armsledger\+f9889fb1; its signatures name armsledger\+30303030"
    ):
        SignedNote(note().text, (same_name, same_id)).verified_by([verifier()])


def test_one_wrong_signature_of_a_trusted_key_spoils_the_note() -> None:
    good = checkpoint().signed(OTHER).signatures
    wrong = Checkpoint(ORIGIN, 0, EMPTY_ROOT).signed(signer()).signatures
    mixed = SignedNote(note().text, (*good, *wrong))
    with pytest.raises(CheckpointFails, match="the signature of armsledger is not one of this text"):
        mixed.verified_by([OTHER.verifier, verifier()])


def test_a_note_that_nobody_trusted_signed_is_refused() -> None:
    with pytest.raises(
        CheckpointFails, match=r"not signed by example.org/desk\+\w{8}; its signatures name armsledger\+f9889fb1"
    ):
        note().verified_by([OTHER.verifier])
    with pytest.raises(CheckpointFails, match="no key is trusted"):
        note().verified_by([])


def test_a_signature_of_another_length_is_no_signature() -> None:
    short = Signature("armsledger", verifier().key_id, bytes(63))
    with pytest.raises(CheckpointFails):
        SignedNote(note().text, (short,)).verified_by([verifier()])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\n\n", "\n", "no empty line"),
        ("—", "-", "does not begin with a dash"),
        ("— ", "—", "does not begin with a dash"),
        ("armsledger +Y", "+Y", "cannot be the name of a key"),
        ("armsledger +Y", " +Y", "cannot be the name of a key"),
        ("armsledger +Y", "arms+ledger +Y", "cannot be the name of a key"),
        ("armsledger +Y", "arms\N{NO-BREAK SPACE}ledger +Y", "cannot be the name of a key"),
        ("armsledger +Y", "arms ledger +Y", "is not base64"),
        ("yQU=\n", "yQU=", "does not end with a whole line"),
        ("yQU=\n", "yQU=\n\n", "it has 0 signatures"),
        ("yQU=\n", "yQV=\n", "is not canonical base64"),
        ("yQU=\n", "yQU\n", "is not base64"),
        ("7\n", "7\t\n", "control character"),
        ("7\n", "7\r\n", "control character"),
        ("7\n", "7\x00\n", "control character"),
    ],
)
def test_a_note_with_a_mistake_is_refused_and_told_what_it_is(old: str, new: str, said: str) -> None:
    assert old in CHECKPOINT_TEXT
    with pytest.raises(UnreadableNote, match=said):
        SignedNote.parse(CHECKPOINT_TEXT.replace(old, new))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not three lines"),
        ("a\n1\n", "not three lines"),
        (f"a\n1\n{'A' * 43}=", "not three lines"),
        (f"\n1\n{'A' * 43}=\n", "empty line"),
        (f"a\n1\n{'A' * 43}=\n\n", "empty line"),
        (f"a\n01\n{'A' * 43}=\n", "'01' is not a whole number"),
        (f"a\n+1\n{'A' * 43}=\n", "not a whole number"),
        (f"a\n\N{ARABIC-INDIC DIGIT ONE}\n{'A' * 43}=\n", "not a whole number"),
        (f"a\n9223372036854775808\n{'A' * 43}=\n", "not a whole number"),
        (f"a\n1\n{'A' * 44}\n", "the root is 33 bytes long"),
        (f"a\n1\n{'A' * 42}B=\n", "not canonical base64"),
        (f"a\n0\n{'A' * 43}=\n", "not that of a tree without entries"),
    ],
)
def test_a_text_that_is_not_a_checkpoint_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnreadableNote, match=said):
        Checkpoint.parse(text)


def test_further_lines_of_a_checkpoint_are_kept_and_not_understood() -> None:
    text = f"{note().text}a line of somebody else\n"
    assert Checkpoint.parse(text).extensions == ("a line of somebody else",)
    assert str(Checkpoint.parse(text)) == text


def test_the_limits_are_kept() -> None:
    (one,) = note().signatures
    assert len(SignedNote.parse(str(SignedNote(note().text, (one,) * MOST_SIGNATURES))).signatures) == MOST_SIGNATURES
    with pytest.raises(UnreadableNote, match="it has 101 signatures, not 1 to 100"):
        SignedNote.parse(CHECKPOINT_TEXT + MOST_SIGNATURES * f"{one}\n")
    with pytest.raises(UnreadableNote, match="has too many signatures"):
        SignedNote.parse(CHECKPOINT_TEXT + 1000 * f"{one}\n")
    with pytest.raises(UnreadableNote, match=f"longer than {LARGEST_NOTE_BYTES} bytes"):
        SignedNote.parse(b"x" * (LARGEST_NOTE_BYTES + 1))
    with pytest.raises(UnreadableNote, match=f"longer than {LARGEST_NOTE_BYTES} bytes"):
        SignedNote.parse("é" * (LARGEST_NOTE_BYTES // 2 + 1))


@pytest.mark.parametrize("text", ["no line break at its end", "a\x07bell\n", "half a pair \ud800\n", ""])
def test_what_could_not_be_read_back_is_not_written(text: str) -> None:
    with pytest.raises(UnreadableNote):
        SignedNote(text, note().signatures)


def test_a_signature_without_a_signature_and_a_size_below_zero_cannot_be_made() -> None:
    with pytest.raises(UnreadableNote, match="the signature of armsledger is too short"):
        Signature.parse("— armsledger AAAAAA==")
    with pytest.raises(UnreadableNote, match="its size is out of range"):
        Checkpoint(ORIGIN, -1, EMPTY_ROOT)


@given(st.lists(TEXT_LINES, min_size=1, max_size=4), st.sets(st.sampled_from(["desk", "watch", "é/1"]), min_size=1))
def test_whatever_is_signed_is_read_back_and_verified(lines: list[str], names: set[str]) -> None:
    signers = [Signer(name, bytes(32)) for name in sorted(names)]
    signed = SignedNote.signed("".join(f"{line}\n" for line in lines), signers)
    read = SignedNote.parse(str(signed).encode())
    assert read == signed
    assert read.verified_by([one.verifier for one in signers]) == [one.verifier for one in signers]


@given(tampered(CHECKPOINT_TEXT.encode()))
def test_fuzzed_bytes_are_a_note_or_refused(data: bytes) -> None:
    read = read_or_refused(SignedNote.parse, data)
    assert read is None or str(read).encode() == data


@given(tampered(CHECKPOINT_TEXT.partition("\n\n")[0].encode() + b"\n"))
def test_fuzzed_texts_are_a_checkpoint_or_refused(data: bytes) -> None:
    read = read_or_refused(lambda given: Checkpoint.parse(given.decode("utf-8", "surrogateescape")), data)
    assert read is None or str(read).encode("utf-8", "surrogateescape") == data


@given(tampered(CHECKPOINT_TEXT.encode()))
def test_fuzzed_bytes_are_never_a_signed_checkpoint_unless_its_text_is_unchanged(data: bytes) -> None:
    opened = read_or_refused(lambda given: Checkpoint.opened(SignedNote.parse(given), [verifier()]), data)
    assert opened is None or opened == checkpoint()
