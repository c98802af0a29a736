"""A proposed entry of a dossier, with the lines that its parts stand on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from armsledger.domain.proposal import Proposal

WHOLE_ENTRY = ""
"""The path of the entry itself among its lines."""


class Proposed(NamedTuple):
    """An entry as it was written; ``lines`` tells the line of each field by its path, as far as known.

    ``recorded_at`` (UTC) and ``recorded_by`` are given only where the dossier is an export of a ledger.
    """

    proposal: Proposal
    lines: Mapping[str, int]
    recorded_at: str | None = None
    recorded_by: str | None = None

    def place_of(self, field: str) -> str:
        """Where a field was written, ``file.yaml:14``; ``items.0.designation`` is looked up as deep as known."""
        return place_of(self.proposal.place.rpartition(":")[0], self.lines, field)


def place_of(name: str, lines: Mapping[str, int], field: str) -> str:
    """The file and the line of a field, or of the deepest part around it whose line is known."""
    while field and field not in lines:
        field = field.rpartition(".")[0]
    return f"{name}:{lines[field]}"
