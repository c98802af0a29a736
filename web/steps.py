"""Steps: what a page shows at every day and belief on which something changes, computed before and shared.

Every fragment of HTML is held once. For each slot, and each belief, there is a list of runs over the days: from a day
on, this fragment. Most beliefs leave most slots as they were, so lists are shared as well.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from armsledger.application.pictures.beliefs_over_time import BeliefAbout, BeliefsOverTime
from armsledger.application.pictures.standpoint import Belief, Standpoint
from armsledger.web.markup import Markup
from armsledger.web.part import Part, Slots

NOTHING: Final = -1
"""Stands for the data of a slot that has none."""

Run = tuple[int, int]
"""From which day on (its place among the days), and which data."""


class Steps:
    """The data of all slots at all days and beliefs of a page, and the HTML of them.

    ``days`` are proleptic ordinals, ``beliefs`` the belief dates; ``left_out`` is how many belief dates were left out
    so that the page stays small.
    """

    def __init__(self, parts: Sequence[Part], beliefs: BeliefsOverTime, day: int, last_day: int, most: int) -> None:
        """``day`` is the day on which the page stands at first; nothing is asked after ``last_day``.

        ``most`` are the days times beliefs that the page steps through.
        """
        self._parts = parts
        self._data: dict[str, dict[Hashable, int]] = {}
        self._runs: dict[str, list[list[Run]]] = {}
        about = _kept(beliefs, last_day, most)
        self.left_out = max(len(beliefs.moments), 1) - len(about)
        days = {at for belief in about for at in belief.change_days if at <= last_day} | {day, last_day}
        self.days = sorted(days)
        self.day = day
        self._places = {at: place for place, at in enumerate(self.days)}
        self.beliefs = [belief.believed for belief in about]
        self.standpoint = about[-1].at(day)
        for number, belief in enumerate(about):
            self._ask(belief, number)
        told = {slot: list(data) for slot, data in self._data.items()}
        self._html: dict[str, list[Markup]] = {}
        for part in parts:
            own = {slot: data for slot, data in told.items() if slot.partition("/")[0] == part.name}
            part.lay_out(own)
            self._html |= {slot: [part.html(slot, datum) for datum in data] for slot, data in own.items()}

    def _ask(self, belief: BeliefAbout, number: int) -> None:
        """Ask all parts at each day of one belief."""
        asked = [self.days[0], *(day for day in belief.change_days if day in self._places)]
        last: dict[str, dict[str, Any]] = {part.name: {} for part in self._parts}
        for at in sorted({*asked, self.day}):
            standpoint = belief.at(at)
            place = self._places[at]
            for part in self._parts:
                if part.by_day or place == 0:
                    self._tell(part.data(standpoint), place, number, last[part.name])

    def _tell(self, data: Mapping[str, Hashable], place: int, number: int, last: dict[str, Any]) -> None:
        """Add what changed of a part at one day to the runs of a belief; ``last`` is what it told before."""
        for slot, datum in data.items():
            if slot in last and last[slot] == datum:
                continue
            last[slot] = datum
            known = self._data.setdefault(slot, {})
            self._run(slot, number).append((place, known.setdefault(datum, len(known))))
        for slot in [slot for slot in last if slot not in data]:
            del last[slot]
            self._run(slot, number).append((place, NOTHING))

    def _run(self, slot: str, number: int) -> list[Run]:
        runs = self._runs.setdefault(slot, [])
        while len(runs) <= number:
            runs.append([])
        return runs[number]

    @property
    def slots(self) -> Slots:
        """The slots as the page is first shown: at its day, by its last belief."""
        return Slots(self.fragments(len(self.beliefs) - 1, self._places[self.day]), self._html.keys())

    def fragments(self, belief: int, day: int) -> dict[str, Markup]:
        """The content of all slots at a belief and a day, by their places."""
        found = {slot: self._at(runs, belief, day) for slot, runs in self._runs.items()}
        return {slot: self._html[slot][place] for slot, place in found.items() if place != NOTHING}

    @staticmethod
    def _at(runs: Sequence[Sequence[Run]], belief: int, day: int) -> int:
        place = NOTHING
        for since, data in runs[belief] if belief < len(runs) else ():
            if since > day:
                break
            place = data
        return place

    def to_json(self, drawn: Collection[str] = ()) -> dict[str, Any]:
        """The steps as page.js reads them; ``drawn`` are the slots that the page has an element of.

        ``days`` (ordinals), ``known`` (the text of each belief date and its ordinal), ``texts`` (fragments),
        ``lists`` (runs: place of a day, place of a fragment among those of a slot or -1, and so on), ``slots`` (by
        name: the numbers of its fragments, -1 for the one with which the page begins; and place of a belief, number of
        a list, and so on).
        """
        texts: dict[str, int] = {}
        lists: dict[tuple[int, ...], int] = {}
        slots: dict[str, tuple[list[int], list[int]]] = {}
        begins = self.fragments(len(self.beliefs) - 1, self._places[self.day])
        for slot, runs in sorted(self._runs.items()):
            own: dict[str, int] = {}
            numbers = [own.setdefault(str(html), len(own)) for html in self._html[slot]]
            since: list[int] = []
            for belief in range(len(self.beliefs)):
                pairs = _without_repeats(
                    (place, NOTHING if data == NOTHING else numbers[data])
                    for place, data in (runs[belief] if belief < len(runs) else ())
                )
                number = lists.setdefault(tuple([part for pair in pairs for part in pair]), len(lists))
                if not since or since[-1] != number:
                    since += [belief, number]
            standing = begins.get(slot) if slot in drawn else None
            slots[slot] = [NOTHING if text == standing else texts.setdefault(text, len(texts)) for text in own], since
        return {
            "day": self._places[self.day],
            "days": self.days,
            "known": [[belief.known, belief.day] for belief in self.beliefs],
            "texts": list(texts),
            "lists": [list(runs) for runs in lists],
            "slots": slots,
        }


def _without_repeats(runs: Any) -> list[Run]:
    """Runs of which neighbours differ; one that begins with nothing says nothing."""
    kept: list[Run] = []
    for run in runs:
        if run[1] != (kept[-1][1] if kept else NOTHING):
            kept.append(run)
    return kept


def _kept(beliefs: BeliefsOverTime, day: int, most: int) -> list[BeliefAbout]:
    """The beliefs that a page steps through; as the last one has most days, it tells how many there will be."""
    moments = beliefs.moments
    (last,) = beliefs.all(moments[-1:])
    days = sum(at <= day for at in last.change_days)
    places = thinned([beliefs.pictures.belief_of(since) for since in moments], days, most)
    return [*beliefs.all([moments[place] for place in places[:-1]]), last] if moments else [last]


def thinned(beliefs: Sequence[Belief], days: int, most: int) -> list[int]:
    """The places of the beliefs that a page steps through: all, or the last of each month, quarter or year."""
    kept = list(range(len(beliefs)))
    for months in (0, 1, 3, 12, 60):
        kept = _last_of_each(beliefs, months) if months else kept
        if len(kept) * max(days, 1) <= most:
            return kept
    return kept[-max(1, most // days) :]


def _last_of_each(beliefs: Sequence[Belief], months: int) -> list[int]:
    def period(belief: Belief) -> int:
        day = date.fromordinal(belief.day)
        return (day.year * 12 + day.month - 1) // months

    return [
        place
        for place, belief in enumerate(beliefs)
        if place == len(beliefs) - 1 or period(belief) != period(beliefs[place + 1])
    ]


def one_standpoint(parts: Sequence[Part], standpoint: Standpoint) -> Slots:
    """The slots of a page at one day and belief, as a server shows them."""
    fragments: dict[str, Markup] = {}
    for part in parts:
        data = part.data(standpoint)
        part.lay_out({slot: [datum] for slot, datum in data.items()})
        fragments |= {slot: part.html(slot, datum) for slot, datum in data.items()}
    return Slots(fragments, fragments.keys())
