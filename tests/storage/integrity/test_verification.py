"""Whatever is changed in a journal is found, and the first entry that does not fit is named."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from armsledger.domain.entry import Draft
from armsledger.storage.errors import LedgerOutdated
from armsledger.storage.integrity.verification import PAGE_ROWS, Walk, verify_journal
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.merkle import EMPTY_ROOT, Frontier, leaf_hash
from tests.storage.drafts import draft, history, signed, ticking
from tests.storage.forger import forge, forging, rehash

COLUMNS = (
    "position",
    "stream",
    "version",
    "name",
    "format",
    "entry_id",
    "on_earliest",
    "on_latest",
    "asserted_earliest",
    "asserted_latest",
    "source",
    "recorded_at",
    "recorded_by",
    "payload",
    "hashes",
)
ENTRIES = 8


def verified(path: Path, *, contents: bool = True) -> Walk:
    """What verifying the journal of a ledger comes to."""
    with Journal.open(path) as journal, journal.reader.snapshot():
        return verify_journal(journal.reader, contents=contents)


def misfit(walk: Walk) -> tuple[int, str, str]:
    """How many entries fit, where the first one stands that does not, and what does not fit."""
    assert walk.violation is not None
    assert "backup" in walk.violation.remedy
    return walk.sound, walk.violation.where, walk.violation.what


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of eight entries in three streams; to be copied."""
    path = tmp_path_factory.mktemp("made") / "ledger.db"
    with Journal.create(path, clock=ticking()) as journal:
        for one in [*history("deal/a", 4), *history("deal/b", 3), draft("source/c")]:
            journal.append([one], recorded_by="me")
    return path


@pytest.fixture
def ledger(made: Path, tmp_path: Path) -> Path:
    """The test's own copy."""
    return Path(shutil.copy(made, tmp_path / "ledger.db"))


def test_what_nobody_touched_fits(address: str) -> None:
    with Journal.create(address, clock=ticking()) as journal:
        entries = [*history("deal/a", 4), *history("deal/b", 3)]
        journal.append(entries, recorded_by="me")
        told: list[tuple[int, int]] = []
        with journal.reader.snapshot():
            walk = verify_journal(journal.reader, lambda done, total: told.append((done, total)), contents=True)
    assert (walk.head, walk.sound, walk.violation) == (7, 7, None)
    assert told == [(7, 7)]


def test_the_root_is_that_of_the_stored_records(ledger: Path) -> None:
    from armsledger.storage.proofs.record import Record, record_bytes

    with closing(sqlite3.connect(ledger)) as connection:
        rows = connection.execute(f"SELECT {', '.join(Record._fields)} FROM journal ORDER BY position").fetchall()
    tree = Frontier()
    tree.extend(leaf_hash(record_bytes(row)) for row in rows)
    assert verified(ledger).root == tree.root()


def test_an_empty_ledger_fits(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "ledger.db"):
        pass
    assert verified(tmp_path / "ledger.db") == Walk(0, 0, EMPTY_ROOT, None)


