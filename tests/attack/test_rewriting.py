"""A history that is rewritten: the recipe of docs/integrity.md signs for none, whatever somebody does who writes the
file, and has our own code to make the tree anew with."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.storage.proofs.keys import new_key
from tests.application.maintenance.trust import filled
from tests.cli.runner import LEDGER, Answer, Inside
from tests.other_program import run
from tests.processes import ROOT
from tests.storage.forger import forge, rehash

PAGE = (ROOT / "docs" / "integrity.md").read_text(encoding="utf-8")
(RECIPE,) = re.findall(r"^```sh\n(armsledger verify .* && .*)\n```$", PAGE, re.MULTILINE)
"""What the page says to run every night."""
ELSEWHERE = Path("elsewhere")
KEY = ("ARMSLEDGER_KEY", str(ELSEWHERE / "desk.key"))
EDIT = "UPDATE journal SET recorded_by = 'nobody' WHERE position = 5"
WITHOUT_NOTES = "DELETE FROM checkpoint"
SOURCE = "source registered {} --publisher Paper --published 2021-11-20 --reliability C"


def night(armsledger: Inside, name: str) -> Answer:
    """Run the commands of the recipe, the second only if the first ends well."""
    verify, sign = RECIPE.replace("/mnt/elsewhere", str(ELSEWHERE)).replace("$(date -I)", name).split(" && ")
    verified = armsledger(shlex.split(verify)[1:])
    return verified if verified.status else armsledger(shlex.split(sign)[1:])


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger that was signed for last night, the key elsewhere, and an older copy of the ledger."""
    folder = tmp_path_factory.mktemp("monday")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv(*KEY)
        armsledger = Inside(folder)
        ELSEWHERE.mkdir()
        new_key(KEY[1], "desk")
        shutil.copy(filled(Path(LEDGER)), "older.db")
        assert armsledger(SOURCE.format("first")).status == 0
        assert night(armsledger, "monday").status == 0
    return folder


@pytest.fixture
def signed(armsledger: Inside, monday: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in the folder of the test."""
    monkeypatch.setenv(*KEY)
    shutil.copytree(monday, armsledger.folder, dirs_exist_ok=True)


def edited(armsledger: Inside) -> None:
    forge(LEDGER, EDIT)


def edited_with_a_new_tree(armsledger: Inside) -> None:
    forge(LEDGER, EDIT)
    rehash(LEDGER)


def without_its_notes(armsledger: Inside) -> None:
    forge(LEDGER, EDIT, WITHOUT_NOTES)
    rehash(LEDGER)


def with_entries_after_it(armsledger: Inside) -> None:
    without_its_notes(armsledger)
    for name in ("second", "third"):
        assert armsledger(SOURCE.format(name)).status == 0


def with_notes_of_somebody_else(armsledger: Inside) -> None:
    without_its_notes(armsledger)
    new_key("insider.key", "desk")
    with Ledger(LEDGER) as ledger:
        ledger.checkpoint("insider", "insider.key")


def without_triggers(armsledger: Inside) -> None:
    for name in ("journal_refuses_update", "checkpoint_refuses_delete"):
        run(LEDGER, f"DROP TRIGGER {name}")
    run(LEDGER, EDIT, WITHOUT_NOTES)
    rehash(LEDGER)


def cut_off(armsledger: Inside) -> None:
    forge(LEDGER, "DELETE FROM journal WHERE position > 9", WITHOUT_NOTES)
    armsledger("rebuild")


def put_back(armsledger: Inside) -> None:
    shutil.copy("older.db", LEDGER)


def forked(armsledger: Inside) -> None:
    put_back(armsledger)
    for name in ("second", "third"):
        assert armsledger(SOURCE.format(name)).status == 0


def made_earlier(armsledger: Inside) -> None:
    forge(LEDGER, "UPDATE ledger SET value = '2019-01-01T00:00:00.000000Z' WHERE key = 'created_at'", WITHOUT_NOTES)


def named_anew(armsledger: Inside) -> None:
    forge(LEDGER, "UPDATE ledger SET value = '6f1d9a3e-52c4-4b7e-9d41-08a7c3e5b210' WHERE key = 'ledger_id'")
    without_its_notes(armsledger)


ATTACKS: tuple[tuple[Callable[[Inside], None], str], ...] = (
    (edited, "what it says is not what was hashed"),
    (edited_with_a_new_tree, "10 entries are others than those that were signed for"),
    (without_its_notes, "10 entries are others than those that were signed for"),
    (with_entries_after_it, "10 entries are others than those that were signed for"),
    (with_notes_of_somebody_else, "10 entries are others than those that were signed for"),
    (without_triggers, "the trigger journal_refuses_update: it is missing"),
    (cut_off, "the ledger is cut off: it has only 9 entries today"),
    (put_back, "the ledger is cut off: it has only 9 entries today"),
    (forked, "10 entries are others than those that were signed for"),
    (made_earlier, "the ledger says 2019-01-01T00:00:00.000000Z: one was changed"),
    (named_anew, "the key signed for other ledgers, and not for this one"),
)


def test_a_ledger_that_only_grew_is_signed_the_next_night(armsledger: Inside, signed: None) -> None:
    assert armsledger(SOURCE.format("second")).status == 0
    assert night(armsledger, "tuesday").status == 0
    command = f"verify --journal --checkpoint {ELSEWHERE}/monday.checkpoint --key {ELSEWHERE}/desk.key.pub"
    assert armsledger(command).status == 0


@pytest.mark.parametrize(("attack", "told"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_what_was_rewritten_is_not_signed_the_next_night(
    armsledger: Inside, signed: None, attack: Callable[[Inside], None], told: str
) -> None:
    attack(armsledger)
    answer = night(armsledger, "tuesday")
    assert answer.status == 1
    assert told in answer.out + answer.err
    assert "remedy: " in answer.out + answer.err
    assert not (ELSEWHERE / "tuesday.checkpoint").exists()


@pytest.mark.parametrize("attack", [attack for attack, _ in ATTACKS if attack is not without_triggers])
def test_neither_a_checkpoint_nor_a_proof_signs_it_without_verify_before(
    armsledger: Inside, signed: None, attack: Callable[[Inside], None]
) -> None:
    attack(armsledger)
    for command in (f"proof checkpoint {ELSEWHERE}/tuesday", f"proof make @1 {ELSEWHERE}/proof"):
        answer = armsledger(command)
        assert (answer.status, answer.out) == (1, "") or attack is edited, command
    if attack is edited:  # what is signed is what stood there when it was signed for last: verify tells who edited it
        assert armsledger(f"proof make @5 {ELSEWHERE}/proof-of-it").status == 1
