"""Values in words, as pages write them: as `armsledger.application.wording` has them, and references."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from armsledger.application.pictures.standpoint import Belief
from armsledger.application.wording import counted, day_words, listed, party_words, when_words
from armsledger.domain.values.edtf import OPEN_PAST
from armsledger.web.markup import Markup

__all__ = ["anchor", "belief_words", "counted", "day_words", "listed", "party_words", "refs", "when_words"]


def belief_words(belief: Belief) -> str:
    """A belief date in words: ``12 Nov 2021``, or ``22 Nov 2026 12:00 UTC`` where it goes by recording."""
    if belief.day == OPEN_PAST:  # before anything was known
        return belief.known or "then"
    return day_words(belief.day) if belief.moment is None else f"{day_words(belief.day)} {belief.moment:%H:%M} UTC"


MOST_REFS: Final = 16
FIRST_REFS: Final = 12


def refs(addresses: Sequence[str], stream: str) -> Markup:
    """References to entries, which lead to the record: ``[12]`` is the page's own, ``[summit-21@3]`` is another's.

    Of very many the first ones: what two hundred entries add up to is told at hundreds of days.
    """
    if len(addresses) <= MOST_REFS:
        return Markup("").join(map(_ref, addresses, [stream] * len(addresses)))
    more = Markup(' <span class="mute small">and {:,} more entries</span>').format(len(addresses) - FIRST_REFS)
    return refs(addresses[:FIRST_REFS], stream) + more


@lru_cache(maxsize=16384)
def _ref(address: str, stream: str) -> Markup:
    label = address.removeprefix(f"{stream}@")
    if label == address:
        label = address.partition("/")[2]
    return Markup('<a class="r" href="#{}">{}</a>').format(anchor(address, stream), label)


def anchor(address: str, stream: str) -> str:
    """The anchor of an entry's row in the record of a page: ``e12``, or ``e-engagement-summit-21@3``."""
    own = address.removeprefix(f"{stream}@")
    return f"e{own}" if own != address else f"e-{address.replace('/', '-')}"
