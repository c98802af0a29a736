"""Commands that say what a ledger is, and build its read models anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.command import Commands
from armsledger.cli.completion import complete_projection
from armsledger.cli.messages import tell
from armsledger.cli.options import JsonOption, LedgerOption, ToRead, open_ledger
from armsledger.cli.output import print_facts, print_json
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.upkeep import ReadModelState
    from armsledger.projections.rebuild import Progress
    from armsledger.storage.journal import JournalInfo

commands = Commands()


@commands.command("armsledger info --json")
def info(*, as_json: JsonOption = False, ledger: ToRead) -> None:
    """Say what the ledger is and holds."""
    with open_ledger(ledger) as opened:
        journal, models = opened.info(), opened.read_models()
    facts = _facts_of(journal, models)
    if as_json:
        print_json(facts)
    else:
        words = facts | _in_words(journal, models)
        print_facts({name: value for name, value in words.items() if value is not None}, width=16)


def _facts_of(journal: JournalInfo, models: Sequence[ReadModelState]) -> dict[str, Any]:
    checkpoint = journal.checkpoint
    return {
        "ledger": journal.path,
        "ledger_id": journal.ledger_id,
        "created_at": journal.created_at,
        "schema_version": journal.schema_version,
        "size_bytes": journal.size_bytes,
        "journal_mode": journal.journal_mode,
        "synchronous": journal.synchronous,
        "entries": journal.counts.entries,
        "streams": journal.counts.streams_by_kind,
        "erasures": journal.counts.erasures,
        "position": journal.head,
        "last_recorded_at": journal.last_recorded_at,
        "root": None if journal.root is None else journal.root.hex(),
        "checkpoint": checkpoint and {"size": checkpoint.size, "made_at": checkpoint.made_at},
        "standby": journal.standby and journal.standby._asdict(),
        "read_models": {model.name: _of_model(model) for model in models},
    }


def _of_model(model: ReadModelState) -> dict[str, Any]:
    return {name: value for name, value in model._asdict().items() if name != "name"}


def _in_words(journal: JournalInfo, models: Sequence[ReadModelState]) -> dict[str, str | None]:
    """The facts that are more than one value, and None for what is not there."""
    streams = ", ".join(f"{count} {kind}" for kind, count in journal.counts.streams_by_kind.items())
    checkpoint = journal.checkpoint
    behind = ", ".join(f"{model.name} ({_position(model)})" for model in models if not model.current)
    standing = f"not in step: {behind}" if behind else f"all in step ({', '.join(model.name for model in models)})"
    if pending := max((model.pending for model in models), default=0):
        standing += f"; the rows of {pending:,} streams are pending, which the next recording brings up to date"
    return {
        "streams": streams or "none",
        "last_recorded_at": journal.last_recorded_at or "never",
        "root": "unknown" if journal.root is None else journal.root.hex(),
        "checkpoint": "none" if checkpoint is None else f"of {checkpoint.size:,} entries, made {checkpoint.made_at}",
        "standby": journal.standby and journal.standby.in_words,
        "read_models": standing,
    }


def _position(model: ReadModelState) -> str:
    return "missing" if model.position is None else f"at {model.position:,}"


@commands.command("armsledger rebuild deals")
def rebuild(
    projections: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PROJECTION]...",
            help="Names of projections [default: all].",
            show_default=False,
            autocompletion=complete_projection,
        ),
    ] = None,
    ledger: LedgerOption = None,
) -> None:
    """Build read models anew. Reads use the old ones meanwhile, and an interrupted rebuild goes on where it stopped."""
    with open_ledger(ledger) as opened, progress_bar() as stages:

        def report(progress: Progress) -> None:
            stages("rebuilding", progress.done, progress.total)

        opened.rebuild(*projections or (), report=report)
        names = projections or [projection.name for projection in opened.projections()]
        tell(f"built {', '.join(names)} from {opened.position():,} entries")
