"""An erasure is an entry: a leaf of the tree that every copy has, and that nobody but the ledger itself records."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from armsledger import Ledger, LedgerError
from armsledger.application.maintenance.proofs import verify_proof
from armsledger.domain.errors import UsageError
from armsledger.storage.proofs.keys import new_key
from tests.application.book import ALL_TOLD, SOURCES, Clock, Object, delivered, jsonl, opened, take

ANN, BEN = "Ann Other", "Ben Third"
STATEMENTS: tuple[Object, ...] = (
    *SOURCES,
    opened(),
    delivered("1 unit", attribution=ANN),
    delivered("2 units", attribution=BEN),
)


def filled(address: str | Path, *, forget: bool = True) -> Ledger:
    """A ledger that quotes two persons, of whom one is forgotten."""
    ledger = Ledger.create(address, clock=Clock(), recorded_by="tester")
    take(ledger, *STATEMENTS)
    if forget:
        ledger.forget(ANN, reason="request 12")
    return ledger


def violations(ledger: Ledger) -> list[str]:
    """What verifying the ledger finds, without read models."""
    return [f"{found.where}: {found.what}" for found in ledger.verify(journal_only=True).findings]


def person_of(ledger: Ledger, name: str | None) -> str:
    """The id of a person; of the one who was forgotten, without a name."""
    (found,) = (row.id for row in ledger.persons() if row.name == name)
    return found


# the entry


def test_an_erasure_is_the_last_entry_of_the_log_and_tells_no_name(address: str) -> None:
    with filled(address, forget=False) as ledger:
        before = ledger.root()
        (person,) = ledger.forget(ANN, reason="request 12").ids
        *_, row = ledger.log()
        assert (row.entry, row.event, row.recorded_by) == (f"person/{person}@1", "forgotten", "tester")
        assert (row.data, str(row.on)) == ({"by": "tester: request 12"}, "2026-11-22")
        assert (ledger.root().size, ledger.position()) == (before.size + 1, before.size + 1)
        assert ledger.root().hex != before.hex
        assert violations(ledger) == []
        assert ledger.info().counts[1:] == (5, {"deal": 1, "source": 4}, 1)
        assert [read_model.name for read_model in ledger.read_models() if not read_model.current] == []


def test_who_is_forgotten_again_gets_no_second_entry(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger:
        before = ledger.position()
        assert ledger.forget(person_of(ledger, None)).forgotten_before is not None
        assert ledger.position() == before


def test_a_recorder_who_forgets_themselves_is_not_named_by_the_entry() -> None:
    with Ledger.in_memory(recorded_by=ANN, clock=Clock()) as ledger:
        take(ledger, *STATEMENTS)
        ledger.forget(ANN)
        *_, row = ledger.log()
        assert (row.recorded_by, row.data) == ("themselves", {"by": "themselves"})


def test_a_stranger_checks_that_somebody_was_forgotten(tmp_path: Path) -> None:
    verifier = new_key(tmp_path / "ours.key", "erasures.example")
    with filled(tmp_path / "ledger.db") as ledger:
        ledger.prove(ledger.position(), tmp_path / "erasure.proof", key=tmp_path / "ours.key")
        proved = verify_proof(tmp_path / "erasure.proof", [str(verifier)])
        assert (proved.event, proved.record.stream) == ("forgotten", f"person/{person_of(ledger, None)}")


def test_who_follows_is_told_of_an_erasure(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger:
        rows = list(ledger.follow(after=ledger.position() - 1, timeout_seconds=0))
        assert [row.event for row in rows] == ["forgotten"]


@pytest.mark.parametrize("known_by", ["recorded", "asserted"])
def test_the_log_tells_of_it_on_both_axes(known_by: str) -> None:
    with filled(":memory:") as ledger:
        day = "2026-11-22" if known_by == "asserted" else None
        assert [row.event for row in ledger.log(known=day, known_by=known_by)].count("forgotten") == 1
        assert "forgotten" not in [row.event for row in ledger.log(known="2026-11-21", known_by=known_by)]


# nobody else records it


@pytest.mark.parametrize("stream", ["person", "stream"])
def test_no_dossier_forgets_anybody(stream: str) -> None:
    with filled(":memory:", forget=False) as ledger:
        person = person_of(ledger, ANN)
        named = {"person": person} if stream == "person" else {"stream": f"person/{person}"}
        erasure = {**named, "event": "forgotten", "on": "2026-11-22", "asserted": "2026-11-22", "by": "me", "id": "e"}
        with pytest.raises(LedgerError, match=r"no dossier can tell|is not a stream"):
            take(ledger, erasure)
        with pytest.raises(UsageError, match="is not a stream"):
            ledger.record(f"person/{person}", "forgotten", on="2026-11-22", by="me")
        assert [row.name for row in ledger.persons()] == [ANN, BEN]


def test_an_export_that_is_recorded_beside_other_entries_forgets_nobody_here(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as theirs, filled(tmp_path / "ours.db", forget=False) as ours:
        theirs.export_jsonl(tmp_path / "export.jsonl")
        report = ours.record_file(tmp_path / "export.jsonl")
        assert (report.recorded, report.erasures_left_out) == (0, 1)
        assert [row.name for row in ours.persons()] == [ANN, BEN]


def test_persons_who_come_forgotten_from_another_ledger_get_their_entries(address: str, tmp_path: Path) -> None:
    with filled(tmp_path / "theirs.db") as theirs:
        theirs.export_jsonl(tmp_path / "export.jsonl")
    with Ledger.create(address, clock=Clock(ALL_TOLD), recorded_by="us") as ours:
        ours.record("source/else", "registered", publisher="Else")
        ours.record_file(tmp_path / "export.jsonl")
        *_, row = ours.log()
        assert (row.event, row.recorded_by) == ("forgotten", "us")
        assert row.data == {"at": "2026-11-22T12:00:00.000000Z", "by": "tester: request 12"}
        assert violations(ours) == []


# copies


def test_an_export_with_erasures_gives_the_same_ledger(address: str, tmp_path: Path) -> None:
    with filled(address) as ledger, Ledger(tmp_path / "copy.db", clock=Clock(ALL_TOLD)) as copy:
        take(ledger, delivered("3 units", on="2021-07", attribution="Cy"))
        ledger.export_jsonl(tmp_path / "export.jsonl")
        imported = copy.import_jsonl(tmp_path / "export.jsonl", root=ledger.root().hex)
        assert (imported.entries, imported.entered) == (ledger.position(), 0)
        assert copy.persons().to_dicts() == ledger.persons().to_dicts()
        assert copy.log().to_dicts() == ledger.log().to_dicts()
        assert violations(copy) == []


def test_an_export_that_forgets_whom_it_has_named_forgets_them_where_it_is_restored(tmp_path: Path) -> None:
    """As the merger of two exports would be: the key comes first, and then the erasure."""
    with filled(tmp_path / "ledger.db", forget=False) as ledger:
        ledger.export_jsonl(tmp_path / "named.jsonl")
        ledger.forget(ANN)
        ledger.export_jsonl(tmp_path / "forgotten.jsonl")
    named, forgotten = (
        (tmp_path / name).read_bytes().splitlines(keepends=True) for name in ("named.jsonl", "forgotten.jsonl")
    )
    with Ledger(tmp_path / "restored.db", clock=Clock(ALL_TOLD)) as restored:
        restored.record_stream(BytesIO(b"".join([*named, forgotten[-1]])), name="export.jsonl")
        assert [row.name for row in restored.persons()] == [BEN, None]
        assert violations(restored) == []
        assert restored.verify().findings == ()
        assert [sign for sign in restored.examine(quick=True) if sign.check == "erasures" and sign.level != "ok"] == []
    assert ANN.encode() not in (tmp_path / "restored.db").read_bytes()


@pytest.mark.parametrize(
    "changes",
    [{"by": None}, {"at": "yesterday"}, {"person": "Ann"}, {"event": "opened"}, {"on": "2026-11-23"}, {"name": "Ann"}],
)
def test_an_erasure_that_no_ledger_writes_is_refused(changes: Object, tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger:
        ledger.export_jsonl(tmp_path / "export.jsonl")
    *lines, last = (tmp_path / "export.jsonl").read_bytes().splitlines(keepends=True)
    tampered = jsonl([json.loads(last) | changes])
    with Ledger(tmp_path / "restored.db", clock=Clock(ALL_TOLD)) as restored, pytest.raises(LedgerError) as refused:
        restored.record_stream(BytesIO(b"".join([*lines, tampered])), name="export.jsonl")
    assert "export.jsonl:8" in str(refused.value)


def test_a_copy_and_a_backup_hold_the_erasure(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger:
        ledger.copy_to(tmp_path / "copy.db")
        ledger.backup(tmp_path / "backup.db")
        for name in ("copy.db", "backup.db"):
            with Ledger(tmp_path / name) as other:
                assert other.root() == ledger.root()
                assert violations(other) == []


# verification


def tamper(path: Path, *statements: str) -> None:
    """Change a file as somebody may who takes its triggers away, and puts them back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)


