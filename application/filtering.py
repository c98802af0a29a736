"""Reading the filters of a question: countries by code or name, streams by their keys, words by what the ledger holds.

What is plainly unknown is refused at once. Whether a ledger has ever held a code, a source or a free word is only
looked up where no row of the answer has it: an answer with rows costs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from armsledger.application.names.filters import PARTIES, check_code, party_filter
from armsledger.application.stream_names import stream_named
from armsledger.domain.errors import InvalidValue, UsageError, quoted
from armsledger.domain.near import did_you_mean
from armsledger.domain.values.stream import KINDS
from armsledger.projections.codec import codec_of
from armsledger.projections.filtering import (
    CURRENCY,
    Condition,
    Currencies,
    Exact,
    Words,
    conditions,
    fitting,
    word_of,
    words_of,
)
from armsledger.projections.kept_words import has_kept, kept_words
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row, Rows
from armsledger.projections.tables import citing_streams
from armsledger.storage.reader import JournalReader

R = TypeVar("R", bound=Row)
SOURCE: Final = "source"
STREAM: Final = "stream"
RELEASE: Final = "release"
REGISTER: Final = "sipri-"
"""Begins the keys of the releases of a register; their day follows."""
FEW: Final = 12
"""So many words are listed where none is near."""


class Filters(NamedTuple):
    """What a question asks of rows, and the streams that they have to be of; None for all."""

    conditions: tuple[Condition, ...] = ()
    streams: tuple[str, ...] | None = None


NO_FILTERS: Final = Filters()


def read_filters(
    reader: JournalReader, row_type: type[Row], filters: Mapping[str, Any], kinds: Sequence[str] = ()
) -> Filters:
    """The filters of a question on rows of a class, which are of streams of some ``kinds``; raises UsageError."""
    names = codec_of(row_type).indexes
    read: dict[str, Any] = {}
    streams: tuple[str, ...] | None = None
    for given, value in filters.items():
        if value is None:
            continue
        name: str = given
        words: Sequence[Any] = words_of(value)
        if given in KINDS and given not in names and STREAM in names:
            name = STREAM
        if name in PARTIES and name in names:
            read[name] = [_party(word) for word in words]
        elif name == STREAM and name in names:
            found = [stream_named(reader, str(word), None if given == STREAM else given) for word in words]
            streams = _both(streams, found)
            read[name] = [Exact(stream) for stream in _both(read.get(name), found)]
        elif name in KINDS and name in names and name != SOURCE:
            found = [stream_named(reader, str(word), name) for word in words]
            read[name] = [Exact(stream.partition("/")[2]) for stream in found]
            if kinds == (name,):
                streams = _both(streams, found)
        elif name == SOURCE and (name in names or name in row_type.FILTERS):
            read[name] = [Exact(str(word).removeprefix(f"{SOURCE}/")) for word in words]
        else:
            read[name] = value
    return Filters(conditions(row_type, read), streams)


def _both(streams: Sequence[str] | None, others: Sequence[str]) -> tuple[str, ...]:
    return tuple(others) if streams is None else tuple(stream for stream in streams if stream in others)


def wanted(
    reader: JournalReader, rows: Rows[R], filters: Mapping[str, Any], projection: Projection | None = None
) -> Rows[R]:
    """The rows that filters keep of an answer that is made of a projection's rows, or of none's; raises UsageError."""
    if not (read := read_filters(reader, rows.row_type, filters)).conditions:
        return rows
    kept = Rows(rows.row_type, fitting(rows, read.conditions))
    check_words(reader, projection, read.conditions, kept)
    return kept


# parties and events


def _party(word: Any) -> str:
    try:
        return party_filter(str(word))
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error


def event_names(given: Any) -> list[str] | None:
    """Names of events of the catalogue; raises UsageError for others."""
    if given is None:
        return None
    from armsledger.domain.events.catalogue import CATALOGUE, OF_THE_LEDGER

    proposed = (name for events in CATALOGUE.by_kind.values() for name in events)
    names = list(dict.fromkeys((*proposed, *(event.name for event in OF_THE_LEDGER.values()))))
    return [word_of("event", word, names) for word in words_of(given)]


# what no row of an answer has


def check_words(
    reader: JournalReader, projection: Projection | None, asked: Iterable[Condition], rows: Sequence[Any]
) -> None:
    """Refuse words that the ledger has never held; raises UsageError. ``rows`` are the answer."""
    for condition in asked:
        for word, alone in _each_word(condition):
            if not any(map(alone.fits, rows)):
                _check_word(reader, projection, alone, word)


def _each_word(condition: Condition) -> Iterator[tuple[str, Words | Currencies]]:
    """The words of a condition that may be unknown, each as a condition of its own."""
    if isinstance(condition, Currencies):
        for word in condition.exact:
            yield word, condition._replace(exact=frozenset({word}))
    elif isinstance(condition, Words) and condition.is_free:
        for word in condition.exact:
            yield word, condition._replace(exact=frozenset({word}), folded=())
        for word in condition.folded:
            yield word, condition._replace(exact=frozenset(), folded=(word,))


def _check_word(reader: JournalReader, projection: Projection | None, alone: Words | Currencies, word: str) -> None:
    name = alone.name
    if name in PARTIES and isinstance(alone, Words) and alone.exact:
        check_code(word)
    elif name == CURRENCY:
        from armsledger.application.codes import Codes

        try:
            Codes().check_currency(word.upper())
        except InvalidValue as error:
            raise UsageError(error.message, remedy=error.remedy) from error
    elif name == SOURCE:
        _check_source(reader, word)
    elif name == RELEASE and any(key in (word, f"{REGISTER}{word}") for key in _sources(reader)):
        return  # the first release changed nothing
    elif isinstance(alone, Words) and alone.folded and projection is not None:
        _check_free_word(reader, projection, alone, word)


def _check_source(reader: JournalReader, key: str) -> None:
    if reader.version_of(f"{SOURCE}/{key}") > 0 or citing_streams(reader, [key]):
        return
    remedy = did_you_mean(key, _sources(reader)) or "'armsledger sources' lists those there are"
    raise UsageError(f"no source {key}", remedy=remedy)


def _sources(reader: JournalReader) -> list[str]:
    """The keys of all sources that are registered."""
    return [stream.partition("/")[2] for stream in reader.streams(SOURCE)]


def _check_free_word(reader: JournalReader, projection: Projection, alone: Words, word: str) -> None:
    """Refuse a word that no row of a table ever had, if the table has rows and can tell."""
    if has_kept(reader, projection, alone) is not False:
        return
    words = sorted({text for field in alone.fields for text in kept_words(reader, projection, field)})
    listed = f"there are {', '.join(words)}" if 0 < len(words) <= FEW else ""
    verb = "holds" if alone.contained else "is"
    raise UsageError(
        f"no {alone.name.replace('_', ' ')} of {projection.name} {verb} {quoted(word)}",
        remedy=did_you_mean(word, words) or listed or f"'armsledger rows {projection.name}' lists those there are",
    )
