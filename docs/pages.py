"""Runs the examples of a Markdown page in a folder of their own and gives the page with what they print.

Blocks marked ``csv NAME``, ``yaml NAME`` or ``python NAME`` are written to files, ``console`` blocks run their ``$``
lines in a shell, ``python`` blocks run as scripts and their output stands in the ``text`` block that follows.

    python docs/pages.py README.md          # write the page anew
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```\n", re.MULTILINE | re.DOTALL)
COLUMNS = "160"
ROOT = Path(__file__).resolve().parents[1]


def with_outputs(page: str, folder: Path) -> str:
    """The page with the output of its examples, run in their order in one folder."""
    variables = environment(folder)
    parts: list[str] = []
    end = 0
    printed = ""
    for block in BLOCK.finditer(page):
        parts.append(page[end : block.start()])
        info, body = block["info"].strip(), block["body"]
        kind, _, name = info.partition(" ")
        if kind in ("csv", "yaml", "python") and name:
            (folder / name).write_text(body, encoding="utf-8")
        elif info == "console":
            body = _console(body, folder, variables)
        elif info == "python":
            printed = _run([sys.executable, "-c", body], folder, variables)
        elif info == "text" and printed:
            body, printed = printed, ""
        parts.append(f"```{info}\n{body}```\n" if info else block[0])
        end = block.end()
    return "".join([*parts, page[end:]])


def _console(body: str, folder: Path, environment: dict[str, str]) -> str:
    commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{_run(['sh', '-c', command], folder, environment)}" for command in commands)


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        words, cwd=folder, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """An environment in which ``armsledger`` is this very package, whatever is installed; ``examples`` are at hand."""
    (folder / "examples").symlink_to(ROOT / "examples")
    shims = folder / ".bin"
    shims.mkdir()
    command = shims / "armsledger"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m armsledger "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARMSLEDGER_")}
    path = f"{shims}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    source = ROOT / "src"
    in_turn = {"PYTHONUNBUFFERED": "1"}  # as on a terminal, where what is printed and what is told come in their order
    own = {"PYTHONPATH": str(source), "PATH": path, "COLUMNS": COLUMNS, "ARMSLEDGER_RECORDED_BY": "you"}
    return kept | in_turn | own


def main() -> None:
    """Write the named pages anew."""
    for name in sys.argv[1:]:
        page = Path(name)
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(with_outputs(page.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