FORGOTTEN_AT = "forgotten_at = '2026-11-23T00:00:00.000000Z', forgotten_by = 'me'"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (f"UPDATE person SET name = NULL, key = NULL, {FORGOTTEN_AT} WHERE name = '{BEN}'", "no entry tells of that"),
        (f"UPDATE person SET key = NULL WHERE name = '{BEN}'", "no entry tells of that"),
        (f"UPDATE person SET name = '{ANN}' WHERE name IS NULL", "whose name or key is still there"),
        (f"UPDATE person SET {FORGOTTEN_AT} WHERE name IS NULL", "tells otherwise who forgot the person, or when"),
        ("DELETE FROM person WHERE name IS NULL", "whom the ledger does not hold"),
    ],
)
def test_persons_and_the_entries_that_tell_of_them_must_fit(tmp_path: Path, statement: str, what: str) -> None:
    filled(tmp_path / "ledger.db").close()
    tamper(tmp_path / "ledger.db", statement)
    with Ledger(tmp_path / "ledger.db") as ledger:
        (violation,) = violations(ledger)
        assert what in violation
        assert any(sign.check == "erasures" and what in sign.what for sign in ledger.examine(quick=True))


def test_no_program_destroys_a_key_without_an_entry(address: str) -> None:
    with filled(address) as ledger:
        with pytest.raises(Exception, match="by an entry that tells of it"), ledger.journal().transaction() as writing:
            writing.connection.execute(
                f"UPDATE person SET name = NULL, \"key\" = NULL, {FORGOTTEN_AT} WHERE name = '{BEN}'"
            )
        assert [row.name for row in ledger.persons()] == [BEN, None]


