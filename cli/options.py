"""The options that commands share, and how their texts are read.

Commands that ask about a date and a belief date take `AsOf`; those that answer in several formats take `Output`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from armsledger.cli.address import ledger_address
from armsledger.cli.completion import complete_entry, complete_field, complete_stream

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger

DATE_FIELDS = frozenset(
    {"on", "asserted", "due", "effective", "planned", "published", "retrieved", "to", "until", "window"}
)
"""The fields of events that hold dates; ``to`` also holds parties, of which none is called today."""
Format = Literal["table", "json", "jsonl", "csv"]
KnownBy = Literal["recorded", "asserted"]


def option(flag: str, metavar: str, help: str, **more: Any) -> Any:
    """An option that takes a text; its help names the default, if there is one."""
    return typer.Option(flag, metavar=metavar, help=help, show_default=False, **more)


def open_ledger(ledger: str | ToRead | None) -> Ledger:
    """The ledger at an address, or as the options say that read it; what it needs is only loaded now."""
    from armsledger.cli.asked import AskedLedger

    asked = ledger if isinstance(ledger, ToRead) else ToRead(ledger)
    return AskedLedger(asked.ledger, wait_for=asked.wait_for)


LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="PATH",
        help="The path or URL of the ledger.",
        callback=ledger_address,
        show_default=False,
    ),
]


WaitForOption = Annotated[
    str | None,
    option("--wait-for", "ENTRY", "First wait for this entry, or position @123."),
]


class ToRead(NamedTuple):
    """The ledger that is read, and what it must have by then."""

    ledger: LedgerOption = None
    wait_for: WaitForOption = None


AtOption = Annotated[str | None, option("--at", "D", "State at the end of this day [default: today].")]
KnownOption = Annotated[
    str | None,
    option("--known", "K", "As known on this date, UTC time or position @123."),
]
KnownByOption = Annotated[
    KnownBy,
    typer.Option(
        "--known-by",
        metavar="AXIS",
        envvar="ARMSLEDGER_KNOWN_BY",
        help="K goes by when entries were 'recorded', or 'asserted' by their sources.",
    ),
]
AsRecordedOption = Annotated[
    str | None,
    option(
        "--as-recorded",
        "P",
        "By asserted date: as recorded by this position, date or time [default: now].",
    ),
]
OrderOption = Annotated[
    list[str] | None,
    option("--order-by", "FIELD", "By this field of the JSON, or -FIELD; repeatable.", autocompletion=complete_field),
]
WhereOption = Annotated[
    list[str] | None, option("--where", "FIELD=VALUE", "Only rows with this value. May be repeated.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


class BeliefDate(NamedTuple):
    """The belief date of a question."""

    known: KnownOption = None
    known_by: KnownByOption = "recorded"
    as_recorded: AsRecordedOption = None


class AsOf(NamedTuple):
    """The date of a question, and its belief date."""

    at: AtOption = None
    known: KnownOption = None
    known_by: KnownByOption = "recorded"
    as_recorded: AsRecordedOption = None


class AsSaid(NamedTuple):
    """The date of a picture, and its belief date, which goes by the days on which sources spoke if nothing else is
    said: a ledger that is filled in a day would have no history otherwise."""

    at: AtOption = None
    known: KnownOption = None
    known_by: KnownByOption = "asserted"
    as_recorded: AsRecordedOption = None


FormatOption = Annotated[Format, typer.Option("--format", metavar="FORMAT", help="table, json, jsonl or csv.")]
FormatJsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
NoPagerOption = Annotated[bool, typer.Option("--no-pager", help="Do not show a long answer in $PAGER.")]


class Output(NamedTuple):
    """The format of an answer."""

    format: FormatOption = "table"
    as_json: FormatJsonOption = False
    no_pager: NoPagerOption = False

    @property
    def chosen(self) -> Format:
        """The format that either option names."""
        return "json" if self.as_json else self.format

    @property
    def of_rows(self) -> RowsOutput:
        """The same for rows of which all are wanted."""
        return RowsOutput(format=self.chosen, no_pager=self.no_pager)


class RowsOutput(NamedTuple):
    """The format of an answer in rows, and which part of it is wanted."""

    columns: Annotated[
        list[str] | None,
        option("--columns", "A,B", "Only these fields of the JSON, in this order.", autocompletion=complete_field),
    ] = None
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", help="At most so many rows.", min=1)] = None
    wide: Annotated[
        bool,
        typer.Option("--wide", help="All of it, a line a field if it does not fit."),
    ] = False
    format: FormatOption = "table"
    as_json: FormatJsonOption = False
    no_pager: NoPagerOption = False

    @property
    def chosen(self) -> Format:
        """The format that either option names."""
        return "json" if self.as_json else self.format

    @property
    def names(self) -> list[str]:
        """The columns that are asked for; none is all."""
        return [
            name.strip().replace(" ", "_") for part in self.columns or () for name in part.split(",") if name.strip()
        ]


StreamArgument = Annotated[
    str, typer.Argument(metavar="STREAM", help="A stream, such as deal/india-s400.", autocompletion=complete_stream)
]
MaybeStreamArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[STREAM]",
        help="A stream, such as deal/india-s400 [default: all].",
        autocompletion=complete_stream,
        show_default=False,
    ),
]
EntryArgument = Annotated[
    str,
    typer.Argument(
        metavar="STREAM@VERSION", help="An entry, such as deal/india-s400@7.", autocompletion=complete_entry
    ),
]


FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")]


def read_assignments(pairs: Iterable[str]) -> dict[str, Any]:
    """``FIELD=VALUE`` texts; an empty value clears the field. Raises UsageError."""
    from armsledger.domain.errors import UsageError, quoted

    changes: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{quoted(pair)} sets no field", remedy="write FIELD=VALUE, such as on=2018-10-05")
        given = read_day_word(value) if name.strip() in DATE_FIELDS else value
        changes[name.strip()] = read_json(given) if value else None
    return changes


def read_day_word(text: str) -> str:
    """``today``, ``last month`` and the like as dates; other text as it is."""
    from armsledger.application.today import today
    from armsledger.domain.values.day_words import with_dates

    return with_dates(text, today())


def read_json(text: str) -> Any:
    """A JSON object, or a list of objects or of texts; other text as it is."""
    if not text.startswith(("{", "[{", '["')):
        return text
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError):  # no JSON, or too deep to be meant: the field says what it takes
        return text
