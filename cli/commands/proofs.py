"""Commands by which a ledger is verified, signed for, and proved to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.command import Commands
from armsledger.cli.commands import keys
from armsledger.cli.messages import printable, tell
from armsledger.cli.options import FileArgument, JsonOption, ReplaceOption, ToRead, open_ledger, option
from armsledger.cli.output import counted, file_name, print_facts, print_json
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.maintenance.proofs import ProvedEntry
    from armsledger.application.maintenance.verification import Verification

DOES_NOT_FIT = 1
LABEL_WIDTH = 15
commands = Commands()
proofs = Commands()

VerifierOption = Annotated[
    list[str] | None,
    option("--key", "VERIFIER", "Verifier key of the signer: the .pub file, or its text. May be repeated."),
]
SignersOption = Annotated[
    int, typer.Option("--signers", metavar="N", min=1, help="So many of the keys must have signed.")
]
AfterOption = Annotated[
    list[str] | None,
    option("--after", "NOTE", "Sign only what continues this checkpoint too. May be repeated."),
]
SignedByOption = Annotated[
    list[str] | None,
    option("--signed-by", "VERIFIER", "Key of who else signs NOTE, or what the ledger keeps. May be repeated."),
]
FirstOption = Annotated[
    bool, typer.Option("--first", help="Whatever the key signed before, it may sign for this ledger from now on.")
]
SignerOption = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="KEYFILE", envvar="ARMSLEDGER_KEY", help="File of the signer key.", show_default=False
    ),
]
UNSIGNED = (
    "no checkpoint to compare with: an edit by somebody who also made the tree anew goes unseen (--checkpoint FILE)"
)
"""Said if nothing from outside the ledger was compared."""


@commands.command("armsledger verify --journal")
def verify(
    *,
    checkpoint: Annotated[
        list[str] | None,
        option(
            "--checkpoint", "FILE", "Prove that the ledger only adds to what this checkpoint signed. May be repeated."
        ),
    ] = None,
    key: VerifierOption = None,
    signers: SignersOption = 1,
    journal: Annotated[
        bool, typer.Option("--journal", help="Be quick: leave out the read models and the decoding of entries.")
    ] = False,
    as_json: JsonOption = False,
    ledger: ToRead,
) -> None:
    """Compute everything anew, and compare it with what is stored and what was signed."""
    with open_ledger(ledger) as opened, progress_bar() as stages:
        verification = opened.verify(
            checkpoints=checkpoint or (), keys=key or (), signers=signers, journal_only=journal, stages=stages
        )
    if as_json:
        print_json(verification.to_dict())
    else:
        _print_verification(verification, set(checkpoint or ()))
    if not verification.sound:
        raise typer.Exit(DOES_NOT_FIT)
    if not checkpoint:
        tell(UNSIGNED)


def _print_verification(verification: Verification, files: set[str]) -> None:
    """Print what was compared, and each violation; ``files`` are the checkpoints that were given."""
    entries, sound = verification.position, verification.sound_entries
    fitting = "all of them fit" if sound == entries else f"the first {sound:,} fit"
    _print("entries", f"{entries:,}; {fitting}" if entries else "0")
    _print("root", verification.root.hex())
    for note in verification.confirmed:
        _print("checkpoint", f"{note.file}: extended ({note.size:,} entries, signed by {', '.join(note.signed_by)})")
    for digest in verification.digests or ():
        _print(digest.name, f"{digest.sha256} ({digest.rows:,} rows)")
    for name in verification.behind:
        _print(name, "not in step; answers are folded until `armsledger rebuild`")
    for finding in verification.findings:
        print(printable(f"error: {finding.where}: {finding.what}"))
        print(printable(f"  remedy: {finding.remedy}"))
    for strange in verification.strange:
        print(printable(f"strange: {strange.where}: {strange.what}"))
        print(printable(f"  remedy: {strange.remedy}"))
    findings = counted(len(verification.findings), "finding")
    if verification.sound:
        print("everything fits")
    elif all(finding.where in files for finding in verification.findings):
        print(f"{findings}: the ledger fits in itself, but is not confirmed by what was given")
    else:
        print(f"{findings}: the ledger is not as it should be")


def _print(name: str, value: Any) -> None:
    print_facts({name: value}, LABEL_WIDTH)


@proofs.command("armsledger proof checkpoint arms.checkpoint --key arms.key")
def checkpoint(
    *,
    file: FileArgument,
    key: SignerOption = None,
    after: AfterOption = None,
    signed_by: SignedByOption = None,
    first: FirstOption = False,
    replace: ReplaceOption = False,
    ledger: ToRead,
) -> None:
    """Sign all that is recorded: write a signed note of the number of entries and the root of their Merkle tree.

    Nothing is signed for a ledger that does not continue what the key signed last, which is kept beside it in
    KEYFILE.signed. Keep the note where nobody who can write the ledger can write: 'verify --checkpoint' then finds
    whatever is changed.
    """
    with open_ledger(ledger) as opened, progress_bar() as stages:
        signed = opened.checkpoint(
            file,
            _signer(key),
            after=after or (),
            signed_by=signed_by or (),
            first=first,
            replace=replace,
            stages=stages,
        )
    tell(f"{file_name(file)}: signed for {signed.size:,} entries, root {signed.root.hex()}{_first(signed.is_first)}")


def _first(is_first: bool) -> str:
    """Said if nothing tells that the key signed for the ledger before: whoever knows better stops here."""
    return "; the key's first signature for this ledger" if is_first else ""


def _unchecked(names: tuple[str, ...], remedy: str) -> str:
    """Said of signatures that nobody has checked."""
    return f"; not checked: what is signed as {' and '.join(names)} ({remedy})" if names else ""


@proofs.command("armsledger proof cosign arms.checkpoint --key colleague.key")
def cosign(
    *,
    file: Annotated[
        str, typer.Argument(metavar="NOTE", help="The checkpoint, which gets one more signature; - is a filter.")
    ],
    key: SignerOption = None,
    after: AfterOption = None,
    signed_by: SignedByOption = None,
    first: FirstOption = False,
    ledger: ToRead,
) -> None:
    """Sign a checkpoint that somebody else signed, after the same checks, with a key of your own.

    With '--signers 2', 'verify' and 'proof check' then ask for both. The ledger is read, and may have grown since.
    """
    with open_ledger(ledger) as opened, progress_bar() as stages:
        signed = opened.cosign(
            file, _signer(key), after=after or (), signed_by=signed_by or (), first=first, stages=stages
        )
    names = " and ".join(signed.signed_by)
    rest = _first(signed.is_first) + _unchecked(signed.unchecked, "--signed-by VERIFIER")
    tell(f"{file_name(file)}: signed for {signed.size:,} entries, root {signed.root.hex()}, by {names}{rest}")


def _signer(key: str | None) -> str:
    """The file of the signer key; raises UsageError if none was named."""
    from armsledger.domain.errors import UsageError

    if key is None:
        raise UsageError(
            "there is no key to sign with",
            remedy="give --key KEYFILE or set ARMSLEDGER_KEY; `armsledger proof keys new KEYFILE` makes one",
        )
    return key


@proofs.command("armsledger proof make deal/india-s400@2 contract.tlog-proof --key arms.key")
def make(
    *,
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="An entry, such as deal/india-s400@7, or its position, as @123.")
    ],
    file: FileArgument,
    key: SignerOption = None,
    checkpoint: Annotated[
        str | None, option("--checkpoint", "FILE", "Refer to this checkpoint instead of signing a new one.")
    ] = None,
    replace: ReplaceOption = False,
    ledger: ToRead,
) -> None:
    """Write a proof that an entry is in the ledger. Others can check it without the ledger.

    The proof refers to a checkpoint: the one given, else one that the key signs now, else the last one made.
    """
    with open_ledger(ledger) as opened:
        proved = opened.prove(entry, file, key=None if checkpoint else key, checkpoint=checkpoint, replace=replace)
    rest = _first(proved.is_first) + _unchecked(proved.unchecked, "proof check --key VERIFIER")
    tell(f"{file_name(file)}: proves that {proved.entry} is entry {proved.position:,} of {proved.size:,}{rest}")


@proofs.command("armsledger proof check contract.tlog-proof --key arms.key.pub", name="check")
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The proof; - is standard input.")],
    key: VerifierOption = None,
    signers: SignersOption = 1,
    ledger_id: Annotated[
        str | None, option("--ledger-id", "ID", "It must be an entry of this ledger: the id that 'info' tells.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a proof without any ledger, and print the entry that it proves."""
    from armsledger.application.maintenance.proofs import verify_proof

    proved = verify_proof(file, key or (), ledger_id=ledger_id, signers=signers)
    if as_json:
        print_json(proved.to_dict())
    else:
        _print_proved(proved)


