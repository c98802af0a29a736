"""What reviews have decided about a new deal: which deals it is not, by the corrections of what it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from armsledger.application.sipri.register import Listing
from armsledger.application.sipri.standing import Releases
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected, Retracted

Outcome = Literal["joined", "apart", "undone", "known"]
"""What a decision did: it joined two deals, kept a proposed pair apart, undid a join, or was so already."""


def one_deal(old: str, new: str) -> str:
    """How the note of an entry begins that follows from joining two deals."""
    return f"{old} and {new} are one deal"


def two_deals(old: str, new: str) -> str:
    """How the note of an entry begins that follows from keeping two deals apart."""
    return f"{old} and {new} are two deals"


def is_rejection(decision: Entry, old: str, new: str) -> bool:
    """Whether somebody has said that a pair is two deals, and not only that one of them is one with a third."""
    return (decision.event.note or "").startswith(two_deals(old, new))


def decisions_in(listing: Listing, entries: Sequence[Entry], reviews: Releases) -> Mapping[str, Entry]:
    """The entries that decided what a new deal is not, by the deals that it no longer may be."""
    before: set[str] = set(getattr(listing.entry.event, "perhaps", ()))
    ours = [entry for entry in entries if entry.event.source in reviews]
    taken_back = {entry.event.target: entry for entry in ours if isinstance(entry.event, Retracted)}
    decisions: dict[str, Entry] = {}
    for entry in ours:
        event = entry.event
        if not isinstance(event, Corrected) or "perhaps" not in event.set:
            continue
        named = event.set["perhaps"]
        after = set(map(str, named)) if isinstance(named, list) else set[str]()
        if entry.id in taken_back:  # somebody was asked, and has said no
            decisions.update(dict.fromkeys(after - before, taken_back[entry.id]))
        else:
            decisions.update(dict.fromkeys(before - after, entry))
            before = after
    return {deal: entry for deal, entry in decisions.items() if deal not in before}


def withdrawal_in(listing: Listing, entries: Sequence[Entry], reviews: Releases) -> Entry | None:
    """The last entry by which a review has withdrawn a deal whole, because it is another; None if it goes on."""
    if not listing.gone:
        return None
    withdrawals = (entry for entry in reversed(entries) if isinstance(entry.event, Retracted))
    return next((entry for entry in withdrawals if entry.event.source in reviews), None)
