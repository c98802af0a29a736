"""Phrases for dates that are refused: those of several meanings with all of these, and those that lack something."""

from __future__ import annotations

import re
from typing import Final

from armsledger.domain.values.date_mistakes import REMEDY
from armsledger.domain.values.date_points import ABBREVIATED, NUMBER
from armsledger.domain.values.date_span import Unclear

SEASONS: Final = {
    "spring": ("{y}-03/{y}-05", "{y}-09/{y}-11"),
    "summer": ("{y}-06/{y}-08", "{before}-12/{y}-02 or {y}-12/{after}-02"),
    "autumn": ("{y}-09/{y}-11", "{y}-03/{y}-05"),
    "fall": ("{y}-09/{y}-11", "{y}-03/{y}-05"),
    "winter": ("{before}-12/{y}-02 or {y}-12/{after}-02", "{y}-06/{y}-08"),
}
"""The months of a season of a year, north and south of the equator."""
_SEASON: Final = re.compile(rf"\b({'|'.join(SEASONS)})\b")
_YEAR: Final = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")
_FISCAL: Final = re.compile(r"\bfy ?'?[0-9]{2}|\b(?:fiscal|financial)\b")
_OTHER_DAY_TOMORROW: Final = re.compile(
    r"\b(?:today|yesterday|tomorrow|now|ago|currently|recently|soon)\b"
    r"|\b(?:this|last|next|coming|past|previous|following|later this|earlier this) (?:week|month|quarter|year|decade)\b"
)
_SHORT_YEAR: Final = re.compile(
    rf"(?:[0-9]{{1,2}}[ ./-])?(?:{ABBREVIATED})\.?[ ./-]?'?[0-9]{{2}}|[0-9]{{1,2}}([-/.])[0-9]{{1,2}}\1[0-9]{{2}}"
    r"|[0-9]{1,2}/[0-9]{2}|q[1-4][ /-]?'?[0-9]{2}|[1-4]q'?[0-9]{2}|'?[0-9]0s"
)
_NO_YEAR: Final = re.compile(
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? )?(?:{ABBREVIATED})\.?|q[1-4]|[1-4]q|h[12]|{NUMBER} (?:quarter|half)"
)


def refuse_unclear(text: str) -> None:
    """Raise Unclear for a phrase of several meanings, and for one that says no day by itself."""
    if season := _SEASON.search(text):
        raise _season(season[1], text)
    if _FISCAL.search(text):
        raise Unclear("fiscal years begin in other months in other countries", _fiscal_remedy(text))
    if _OTHER_DAY_TOMORROW.search(text):
        raise Unclear("it means another day whenever it is read", REMEDY)
    if _SHORT_YEAR.fullmatch(text):
        raise Unclear("its year does not have four figures", "write 2021-12-01, 2021-12 or Dec 2021, as is meant")
    if _NO_YEAR.fullmatch(text):
        raise Unclear("it names no year", "add the year, as in 5 March 2022 or Q2 2022")


def _season(name: str, text: str) -> Unclear:
    """In a season's refusal stand its months in both halves of the earth."""
    named = _YEAR.search(text)
    if named is None:
        return Unclear(f"{name} names other months north and south of the equator", "write its months, 2021-03/2021-05")
    number = int(named[1])
    years = {"y": f"{number:04}", "before": f"{number - 1:04}", "after": f"{number + 1:04}"}
    north, south = (months.format(**years) for months in SEASONS[name])
    return Unclear(f"it may be {north} (north of the equator) or {south} (south of it)", "write the one that is meant")


def _fiscal_remedy(text: str) -> str:
    named = _YEAR.search(text)
    if named is None:
        return "write its months, as in 2021-04/2022-03"
    number = int(named[1])
    return (
        f"write its months: {number:04}-04/{number + 1:04}-03 or {number - 1:04}-04/{number:04}-03 (India), "
        f"{number - 1:04}-10/{number:04}-09 (United States)"
    )
