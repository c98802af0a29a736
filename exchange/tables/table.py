"""Tables that are written to a file: their columns, with the kind of each, and their rows, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any, NamedTuple

from armsledger.domain.errors import UsageError
from armsledger.storage.columns import Column


class Table(NamedTuple):
    """A table: its name, its columns, and rows with a value for each column.

    ``key`` names the column that holds the stream of a row, by its name or its key; None if there is none.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Any]]
    key: str | None = None


def exact_float(value: int | Decimal) -> float | None:
    """The float that writes a number again in at most fifteen figures; None if there is none."""
    number = float(value)
    return number if Decimal(f"{number:.15g}") == value else None


def in_figures(value: int | Decimal) -> str:
    """All figures of a number, without exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def imported(module: str, extra: str) -> Any:
    """A module that an extra of the package installs; raises UsageError, which says how to install it."""
    try:
        return import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        raise UsageError(f"{name} is not installed", remedy=f"pip install 'armsledger[{extra}]'") from error
