"""What a comment says about planned deliveries."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

CLAUSE: Final = re.compile(r"[;()]")
ASIDE: Final = re.compile(r"\s*\(\s*delayed\b[^();]*\)", re.IGNORECASE)
"""What a plan was before, in the midst of what it is."""
MENTIONS: Final = re.compile(r"\bplan(?:ned|s)?\b|\bexpected\b", re.IGNORECASE)
DELIVERY: Final = r"(?:deliver(?:y|ies)|delivey)"
OF_DELIVERY: Final = re.compile(
    rf"(?:{DELIVERY}\s+(?P<guess>probably\s+|possibly\s+)?(?P<word>planned|expected)|planned\s+{DELIVERY})"
    r"\s*(?P<how>by\s+end-|by|from|for|in|after|before)?\s*(?P<when>[0-9/-]+(?:\s+(?:to|or)\s+[0-9/-]+)?)",
    re.IGNORECASE,
)
BETWEEN: Final = re.compile(r"\s+to\s+|\s+or\s+|[-/]", re.IGNORECASE)
UP_TO: Final = re.compile(r"-|\sto\s", re.IGNORECASE)
YEAR: Final = re.compile(r"[0-9]{4}")
LATER_YEAR: Final = re.compile(r"[0-9]{4}|[0-9]{2}")
MOST_YEARS: Final = 4
FIRST, LAST = 1900, 2100
"""Years that a plan can speak of."""
WORDS_OF_DELIVERY: Final = re.compile(r"deliver|delivey", re.IGNORECASE)


class Plan(NamedTuple):
    """A window of planned delivery in EDTF, how firmly it is planned, and whether it is for the whole order.

    A delivery that is planned *from* a year has a window without an end, and tells when it begins.
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
    for clause in CLAUSE.split(ASIDE.sub("", comment)):
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
    modality = "likely" if match["guess"] else (match["word"] or "planned").lower()
    match (match["how"] or "").lower().partition(" ")[0]:
        case "by":
            return Plan(f"../{last}", modality, True)
        case "before":
            return Plan(f"../{first - 1}", modality, True)
        case "from" if UP_TO.search(match["when"]) is None:
            return Plan(f"{first}/..", modality, False)
        case "after":
            return Plan(f"{last + 1}/..", modality, False)
    return Plan(str(first) if first == last else f"{first}/{last}", modality, True)


def _window(text: str) -> tuple[int, int] | None:
    """The first and the last year that a window allows: ``2024-25``, ``2025-2026/2027``, ``2024 to 2025``."""
    start, *more = BETWEEN.split(text)
    if YEAR.fullmatch(start) is None or len(more) >= MOST_YEARS or not all(map(LATER_YEAR.fullmatch, more)):
        return None
    first = int(start)
    years = [first, *(_full_year(part, first) for part in more)]
    is_plausible = years == sorted(years) and years[0] >= FIRST and years[-1] <= LAST
    return (first, years[-1]) if is_plausible else None


def _full_year(part: str, first: int) -> int:
    return int(part) if len(part) == 4 else first // 100 * 100 + int(part)
