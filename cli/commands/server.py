"""The command that serves pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from armsledger.cli.command import Commands
from armsledger.cli.messages import tell
from armsledger.cli.options import KnownBy, ToRead, open_ledger, option

if TYPE_CHECKING:
    from armsledger.web.server.app import Site

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
    write: Annotated[
        bool, typer.Option("--write", help="Record in the browser, too; who records must be named.")
    ] = False,
    recorded_by: Annotated[
        str | None,
        option("--recorded-by", "NAME", "With --write: who records [default: ARMSLEDGER_RECORDED_BY]."),
    ] = None,
    ledger: ToRead,
) -> None:
    """Show the ledger in a browser, as it is and as it was believed, until Ctrl-C; it is only read without --write.

    Every page takes at, known and known_by in its address, and has .json and .csv beside it (docs/serving.md).
    """
    recorder = _recorder(host, allow_host, recorded_by, write=write)
    with open_ledger(ledger) as opened:
        opened.journal()  # whether there is a ledger is said now, and not by the first page
        address = opened.address
        if write:
            with opened.session.writing(dry_run=True):
                pass  # so is whether it can be written
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
    known_by = _known_by()
    root = f"/{root_path.strip('/')}" if root_path and root_path.strip("/") else ""
    if write:
        site = _writing(address, recorder, names, root, known_by)
    else:
        site = Site(address, names=names, root=root, known_by=known_by)
    listener = listening(host, port)
    tell(f"{address} is shown at {address_of(listener, root)} until Ctrl-C")
    if host not in LOOPBACK:
        tell("whoever reaches this address can read the whole ledger; a proxy can ask who they are (docs/serving.md)")
    run(site, listener)


def _known_by() -> str:
    """What belief goes by where an address does not say: ``ARMSLEDGER_KNOWN_BY``, else recorded. Raises UsageError."""
    known_by = os.environ.get("ARMSLEDGER_KNOWN_BY") or "recorded"
    if known_by not in get_args(KnownBy):
        from armsledger.domain.errors import UsageError

        raise UsageError(f"ARMSLEDGER_KNOWN_BY is {known_by!r:.80}", remedy="set it to recorded or asserted")
    return known_by


def _recorder(host: str, allow_host: list[str] | None, recorded_by: str | None, *, write: bool) -> str:
    """Who records; raises UsageError where nobody is named, or where strangers could record."""
    from armsledger.application.session import RECORDER_VARIABLE, checked_recorder
    from armsledger.domain.errors import UsageError

    if not write:
        if recorded_by is not None:
            raise UsageError("--recorded-by says who records, and nothing is recorded", remedy="add --write")
        return ""
    name = (recorded_by or os.environ.get(RECORDER_VARIABLE) or "").strip()
    if not name:
        raise UsageError(
            "--write needs the name of whoever records",
            remedy=f"add --recorded-by NAME, or set {RECORDER_VARIABLE}",
        )
    if host not in LOOPBACK and not allow_host:
        raise UsageError(
            f"with --write, whoever reaches {host} could record as {name}",
            remedy="leave --host out, so that only this machine is answered; behind a proxy that asks who people are, "
            "name it with --allow-host NAME (docs/serving.md)",
        )
    return checked_recorder(name)


def _writing(address: str, recorder: str, names: set[str], root: str, known_by: str) -> Site:
    """A site in which one records, too."""
    from armsledger.web.recording.desk import Desk
    from armsledger.web.recording.routes import recording_at
    from armsledger.web.server.app import Site
    from armsledger.web.server.links import ServerLinks

    desk = Desk(address, recorder, ServerLinks(root), root)
    methods = ("GET", "HEAD", "POST")
    return Site(address, names=names, root=root, known_by=known_by, more=recording_at(desk), methods=methods)
