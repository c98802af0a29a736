"""Filters: which rows of a projection are wanted, decided exactly.

A filter is named for a field, and takes one value or several of which any will do. ``..._from`` and ``..._to`` ask for
a range. A row's class says which filters it has besides (`Row.FILTERS`). What no row can have is refused.
`armsledger.projections.filter_sql` asks a database for the same, or for more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.near import did_you_mean
from armsledger.projections.codec import codec_of
from armsledger.projections.field_types import choices, is_money, kinds_of
from armsledger.projections.ranges import MEASURED, NUMBERS, Range, number_of, range_of

FROM: Final = "_from"
TO: Final = "_to"
CURRENCY: Final = "currency"
TRUE: Final = frozenset({"true", "yes", "1"})
FALSE: Final = frozenset({"false", "no", "0"})
SINGULAR: Final = {"classes": "class", "participants": "participant", "parties": "party"}
"""What a filter of several parts looks for."""


class Looked(NamedTuple):
    """Where a filter looks that is not called as the one field that it looks in.

    ``words`` makes it a filter by yes or no: whether a field has one of them. ``among`` are the words that there are.
    ``contained`` keeps what holds the text, ``is_span`` says that two fields are the ends of one range.
    """

    fields: tuple[str, ...]
    words: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    contained: bool = False
    is_span: bool = False


class Exact(str):
    """A word that rows hold to the letter: a code, a key, one of a field's own words."""

    __slots__ = ()


class Words(NamedTuple):
    """Any of some words in any of some fields: to the letter (``exact``), or letters of either case alike (``folded``).

    ``contained`` keeps what holds one of them, ``wanted`` is False for what has none of them.
    ``is_free`` says that nothing but the rows tells which words there are.
    """

    name: str
    fields: tuple[str, ...]
    exact: frozenset[str]
    folded: tuple[str, ...] = ()
    contained: bool = False
    wanted: bool = True
    is_free: bool = False

    def fits(self, row: Any) -> bool:
        """Whether a row is wanted."""
        return any(self._holds(getattr(row, name)) for name in self.fields) is self.wanted

    def _holds(self, value: Any) -> bool:
        if type(value) is tuple:
            return any(map(self._holds, value))
        if value is None:
            return False
        text = value if type(value) is str else str(value)
        if text in self.exact:
            return True
        if not self.folded:
            return False
        text = text.casefold()
        return any(word in text for word in self.folded) if self.contained else text in self.folded


class Numbers(NamedTuple):
    """Any of some numbers, in any of some fields."""

    name: str
    fields: tuple[str, ...]
    numbers: frozenset[Any]

    def fits(self, row: Any) -> bool:
        """Whether a row is wanted."""
        return any(getattr(row, name) in self.numbers for name in self.fields)


class Currencies(NamedTuple):
    """Amounts in any of some currencies, in any of some fields."""

    name: str
    fields: tuple[str, ...]
    exact: frozenset[str]

    def fits(self, row: Any) -> bool:
        """Whether a row is wanted."""
        return any(part.currency in self.exact for name in self.fields for part in parts_of(getattr(row, name)))


Condition = Words | Numbers | Currencies | Range


def parts_of(value: Any) -> Sequence[Any]:
    """The parts of a value: of a tuple each, else the value itself; none where there is none."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def conditions(row_type: type[Any], filters: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The conditions that filters put on rows of a class. None is ignored. Raises UsageError."""
    given = {name: value for name, value in filters.items() if value is not None}
    currencies = words_of(given[CURRENCY]) if CURRENCY in given else ()
    found: dict[str, Condition] = {}
    for name, value in given.items():
        base = _ranged(row_type, name)
        if base is None:
            found[name] = _condition(row_type, name, value)
        elif base not in found:
            ends = given.get(base + FROM), given.get(base + TO)
            looked = looked_in(row_type, base)
            found[base] = range_of(row_type, base, looked.fields, ends, currencies, is_span=looked.is_span)
    return tuple(found.values())


def fitting(rows: Iterable[Any], conditions: Sequence[Condition]) -> Iterator[Any]:
    """The rows that all conditions want."""
    if len(conditions) == 1:
        return filter(conditions[0].fits, rows)
    return (row for row in rows if all(condition.fits(row) for condition in conditions))


# what a filter's name means


