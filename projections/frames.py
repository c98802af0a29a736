"""Rows as frames of pandas and polars, which compute: numbers are numbers, dates are dates, and what is missing is so.

Both need the extra ``armsledger[frames]``. A frame has the same types whatever rows it holds, none too, so that frames
of two questions can be joined. In pandas a column has one of its types that know what is missing (``pandas.NA``; of
dates ``NaT``), in polars that is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from armsledger.domain.errors import UsageError
from armsledger.projections.columns import FRAME, Values, spread_of
from armsledger.storage.columns import Column, ColumnKind

if TYPE_CHECKING:
    import pandas
    import polars

IN_PANDAS: Final[dict[ColumnKind, str]] = {
    "whole number": "Int64",
    "decimal": "Float64",
    "date": "datetime64[s]",
    "instant": "datetime64[us, UTC]",
    "boolean": "boolean",
}
"""The types of columns in pandas; all others are texts. Seconds reach back to all years that a date can have."""
TEXT: Final = "string[python]"
"""Texts in pandas are of one type, whether pyarrow is installed or not."""
IN_POLARS: Final[dict[ColumnKind, str]] = {
    "whole number": "Int64",
    "decimal": "Float64",
    "date": "Date",
    "boolean": "Boolean",
}
"""The types of columns in polars; an instant is a time in UTC, and all others are texts."""


def to_polars(row_type: type[Any], pages: Iterable[Sequence[Values]]) -> polars.DataFrame:
    """A polars frame of pages of rows in the types of JSON; raises UsageError."""
    library = _import("polars")
    types = {"instant": library.Datetime("us", "UTC")} | {kind: getattr(library, t) for kind, t in IN_POLARS.items()}

    def series(column: Column, values: Values) -> Any:
        return library.Series(column.name, values, types.get(column.kind, library.String))

    columns = _columns(row_type, pages)
    frame: polars.DataFrame = library.DataFrame([_held(series, *column) for column in columns])
    return frame


def to_pandas(row_type: type[Any], pages: Iterable[Sequence[Values]]) -> pandas.DataFrame:
    """A pandas frame of pages of rows in the types of JSON; raises UsageError."""
    library = _import("pandas")

    def series(column: Column, values: Values) -> Any:
        return library.Series(values, dtype=IN_PANDAS.get(column.kind, TEXT))

    columns = _columns(row_type, pages)
    frame: pandas.DataFrame = library.DataFrame(
        {column.name: _held(series, column, values) for column, values in columns}
    )
    return frame


def _columns(row_type: type[Any], pages: Iterable[Sequence[Values]]) -> list[tuple[Column, list[Any]]]:
    """The columns of all pages, each with its values."""
    spread = spread_of(row_type, FRAME)
    columns: list[tuple[Column, list[Any]]] = [(column, []) for column in spread.columns]
    for page in pages:
        for (_, values), more in zip(columns, spread.columns_of(page), strict=True):
            values.extend(more)
    return columns


def _held(series: Any, column: Column, values: Values) -> Any:
    """A column of a frame; raises UsageError for a number that is too large for it."""
    try:
        return series(column, values)
    except (OverflowError, TypeError, ValueError) as error:
        raise UsageError(
            f"the column {column.name} has a value that a frame does not hold: {error!s:.200}",
            remedy="ask for to_dicts(), which holds any number",
        ) from error


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed", remedy="pip install 'armsledger[frames]'") from error
