"""Exposure to sanctions: the deals under threats, sanctions and waivers, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup
from armsledger.web.phrases import headline, small_row, small_table
from armsledger.web.words import party_words, when_words

MOST_SANCTIONS: Final = 12


def sanctions_table(sanctions: Sequence[Any], links: LedgerLinks) -> Markup:
    """Deals under sanctions, or a threat of them."""
    rows = sanctions[:MOST_SANCTIONS]
    if not rows:
        return Markup('<p class="none">No threat of sanctions is known, and no sanctions.</p>')
    lines = [small_row(("wide", headline(row, links)), ("wide", _sanction_words(row))) for row in rows]
    return small_table(("Deal", "Where it stands"), lines)


def _sanction_words(row: Any) -> Markup:
    stands = row.status or (f"possibly {row.possible_status}" if row.possible_status else "nothing yet")
    law = f" under {row.basis}" if row.basis else ", law not stated"
    more = []
    if row.since is not None:
        more.append(f"since {when_words(row.since)}")
    if row.status and row.possible_status and row.possible_status != row.status:
        more.append(f"possibly {row.possible_status}")
    if row.position:
        more.append(row.position.replace("-", " "))
    if row.waiver:
        more.append(f"waiver {row.waiver}")
    below = Markup('<br><span class="mute small">{}</span>').format("; ".join(more)) if more else Markup()
    return Markup("<b>{}</b> by {}{}{}").format(stands, party_words(row.by), law, below)
