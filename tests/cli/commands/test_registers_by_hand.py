"""What the ledger answers about registers, beside a plain script that counts their rows by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from bench.registers_by_hand import Ask, Plan, compare, counts, plan_in, read
from tests.cli.runner import Inside
from tests.exchange.sipri.register_text import REGISTERS, register, row

FIRST, SECOND, THIRD = REGISTERS.values()
NONE = {"delivered": "0", "delivered_flag": "", "years": ""}
ROWS = {
    "2024-03-18": (
        row(designation="In part", comment="delivery planned 2021-2024"),
        row(designation="In full", delivered="10", comment="Delivery planned 2018-2023"),
        row(designation="In full later", comment="Delivery planned 2021-2024"),
        row(designation="In full over many years", **NONE, comment="Delivery planned 2024"),
        row(designation="In full under another word", **NONE, description="AAL", comment="Delivery planned 2024"),
        row(designation="Late", **NONE, comment="delivery planned by 2023"),
        row(designation="Late in part", comment="delivery planned 2020-2022"),
        row(designation="Delayed", **NONE, comment="delivery planned 2024 (delayed from 2022) to 2025"),
        row(designation="From the one to the other", **NONE, comment="delivery planned from 2025-2028"),
        row(designation="From", **NONE, comment="Delivery planned from 2026/2027"),
        row(designation="Begun", comment="delivery planned from 2021"),
        row(designation="Of an unknown number", ordered="", comment="Delivery planned 2021-2025"),
        row(designation="Of nothing", ordered="0", comment=""),
        row(designation="Of nothing yet", **NONE, ordered="0", comment="delivery planned 2026"),
        row(designation="Selected", **NONE, comment="possibly selected 2023 but not yet ordered by end-2023"),
        row(designation="Selected too", **NONE, comment="Aid; selected 2023 but not ordered by end-2023"),
        row(designation="Expected", **NONE, comment="delivery expected 2024-2025"),
        row(designation="Unclear", **NONE, comment="delivery planned from late-2030s"),
        row(designation="Reduced", comment="delivery planned 2021-2024"),
        row(designation="Gone", comment="delivery planned 2021-2024"),
        row(designation="Before the order", year="2018", delivered="10", years="2016; 2021"),
        row(designation="Twice"),
        row(designation="Twice"),
    ),
    "2025-03-13": (
        row(designation="In part", delivered="8", years="2021; 2022; 2024", comment="delivery planned 2021-2025"),
        row(designation="In full", delivered="10", comment="Delivery planned 2018-2023"),
        row(designation="In full later", delivered="10", years="2021; 2022; 2024", comment=""),
        row(designation="In full over many years", delivered="10", years="2022; 2024", comment=""),
        row(designation="In full under another word", description="ship", delivered="10", years="2024", comment=""),
        row(designation="Late", **NONE, comment="delivery planned by 2023"),
        row(designation="Late in part", comment="delivery planned 2020-2022"),
        row(designation="Delayed", **NONE, comment="delivery planned 2024 (delayed from 2022) to 2024-2026"),
        row(designation="From", **NONE, comment=""),
        row(designation="Begun", comment="delivery planned from 2021"),
        row(designation="Of an unknown number", ordered="20", comment="Delivery planned 2021-2025"),
        row(designation="Of nothing", ordered="", comment=""),
        row(designation="Of nothing yet", **NONE, ordered="5", comment="delivery planned 2026"),
        row(designation="Selected", **NONE, comment="Delivery planned 2027"),
        row(designation="Selected too", **NONE, comment="Aid; selected 2023 but not ordered by end-2024"),
        row(designation="Expected", **NONE, comment="delivery planned 2025"),
        row(designation="Unclear", **NONE, comment="delivery planned from 2038"),
        row(designation="Reduced", ordered="6", comment=""),
        row(designation="Twice"),
        row(designation="New", years="2022; 2024", comment="delivery planned 2022-2026"),
    ),
}


@pytest.fixture
def registers(tmp_path: Path) -> Sequence[Path]:
    """Two releases with invented rows, one of each kind."""
    files = []
    for released, rows in ROWS.items():
        files.append(tmp_path / f"register-{released}.csv")
        files[-1].write_text(register(*rows, released=released), encoding="latin-1")
    return files


def asking(armsledger: Inside) -> Ask:
    """Asks the command line."""

    def ask(words: Sequence[str]) -> str:
        answer = armsledger(words)
        assert answer.status == 0, answer.err
        return answer.out

    return ask


def taken(armsledger: Inside, files: Sequence[Path], ledger: str) -> list[str]:
    """What differs after an import of these files into a ledger of their own."""
    ask = asking(armsledger)

    def of_it(words: Sequence[str]) -> str:
        return ask([*words, "--ledger", ledger])

    of_it(["import", "sipri", *map(str, files)])
    of_it(["export", "jsonl", "all.jsonl"])
    return compare(files, of_it, (armsledger.folder / "all.jsonl").read_text(encoding="utf-8"))


def test_the_ledger_agrees_to_the_row_with_a_script_that_counts_by_itself(
    armsledger: Inside, registers: Sequence[Path]
) -> None:
    ledgers = count(1)
    for files in (
        [registers[0]],
        [registers[1]],
        registers,
        [FIRST],
        [SECOND],
        [FIRST, SECOND],
        [FIRST, SECOND, THIRD],
    ):
        (armsledger.folder / "all.jsonl").unlink(missing_ok=True)
        assert taken(armsledger, files, f"ledger-{next(ledgers)}.db") == []


def test_the_script_counts_what_the_rows_say(registers: Sequence[Path]) -> None:
    assert counts(read(registers[0])) == {
        "rows": 23,
        "rows that repeat another to the letter": 1,
        "deals": 22,
        "delivered in full": 2,
        "open": 18,
        "of these delivered in part, or of an unknown number": 9,
        "of these without deliveries": 9,
        "selected, but not ordered": 2,
        "number ordered not known": 3,
        "planned": 16,
        "of these for a known number": 12,
        "of these outstanding": 11,
        "of these late": 2,
        "plans met": 3,
        "plans overdue": 1,
        "plans partially-met": 1,
        "plans pending": 11,
        "plans that cannot be read": 1,
    }


def test_the_script_finds_what_differs(armsledger: Inside, registers: Sequence[Path]) -> None:
    ask = asking(armsledger)
    ask(["import", "sipri", str(registers[0])])
    ask(["export", "jsonl", "all.jsonl"])
    exported = (armsledger.folder / "all.jsonl").read_text(encoding="utf-8")
    text = registers[0].read_text(encoding="latin-1").replace(",In full,SAM system,10,", ",In full,SAM system,9,")
    registers[0].write_text(text, encoding="latin-1")
    assert compare([registers[0]], ask, exported) == [
        "deals: by hand only India | Russia | in full | 2018 | delivering | 10 | 9",
        "deals: ledger only India | Russia | in full | 2018 | delivered | 10 | 10",
        "deals --open: by hand only India | Russia | in full | 2018 | delivering | 10 | 9",
        "deliveries: by hand only India | Russia | in full | 2018 | delivered | 9 | None | None | False",
        "deliveries: by hand only India | Russia | in full | 2018 | expected | None | 1 | 2018/2023 | True",
        "deliveries: ledger only India | Russia | in full | 2018 | delivered | 10 | None | None | False",
        "expectations: by hand only India | Russia | in full | 2018 | 2018/2023 | 10 | partially-met",
        "expectations: ledger only India | Russia | in full | 2018 | 2018/2023 | 10 | met",
    ]


@pytest.mark.parametrize(
    ("comment", "plan"),
    [
        ("Aid; delivery planned by end-2024", Plan(0, 2024, True)),
        ("delivery planned before 2026", Plan(0, 2025, True)),
        ("delivery planned after 2025", Plan(2026, 9999, False)),
        ("delivery probably planned 2024-25", Plan(2024, 2025, True)),
        ("planned delivery 2024", Plan(2024, 2024, True)),
        ("plan for 5 more cancelled; delivered 2024", None),
    ],
)
def test_the_script_reads_plans_by_itself(comment: str, plan: Plan | None) -> None:
    assert plan_in(comment) == (plan, False)


@pytest.mark.parametrize(
    "comment", ["delivery planned", "delivery planned 25", "delivery planned 2026; delivery planned 2028"]
)
def test_the_script_tells_plans_that_cannot_be_read(comment: str) -> None:
    assert plan_in(comment) == (None, True)


def test_a_row_that_vanished_is_told_to_be_retracted(armsledger: Inside, registers: Sequence[Path]) -> None:
    taken(armsledger, registers, "armsledger.db")
    for command in ("show", "replay"):
        assert armsledger(f"{command} deal/sipri-ind-rus-2018-gone").lines[-1] == (
            "  retracted is all that was said of it (vanished, 2025-03-13, sipri-2025-03-13);"
            " 'armsledger log deal/sipri-ind-rus-2018-gone' shows it"
        )
    known_before = armsledger("show deal/sipri-ind-rus-2018-gone --known @3 --at 2001").lines
    assert known_before[-1] == "  nothing of it was recorded by then"
