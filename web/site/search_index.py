"""The index for search in a site: scripts that set variables, which a browser loads from a folder as from a server.

What is found is told in chunks of documents; words are in files by their first two letters. So a search loads a few
small files, however large the site is.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from armsledger.application.pictures.overview import Overview, buyers_of, suppliers_of
from armsledger.application.stream_names import OF_REGISTERS
from armsledger.domain.beliefs.belief import known_entries
from armsledger.domain.events.payload import fields_of
from armsledger.domain.values.party import Party
from armsledger.projections.search.texts import texts_of
from armsledger.web.glance.other_decks import meeting_title
from armsledger.web.phrases import deal_name, parties_of
from armsledger.web.site.paths import page_path, stream_path
from armsledger.web.words import party_words, when_words

INDEX_FOLDER: Final = "search/"
CHUNK: Final = 500
"""Documents in one file."""
LETTERS: Final = 2
WORD: Final = re.compile(r"[^\W_]+")
UNSAID: Final = frozenset({"and", "of", "the", "to", "in", "for"})
REGISTER: Final = "sipri"
"""Begins the keys of deals that a register lists, of which there are too many to be found by it."""


class Document(NamedTuple):
    """A page that search finds: its path, its title, a line below it, and the words by which it is found."""

    path: str
    title: str
    below: str
    words: frozenset[str]


def index_files(overview: Overview) -> Iterator[tuple[str, str]]:
    """The files of the index by their paths: documents, then words."""
    documents = list(_documents(overview))
    for start in range(0, len(documents), CHUNK):
        told = [[one.path, one.title, one.below] for one in documents[start : start + CHUNK]]
        yield f"{INDEX_FOLDER}pages-{start // CHUNK}.js", _script("pages", start // CHUNK, told)
    parts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, document in enumerate(documents):
        for word in document.words:
            parts[part_of(word)][word].append(number)
    for part in sorted(parts):
        words = {word: _steps(numbers) for word, numbers in sorted(parts[part].items())}
        yield f"{INDEX_FOLDER}words-{part}.js", _script("words", part, words)
    yield f"{INDEX_FOLDER}parts.js", _script("parts", "", sorted(parts))


def words_of(*texts: str | None) -> frozenset[str]:
    """The words of some texts, without accents and capitals. `search.js` cuts what is asked in the same way."""
    found: set[str] = set()
    for text in texts:
        if text:
            plain = unicodedata.normalize("NFKD", text)
            found.update(WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).lower()))
    return frozenset(found) - UNSAID


def part_of(word: str) -> str:
    """The file of a word: its first two letters; of other alphabets the number of the first one."""
    start = word[:LETTERS]
    return start if start.isascii() else f"u{ord(word[0]):x}"


def _steps(numbers: list[int]) -> list[int]:
    """Numbers as the steps between them, which are shorter."""
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


def _script(kind: str, name: str | int, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"(armsledger.{kind}=armsledger.{kind}||{{}})[{json.dumps(name)}]={text};\n"


def _said(overview: Overview) -> dict[str, frozenset[str]]:
    """The words of what the entries of each stream say, quotes and notes among them; names of persons are left out.

    A page shows what was retracted, so it is found by that, too. What rows of registers say would make an index that is
    many times as large: their deals are found by their names.
    """
    question, reader = overview.view.question, overview.view.reader
    streams = [name for name in sorted(overview.streams) if OF_REGISTERS not in name]
    said: dict[str, frozenset[str]] = {}
    for start in range(0, len(streams), CHUNK):
        entries = reader.several(streams[start : start + CHUNK], upto=question.position)
        for stream, those in entries.items():
            words: set[str] = set()
            for entry in known_entries(those, question.cut):
                texts = (text.text for text in texts_of(fields_of(entry.event)))
                words |= words_of(entry.event.name.replace("-", " "), *texts)
            said[stream] = frozenset(words)
    return said


def _documents(overview: Overview) -> Iterator[Document]:
    """What can be found: parties, then deals in force, other deals, meetings, frameworks and sources."""
    said = _said(overview)
    for party in overview.parties:
        name = party_words(party)
        yield Document(page_path(f"country/{party}"), name, "supplier or buyer", words_of(name, party))
    in_force = {row.deal for row in overview.in_force}
    for row in sorted(overview.deals, key=lambda one: one.deal not in in_force):
        yield _deal(row, said.get(f"deal/{row.deal}", frozenset()))
    for meeting in overview.engagements:
        below = ", ".join(
            part
            for part in (meeting.series or meeting.format, meeting.place, _when(meeting.held_on or meeting.expected))
            if part
        )
        found = words_of(
            meeting.engagement, meeting.series, meeting.place, meeting.format, *_names(meeting.participants)
        )
        stream = f"engagement/{meeting.engagement}"
        named = meeting_title(meeting.series, meeting.edition, meeting.format, map(Party.stored, meeting.participants))
        title = named or meeting.engagement
        yield Document(stream_path(stream), title, f"meeting: {below}", found | said.get(stream, frozenset()))
    for framework in overview.frameworks:
        title = framework.title or framework.framework
        found = words_of(framework.framework, framework.title, *_names(framework.parties))
        stream = f"framework/{framework.framework}"
        yield Document(stream_path(stream), title, "framework", found | said.get(stream, frozenset()))
    for source in overview.sources:
        title = source.title or source.source
        below = ", ".join(part for part in (source.publisher, _when(source.published)) if part)
        found = words_of(source.source, source.title, source.publisher)
        yield Document(stream_path(f"source/{source.source}"), title, f"source: {below}", found)


def _deal(row: Any, said: frozenset[str]) -> Document:
    signed = _when(row.signed_on)
    below = ", ".join(part for part in (parties_of(row), row.stage, signed) if part)
    parties = (*suppliers_of(row), *buyers_of(row))
    words = words_of(row.deal) - {REGISTER} | words_of(row.title, *row.items, *_names(parties), *parties, signed)
    return Document(stream_path(f"deal/{row.deal}"), deal_name(row), below, words | said)


def _names(parties: Iterable[str]) -> Iterator[str]:
    return map(party_words, parties)


def _when(when: Any) -> str:
    return "" if when is None else when_words(when)
