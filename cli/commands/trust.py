"""Commands by which a ledger is verified, signed for, and proved to others."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.options import JsonOption, LedgerOption, ledger_address
from armsledger.cli.progress import stages_bar
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.maintenance.proofs import ProvedEntry
    from armsledger.application.maintenance.verification import Verification
    from armsledger.storage.proofs.verification import Violation

DOES_NOT_FIT = 1
LABEL = 15
"""Columns before a value."""

VerifierOption = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="VERIFIER",
        help="Verifier key of who signed: the .pub file, or its text. May be repeated.",
        show_default=False,
    ),
]
SignerOption = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="KEYFILE", envvar="ARMSLEDGER_KEY", help="File of the signer key.", show_default=False
    ),
]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")]
UNSIGNED = (
    "compared with no checkpoint: entries edited by somebody who also made the tree anew go unseen (--checkpoint FILE)"
)
"""Said where nothing from outside the ledger was looked at."""


def verify(
    ctx: typer.Context,
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="Prove that the ledger extends what was signed there. May be repeated.",
            show_default=False,
        ),
    ] = None,
    key: VerifierOption = None,
    journal: Annotated[
        bool, typer.Option("--journal", help="Leave read models and the decoding of entries out, for speed.")
    ] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Compute everything anew that can be, and tell what does not fit what is stored, and what was signed."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_json

    with Ledger(ledger_address(ctx)) as opened, stages_bar() as stages:
        told = opened.verify(checkpoints=checkpoint or (), keys=key or (), journal_only=journal, stages=stages)
    if as_json:
        print_json(told.to_dict())
    else:
        _print_verification(told, set(checkpoint or ()))
    if not told.sound:
        raise typer.Exit(DOES_NOT_FIT)
    if not checkpoint:
        print(UNSIGNED, file=sys.stderr)


def checkpoint(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")],
    key: SignerOption = None,
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Sign for all that is recorded: a note of the number of entries and the root of their Merkle tree.

    Keep it where nobody who can write the ledger can write: 'verify --checkpoint' then finds whatever is changed.
    """
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened:
        signed = opened.checkpoint(file, _signer(key), replace=replace)
    print(f"{_name(file)}: signed for {signed.size:,} entries, root {signed.root.hex()}", file=sys.stderr)


def prove(
    ctx: typer.Context,
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="An entry, such as deal/india-s400@7, or its position, as @123.")
    ],
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")],
    key: SignerOption = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(
            "--checkpoint", metavar="FILE", help="Prove it against this checkpoint instead.", show_default=False
        ),
    ] = None,
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write a proof that an entry is in the ledger, which others check without the ledger.

    It is proved against a checkpoint: the one given, else one that the key signs now, else the last that was made.
    """
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened:
        proved = opened.prove(entry, file, key=None if checkpoint else key, checkpoint=checkpoint, replace=replace)
    told = f"proves that {proved.entry} is entry {proved.position:,} of {proved.size:,}"
    print(f"{_name(file)}: {printable(told)}", file=sys.stderr)


def verify_proof(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The proof; - is standard input.")],
    key: VerifierOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a proof, without any ledger, and print the entry that it proves."""
    from armsledger.application.maintenance.proofs import verify_proof as check
    from armsledger.cli.output import print_json

    proved = check(file, key or ())
    if as_json:
        print_json(proved.to_dict())
    else:
        _print_proved(proved)


def _signer(key: str | None) -> str:
    """The file of the signer key; raises UsageError if none was named."""
    from armsledger.domain.errors import UsageError

    if key is None:
        raise UsageError(
            "there is no key to sign with",
            remedy="give --key KEYFILE or set ARMSLEDGER_KEY; `armsledger keys new KEYFILE` makes one",
        )
    return key


def _name(file: str) -> str:
    return "standard output" if file == "-" else printable(file)


def _print(name: str, value: Any) -> None:
    print(f"{name:<{LABEL}} {printable(str(value))}")


def _print_verification(told: Verification, files: set[str]) -> None:
    fitting = "all of them fit" if told.sound_entries == told.position else f"the first {told.sound_entries:,} fit"
    _print("entries", f"{told.position:,}; {fitting}" if told.position else "0")
    _print("root", told.root.hex())
    for one in told.confirmed:
        _print("checkpoint", f"{one.file}: extended ({one.size:,} entries, signed by {', '.join(one.signed_by)})")
    for digest in told.digests or ():
        _print(digest.name, f"{digest.sha256} ({digest.rows:,} rows)")
    for name in told.behind:
        _print(name, "not in step; answers are folded until `armsledger rebuild`")
    for finding in told.findings:
        _print_flaw(finding)
    count = len(told.findings)
    findings = "1 finding" if count == 1 else f"{count} findings"
    if told.sound:
        print("everything fits")
    elif all(finding.where in files for finding in told.findings):
        print(f"{findings}: the ledger fits in itself, but is not confirmed by what was given")
    else:
        print(f"{findings}: the ledger is not as it should be")


def _print_flaw(flaw: Violation) -> None:
    print(f"error: {printable(flaw.where)}: {printable(flaw.what)}")
    print(f"  remedy: {printable(flaw.remedy)}")


def _print_proved(proved: ProvedEntry) -> None:
    record = proved.record
    _print("entry", f"{record.stream}@{record.version}")
    _print("position", f"{record.position:,} of {proved.size:,}")
    _print("event", proved.event)
    _print("source", record.source or "none")
    _print("recorded at", record.recorded_at)
    _print("recorded by", record.recorded_by)
    fields = proved.data if isinstance(proved.data, dict) else {"payload": proved.data}
    for name, value in fields.items():
        if name != "source":
            _print(printable(str(name)), _words(value))
    _print("ledger", proved.origin)
    _print("root", proved.root.hex())
    _print("signed by", ", ".join(proved.signed_by))


def _words(value: Any) -> str:
    """A value of a payload; of a name that is sealed nothing can be said without the ledger."""
    if isinstance(value, dict):
        if set(value) == {"sealed"}:
            return "(a name, sealed)"
        return ", ".join(f"{name} {_words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
