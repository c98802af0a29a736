"""Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint): a tree's size and root, signed.

    armsledger/ledger/6f0c.../2026-11-22T12...    the origin: which ledger (`armsledger.storage.proofs.origin`)
    20852163                                      the size: how many entries
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=  the root

    — armsledger Az3grlgtzPICa5OS8npV...          a signature: key name, base64(key id || signature)

Every object here can be written, and what was written reads as the same object: the rules hold for the objects, not
only for what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from armsledger.storage.proofs.errors import CheckpointFails, UnreadableNote
from armsledger.storage.proofs.merkle import EMPTY_ROOT, HASH_BYTES
from armsledger.storage.proofs.signing import (
    KEY_ID_BYTES,
    Signer,
    Verifier,
    from_base64,
    is_key_name,
    text_of,
    to_base64,
)

LARGEST_NOTE_BYTES: Final = 1_000_000
MOST_SIGNATURES: Final = 100
SIGNATURE_MARK: Final = "\N{EM DASH} "
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")
LARGEST_NUMBER: Final = 2**63 - 1
CONTROL: Final = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True)
class Signature:
    """A signature under a note, by the key of this name and id; not checked yet."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise UnreadableNote(f"{self.name[:40]!r} cannot be the name of a key")
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            raise UnreadableNote(f"the signature of {self.name[:40]} is too short")

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read one line, without its line break."""
        if not line.startswith(SIGNATURE_MARK):
            raise UnreadableNote(f"{line[:40]!r} is not a signature: it does not begin with a dash and a blank")
        name, _, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
        try:
            signed = from_base64(encoded)
        except ValueError as error:
            raise UnreadableNote(f"the signature of {name[:40]} cannot be read: {error}") from None
        return cls(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])

    def names(self, verifier: Verifier) -> bool:
        """Whether it says that this key made it."""
        return (self.name, self.key_id) == (verifier.name, verifier.key_id)

    @property
    def signer(self) -> str:
        """How people call the key that it names: ``name+1a2b3c4d``."""
        return f"{self.name}+{self.key_id.hex()}"

    def __str__(self) -> str:
        return f"{SIGNATURE_MARK}{self.name} {to_base64(self.key_id + self.signature)}"


@dataclass(frozen=True)
class SignedNote:
    """A text of whole lines and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise UnreadableNote("the text does not end with a line break")
        if has_control(self.text.replace("\n", "")):
            raise UnreadableNote("there is a control character in it")
        if not 1 <= len(self.signatures) <= MOST_SIGNATURES:
            raise UnreadableNote(f"it has {len(self.signatures)} signatures, not 1 to {MOST_SIGNATURES}")
        _checked(str(self))

    @classmethod
    def signed(cls, text: str, signers: Sequence[Signer]) -> SignedNote:
        """The text with a signature by each of the keys."""
        message = text.encode()
        signatures = (Signature(signer.name, signer.verifier.key_id, signer.sign(message)) for signer in signers)
        return cls(text, tuple(signatures))

    @classmethod
    def parse(cls, data: str | bytes) -> SignedNote:
        """Read what `str` writes, and verify nothing; raises UnreadableNote."""
        text, separator, signatures = _checked(data).rpartition("\n\n")
        if not separator:
            raise UnreadableNote("there is no empty line between the text and the signatures")
        *lines, end = signatures.split("\n", MOST_SIGNATURES + 1)
        if end:
            raise UnreadableNote("it does not end with a whole line, or has too many signatures")
        return cls(f"{text}\n", tuple(map(Signature.parse, lines)))

    def signed_too(self, signer: Signer) -> SignedNote:
        """The note with a signature by this key as well; the same note if the key has signed it already."""
        (signature,) = SignedNote.signed(self.text, [signer]).signatures
        return self if signature in self.signatures else SignedNote(self.text, (*self.signatures, signature))

    def verified_by(self, verifiers: Iterable[Verifier], least: int = 1) -> list[Verifier]:
        """The trusted keys that signed the text; raises CheckpointFails if fewer did, or one of them wrongly.

        Signatures by other keys are ignored, even if they have the name or the id of a trusted one. A key that is
        trusted under two names counts once.
        """
        trusted = list(verifiers)
        signers = self.signers(trusted)
        if not signers:
            raise CheckpointFails(_nobody(trusted, self.signatures), remedy="give the verifier key of who signed it")
        if (count := len({key.public_key for key in signers})) < least:
            raise CheckpointFails(
                f"{count} of the trusted keys signed it, and {least} are asked for: {_names(signers)}",
                remedy="let the others sign it too: armsledger proof cosign NOTE --key KEYFILE",
            )
        return signers

    def signers(self, verifiers: Iterable[Verifier]) -> list[Verifier]:
        """Those of some keys that signed the text, none perhaps; raises CheckpointFails if one of them did wrongly."""
        known = list(verifiers)
        signers: list[Verifier] = []
        for signature in self.signatures:
            candidates = [key for key in known if signature.names(key)]
            matches = [key for key in candidates if key.verifies(self.text.encode(), signature.signature)]
            if candidates and not matches:
                raise CheckpointFails(f"the signature of {signature.name} is not one of this text")
            signers += [key for key in matches if key not in signers]
        return signers

    def bears(self, verifier: Verifier) -> bool:
        """Whether a key signed the text, whatever else is under it."""
        return any(
            verifier.verifies(self.text.encode(), one.signature) for one in self.signatures if one.names(verifier)
        )

    def unchecked(self, verifiers: Iterable[Verifier]) -> list[str]:
        """The keys that signatures name and that are none of some keys: who made those signatures, nobody can tell."""
        known = list(verifiers)
        return list(dict.fromkeys(one.signer for one in self.signatures if not any(map(one.names, known))))

    def __str__(self) -> str:
        return "".join([self.text, "\n", *(f"{signature}\n" for signature in self.signatures)])


