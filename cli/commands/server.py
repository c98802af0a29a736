"""The command that serves pages."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from armsledger.cli.command import Commands
from armsledger.cli.options import LedgerOption, open_ledger, option
from armsledger.cli.output import tell

commands = Commands()
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine reaches."""


@commands.command("armsledger serve --port 8400")
def serve(
    *,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Listen on this address.")] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option("--port", metavar="PORT", help="Listen on this port; 0 is any free one.", min=0, max=65535),
    ] = 8400,
    allow_host: Annotated[
        list[str] | None,
        option("--allow-host", "NAME", "Answer for this name, too, such as that of a proxy. May be repeated."),
    ] = None,
    root_path: Annotated[
        str | None, option("--root-path", "PATH", "The path below which a proxy has the pages, such as /ledger.")
    ] = None,
    ledger: LedgerOption = None,
) -> None:
    """Show the ledger in a browser, as it is and as it was believed, until Ctrl-C; it is only read.

    Every page takes at, known and known_by in its address, and has .json and .csv beside it (docs/serving.md).
    """
    with open_ledger(ledger) as opened:
        opened.journal()  # whether there is a ledger is said now, and not by the first page
        address = opened.address
    try:
        from armsledger.web.server.app import Site
        from armsledger.web.server.guard import LOCAL_NAMES
        from armsledger.web.server.running import address_of, listening, run
    except ImportError as error:
        from armsledger.domain.errors import UsageError

        raise UsageError(
            f"to serve pages needs the package {error.name}", remedy="pip install 'armsledger[web]'"
        ) from error
    names = {*LOCAL_NAMES, *(name.lower() for name in allow_host or ())}
    if host not in ("0.0.0.0", "::"):
        names.add(f"[{host}]" if ":" in host else host.lower())
    known_by = os.environ.get("ARMSLEDGER_KNOWN_BY") or "recorded"
    root = f"/{root_path.strip('/')}" if root_path and root_path.strip("/") else ""
    site = Site(address, names=names, root=root, known_by=known_by)
    listener = listening(host, port)
    tell(f"{address} is shown at {address_of(listener, root)} until Ctrl-C")
    if host not in LOOPBACK:
        tell("whoever reaches this address can read the whole ledger; a proxy can ask who they are (docs/serving.md)")
    run(site, listener)
