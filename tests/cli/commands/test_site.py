"""``publish``: a ledger as a folder of pages."""

from __future__ import annotations

from pathlib import Path

from tests.cli.runner import Inside

SITE = Path("site")


def test_a_site_is_written_and_only_what_has_changed_again(armsledger: Inside, seed: Path) -> None:
    first = armsledger("publish site --at 2021-12-31 --title 'India and the S-400'")
    assert (first.status, first.out) == (0, "")
    assert first.err.startswith("wrote ")
    assert "India and the S-400" in (SITE / "index.html").read_text("utf-8")
    again = armsledger("publish site --at 2021-12-31 --title 'India and the S-400'")
    assert again.err.startswith("wrote nothing to site: ")
    assert armsledger("publish site --at 2021-12-31").err.startswith("wrote ")


def test_filters_are_those_of_deals(armsledger: Inside, seed: Path) -> None:
    assert armsledger("publish site --buyer India").status == 0
    assert (SITE / "country" / "IND.html").exists()
    assert not (SITE / "country" / "TUR.html").exists()
    refused = armsledger("publish site --buyer Indai")
    assert refused.status == 2
    assert "India" in refused.err


def test_a_folder_with_files_of_others_is_refused(armsledger: Inside, seed: Path) -> None:
    SITE.mkdir()
    (SITE / "thesis.doc").write_text("mine")
    refused = armsledger("publish site")
    assert (refused.status, [file.name for file in SITE.iterdir()]) == (1, ["thesis.doc"])
    assert "thesis.doc" in refused.err
    assert "remedy" in refused.err
