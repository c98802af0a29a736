"""The seed's story, command by command: what `make demo` shows."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
DEAL = "deal/india-s400"
PAGE = "india-s400.html"
FOLDER = Path("demo")
"""Where the page is left for the reader."""

STORY = (
    ("An article of 12 November 2021 is recorded, statement by statement.", ["record seed-article.yaml"]),
    (
        "What is known of the deal at several dates, certain and possible.",
        [
            f"show {DEAL} --at 2018-09-30",
            f"show {DEAL} --at 2018-10-15",
            f"show {DEAL} --at 2018-12-31",
            f"show {DEAL} --at 2019-06-30",
            f"show {DEAL} --at 2019-12-31",
            f"show {DEAL} --at 2021-11-12",
            f"show {DEAL} --at today",
        ],
    ),
    ("The audit trail: what, when, when said, on whose word.", [f"log {DEAL}"]),
    (
        "What was expected, on the day of the article and today.",
        ["expectations --at 2021-11-12", "expectations --at today"],
    ),
    ("The longer story is added: 42 reports of eleven years, graded, some at odds.", ["record india-s400.yaml"]),
    (
        "What changed between what sources had said by 12 November 2021 and by the end of that year.",
        [f"compare {DEAL} --known 2021-11-12 --known 2021-12-31 --known-by asserted"],
    ),
    (
        "What became of it all, and what does not fit.",
        [f"show {DEAL} --at today", "deliveries", "expectations --at today", "check"],
    ),
    ("All of it as a page, whose two dates step through what happened and what was believed.", [f"page {DEAL} {PAGE}"]),
)


def main() -> int:
    """Tell the story in a folder of its own, and leave the page; 0 if every command was done."""
    with tempfile.TemporaryDirectory(prefix="armsledger-demo-") as folder:
        for name in ("seed-article.yaml", "india-s400.yaml"):
            Path(folder, name).symlink_to(EXAMPLES / name)
        for heading, commands in STORY:
            print(f"\n# {heading}")
            for command in commands:
                status = tell(command, Path(folder))
                if status != 0:
                    return status
        FOLDER.mkdir(exist_ok=True)
        shutil.copy(Path(folder, PAGE), FOLDER / PAGE)
    print(f"\nOpen {FOLDER / PAGE} in a browser. It asks for nothing, and can be sent by mail as it is.")
    return 0


def tell(command: str, folder: Path) -> int:
    """Show a command and run it."""
    print(f"\n$ armsledger {command}", flush=True)
    environment = {"COLUMNS": "160"} | os.environ | {"ARMSLEDGER_LEDGER": "armsledger.db"}
    words = [sys.executable, "-m", "armsledger", *shlex.split(command)]
    return subprocess.run(words, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
