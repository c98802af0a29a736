"""What a shell is offered for a value that is being written: streams, entries, countries, words of the catalogue.

A shell asks at every press of a key. So this reads the database directly, and the words from a table that is made from
the catalogue by ``python -m docs.completion``; neither loads the libraries of the domain.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typer

from armsledger.cli.address import ledger_address
from armsledger.domain.values.stream import KINDS

Complete = Callable[[typer.Context, str], list[str]]
WORDS: Final = Path(__file__).with_name("words.json")
INTERNAL: Final = ("citing", "search_index")
"""What is kept like read models, and has no rows."""
IN_BASH: Final = "complete_bash"
ENTRIES: Final = "SELECT version FROM journal WHERE stream = ? ORDER BY version LIMIT 1000"
EVENT: Final = "SELECT name FROM journal WHERE stream = ? AND version = ?"
PROJECTIONS: Final = "SELECT DISTINCT name FROM read_model WHERE building = 0 ORDER BY name"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The codes and names of states, the events with their fields, and what the fields take."""
    table: dict[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    return table


def one_of(choices: Iterable[str]) -> Complete:
    """Completes one of some words."""
    given = tuple(choices)

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        return [word for word in given if word.startswith(incomplete)]

    return complete


# Streams and entries


def complete_stream(ctx: typer.Context, incomplete: str) -> list[str]:
    """The streams that begin with a text, and the keys that do, where only one stream has them."""
    streams = _streams(ctx, incomplete)
    if "/" in incomplete or not incomplete:
        return streams
    keys = [name.partition("/")[2] for kind in KINDS for name in _streams(ctx, f"{kind}/{incomplete}")]
    return [*streams, *(key for key in keys if keys.count(key) == 1)]


def complete_key(kind: str) -> Complete:
    """Completes the keys of one kind of stream."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        if incomplete.startswith(f"{kind}/"):
            return _streams(ctx, incomplete)
        return [stream.partition("/")[2] for stream in _streams(ctx, f"{kind}/{incomplete}")]

    return complete


def complete_entry(ctx: typer.Context, incomplete: str) -> list[str]:
    """The entries of the stream that is written already, else streams, to be followed by ``@``."""
    stream, at, version = incomplete.rpartition("@")
    if not at:
        return [f"{name}@" for name in complete_stream(ctx, incomplete)]
    names = [stream] if "/" in stream else [f"{kind}/{stream}" for kind in KINDS]
    versions = [number for name in names for number in _asked(ctx, ENTRIES, name)]
    return [f"{stream}@{number}" for number in dict.fromkeys(versions) if number.startswith(version)]


def complete_own_entry(ctx: typer.Context, incomplete: str) -> list[str]:
    """The entries of the stream that the command is about, written ``@7``."""
    return [f"@{number}" for number in _asked(ctx, ENTRIES, _own_stream(ctx)) if f"@{number}".startswith(incomplete)]


def complete_change(ctx: typer.Context, incomplete: str) -> list[str]:
    """``FIELD=`` for the fields of the entry that is corrected, and ``FIELD=VALUE`` where a field takes some words."""
    entry = _target(ctx) if "target" in ctx.params else _first_argument(ctx, "entry")
    stream, _, version = entry.rpartition("@")
    names = [stream] if "/" in stream else [f"{kind}/{stream}" for kind in KINDS]
    asked = int(version) if version.isdecimal() else 0
    stored = next((one for name in names for one in _asked(ctx, EVENT, name, asked)), "")
    kind, _, event = stored.partition(".")
    field, equals, value = incomplete.partition("=")
    if equals:
        return [f"{field}={word}" for word in completer_of(event, field)(ctx, value)]
    return [f"{name}=" for name in fields_of(kind, event) if name.startswith(field)]


def complete_projection(ctx: typer.Context, incomplete: str) -> list[str]:
    """The projections of which the ledger keeps read models."""
    return [name for name in _asked(ctx, PROJECTIONS) if name.startswith(incomplete)]


def complete_rows(ctx: typer.Context, incomplete: str) -> list[str]:
    """The projections of which there are rows."""
    return [name for name in complete_projection(ctx, incomplete) if name not in INTERNAL]


def complete_field(ctx: typer.Context, incomplete: str) -> list[str]:
    """The fields of the rows that are asked for: after a comma one more, and after a hyphen one to descend by."""
    from dataclasses import fields

    from armsledger.projections.read_models.homes import built_in

    projection = built_in(str(ctx.params.get("projection") or next(iter(ctx.args), ctx.info_name)))
    before = incomplete[: incomplete.rfind(",") + 1] or incomplete[: incomplete.startswith("-")]
    names = () if projection is None else (field.name for field in fields(projection.row))
    return [name for field in names if (name := f"{before}{field}").startswith(incomplete)]


def complete_kept(projection: str, field: str) -> Complete:
    """Completes the words that a field of a projection ever had in the ledger."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            return _whole_words([word for word in sorted(_kept(ctx, projection, field)) if word.startswith(incomplete)])
        except Exception:  # whatever went wrong, a shell that completes has no use for it
            return []

    return complete


def _kept(ctx: typer.Context, projection: str, field: str) -> set[str]:
    from armsledger.application.ledger import Ledger
    from armsledger.projections.kept_words import kept_words

    with Ledger(ledger_address(ctx, ctx.params.get("ledger"))) as ledger:
        reader = ledger.session.reader()
        return set(filter(str.isprintable, kept_words(reader, ledger.session.projection(projection), field)))


def complete_table(ctx: typer.Context, incomplete: str) -> list[str]:
    """What can be exported: the projections, the log, or all of them."""
    derived = [name for name in words()["exported"] if name.startswith(incomplete)]
    return list(dict.fromkeys([*complete_rows(ctx, incomplete), *derived]))


def _target(ctx: typer.Context) -> str:
    """The entry that the command of an event is about."""
    given = ctx.params.get("target") or ("",)
    return f"{_own_stream(ctx)}{given[0]}" if given[0].startswith("@") else str(given[0])


def _own_stream(ctx: typer.Context) -> str:
    """The stream that the command of an event is about."""
    kind = "" if ctx.parent is None else str(ctx.parent.info_name)
    return f"{kind}/{_first_argument(ctx, 'key').removeprefix(f'{kind}/')}"


def _first_argument(ctx: typer.Context, name: str) -> str:
    """What is written for the first argument; it is not read yet where an option waits for its value."""
    return str(ctx.params.get(name) or next(iter(ctx.args), ""))


def _streams(ctx: typer.Context, prefix: str) -> list[str]:
    from armsledger.storage.opening import complete_streams

    return complete_streams(ledger_address(ctx, ctx.params.get("ledger")), prefix)


def _asked(ctx: typer.Context, sql: str, *parameters: str | int) -> list[str]:
    from armsledger.storage.opening import complete_query

    return complete_query(ledger_address(ctx, ctx.params.get("ledger")), sql, *parameters)


# Words


def complete_country(ctx: typer.Context, incomplete: str) -> list[str]:
    """The codes of states, and their names; in bash a blank would end the word."""
    codes = [code for code in words()["codes"] if code.startswith(incomplete)]
    names = [name for name in words()["names"] if incomplete and name.startswith(incomplete)]
    return list(dict.fromkeys([*codes, *_whole_words(names)]))


def _whole_words(names: Sequence[str]) -> list[str]:
    is_bash = os.environ.get("_ARMSLEDGER_COMPLETE") == IN_BASH
    return [name for name in names if not (is_bash and " " in name)]


def complete_reason(ctx: typer.Context, incomplete: str) -> list[str]:
    """The reasons for which an entry is corrected."""
    return completer_of("corrected", "reason")(ctx, incomplete)


def fields_of(kind: str, event: str) -> list[str]:
    """The fields of an event, those of every entry last."""
    table = words()
    own = table["events"].get(kind, {}).get(event)
    return [] if own is None else list(dict.fromkeys([*own["fields"], *table["citing"]]))


def option_fields(kind: str, event: str) -> list[str]:
    """The fields for which the command of an event has options."""
    table = words()
    own = table["events"][kind][event]
    return list(dict.fromkeys([*own["fields"], *own.get("citing", table["citing"])]))


def completer_of(event: str, field: str) -> Complete:
    """What completes the values of a field; nothing does where they are free."""
    takes = words()["takes"]
    what = takes.get(f"{event}.{field}", takes.get(field, []))
    return one_of(what) if isinstance(what, list) else COMPLETERS[what]


COMPLETERS: Final[dict[str, Complete]] = {
    "country": complete_country,
    "entry": complete_own_entry,
    "fields": complete_change,
    "source": complete_key("source"),
    "stream": complete_stream,
}
"""What completes the values of fields that name something, by what the table of words says."""
