"""A JSON text a line, which no terminal acts upon."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final, TextIO

HIDDEN_IN_JSON: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Controls and formats, bidi marks among them, that JSON does not escape by itself."""


def json_text(value: Any, *, indent: int | None = None, narrow: bool = False) -> str:
    """A JSON text, with escapes for what a terminal would act upon; if ``narrow``, for all but ASCII."""
    text = json.dumps(value, indent=indent, ensure_ascii=narrow)
    return HIDDEN_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def write_json_lines(values: Iterable[Any], out: TextIO) -> None:
    """A line for each value."""
    for value in values:
        out.write(json_text(value))
        out.write("\n")