@dataclass(frozen=True)
class Checkpoint:
    """How many entries a ledger had, and the root of its tree then.

    ``extensions`` are further lines, which others may add and we do not interpret.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(not line or has_control(line) for line in (self.origin, *self.extensions)):
            raise UnreadableNote("there is an empty line or a control character in it")
        if not 0 <= self.size <= LARGEST_NUMBER:
            raise UnreadableNote("its size is out of range")
        if len(self.root) != HASH_BYTES:
            raise UnreadableNote(f"the root is {len(self.root)} bytes long, not {HASH_BYTES}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise UnreadableNote("the root is not that of a tree without entries")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read what `str` writes, the text of a note, and verify nothing; raises UnreadableNote."""
        origin, *lines = text.split("\n")
        if len(lines) < 3 or lines.pop():
            raise UnreadableNote("it is not three lines or more: origin, size, root")
        try:
            return cls(origin, number_of(lines[0]), from_base64(lines[1]), tuple(lines[2:]))
        except ValueError as error:
            raise UnreadableNote(str(error)) from None

    @classmethod
    def opened(cls, note: SignedNote, verifiers: Iterable[Verifier], least: int = 1) -> Checkpoint:
        """The checkpoint in a note that trusted keys have signed; raises CheckpointFails or UnreadableNote."""
        note.verified_by(verifiers, least)
        return cls.parse(note.text)

    def signed(self, *signers: Signer) -> SignedNote:
        """The note that these keys sign."""
        return SignedNote.signed(str(self), signers)

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def number_of(text: str) -> int:
    """A whole number of at most 63 bits, from decimal digits without sign or leading zeros; raises ValueError."""
    if NUMBER.fullmatch(text) is None or int(text) > LARGEST_NUMBER:
        raise ValueError(f"{text[:40]!r} is not a whole number")
    return int(text)


def has_control(text: str) -> bool:
    """Whether a text holds a control character of ASCII, which a line break is too."""
    return CONTROL.search(text) is not None


def _checked(data: str | bytes) -> str:
    try:
        return text_of(data, LARGEST_NOTE_BYTES)
    except ValueError as error:
        raise UnreadableNote(str(error)) from None


def _nobody(trusted: Sequence[Verifier], signatures: Sequence[Signature]) -> str:
    if not trusted:
        return "no key is trusted"
    return f"it is not signed by {_names(trusted)}; its signatures name {_names(signatures[:10])}"


def _names(keys: Iterable[Verifier | Signature]) -> str:
    return ", ".join(f"{key.name}+{key.key_id.hex()}" for key in keys)
