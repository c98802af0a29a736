"""The batches that sources number: which are complete, begun, possible or only expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.web.glance.happened import Happened, happening
from armsledger.web.glance.outcomes import judgements

COMPLETE: Final = ("delivery-completed", "accepted", "inducted")
"""The events after which a batch is there in full."""
STEPS: Final = frozenset({"delivery-begun", "delivered", "delivery-scheduled", *COMPLETE})
FORECAST: Final = frozenset({"delivery-begun", "delivered", "delivery-completed"})
WAITING: Final = frozenset({"pending", "overdue", "partially-met", "indeterminate"})
PASSED: Final = frozenset({"overdue", "partially-met"})
"""The outcomes of forecasts of which the date has passed."""
Standing = Literal["complete", "begun", "possible", "expected", "overdue"]


class Batch(NamedTuple):
    """One batch by a day. ``when`` is when it was begun or completed; ``dues`` are the dates for which it is expected,
    of which ``passed`` have passed."""

    tranche: int | str
    standing: Standing
    quantity: Quantity | None
    when: Happened | None
    dues: tuple[When, ...]
    passed: int


def batches_of(day: StreamDay) -> dict[str, Batch]:
    """The batches that are named by a day, by a text that sorts as they follow each other."""
    steps: dict[int | str, list[Occurrence]] = {}
    for one in day.possible:
        tranche = one.event.__dict__.get("tranche")
        if tranche is not None and one.event.name in STEPS:
            steps.setdefault(tranche, []).append(one)
    expected: dict[int | str, list[Judgement]] = {}
    for judged in judgements(day.bounds):
        tranche = _tranche_of(judged)
        if tranche is not None:
            expected.setdefault(tranche, []).append(judged)
    return {
        _place(tranche, steps.get(tranche, ()), expected.get(tranche, ())): batch
        for tranche in dict.fromkeys((*steps, *expected))
        if (batch := _batch(day, tranche, steps.get(tranche, ()), expected.get(tranche, ()))) is not None
    }


def entries_of(day: StreamDay) -> tuple[str, ...]:
    """The entries behind the batches by a day: of what happened, and of what is expected of the others."""
    told = [one for one in day.possible if one.event.name in STEPS and one.event.__dict__.get("tranche") is not None]
    came = {one.event.__dict__["tranche"] for one in told if one.event.name != "delivery-scheduled"}
    if _is_over(day):
        told = [one for one in told if one.event.__dict__["tranche"] in came]
    waiting = [
        judged.expectation.entry.address
        for judged in judgements(day.bounds)
        if judged.outcome in WAITING and _tranche_of(judged) not in (None, *came)
    ]
    return tuple(dict.fromkeys((*(entry.address for one in told for entry in one.entries), *waiting)))


def _tranche_of(judged: Judgement) -> int | str | None:
    """The batch of which a forecast speaks; a number may be written as a text."""
    link = judged.expectation
    if link.what.event not in FORECAST or link.modality == "ruled-out" or judged.outcome == "revised":
        return None
    tranche: Any = link.what.selectors.get("tranche")
    if isinstance(tranche, str) and tranche.isdecimal() and tranche.isascii() and len(tranche) < 10:
        return int(tranche)
    return tranche if isinstance(tranche, int | str) else None


def _place(tranche: int | str, steps: Sequence[Occurrence], expected: Sequence[Judgement]) -> str:
    """Numbers in their order, then labels in the order in which they were first recorded."""
    if isinstance(tranche, int):
        return f"{tranche:09}"
    first = min([*(one.entry.position for one in steps), *(one.expectation.entry.position for one in expected)])
    return f"x{first:012}"


def _batch(
    day: StreamDay, tranche: int | str, steps: Sequence[Occurrence], expected: Sequence[Judgement]
) -> Batch | None:
    came = [one for one in steps if one.event.name != "delivery-scheduled"]
    quantity = _quantity(steps)
    if came:
        sure = [one for one in came if day.is_certain(one)]
        leading = _leading(sure or came, quantity)
        standing: Standing = "possible" if not sure else "complete" if _is_complete(leading, quantity) else "begun"
        return Batch(tranche, standing, quantity, happening(leading, is_certain=bool(sure)), (), 0)
    dues = [*_planned(steps, day.ordinal), *_forecast(expected)]
    if not dues or _is_over(day):
        return None
    passed = sum(is_past for _, is_past in dues)
    standing = "overdue" if passed == len(dues) else "expected"
    return Batch(tranche, standing, quantity, None, tuple(due for due, _ in dues), passed)


def _is_over(day: StreamDay) -> bool:
    """Whether the deal has ended, so that nothing more is due."""
    certain = day.bounds.certain
    return certain is not None and certain.ended is not None


def _leading(came: Sequence[Occurrence], quantity: Quantity | None) -> Occurrence:
    """What says most of a batch: that it is complete, else its beginning."""
    return next((one for one in came if _is_complete(one, quantity)), came[0])


def _is_complete(one: Occurrence, quantity: Quantity | None) -> bool:
    """Whether a batch is there in full after something: not after a part of it, or fewer than planned."""
    if one.event.name != "delivered":
        return one.event.name in COMPLETE
    fields = one.event.__dict__
    count = fields["quantity"]
    if fields["part"] or fields["so_far"] or count is None:
        return False
    return quantity is None or count.measure != quantity.measure or count.least >= quantity.least


def _quantity(steps: Sequence[Occurrence]) -> Quantity | None:
    """How many a batch is: as planned, else as delivered."""
    told = [
        count
        for one in sorted(steps, key=lambda one: one.event.name != "delivery-scheduled")
        if (count := one.event.__dict__.get("quantity")) is not None
    ]
    return told[0] if told else None


def _planned(steps: Sequence[Occurrence], day: int) -> Iterator[tuple[When, bool]]:
    """The window of the last plan, and whether it has passed."""
    windows = [window for one in steps if (window := one.event.__dict__.get("window")) is not None]
    for window in windows[-1:]:
        yield window, window.last < day


def _forecast(expected: Sequence[Judgement]) -> Iterator[tuple[When, bool]]:
    """The dates for which a batch is expected still, and whether they have passed."""
    for judged in expected:
        if judged.outcome in WAITING:
            yield judged.expectation.due, judged.outcome in PASSED
