"""Tables on their way into a file: columns that say of what kind their values are, and rows that come one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

Kind = Literal["text", "whole number", "decimal", "EDTF date", "date", "instant", "boolean", "JSON"]
"""What a column's values are in Python, where there is one: ``str``, ``int``, ``Decimal``, ``str`` as the source wrote
it, ``date``, ``datetime`` in UTC, ``bool``, and ``str`` that is JSON of a list or an object."""


class Column(NamedTuple):
    """A column: its name, and the kind of its values."""

    name: str
    kind: Kind


class Table(NamedTuple):
    """A table: its name, its columns, and rows of as many values, each of its column's kind or None.

    ``key`` names the column that tells which stream a row is of, by the stream's name or its key; None if none does.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Any]]
    key: str | None = None
