"""Rows of a projection: typed, iterable, and shown as a table where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from armsledger.domain.errors import UsageError
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.projections.layout import layout_of
from armsledger.projections.plain import to_cell, to_json, to_words

if TYPE_CHECKING:
    import pandas
    import polars


@dataclass(frozen=True)
class Row:
    """Base of all rows: a frozen record of named, typed fields.

    A row that comes out of a read model holds the text that is kept of it, and reads a field from that when it is
    first asked for; nobody notices but the clock.
    """

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A field that was not read yet."""
            layout, text = layout_of(type(self)), self.__dict__.get("_text")
            if text is None or name not in layout.places:
                raise AttributeError(f"{type(self).__name__} has no field {name!r}")
            values = self.__dict__.get("_values")
            if values is None:
                values = self.__dict__["_values"] = layout.values(text)
            value = self.__dict__[name] = layout.value(layout.places[name], values)
            return value

    def to_dict(self) -> dict[str, Any]:
        """The row in the types of JSON."""
        if "_text" in self.__dict__:
            return layout_of(type(self)).to_dict(self.__dict__["_text"])
        return {field.name: to_json(getattr(self, field.name)) for field in fields(self)}

    def to_cells(self) -> dict[str, str | int | bool | None]:
        """The row with one flat value per column."""
        text = self.__dict__.get("_text")
        if text is not None:
            return layout_of(type(self)).to_cells(text)
        return {field.name: to_cell(getattr(self, field.name)) for field in fields(self)}

    def to_words(self, columns: Iterable[str] = ()) -> dict[str, str]:
        """The row as people read it, one text per column; of some columns, or all."""
        names = columns or (field.name for field in fields(self))
        return {name: to_words(getattr(self, name)) for name in names}


R_co = TypeVar("R_co", bound=Row, covariant=True)


class Rows(Sequence[R_co], Generic[R_co]):
    """The rows that answer a question; immutable, in the order of the projection."""

    def __init__(self, row_type: type[R_co], rows: Iterable[R_co]) -> None:
        self._type = row_type
        self._rows = tuple(rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(field.name for field in fields(self._type))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> R_co: ...
    @overload
    def __getitem__(self, index: slice) -> Rows[R_co]: ...
    def __getitem__(self, index: int | slice) -> R_co | Rows[R_co]:
        return Rows(self._type, self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __iter__(self) -> Iterator[R_co]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return f"<{len(self)} {self._type.__name__}: {', '.join(self.columns)}>"

    def where(self, condition: Callable[[R_co], bool] | None = None, /, **equal: Any) -> Rows[R_co]:
        """The rows for which the condition holds and the named fields have the given values.

        A field of several parts matches if one part does; None is ignored. Raises UsageError for a
        field that the rows do not have.
        """
        wanted = {name: value for name, value in equal.items() if value is not None}
        self._check_names(wanted)
        if condition is None and not wanted:
            return self
        kept = (row for row in self._rows if condition is None or condition(row))
        return Rows(self._type, (row for row in kept if all(_fits(getattr(row, n), v) for n, v in wanted.items())))

    def _check_names(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.columns:
                raise UsageError(
                    f"{self._type.__name__} has no field {name!r}",
                    remedy=f"its fields are {', '.join(self.columns)}",
                )

    def order_by(self, *names: str) -> Rows[R_co]:
        """The rows in the order of fields, the first one first; ``-name`` is descending. What has no value comes last.

        Raises UsageError for a field that the rows do not have.
        """
        self._check_names(name.removeprefix("-") for name in names)
        rows: list[R_co] = list(self._rows)
        for name in reversed(names):
            values = [sort_key(getattr(row, name.removeprefix("-"))) for row in rows]
            told = [place for place, value in enumerate(values) if value[0] != LAST]
            told.sort(key=values.__getitem__, reverse=name.startswith("-"))
            silent = (place for place, value in enumerate(values) if value[0] == LAST)
            rows = [rows[place] for place in (*told, *silent)]
        return Rows(self._type, rows)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows in the types of JSON."""
        return [row.to_dict() for row in self._rows]

    def to_cells(self) -> list[dict[str, str | int | bool | None]]:
        """The rows with one flat value per column."""
        return [row.to_cells() for row in self._rows]

    def to_polars(self) -> polars.DataFrame:
        """A polars frame with one flat column per field; needs the extra ``armsledger[frames]``.

        The types of its columns are those of the fields, so that frames of two questions can be joined.
        """
        frames = _import("polars")
        names = {int: frames.Int64, bool: frames.Boolean, str: frames.String}
        schema = {name: names[kind] for name, kind in _cell_types(self._type).items()}
        frame: polars.DataFrame = frames.DataFrame(self.to_cells(), schema=schema, strict=False)
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas frame with one flat column per field; needs the extra ``armsledger[frames]``."""
        frames = _import("pandas")
        frame: pandas.DataFrame = frames.DataFrame(self.to_cells(), columns=list(self.columns))
        whole = {name: "Int64" for name, kind in _cell_types(self._type).items() if kind is int}
        return frame.astype(whole)  # pandas would make floats of numbers some of which are missing

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(f"<tr>{''.join(map(_html_cell, row.to_words().values()))}</tr>" for row in self._rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell_types(row_type: type[Row]) -> dict[str, type]:
    """The type of each column's cells: whole numbers, yes or no, and text for all else."""
    found = layout_of(row_type).kinds
    return {name: kinds[0] if kinds in ((bool,), (int,)) else str for name, kinds in found.items()}


LAST = 9
"""Of a sort key: what has no value."""


def sort_key(value: Any) -> tuple[int, Any]:
    """What values of one field are ordered by; money and quantities by currency or unit first, nothing last.

    Dates go by the first day that they can mean, then by the last.
    """
    match value:
        case None:
            return LAST, ""
        case bool() | int() | Decimal():
            return 0, value
        case When():
            return 1, (value.first, value.last, value.text)
        case Money():
            return 2, (value.currency, value.amount)
        case Quantity():
            return 3, (value.unit, value.count)
        case tuple():
            return (4, tuple(map(sort_key, value))) if value else (LAST, "")
    return 5, str(value)


def _html_cell(value: str) -> str:
    return f"<td>{escape(value)}</td>"


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(value, tuple):
        return any(_fits(part, wanted) for part in value)
    return bool(value == wanted) or str(value).casefold() == str(wanted).casefold()


def _import(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed", remedy="pip install 'armsledger[frames]'") from error
