"""What can go wrong with the proof that nothing was changed, as one tree.

LedgerError
├── TreeUnreadable           hashes of the Merkle tree are missing or of the wrong length
├── OutsideTree              a tree of this size does not hold an entry, or an earlier tree
├── UnreadableRecord         bytes are not the canonical text of one entry
├── UnreadableNote           a text is not a signed note, or not one of a checkpoint
├── CheckpointFails          the signatures or contents of a checkpoint do not fit
├── UnreadableKey            a text or file is not a key
│   └── KeyNotPrivate        others may read a signer key
├── KeyNotWritten            a new key could not be written
│   └── KeyExists            there is a file already where it would be written
├── SignerForgets            what a key signed last cannot be kept beside it
├── LastNoteFails            what is kept there was changed, or is no note of the key
├── FolderNotPrivate         others may read or write what is kept there
├── SignerBusy               somebody else signs with the key
├── NothingSigned            a ledger does not continue what was signed for before
├── UnreadableProof          a text is not a proof
└── ProofFails               a proof does not prove its entry
"""

from __future__ import annotations

from shlex import quote

from armsledger.domain.errors import LedgerError


class TreeUnreadable(LedgerError):
    """The hashes beside an entry are missing or of the wrong length."""

    def __init__(self, position: int, detail: str) -> None:
        super().__init__(
            f"the hashes beside the entry at position {position} cannot be read: {detail}",
            remedy="see what else does not fit with `armsledger verify`, and go back to a copy of the ledger",
        )


class OutsideTree(LedgerError):
    """A tree of this size does not hold what a proof was asked for."""

    def __init__(self, what: str, size: int) -> None:
        super().__init__(
            f"{what} is not in the tree of {size} entries",
            remedy="ask for something within it, or make a new checkpoint first, which covers all entries",
        )


class UnreadableRecord(LedgerError):
    """Bytes are not the canonical text of one entry, or an entry has no such text."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"this is not the record of an entry: {detail}",
            remedy="use the bytes as they were written, without any change",
        )


class UnreadableKey(LedgerError):
    """A text is not a key, or a file holds none; the message never repeats what it holds."""

    def __init__(self, detail: str, *, remedy: str = "give the key as `armsledger proof keys new` wrote it") -> None:
        super().__init__(f"the key cannot be read: {detail}", remedy=remedy)


class KeyNotPrivate(UnreadableKey):
    """Others than the owner may read the signer key, and may have copied it by now."""

    def __init__(self, path: str, mode: int) -> None:
        super().__init__(
            f"{path} holds a signer key and may be read by others (mode {mode:o})",
            remedy=f"chmod 600 {quote(path)}; if others could have read it, make a new key and sign with that",
        )


class KeyNotWritten(LedgerError):
    """A new key could not be written; nothing was left behind."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(
            f"the key {path} was not written: {detail}",
            remedy="name a file that does not exist, in a folder that you may write",
        )


class KeyExists(KeyNotWritten):
    """There is a file already where the key would be written, and it may be a key that is needed."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "there is a file already, which is never overwritten")
        self.remedy = "name another file; to replace a key, keep the old .pub for what was signed with it"


class UnreadableNote(LedgerError):
    """A text is not a signed note, or not one of a checkpoint."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"this is not a signed checkpoint: {detail}",
            remedy="use the text as it was written, to the byte",
        )


class CheckpointFails(LedgerError):
    """A checkpoint cannot be trusted, or does not fit the ledger."""

    def __init__(self, detail: str, *, remedy: str = "") -> None:
        super().__init__(f"the checkpoint fails: {detail}", remedy=remedy or "trust nothing that rests on it")


class SignerForgets(LedgerError):
    """What a key signed last cannot be kept, or not be read: so nothing is signed."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f"what the key signed last is kept in {path}, and that is refused: {error.strerror or error}",
            remedy="see that you may write there; or sign with a link to the key, in a folder of yours: ln -s KEY LINK",
        )


class LastNoteFails(LedgerError):
    """What is kept as the last note of a key is not one that the key signed."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(
            f"{path} is not what the key signed last: {detail}",
            remedy="put there the last checkpoint that the key signed for this ledger, as it was handed out",
        )


class FolderNotPrivate(LedgerError):
    """Others than the owner may read what a key signed last, or write it, and let the key sign for what they like."""

    def __init__(self, path: str, mode: int) -> None:
        super().__init__(
            f"{path} keeps what the key signed last and is open to others (mode {mode:o})",
            remedy=f"chmod 700 {quote(path)}; then compare what is in it with the checkpoints that you have handed out",
        )


class SignerBusy(LedgerError):
    """Somebody else signs with the same key."""

    def __init__(self, path: str, waited_seconds: float) -> None:
        super().__init__(
            f"somebody else signs with the key: {path} has been locked for {waited_seconds:g} s",
            remedy="try again when they have finished; ARMSLEDGER_TIMEOUT_SECONDS says how long to wait",
        )


class NothingSigned(LedgerError):
    """A ledger does not fit in itself, or does not continue what was signed for before: so nothing was signed."""

    def __init__(self, ledger: str, where: str, what: str, remedy: str) -> None:
        super().__init__(f"nothing was signed for {ledger}: {where}: {what}", remedy=remedy)


class UnreadableProof(LedgerError):
    """A text is not a proof."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"this is not a proof: {detail}",
            remedy="use the file as `armsledger proof make` wrote it, to the byte",
        )


class ProofFails(LedgerError):
    """A proof does not prove its entry."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"the proof fails: {detail}", remedy="do not take the entry for one of the ledger")
