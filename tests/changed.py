"""Prints the tests of what has changed since the upstream branch, for ``make quick``.

Tests are laid out as the code is, so those of a module stand in the folder of the same name under ``tests/``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.processes import ROOT

TESTS = ROOT / "tests"


def changed_files() -> list[Path]:
    """What differs from where this branch left its upstream, or from the last commit if it has none; and new files."""
    upstream = _git("rev-parse", "--quiet", "--verify", "@{upstream}") or ["HEAD"]
    return [Path(name) for name in (*_git("diff", "--name-only", "--merge-base", *upstream), *_git("ls-files", "-o"))]


def _git(*words: str) -> list[str]:
    command = ["git", *words, *(["--exclude-standard"] if words[0] == "ls-files" else [])]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()


def belonging_to(files: Iterable[Path]) -> list[Path]:
    """The tests that belong to files: of the module's name if there are such, otherwise all of its folder."""
    return sorted({test for file in files for test in _tests_of(file)})


def _tests_of(file: Path) -> list[Path]:
    if file.parts[0] == "tests":
        return [ROOT / file] if (ROOT / file).is_file() and file.match("test_*.py") else _all_in((ROOT / file).parent)
    named = TESTS / file.with_name(f"test_{file.stem}.py")
    return [named] if named.exists() else _all_in(named.parent)


def _all_in(folder: Path) -> list[Path]:
    return [] if folder == TESTS else list(folder.glob("test_*.py"))


if __name__ == "__main__":
    print(*(test.relative_to(ROOT) for test in belonging_to(changed_files())))
