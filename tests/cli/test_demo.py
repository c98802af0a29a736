"""``make demo``: the seed's story as it is told to a new user."""

from __future__ import annotations

import re

from tests.application.book import EXAMPLES
from tests.cli.runner import Process

STATES = ("2018-09-30", "2018-12-31", "2019-12-31", "2021-11-12", "today")
TOLD = (
    "at 2018-09-30, as known now (position 21)\n  nothing has begun by then",
    "not certain to have begun before 2018-10-31",
    "USD 0 to ~800m; certain by 2019-12-31",
    "USA against IND under CAATSA: threatened",
    "delivered tranche=1 due ../2021-12-15~: pending",
    "stage: signed -> delivering",
)


def test_the_demo_tells_the_story_and_leaves_the_page(process: Process) -> None:
    answer = process("", program=(str(EXAMPLES / "demo.py"),), env={"COLUMNS": "160"})
    assert answer.status == 0
    *aside, wrote = answer.err.splitlines()
    assert all(" left out: " in line for line in aside)
    assert wrote.startswith("wrote india-s400.html")
    for day in STATES:
        assert f"$ armsledger show deal/india-s400 --at {day}\n" in answer.out
    for told in TOLD:
        assert told in answer.out
    assert re.search(r"^\$ armsledger (log|expectations|compare|check)", answer.out, re.MULTILINE)
    assert [path.relative_to(process.folder).as_posix() for path in process.folder.rglob("*.*")] == [
        "demo/india-s400.html"
    ]
