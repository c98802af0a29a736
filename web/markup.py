"""HTML as text that is not escaped again."""

from __future__ import annotations

from typing import Any, Self

import markupsafe


class Markup(markupsafe.Markup):
    """HTML. What is put into its ``{}`` is escaped, unless it is HTML itself.

    The same as `markupsafe.Markup`, but `format` runs in C: a page has hundreds of small pieces.
    """

    def format(self, *args: Any, **named: Any) -> Self:
        """The HTML with values in the places of ``{}``; numbers take a format, and no attribute is asked of a value."""
        filled = str.format(self, *map(_safe, args), **{name: _safe(value) for name, value in named.items()})
        return self.__class__(filled)


def escape(value: object) -> Markup:
    """A value as HTML: its text with its signs escaped, unless it is HTML itself."""
    return value if type(value) is Markup else Markup(markupsafe.escape(value))


def _safe(value: Any) -> Any:
    """A value that stands as it is in HTML: a number, or a text with its signs escaped."""
    return value if isinstance(value, int | float) else markupsafe.escape(value)
