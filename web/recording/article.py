"""What the page "Record an article" holds: the text, its source, and the entries written so far.

The page carries all of it; the server keeps nothing between two requests. The ledger keeps quotes, and of the text at
most its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.source import Registered
from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.web.recording.written import (
    FIELDS,
    Pairs,
    Written,
    from_json,
    object_in,
    sent,
    text_of,
    to_json,
    values_from_json,
)

SOURCE: Final = "s."
"""What the names of the inputs of the source begin with."""
MOST_ENTRIES: Final = 500
NOTHING: Final = Written()
NO_SOURCE: Final = Written("source", "", Registered.name)


@dataclass(frozen=True)
class Article:
    """A text, its source, and the entries; ``under_way`` is the number of the one whose fields the page shows.

    ``blank`` is the stream and the event of the fields that are shown where no entry is under way. ``keeps_digest``
    says that the SHA-256 of the text is to be recorded with the source.
    """

    text: str = ""
    source: Written = NO_SOURCE
    keeps_digest: bool = False
    entries: tuple[Written, ...] = ()
    under_way: int | None = None
    blank: Written = NOTHING

    @property
    def shown(self) -> Written:
        """The entry whose fields the page shows."""
        return self.blank if self.under_way is None else self.entries[self.under_way]

    @property
    def others(self) -> Iterator[tuple[int, Written]]:
        """The other entries, with their numbers."""
        return ((number, one) for number, one in enumerate(self.entries) if number != self.under_way)

    @property
    def digest(self) -> str:
        """The SHA-256 of the text in UTF-8, with a line feed at the end of each line."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def describes_source(self) -> bool:
        """Whether something is said of the source besides its key, so that it is to be registered."""
        return not self.source.is_blank or self.keeps_digest

    def objects(self, today: date) -> list[dict[str, Any]]:
        """The entries as objects of a dossier, and behind them the source, if something is said of it."""
        shared = {"source": self.source.key} if self.source.key else {}
        entries = [one.as_object(today, **(shared if one.kind != "source" else {})) for one in self.entries]
        if not self.describes_source:
            return entries
        digest = {"sha256": self.digest} if self.keeps_digest else {}
        return [*entries, {**self.source.as_object(today), **digest}]

    # What somebody does with the entries.

    def edited(self, number: int) -> Article:
        """The same with the fields of another entry shown."""
        if number not in range(len(self.entries)):
            return self
        return replace(self, under_way=number)

    def removed(self, number: int) -> Article:
        """The same without an entry."""
        left = tuple(one for at, one in enumerate(self.entries) if at != number)
        under_way = self.under_way
        if under_way is not None:
            under_way = None if under_way == number else under_way - (number < under_way)
        return replace(self, entries=left, under_way=under_way)

    def added(self) -> Article:
        """The same with the fields of a new entry in the same stream shown."""
        shown = self.shown
        return replace(self, under_way=None, blank=Written(shown.kind, shown.key))

    def carried(self) -> str:
        """The entries that no input shows, as JSON, with the place of the one under way."""
        return json.dumps({"at": self.under_way, "entries": [to_json(one) for _, one in self.others]})


def article_sent(pairs: Pairs) -> Article:
    """The page that a form sent."""
    text = text_of(pairs, "article")
    source = Written("source", pairs.get("source", "").strip(), Registered.name)
    source = source.with_values(sent(pairs, source.fields, SOURCE))
    others, at = _carried(pairs.get("carried", ""))
    shown = entry_sent(pairs)
    article = Article(text, source, "digest" in pairs, tuple(others))
    if shown.is_blank:
        return replace(article, blank=shown)
    place = len(others) if at is None else min(at, len(others))
    entries = (*others[:place], shown, *others[place:])
    return replace(article, entries=entries, under_way=place)


def entry_sent(pairs: Pairs) -> Written:
    """The entry whose fields a form showed; another event may be chosen now, and what was typed then is kept."""
    before = told_by(pairs.get("tells_shown", ""))
    now = told_by(pairs.get("tells", "")) if "tells" in pairs else before
    key = pairs.get("key", "").strip().removeprefix(f"{now.kind}/")
    kept = values_from_json(now.kind, object_in(pairs.get("kept", "")))
    emptied = {one.name for one in before.fields}
    values = {name: value for name, value in kept.items() if name not in emptied}
    return Written(now.kind, key, now.event, values | sent(pairs, before.fields, FIELDS))


def told_by(text: str) -> Written:
    """A kind of stream and an event, ``deal/contract-signed``; of a deal, and without an event, for anything else."""
    kind, _, event = text.partition("/")
    known = kind in KINDS and event in CATALOGUE.by_kind[cast("StreamKind", kind)]
    return Written(cast("StreamKind", kind), event=event) if known else NOTHING


def kept_aside(written: Written) -> str:
    """What was typed in fields that the event does not have, as JSON."""
    names = {one.name for one in written.fields}
    return json.dumps({name: value for name, value in written.values.items() if name not in names})


def _carried(text: str) -> tuple[list[Written], int | None]:
    carried = object_in(text)
    entries: Any = carried.get("entries")
    others = _entries(entries if isinstance(entries, list) else [])
    at = carried.get("at")
    return list(others)[:MOST_ENTRIES], at if isinstance(at, int) and not isinstance(at, bool) and at >= 0 else None


def _entries(values: Iterable[Any]) -> Iterator[Written]:
    for value in values:
        written = from_json(value)
        if written is not None:
            yield written
