"""Rows as frames of pandas and polars, which compute: numbers are numbers, dates are dates, and what is missing is so.

Both need the extra ``armsledger[frames]``. A frame has the same types whatever rows it holds, none too, so that frames
of two questions can be joined. In pandas a column has one of its types that know what is missing (``pandas.NA``; of
dates ``NaT``), in polars that is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from armsledger.domain.errors import UsageError
from armsledger.projections.columns import Values
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.columns import Column, ColumnKind

if TYPE_CHECKING:
    import pandas
    import polars

Pages = Iterable[Sequence[Values]]
"""The values of each column, of some rows at once."""
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
    "instant": "Datetime",
    "boolean": "Boolean",
}
"""The types of columns in polars; all others are texts. Times are in UTC, with microseconds."""


def to_polars(columns: Sequence[Column], pages: Pages) -> polars.DataFrame:
    """A polars frame of columns whose values come page by page; raises UsageError."""
    library = _import("polars")
    types = {kind: getattr(library, name) for kind, name in IN_POLARS.items()}
    types["instant"] = types["instant"]("us", "UTC")

    def series(column: Column, values: Values) -> Any:
        return library.Series(column.name, values, types.get(column.kind, library.String))

    with seldom_collecting():
        frame: polars.DataFrame = library.DataFrame(_made(series, columns, pages))
    return frame


def to_pandas(columns: Sequence[Column], pages: Pages) -> pandas.DataFrame:
    """A pandas frame of columns whose values come page by page; raises UsageError."""
    library = _import("pandas")

    def series(column: Column, values: Values) -> Any:
        return library.Series(values, dtype=IN_PANDAS.get(column.kind, TEXT))

    with seldom_collecting():
        frame: pandas.DataFrame = library.DataFrame(_made(series, columns, pages))
    return frame


def _made(series: Callable[[Column, Values], Any], columns: Sequence[Column], pages: Pages) -> dict[str, Any]:
    """Each column of a frame; raises UsageError for a value that has no place in it."""
    made = {}
    for column, values in zip(columns, _joined(columns, pages), strict=True):
        try:
            made[column.name] = series(column, values)
        except (OverflowError, TypeError, ValueError) as error:
            raise UsageError(
                f"the column {column.name} has a value that a frame does not hold: {error!s:.200}",
                remedy="ask for to_dicts(), which holds any number",
            ) from error
    return made


def _joined(columns: Sequence[Column], pages: Pages) -> list[list[Any]]:
    """The values of each column in all pages."""
    joined: list[list[Any]] = [[] for _ in columns]
    for page in pages:
        for values, more in zip(joined, page, strict=True):
            values.extend(more)
    return joined


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed", remedy="pip install 'armsledger[frames]'") from error
