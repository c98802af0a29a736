"""verify: everything fits, or what does not is named, and the exit status says so."""

from __future__ import annotations

from pathlib import Path

from tests.cli.runner import LEDGER, Inside, Process
from tests.storage.forger import forge, rehash

ENTRIES = 21


def test_a_ledger_that_nobody_touched_fits(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("verify")
    assert answer.status == 0
    assert answer.err.startswith("no checkpoint to compare with")
    assert answer.lines[0] == f"entries         {ENTRIES}; all of them fit"
    assert answer.lines[1].split() == ["root", armsledger("info --json").json["root"]]
    assert answer.lines[-1] == "everything fits"
    names = [line[:15].strip().replace(" ", "_") for line in answer.lines[2:-1]]
    assert names == list(armsledger("info --json").json["read_models"])


def test_the_same_as_json(armsledger: Inside, seed: Path) -> None:
    told = armsledger("verify --json").json
    assert list(told) == [
        "sound",
        "position",
        "sound_entries",
        "root",
        "findings",
        "strange",
        "checkpoints",
        "read_models",
        "behind",
    ]
    assert (told["sound"], told["position"], told["sound_entries"], told["findings"]) == (True, ENTRIES, ENTRIES, [])
    assert len(told["read_models"]["deals"]["sha256"]) == 64


def test_read_models_are_left_out_for_speed(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "DELETE FROM kept_deals")
    assert armsledger("verify --journal").status == 0
    assert armsledger("verify --journal --json").json["read_models"] is None
    assert armsledger("verify").status == 1


def test_what_does_not_fit_is_told_with_its_remedy(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE journal SET recorded_by = recorded_by || '\x1b[2J' WHERE position = 5")
    answer = armsledger("verify")
    assert (answer.status, answer.err) == (1, "")
    assert answer.lines[0] == f"entries         {ENTRIES}; the first 4 fit"
    assert answer.lines[2].startswith("error: deal/india-s400@3 (position 5): what it says is not what was hashed")
    assert answer.lines[3].startswith("  remedy: do not write to it; go back to a backup")
    assert answer.lines[-1] == "1 finding: the ledger is not as it should be"
    assert "\x1b" not in answer.out
    told = armsledger("verify --json")
    assert told.status == 1
    assert [(one["where"], bool(one["remedy"])) for one in told.json["findings"]] == [
        ("deal/india-s400@3 (position 5)", True)
    ]


def test_a_read_model_that_differs_is_told_with_its_remedy(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE kept_deals SET valid_to = '2030-01-01' WHERE stream = 'deal/india-s400'")
    answer = armsledger("verify")
    assert answer.status == 1
    assert answer.lines[-2] == "  remedy: armsledger rebuild deals"
    armsledger("rebuild deals")
    assert armsledger("verify").status == 0


def test_a_read_model_that_is_behind_is_told_and_fits(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE read_model SET position = 3 WHERE name = 'deals'")
    answer = armsledger("verify")
    assert answer.status == 0
    assert "deals           not in step; answers are folded until `armsledger rebuild`" in answer.lines


def test_a_missing_trigger_is_told(armsledger: Inside, seed: Path) -> None:
    from tests.other_program import run

    run(LEDGER, "DROP TRIGGER journal_refuses_update")
    answer = armsledger("verify --journal")
    assert answer.status == 1
    assert "error: the trigger journal_refuses_update: it is missing" in answer.lines


def test_a_ledger_that_is_not_there_is_refused(armsledger: Inside) -> None:
    answer = armsledger("verify")
    assert (answer.status, answer.out) == (1, "")
    assert "there is no ledger at armsledger.db" in answer.err


def test_an_older_ledger_is_to_be_migrated(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE ledger SET value = '1' WHERE key = 'schema_version'")
    answer = armsledger("verify")
    assert (answer.status, answer.out) == (1, "")
    assert "armsledger admin migrate" in answer.err


# With a checkpoint


def _signed(armsledger: Inside) -> None:
    armsledger("proof keys new arms.key")
    assert armsledger("proof checkpoint signed --key arms.key").status == 0


def test_a_ledger_extends_what_was_signed(armsledger: Inside, seed: Path) -> None:
    _signed(armsledger)
    armsledger("source registered later --publisher Later --published 2021-11-20 --reliability C")
    answer = armsledger("verify --journal --checkpoint signed --key arms.key.pub")
    assert answer.status == 0
    assert answer.lines[2].startswith(f"checkpoint      signed: extended ({ENTRIES} entries, signed by armsledger+")
    told = armsledger("verify --checkpoint signed --key arms.key.pub --json").json
    assert [(one["file"], one["size"]) for one in told["checkpoints"]] == [("signed", ENTRIES)]


def test_a_rewritten_history_is_told(armsledger: Inside, seed: Path) -> None:
    _signed(armsledger)
    forge(LEDGER, "DELETE FROM checkpoint", "UPDATE journal SET recorded_by = 'nobody' WHERE position = 3")
    rehash(LEDGER)
    assert armsledger("verify").status == 0
    answer = armsledger("verify --checkpoint signed --key arms.key.pub")
    assert answer.status == 1
    assert "history was rewritten" in answer.out


def test_the_verifier_key_may_be_given_as_text(armsledger: Inside, seed: Path) -> None:
    _signed(armsledger)
    key = armsledger("proof keys show arms.key").out.strip()
    assert armsledger(["verify", "--journal", "--checkpoint", "signed", "--key", key]).status == 0


def test_several_checkpoints_may_be_given(armsledger: Inside, seed: Path) -> None:
    _signed(armsledger)
    armsledger("source registered later --publisher Later --published 2021-11-20 --reliability C")
    armsledger("proof keys new other.key --name other")
    armsledger("proof checkpoint signed-too --key other.key")
    command = "verify --json --checkpoint signed --checkpoint signed-too --key arms.key.pub --key other.key.pub"
    assert [one["size"] for one in armsledger(command).json["checkpoints"]] == [ENTRIES, ENTRIES + 1]


def test_a_checkpoint_without_a_key_is_refused(armsledger: Inside, seed: Path) -> None:
    _signed(armsledger)
    answer = armsledger("verify --checkpoint signed")
    assert (answer.status, answer.out) == (2, "")
    assert "--key FILE.pub" in answer.err


def test_a_secret_key_is_never_repeated(armsledger: Inside, seed: Path) -> None:
    _signed(armsledger)
    secret = Path("arms.key").read_text(encoding="utf-8").strip()
    for key in ("arms.key", secret):
        answer = armsledger(["verify", "--checkpoint", "signed", "--key", key])
        assert answer.status == 1
        assert secret not in answer.err
        assert "this is a signer key, which is secret" in answer.err


def test_a_checkpoint_that_is_none_is_refused(armsledger: Inside, seed: Path) -> None:
    armsledger("proof keys new arms.key")
    for name, told in (("arms.key.pub", "not a signed checkpoint"), ("nothing", "there is no file nothing")):
        answer = armsledger(f"verify --checkpoint {name} --key arms.key.pub")
        assert (answer.status, answer.out) == (1, "")
        assert told in answer.err


def test_verifying_writes_nothing(process: Process, seed: Path) -> None:
    before = seed.read_bytes()
    assert process("verify").status == 0
    assert seed.read_bytes() == before
    assert [file.name for file in seed.parent.iterdir()] == [LEDGER]
