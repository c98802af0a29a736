"""Signing: a key signs for what a ledger holds only if that continues all that is known to be signed for already.

Known are the note that the key signed last, which is kept beside the key where no writer of the ledger can reach it;
notes that are given; and those that the ledger keeps of itself and that a known key has signed. The entries after the
last note of the first two kinds are gone through before anything is signed, and the new root follows from that note's
and from these entries alone: no stored hash is believed.

A checkpoint that the ledger keeps and no known key has signed may be anybody's. Where it does not fit, that is said;
it keeps nobody from signing who knows what was signed before, and whoever signs for the first time decides (``first``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.maintenance.checkpoint_file import CheckpointFile
from armsledger.application.session import Stages, stage
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.errors import NotWritable
from armsledger.storage.integrity.checkpoints import (
    LOST,
    REWRITTEN,
    check_beginning,
    check_extension,
    check_has_tree,
    frontier_of,
    kept_misfits,
    readable_checkpoints,
)
from armsledger.storage.integrity.schema_check import implausible
from armsledger.storage.integrity.verification import GO_BACK, Violation, Walk, verify_after, verify_journal
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.errors import NothingSigned
from armsledger.storage.proofs.keys import PUBLIC_SUFFIX, read_signer
from armsledger.storage.proofs.last_signed import LastSigned
from armsledger.storage.proofs.note import Checkpoint, SignedNote
from armsledger.storage.proofs.origin import origin_by
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.proofs.signing import Signer, Verifier

NEW_BEGINNING = (
    "if it has to go on without what was signed for, it is another ledger: export its entries, import them into a new"
    " one, which has an id of its own, and sign that with --first"
)
STRANGE = "the key signed for other ledgers, and not for this one: another was put in its place, or its id was edited"
WITH_FIRST = "armsledger proof checkpoint FILE --key KEYFILE --first"
FIRST = f"compare it with the last checkpoint that you have of it; if it is new to the key: {WITH_FIRST}"
GONE = "the key signed for this ledger, and what it signed last is gone"
GIVE_LAST = f"give the last checkpoint that it signed with --after NOTE; if there is none any more: {WITH_FIRST}"
GIVE_SIGNER = "if you trust who signed it, give their key with --signed-by"
COPIED = (
    "{key} may have signed for this ledger elsewhere: nothing beside it says what it signed last. From now on"
    " {folder} does; give the last note of it with --after"
)
"""Said of a key that was copied without the folder beside it, or that an earlier release made."""
MOST_DOUBTS = 3


class NothingToSign(LedgerError):
    """A checkpoint of an empty ledger says nothing."""

    def __init__(self, ledger: str) -> None:
        super().__init__(f"{ledger} is empty: there is nothing to sign for", remedy="record something first")


class KnownNote(NamedTuple):
    """A checkpoint that trusted keys have signed, and where it stands."""

    where: str
    checkpoint: Checkpoint
    signers: tuple[Verifier, ...]


class Signing:
    """A key that nobody else signs with meanwhile, and what is known to be signed for already."""

    def __init__(
        self,
        key: str | Path,
        signer: Signer,
        given: Iterable[KnownNote],
        trusted: Sequence[Verifier] = (),
        *,
        first: bool,
        remembers: bool,
    ) -> None:
        """``trusted`` are the keys of others whose signature counts.

        ``first`` is whether the ledger may be one that the key never signed for, though it did for others.
        ``remembers`` is whether there was a folder beside the key that says what it signed.
        """
        self.key = key
        self.signer = signer
        self.known_keys = (signer.verifier, *trusted)
        """The keys whose signatures can be checked."""
        self._doubts: list[str] = []
        self._last = LastSigned(key, signer.verifier)
        self._given = tuple(given)
        self._first = first
        self._remembers = remembers

    def check_not_own(self, file: str | Path) -> None:
        """Raise NotWritable for a file to be written that is the key's own, as a key that is overwritten is lost."""
        own = [Path(self.key), Path(f"{self.key}{PUBLIC_SUFFIX}"), *self._last.files()]
        if Path(file).exists() and any(place.exists() and place.samefile(file) for place in own):
            raise NotWritable(str(file), f"it belongs to the key {self.key}")

    def sign(self, journal: Journal, stages: Stages) -> SignedNote:
        """Sign for all that a ledger holds; to be called in a snapshot. Raises NothingSigned and NothingToSign."""
        walk = self.go_through(journal, stages)
        if walk.head == 0:
            raise NothingToSign(journal.ledger)
        return Checkpoint(origin_by(journal.reader.meta()), walk.head, walk.root).signed(self.signer)

    def sign_too(self, journal: Journal, file: CheckpointFile, stages: Stages) -> SignedNote:
        """Sign what others signed; to be called in a snapshot. Raises NothingSigned if the ledger does not fit it, and
        CheckpointFails for a false signature by a key that is known."""
        try:
            file.note.signers(self.known_keys)
        except LedgerError as error:
            raise error.at(file.path) from None
        walk = self.go_through(journal, stages)
        violation = check_extension(journal.reader, walk, file.checkpoint)
        if violation is not None:
            raise _nothing_signed(journal, violation, file.path)
        return file.note.signed_too(self.signer)

    def go_through(self, journal: Journal, stages: Stages) -> Walk:
        """Go through the entries that nothing known covers; raises NothingSigned if anything does not fit."""
        reader = journal.reader
        check_has_tree(reader, oldest=SCHEMA_VERSION)
        for what in implausible(reader.meta()):
            raise _nothing_signed(journal, Violation(what, "the table ledger", GO_BACK))
        own = list(self._own(reader))
        if own and self._first:
            raise UsageError(f"{self.key} signed for this ledger already: {own[0].where}", remedy="leave out --first")
        known = [*own, *self._given]
        if not (known or self._first):
            if where := forgotten(reader, self._last, self.signer.verifier):
                raise _nothing_signed(journal, Violation(GONE, where, GIVE_LAST))
            if self._last.signed_any():
                raise _nothing_signed(journal, Violation(STRANGE, str(self._last.folder), FIRST))
        for where, checkpoint, _ in known:
            if violation := check_beginning(reader, checkpoint):
                raise _nothing_signed(journal, violation, where)
        walk = _walk_after(reader, max((note.checkpoint.size for note in known), default=0), stages)
        if walk.violation is not None:
            raise _nothing_signed(journal, walk.violation)
        for where, checkpoint, _ in known:
            if violation := check_extension(reader, walk, checkpoint):
                raise _nothing_signed(journal, violation, where)
        self._check_kept(journal, walk, is_known=bool(known))
        return walk

    def _check_kept(self, journal: Journal, walk: Walk, *, is_known: bool) -> None:
        """Raise NothingSigned for a misfit that a known key signed, or somebody may have while nothing else is known.

        Other misfits are doubts.
        """
        for misfit in kept_misfits(journal.reader, walk, self.known_keys):
            violation = misfit.violation
            if misfit.signers and (misfit.contradicts or not is_known):
                raise _nothing_signed(journal, violation)
            remedy = f"{GIVE_SIGNER}; {violation.remedy}" if misfit.contradicts else violation.remedy
            if misfit.contradicts and not (is_known or self._first):
                remedy += f"; to sign all the same: {WITH_FIRST}"
                raise _nothing_signed(journal, violation._replace(remedy=remedy))
            self._doubts.append(f"{violation.where}: {violation.what}; no key that is known here signed it: {remedy}")

    def _is_first(self, reader: JournalReader) -> bool:
        """Whether nothing says that the key signed for the ledger before."""
        is_given = any(self.signer.verifier in note.signers for note in self._given)
        return not (is_given or any(self._own(reader)) or forgotten(reader, self._last, self.signer.verifier))

    def tell(self, session: Session, reader: JournalReader) -> bool:
        """Give notice of what does not fit or is not known, before anything is handed out; whether it is the first
        signature of the key for the ledger."""
        for doubt in self._doubts[:MOST_DOUBTS]:
            session.give_notice(doubt)
        if (more := len(self._doubts) - MOST_DOUBTS) > 0:
            session.give_notice(f"{more:,} more kept checkpoints do not fit: `armsledger verify` names them")
        is_first = self._is_first(reader)
        if is_first and not self._remembers:
            session.give_notice(COPIED.format(key=self.key, folder=self._last.folder))
        return is_first

    def remember(self, reader: JournalReader, note: SignedNote) -> None:
        """Keep a note beside the key, before anybody gets it, unless a later one is kept."""
        size = Checkpoint.parse(note.text).size
        if all(own.checkpoint.size <= size for own in self._own(reader)):
            self._last.remember(reader.meta()["ledger_id"], note)

    def _own(self, reader: JournalReader) -> Iterator[KnownNote]:
        """The last note of the key for the ledger, if it signed one."""
        for file, note in self._last.notes(reader.meta()["ledger_id"]).items():
            yield KnownNote(str(file), Checkpoint.parse(note.text), (self.signer.verifier,))


