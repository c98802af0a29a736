"""Commands that write a ledger's journal into a lake, and that verify and fold that without the ledger."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from armsledger.cli.command import Commands
from armsledger.cli.commands.proofs import SignersOption, VerifierOption
from armsledger.cli.completion import complete_projection
from armsledger.cli.messages import printable, tell
from armsledger.cli.options import JsonOption, LedgerOption, open_ledger, option
from armsledger.cli.output import counted, print_facts, print_json
from armsledger.cli.progress import progress_bar

LABEL_WIDTH = 15
commands = Commands()
lakes = commands.group(
    "lake",
    "Keep the journal in Parquet files for DuckDB, Polars, pandas and Spark: sync, verify, fold.",
    "armsledger lake sync arms.lake",
)

FolderArgument = Annotated[
    str, typer.Argument(metavar="FOLDER", help="The lake's folder, or an address such as s3://bucket/lake.")
]


@lakes.command("armsledger lake sync arms.lake")
def sync(
    folder: FolderArgument,
    buckets: Annotated[
        int | None,
        typer.Option(
            "--buckets",
            metavar="N",
            help="Into how many parts a new lake is divided [default: 64].",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write what was recorded since the last time into a lake, which is made if there is none.

    Others may go on writing to the ledger meanwhile. An interrupted sync goes on where it stopped. Names of persons
    stand in one file, persons.parquet, which each sync writes anew: so it brings whom you forgot, too.
    """
    from armsledger.lake.folder import name_of

    with open_ledger(ledger) as opened, progress_bar() as stages:
        synced = opened.sync_lake(folder, buckets=buckets, stages=stages)
    if as_json:
        print_json(
            synced._asdict() | {"lake": name_of(folder), "root": synced.root.hex(), "removed": list(synced.removed)}
        )
        return
    added = f"{synced.entries:,} entries in {counted(synced.segments, 'segment')}"
    _print({"lake": name_of(folder), "added": added, "position": f"{synced.position:,}", "root": synced.root.hex()})
    for position in synced.removed:
        tell(f"removed read-models/{position}: somebody was forgotten since, whom it may name")


@lakes.command("armsledger lake verify arms.lake")
def verify(
    folder: FolderArgument,
    checkpoint: Annotated[
        list[str] | None,
        option("--checkpoint", "FILE", "Prove that the lake begins with what this checkpoint signed. May be repeated."),
    ] = None,
    key: VerifierOption = None,
    signers: SignersOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Compute all hashes of a lake anew, without the ledger, and compare them with what was signed."""
    from armsledger.lake.verification import verify as verify_lake

    with progress_bar() as stages:
        verified = verify_lake(
            folder,
            checkpoints=checkpoint or (),
            keys=key or (),
            signers=signers,
            report=lambda done, total: stages("verifying", done, total),
        )
    if as_json:
        confirmed = [one._asdict() for one in verified.confirmed]
        print_json(verified._asdict() | {"root": verified.root.hex(), "confirmed": confirmed})
        return
    _print(
        {
            "ledger": f"{verified.ledger_id}, made {verified.created_at}",
            "entries": f"{verified.entries:,} in {counted(verified.segments, 'segment')}; all of them fit",
            "root": verified.root.hex(),
        }
    )
    if verified.not_compared:
        tell(
            f"another release of pyarrow wrote {counted(verified.not_compared, 'segment')}: what its entries are fits,"
            " but not every byte could be compared; `armsledger lake sync` into a new folder writes all anew"
        )
    for one in verified.confirmed:
        signed = f"{one.size:,} entries, signed by {', '.join(one.signed_by)}"
        _print({"checkpoint": f"{printable(one.file)}: the lake begins with it ({signed})"})
    if not verified.confirmed:
        tell("no checkpoint to compare with: a lake that was made anew as a whole goes unseen (--checkpoint FILE)")


@lakes.command("armsledger lake fold arms.lake")
def fold(
    folder: FolderArgument,
    engine: Annotated[
        str,
        option("--engine", "ENGINE", "local (a process a core) or spark (the session that its configuration makes)."),
    ] = "local",
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--models",
            metavar="PROJECTION",
            help="Only this read model. May be repeated.",
            show_default=False,
            autocompletion=complete_projection,
        ),
    ] = None,
    out: Annotated[
        str | None, option("--out", "OTHER", "Folder for the read models [default: read-models in the lake's].")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compute read models from a lake, without the ledger: the rows that the ledger's own tables keep.

    They stand in OTHER/POSITION/PROJECTION, a file for each bucket. An interrupted fold goes on where it stopped.
    """
    from armsledger.application.session import default_timeout_seconds
    from armsledger.lake.engines import fold as fold_lake

    timeout_seconds = default_timeout_seconds()
    with progress_bar("buckets") as stages:
        folded = fold_lake(
            folder,
            engine=engine,
            models=models or (),
            out=out,
            report=lambda done, total: stages("folding", done, total),
            timeout_seconds=timeout_seconds,
        )
    if as_json:
        print_json(folded._asdict() | {"rows": dict(folded.rows)})
        return
    _print({"read models": folded.folder, "position": f"{folded.position:,}"})
    _print({model: f"{rows:,} rows" for model, rows in folded.rows.items()})


def _print(facts: dict[str, Any]) -> None:
    print_facts(facts, LABEL_WIDTH)
