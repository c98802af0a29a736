"""The documentation as a site: every page is reached, and every link within it leads somewhere."""

from __future__ import annotations

from pathlib import Path

from tests.processes import ROOT, python


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """A page that no list names, a link that leads nowhere and a name that is not there are warnings."""
    python("-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", ROOT / "docs", tmp_path / "site")
    reference = (tmp_path / "site" / "python.html").read_text(encoding="utf-8")
    assert "LedgerView.expectations" in reference
    assert (tmp_path / "site" / "adr" / "0020-pages.html").exists()
