"""``page``: the page of a stream as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner import Inside

PAGE = Path("deal.html")


def test_the_page_of_a_stream_is_one_file(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("page india-s400 deal.html")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.startswith("wrote deal.html: ")
    text = PAGE.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert 'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-' in text


def test_a_file_that_is_there_is_replaced_only_if_asked(armsledger: Inside, seed: Path) -> None:
    PAGE.write_text("mine")
    answer = armsledger("page india-s400 deal.html")
    assert (answer.status, PAGE.read_text()) == (1, "mine")
    assert "--replace" in answer.err
    assert armsledger("page india-s400 deal.html --replace").status == 0
    assert PAGE.read_text() != "mine"


def test_the_output_can_take_the_page(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("page india-s400 -")
    assert answer.out.startswith("<!doctype html>")
    assert not Path("-").exists()


def test_an_unknown_stream_leaves_no_file(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("page deal/indai-s400 deal.html")
    assert answer.status == 1
    assert "deal/india-s400" in answer.err
    assert not PAGE.exists()


@pytest.mark.parametrize("command", ["page india-s400 {}", "plot india-s400 {}", "report relations --plot {}"])
def test_no_picture_takes_the_place_of_the_ledger(armsledger: Inside, seed: Path, command: str) -> None:
    ledger = Path("ledger.svg")
    ledger.write_bytes(seed.read_bytes())
    answer = armsledger(f"{command.format(ledger)} --replace --ledger {ledger}")
    assert answer.status == 1
    assert "the ledger itself is there" in answer.err
    assert ledger.read_bytes().startswith(b"SQLite format 3")


def test_a_page_has_the_ending_of_a_page(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("page india-s400 deal.pdf")
    assert answer.status == 2
    assert "'deal.pdf' is no name of a page" in answer.err
    assert not Path("deal.pdf").exists()
