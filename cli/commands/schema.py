"""The command that prints the JSON Schema of a dossier."""

from __future__ import annotations

from armsledger.cli.command import Commands
from armsledger.cli.output import print_json

commands = Commands()


@commands.command("armsledger schema")
def schema() -> None:
    """Print the JSON Schema of a dossier: for editors that complete and check YAML, and for programs that write it.

    Save it beside your dossiers as dossier.schema.json, and begin a dossier with the line
    '# yaml-language-server: $schema=dossier.schema.json'.
    """
    from armsledger.exchange.dossiers.schema import dossier_schema

    print_json(dossier_schema())
