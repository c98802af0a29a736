"""The whole way of ``record FILE``: from bytes to the ledger, and from there to the terminal.

Whatever the bytes, the command ends with a status of its own and takes the file whole or not at all, and neither it nor
any command that reads the ledger afterwards writes a character that a terminal would act upon.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import strategies as st

from armsledger import Ledger
from tests.application.book import SOURCES, Object, expected, opened, paid, take
from tests.cli.conftest import armsledger  # noqa: F401 - a fixture
from tests.cli.runner import LEDGER, Answer, Inside
from tests.fuzz.campaign import LONGEST_MESSAGE, campaign, try_out, watchdog
from tests.fuzz.mutation import damaged, odd_entries, sample_entries

TABLES: tuple[str, ...] = (
    "show STREAM",
    "replay STREAM",
    "log STREAM",
    "log",
    "check",
    "deals",
    "payments",
    "expectations",
    "sources",
)
TABLES += ("follow --after 0 --timeout 0", "compare --known @4 --known @999", "scorecard", "relations", "rows standing")
FOR_PROGRAMS = (
    "show STREAM --json",
    "log --format jsonl",
    "log --format csv",
    "export jsonl -",
    "replay STREAM --json",
)
NEW = re.compile(r"recorded (\d+) entr")
TARGETED = ("retracted", "disputed", "corrected", "resolved", "expectation-revised", "expectation-withdrawn")
"""Events about other entries; those of the samples are not in the ledger."""
SECONDS = 20.0
"""Of the processor's time for one command: the first one loads all libraries."""


class Tried(NamedTuple):
    """A file, the ending of its name, and the commands that read the ledger afterwards."""

    data: bytes
    ending: str
    reads: tuple[str, ...]


def entries() -> list[Object]:
    """Entries that the ledger takes as they are, of every event that stands by itself."""
    plain = [entry for entry in sample_entries() if entry["event"] not in TARGETED]
    kept = [{**entry, "source": "wire"} for entry in plain if not entry["stream"].startswith("source/")]
    for entry in kept:
        entry.pop("same_as", None)
    corrections: list[Object] = [
        {"deal": "x", "event": "corrected", "target": "@1", "set": {"title": "a"}, "reason": "entry-error"},
        {"deal": "x", "event": "corrected", "target": "@2", "set": {"amount": "USD 2m"}, "reason": "source-error"},
        {"deal": "x", "event": "retracted", "target": "@2", "reason": "it was wrong"},
    ]
    return [*kept, *corrections]


@st.composite
def files(draw: st.DrawFn) -> Tried:
    """Entries one a line, or as YAML (JSON is YAML too), mostly valid as a whole; at times some bytes are damaged."""
    found = draw(st.lists(odd_entries(ENTRIES), min_size=1, max_size=3))
    if draw(st.booleans()):
        data, ending = "".join(f"{json.dumps(entry)}\n" for entry in found).encode(), ".jsonl"
    else:
        text, ending = json.dumps({"entries": found}, ensure_ascii=False, indent=1), ".yaml"
        data = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)) == 0:
        data = draw(damaged([data], PIECES, most=2))
    reads = tuple(draw(st.sampled_from(names)) for names in (TABLES, TABLES, FOR_PROGRAMS))
    return Tried(data, draw(st.sampled_from([ending, ending, ending, "", ".json"])), reads)


ENTRIES = entries()
PIECES = [b"\0", b"\x1b", b"\xe2\x80\xae", b"\\u202e", b"\\u0000", b"\\ud800", b"\\n", b"\xff", b",", b'"', b"\n", b"9"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small ledger, in which the commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    with Ledger(tmp_path / "kept.db", recorded_by="tester") as ledger:
        take(ledger, *SOURCES, opened(), paid("USD 1m", id="pay"), expected("delivered tranche=1", "2022", id="e"))
    return tmp_path


def is_seen(text: str) -> bool:
    """Whether a terminal shows each character of a text as it is, in the order in which it stands there."""
    categories = {unicodedata.category(character) for character in text if character not in "\n\u200c\u200d"}
    return categories.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


def commanded(run: Inside, command: str | list[str]) -> Answer:
    """Run a command; nothing it writes moves a cursor, and a refusal tells the remedy."""
    with watchdog(SECONDS):
        answer = run(command)
    assert answer.status in (0, 1, 2)
    assert is_seen(answer.err)
    assert len(answer.err) < 2 * LONGEST_MESSAGE
    assert "Traceback" not in answer.err
    if answer.err.startswith("error: "):
        assert "\n  remedy: " in answer.err
    return answer


def is_taken_whole_or_not_at_all(run: Inside, tried: Tried) -> None:
    """Record the file into a copy of the ledger, and read that by some commands."""
    shutil.copy("kept.db", LEDGER)
    try:
        name = f"tried{tried.ending}"
        Path(name).write_bytes(tried.data)
        dry = commanded(run, ["record", "--dry-run", name])
        answer = commanded(run, ["record", name])
        assert is_seen(answer.out)
        assert answer.status == dry.status
        with Ledger(LEDGER) as ledger:
            entries, added = ledger.log().to_dicts(), ledger.position() - len(SOURCES) - 3
        counted = NEW.search(answer.out)
        assert added == (int(counted[1].replace(",", "")) if counted else 0)
        if answer.status == 0:
            known = commanded(run, ["record", name])
            assert "recorded 0 entries" in known.out
        for read in tried.reads:
            reads(run, read, str(entries[-1]["entry"]).partition("@")[0])
    finally:
        for file in Path().glob(f"{LEDGER}*"):
            file.unlink()


def reads(run: Inside, command: str, stream: str) -> None:
    """Read the ledger by a command; what goes to people is seen, what goes to programs is what they read."""
    words = [stream if word == "STREAM" else word for word in command.split()]
    answer = commanded(run, words)
    assert answer.status == 0 or words[0] == "check"
    if command in TABLES:
        assert is_seen(answer.out)
    elif "--json" in words:
        json.loads(answer.out)
    elif "jsonl" in words:
        assert all(json.loads(line) for line in answer.out.split("\n") if line)


@pytest.mark.usefixtures("folder")
def test_a_file_is_recorded_whole_or_refused_and_shown_without_harm(armsledger: Inside) -> None:  # noqa: F811 - the fixture
    try_out(files(), lambda tried: is_taken_whole_or_not_at_all(armsledger, tried), count=12)


@pytest.mark.soak
@pytest.mark.usefixtures("folder")
def test_a_file_is_recorded_whole_or_refused_and_shown_for_ten_minutes(armsledger: Inside) -> None:  # noqa: F811 - the fixture
    campaign(files(), lambda tried: is_taken_whole_or_not_at_all(armsledger, tried))
