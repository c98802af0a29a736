"""Volumes: what a register says was delivered of each deal in each year, in trend-indicator values (TIV)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.occurrence import NEVER, Occurrence
from armsledger.domain.events.contract import Opened
from armsledger.domain.events.register import Instalment, Listed
from armsledger.domain.states.replace import replace
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.several import leading
from armsledger.projections.codec import Number
from armsledger.projections.read_models.volumes import VolumeRow
from armsledger.projections.timeline import Span, Timeline, addresses, sources

FLAG: Final = "?"
"""A register's mark of uncertain data."""
YEAR: Final = re.compile(r"[12][0-9]{3}")
BETWEEN_YEARS: Final = re.compile(r"\s*[;,/]\s*")
Years = tuple[int, ...]


class _Delivery(NamedTuple):
    """What a listing says of one delivery."""

    years: Years
    tiv: Number | None
    number: int | None
    approximate: bool


def volume_spans(timeline: Timeline) -> Iterator[Span]:
    """A row for each delivery that a register lists: possible from the first of its years, certain at their end.

    Of several registers that list one deal, one counts: the first by name of those that have volumes.
    """
    listings = [one for one in timeline.belief.occurrences if type(one.event) is Listed]
    found = [(one, deliveries) for one in listings if (deliveries := deliveries_of(one.event))]
    if len(found) > 1:
        found.sort(key=_standing)
    if found:
        yield from _spans(timeline, *found[0])


def _standing(found: tuple[Occurrence, Sequence[_Delivery]]) -> tuple[bool, str]:
    """What registers that list one deal are ordered by."""
    listing, deliveries = found
    event: Any = listing.event
    return all(delivery.tiv is None for delivery in deliveries), event.listed_in


def _spans(timeline: Timeline, listing: Occurrence, deliveries: Sequence[_Delivery]) -> Iterator[Span]:
    event: Any = listing.event
    told, only, slots = _told(timeline, listing), timeline.only, set[str]()
    for number, delivery in enumerate([*deliveries] * max(1, len(event.rows))):
        years = delivery.years
        slot = str(years[0]) if years else ""
        if slot in slots:
            slot = f"{slot} {number:06}"
        slots.add(slot)
        first, last = _days(years[0], years[-1]) if years else (OPEN_PAST, event.on.last)
        if not listing.established:
            last = NEVER
        row = VolumeRow(
            **told,
            year=years[0] if len(years) == 1 else None,
            first_year=years[0] if years else None,
            last_year=years[-1] if years else None,
            years=years,
            tiv=delivery.tiv,
            count=delivery.number,
            approximate=delivery.approximate,
            certain=False,
        )
        if only is None:
            yield Span(first, min(last, OPEN_FUTURE), slot, row)
            if last < OPEN_FUTURE:
                yield Span(last, OPEN_FUTURE, slot, replace(row, certain=True))
        elif first <= only:
            yield Span(only, only + 1, slot, replace(row, certain=last <= only))


@lru_cache(maxsize=4096)
def _days(first: int, last: int) -> tuple[int, int]:
    """The first day of a year and the last day of another, as proleptic ordinals."""
    return date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()


def _told(timeline: Timeline, listing: Occurrence) -> dict[str, Any]:
    """What is the same for all deliveries of a deal; the parties are those of the deal, by their codes."""
    event: Any = listing.event
    opening: Any = next((one.event for one in timeline.belief.occurrences if type(one.event) is Opened), None)
    supplier, suppliers = _parties(None if opening is None else opening.supplier)
    buyer, buyers = _parties(None if opening is None else opening.buyer)
    return {
        "deal": timeline.key,
        "supplier": supplier,
        "suppliers": suppliers,
        "buyer": buyer,
        "buyers": buyers,
        "category": event.category,
        "designation": event.designation.strip(),
        "description": event.description,
        "register": event.listed_in,
        "entries": addresses(listing),
        "sources": sources(listing),
    }


def _parties(parties: Any) -> tuple[str | None, tuple[str, ...]]:
    """The leading party, and all of them where there are several."""
    if isinstance(parties, tuple):
        return str(leading(parties)), tuple([str(party) for party in parties])
    return None if parties is None else str(parties), ()


def deliveries_of(listing: Any) -> list[_Delivery]:
    """The deliveries of a listing: those that it splits by year, and what its totals leave for other years.

    A total is of the years that it names: the whole row's, or one for each period of which there was an export. What is
    split by year may be of other years as well; what has no year came in years that are left, if there are some.
    """
    totals = [_of_instalment(period) for period in listing.periods] or _whole(listing)
    if not listing.deliveries:
        return totals
    by_year = [_of_instalment(instalment) for instalment in listing.deliveries]
    dated = [delivery for delivery in by_year if delivery.years]
    undated = [delivery for delivery in by_year if not delivery.years]
    rests = [rest for total in totals if (rest := _rest(total, dated)) is not None]
    if undated and not rests:
        return by_year
    if undated and len(rests) == 1 and rests[0].tiv is None:
        (rest,) = rests
        tivs, numbers = ([one.tiv for one in undated], [one.number for one in undated])
        rests = [rest._replace(tiv=_sum(tivs), number=rest.number or _sum(numbers))]
    return [*dated, *rests]


def _whole(listing: Any) -> list[_Delivery]:
    """The one total of a row; none if nothing was delivered."""
    years = _years(listing.years) if listing.years else ()
    tiv, number = _volume(listing.volume_delivered), _number(listing.delivered)
    marked = FLAG in (listing.delivered or "") or FLAG in (listing.years or "")
    return [_Delivery(years, tiv, number, marked)] if listing.years or number or tiv else []


def _rest(total: _Delivery, dated: Sequence[_Delivery]) -> _Delivery | None:
    """What deliveries of single years leave of a total for the other years that it names; None if nothing."""
    parts = [one for one in dated if one.years[0] in total.years]
    told = {one.years[0] for one in parts}
    others = tuple([year for year in total.years if year not in told])
    tiv, number = _less(total.tiv, [one.tiv for one in parts]), _less(total.number, [one.number for one in parts])
    if not others or (tiv is not None and tiv <= 0):
        return None
    return _Delivery(others, tiv, number if number and number > 0 else None, total.approximate)


def _of_instalment(instalment: Instalment) -> _Delivery:
    """What is told of a year, or of the years of a period."""
    year, number = instalment.year, instalment.number
    marked = FLAG in year or FLAG in (number or "")
    return _Delivery(_years(year), _volume(instalment.volume), _number(number), marked)


def _less(whole: Any, parts: Sequence[Any]) -> Any:
    """What is left of a number after some parts; None if one of them is not known."""
    return None if whole is None or None in parts else whole - sum(parts)


def _sum(parts: Sequence[Any]) -> Any:
    """The sum of some numbers; None if one of them is not known."""
    return None if None in parts else sum(parts)


def _volume(text: str | None) -> Number | None:
    return None if text is None else Number(Decimal(text))


def _number(text: str | None) -> int | None:
    digits = (text or "").rstrip(FLAG)
    return int(digits) if digits.isdecimal() else None


@lru_cache(maxsize=4096)
def _years(text: str) -> Years:
    """The years that a text lists, such as ``2019; 2022``, in order; none if it is no such list."""
    parts = [part.rstrip(FLAG) for part in BETWEEN_YEARS.split(text.strip())]
    return tuple(sorted({int(part) for part in parts})) if all(map(YEAR.fullmatch, parts)) else ()
