"""How earlier releases stored what somebody gives, where this release reads it otherwise.

The id of an entry is derived from what is stored. So whoever records an old dossier again would add its entries a
second time once a release has learnt to read a name, or would be refused. A decision therefore asks for the earlier
reading before it adds or refuses anything; nearly always there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache, lru_cache
from typing import Any

from pydantic import ValidationError

from armsledger.domain.decisions.codes import AUTHORITY
from armsledger.domain.decisions.history import Context
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import InvalidValue
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import Expected, What
from armsledger.domain.events.parties import party_fields
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.party import CodeLists, Party
from armsledger.domain.values.quantity import FORM, Quantity, is_misread
from armsledger.domain.values.when import When

QUANTITY = "quantity"
_HOLD_QUANTITIES = (QUANTITY, "items", "what", "set")
"""The fields that hold quantities, and those of which a part may."""


def earlier_fields(event: type[Statement], given: Mapping[str, Any], codes: CodeLists) -> dict[str, Any] | None:
    """Fields of which this release makes what earlier ones made of the given fields; None where nothing differs.

    Names of parties stay as they are given: an `EarlierContext` reads them.
    """
    changes = earlier_quantities(given)
    if changes or _names_differ(event, given, codes):
        return {**given, **changes}
    return None


def earlier_quantities(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with quantities that earlier releases read otherwise, and what these made of them.

    They took all words behind a number for its unit, so that ``5 to 6`` was five of "to 6". Dates and amounts of money
    that are now read in words were refused, and what was read stays the same, but for ``EUR 1.250``, which is refused.
    """
    changes: dict[str, Any] = {}
    for name in _HOLD_QUANTITIES:
        value = given.get(name)
        if value is not None:
            before = _earlier_quantity(value) if name == QUANTITY else _with_earlier_quantities(value)
            if before is not None:
                changes[name] = before
    return changes


def _with_earlier_quantities(value: Any) -> Any:
    """What is expected, what a correction sets, or lines of an order, as earlier releases read it; None if no other."""
    match value:
        case str():
            what = value if f"{QUANTITY}=" in value else ""
            return _with_earlier_quantities(_expected(what)) if what else None
        case What():
            return _with_earlier_quantities({"event": value.event, **value.selectors})
        case Mapping():
            changes = earlier_quantities(value)
            return {**value, **changes} if changes else None
        case list() | tuple():
            parts = [_with_earlier_quantities(part) for part in value]
            if any(part is not None for part in parts):
                return [one if part is None else part for one, part in zip(value, parts, strict=True)]
    return None


def _expected(text: str) -> What | None:
    try:
        return What.model_validate(text)
    except ValidationError:
        return None


def _earlier_quantity(value: Any) -> dict[str, Any] | None:
    """The parts of a quantity as earlier releases read it; None where this release reads the same."""
    if not isinstance(value, str) or not _is_read_otherwise(value):
        return None
    try:
        return vars(Quantity.parse(value)).copy()
    except InvalidValue:
        return None


@lru_cache(maxsize=4096)
def _is_read_otherwise(text: str) -> bool:
    """Whether earlier releases took words of the number for the unit; remembered, as texts of quantities repeat."""
    match = FORM.fullmatch(text.strip())
    return match is not None and is_misread(match["unit"])


class EarlierCodes:
    """The code lists as earlier releases had them. What was recorded under them is taken as it is."""

    def __init__(self, codes: CodeLists) -> None:
        self._codes = codes

    def party(self, party: Party) -> Party:
        """The party as earlier releases stored it."""
        return self._codes.earlier(str(party)) or self._codes.party(party)

    def earlier(self, name: str) -> Party | None:
        """None: there is nothing before what was earlier."""
        return None

    def check_designation(self, name: str) -> None:
        """Refuse nothing."""

    def check_currency(self, code: str) -> None:
        """Refuse a code that no currency has or had."""
        self._codes.check_currency(code)


class EarlierContext:
    """What a decision asks of the world, with the code lists of earlier releases."""

    def __init__(self, context: Context) -> None:
        self.today: date = context.today
        self.codes: CodeLists = EarlierCodes(context.codes)
        self._context = context

    def published(self, source: str) -> When | None:
        """When a source was published."""
        return self._context.published(source)

    def entry_of(self, entry_id: str) -> Entry | Draft | None:
        """The entry of any stream that has this id."""
        return self._context.entry_of(entry_id)

    def has_stream(self, stream: str) -> bool:
        """Whether the ledger holds a stream."""
        return self._context.has_stream(stream)


@cache
def _naming_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that hold parties, or fields of other events, which may."""
    nested = {Expected: ("what",), Corrected: ("set",)}.get(event, ())
    office = (AUTHORITY,) if AUTHORITY in event.model_fields else ()
    return (*party_fields(event), *office, *nested)


@cache
def _all_naming_fields() -> frozenset[str]:
    """Those of all events: a correction tells none of which event it corrects."""
    return frozenset(name for event in CATALOGUE.by_stored_name.values() for name in _naming_fields(event))


def _names_differ(event: type[Statement], given: Mapping[str, Any], codes: CodeLists) -> bool:
    """Whether earlier releases stored a name among the given fields otherwise."""
    for field in _naming_fields(event):
        value = given.get(field)
        if field == "set" and isinstance(value, Mapping):
            value = {name: part for name, part in value.items() if name in _all_naming_fields()}
        if value is None:
            continue
        if isinstance(value, str) and field != "what":
            if codes.earlier(value) is not None:
                return True
        elif any(codes.earlier(name) is not None for name in _texts_within(field, value)):
            return True
    return False


def _texts_within(field: str, value: Any) -> Iterator[str]:
    """The texts in a list of parties, in what is expected, or in what a correction sets."""
    if field == "what":
        with suppress(ValueError):  # what cannot be read names nobody
            value = What.model_validate(value).selectors
    match value:
        case str():
            yield value
            if "," in value:  # a list of parties may be written as one text
                yield from value.split(",")
        case Mapping():
            for part in value.values():
                yield from _texts_within("", part)
        case list() | tuple():
            for part in value:
                yield from _texts_within("", part)
