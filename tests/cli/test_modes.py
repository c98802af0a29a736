"""Who may read the files that commands write: of a private ledger, and of private files, nobody but their owner."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click import Context

from armsledger.storage.proofs.keys import new_key
from tests.cli.runner import CLI, LEDGER, Inside
from tests.exchange.sipri.register_text import REGISTERS, ROW, register, row

DOORS = {
    "page": "page deal/india-s400 page.html",
    "plot": "plot deal/india-s400 timeline.svg",
    "report relations": "report relations --plot relations.svg",
    "report volumes": "report volumes --by year --plot volumes.svg",
    "proof make": "proof make @3 proof --key arms.key",
    "export jsonl": "export jsonl all.jsonl",
    "export csv": "export csv deals.csv --of deals",
    "export xlsx": "export xlsx deals.xlsx",
    "export parquet": "export parquet folder",
    "export sqlite": "export sqlite tables.db",
    "export ocds": "export ocds ocds.json",
    "export ftm": "export ftm ftm.jsonl",
    "export sipri": "export sipri register.csv",
    "admin backup": "admin backup backup.db",
}
FOR_OTHERS = {"proof checkpoint"}
"""A checkpoint holds nothing of what a ledger holds."""
OPENED = """\
sources: [{key: desk, publisher: Desk, published: 2023-01-01}]
entries: [{deal: x, event: opened, on: 2020, supplier: RUS, buyer: IND, source: desk}]
"""


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Others may read what nobody keeps from them."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def files_that_others_read(*ours: str) -> list[str]:
    """The files in the folder that others than their owner may read or write."""
    found = (path for path in Path().rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077)
    return sorted(str(path) for path in found if str(path) not in ours)


def private(name: str, text: str) -> None:
    """A file that its owner alone may read."""
    Path(name).write_text(text, encoding="utf-8")
    Path(name).chmod(0o600)


def that_replace(group: Any, name: str = "") -> Iterator[str]:
    """The commands that may overwrite a file, and so write one."""
    for inner in group.list_commands(Context(group)):
        command = group.get_command(Context(group), inner)
        called = f"{name} {inner}".strip()
        if hasattr(command, "list_commands"):
            yield from that_replace(command, called)
        elif any(parameter.name == "replace" for parameter in command.params):
            yield called


def test_every_command_that_writes_a_file_is_looked_at_here() -> None:
    assert {*that_replace(CLI)} == DOORS.keys() | FOR_OTHERS


def test_what_commands_write_of_a_private_ledger_is_private(armsledger: Inside, seed: Path) -> None:
    assert armsledger(["import", "sipri", str(next(iter(REGISTERS.values())))]).status == 0
    new_key("arms.key")
    seed.chmod(0o600)
    for command in DOORS.values():
        assert armsledger(command).status == 0, command
    assert armsledger(f"admin copy {LEDGER} copy.db").status == 0
    assert armsledger("admin restore backup.db --ledger restored.db").status == 0
    assert files_that_others_read("arms.key.pub") == []
    assert len([*Path().rglob("*")]) > len(DOORS)


def test_a_site_and_a_checkpoint_are_for_others(armsledger: Inside, seed: Path) -> None:
    new_key("arms.key")
    seed.chmod(0o600)
    assert armsledger("publish site").status == 0
    assert armsledger("proof checkpoint signed --key arms.key").status == 0
    assert {"signed", "site/index.html"} <= {*files_that_others_read()}


def test_a_ledger_that_is_made_of_a_private_file_is_private(armsledger: Inside) -> None:
    private("private.yaml", OPENED)
    assert armsledger("record private.yaml").status == 0
    assert armsledger("export jsonl private.jsonl").status == 0
    assert armsledger("import jsonl private.jsonl --ledger imported.db").status == 0
    with Path("private.jsonl").open("rb") as file:
        command = [sys.executable, "-m", "armsledger", "record", "-", "--ledger", "piped.db"]
        subprocess.run(command, stdin=file, check=True, capture_output=True)
    assert Path("piped.db").exists()
    assert files_that_others_read() == []


def test_of_a_readable_file_a_readable_ledger_is_made_that_its_owner_writes(armsledger: Inside) -> None:
    Path("public.yaml").write_text(OPENED, encoding="utf-8")
    Path("public.yaml").chmod(0o444)
    assert armsledger("record public.yaml").status == 0
    assert stat.S_IMODE(os.stat(LEDGER).st_mode) == 0o644


def test_what_is_set_aside_of_a_private_file_is_private(armsledger: Inside) -> None:
    private("bad.csv", register(ROW, row(designation="KM-6", years="20222")))
    answer = armsledger("import sipri bad.csv --review review.csv")
    assert (answer.status, "bad.set-aside.csv: 1 row set aside" in answer.err) == (0, True)
    private("m.yaml", OPENED.replace("2020", "{column: Date}"))
    private("dates.csv", "Date\n2018-10\nsoon\n")
    assert armsledger("import csv dates.csv --map m.yaml --set-aside aside.csv --ledger dates.db").status == 0
    assert Path("aside.csv").exists()
    assert Path("review.csv").exists()
    assert files_that_others_read() == []
