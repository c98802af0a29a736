"""What became of forecasts: how many came true, in time or late, and how many did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import Bounds
from armsledger.web.sentences import number
from armsledger.web.words import listed

KINDS: Final[Mapping[str, str]] = {
    "met": "met",
    "met-early": "met",
    "kept": "met",
    "met-late": "late",
    "overdue": "overdue",
    "partially-met": "overdue",
    "pending": "open",
    "indeterminate": "undecided",
    "broken": "wrong",
    "moot": "moot",
    "withdrawn": "withdrawn",
}
"""What an outcome counts as; what was revised is carried on by its revision, and counts there."""
ORDER: Final = ("met", "late", "overdue", "open", "undecided", "wrong", "moot", "withdrawn")
WORDS: Final = {
    "met": "came true",
    "met-early": "came true early",
    "met-late": "came true late",
    "overdue": "overdue",
    "partially-met": "overdue in part",
    "pending": "open",
    "indeterminate": "undecided",
    "kept": "held",
    "broken": "proved wrong",
    "moot": "moot: the deal ended",
    "withdrawn": "withdrawn",
    "revised": "revised",
}
"""The outcomes in words; docs/rules.md defines them."""
OPEN: Final = ("overdue", "partially-met", "pending", "indeterminate")
"""The outcomes of which it is not known yet what became of them."""


class Tally(NamedTuple):
    """How many forecasts there are, and of each kind of outcome how many."""

    met: int = 0
    late: int = 0
    overdue: int = 0
    open: int = 0
    undecided: int = 0
    wrong: int = 0
    moot: int = 0
    withdrawn: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)

    def words(self) -> str:
        """``Of 20 forecasts, 6 came true (4 of them late), 9 are overdue and 5 are open.``"""
        told = [*self._told()]
        if len(told) == 1:
            which = {1: "The only forecast", 2: "Both forecasts"}.get(self.total, f"All {self.total:,} forecasts")
            some_late = self.met and self.late
            what = f"came true, {number(self.late)} of them late" if some_late else told[0].partition(" ")[2]
            return f"{which} {what}."
        return f"Of {self.total:,} forecasts, {listed(told)}."

    def _told(self) -> Iterable[str]:
        came = self.met + self.late
        if came:
            some = f" ({self.late:,} of them late)" if self.met and self.late else ""
            yield f"{came:,} came true{some or (' late' if self.late else '')}"
        for count, adjective in (
            (self.overdue, "overdue"),
            (self.open, "open"),
            (self.undecided, "undecided"),
        ):
            if count:
                yield f"{count:,} {'is' if count == 1 else 'are'} {adjective}"
        if self.moot:
            yield f"{self.moot:,} became moot"
        if self.wrong:
            yield f"{self.wrong:,} proved wrong"
        if self.withdrawn:
            yield f"{self.withdrawn:,} {'was' if self.withdrawn == 1 else 'were'} withdrawn"


def judgements(bounds: Bounds[Any]) -> tuple[Judgement, ...]:
    """What became of each forecast, for certain; before the stream has certainly begun, possibly."""
    shown = bounds.certain or bounds.possible
    found: tuple[Judgement, ...] = () if shown is None else shown.expectations
    return found


def tally_of(judged: Iterable[Judgement]) -> Tally:
    """How many of some forecasts came to what."""
    return Tally(**Counter(KINDS[one.outcome] for one in judged if one.outcome in KINDS))
