"""Text from bytes, which must be UTF-8 and nothing else."""

from __future__ import annotations

import re

from armsledger.domain.errors import UnreadableDossier

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
