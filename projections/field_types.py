"""What the fields of a row's class can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from armsledger.domain.values.money import Money
from armsledger.projections.codec import codec_of


def _kinds_of(row_type: type, field: str) -> frozenset[Any]:
    kinds = codec_of(row_type).types[field]
    if len(kinds) == 1 and get_origin(kinds[0]) is tuple:
        first, *more = get_args(kinds[0])
        return frozenset({first}) if more == [...] else frozenset({Any})
    return frozenset(kinds)


kinds_of: Final[Callable[[type, str], frozenset[Any]]] = cache(_kinds_of)
"""The types that a field, or each part of it, can have; without None."""


def has_parts(row_type: type, field: str) -> bool:
    """Whether a field holds several values."""
    return any(get_origin(kind) is tuple for kind in codec_of(row_type).types[field])


def is_money(row_type: type, field: str) -> bool:
    """Whether a field holds money, one amount or several."""
    return kinds_of(row_type, field) == {Money}


def _choices(row_type: type, field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_literals(get_type_hints(row_type)[field])))


choices: Final[Callable[[type, str], tuple[str, ...]]] = cache(_choices)
"""The words that a field can hold, where its type names them."""


def _literals(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        for part in get_args(hint):
            yield from _literals(part)
