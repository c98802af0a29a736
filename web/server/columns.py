"""The columns that somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence

from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.near import did_you_mean


def chosen(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The columns that are asked for, each once; raises UsageError for one that is not there."""
    for name in names:
        if name not in columns:
            remedy = did_you_mean(name, columns) or f"the columns are {', '.join(columns)}"
            raise UsageError(f"there is no column {quoted(name)}", remedy=remedy)
    return list(dict.fromkeys(names))
