"""Checkpoints: a signed note of how many entries a ledger holds and of the root over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.maintenance.checkpoint_file import CheckpointFile
from armsledger.application.maintenance.signing import Signing, known_note, signing
from armsledger.application.session import Stages, silent
from armsledger.domain.errors import LedgerError
from armsledger.exchange.atomic import writing
from armsledger.exchange.signed import key_names
from armsledger.storage.integrity.checkpoints import (
    KeptCheckpoint,
    TreeHead,
    check_has_tree,
    keep_checkpoint,
    last_made_at,
    tree_head,
)
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.keys import read_verifier
from armsledger.storage.proofs.note import Checkpoint, SignedNote
from armsledger.storage.schema import instant_text, parse_instant

if TYPE_CHECKING:
    from armsledger.application.session import Session

LEAST_LATER = timedelta(microseconds=1)


class Signed(NamedTuple):
    """A checkpoint that was signed: of how many entries, the root over them, when, and the note.

    ``signed_by`` are the keys of which the signature was checked: the signer's own, and those that were named as
    trusted. ``unchecked`` are the keys that other signatures name: nobody here can tell whether those made them.
    ``is_first`` is whether nothing says that the key signed for this ledger before, ``is_kept`` whether the ledger
    could keep the checkpoint too.
    """

    size: int
    root: bytes
    made_at: str
    note: str
    signed_by: tuple[str, ...]
    unchecked: tuple[str, ...]
    is_first: bool
    is_kept: bool


def root_of(session: Session, size: int | None = None) -> TreeHead:
    """The root of the tree over so many entries (default: all), from the few nodes that it takes.

    Raises LedgerOutdated for a ledger of an earlier release, which has no tree.
    """
    with session.reader().snapshot():
        reader = session.reader()
        check_has_tree(reader)
        return tree_head(reader, size)


def checkpoint(
    session: Session,
    file: str | Path,
    key: str | Path,
    *,
    after: Iterable[str | Path] = (),
    signed_by: Iterable[str | Path] = (),
    first: bool = False,
    replace: bool = False,
    stages: Stages = silent,
) -> Signed:
    """Sign for everything recorded, write the note to a file, and keep it in the ledger too, if that can be written.

    The ledger must continue what the key signed last, the notes in the files ``after``, which the key or one of the
    verifier keys ``signed_by`` has signed, and those that it keeps of itself and one of them has signed. A key that
    signed for other ledgers, or of which the last note is gone, signs for this one only with ``first`` or ``after``.
    Raises NothingSigned, NothingToSign, FileExists, NotWritable, and the errors of keys and of what stands beside them.
    """
    session.check_not_own(file)
    verifiers = [read_verifier(verifier) for verifier in signed_by]
    with signing(session, key, after, verifiers, first=first) as signs:
        return _hand_out(session, signs, lambda journal: signs.sign(journal, stages), file, replace=replace)


def cosign(
    session: Session,
    file: str | Path,
    key: str | Path,
    *,
    after: Iterable[str | Path] = (),
    signed_by: Iterable[str | Path] = (),
    first: bool = False,
    stages: Stages = silent,
) -> Signed:
    """Sign the checkpoint in a file with one more key, after the same checks as `checkpoint`; then the file has both.

    The ledger may have grown since. With ``signed_by``, one of those keys must have signed the checkpoint already.
    """
    signed = CheckpointFile(session, file)
    verifiers = [read_verifier(verifier) for verifier in signed_by]
    if verifiers:
        known_note(signed, verifiers)
    with signing(session, key, after, verifiers, first=first) as signs:
        return _hand_out(session, signs, lambda journal: signs.sign_too(journal, signed, stages), file, replace=True)


def _hand_out(
    session: Session, signs: Signing, sign: Callable[[Journal], SignedNote], file: str | Path, *, replace: bool
) -> Signed:
    """Sign, and write the note to three places: beside the key, into the file, and into the ledger.

    In this order: the key remembers whatever was handed out, and the ledger keeps only what was.
    """
    signs.check_not_own(file)
    with session.snapshot() as journal:
        note = sign(journal)
        is_first = signs.tell(session, journal.reader)
        with writing(file, replace=replace) as out:
            signs.remember(journal.reader, note)
            out.write(str(note))
    checkpoint = Checkpoint.parse(note.text)
    signers, unchecked = key_names(note.signers(signs.known_keys)), tuple(note.unchecked(signs.known_keys))
    made_at, is_kept = _keep(session, checkpoint.size, str(note))
    return Signed(checkpoint.size, checkpoint.root, made_at, str(note), signers, unchecked, is_first, is_kept)


def _keep(session: Session, size: int, note: str) -> tuple[str, bool]:
    """Keep a checkpoint in the ledger; when it was made, and whether it is kept: the ledger may be there to read only.

    A later one of its size gets a later time, whatever the clock says.
    """
    journal = session.journal()
    try:
        with journal.transaction() as transaction:
            instant, last = transaction.unchecked_instant, last_made_at(journal.reader, size)
            if last >= instant:
                with suppress(OverflowError):  # then the row is refused, as the last one has its time
                    instant = instant_text(parse_instant(last) + LEAST_LATER)
            keep_checkpoint(transaction.connection, KeptCheckpoint(size, instant, note))
    except LedgerError as error:
        session.give_notice(f"the checkpoint was signed, and the ledger does not keep it too: {error.message}")
        return instant_text(session.now), False
    return instant, True
