"""The pages show what the program really does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import pages, reference
from tests.processes import ROOT

GUIDES = ("tour", "guide-journalist", "sql", "own-projections", "integrity", "lake")
PAGES = ("README.md", *(f"docs/{name}.md" for name in GUIDES))
OF_THE_DAY = re.compile(r"20(2[6-9]|[3-9]\d)-\d\d-\d\d( \d\d:\d\d)?")
"""The day on which a page was written, or is tested: the stories end before."""


OF_THE_LEDGER = re.compile(
    r"(?P<time>T\d\d:\d\d:\d\d\.\d{6}Z)|(?P<root>\b[0-9a-f]{64}\b)"
    r"|(?P<id>\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)|(?P<key>\+[0-9a-f]{8}\b(\+[A-Za-z0-9+/=]{44})?)"
)
"""What is another in each new ledger, and with each new key."""


def masked(page: str) -> list[str]:
    """A page without what is another each time; bytes that are counted vary with it."""
    return [
        OF_THE_LEDGER.sub(lambda found: str(found.lastgroup), OF_THE_DAY.sub("TODAY", line))
        for line in page.splitlines()
    ]


@pytest.mark.parametrize(
    "name",
    PAGES,
)
def test_the_examples_of_a_page_print_what_it_shows(name: str, tmp_path: Path) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert masked(pages.with_outputs(page, tmp_path)) == masked(page), f"run: python docs/pages.py {name}"


def test_the_projection_that_the_guide_writes_is_the_example() -> None:
    guide = (ROOT / "docs" / "own-projections.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```python backlog.py\n(.*?)^```\n", guide, re.MULTILINE | re.DOTALL)
    example = (ROOT / "examples" / "backlog.py").read_text(encoding="utf-8")
    assert example.partition('"""\n\n')[2] == shown


def test_the_reference_of_events_is_that_of_the_catalogue() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), "run: python docs/reference.py"


def test_links_within_the_repository_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == [], page
