"""The fields of an event as questions: what each means, an example, its choices, and how its text is read.

All of it is made from the catalogue, as the options of the event's command are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from armsledger.application.codes import Codes
from armsledger.application.names.iso import country_name
from armsledger.application.recording.event_fields import (
    SETTINGS,
    choices_of,
    help_of,
    hint_of,
    types_of,
)
from armsledger.cli.guide.question import Question, Reading, starting_with
from armsledger.cli.options import read_assignments, read_day_word
from armsledger.domain.decisions.codes import with_codes
from armsledger.domain.decisions.fields import field_reader, unreadable, with_lists
from armsledger.domain.errors import UnreadableDossier, UnreadableValue, quoted
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.item import Item
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When

CODES = Codes()


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
