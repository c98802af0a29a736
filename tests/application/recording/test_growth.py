"""A deal that grows by one append after the other: tables and findings are those of a ledger that is read anew."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from armsledger import Ledger, Refused
from armsledger.domain.states import courses
from armsledger.projections import advance
from tests.application.book import SOURCES, opened, take
from tests.application.read_models import answers, folded, tables

EVENTS = ("delivered", "delivered", "tranche-paid", "expected", "milestone-reached", "retracted", "corrected")


def told(random: Random, number: int, known: list[str]) -> tuple[str, dict[str, Any]]:
    """The next thing that is told, in no order of days; now and then a repair of what was told before."""
    event = random.choice(EVENTS)
    day = str(date(2015, 1, 1) + timedelta(random.randrange(2000)))
    own: dict[str, Any] = {"source": random.choice(["paper", "blog"]), "asserted": f"2021-0{random.randrange(1, 7)}-01"}
    match event:
        case "delivered":
            return event, {**own, "on": day, "quantity": "2 tanks", "tranche": number}
        case "tranche-paid":
            return event, {**own, "on": day, "amount": "USD 5m", "tranche": number % 4}
        case "expected":
            return event, {**own, "what": "delivered", "quantity": "30 tanks", "due": "2020"}
        case "milestone-reached":
            return event, {**own, "on": day, "milestone": f"m{number}"}
        case "retracted":
            return event, {"target": random.choice(known), "reason": "entry-error"}
    return event, {"target": random.choice(known), "set": {"on": day}, "reason": "entry-error"}


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 300))])
def test_what_grows_in_one_process_is_what_others_read_and_build(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courses, "SHORT", 1)
    monkeypatch.setattr(advance, "PLACES_AT_ONCE", 8)
    random, path = Random(seed), tmp_path / "growth.db"
    with Ledger.create(path) as ledger:
        take(ledger, *SOURCES, opened())
        known = ["@1"]
        for number in range(30):
            event, fields = told(random, number, known)
            try:
                known.append(ledger.record("deal/x", event, **fields).address.removeprefix("deal/x"))
            except Refused:
                continue
        kept = tables(ledger)
        view = ledger.at("2021-12-01")
        assert answers(view) == answers(folded(view))
    with Ledger(path) as other:
        other.rebuild()
        assert tables(other) == kept, f"seed {seed}"
    print(f"seed {seed}: {len(known) - 1} appended, {sum(map(len, kept.values()))} rows alike")
