"""How good a source is and how credible a statement: the Admiralty code (NATO AJP-2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Reliability = Literal["A", "B", "C", "D", "E", "F"]
"""A completely reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged."""

CANNOT_BE_JUDGED: Reliability = "F"
CREDIBILITY_CANNOT_BE_JUDGED = 6
"""1 confirmed by other sources, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged."""

Grades = Mapping[str, Reliability]
"""The reliability of each source at a belief date; a source without a grade cannot be judged."""
