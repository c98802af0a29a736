"""Verifying a ledger: it is sound, or what does not fit is named, with what is sound before it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.projections.schema import COLUMNS
from armsledger.storage.erasure.seals import SEALED
from armsledger.storage.errors import LedgerOutdated
from armsledger.storage.proofs.merkle import EMPTY_ROOT, Frontier, leaf_hash
from armsledger.storage.proofs.record import record_bytes
from tests.application.book import SOURCES, opened, paid, take
from tests.application.maintenance.trust import (
    ENTRIES,
    TOLD,
    Place,
    filled,
    findings,
    verified,
)
from tests.other_program import run, select
from tests.storage.forger import RECORDS, forge, forging, rehash


@pytest.fixture
def file(path: Path) -> Path:
    """The same in a file; for tests of many cases that do not depend on the database."""
    filled(path)
    return path


def test_a_ledger_that_nobody_touched_is_sound(ledger: Place) -> None:
    told = verified(ledger)
    assert (told.sound, told.position, told.sound_entries, told.behind) == (True, ENTRIES, ENTRIES, ())
    with Ledger(ledger) as opened_again:
        assert opened_again.root() == (ENTRIES, told.root)
        names = [projection.name for projection in opened_again.projections()]
    assert told.digests is not None
    assert [digest.name for digest in told.digests] == [*names, "search_index"]
    assert sum(digest.rows for digest in told.digests) > 0


def test_the_root_is_that_of_the_records(ledger: Place) -> None:
    with Ledger(ledger) as opened_again:
        rows = opened_again.journal().reader.query(RECORDS)
    tree = Frontier()
    tree.extend(leaf_hash(record_bytes(row)) for row in rows)
    assert verified(ledger).root == tree.root()


def test_an_empty_ledger_is_sound() -> None:
    with Ledger.in_memory() as ledger:
        told = ledger.verify()
        assert (told.sound, told.position, told.root) == (True, 0, EMPTY_ROOT)
        assert ledger.root() == (0, EMPTY_ROOT)


def test_read_models_can_be_left_out(ledger: Place) -> None:
    forge(ledger, "DELETE FROM kept_deals")
    assert verified(ledger, journal_only=True).sound
    assert verified(ledger, journal_only=True).digests is None
    assert not verified(ledger).sound


def test_it_is_told_how_far_the_work_has_come(ledger: Place) -> None:
    told: list[tuple[str, int, int]] = []
    with Ledger(ledger) as opened_again:
        opened_again.verify(stages=lambda *stage: told.append(stage), workers=0)
    assert told == [("entries", ENTRIES, ENTRIES), ("read models", ENTRIES, ENTRIES)]


def test_it_sees_one_commit_however_much_is_recorded_meanwhile(ledger: Place) -> None:
    with Ledger(ledger) as writer, Ledger(ledger) as verifier:

        def record_more(stage: str, done: int, total: int) -> None:
            take(writer, paid("USD 1m", "deal/y", tranche=writer.position()))

        told = verifier.verify(workers=0, stages=record_more)
        assert (told.sound, told.position) == (True, ENTRIES)
        assert writer.position() > ENTRIES


def test_other_processes_work_read_models_out(path: Path) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
        here, there = ledger.verify(workers=0), ledger.verify(workers=2)
    assert there == here
    forge(path, "UPDATE kept_deals SET valid_to = '2020-01-01' WHERE stream = 'deal/y' AND believed = 1")
    with Ledger(path) as ledger:
        assert [finding.where for finding in ledger.verify(workers=2).findings] == ["the read model deals"]


# What was changed


def test_an_edited_entry_is_named_with_what_is_sound_before_it(ledger: Place) -> None:
    with Ledger(ledger) as whole:
        rows = whole.journal().reader.query(RECORDS)
    forge(ledger, "UPDATE journal SET payload = replace(payload, '5', '6') WHERE position = 7")
    told = verified(ledger)
    tree = Frontier()
    tree.extend(leaf_hash(record_bytes(row)) for row in rows[:6])
    assert (told.sound, told.position, told.sound_entries, told.root) == (False, ENTRIES, 6, tree.root())
    assert [finding.where for finding in told.findings] == ["deal/x@3 (position 7)"]
    assert told.digests is None  # what follows from entries that do not fit says nothing


READ_MODELS = {
    "another row": ("UPDATE kept_sources SET valid_from = '1999-01-01' WHERE stream = 'source/paper'", "sources"),
    "another text": ("UPDATE kept_payments SET \"row\" = replace(\"row\", '9000000', '9000001')", "payments"),
    "a row left out": ("DELETE FROM kept_deliveries", "deliveries"),
    "a row too many": (
        "INSERT INTO kept_deals SELECT believed, 'deal/z', known_from, valid_from, slot, asserted_from, known_to,"
        " valid_to, asserted_to, \"row\" FROM kept_deals WHERE stream = 'deal/y' AND believed = 1",
        "deals",
    ),
    "a row of no belief": ("UPDATE kept_deals SET believed = 2 WHERE stream = 'deal/y'", "deals"),
    "an assertion of later": ("UPDATE kept_deals SET asserted_from = '2030-01-01'", "deals"),
    "an assertion that ended": ("UPDATE kept_payments SET asserted_to = '2030-01-01'", "payments"),
    "a belief that began earlier": ("UPDATE kept_sources SET known_from = 0", "sources"),
}


@pytest.mark.parametrize("edit", READ_MODELS)
def test_a_read_model_that_differs_is_named_with_its_remedy(file: Path, edit: str) -> None:
    statement, name = READ_MODELS[edit]
    before = verified(file).digests
    forge(file, statement)
    told = verified(file)
    assert [(finding.where, finding.remedy) for finding in told.findings] == [
        (f"the read model {name}", f"armsledger rebuild {name}")
    ]
    assert before is not None
    assert told.digests is not None
    assert {digest.name for digest in set(before) ^ set(told.digests)} == {name}
    with Ledger(file) as mended:
        mended.rebuild(name, workers=0)
        assert mended.verify(workers=0).digests == before


def test_the_first_stream_that_differs_is_named(ledger: Place) -> None:
    forge(ledger, "UPDATE kept_deals SET valid_to = '2100-01-01'")
    assert findings(ledger) == ["the read model deals: its rows of deal/x are others than the journal gives"]


def test_a_citation_that_is_not_written_down_is_found(ledger: Place) -> None:
    forge(ledger, "DELETE FROM citing WHERE stream = 'deal/y'")
    assert findings(ledger) == ["the table citing: it does not say that deal/y cites wire"]


def test_a_view_that_was_changed_is_found(path: Path) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
    forge(path, "DROP VIEW deals", "CREATE VIEW deals AS SELECT * FROM \"kept_deals\" WHERE stream <> 'deal/x'")
    assert findings(path) == ["the read model deals: its view deals was changed"]


FORGED = "CREATE VIEW deals AS SELECT 'forged' AS deal"
VIEWS = {
    "of other rows": (("DROP VIEW deals", FORGED), "its view deals was changed"),
    "a table": (("DROP VIEW deals", "CREATE TABLE deals (deal TEXT)"), "its view deals was changed"),
    "missing": (("DROP VIEW deals",), "its view deals is missing"),
    "of now": (("DROP VIEW deals_now", FORGED.replace("deals AS", "deals_now AS")), "its view deals_now was changed"),
    "of now, missing": (("DROP VIEW deals_now",), "its view deals_now is missing"),
}


@pytest.mark.parametrize("edit", VIEWS)
def test_a_view_that_is_not_ours_is_found_and_its_remedy_helps(ledger: Place, edit: str) -> None:
    statements, told = VIEWS[edit]
    run(ledger, *statements)
    (finding,) = verified(ledger).findings
    assert (finding.where, finding.what) == ("the read model deals", told)
    assert finding.remedy.endswith("armsledger rebuild deals")
    if "rename or drop" in finding.remedy:
        view = told.split()[2]
        run(ledger, f"ALTER TABLE {view} RENAME TO theirs" if edit == "a table" else f"DROP VIEW {view}")
    with Ledger(ledger) as mended:
        mended.rebuild("deals", workers=0)
    assert verified(ledger).sound
    assert verified(ledger).behind == ()


def test_a_view_on_a_server_that_was_replaced_under_its_comment_is_found(postgres_address: Callable[[], str]) -> None:
    address = postgres_address()
    Ledger.create(address).close()
    filled(address)
    ((definition,),) = [tuple(row.values()) for row in select(address, "SELECT pg_get_viewdef('deals'::regclass)")]
    assert verified(address).sound
    only = definition.rstrip(";") + " WHERE kept_deals.stream <> 'deal/x'"
    run(address, f"CREATE OR REPLACE VIEW deals AS {only}")
    assert findings(address) == ["the read model deals: its view deals was changed"]


def test_a_read_model_that_is_behind_is_no_finding(ledger: Place) -> None:
    forge(ledger, "UPDATE read_model SET position = 3 WHERE name = 'deals'")
    told = verified(ledger)
    assert (told.sound, told.behind) == (True, ("deals",))


def test_a_name_that_was_exchanged_is_found(ledger: Place) -> None:
    forge(ledger, "UPDATE person SET name = 'Somebody Else'")
    (finding,) = verified(ledger).findings
    assert finding.where == "deal/x@2 (position 6)"
    assert "not the one that was sealed" in finding.what


def test_a_name_that_was_sealed_by_hand_is_strange_where_others_name_the_same_person(path: Path) -> None:
    with Ledger.create(path) as ledger:
        take(ledger, *SOURCES, opened(attribution="Ann Other"), paid("USD 1m", attribution="Ann Other"))
        rows = ledger.journal().reader.query("SELECT position, payload FROM journal WHERE payload LIKE '%sealed%'")
    (_, one), (position, other) = rows
    by_hand = SEALED.sub(SEALED.search(one)[0], other)  # type: ignore[index]
    forge(path, f"UPDATE journal SET payload = '{by_hand}' WHERE position = {position}")
    rehash(path)
    told = verified(path, journal_only=False)
    assert [finding.where for finding in told.findings] == []
    assert [strange.where for strange in told.strange] == [f"deal/x@2 (position {position})"]
    assert "is not the one that was sealed" in told.strange[0].what


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE ledger SET value = 'mine' WHERE key = 'ledger_id'", "its ledger_id is 'mine', which no ledger has"),
        ("DELETE FROM ledger WHERE key = 'ledger_id'", "there is no ledger_id"),
        ("UPDATE ledger SET value = 'once' WHERE key = 'created_at'", "its created_at is 'once', which is no time"),
    ],
)
def test_what_a_ledger_cannot_say_of_itself_is_found(file: Path, edit: str, told: str) -> None:
    forge(file, edit)
    assert findings(file) == [f"the table ledger: {told}"]


def test_a_follower_that_would_miss_entries_is_found(ledger: Place) -> None:
    run(ledger, f"INSERT INTO tracking VALUES ('another journal', {ENTRIES + 9}), ('armsledger', {ENTRIES + 1})")
    (finding,) = verified(ledger).findings
    assert (finding.where, finding.what) == (
        "the table tracking",
        f"'armsledger' has come to {ENTRIES + 1}, and the last entry is {ENTRIES}: it would miss entries",
    )
    assert "notification_id" in finding.remedy


def test_an_older_ledger_is_to_be_migrated_first(ledger: Place) -> None:
    forge(ledger, "UPDATE ledger SET value = '1' WHERE key = 'schema_version'")
    with Ledger(ledger) as older:
        for ask in (older.verify, older.root, lambda: older.prove(1, "-")):
            with pytest.raises(LedgerOutdated, match="migrate"):
                ask()


KEPT = ("kept_deals", "kept_payments", "kept_deliveries", "kept_sources", "kept_citations")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(KEPT),
    st.integers(0, 9),
    st.sampled_from(list(COLUMNS)),
    st.one_of(st.integers(0, 99), st.text("0123456789-abc", max_size=10), st.binary(max_size=5)),
)
def test_any_edit_of_any_row_of_a_read_model_is_found(
    path: Path, table: str, place: int, column: str, value: object
) -> None:
    if not path.exists():
        filled(path)
    edited = path.with_name("edited.db")
    shutil.copy(path, edited)
    with forging(edited) as connection:
        rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2, 3, 4, 5, 6').fetchall()
        key = rows[place % len(rows)][:6]
        where = "believed = ? AND stream = ? AND known_from = ? AND valid_from = ? AND slot = ? AND asserted_from = ?"
        try:
            connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (value, *key))
        except sqlite3.IntegrityError:  # two rows of one key
            assume(False)
        assume(rows != connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2, 3, 4, 5, 6').fetchall())
    name = table.removeprefix("kept_")
    assert [finding.where for finding in verified(edited).findings] == [f"the read model {name}"]
