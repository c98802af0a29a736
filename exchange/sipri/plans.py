"""What a comment says about planned deliveries."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

CLAUSE: Final = re.compile(r"[;()]")
MENTIONS: Final = re.compile(r"\bplan(?:ned|s)?\b", re.IGNORECASE)
OF_DELIVERY: Final = re.compile(
    r"(?:deliver(?:y|ies)\s+(?P<guess>probably\s+|possibly\s+)?planned|planned\s+deliver(?:y|ies))"
    r"\s*(?P<how>by\s+end-|by|from|for|in|after|before)?\s*(?P<when>[0-9/-]+)",
    re.IGNORECASE,
)
SPAN: Final = re.compile(r"([0-9]{4})(?:([-/])([0-9]{4}|[0-9]{2}))?(?:([-/])([0-9]{4}|[0-9]{2}))?")
FIRST, LAST = 1900, 2100
"""Years that a plan can speak of."""
WORDS_OF_DELIVERY: Final = re.compile(r"deliver", re.IGNORECASE)


class Plan(NamedTuple):
    """A window of planned delivery in EDTF, how firmly it is planned, and whether it is for the whole order.

    A delivery that is planned *from* a year has a window without an end.
    """

    due: str
    modality: str
    whole: bool


class Plans(NamedTuple):
    """The plan that a comment states, and its clauses about planned deliveries that could not be understood."""

    plan: Plan | None
    unclear: tuple[str, ...]


NO_PLANS: Final = Plans(None, ())


def plans_in(comment: str | None) -> Plans:
    """The plan in a comment; if it states two windows, neither is taken."""
    if not comment or MENTIONS.search(comment) is None:
        return NO_PLANS
    plans: list[Plan] = []
    unclear: list[str] = []
    for clause in CLAUSE.split(comment):
        words = clause.strip()
        if MENTIONS.search(words) is None or WORDS_OF_DELIVERY.search(words) is None:
            continue
        plan = _plan_of(words)
        if plan is None:
            unclear.append(words)
        else:
            plans.append(plan)
    if len(plans) > 1:
        return Plans(None, (*unclear, "two windows of delivery"))
    return Plans(plans[0] if plans else None, tuple(unclear))


def _plan_of(clause: str) -> Plan | None:
    match = OF_DELIVERY.fullmatch(clause)
    if match is None:
        return None
    window = _window(match["when"])
    if window is None:
        return None
    first, last = window
    modality = "likely" if match["guess"] else "planned"
    match (match["how"] or "").lower().partition(" ")[0]:
        case "by":
            return Plan(f"../{last}", modality, True)
        case "before":
            return Plan(f"../{first - 1}", modality, True)
        case "from":
            return Plan(f"{first}/..", modality, False)
        case "after":
            return Plan(f"{last + 1}/..", modality, False)
    return Plan(str(first) if first == last else f"{first}/{last}", modality, True)


def _window(text: str) -> tuple[int, int] | None:
    """The first and the last year that a window allows: ``2024-25``, ``2025-2026/2027``."""
    match = SPAN.fullmatch(text)
    if match is None:
        return None
    first = int(match[1])
    later = [_full_year(part, first) for part in (match[3], match[5]) if part]
    years = [first, *later]
    is_plausible = years == sorted(years) and years[0] >= FIRST and years[-1] <= LAST
    return (first, years[-1]) if is_plausible else None


def _full_year(part: str, first: int) -> int:
    return int(part) if len(part) == 4 else first // 100 * 100 + int(part)
