"""Entities of FollowTheMoney (FtM) as lines of JSON, with identifiers and dates as FtM has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.values.party import UNKNOWN
from armsledger.domain.values.when import When

Entity = dict[str, Any]
"""``id``, ``schema``, and ``properties``, each a list of texts."""
PLAIN_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
QUALIFIERS: Final = "?~%"


def entity(schema: str, name: str, properties: Mapping[str, str | Iterable[str] | None]) -> Entity:
    """An entity of these properties, without empty ones."""
    lists = {name: _texts(value) for name, value in properties.items()}
    return {"id": name, "schema": schema, "properties": {name: texts for name, texts in lists.items() if texts}}


def _texts(value: str | Iterable[str] | None) -> list[str]:
    texts = [] if value is None else [value] if isinstance(value, str) else value
    return list(dict.fromkeys(text for text in texts if text))


def entity_id(kind: str, *parts: str) -> str:
    """An identifier that is the same for the same thing, in every export."""
    return f"armsledger-{kind}-{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"


def end_of(party: str | None) -> str | None:
    """The identifier of a party at an end of an edge; None for one whom nobody names."""
    return None if party is None or party == UNKNOWN else entity_id("party", party)


def proofs(occurrences: Iterable[Occurrence]) -> list[str]:
    """The identifiers of the sources that speak for some occurrences."""
    entries = (entry for occurrence in occurrences for entry in occurrence.entries)
    return [entity_id("source", entry.event.source) for entry in entries if entry.event.source is not None]


def fits(when: When) -> bool:
    """Whether FtM keeps a date as it is: a year, a month or a day, without qualifiers."""
    return PLAIN_DATE.fullmatch(when.text) is not None


def ftm_date(when: When | None) -> str | None:
    """The longest date of FtM that covers all days that a date allows; None if there is none.

    >>> ftm_date(When.parse("2021-11-08/2021-11-12"))
    '2021-11'
    """
    if when is None or when.earliest is None or when.latest is None:
        return None
    text = when.text.strip(QUALIFIERS)
    if PLAIN_DATE.fullmatch(text):
        return text
    first, last = when.earliest.isoformat(), when.latest.isoformat()
    return next((first[:length] for length in (10, 7, 4) if first[:length] == last[:length]), None)
