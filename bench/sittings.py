"""The same deals as people record them: mostly a deal at a time, and for some of them a part later.

A deal's entries come together, and a hundred deals are recorded at one instant. Of one deal in five the last entries
come at a later instant: one, two or three of them, which among others are the corrections, retractions and statements
of other sources that a story ends with. Every second time an earlier payment or delivery is held back too, so that it
is recorded after what happened later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

from armsledger.domain.entry import Proposal
from bench.generator import SEED, generate_deal, generate_sources

DEALS_A_SITTING = 100
LATE_SHARE = 0.2
HELD_BACK_SHARE = 0.5
MOST_LATE = 3
SITTINGS_TILL_LATE = 50
"""A late part follows within so many sittings."""

FIRST_SITTING = datetime(2024, 1, 1, 9, tzinfo=UTC)
LAST_SITTING = datetime(2025, 8, 31, 9, tzinfo=UTC)


class Sitting(NamedTuple):
    """What is recorded at one instant, in one transaction."""

    instant: datetime
    proposals: list[Proposal]


class Parts(NamedTuple):
    """One deal's entries: those that are recorded at once, and those that come later."""

    first: list[Proposal]
    late: list[Proposal]


def generate_sittings(deals: int, seed: int = SEED) -> Iterator[Sitting]:
    """The sources, then the deals with what comes late of earlier ones between them."""
    most = 2 * (deals // DEALS_A_SITTING + 1) + SITTINGS_TILL_LATE
    step = (LAST_SITTING - FIRST_SITTING) / most
    yield Sitting(FIRST_SITTING, list(generate_sources()))
    for number, proposals in enumerate(_batches(deals, seed), 1):
        yield Sitting(FIRST_SITTING + number * step, proposals)


def _batches(deals: int, seed: int) -> Iterator[list[Proposal]]:
    random = Random(f"{seed}/sittings")
    late: defaultdict[int, list[Proposal]] = defaultdict(list)
    for sitting, start in enumerate(range(0, deals, DEALS_A_SITTING)):
        batch = []
        for number in range(start, min(start + DEALS_A_SITTING, deals)):
            parts = parts_of(number, seed)
            batch += parts.first
            late[sitting + random.randrange(SITTINGS_TILL_LATE)] += parts.late
        yield batch
        if due := late.pop(sitting, []):
            yield due
    yield from (late[sitting] for sitting in sorted(late) if late[sitting])


def parts_of(number: int, seed: int = SEED) -> Parts:
    """One deal's entries, as they are recorded."""
    random = Random(f"{seed}/{number}/late")
    proposals = generate_deal(number, seed)
    if random.random() >= LATE_SHARE:
        return Parts(proposals, [])
    if random.random() < HELD_BACK_SHARE:
        held_back = random.choice(_free(proposals) or [len(proposals) - 1])
        proposals.append(proposals.pop(held_back))
    late = random.randrange(1, MOST_LATE + 1)
    return Parts(proposals[:-late], proposals[-late:])


def _free(proposals: list[Proposal]) -> list[int]:
    """The places of payments and deliveries that no other entry speaks of: those have no name."""
    return [
        place
        for place, proposal in enumerate(proposals)
        if proposal.event in ("tranche-paid", "delivered") and proposal.id is None
    ]
