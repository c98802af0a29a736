"""Remedies, help and pages name commands as they are called now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.runner import CLI
from tests.processes import ROOT

HIDDEN = [name for name, command in CLI.declared.items() if command.hidden]
NAMED = re.compile(rf"armsledger ({'|'.join(HIDDEN)})(?![\w-])")
"""How a text would name a command that is in a group now."""
FOLDERS = ("application", "charts", "cli", "domain", "examples", "exchange", "lake", "projections", "storage", "web")
TEXTS = [
    *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".ipynb", ".yaml")),
    *(ROOT / "docs").glob("*.md"),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
]


def told_in(text: Path) -> list[str]:
    """The commands that a text names as they were called once."""
    return NAMED.findall(text.read_text(encoding="utf-8"))


def test_the_commands_in_groups_have_earlier_names() -> None:
    assert {"backup", "prove", "doctor", "scorecard"} <= set(HIDDEN)


@pytest.mark.parametrize("folder", [*FOLDERS, "docs", "."])
def test_no_text_names_a_command_as_it_was_called_once(folder: str) -> None:
    texts = [path for path in TEXTS if path.relative_to(ROOT).parts[0] == folder or path.parent == ROOT / folder]
    assert texts
    assert {str(path.relative_to(ROOT)): told for path in texts if (told := told_in(path))} == {}
