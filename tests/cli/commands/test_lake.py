"""The lake on the command line: written, verified without the ledger, and folded."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger.lake.folder import folder_at
from armsledger.storage.proofs.keys import new_key
from tests.cli.runner import LEDGER, Inside
from tests.lake.lakes import asked

pytestmark = pytest.mark.usefixtures("seed")


def test_a_lake_is_written_proved_and_folded_without_its_ledger(armsledger: Inside) -> None:
    new_key("arms.key")
    assert armsledger("proof checkpoint arms.checkpoint --key arms.key").status == 0
    deals = armsledger("deals --json").json
    synced = armsledger("lake sync arms.lake --buckets 3")
    assert (synced.status, synced.err) == (0, "")
    assert [line.split()[0] for line in synced.lines] == ["lake", "added", "position", "root"]
    root = armsledger("info --json").json["root"]
    assert synced.lines[-1].split() == ["root", root]
    assert armsledger("lake sync arms.lake --json").json["entries"] == 0
    Path(LEDGER).unlink()

    verified = armsledger("lake verify arms.lake --checkpoint arms.checkpoint --key arms.key.pub")
    assert (verified.status, verified.err) == (0, "")
    assert verified.lines[-2].split() == ["root", root]
    assert "arms.checkpoint: the lake begins with it (21 entries, signed by armsledger+" in verified.lines[-1]
    unsigned = armsledger("lake verify arms.lake --json")
    assert (unsigned.status, unsigned.json["root"], unsigned.json["confirmed"]) == (0, root, [])

    folded = armsledger("lake fold arms.lake --models deals --models payments")
    assert (folded.status, folded.err) == (0, "")
    assert folded.lines[0].split() == ["read", "models", "arms.lake/read-models/21"]
    told = asked(
        "SELECT deal, stage FROM 'arms.lake/read-models/21/deals/*.parquet'"
        " WHERE believed = 1 AND valid_to = 'infinity' ORDER BY deal"
    )
    assert told == [(deal["deal"], deal["stage"]) for deal in deals]
    again = armsledger("lake fold arms.lake --models deals --out elsewhere --json").json
    assert (again["folder"], list(again["rows"])) == ("elsewhere/21", ["deals"])


def test_without_a_checkpoint_it_is_said_what_goes_unseen(armsledger: Inside) -> None:
    armsledger("lake sync arms.lake")
    assert "no checkpoint to compare with" in armsledger("lake verify arms.lake").err


def test_what_is_removed_after_somebody_was_forgotten_is_told(armsledger: Inside) -> None:
    armsledger("lake sync arms.lake --buckets 1")
    armsledger("lake fold arms.lake --models deals")
    name = armsledger("admin persons --json").json[0]["name"]
    assert armsledger(["admin", "forget", name, "--yes"]).status == 0
    assert "removed read-models/21: somebody was forgotten since" in armsledger("lake sync arms.lake").err


def test_a_fold_waits_for_another_one_as_long_as_it_is_told(
    armsledger: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    armsledger("lake sync arms.lake")
    monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", "0.2")
    with folder_at("arms.lake/read-models").locked():
        answer = armsledger("lake fold arms.lake --models deals")
    assert answer.status == 1
    assert "somebody else writes to arms.lake/read-models and has for 0.2 s" in answer.err


@pytest.mark.parametrize("json", ["", "--json"])
@pytest.mark.parametrize("command", ["sync", "verify", "fold --models deals"])
def test_no_answer_shows_a_password(armsledger: Inside, command: str, json: str) -> None:
    address = "memory://ann:geheim@host/arms.lake"
    assert armsledger(f"lake sync {address}").status == 0
    answer = armsledger(f"lake {command} {address} {json}")
    assert answer.status == 0
    assert "geheim" not in answer.out + answer.err


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("lake verify nothing.lake", 1, "there is no lake"),
        ("lake verify nothing.lake --key nosuch.pub", 1, "nosuch.pub"),
        ("lake fold nothing.lake", 1, "there is no lake"),
        ("lake fold nothing.lake --engine flink", 2, "there is no engine 'flink'"),
        ("lake fold nothing.lake --models deal", 2, "there is no projection 'deal'"),
        ("lake sync arms.lake --buckets 0", 2, "cannot have 0 buckets"),
        ("lake sync nowhere://arms.lake", 1, "nowhere"),
        (f"lake sync {LEDGER}", 1, LEDGER),
        ("lake sync arms.lake --ledger none.db", 1, "none.db"),
    ],
)
def test_what_goes_wrong_is_told_with_a_remedy(armsledger: Inside, command: str, status: int, said: str) -> None:
    answer = armsledger(command)
    assert (answer.status, answer.out) == (status, "")
    assert said in answer.err
    assert "remedy: " in answer.err
    assert "Traceback" not in answer.err
