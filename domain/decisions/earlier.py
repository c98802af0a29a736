"""How earlier releases stored what somebody gives, where this release reads it otherwise.

The id of an entry is derived from what is stored. So whoever records an old dossier again would add its entries a
second time once a release has learnt to read a name, or would be refused. A decision therefore asks for the earlier
reading before it adds or refuses anything; nearly always there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from armsledger.domain.decisions.codes import AUTHORITY
from armsledger.domain.decisions.history import Context
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.events.expectation import Expected, What
from armsledger.domain.events.parties import party_fields
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.party import CodeLists, Party
from armsledger.domain.values.when import When


def earlier_fields(event: type[Statement], given: Mapping[str, Any], codes: CodeLists) -> dict[str, Any] | None:
    """Fields of which this release makes what earlier ones made of the given fields; None where nothing differs.

    Names of parties stay as they are given: an `EarlierContext` reads them.
    """
    changes: dict[str, Any] = {}
    if changes or any(codes.earlier(name) is not None for name in _names(event, given)):
        return {**given, **changes}
    return None


class EarlierCodes:
    """The code lists as earlier releases had them. What was recorded under them is taken as it is."""

    def __init__(self, codes: CodeLists) -> None:
        self._codes = codes

    def party(self, party: Party) -> Party:
        """The party as earlier releases stored it."""
        return self._codes.earlier(party) or self._codes.party(party)

    def earlier(self, party: Party) -> Party | None:
        """None: there is nothing before what was earlier."""
        return None

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


@cache
def _naming_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that hold parties, or fields of other events, which may."""
    nested = {Expected: ("what",), Corrected: ("set",)}.get(event, ())
    office = (AUTHORITY,) if AUTHORITY in event.model_fields else ()
    return (*party_fields(event), *office, *nested)


def _names(event: type[Statement], given: Mapping[str, Any]) -> Iterator[Party]:
    """The texts that may name parties."""
    for field in _naming_fields(event):
        value = given.get(field)
        if field == "what" and isinstance(value, str):
            try:
                value = What.model_validate(value)
            except ValueError:
                continue
        yield from _names_within(value)


def _names_within(value: Any) -> Iterator[Party]:
    """The texts in a list of parties, in what is expected, or in what a correction sets."""
    match value:
        case str():
            yield Party(value)
            if "," in value:  # a list of parties may be written as one text
                yield from map(Party, value.split(","))
        case What():
            yield from _names_within(value.selectors)
        case Mapping():
            for part in value.values():
                yield from _names_within(part)
        case list() | tuple():
            for part in value:
                yield from _names_within(part)
