"""What is expected, in words: ``Batch 4 delivered``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import What
from armsledger.web.sentences import capital

WORDS: Final[Mapping[str, str]] = {
    "delivered": "Delivered",
    "delivery-begun": "First delivery begins",
    "delivery-completed": "All delivered",
    "completed": "Completed",
    "tranche-paid": "Payment",
    "contract-signed": "Contract signed",
    "agreement-signed": "Agreement signed",
    "sanction-imposed": "Sanctions imposed",
    "waiver-granted": "Waiver granted",
    "held": "Meeting held",
}
OF_BATCH: Final[Mapping[str, str]] = {
    "delivered": "Batch {} delivered",
    "delivery-begun": "Batch {} begins",
    "delivery-completed": "Batch {} complete",
    "tranche-paid": "Tranche {} paid",
}


class Expected(NamedTuple):
    """An event that somebody expects, the batch or tranche of it, and the other fields that it is to have."""

    event: str
    tranche: str | None
    others: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, what: What) -> Expected:
        """What an expectation names. The first batch to begin is the beginning of the deliveries."""
        selectors = dict(what.selectors)
        tranche = selectors.pop("tranche", None)
        named = None if tranche is None else str(tranche)
        if what.event == "delivery-begun" and named == "1":
            named = None
        return cls(what.event, named, tuple((name, _text(value)) for name, value in selectors.items()))

    def words(self) -> str:
        """``Batch 4 delivered``; ``Meeting held (place Moscow)``."""
        plain = WORDS.get(self.event) or capital(self.event.replace("-", " "))
        head = plain
        if self.tranche is not None:
            head = OF_BATCH.get(self.event, f"{plain}, batch {{}}").replace("{}", self.tranche)
        others = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.others)
        return f"{head} ({others})" if others else head

    @property
    def place(self) -> tuple[int, str, tuple[int, str], tuple[tuple[str, str], ...]]:
        """Its place among others: in the order of the life cycle, then of the batches."""
        return _place_in_cycle(self.event), self.event, _number(self.tranche), self.others


def _number(tranche: str | None) -> tuple[int, str]:
    if tranche is None:
        return -1, ""
    return (int(tranche), "") if tranche.isdecimal() and tranche.isascii() and len(tranche) < 10 else (10**9, tranche)


def _place_in_cycle(event: str) -> int:
    named = [events[event] for events in CATALOGUE.by_kind.values() if event in events]
    return min((kind.place_in_cycle for kind in named), default=99)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