def test_pages_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    entries = [draft(f"deal/d{number % 7}", number // 7 + 1) for number in range(PAGE_ROWS + 205)]
    with Journal.create(path) as journal:
        journal.append(entries, recorded_by="me")
    assert verified(path)[1:] == (PAGE_ROWS + 205, verified(path).root, None, ())
    forge(path, f"UPDATE journal SET recorded_by = 'you' WHERE position = {PAGE_ROWS + 4}")
    sound, where, _ = misfit(verified(path))
    assert (sound, where.partition(" ")[2]) == (PAGE_ROWS + 3, f"(position {PAGE_ROWS + 4})")


EDITS = {
    "stream": "'deal/z'",
    "version": "version + 10",
    "name": "'deal.completed'",
    "format": "format + 1",
    "entry_id": "'another'",
    "on_earliest": "'2001-01-01'",
    "on_latest": "NULL",
    "asserted_earliest": "'2001-01-01'",
    "asserted_latest": "'2031-01-01'",
    "source": "'another'",
    "recorded_at": "substr(recorded_at, 1, 20) || '000001Z'",
    "recorded_by": "recorded_by || ' '",
    "payload": "replace(payload, '2018', '2019')",
    "hashes": "zeroblob(32)",
}


@pytest.mark.parametrize("column", EDITS)
@pytest.mark.parametrize("contents", [True, False])
def test_an_edited_column_is_found_at_its_entry(ledger: Path, column: str, contents: bool) -> None:
    forge(ledger, f"UPDATE journal SET {column} = {EDITS[column]} WHERE position = 3")
    sound, where, _ = misfit(verified(ledger, contents=contents))
    assert (sound, where.rpartition(" (")[2]) == (2, "position 3)")


def test_what_comes_before_the_first_misfit_has_the_root_it_had(ledger: Path) -> None:
    before = verified(ledger)
    forge(ledger, "DELETE FROM journal WHERE position > 5")
    shorter = verified(ledger)
    assert (shorter.head, shorter.sound, shorter.violation) == (5, 5, None)  # only a checkpoint can tell
    assert shorter.root != before.root
    forge(ledger, "UPDATE journal SET payload = '{}' WHERE position = 5")
    assert verified(ledger).sound == 4


def test_an_entry_taken_out_of_the_middle_is_missed(ledger: Path) -> None:
    forge(ledger, "DELETE FROM journal WHERE position = 3")
    assert misfit(verified(ledger)) == (
        2,
        "deal/a@4 (position 4)",
        "position 3 is missing: entries were taken out before this one",
    )


def test_an_entry_taken_out_is_missed_though_the_others_moved_up(ledger: Path) -> None:
    forge(
        ledger,
        "DELETE FROM journal WHERE position = 3",
        "UPDATE journal SET position = position - 1 WHERE position > 3",
    )
    assert misfit(verified(ledger))[:2] == (2, "deal/a@4 (position 3)")


def test_two_entries_that_changed_places_are_found(ledger: Path) -> None:
    forge(
        ledger,
        "UPDATE journal SET position = 100 WHERE position = 4",
        "UPDATE journal SET position = 4 WHERE position = 5",
        "UPDATE journal SET position = 5 WHERE position = 100",
    )
    sound, where, what = misfit(verified(ledger))
    assert (sound, where) == (3, "deal/b@1 (position 4)")
    assert "not what was hashed" in what


@pytest.mark.parametrize("position", [0, -1, -(2**63)])
def test_an_entry_before_the_first_is_found(ledger: Path, position: int) -> None:
    forge(ledger, f"UPDATE journal SET position = {position} WHERE position = 8")
    assert misfit(verified(ledger))[::2] == (0, f"its position is {position}, and 1 comes next")


def test_numbers_for_texts_are_no_record(ledger: Path) -> None:
    forge(ledger, "UPDATE journal SET recorded_by = CAST(recorded_by AS BLOB) WHERE position = 2")
    sound, where, what = misfit(verified(ledger))
    assert (sound, where) == (1, "deal/a@2 (position 2)")
    assert "recorded_by: Input should be a valid string" in what


def test_a_text_that_is_no_text_is_found(ledger: Path) -> None:
    forge(ledger, "UPDATE journal SET payload = CAST(x'7bff7d' AS TEXT) WHERE position = 6")
    sound, where, what = misfit(verified(ledger))
    assert (sound, where) == (5, "after position 5")
    assert "Could not decode to UTF-8" in what


@pytest.mark.parametrize(
    ("hashes", "told"),
    [
        ("NULL", "no bytes"),
        ("'text'", "no bytes"),
        ("x''", "not what was hashed"),
        ("substr(hashes, 1, 32)", "32 bytes, not 96"),
        ("CAST(hashes || x'00' AS BLOB)", "97 bytes, not 96"),
        ("CAST(substr(hashes, 1, 64) || zeroblob(32) AS BLOB)", "do not follow from the entries before"),
    ],
)
def test_hashes_that_do_not_follow_are_told_apart(tmp_path: Path, made: Path, hashes: str, told: str) -> None:
    ledger = Path(shutil.copy(made, tmp_path / "ledger.db"))
    with forging(ledger) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'BLOB NOT NULL', 'BLOB') WHERE name = 'journal'"
        )
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute(f"UPDATE journal SET hashes = {hashes} WHERE position = 4")
    sound, where, what = misfit(verified(ledger))
    assert (sound, where) == (3, "deal/a@4 (position 4)")
    assert told in what


def _append(ledger: Path, *drafts: Draft) -> None:
    with Journal.open(ledger, write=True) as journal:
        journal.append(drafts, recorded_by="me")


REWRITTEN = {
    "an id of an earlier entry": ("UPDATE journal SET entry_id = 'deal/a@1' WHERE position = 4", 3, "an earlier entry"),
    "a version again": ("UPDATE journal SET version = 1 WHERE position = 6", 5, "version is 1, and 2 comes next"),
    "a version left out": ("UPDATE journal SET version = 9 WHERE position = 6", 5, "version is 9, and 2 comes next"),
    "an earlier time": (
        "UPDATE journal SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 6",
        5,
        "before the entry that it follows",
    ),
    "no time": ("UPDATE journal SET recorded_at = 'yesterday' WHERE position = 6", 5, "'yesterday', cannot be read"),
    "a time of another form": (
        "UPDATE journal SET recorded_at = '2999-01-01T00:00:00Z' WHERE position = 8",
        7,
        "cannot be read",
    ),
}
STRANGE = {
    "another source": ("UPDATE journal SET source = 'other' WHERE position = 2", "its source is 'other'"),
    "another date": ("UPDATE journal SET on_latest = NULL WHERE position = 2", "its on_latest is None"),
    "another event": ("UPDATE journal SET name = 'deal.opened' WHERE position = 2", "its text is none of deal.opened"),
    "an event of nobody": ("UPDATE journal SET name = 'deal.sold' WHERE position = 2", "a stream of deal has no event"),
    "a stream of another kind": (
        "UPDATE journal SET stream = 'deal/c' WHERE position = 8",
        "a stream of deal has no event",
    ),
}


