"""What other statements say of a field of the state: those that contradict it, and those in another measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from armsledger.domain.states.disputes import Dispute
from armsledger.web.markup import Markup
from armsledger.web.words import refs


class Rival(NamedTuple):
    """What another statement says instead, and its entry."""

    says: str
    entry: str


Rivals = tuple[Rival, ...]


def rivals_of(disputes: Sequence[Dispute], field: str, *, dates: bool = False) -> tuple[Rivals, Rivals]:
    """The rivals of what is taken for a field of the state, and what is said beside it in another measure.

    With ``dates`` those count, too, that differ in when it happened.
    """
    rivals: list[Rival] = []
    beside: list[Rival] = []
    for dispute in disputes:
        if field in dispute.state_fields and (dates or dispute.field != "on"):
            kept = beside if dispute.rule.startswith("another ") else rivals
            kept += [Rival(one.says, one.entry) for one in dispute.statements[1:]]
    return tuple(rivals), tuple(beside)


def contested(rivals: Sequence[Rival], stream: str) -> Markup:
    """``≠ contested also ~USD 5bn [2]``."""
    told = Markup(", ").join(
        Markup('<span class="num">{}</span>{}').format(rival.says, refs((rival.entry,), stream)) for rival in rivals
    )
    return Markup('<a class="ne" href="#disagree">≠ contested</a> <span class="small">also {}</span>').format(told)


def unconverted(beside: Sequence[Rival], stream: str) -> Markup:
    """``In another currency, never converted: INR 390bn [13]``."""
    told = Markup(", ").join(
        Markup('<span class="num">{}</span>{}').format(one.says, refs((one.entry,), stream)) for one in beside
    )
    return Markup('<span class="small mute">In another currency, never converted: {}</span>').format(told)
