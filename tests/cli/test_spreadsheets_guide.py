"""The guide to spreadsheets shows what the program really does."""

from __future__ import annotations

import re
from pathlib import Path

from docs import pages
from tests.cli.runner import ROOT
from tests.docs.test_pages import masked

GUIDE = "docs/spreadsheets.md"


def test_the_examples_of_the_guide_print_what_it_shows(tmp_path: Path) -> None:
    page = (ROOT / GUIDE).read_text(encoding="utf-8")
    for name, sheet in re.findall(r"^```csv (\S+)\n(.*?)^```\n", page, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(sheet, encoding="utf-8")
    assert masked(pages.with_outputs(page, tmp_path)) == masked(page)