@pytest.mark.parametrize("edit", REWRITTEN)
def test_what_cannot_be_is_found_even_if_the_tree_was_computed_anew(ledger: Path, edit: str) -> None:
    statement, sound, told = REWRITTEN[edit]
    with forging(ledger) as connection:
        _let_everything_in(connection)
        connection.execute(statement)
    rehash(ledger)
    found = misfit(verified(ledger))
    assert found[0] == sound
    assert told in found[2]


@pytest.mark.parametrize("edit", STRANGE)
def test_what_no_release_writes_is_told_and_no_violation_where_it_fits_the_tree(ledger: Path, edit: str) -> None:
    statement, told = STRANGE[edit]
    with forging(ledger) as connection:
        _let_everything_in(connection)
        connection.execute(statement)
    assert verified(ledger).violation is not None
    rehash(ledger)
    walk = verified(ledger)
    assert (walk.sound, walk.violation) == (ENTRIES, None)
    (strange,) = walk.strange
    assert told in strange.what
    assert "retract" in strange.remedy


def _let_everything_in(connection: sqlite3.Connection) -> None:
    """Make the journal a table without rules."""
    connection.execute("CREATE TABLE copy AS SELECT * FROM journal")
    connection.execute("DROP TABLE journal")
    connection.execute("ALTER TABLE copy RENAME TO journal")


def test_an_edit_of_which_the_whole_tree_was_computed_anew_fits(ledger: Path) -> None:
    before = verified(ledger)
    forge(ledger, "UPDATE journal SET recorded_by = 'nobody' WHERE position = 3")
    rehash(ledger)
    after = verified(ledger)
    assert (after.sound, after.violation) == (ENTRIES, None)
    assert after.root != before.root  # which is why roots are signed and kept elsewhere


def test_a_ledger_without_a_tree_is_to_be_migrated(ledger: Path) -> None:
    forge(ledger, "UPDATE ledger SET value = '1' WHERE key = 'schema_version'")
    with pytest.raises(LedgerOutdated, match="migrate"):
        verified(ledger)


values = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    st.binary(max_size=40),
)


@given(st.integers(1, ENTRIES), st.sampled_from(COLUMNS), values)
def test_any_edit_of_any_column_of_any_entry_is_found(
    made: Path, tmp_path_factory: pytest.TempPathFactory, position: int, column: str, value: object
) -> None:
    path = tmp_path_factory.mktemp("edited") / "ledger.db"
    shutil.copy(made, path)
    with forging(path) as connection:
        before = connection.execute("SELECT * FROM journal ORDER BY position").fetchall()
        try:
            connection.execute(f"UPDATE journal SET {column} = ? WHERE position = ?", (value, position))
        except sqlite3.Error:
            assume(False)
        assume(_typed(connection.execute("SELECT * FROM journal ORDER BY position").fetchall()) != _typed(before))
    walk = verified(path, contents=False)
    assert walk.violation is not None
    assert walk.sound < position


def _typed(rows: list[tuple[object, ...]]) -> list[list[tuple[type, object]]]:
    return [[(type(value), value) for value in row] for row in rows]


@given(st.data())
def test_any_edit_of_the_bytes_of_the_text_is_found(
    made: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("edited") / "ledger.db"
    shutil.copy(made, path)
    position = data.draw(st.integers(1, ENTRIES))
    column = data.draw(st.sampled_from([name for name in COLUMNS if name not in ("position", "version", "format")]))
    with forging(path) as connection:
        query = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM journal WHERE position = ?"
        content, kind = connection.execute(query, (position,)).fetchone()
        assume(content)
        place = data.draw(st.integers(0, len(content) - 1))
        edited = content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :]
        connection.execute(f"UPDATE journal SET {column} = CAST(? AS {kind}) WHERE position = ?", (edited, position))
    assert verified(path, contents=False).sound < position


def test_verifying_the_tree_is_what_a_writer_goes_on_with(ledger: Path) -> None:
    _append(ledger, Draft("deal/a", 5, "deal/a@5", signed()))
    walk = verified(ledger)
    assert (walk.sound, walk.violation) == (ENTRIES + 1, None)


def test_a_later_entry_that_fits_does_not_hide_an_earlier_one_that_does_not(ledger: Path) -> None:
    forge(ledger, "UPDATE journal SET payload = replace(payload, '2018', '2017') WHERE position = 2")
    _append(ledger, Draft("deal/a", 5, "deal/a@5", signed()))
    assert misfit(verified(ledger))[0] == 1
