"""Claims over a deal: who claims what, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from armsledger.domain.events.claim import ClaimEvent, ClaimFiled, ClaimSettled
from armsledger.domain.states.replace import replace
from armsledger.domain.states.sanction import the_only
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When


@dataclass(frozen=True)
class Claim:
    """One claim; ``amount`` is what is claimed, ``settled`` on what it was settled, ``since`` of its status."""

    by: Party | None
    against: Party | None
    forum: str | None
    status: Literal["filed", "settled", "withdrawn"]
    amount: Money | None = None
    settled: Money | None = None
    since: When | None = None


def with_claim(claims: tuple[Claim, ...], event: ClaimEvent) -> tuple[Claim, ...]:
    """One line for each claimant, opponent and forum; an event that names fewer speaks of the only one it can mean."""
    key = (event.by, event.against, event.forum)
    meant = the_only([(line.by, line.against, line.forum) for line in claims], key)
    line = Claim(*key, status="filed") if meant is None else claims[meant]
    line = replace(
        line,
        by=line.by or event.by,
        against=line.against or event.against,
        forum=line.forum or event.forum,
        since=event.on,
    )
    match event:
        case ClaimFiled():
            line = replace(line, status="filed", amount=event.amount or line.amount)
        case ClaimSettled():
            line = replace(line, status="settled", settled=event.amount)
        case _:
            line = replace(line, status="withdrawn")
    return (*claims, line) if meant is None else (*claims[:meant], line, *claims[meant + 1 :])
