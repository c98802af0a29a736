"""Random stories are asked of the ledger and of the plain model: where they differ, one of them is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from armsledger import Ledger
from armsledger.domain.errors import LedgerError
from armsledger.projections.state_json import state_to_json
from tests.rules.answers import MODELLED, shaped
from tests.rules.plain_model import answer, interval
from tests.rules.random_stories import FIRST, QUESTIONS, SOURCES, told


def recorded_alike(ledger: Ledger, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Record what is not refused; returns that."""
    for source in SOURCES:
        ledger.record(f"source/{source['key']}", "registered", **{n: v for n, v in source.items() if n != "key"})
    taken = []
    for entry in [*FIRST, *entries]:
        fields = {name: value for name, value in entry.items() if name not in ("deal", "event", "id")}
        try:
            recorded = ledger.record("deal/x", entry["event"], id=entry["id"], **fields)
        except LedgerError:
            continue
        if not recorded.known_before:
            taken.append(entry)
    return taken


def _line(one: dict[str, Any]) -> tuple[str, str, float]:
    return one.get("item") or "", one.get("unit") or one["currency"], float(one.get("count", one.get("amount", 0)))


def comparable(state: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the ledger and the model both tell of a state."""
    if state is None:
        return None
    lines = {name: sorted(map(_line, state[name])) for name in ("ordered", "delivered", "in_service", "paid")}
    known = sorted((one.get("authority"), one.get("reference") or "", one["status"]) for one in state["licences"])
    sanctions = sorted((one["by"], one.get("basis") or "", one["status"]) for one in state["sanctions"])
    outcomes = [one["outcome"] for one in state["expectations"]]
    return {"stage": state["stage"], **lines, "licences": known, "sanctions": sanctions, "outcomes": sorted(outcomes)}


def of_the_ledger(ledger: Ledger, day: str, belief: str | None) -> dict[str, Any]:
    """What the ledger answers, in the model's shape."""
    view = ledger.at(day, known=belief, known_by="asserted" if belief else "recorded")
    state = view.deal("x")
    codes = {finding.code for finding in state.findings} & MODELLED
    bounds = {"certain": state.certain, "possible": state.possible}
    return {name: comparable(state_to_json(bound)) for name, bound in bounds.items()} | {"findings": sorted(codes)}


def of_the_model(entries: list[dict[str, Any]], day: str, belief: str | None) -> dict[str, Any]:
    """What the model answers, in the same shape."""
    known = None if belief is None else interval(belief)[1]
    told_by = answer(entries, SOURCES, interval(day)[1], known, "asserted" if belief else "recorded")
    bounds = {name: comparable(shaped(told_by[name])) for name in ("certain", "possible")}
    return bounds | {"findings": sorted(told_by["findings"] & MODELLED)}


def check(entries: list[dict[str, Any]], day: str, belief: str | None) -> None:
    """The ledger and the model answer alike."""
    with Ledger.in_memory() as ledger:
        taken = recorded_alike(ledger, entries)
        assert of_the_ledger(ledger, day, belief) == of_the_model(taken, day, belief), taken


@given(told(), QUESTIONS)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_ledger_and_the_plain_model_answer_alike(
    entries: list[dict[str, Any]], question: tuple[str, str | None]
) -> None:
    check(entries, *question)


@pytest.mark.soak
@given(told(), QUESTIONS)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_ledger_and_the_plain_model_answer_alike_for_long(
    entries: list[dict[str, Any]], question: tuple[str, str | None]
) -> None:
    check(entries, *question)
