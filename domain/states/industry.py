"""Industrial arrangements of a deal: what was agreed, and how much of it is discharged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from armsledger.domain.events.industry import Form, IndustrialArrangementAgreed, IndustryEvent
from armsledger.domain.states.replace import replace
from armsledger.domain.states.sanction import the_only
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
    """One line for each form, scope and partner; who names fewer of these speaks of the only one that can be meant.

    What is discharged without an arrangement that we know of stands for itself.
    """
    if not isinstance(event, IndustrialArrangementAgreed):
        return known if any(line.form == event.form for line in known) else (*known, Arrangement(event.form))
    meant = the_only(
        [(line.form, line.scope, line.partner) for line in known], (event.form, event.scope, event.partner)
    )
    line = Arrangement(event.form) if meant is None else known[meant]
    line = replace(
        line,
        share=line.share if event.share is None else event.share,
        value=event.value or line.value,
        scope=line.scope or event.scope,
        partner=line.partner or event.partner,
    )
    return (*known, line) if meant is None else (*known[:meant], line, *known[meant + 1 :])


def with_discharged(known: Sequence[Arrangement], sums: Mapping[str, tuple[Money, ...]]) -> tuple[Arrangement, ...]:
    """The arrangements with what is discharged of each form by a day."""
    left = dict(sums)
    return tuple(replace(line, discharged=left.pop(line.form, ())) for line in known)
