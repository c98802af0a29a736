"""Messages on standard error."""

from __future__ import annotations

import shutil
import sys

from armsledger.cli.grid import folded
from armsledger.domain.printable import printable

__all__ = ["printable", "tell"]


def tell(text: str) -> None:
    """Write a message to standard error; on a terminal what does not fit goes on below."""
    text = printable(text)
    if sys.stderr.isatty():
        text = "\n".join(folded(text, shutil.get_terminal_size().columns, 2))
    print(text, file=sys.stderr)
