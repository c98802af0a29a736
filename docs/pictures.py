"""Draws the pictures of the documentation, each by a command that a reader can type.

python -m docs.pictures     # draw them anew
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from docs.pages import ROOT, environment

PICTURES = ROOT / "docs" / "pictures"
BELIEF = ("--at", "2026-03-01", "--known", "2026-03-01", "--known-by", "asserted")
"""The last day on which a source of the story spoke: the pictures stay as they are."""
COMMANDS: dict[str, tuple[str, ...]] = {
    "india-s400.svg": ("plot", "india-s400", *BELIEF),
    "india-s400-as-of-2021.svg": (
        *("plot", "india-s400", "--at", "2021-11-12", "--known", "2021-11-12", "--known-by", "asserted"),
    ),
    "india-s400-slips.svg": ("plot", "india-s400", "--chart", "slip", *BELIEF),
}
"""By the name of the file, the command that draws it."""


def draw(folder: Path) -> None:
    """Draw all pictures into a folder. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as scratch:
        variables = environment(Path(scratch))

        def run(*words: str) -> None:
            command = [sys.executable, "-m", "armsledger", *words]
            subprocess.run(command, cwd=scratch, env=variables, check=True, capture_output=True)

        run("record", "examples/seed-article.yaml", "examples/india-s400.yaml")
        for name, (plot, stream, *options) in COMMANDS.items():
            run(plot, stream, str(folder / name), *options, "--replace")


if __name__ == "__main__":
    draw(PICTURES)
