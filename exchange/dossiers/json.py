"""JSON read strictly: no number is rounded, and no key is given twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.limits import BRACKETS, DEPTH
from armsledger.exchange.input import storable_text

TOO_DEEP = (f"nested deeper than {DEPTH} levels", "an entry needs three or four levels")
SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes of a NUL or a surrogate, or a doubled backslash before ``u``, which only the decoded text tells apart."""
ONE_OBJECT_A_LINE = "write one whole JSON object on each line; name a file .json if its objects run over several lines"


class NotJson(InvalidValue):
    """A text that does not follow JSON's grammar."""


def read_json(text: str) -> Any:
    """The value of a JSON text: integers as int, other numbers as text. Raises InvalidValue."""
    brackets = text.count("[") + text.count("{")
    if brackets > BRACKETS:
        raise InvalidValue(f"more than {BRACKETS:,} brackets", "write one source or entry a line")
    value = _decoded(text)
    if brackets > DEPTH and _is_too_deep(value):
        raise InvalidValue(*TOO_DEEP)
    if "\\u" in text and SUSPECT_ESCAPE.search(text):
        _check_texts(value)
    return value


def _is_too_deep(value: Any) -> bool:
    """Whether lists and mappings are nested deeper than dossiers may be."""
    level = [value]
    for _ in range(DEPTH):
        level = [part for parent in level for part in _parts(parent)]
    return any(isinstance(part, dict | list) for part in level)


def _decoded(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]} (column {error.pos + 1})"
        raise NotJson(message, ONE_OBJECT_A_LINE) from error
    except RecursionError as error:
        raise InvalidValue(*TOO_DEEP) from error
    except InvalidValue:
        raise
    except ValueError as error:  # more figures than Python converts
        raise InvalidValue("an integer of thousands of figures", "write the number as a text") from error


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; refuses a key that is given twice."""
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        count = Counter(key for key, _ in pairs)
        twice = next(key for key in mapping if count[key] > 1)
        raise InvalidValue(f"the key {quoted(twice)} is given twice", "leave one of them out")
    return mapping


def _not_a_number(text: str) -> NoReturn:
    raise InvalidValue(f"{text} is not a number of JSON", "leave out what is not known")


def _check_texts(value: Any) -> None:
    """Refuse a NUL and half of a surrogate pair; JSON's decoder has joined the whole pairs."""
    for text in _texts(value):
        storable_text(text)


def _texts(value: Any) -> Iterator[str]:
    """All texts of a value, keys included."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += part
        waiting += _parts(part)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


_DECODER = json.JSONDecoder(object_pairs_hook=_mapping, parse_float=str, parse_constant=_not_a_number)
