"""States in the types of JSON, with the keys that ``docs`` and scripts rely on."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from armsledger.domain.states.deal import Deal
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.state import State
from armsledger.projections.codec import to_json

INNER = frozenset({"began", "rung", "suspended", "value_contested", "regraded", "expectations", "sanctions", "ended"})
"""Fields of a state from which others are derived."""


def state_to_json(state: State | None) -> dict[str, Any] | None:
    """One bound of a state; None before the stream begins."""
    if state is None:
        return None
    shown: dict[str, Any] = {}
    if isinstance(state, Deal):
        shown["stage"] = state.stage
    for field in fields(state):
        if field.name not in INNER:
            shown[field.name] = to_json(getattr(state, field.name))
    if isinstance(state, Deal):
        if shown["value"] is not None:
            shown["value"]["contested"] = state.value_contested
        shown["sanctions"] = [sanction_to_json(line) for line in state.sanctions if line.status is not None]
        shown["sanction_positions"] = [
            {"by": str(line.by), "basis": line.basis, "position": line.position}
            for line in state.sanctions
            if line.position is not None
        ]
    shown["expectations"] = [judgement_to_json(judged) for judged in state.expectations]
    return shown


def sanction_to_json(line: Sanction) -> dict[str, Any]:
    """One line of sanctions; what is unknown of it beyond the main keys is left out."""
    main = {"by": str(line.by), "against": to_json(line.against), "basis": line.basis, "status": line.status}
    more = {
        "since": to_json(line.since),
        "strength": line.strength,
        "over": line.over,
        "position": line.position,
        "waiver": line.waiver,
        "measures": list(line.measures),
    }
    return main | {name: value for name, value in more.items() if value}


def judgement_to_json(judged: Judgement) -> dict[str, Any]:
    """One expectation: the event and its selectors, the window, the outcome, and who says so."""
    link = judged.expectation
    event = link.entry.event
    more = {
        "entry": link.entry.address,
        "stated": str(link.stated),
        "quantity": to_json(link.quantity),
        "modality": link.modality,
        "holder": link.holder,
        "source": event.source,
        "met_on": None if judged.occurrence is None else str(judged.occurrence.event.on),
        "met_by": None if judged.occurrence is None else judged.occurrence.entry.address,
        "revised_by": None if link.revised_by is None else link.revised_by.address,
    }
    head = {"what": link.what.event, **to_json(link.what.selectors)}
    tail = {"due": str(link.due), "outcome": judged.outcome}
    return head | tail | {name: value for name, value in more.items() if value is not None and name not in head}