def _print_proved(proved: ProvedEntry) -> None:
    from armsledger.domain.entry import named_with_login

    record = proved.record
    _print("entry", f"{record.stream}@{record.version}")
    _print("position", f"{record.position:,} of {proved.size:,}")
    _print("event", proved.event)
    _print("source", record.source or "none")
    _print("recorded at", record.recorded_at)
    _print("recorded by", named_with_login(record.recorded_by, record.login))
    fields = proved.data if isinstance(proved.data, dict) else {"payload": proved.data}
    for name, value in fields.items():
        if name != "source":
            print(f"{printable(str(name)):<{LABEL_WIDTH}} {printable(_words(value))}")
    _print("ledger", proved.origin)
    _print("root", proved.root.hex())
    _print("signed by", ", ".join(proved.signed_by))


def _words(value: Any) -> str:
    """A value of a payload; without the ledger nobody can read a name that is sealed."""
    if isinstance(value, dict):
        if set(value) == {"sealed"}:
            return "(a name, sealed)"
        return ", ".join(f"{name} {_words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


commands.group(
    "proof",
    "Sign what is recorded, and prove single entries to others: checkpoint, cosign, make, check, keys.",
    "armsledger proof checkpoint arms.checkpoint --key arms.key",
    lambda: [*proofs, *keys.commands],
)