def forgotten(reader: JournalReader, last: LastSigned, verifier: Verifier) -> str:
    """Where it is seen that a key signed for a ledger, though nothing beside it says what; nothing if it did not."""
    ledger_id = reader.meta()["ledger_id"]
    if last.notes(ledger_id):
        return ""
    if last.signed_for(ledger_id):
        return str(last.file(ledger_id))
    for kept, note, _ in readable_checkpoints(reader):
        if note.bears(verifier):
            return f"the kept checkpoint of {kept.size} entries, made {kept.made_at}"
    return ""


@contextmanager
def signing(
    session: Session,
    key: str | Path,
    after: Iterable[str | Path] = (),
    trusted: Sequence[Verifier] = (),
    *,
    first: bool = False,
) -> Iterator[Signing]:
    """A key that signs, once it is certain that no two histories are signed for by it.

    ``after`` are files of notes that the ledger must continue, signed by the key or a trusted one. Without ``first``, a
    key that signed for other ledgers signs for none that nothing is known of. Raises
    UnreadableKey, SignerForgets and SignerBusy, and for a file of ``after`` UnreadableNote and CheckpointFails.
    """
    signer = read_signer(key)
    verifiers = (signer.verifier, *trusted)
    given = [known_note(CheckpointFile(session, path), verifiers) for path in after]
    with LastSigned(key, signer.verifier).held(session.timeout_seconds) as was_there:
        yield Signing(key, signer, given, trusted, first=first, remembers=was_there)


def known_note(file: CheckpointFile, verifiers: Iterable[Verifier]) -> KnownNote:
    """The checkpoint in a file that one of the keys has signed; raises CheckpointFails."""
    try:
        signers = file.note.verified_by(verifiers)
    except LedgerError as error:
        raise error.at(file.path) from None
    return KnownNote(file.path, file.checkpoint, tuple(signers))


def _walk_after(reader: JournalReader, size: int, stages: Stages) -> Walk:
    """Go through the entries after the first ``size``, of which the root is known to be right."""
    report = stage(stages, "entries")
    return verify_after(reader, frontier_of(reader, size), report) if size else verify_journal(reader, report)


def _nothing_signed(journal: Journal, violation: Violation, file: str = "") -> NothingSigned:
    where = f"{file}, {violation.where}" if file else violation.where
    is_contradicted = violation.remedy in (LOST, REWRITTEN)
    remedy = f"{violation.remedy}; {NEW_BEGINNING}" if is_contradicted else violation.remedy
    return NothingSigned(journal.ledger, where, violation.what, remedy)
