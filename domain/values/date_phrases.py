"""What people write for dates, in English, and the EDTF that it is stored as.

=========================================== ========================================================
``March 2022``, ``5 March 2022``            ``2022-03``, ``2022-03-05``; also ``March 5, 2022``
``13/11/2021``, ``2021.11.12``              the day, where only one order of the figures is a date
``Q2 2022``, ``first half of 2022``         ``2022-04/2022-06``, ``2022-01/2022-06``
``early``, ``mid-``, ``late 2021``          thirds: ``2021-01~/2021-04~``, ``2021-05~/2021-08~``, ...
``early``, ``mid-``, ``late March 2022``    ``2022-03-01~/2022-03-10~``, ``...11~/...20~``, ``...21~/...31~``
``beginning of``, ``end of 2019``           a quarter: ``2019-01~/2019-03~``, ``2019-10~/2019-12~``
``the 1990s``                               ``199X``
``second week of December 2021``            ``2021-12-08/2021-12-14``; the last one is the last seven days
``the week of 6 December 2021``             ``2021-12-06/2021-12-12``, from Monday to Sunday; also ``2021-W49``
``by May 2023``, ``until``, ``no later``    ``../2023-05``; by mid-2023 is ``../2023-06~``, by the end of it ``../2023``
``before 2015``, ``after 2015``             ``../2014``, ``2016/..``: the date itself is not meant
``since 2015``, ``from``, ``not before``    ``2015/..``
``between March and May 2022``              ``2022-03/2022-05``; also ``March-May 2022``, ``2019 to 2021``
``2018 or 2019``                            ``[2018,2019]``
``circa``, ``about 2019``; ``perhaps 2019`` ``2019~``; ``2019?``
=========================================== ========================================================

What can mean several things is refused with all of them (`date_meanings`), and so is what means another day tomorrow.
EDTF itself never comes here, because it stays as it is written; neither does what is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from armsledger.domain.values import date_span
from armsledger.domain.values.date_meanings import refuse_unclear
from armsledger.domain.values.date_mistakes import unreadable
from armsledger.domain.values.date_points import point
from armsledger.domain.values.date_span import MONTHS, Span, Unclear

LONGEST_PHRASE: Final = 100

_LEFT_OUT: Final = re.compile(r"\b(?:the|calendar year|year of|year(?= [0-9]{4})|months? of) ")
_IN: Final = re.compile(r"(?:in|on|at|during|dated|towards?|some ?time in) (?!or |latest)(?=.)")
_BLANKS_BETWEEN: Final = re.compile(r"\s*([/,\[\]]|\.\.)\s*")
_ABOUT: Final = re.compile(r"(?:circa|ca?\.|ca?(?=[ 0-9])|about|around|approximately|approx\.?|roughly|~) ?(?=.)")
_PERHAPS: Final = re.compile(r"(?:possibly|perhaps|probably|maybe) ")
_DOUBT: Final = re.compile(r" ?(?:\?|\(\?\))")
_END: Final = re.compile(r"(?:year-)?end(?: of|-| )[ -]?|close of ")
_PARTS: Final[tuple[tuple[re.Pattern[str], Callable[[Span], Span | None]], ...]] = (
    (re.compile(r"early(?: in)?[ -]"), date_span.early),
    (re.compile(r"(?:mid(?:dle)?(?: of)?[ -]|mid(?=[0-9]))"), date_span.middle),
    (re.compile(r"late(?: in)?[ -]"), date_span.late),
    (re.compile(r"(?:beginning|start)(?: of|-| )[ -]?"), date_span.beginning),
    (_END, date_span.end),
)
_BY: Final = re.compile(
    r"(?:by|until|till|up to|through|thru|(?:no|not) later than|on or before|at latest(?: by)?) (.+)"
    r"|(.+) (?:or earlier|at latest)"
)
_BEFORE: Final = re.compile(r"(?:before|prior to|earlier than) (.+)")
_AFTER: Final = re.compile(r"(?:after|later than) (.+)")
_SINCE: Final = re.compile(
    r"(?:since|from|starting(?: in| from)?|as of|not before|(?:no|not) earlier than|on or after) (.+?)"
    r"(?: on(?:wards?)?)?"
    r"|(.+) (?:onwards?|or later)"
)
_RANGE: Final = re.compile(r"between (.+) and (.+)|from (.+?) (?:to|till|until|through|-) (.+)")
_TO: Final = re.compile(r"(.+?) ?(?: to | till | until | through | thru | - ) ?(.+)")
_OR: Final = re.compile(r"(?:either )?(.+) or (.+)")
_DAYS_OF_MONTH: Final = re.compile(
    r"([a-z]+\.? )([0-9]{1,2})(?:st|nd|rd|th)? ?(?:-|to|through|and) ?([0-9]{1,2}(?:st|nd|rd|th)?) ([0-9]{4})"
)


def plain_date(given: str) -> str | None:
    """The EDTF that a phrase means, None where it is no phrase; raises UnreadableDate for one of several meanings."""
    if len(given) > LONGEST_PHRASE:
        return None
    text = _normalised(given)
    try:
        plain = _phrase(text)
        if plain is None:
            refuse_unclear(text)
    except Unclear as unclear:
        raise unreadable(given.strip(), unclear.reason, unclear.remedy) from None
    return plain


def _normalised(given: str) -> str:
    """Lower case, single blanks, no articles, a blank for a comma; blanks around the signs of EDTF left out."""
    text = " ".join(given.split())
    if not re.search(r"[a-z]{2}", text):
        text = _BLANKS_BETWEEN.sub(r"\1", text)
    if "[" not in text:
        text = text.replace(",", " ")
    text = " ".join(text.lower().replace("\u2013", "-").replace("\u2014", "-").split())
    return _IN.sub("", _LEFT_OUT.sub("", text), count=1)


def _phrase(text: str) -> str | None:
    span = _span(text)
    if span is not None:
        return span.text
    return _range(text) or _bound(text) or _interval(text)


def _span(text: str) -> Span | None:
    """A span, perhaps doubted, or a part of one."""
    if match := _PERHAPS.match(text):
        return _doubted(text[match.end() :], "?")
    if match := _ABOUT.match(text):
        return _doubted(text[match.end() :], "~")
    if match := re.fullmatch(rf"(.+?){_DOUBT.pattern}", text):
        return point(text) or _doubted(match[1], "?")
    for pattern, part in _PARTS:
        if match := pattern.match(text):
            whole = point(_LEFT_OUT.sub("", text[match.end() :]))
            return whole and part(whole)
    return point(text)


def _doubted(text: str, mark: str) -> Span | None:
    span = _span(text)
    return span and span.doubted(mark)


def _bound(text: str) -> str | None:
    """What is open at one end."""
    if match := _BY.fullmatch(text):
        span = _ended(match[1] or match[2]) or _span(match[1] or match[2])
        return span and f"../{span.until}"
    if match := _BEFORE.fullmatch(text):
        if ended := _ended(match[1]):
            return f"../{ended.until}"
        span = _whole(match[1])
        return span and f"../{date_span.before(span.first)}{span.qualifier}"
    if match := _AFTER.fullmatch(text):
        span = _ended(match[1]) or _whole(match[1])
        return span and f"{date_span.after(span.last)}{span.qualifier}/.."
    if match := _SINCE.fullmatch(text):
        span = _span(match[1] or match[2])
        return span and f"{span.first}{span.qualifier}/.."
    return None


def _ended(text: str) -> Span | None:
    """The span of which a text names the end, as a limit: by the end of a year is by its last day."""
    match = _END.match(text)
    return point(_LEFT_OUT.sub("", text[match.end() :])) if match else None


def _whole(text: str) -> Span | None:
    """A span before or after which something lies; the middle of a year has no edges."""
    if any(pattern.match(text) for pattern, _ in _PARTS):
        raise Unclear("where such a part of the time ends is not said", "write ../2021-05 or 2021-07/.., as is meant")
    return _span(text)


def _range(text: str) -> str | None:
    """What lies between two dates."""
    if match := _DAYS_OF_MONTH.fullmatch(text):
        month, first, last, year = match.groups()
        if " and " not in text:
            return _joined(f"{month}{first} {year}", f"{month}{last} {year}")
    for pattern in (_RANGE, _TO):
        if match := pattern.fullmatch(text):
            first, last = (part for part in match.groups() if part is not None)
            return _joined(first, last, hyphen=" - " in text)
    if match := _OR.fullmatch(text):
        return _either(match[1], match[2])
    if re.search(r"[a-z]", text):
        for place in (match.start() for match in re.finditer("-", text)):
            if joined := _joined(text[:place], text[place + 1 :], hyphen=True):
                return joined
    return None


def _joined(first: str, last: str, *, hyphen: bool = False) -> str | None:
    """From the one to the other; the first takes what it lacks from the other."""
    end = _span(last)
    start = _completed(first, end)
    if start is None or end is None:
        return None
    if hyphen and len(start.first) == len(end.first) == 4 and start.first == start.last:
        raise Unclear(
            f"it may be the whole time, {start.text}/{end.text}, or one day of it, [{start.text}..{end.text}]",
            "write the one that is meant",
        )
    return f"{start.first}{start.qualifier}/{end.last}{end.qualifier}"


def _either(one: str, other: str) -> str | None:
    """One of two dates."""
    second = _span(other)
    first = _completed(one, second)
    if first is None or second is None or first.shown or second.shown:
        return None
    if first.first != first.last or second.first != second.last:
        return None
    return f"[{first.text},{second.text}]"


def _completed(text: str, other: Span | None) -> Span | None:
    """A span that may lack its year, or its month and year, and then has those of the other."""
    if other is None or len(other.last) == 4:  # March 5 - 2022 is no time from March to the end of the year
        return _span(text) if other is not None else None
    in_year = other.last[:4]
    if re.fullmatch(r"[0-9]{1,2}(?:st|nd|rd|th)?", text):
        return _span(f"{text} {MONTHS[int(other.last[5:7]) - 1]} {in_year}") if len(other.last) == 10 else None
    return _span(text) or _span(f"{text} {in_year}")


def _interval(text: str) -> str | None:
    """EDTF of which only blanks, or the signs within an end, are wrong."""
    if re.fullmatch(r"\[[0-9x.,\-?~%]+\]", text):
        return text.upper()
    first, slash, last = text.partition("/")
    if not slash or "/" in last:
        return None
    ends = [end if end == ".." else getattr(_span(end), "text", None) for end in (first, last)]
    return "/".join(end for end in ends if end) if all(end and "/" not in end for end in ends) else None
