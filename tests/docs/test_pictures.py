"""The pictures of the documentation are what the commands draw."""

from __future__ import annotations

from pathlib import Path

from docs import pictures


def test_the_pictures_are_what_the_commands_draw(tmp_path: Path) -> None:
    pictures.draw(tmp_path)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in pictures.PICTURES.iterdir()}
    assert drawn == kept, "run: python -m docs.pictures"
