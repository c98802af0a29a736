"""Rows of a read model that cannot be read: nothing is lost, as the entries are still there to build it from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import LedgerDamaged, LedgerFailed

UNREADABLE: Final = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, LedgerError)
"""What readers of values raise for something else than was written: texts that are no JSON, no date, no number."""


class ReadModelDamaged(LedgerDamaged):
    """What is kept of a read model cannot be read."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"the read model {name}", detail)
        self.remedy = f"build it anew from the entries: armsledger rebuild {name}"


def damaged_row(name: str, error: Exception) -> ReadModelDamaged:
    """The error for a row that cannot be read."""
    return ReadModelDamaged(name, f"one of its rows cannot be read: {type(error).__name__}: {error!s:.200}")


@contextmanager
def reading_json(name: str) -> Iterator[None]:
    """Within it, what the database itself cannot read of a read model's rows is told to be damaged."""
    try:
        yield
    except LedgerFailed as error:
        raise damaged_row(name, error) from error
