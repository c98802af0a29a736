"""Values as messages quote them: enough to recognise them by, however long, deep or large they are."""

from __future__ import annotations

from reprlib import Repr
from typing import Any

LONGEST = 80
ELLIPSIS = "..."


def quoted(value: Any, longest: int = LONGEST) -> str:
    """The value as Python writes it, cut to a length; never fails."""
    if isinstance(value, str):
        return repr(shortened(value, longest))
    try:
        text = _SHORT.repr(value)
    except ValueError:  # an integer of more figures than Python converts
        return f"a value of type {type(value).__name__} with thousands of figures"
    return shortened(text, longest)


def shortened(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text, with an ellipsis if there is more."""
    return text if len(text) <= longest else f"{text[: longest - len(ELLIPSIS)]}{ELLIPSIS}"


def _short() -> Repr:
    """Looks at a few parts of each list and mapping, and not below the fourth level."""
    short = Repr()
    short.maxlevel = 4
    short.maxlist = short.maxtuple = short.maxdict = short.maxset = short.maxfrozenset = 8
    short.maxstring = short.maxlong = short.maxother = LONGEST
    return short


_SHORT = _short()
