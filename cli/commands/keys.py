"""Commands about the keys that sign checkpoints."""

from __future__ import annotations

from typing import Annotated

import typer

from armsledger.cli.command import Commands
from armsledger.cli.messages import printable, tell

commands = Commands()
keys = commands.group(
    "keys", "Make and show the keys that sign checkpoints.", "armsledger proof keys new desk.key --name example"
)
KeyArgument = Annotated[str, typer.Argument(metavar="FILE", help="File of the signer key.")]


@keys.command("armsledger proof keys new desk.key --name example.org/desk")
def new(
    file: KeyArgument,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Whose key it is. The name is in every signature.")
    ] = "armsledger",
) -> None:
    """Make a signer key, which only its owner can read, and FILE.pub, the verifier key for others.

    Keep the signer key away from the ledger, with the folder FILE.signed, which remembers what it signed last. Whoever
    has ledger, key and folder can rewrite history and sign for it.
    """
    from armsledger.storage.proofs.keys import new_key

    verifier = new_key(file, name)
    print(printable(str(verifier)))
    tell(f"{file}: the signer key, secret; {file}.pub: the verifier key; {file}.signed: what it signed last")


@keys.command("armsledger proof keys show desk.key")
def show(file: KeyArgument) -> None:
    """Print the verifier key that belongs to a signer key."""
    from armsledger.storage.proofs.keys import read_signer

    print(printable(str(read_signer(file).verifier)))
