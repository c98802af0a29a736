"""States in the types of JSON, with the keys that ``docs`` and scripts rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from armsledger.domain.states.course import State
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.disputes import Dispute
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.shown import INNER
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.projections.codec import to_json


@dataclass(frozen=True)
class ContractValue:
    """The value of a deal, and whether sources disagree about it."""

    money: Money
    contested: bool

    def __str__(self) -> str:
        return f"{self.money} (contested)" if self.contested else str(self.money)


@dataclass(frozen=True)
class Position:
    """What an authority says about its sanctions on one legal basis."""

    by: Party
    basis: str | None
    position: str

    def __str__(self) -> str:
        return f"{self.by} {self.position}{f' under {self.basis}' if self.basis else ''}"


def shown_fields(state: State) -> dict[str, Any]:
    """The fields of a state that users see, in their order."""
    shown: dict[str, Any] = {"stage": state.stage} if isinstance(state, Deal) else {}
    kind: Any = type(state)
    defaults, given = _defaults(kind), state.__dict__
    shown |= defaults
    shown |= {name: given[name] for name in defaults.keys() & given.keys()}
    if isinstance(state, Deal):
        if state.value is not None:
            shown["value"] = ContractValue(state.value, state.value_contested)
        shown["sanctions"] = tuple([line for line in state.sanctions if line.status is not None])
        shown["sanction_positions"] = tuple(
            [Position(line.by, line.basis, line.position) for line in state.sanctions if line.position is not None]
        )
    shown["expectations"] = state.expectations
    return shown


@cache
def _defaults(kind: type[Any]) -> Mapping[str, Any]:
    """The fields of a kind of state that users see, in their order, as they are until something is told."""
    return {field.name: field.default for field in fields(kind) if field.name not in INNER}


def goes_without_saying(name: str, fields: Mapping[str, Any]) -> bool:
    """Whether a field repeats what others say: one stage alone, the leading party of several, and what is in service as
    long as nothing is gone."""
    if name == "stages":
        return len(fields["stages"]) < 2
    if name in ("supplier", "buyer"):
        return bool(fields.get(f"{name}s"))
    return name == "in_service" and bool(fields["in_service"] == fields["delivered"])


def state_to_json(state: State | None, entries: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any] | None:
    """One bound of a state, with the ``entries`` behind its fields where they are given; None before it begins."""
    if state is None:
        return None
    fields = {name: field_to_json(name, value) for name, value in shown_fields(state).items()}
    if entries is None:
        return fields
    return fields | {"entries": {name: list(entries[name]) for name in fields if name in entries}}


def field_to_json(name: str, value: Any) -> Any:
    """A field of a state in the types of JSON."""
    if name == "expectations":
        return [judgement_to_json(judged) for judged in value]
    if name == "sanctions":
        return [sanction_to_json(line) for line in value]
    if isinstance(value, ContractValue):
        return to_json(value.money) | {"contested": value.contested}
    return to_json(value)


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
        "amount": to_json(link.amount),
        "modality": link.modality,
        "holder": link.holder,
        "source": event.source,
        "missing": to_json(judged.missing),
        "overdue_since": judged.overdue_since,
        "met_on": None if judged.occurrence is None else str(judged.occurrence.event.on),
        "met_by": None if judged.occurrence is None else judged.occurrence.entry.address,
        "revised_by": None if link.revised_by is None else link.revised_by.address,
    }
    head = {"what": link.what.event, **to_json(link.what.selectors)}
    tail = {"due": str(link.due), "outcome": judged.outcome}
    return head | tail | {name: value for name, value in more.items() if value is not None and name not in head}


def dispute_to_json(dispute: Dispute) -> dict[str, Any]:
    """A field on which sources differ: what each says, the preferred one first, and the rule that decided."""
    return dispute._asdict() | {
        "state_fields": list(dispute.state_fields),
        "statements": [
            {name: to_json(value) for name, value in stated._asdict().items()} for stated in dispute.statements
        ],
    }
