"""Industrial arrangements of a deal: what was agreed, and how much of it is discharged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from armsledger.domain.events.industry import Form, IndustrialArrangementAgreed, IndustryEvent
from armsledger.domain.states.replace import replace
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party


@dataclass(frozen=True)
class Arrangement:
    """One arrangement; ``share`` is in per cent, ``discharged`` has a sum for each currency.

    Where there are several of one form, what is discharged stands with the first of them.
    """

    form: Form
    share: Decimal | None = None
    value: Money | None = None
    scope: str | None = None
    partner: Party | None = None
    discharged: tuple[Money, ...] = ()


def with_arrangement(known: tuple[Arrangement, ...], event: IndustryEvent) -> tuple[Arrangement, ...]:
    """Each arrangement that was agreed; what is discharged without one that we know of stands for itself."""
    if isinstance(event, IndustrialArrangementAgreed):
        agreed = Arrangement(event.form, event.share, event.value, event.scope, event.partner)
        return known if agreed in known else (*(line for line in known if line != Arrangement(event.form)), agreed)
    return known if any(line.form == event.form for line in known) else (*known, Arrangement(event.form))


def with_discharged(known: Sequence[Arrangement], sums: Mapping[str, tuple[Money, ...]]) -> tuple[Arrangement, ...]:
    """The arrangements with what is discharged of each form by a day."""
    left = dict(sums)
    return tuple(replace(line, discharged=left.pop(line.form, ())) for line in known)
