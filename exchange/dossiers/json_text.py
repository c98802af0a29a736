"""JSON objects from text, read strictly: nothing is rounded, and nothing is given twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from armsledger.domain.errors import UnreadableDossier
from armsledger.domain.values.quoted import quoted

# Text from bytes, which must be UTF-8 and nothing else.

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
"""What no text of a ledger holds: NUL, which databases refuse, and surrogates, which are not characters."""


def decoded(data: bytes, name: str, *, first_line: int = 1) -> str:
    """The text, with the byte order mark if there is one; raises UnreadableDossier with line and column."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode()) + 1
        is_utf16 = error.start == 0 and data.startswith(OTHER_ENCODINGS)
        what = "UTF-16" if is_utf16 else f"it has a byte 0x{data[error.start]:02x}"
        refusal = UnreadableDossier(f"not UTF-8: {what} (column {column})", remedy="save the file as UTF-8")
        raise refusal.at(f"{name}:{line}") from error


def whole(text: str) -> str:
    """The text with its surrogate pairs joined, as JSON writes them; raises ValueError for what is no text."""
    found = NOT_TEXT.search(text)
    if found is None:
        return text
    if "\0" in text:
        raise ValueError("a NUL character in a text")
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise ValueError(f"half of a surrogate pair (U+{ord(found[0]):04X}) in a text") from error


MAX_DEPTH = 32
MAX_PARTS = 250_000
"""Lists and mappings in one text; each takes a hundred times the memory of the two brackets it is written with."""
SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes of a NUL or a surrogate; a doubled backslash before them is no escape, which a closer look tells."""

ONE_OBJECT_A_LINE = "write one whole JSON object on each line; name a file .json if its objects run over several lines"


class JsonMistake(ValueError):
    """What is wrong with a JSON text, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class NotJson(JsonMistake):
    """The text does not follow JSON's grammar."""


def read_json(text: str) -> Any:
    """The value of a JSON text: integers as int, other numbers as text. Raises JsonMistake."""
    brackets = text.count("[") + text.count("{")
    if brackets > MAX_PARTS:
        raise JsonMistake(f"more than {MAX_PARTS:,} brackets", "write one source or entry a line")
    value = _decoded(text)
    if brackets > MAX_DEPTH and too_deep(value):
        raise JsonMistake(f"nested deeper than {MAX_DEPTH} levels", "an entry needs three or four levels")
    if "\\u" in text and SUSPECT_ESCAPE.search(text):
        _check_texts(value)
    return value


def too_deep(value: Any) -> bool:
    """Whether lists and mappings stand within each other in more levels than are read."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for parent in level for part in _parts(parent)]
    return any(isinstance(part, dict | list) for part in level)


def _decoded(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]} (column {error.pos + 1})"
        raise NotJson(message, ONE_OBJECT_A_LINE) from error
    except RecursionError as error:
        raise JsonMistake(f"nested deeper than {MAX_DEPTH} levels", "an entry needs three or four levels") from error
    except JsonMistake:
        raise
    except ValueError as error:  # more figures than Python converts
        raise JsonMistake("an integer of thousands of figures", "write the number as a text") from error


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; refuses a key that is given twice."""
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        count = Counter(key for key, _ in pairs)
        twice = next(key for key in mapping if count[key] > 1)
        raise JsonMistake(f"the key {quoted(twice)} is given twice", "leave one of them out")
    return mapping


def _not_a_number(text: str) -> NoReturn:
    raise JsonMistake(f"{text} is not a number of JSON", "leave out what is not known")


def _check_texts(value: Any) -> None:
    """Refuse what is no character in any text; JSON's decoder has joined the surrogate pairs."""
    for text in _texts(value):
        try:
            whole(text)
        except ValueError as error:
            raise JsonMistake(str(error), "write the character itself, or leave it out") from error


def _texts(value: Any) -> Iterator[str]:
    """All texts of a value, its keys included."""
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
