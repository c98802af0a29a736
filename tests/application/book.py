"""Ledgers in memory with a few entries, a clock that is set by hand, and what a ledger tells in comparable form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from armsledger import Ledger
from armsledger.application.recording.dossiers import RecordReport
from armsledger.domain.values.when import When
from armsledger.exchange.dossiers.dossier import open_dossier
from tests.processes import ROOT
from tests.storage.drafts import NOON

EXAMPLES = ROOT / "examples"
SEED, STORY = EXAMPLES / "seed-article.yaml", EXAMPLES / "india-s400.yaml"
DEAL = "deal/india-s400"
SUMMIT = "engagement/india-russia-annual-summit-21"
FRAMEWORK = "framework/india-russia-military-technical-cooperation"
ALL_TOLD = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""After all that the examples tell."""

Object = dict[str, Any]
"""An object of a dossier: a source to register, or an entry."""

SOURCES: tuple[Object, ...] = (
    {"key": "wire", "publisher": "Wire", "published": "2021-11-12", "reliability": "B"},
    {"key": "paper", "publisher": "Paper", "published": "2021-11-20", "reliability": "C"},
    {"key": "rumour", "publisher": "Rumour", "published": "2021-11-25", "reliability": "E"},
    {"key": "archive", "publisher": "Archive"},
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **time: float) -> None:
        """Let some time pass: ``clock.pass_time(days=1)``."""
        self.now += timedelta(**time)


PUBLISHED = {source["key"]: When.parse(source["published"]) for source in SOURCES if "published" in source}


def entry(stream: str, event: str, **fields: Any) -> Object:
    """An entry of a dossier; the wire says it unless it is told who, and what came later it said by then."""
    cited = {} if stream.startswith("source/") else {"source": "wire"}
    return {"stream": stream, "event": event, **cited, **_said_by_then(event, {**cited, **fields}), **fields}


def _said_by_then(event: str, fields: Mapping[str, Any]) -> Object:
    """When a source said what happened after it was published: on the last day that this can have been."""
    published = PUBLISHED.get(fields.get("source", ""))
    if published is None or "on" not in fields or event.startswith("expect"):
        return {}
    on = When.parse(fields["on"])
    return {} if on.first <= published.last else {"asserted": str(on.latest or on.earliest)}


def opened(stream: str = "deal/x", **fields: Any) -> Object:
    """A deal is taken up."""
    return entry(stream, "opened", **{"on": "2018-01-01", "supplier": "RUS", "buyer": "IND", "id": "opening", **fields})


def paid(amount: str | None, stream: str = "deal/x", **fields: Any) -> Object:
    """A tranche is paid."""
    return entry(stream, "tranche-paid", **{"on": "2019-06-01", "amount": amount, **fields})


def delivered(quantity: str, stream: str = "deal/x", **fields: Any) -> Object:
    """Goods arrive."""
    return entry(stream, "delivered", **{"on": "2021-06-01", "quantity": quantity, **fields})


def expected(what: str | Object, due: str, stream: str = "deal/x", **fields: Any) -> Object:
    """Somebody expects something."""
    return entry(stream, "expected", **{"what": what, "due": due, **fields})


def jsonl(objects: Iterable[Mapping[str, Any]]) -> bytes:
    """The objects one a line."""
    return "".join(f"{json.dumps(given)}\n" for given in objects).encode()


def take(ledger: Ledger, *objects: Mapping[str, Any], dry_run: bool = False) -> RecordReport:
    """Record objects as one dossier."""
    return ledger.record_stream(BytesIO(jsonl(objects)), name="dossier.jsonl", dry_run=dry_run)


def book(*objects: Mapping[str, Any], clock: Clock | None = None) -> Ledger:
    """A ledger in memory that holds some sources and these objects."""
    ledger = Ledger.in_memory(recorded_by="tester", clock=clock or Clock())
    take(ledger, *SOURCES, *objects)
    return ledger


def ledger_of_examples(*paths: Path) -> Ledger:
    """A ledger in memory that holds examples, one after the other."""
    ledger = Ledger.in_memory(recorded_by="tester", clock=Clock(ALL_TOLD))
    for path in paths:
        ledger.record_file(path)
    return ledger


@cache
def example(path: Path) -> tuple[Object, ...]:
    """The objects of an example, each with the id that the ledger gives it."""
    with ledger_of_examples(path) as ledger:
        ids = [row.id for row in ledger.log()]
    with open_dossier(path) as dossier:
        proposals = [proposed.proposal for _, proposed in dossier.proposals()]
    assert len(ids) == len(proposals)
    return tuple(
        {"stream": str(proposal.stream), "event": proposal.event, **proposal.fields}
        | ({} if proposal.id is None else {"id": proposal.id})
        for proposal in proposals
    )


# What a ledger tells, whatever the order in which it was recorded


def states(ledger: Ledger, day: str, **known: Any) -> dict[str, Any]:
    """The state of every stream, with ids in place of addresses and no positions."""
    ids = {row.entry: row.id for row in ledger.log()}
    view = ledger.at(day, **known)
    return {stream: _without_order(view.state(stream).to_dict(), ids) for stream in ledger.streams()}


def _without_order(state: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = _by_id({**state, "position": None}, ids)
    for bound in ("certain", "possible"):
        if told[bound] is not None:
            told[bound]["expectations"].sort(key=lambda line: line["entry"])
    told["findings"].sort(key=lambda finding: (finding["code"], finding["entries"]))
    return told


def _by_id(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _by_id(part, ids) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_by_id(part, ids) for part in value]
    return ids.get(value, value) if isinstance(value, str) else value


def trail(ledger: Ledger) -> dict[str, dict[str, Any]]:
    """What every entry says and who says so, by its id."""
    ids = {row.entry: row.id for row in ledger.log()}
    places = ("entry", "position", "recorded_at", "recorded_by")
    rows = ledger.log().to_dicts()
    return {row["id"]: {k: _by_id(v, ids) for k, v in row.items() if k not in places} for row in rows}
