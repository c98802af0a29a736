"""The fields of an event as questions: what each means, an example, its choices, and how its text is read.

All of it is made from the catalogue, as the options of the event's command are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args

from pydantic import ValidationError

from armsledger.application.codes import Codes
from armsledger.application.names.iso import country_name
from armsledger.cli.event_options import VALUES
from armsledger.cli.guide.question import Question, Reading, starting_with
from armsledger.cli.options import read_assignments, read_day_word
from armsledger.domain.decisions.codes import with_codes
from armsledger.domain.decisions.fields import field_reader, several_fields, unreadable, with_lists
from armsledger.domain.errors import UnreadableDossier, UnreadableValue, quoted
from armsledger.domain.events.link import StreamName
from armsledger.domain.events.statement import Statement, types_in
from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

EXAMPLES: dict[Any, str] = {
    Attribution: "Sergei Lavrov",
    Item: "S-400 Triumf",
    Money: "~USD 800m",
    Party: "IND",
    Quantity: "5 units",
    When: "2021-12-06",
}
"""Examples of types, for fields that have none of their own."""
SETTINGS = "set"
"""The field of a correction that sets others."""
CODES = Codes()


def takes_several(event: type[Statement], name: str) -> bool:
    """Whether a field is asked for again until nothing more is answered."""
    return name == SETTINGS or name in several_fields(event)


def types_of(event: type[Statement], name: str) -> tuple[Any, ...]:
    """The types that a field may have."""
    return tuple(types_in(event.model_fields[name].annotation))


def names_a_stream(event: type[Statement], name: str) -> bool:
    """Whether a field holds the name of a stream."""
    return any(mark in get_args(StreamName) for mark in event.model_fields[name].metadata)


def may_be_several(event: type[Statement], name: str) -> bool:
    """Whether a field takes one value or a list of them; it is asked for once."""
    types = types_of(event, name)
    return ... in types and not takes_several(event, name)


def choices_of(event: type[Statement], name: str) -> tuple[str, ...]:
    """The texts of a field that takes no others."""
    types = types_of(event, name)
    if bool in types:
        return ("yes", "no")
    return tuple(part for part in types if isinstance(part, str))


def hint_of(event: type[Statement], name: str) -> str:
    """What a field is, with its choices or an example."""
    description = event.model_fields[name].description or name
    choices = choices_of(event, name)
    if choices:
        return f"{description}: {', '.join(choices)}"
    example = _example_of(event, name)
    return f"{description}; such as {example}" if example and example not in description else description


def _example_of(event: type[Statement], name: str) -> str:
    if name == SETTINGS:
        return "amount=USD 850m"
    by_type = next((EXAMPLES[part] for part in types_of(event, name) if part in (Attribution, Item)), "")
    return (
        by_type or VALUES.get(name) or next((EXAMPLES[part] for part in types_of(event, name) if part in EXAMPLES), "")
    )


def field_question(
    event: type[Statement],
    name: str,
    read: Callable[[str], Reading],
    *,
    label: str = "",
    default: str = "",
    required: bool = False,
    note: str = "",
) -> Question:
    """The question for a field; its answer is None where it is left out, which a ``required`` one cannot be."""

    def read_or_leave_out(text: str) -> Reading:
        if text:
            return read(text)
        if required:
            raise UnreadableValue(f"{event.name} needs {name}", remedy=f"write {hint_of(event, name)}")
        return Reading(None)

    return Question(
        label or name,
        read_or_leave_out,
        hint=f"{hint_of(event, name)}{note}",
        default=default,
        help=lambda: help_of(event, name),
        complete=starting_with(choices_of(event, name)),
    )


def help_of(event: type[Statement], name: str) -> Iterable[str]:
    """What may be written in a field."""
    yield hint_of(event, name)
    types = types_of(event, name)
    if When in types:
        yield "a date as the source gives it: 2018, 2018-10, 2018-10-05; 2018-10~ (about), ../2018-10 (by then)"
        yield "2018-10/2019-03 (within these), today, yesterday"
    if Money in types:
        yield "an amount with its currency: USD 5bn, ~EUR 800m (about), EUR 6.5bn-7bn, up to USD 3bn, USD 2bn+"
    if Quantity in types:
        yield "a number and its unit: 5 units, ~20 aircraft (about), 20-24 aircraft, up to 50 missiles"
    if Party in types:
        yield "a state by its name or its code of three letters; for others a name of theirs; or unknown"
    if may_be_several(event, name):
        yield "several of them as a list in brackets, the leading one first"
    if Item in types:
        yield "its designation, or {designation: S-400 Triumf, description: SAM system}"
    if Attribution in types:
        yield "the name of the speaker, or {speaker: Sergei Lavrov, role: foreign minister}"


def read_field(event: type[Statement], name: str, text: str) -> Reading:
    """What a field's text is read as: the value to be recorded, which is the text as written where that will do.

    Raises UnreadableValue, and UnknownCode for a country or currency that no list has.
    """
    if name == SETTINGS:
        return Reading(read_assignments([text]))
    return read_value(event, name, _parts(event, name, text), text)


def read_value(event: type[Statement], name: str, given: Any, text: str) -> Reading:
    """The same of a text that was taken apart; an element stands for a list of one."""
    try:
        value = field_reader(event, name).validate_python(with_lists(event, {name: given})[name])
    except ValidationError as error:
        raise unreadable(error, event, within=name) from error
    coded = getattr(with_codes(event.model_construct(**{name: value}), CODES), name)
    return Reading(given, _shown(coded, text))


def _parts(event: type[Statement], name: str, text: str) -> Any:
    """The text; a day's word as a date; the flow form of YAML as lists and mappings."""
    if When in types_of(event, name):
        return read_day_word(text)
    if not text.startswith(("{", "[") if ... in types_of(event, name) else "{"):
        return text
    from armsledger.exchange.dossiers.yaml import read_yaml

    try:
        node = read_yaml(text, name)
    except UnreadableDossier as error:
        raise UnreadableValue(
            f"{quoted(text)} is no YAML: {error.message}", remedy=f"write {hint_of(event, name)}", field=name
        ) from error
    return text if node is None else node.value


def _shown(value: Any, text: str) -> str:
    """How a value was read, empty if the text says just that."""
    values = value if isinstance(value, tuple) else (value,)
    if any(isinstance(part, bool | None) for part in values):
        return ""
    shown = ", ".join(map(_in_words, values))
    return "" if shown == text.strip() else shown


def _in_words(value: Any) -> str:
    """A value as the ledger writes it; a state with its name, so that nobody takes AUT for Australia."""
    if isinstance(value, Party) and value.is_state:
        return f"{value} ({country_name(value)})"
    if isinstance(value, Party) and value.is_taken_as_organisation:
        return f"{value}, an organisation"
    if isinstance(value, Item) and value.quantity is not None:
        return f"{value}, {value.quantity}"
    return str(value)