def looked_in(row_type: type[Any], name: str) -> Looked:
    """Where a filter looks; raises UsageError for one that rows do not have."""
    looked = _looked_in(row_type, name)
    if looked is None:
        raise UsageError(
            f"{row_type.__name__} has no field {name!r}",
            remedy=did_you_mean(name, filter_names(row_type))
            or f"its fields are {', '.join(codec_of(row_type).names)}",
        )
    return looked


def filter_names(row_type: type[Any]) -> list[str]:
    """The names of all filters that rows of a class have."""
    names = list(dict.fromkeys((*row_type.FILTERS, *codec_of(row_type).names)))
    ranged = [name for name in names if _is_ranged(row_type, name)]
    return [*names, *(name.removesuffix("_on") + end for name in ranged for end in (FROM, TO))]


def _looked_in(row_type: type[Any], name: str) -> Looked | None:
    """A field may be called without its ``_on``: ``signed``."""
    looked: Looked | None = row_type.FILTERS.get(name)
    if looked is not None:
        return looked
    fields = codec_of(row_type).indexes
    if name == CURRENCY and name not in fields:
        money = tuple(field for field in fields if is_money(row_type, field))
        return Looked(money) if money else None
    field = next((one for one in (name, f"{name}_on") if one in fields), None)
    return None if field is None else Looked((field,))


def _ranged(row_type: type[Any], name: str) -> str | None:
    """The name of what a filter asks for a range of; None if it asks for none."""
    if name in codec_of(row_type).indexes or name in row_type.FILTERS or not name.endswith((FROM, TO)):
        return None
    base = name.removesuffix(FROM).removesuffix(TO)
    return base if _is_ranged(row_type, base) else None


def _is_ranged(row_type: type[Any], name: str) -> bool:
    looked = _looked_in(row_type, name)
    return looked is not None and not looked.words and all(kinds_of(row_type, one) <= MEASURED for one in looked.fields)


# what a filter's words mean


def words_of(value: Any) -> tuple[Any, ...]:
    """The values of a filter: one, or several."""
    several = isinstance(value, list | tuple | set | frozenset)
    return tuple(value) if several else (value,)


def currency_of(filters: Mapping[str, Any]) -> str | None:
    """The one currency that filters name, in which amounts are ordered."""
    currencies = words_of(filters.get(CURRENCY) or ())
    return str(currencies[0]) if len(currencies) == 1 else None


def _condition(row_type: type[Any], name: str, value: Any) -> Condition:
    looked = looked_in(row_type, name)
    fields, values = looked.fields, words_of(value)
    kinds = {kind for field in fields for kind in kinds_of(row_type, field)}
    if looked.words:
        return Words(name, fields, frozenset(looked.words), wanted=_yes_or_no(name, value))
    if kinds == {bool}:
        return Words(name, fields, frozenset({str(_yes_or_no(name, one)) for one in values}))
    if name == CURRENCY and all(is_money(row_type, field) for field in fields):
        return Currencies(name, fields, frozenset(str(one).strip().upper() for one in values))
    if kinds <= NUMBERS:
        return Numbers(name, fields, frozenset(number_of(name, one) for one in values))
    among = looked.among or tuple(dict.fromkeys(word for field in fields for word in choices(row_type, field)))
    if among:
        return Words(name, fields, frozenset(word_of(name, one, among) for one in values))
    exact = frozenset(str(one) for one in values if isinstance(one, Exact))
    texts = tuple(_text(name, one) for one in values if not isinstance(one, Exact))
    return Words(name, fields, exact, texts, looked.contained, is_free=True)


def word_of(name: str, value: Any, words: Sequence[str]) -> str:
    """One of the words of a field, however it is spelled; raises UsageError."""
    folded = str(value).strip().casefold()
    for spelling in (folded, folded.replace(" ", "-").replace("_", "-")):
        for word in words:
            if word.casefold() == spelling:
                return word
    raise UsageError(
        f"{quoted(value)} is no {SINGULAR.get(name, name).replace('_', ' ')}",
        remedy=did_you_mean(str(value), words) or f"write one of {', '.join(words)}",
    )


def _text(name: str, value: Any) -> str:
    text = str(value).strip().casefold()
    if not text:
        raise UsageError(f"the filter {name} is empty", remedy="leave it out, or name what to look for")
    return text


def _yes_or_no(name: str, value: Any) -> bool:
    word = str(value).strip().casefold()
    if word not in TRUE | FALSE:
        raise UsageError(f"{name} cannot be {quoted(value)}", remedy="write true or false")
    return word in TRUE
