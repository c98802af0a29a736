"""Makes the tables of RELIABILITY.md of what one run of ``make soak`` told: ``python -m bench.reliability REPORT``.

All else in that file is written by hand, and stays.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.surroundings import on

PAGE: Final = Path(__file__).with_name("RELIABILITY.md")
BEGIN: Final = "<!-- made by bench/reliability.py: begin -->\n"
END: Final = "<!-- end -->\n"
Line = Mapping[str, Any]


class Campaign(NamedTuple):
    """What some tests did of one kind, and how many of them failed."""

    name: str
    done: str
    findings: int

    def __str__(self) -> str:
        return f"| {self.name} | {self.done} | {self.findings} |"


def main() -> None:
    """Put what a report tells into the page."""
    lines = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), lines), encoding="utf-8")
    print(*failures(lines), sep="\n", end="")


def with_tables(page: str, lines: Sequence[Line]) -> str:
    """The page with what a run told in place of what stood there."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables(lines)}{END}{after}"


def tables(lines: Sequence[Line]) -> str:
    """What a run told, in words and in a table."""
    times = [line["at"] for line in lines]
    began, ended = min(times), max(times)
    day = datetime.fromtimestamp(began, UTC).date()
    tests = [line for line in lines if "outcome" in line]
    failed = sum(line["outcome"] == "failed" for line in tests)
    return (
        f"One run of `make soak` on {day}: {len(tests):,} tests, {failed} failed, {(ended - began) / 60:.0f} minutes;"
        f" {on()}.\n\n"
        "| campaign | done | findings |\n| --- | --- | --- |\n" + "".join(f"{row}\n" for row in campaigns(lines))
    )


def campaigns(lines: Sequence[Line]) -> Iterator[Campaign]:
    """The campaigns in the order in which they were told, then what told nothing of itself."""
    failed = {line["test"] for line in lines if line.get("outcome") == "failed"}
    told = [line for line in lines if "campaign" in line]
    for name in dict.fromkeys(line["campaign"] for line in told):
        its = [line for line in told if line["campaign"] == name]
        yield Campaign(name, in_words(summed(its)), len({line["test"] for line in its} & failed))
    spoke = {line["test"] for line in told}
    silent = [line for line in lines if "outcome" in line and line["test"] not in spoke]
    for name, is_property in (("properties, each tried out on many examples", True), ("other tests", False)):
        its = [line for line in silent if line["property"] == is_property]
        yield Campaign(name, f"{len(its):,}", len({line["test"] for line in its} & failed))


def summed(told: Sequence[Line]) -> dict[str, float]:
    """The counts of several tests of one campaign; of what is the longest or the most, the longest."""
    counts: dict[str, float] = {}
    for line in told:
        for name, count in line["counts"].items():
            counts[name] = max(counts.get(name, 0), count) if "longest" in name else counts.get(name, 0) + count
    return counts


def in_words(counts: Mapping[str, float]) -> str:
    """Counts with their names."""
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())


def failures(lines: Sequence[Line]) -> Iterator[str]:
    """The tests that failed."""
    for line in lines:
        if line.get("outcome") == "failed":
            yield f"failed: {line['test']}\n"


if __name__ == "__main__":
    main()