# what else goes through streams and kinds


def test_an_erasure_is_no_stream_that_anybody_asks_about(tmp_path: Path) -> None:
    with filled(tmp_path / "named.db", forget=False) as named, filled(tmp_path / "forgotten.db") as forgotten:
        person, last = person_of(forgotten, None), forgotten.position()
        assert forgotten.streams() == named.streams()
        assert len(forgotten.at().search(person)) == len(forgotten.at().search("person")) == 0
        compared = forgotten.compare(known=(last - 1, last), at="2026-11-30")
        assert (compared.differences, compared.entries) == ((), ())
        reader = forgotten.journal().reader
        assert reader.streams_touched(after=last - 1, upto=last) == []
        assert reader.streams_without_source() == named.journal().reader.streams_without_source()
        for question in ("deals", "sources", "links", "findings"):
            assert (
                getattr(forgotten.at("2026-11-30"), question)().to_dicts()
                == getattr(named.at("2026-11-30"), question)().to_dicts()
            )
        forgotten.rebuild(workers=0)
        assert forgotten.verify().findings == ()


def test_a_shell_completes_no_stream_of_a_person(tmp_path: Path) -> None:
    from armsledger.storage.opening import complete_streams

    filled(tmp_path / "ledger.db").close()
    assert complete_streams(tmp_path / "ledger.db", "person/") == []
    assert "deal/x" in complete_streams(tmp_path / "ledger.db", "")
