"""Keys that earlier releases took and no new stream may have: each is named as it is spelt, in every command."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.runner import LEDGER, Inside
from tests.storage.copying.earlier import ALONE, COLUMNS, released

KEYS = {
    "two scripts": "\u0438\u0440\u0430\u043d-1-x",
    "one letter of another script": "india-\u0455400",
    "a letter in two characters": "cafe\u0301-f16",
    "a wide letter": "\uff49ndia-k2",
    "what nobody sees": "india\u200b-s400",
    "a capital letter": "India-S400",
}
RECORDED_TO = tuple(KEYS.values())[::2]
SOURCE = "pap\u0435r-1"
OTHER = "turkey-s400"
PAID = 4
"""The version of the payment, of the deal from which the others are copied."""


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A ledger of schema 1 with deals and a source of such keys: copies of its own first ones."""
    path = released(ALONE, tmp_path).replace(tmp_path / LEDGER)
    with closing(sqlite3.connect(path)) as connection, connection:
        stored = connection.execute(f"SELECT {COLUMNS} FROM journal ORDER BY position").fetchall()
        position, source = len(stored), stored[0]
        rows = [(f"source/{SOURCE}", 1, source)]
        deal = [row for row in stored if row[1] == "deal/india-s400"][:PAID]
        rows += [(f"deal/{key}", version, row) for key in KEYS.values() for version, row in enumerate(deal, 1)]
        for number, (stream, version, (_, _, _, *rest)) in enumerate(rows, 1):
            record = [position + number, stream, version, *rest]
            record[5] = f"copied-{number}"
            record[11] = stored[-1][11]
            connection.execute(f"INSERT INTO journal ({COLUMNS}) VALUES ({', '.join('?' * len(record))})", record)
    return path


READS = (
    "show deal/{key}",
    "show {key}",
    "timeline deal/{key}",
    "replay deal/{key}",
    "log {key}",
    "compare deal/{key} --known @118 --known @999",
    "links deal/{key}",
    "report precedents {key}",
    "export ocds - --deal {key}",
    "plot deal/{key} -",
)
ROWS = ("deals --deal {key}", "payments --deal {key}", "payments --deal deal/{key}")


def rows_told(armsledger: Inside, command: str, key: str) -> set[str]:
    """The keys of the rows that a command lists."""
    answer = armsledger([*(word.format(key=key) for word in command.split()), "--json"])
    assert answer.status == 0, answer.err
    return {row.get("deal") or row["stream"].removeprefix("deal/") for row in answer.json}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_it_is_read_as_it_is_spelt(armsledger: Inside, earlier: Path, key: str) -> None:
    for command in READS:
        answer = armsledger([word.format(key=key) for word in command.split()])
        assert (answer.status, "Traceback" in answer.err) == (0, False), (command, answer.err)
    assert armsledger(["show", key, "--json"]).json["stream"] == f"deal/{key}"
    for command in ROWS:
        assert rows_told(armsledger, command, key) == {key}, command
    assert f"deal/{key}" in [row["stream"] for row in armsledger(["search", key, "--json"]).json]


def test_once_migrated_it_is_recorded_to_and_exported(armsledger: Inside, earlier: Path) -> None:
    assert armsledger("admin migrate --no-backup").status == 0
    for key in RECORDED_TO:
        record_to(armsledger, key)
    assert armsledger("verify").status == 0
    assert armsledger("export jsonl all.jsonl").status == 0
    assert armsledger("import jsonl all.jsonl --ledger again.db").status == 0
    assert armsledger(["page", f"deal/{KEYS['two scripts']}", "page.html"]).status == 0
    for key in KEYS.values():
        answers = [
            armsledger(["show", f"deal/{key}", "--json", "--ledger", name]).json for name in (LEDGER, "again.db")
        ]
        assert answers[0] == answers[1]


def record_to(armsledger: Inside, key: str) -> None:
    """Append to a deal by its events, by repairs and by a dossier, and link another deal to it."""
    Path("more.yaml").write_text(
        f'entries:\n- {{deal: "{key}", event: tranche-paid, on: 2021, amount: USD 1m, source: {SOURCE}}}\n',
        encoding="utf-8",
    )
    cited = ["--source", SOURCE]
    for command in (
        ["deal", "delivered", key, "--on", "2021-10", "--quantity", "1 units", *cited],
        ["deal", "commitment-reaffirmed", f"deal/{key}", "--on", "2021-11-01", "--by", "IND", *cited],
        ["correct", f"deal/{key}@{PAID}", "--set", "amount=USD 9m", "--reason", "source-error", *cited],
        ["retract", f"{key}@3", "--reason", "unsupported"],
        ["record", "more.yaml"],
        ["deal", "linked", OTHER, "--on", "2021", "--relation", "succeeds", "--to", f"deal/{key}", *cited],
    ):
        answer = armsledger(command)
        assert answer.status == 0, answer.err
    assert len(armsledger(["log", key, "--json"]).json) == PAID + 5
    assert f'"deal/{key}"' in armsledger(["links", f"deal/{OTHER}", "--json"]).out.replace("\\u200b", "\u200b")
    assert f'"deal/{OTHER}"' in armsledger(["links", f"deal/{key}", "--json"]).out


def test_a_page_of_a_ledger_without_a_tree_is_refused_with_the_remedy(armsledger: Inside, earlier: Path) -> None:
    answer = armsledger(f"page deal/{KEYS['two scripts']} page.html")
    assert (answer.status, "armsledger admin migrate" in answer.err) == (1, True)
