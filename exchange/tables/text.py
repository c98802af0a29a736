"""Tables as text: comma-separated values (CSV), quoted as RFC 4180 says, and JSON, an object a line.

Lines end with a line feed alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, TextIO

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that begins so for a formula; the last four are the first ones in full width."""
HIDDEN_IN_JSON: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Controls and formats, bidi marks among them, that act on a terminal and that JSON does not escape by itself."""


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> None:
    """Write a header, and a line for each row."""
    import csv  # JSON does without

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def csv_cell(value: Any) -> Any:
    """A value as a cell: yes and no as ``true`` and ``false``."""
    return str(value).lower() if value is True or value is False else value


def guarded(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def json_text(value: Any, *, indent: int | None = None, narrow: bool = False) -> str:
    """A JSON text, with escapes for characters that act on a terminal; if ``narrow``, for all but ASCII."""
    text = json.dumps(value, indent=indent, ensure_ascii=narrow)
    return with_escapes(text)


def with_escapes(text: str) -> str:
    """The same JSON, with escapes for characters that act on a terminal."""
    return HIDDEN_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def write_json_lines(values: Iterable[Any], out: TextIO) -> None:
    """Write a line for each value."""
    for value in values:
        out.write(json_text(value))
        out.write("\n")
