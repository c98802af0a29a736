"""Commands about the keys that checkpoints are signed with."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from armsledger.cli.groups import COMMANDS, ExampleCommand
from armsledger.cli.text import printable

keys = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="File of the signer key.")]


@keys.callback()
def top() -> None:
    """Make and show the keys that checkpoints are signed with."""


@keys.command(
    cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger keys new desk.key --name example.org/desk"
)
def new(
    file: FileArgument,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Whose key it is; it stands in every signature.")
    ] = "armsledger",
) -> None:
    """Make a signer key, which only its owner may read, and FILE.pub, the verifier key to be given to others.

    Keep the signer key away from the ledger: whoever has both can rewrite history and sign for it.
    """
    from armsledger.storage.proofs.keys import new_key

    verifier = new_key(file, name)
    print(printable(str(verifier)))
    print(f"{printable(file)}: the signer key, secret; {printable(file)}.pub: the verifier key", file=sys.stderr)


@keys.command(cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger keys show desk.key")
def show(file: FileArgument) -> None:
    """Print the verifier key of a signer key."""
    from armsledger.storage.proofs.keys import read_signer

    print(printable(str(read_signer(file).verifier)))
