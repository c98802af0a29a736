"""The filters of a command that lists rows: an option for each argument of the method that answers it.

`armsledger.application.tables` declares them. They are looked at when somebody asks for the command.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, get_args

import typer

from armsledger.cli.command import FILTER, parameter
from armsledger.cli.completion import Complete, complete_country, complete_kept, complete_key, complete_stream, one_of
from armsledger.cli.options import read_assignments, read_day_word
from armsledger.domain.values.words import Relation, Severity

FLAGS: Final = {"classes": "--class", "format": "--format-of"}
"""Options that are called otherwise than the argument: one class of several; ``--format`` is that of the answer."""
ENDS: Final = ("_from", "_to")
FEW: Final = 12
LONGEST_METAVAR: Final = 40
"""So many words are listed in the help."""
HELP: Final = {
    "supplier": "Only this supplier, by code or name.",
    "buyer": "Only this buyer, by code or name.",
    "item": "Only items whose designation holds this text.",
    "open": "Only what belongs to a signed or delivering deal.",
    "overdue": "Only what is overdue, in whole or in part.",
    "late": "Only what is late.",
    "certain": "Only what is certain.",
    "currency": "Only this currency.",
    "title": "Only titles that hold this text.",
    "what": "Only what holds this text, such as delivered.",
    "column": "Only this column of the register, such as delivered; or plan, the window of planned delivery.",
    "classes": "Only this class: value, flag, comment, vocabulary, duplicate, plan, new, vanished, reappeared.",
    "direction": "Only what went up or down (numbers, volumes), later or earlier (years, plans).",
    "release": "Only this release, by its key as a source or its day.",
}
COUNTED: Final = {
    "change": "a number or volume; what went down is less than 0",
    "slip": "days, or years of a register",
    "days": "days from the trigger to the consequence",
}
WORDS: Final = {"relation": get_args(Relation), "severity": get_args(Severity)}
"""The words of filters of tables that the view derives."""
PARTIES: Final = frozenset({"against", "buyer", "by", "participants", "parties", "payee", "payer", "supplier"})
HELD: Final = frozenset({"item", "title"})
"""Filters by a part of a text, of which there are too many to choose from."""
KEYS: Final = frozenset({"deal", "engagement", "framework", "source"})


def filter_options(table: str) -> Iterator[inspect.Parameter]:
    """The options of a table's filters, as parameters of its command."""
    for name, kind in _declared(table).items():
        flag = FLAGS.get(name, f"--{name.replace('_', '-')}")
        if kind == "YesNo":
            yield parameter(FILTER + name, Annotated[bool, typer.Option(flag, help=HELP[name])], False)
        elif name.endswith(ENDS):
            option = typer.Option(flag, metavar=kind.upper(), help=_help_of_end(name, kind), show_default=False)
            yield parameter(FILTER + name, Annotated[str | None, option], None)
        else:
            yield parameter(FILTER + name, Annotated[list[str] | None, _option_of_words(table, name, flag)], None)


def _option_of_words(table: str, name: str, flag: str) -> Any:
    words = _words(table, name)
    complete: Complete | None = one_of(words) if words else None
    if name in PARTIES:
        complete = complete_country
    elif name in KEYS:
        complete = complete_key(name)
    elif name == "stream":
        complete = complete_stream
    elif complete is None and name not in HELD:
        complete = complete_kept(table, name)
    word = flag.removeprefix("--").removesuffix("-of")
    listed = f": {', '.join(words)}" if 0 < len(words) <= FEW else ""
    help = HELP.get(name, f"Only this {word.replace('-', ' ')}{listed}.")
    taken = "|".join(words)
    metavar = taken if 0 < len(taken) <= LONGEST_METAVAR else word.upper()
    return typer.Option(flag, metavar=metavar, help=help, show_default=False, autocompletion=complete)


def filters_given(table: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that somebody gave, as arguments of the table's method."""
    filters: dict[str, Any] = {}
    for name, kind in _declared(table).items():
        value = options[FILTER + name]
        if value or value == "":
            filters[name] = read_day_word(value) if kind == "Day" else value
    return filters


def fields_asked(row_type: type[Any], names: Iterable[str]) -> list[str]:
    """The fields that filters and orders ask about, of which nobody wants to do without."""
    from armsledger.projections.filtering import CURRENCY, filter_names, looked_in

    bases = (name.removeprefix("-").removesuffix("_from").removesuffix("_to") for name in names)
    own = [base for base in bases if base != CURRENCY and base in filter_names(row_type)]
    return [field for base in own for field in looked_in(row_type, base).fields]


def filters_where(pairs: Iterable[str]) -> dict[str, Any]:
    """``FIELD=VALUE`` texts as filters; a field that is repeated may have either value. Raises UsageError."""
    from armsledger.domain.errors import UsageError

    filters: dict[str, list[Any]] = {}
    for pair in pairs:
        for name, value in read_assignments([pair]).items():
            if value is None:
                raise UsageError(f"--where {name}= names no value", remedy="write FIELD=VALUE, such as buyer=IND")
            filters.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in filters.items()}


def _declared(table: str) -> Mapping[str, str]:
    from armsledger.application.tables import Tables, filters_of

    if hasattr(Tables, table):
        return filters_of(Tables, table)
    from armsledger.application.view import View  # which loads what derived tables are made of

    return filters_of(View, table)


def _help_of_end(name: str, kind: str) -> str:
    base, _, end = name.rpartition("_")
    what = base.replace("_", " ").capitalize()
    if kind == "Day":
        return f"{what} {'on this day or later' if end == 'from' else 'by this day'}, as far as the dates tell."
    like = ", such as 'USD 1bn'" if kind == "Amount" else f" ({COUNTED[base]})" if base in COUNTED else ""
    return f"{what} at {'least' if end == 'from' else 'most'} this{like}."


def _words(table: str, name: str) -> tuple[str, ...]:
    """The words that a filter takes, if there are only some."""
    from armsledger.application.tables import Tables, words_of_filter

    return words_of_filter(table, name) if hasattr(Tables, table) else WORDS.get(name, ())
