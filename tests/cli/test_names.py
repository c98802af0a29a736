"""Streams and entries on the command line, named by the key alone."""

from __future__ import annotations

from pathlib import Path

from tests.application.book import DEAL, STORY
from tests.cli.runner import Inside


def test_a_stream_is_named_by_its_key_alone(armsledger: Inside, story: Path) -> None:
    for question in ("show", "replay", "log", "check", "links", "compare --known @21 --known @105"):
        answer = armsledger(f"{question} india-s400")
        assert (answer.status, answer) == (0, armsledger(f"{question} {DEAL}"))
    assert armsledger("report precedents deal/india-s400") == armsledger("report precedents india-s400")


def test_entries_are_recorded_and_repaired_by_either_name(armsledger: Inside, seed: Path) -> None:
    armsledger(f"record {STORY}")
    said = "--on 2021 --source theprint-2021-11-12"
    by_kind = armsledger(f"deal suspended deal/india-s400 {said} --id one")
    assert by_kind.lines[0].partition("@")[0] == DEAL
    linked = armsledger(f"deal linked india-s400 {said} --to turkey-s400 --relation caused-by")
    assert armsledger("log india-s400 --json").json[-1]["data"]["to"] == "deal/turkey-s400"
    address = linked.lines[0].removeprefix("deal/")
    assert armsledger(f"retract {address} --reason entry-error").status == 0
    refused = armsledger(f"deal linked india-s400 {said} --to turky-s400 --relation caused-by")
    assert refused.err.startswith("error: the ledger holds no stream with the key turky-s400; did you mean deal/turkey")
