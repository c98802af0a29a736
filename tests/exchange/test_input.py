"""Files that are held whole are refused beyond a length, before they fill the memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger.domain.errors import UnreadableDossier
from armsledger.domain.limits import REGISTER_BYTES
from armsledger.exchange.input import register_bytes


def test_a_register_of_one_endless_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    with path.open("wb") as file:
        file.truncate(4 * 1024**3)  # a sparse file: it takes no room, and reads as NULs
    with pytest.raises(UnreadableDossier, match=f"longer than {REGISTER_BYTES:,} bytes") as refusal:
        register_bytes(path)
    assert refusal.value.place == f"{path}:1"
    assert refusal.value.remedy
