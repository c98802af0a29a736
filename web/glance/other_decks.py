"""The titles of meetings, frameworks and sources, and the first sentences about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.source import Source
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.web.glance.deck import Sentence, not_begun
from armsledger.web.glance.happened import Happened, happened
from armsledger.web.grades import SOURCES
from armsledger.web.sentences import capital, first_of, names, since
from armsledger.web.words import when_words

FORMATS = {
    "summit": "Summit",
    "2+2": "2+2 meeting",
    "visit": "Visit",
    "commission": "Commission",
    "dialogue": "Dialogue",
    "call": "Call",
}


LONGEST_MEETING_DAYS: Final = 10
"""So many days can be those of one meeting; a longer span says that nobody knows the day."""


class Meeting(NamedTuple):
    """Whether a meeting was held, or is set, and between whom; ``before`` are the times it was put off."""

    status: str
    is_certain: bool
    parties: tuple[Party, ...]
    when: Happened | None
    planned: When | None
    place: str | None
    reason: str | None
    put_off: int

    def words(self) -> str:
        """``India and Russia met on 6 Dec 2021 in New Delhi; the meeting had been put off once.``"""
        who = capital(names(self.parties)) if self.parties else ""
        place = f" in {self.place}" if self.place else ""
        reason = f": {self.reason}" if self.reason else ""
        after = f"; the meeting had been put off {_times(self.put_off)}" if self.put_off else ""
        match self.status:
            case "held":
                verb = "met" if len(self.parties) != 1 else "took part"
                verb = verb if self.is_certain else f"may have {verb}"
                when = f" {_day_or_days(self.when)}" if self.when else ""
                return f"{who} {verb}{when}{place}{after}." if who else f"It was held{when}{place}{after}."
            case "scheduled":
                return f"It is set{f' for {when_words(self.planned)}' if self.planned else ''}{place}{after}."
            case "postponed":
                return f"It is put off{f' to {when_words(self.planned)}' if self.planned else ''}{reason}."
            case "cancelled":
                return f"It was cancelled{f' {self.when.words()}' if self.when else ''}{reason}."
        return "It is only expected: no source says that it is set or held."


def _day_or_days(when: Happened) -> str:
    """``on 6 Dec 2021``, ``on 4 to 5 Dec 2025``: a meeting may last for days."""
    if 0 < when.on.last - when.on.first < LONGEST_MEETING_DAYS and "/" in when.on.text:
        return f"on {when_words(when.on)}{when.notes}"
    return when.words()


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


class Pact(NamedTuple):
    """Whether a framework agreement is signed, in force or over, and between whom."""

    status: str
    is_certain: bool
    parties: tuple[Party, ...]
    signed: Happened | None
    in_force: When | None
    renewed: When | None
    until: When | None
    ended: When | None

    def words(self) -> str:
        """``Renewed on 6 Dec 2021 until 2031. It is in force.``"""
        if self.status == "expected":
            return "It is only expected: no source says that it is signed."
        by = f" by {names(self.parties)}" if self.parties else ""
        told = [f"signed{by} {self.signed.words()}"] if self.signed else []
        told += [f"renewed {Happened(self.renewed).words()}"] if self.renewed else []
        head = first_of(told) if told else "its signing is in no source"
        until = f", until {when_words(self.until)}" if self.until else ""
        state = {
            "signed": "no source says that it is in force",
            "in-force": f"in force{f' {since(self.in_force)}' if self.in_force else ''}{until}",
            "expired": f"it ran out{f' {Happened(self.ended).words()}' if self.ended else ''}",
            "terminated": f"it was ended{f' {Happened(self.ended).words()}' if self.ended else ''}",
        }[self.status]
        lead = "" if self.is_certain else "Nothing is certain yet. Possibly: "
        return f"{lead}{capital(head) if not lead else head}; {state}."


class Origin(NamedTuple):
    """Who published a source, when, and how far it can be relied on."""

    publisher: str | None
    published: When | None
    reliability: str | None

    def words(self) -> str:
        """``Published by ThePrint on 12 Nov 2021. Graded C: fairly reliable.``"""
        when = f" {Happened(self.published).words()}" if self.published else ", undated"
        grade = f"Graded {self.reliability}: {SOURCES[self.reliability]}." if self.reliability else "It is not graded."
        return f"Published by {self.publisher or 'somebody who is not named'}{when}. {grade}"


def other_deck(day: StreamDay) -> tuple[str, Sentence]:
    """The first sentence about a meeting, a framework or a source, and its name."""
    certain, possible = day.bounds
    shown = certain or possible
    match shown:
        case Engagement():
            kind = {"held": "held", "cancelled": "cancelled"}.get(shown.status, "")
            put_off = sum(one.event.name == "postponed" for one in day.certain)
            return "1-meeting", Meeting(
                shown.status,
                certain is not None,
                shown.participants,
                happened(day, kind) if kind else None,
                shown.planned,
                shown.place,
                shown.reason,
                put_off,
            )
        case Framework():
            return "1-pact", Pact(
                shown.status,
                certain is not None,
                shown.parties,
                happened(day, "signed"),
                shown.in_force_since,
                shown.renewed_on,
                shown.until,
                shown.ended_on,
            )
        case Source():
            return "1-origin", Origin(shown.publisher, shown.published, shown.reliability)
    return "1-order", not_begun(day.belief)


def other_title(key: str, shown: object) -> str:
    """``21st India-Russia annual summit``; the key where nothing names it."""
    match shown:
        case Engagement():
            return meeting_title(shown.series, shown.edition, shown.format, shown.participants) or key
        case Framework():
            return shown.title or framework_title(shown.parties) or key
        case Source():
            return shown.title or shown.publisher or key
    return key


def meeting_title(series: str | None, edition: int | None, format: str | None, participants: Iterable[Party]) -> str:
    """``21st India-Russia annual summit``, ``Call: India and Russia``; empty where nothing names it."""
    if series:
        return series if edition is None else f"{ordinal(edition)} {series}"
    who = names(participants)
    return f"{FORMATS[format]}{f': {who}' if who else ''}" if format else ""


def framework_title(parties: Iterable[Party]) -> str:
    """``Framework of India and Russia``; empty where nobody is named."""
    who = names(parties)
    return f"Framework of {who}" if who else ""


def ordinal(number: int) -> str:
    """``21st``, ``12th``."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
