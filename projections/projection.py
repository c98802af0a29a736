"""What a projection is: a name, a kind of row, and a function that gives the rows of one stream over all days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.projections.codec import codec_of
from armsledger.projections.rows import Row
from armsledger.projections.schema import BUILDING, COLUMNS, KEPT, LAYOUT, NOW
from armsledger.storage.driver_errors import operational_errors
from armsledger.storage.schema import OWN_TABLES, READ_MODEL_TABLES

if TYPE_CHECKING:
    from armsledger.domain.states.stream_day import StreamDay
    from armsledger.projections.timeline import SlotRow, Span, Timeline

    RowsOf = Callable[[Timeline], Iterable[Span]]

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
OWN_COLUMNS = COLUMNS.keys() - {"stream"}
"""Columns that every read model has; no field of a row may be called so."""
TAKEN = OWN_TABLES | READ_MODEL_TABLES
"""Tables that a ledger has anyway."""
PREFIXES = ("sqlite", KEPT, BUILDING)
SEPARATOR = "\x1f"
"""Between the parts of a slot: no text that people write has it."""
PLACE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
"""Where a function is: ``package.module:name``."""


class ProjectionFailed(LedgerError):
    """The function of a projection raised something."""

    def __init__(self, projection: str, stream: str, error: Exception) -> None:
        super().__init__(
            f"the projection {projection} failed on {stream}: {type(error).__name__}: {error}",
            remedy="mend its function, or leave the projection out",
        )
        self.projection = projection


@contextmanager
def failing(projection: Projection) -> Iterator[None]:
    """Within it, a mistake in a projection is raised as ProjectionFailed; our errors and the database's as they are."""
    try:
        yield
    except LedgerError:
        raise
    except Exception as error:
        if isinstance(error, operational_errors()):
            raise
        raise ProjectionFailed(projection.name, "its rows", error) from error


@dataclass(frozen=True)
class Projection:
    """A read model: how it is called, its rows, and how they follow from what is believed of one stream.

    ``rows`` is pure: it looks at nothing but its timeline. It is a function, or names one by a text such as
    ``"package.module:name"``, which is imported when rows are made: who asks a table does not wait for that. Raise
    ``version`` whenever it gives other rows than before; the table is then built anew. ``kinds`` are the kinds of
    streams it has rows for. ``one_a_day`` says that a stream has one row a day at most, in the slot ``""``: questions
    are answered sooner then. Raises UsageError.
    """

    name: str
    row: type[Row]
    rows: RowsOf | str
    kinds: tuple[StreamKind, ...] = ("deal",)
    version: int = 1
    one_a_day: bool = False

    def __post_init__(self) -> None:
        is_taken = self.name in TAKEN or self.name.startswith(PREFIXES) or self.name.endswith(NOW)
        if is_taken or not NAME.fullmatch(self.name):
            raise UsageError(
                f"{self.name!r} cannot be a projection's name", remedy="use a-z, 0-9 and _, such as backlog"
            )
        kind: Any = self.row
        if not (isinstance(kind, type) and issubclass(kind, Row) and is_dataclass(kind)):
            raise UsageError(
                f"the rows of {self.name} are of no kind of Row",
                remedy="write: @dataclass(frozen=True) class MyRow(Row)",
            )
        names = {field.name for field in fields(self.row)}
        if any(hasattr(self.row, name) for name in names):
            raise UsageError(
                f"the fields of {self.row.__name__} have defaults or slots, which a kept row cannot have",
                remedy="leave the defaults out, and slots=True",
            )
        if unknown := set(self.kinds) - set(KINDS):
            raise UsageError(
                f"there are no streams of the kind {min(unknown)!r}", remedy=f"kinds are {', '.join(KINDS)}"
            )
        if taken := OWN_COLUMNS & names:
            raise UsageError(f"a row of {self.name} cannot have a field {min(taken)!r}", remedy="call it otherwise")
        if not isinstance(self.rows, str):
            _ = codec_of(self.row).forms  # which tells now of a field that cannot be kept
        elif not PLACE.fullmatch(self.rows):
            raise UsageError(
                f"{self.rows!r} names no function that makes the rows of {self.name}",
                remedy='give the function, or name it as "package.module:name"',
            )

    @property
    def table(self) -> str:
        """The name of the table that questions read."""
        return f"{KEPT}{self.name}"

    @property
    def building_table(self) -> str:
        """The name of the table that is being built beside it."""
        return f"{BUILDING}{self.name}"

    @cached_property
    def stamp(self) -> str:
        """What tells whether a table was built by this very projection: the layout, its version and its fields.

        Types stand there as the class has them: nothing is evaluated, and a table outlives moves of modules.
        """
        columns = (f"{field.name} {field.type}" for field in fields(self.row))
        return f"{LAYOUT}.{self.version}: {'; '.join([*self.kinds, *columns])}"

    @cached_property
    def spans_of(self) -> RowsOf:
        """The function that makes the rows."""
        if not isinstance(self.rows, str):
            return self.rows
        module, _, name = self.rows.partition(":")
        function: RowsOf = getattr(import_module(module), name)
        return function

    def of(self, timeline: Timeline) -> Iterable[Span]:
        """The spans of one stream."""
        return self.spans_of(timeline) if timeline.kind in self.kinds else ()


def each_day(rows: Callable[[StreamDay], Iterable[Row]], *, key: tuple[str, ...] = ()) -> RowsOf:
    """A projection's ``rows`` from a function that gives the rows of one stream at one day.

    ``key`` names the fields that tell the rows of one day apart and order them; without, there is one row at most, or
    the order in which they come does it. The function is asked on the days on which the state, an expectation or its
    outcome can change, and what it gives counts until the next: so it must not reckon with the day itself, as in
    "days overdue"; that is done when rows are asked for.
    """

    def with_slots(stream_day: StreamDay) -> Iterable[SlotRow]:
        for number, row in enumerate(rows(stream_day)):
            yield (
                "/".join(slot_of(getattr(row, name)) for name in key) if key else f"{number:06}" if number else "",
                row,
            )

    return lambda timeline: timeline.sweep(timeline.change_days, lambda day: with_slots(timeline.stream_day(day)))


def slot_of(value: Any) -> str:
    """A value as a part of a slot: numbers in their order and before text, nothing last."""
    if value is None:
        return "~"
    return f"{value:012}" if isinstance(value, int) else str(value)
