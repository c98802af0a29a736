"""The commands behind a pooler: made, recorded, read, verified, rebuilt, signed, copied and examined there."""

from __future__ import annotations

import shlex

import pytest

from tests.application.book import STORY
from tests.cli.runner import Answer, Inside
from tests.cli.test_on_standby import SAME, lines
from tests.pooler import Mode, pooler
from tests.postgres import Server

DONE = f"""
init
record {STORY}
deal amended india-s400 --on 2021-11-01 --asserted 2021-11-01 --source theprint-2021-11-12 --note Łódź
rebuild
verify
proof checkpoint all.checkpoint --key all.key
verify --checkpoint all.checkpoint --key all.key.pub
proof make deal/india-s400@1 entry.proof --checkpoint all.checkpoint
proof check entry.proof --key all.key.pub
admin backup backup.db
info"""


@pytest.mark.parametrize("mode", ["transaction", pytest.param("session", marks=pytest.mark.soak)])
def test_a_pooler_makes_no_difference(armsledger: Inside, postgres: Server, mode: Mode) -> None:
    schema, copied = postgres.schema(), postgres.schema()
    with pooler(postgres, mode) as before:
        pooled, direct = before.address(schema=schema), postgres.address("owner", schema)
        assert armsledger("proof keys new all.key").status == 0
        for command in lines(DONE):
            answer = asked(armsledger, pooled, command)
            assert answer.status == 0, (command, answer)
        for command in lines(SAME)[::3]:
            assert asked(armsledger, pooled, command).out == asked(armsledger, direct, command).out, command
        assert armsledger(["admin", "copy", "backup.db", before.address(schema=copied)]).status == 0
        signs = asked(armsledger, before.address(schema=copied), "admin doctor --json").json
        assert {sign["check"] for sign in signs if sign["level"] != "ok"} == {"durability"}  # the server is quick
    for name in (schema, copied):
        postgres.drop(name)


def asked(armsledger: Inside, ledger: str, command: str) -> Answer:
    """The answer of a ledger to a command."""
    return armsledger(["--ledger", ledger, *shlex.split(command)])
