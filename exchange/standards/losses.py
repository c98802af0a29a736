"""What a file in another format cannot say of what it was made from: counted by kind, with examples by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from armsledger.domain.errors import shortened

Kind = Literal[
    "uncertain-date",
    "possible",
    "expectation",
    "grade",
    "belief",
    "correction",
    "retraction",
    "dispute",
    "resolution",
    "contested",
    "agreeing-statement",
    "superseded-statement",
    "claim",
    "denial",
    "approximate",
    "precision",
    "unit",
    "unknown-party",
    "assumed-party",
    "country",
    "currency",
    "attribution",
    "erased-person",
    "remark",
    "source-detail",
    "listing",
    "event",
    "deal",
    "engagement",
    "framework",
]
EXAMPLES: Final = 5
"""Of each kind, the first so many are shown."""

LONGEST: Final = 200
"""In characters, the values of examples."""


class Loss(NamedTuple):
    """One thing that the target cannot say: the entry (or stream) that says it, the field, and its value as text.

    Names of speakers are no values: somebody may be forgotten later, and the report is a file of its own.
    """

    kind: Kind
    entry: str
    field: str | None = None
    value: str | None = None


class Losses:
    """The losses of one export, counted as they come; no more than the examples are held."""

    def __init__(self) -> None:
        self.counts: Counter[Kind] = Counter()
        self._examples: dict[Kind, list[Loss]] = {}

    def take(self, losses: Iterable[Loss]) -> None:
        """Count losses."""
        for loss in losses:
            self.counts[loss.kind] += 1
            examples = self._examples.setdefault(loss.kind, [])
            if len(examples) < EXAMPLES:
                examples.append(loss)

    def report(self, meanings: Mapping[Kind, str]) -> list[dict[str, Any]]:
        """The losses by kind, the most frequent first; ``meanings`` say what becomes of each kind in the target."""
        kinds = sorted(self.counts, key=lambda kind: (-self.counts[kind], kind))
        return [
            {
                "kind": kind,
                "count": self.counts[kind],
                "meaning": meanings[kind],
                "examples": [_plain(loss) for loss in self._examples[kind]],
            }
            for kind in kinds
        ]


def _plain(loss: Loss) -> dict[str, str]:
    value = None if loss.value is None else shortened(loss.value, LONGEST)
    told = {"entry": loss.entry, "field": loss.field, "value": value}
    return {name: text for name, text in told.items() if text is not None}
