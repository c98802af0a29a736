"""Filters of tables, as addresses give them: those of the view's methods, which declare them once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple, get_args

from armsledger.application.tables import Tables, filters_of, words_of_filter
from armsledger.application.view import View
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.day_words import with_dates
from armsledger.domain.values.words import Relation, Severity
from armsledger.web.server.parameters import Parameters

VOLUMES: Final = "volumes"
YES_OR_NO: Final = {"yes": True, "no": False}
DERIVED: Final = {"relation": get_args(Relation), "severity": get_args(Severity)}
"""The words of filters of tables that the view derives."""


class Filter(NamedTuple):
    """A filter of a table: its name, the type that the view declares, and its words, if it takes only some."""

    name: str
    kind: str
    words: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a form calls it."""
        return self.name.replace("_", " ")

    @property
    def is_end(self) -> bool:
        """Whether it is an end of a range."""
        return self.name.endswith(("_from", "_to"))

    def read(self, values: list[str], today: date) -> Any:
        """The argument of the view's method; raises UsageError."""
        if self.kind == "YesNo":
            return self._yes_or_no(values)
        if self.is_end and len(values) > 1:
            raise UsageError(f"{self.name} is given {len(values)} times", remedy="give it once")
        if self.kind == "Day":
            return with_dates(values[0], today)
        return values[0] if len(values) == 1 else values

    def _yes_or_no(self, values: list[str]) -> bool:
        if len(values) > 1 or values[0] not in YES_OR_NO:
            raise UsageError(f"{self.name} cannot be {quoted(', '.join(values))}", remedy="give yes or no")
        return YES_OR_NO[values[0]]


@cache
def filters(table: str) -> tuple[Filter, ...]:
    """The filters of a table."""
    if table == VOLUMES:  # its method has no filters that are declared as those of tables are
        return tuple(Filter(name, "Words") for name in ("supplier", "buyer", "category"))
    owner = Tables if hasattr(Tables, table) else View
    return tuple(
        Filter(name, kind, _words(table, name, kind))
        for name, kind in filters_of(owner, table).items()
        if kind != "bool"
    )


def _words(table: str, name: str, kind: str) -> tuple[str, ...]:
    if kind == "YesNo" or name.endswith(("_from", "_to")):
        return ()
    return words_of_filter(table, name) if hasattr(Tables, table) else DERIVED.get(name, ())


def read_filters(table: str, parameters: Parameters, today: date) -> Mapping[str, Any]:
    """The filters that an address gives, as arguments of the view's method; raises UsageError."""
    return {one.name: one.read(parameters.all(one.name), today) for one in filters(table) if one.name in parameters}
