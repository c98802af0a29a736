"""`search`: the best streams first, what is near where there is none, and refusals that say what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger.cli.output import in_bold
from armsledger.cli.terminal import BOLD, NOT_BOLD
from tests.cli.runner import Inside


def test_lists_the_streams_that_hold_the_words(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("search S400 india")
    assert answer.status == 0
    assert answer.lines[0].split()[0] == "deal/india-s400"
    assert answer.lines[1].startswith("  opened 2018-10, key as of 2021-11-12: india-s400 (")


def test_takes_several_words_as_one_text_or_as_many(armsledger: Inside, seed: Path) -> None:
    assert armsledger("search S 400 --json").json == armsledger(["search", "S 400", "--json"]).json
    assert "deal/india-s400" in {row["stream"] for row in armsledger("search s-400 --json").json}


def test_answers_programs_in_every_format(armsledger: Inside, seed: Path) -> None:
    rows = armsledger("search S-400 --json").json
    assert len(armsledger("search S-400 --format jsonl").lines) == len(rows)
    header, *cells = armsledger("search S-400 --format csv").lines
    days = "on,on_earliest,on_latest,said,said_earliest,said_latest"
    assert header == f"stream,title,entry,event,{days},source,field,text,entries,rank"
    assert len(cells) == len(rows)


def test_says_what_more_there_is(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("search india --limit 1")
    assert len(answer.lines) == 2
    assert "--limit N shows more" in answer.err


def test_says_what_is_near_where_there_is_nothing_and_that_is_no_error(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("search S-500")
    assert (answer.status, answer.out) == (0, "")
    near = "nothing holds 'S-500' as of this date and belief; near it: S-400; names of persons are not searched"
    assert answer.err.strip() == near
    assert armsledger("search S-500 --json").json == []


@pytest.mark.parametrize(("text", "complaint"), [("", "there is no text"), ("-.", "no letter and no number")])
def test_refuses_a_text_without_words(armsledger: Inside, seed: Path, text: str, complaint: str) -> None:
    answer = armsledger(["search", "--", text])
    assert answer.status == 2
    assert complaint in answer.err
    assert "remedy: write words or a designation" in answer.err


def test_a_terminal_shows_the_place_in_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_bold("for the S-400", [(8, 13)]) == "for the S-400"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    assert in_bold("for the S-400", [(8, 13)]) == "for the S-400"
    monkeypatch.setenv("TERM", "xterm")
    assert in_bold("for the S-400", [(0, 3), (8, 13)]) == f"{BOLD}for{NOT_BOLD} the {BOLD}S-400{NOT_BOLD}"
