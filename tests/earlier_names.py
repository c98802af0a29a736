"""Names as earlier releases took them: of parties and items, with what nobody sees in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def any_names() -> Iterator[None]:
    """Within it, names are recorded as they are, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("codes", "names.reading"):
            patch.setattr(f"armsledger.application.{module}.check_words", lambda text: None)
        yield
