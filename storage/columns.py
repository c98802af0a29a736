"""The columns of a table outside of this program, in a file or a frame: the name of each, and what its values are."""

from __future__ import annotations

from typing import Literal, NamedTuple

ColumnKind = Literal["text", "whole number", "decimal", "EDTF date", "date", "instant", "boolean", "list", "JSON"]
"""A column's values are None, or in Python: ``str``, ``int``, ``Decimal``, ``str`` as the source wrote it, ``date``,
``datetime`` in UTC, ``bool``, and ``str`` for a list, and for what is JSON alone: a list of lists, or an object."""


class Column(NamedTuple):
    """A column, and the kind of its values."""

    name: str
    kind: ColumnKind
