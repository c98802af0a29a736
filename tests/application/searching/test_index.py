"""The index of search: it is kept, built anew, verified and copied like a read model, and holds no name of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger, Refused
from armsledger.application.searching.search import search
from armsledger.projections.schema import SEARCH_INDEX
from armsledger.projections.search import index
from armsledger.projections.search.verification import holdings_by_journal, holdings_of_index
from armsledger.storage.connection import SQLITE
from tests.application.book import SOURCES, Clock, Object, book, entry, opened, paid, take

NAME = "Ann Quillington"


def kestrels() -> Ledger:
    """A ledger with two deals that name the Kestrel, and a correction."""
    ledger = book(opened("deal/a", id="a", items=["Kestrel-4"]), opened("deal/b", id="b", note="for the Kestrel-4"))
    ledger.correct("deal/b@1", set={"note": "for the Osprey"}, reason="entry-error", source="wire")
    return ledger


def holds_what_the_journal_gives(ledger: Ledger) -> bool:
    """Whether the index and the journal have the same words."""
    reader = ledger.journal().reader
    with reader.snapshot():
        return holdings_of_index(reader) == holdings_by_journal(reader)


def index_state(ledger: Ledger) -> tuple[int | None, bool]:
    """Up to where the index goes, and whether it answers."""
    (state,) = [state for state in ledger.read_models() if state.name == SEARCH_INDEX]
    return state.position, state.current


def drop_index(ledger: Ledger) -> None:
    """Make of a ledger one that an earlier release kept."""
    with ledger.journal().transaction() as transaction:
        transaction.connection.execute(f"DROP TABLE {SEARCH_INDEX}")
        transaction.connection.execute("DELETE FROM read_model WHERE name = ?", (SEARCH_INDEX,))


def found(ledger: Ledger, text: str, known: Any = None) -> tuple[list[dict[str, Any]], bool]:
    """What is found, and whether the index said so."""
    answer = search(ledger.at(known=known), text)
    return answer.rows.to_dicts(), answer.is_indexed


@pytest.mark.usefixtures("database")
def test_the_index_is_kept_with_each_append() -> None:
    with kestrels() as ledger:
        assert index_state(ledger) == (ledger.position(), True)
        assert holds_what_the_journal_gives(ledger)
        take(ledger, paid("USD 1m", "deal/a", note="Osprey"))
        assert index_state(ledger) == (ledger.position(), True)
        assert holds_what_the_journal_gives(ledger)


@pytest.mark.usefixtures("database")
def test_a_refusal_leaves_nothing_in_the_index() -> None:
    with kestrels() as ledger:
        with pytest.raises(Refused):
            take(ledger, paid("USD 1m", "deal/a", note="Osprey"), paid("USD 1m", "deal/none"))
        assert holds_what_the_journal_gives(ledger)
        assert [row["stream"] for row in found(ledger, "osprey")[0]] == ["deal/b"]


@pytest.mark.usefixtures("database")
def test_a_ledger_of_an_earlier_release_is_searched_and_gets_an_index_with_the_next_entry() -> None:
    with kestrels() as ledger:
        answers = [found(ledger, text)[0] for text in ("kestrel", "osprey", "s", "zebra")]
        drop_index(ledger)
        assert index_state(ledger) == (None, False)
        assert [found(ledger, text) for text in ("kestrel", "osprey", "s", "zebra")] == [
            (rows, False) for rows in answers
        ]
        take(ledger, paid("USD 1m", "deal/a"))
        assert index_state(ledger) == (ledger.position(), True)
        assert found(ledger, "osprey") == (answers[1], True)
        assert holds_what_the_journal_gives(ledger)


@pytest.mark.usefixtures("database")
def test_a_rebuild_makes_the_index_anew() -> None:
    with kestrels() as ledger:
        before = found(ledger, "kestrel")
        drop_index(ledger)
        ledger.rebuild(SEARCH_INDEX)
        assert found(ledger, "kestrel") == before
        ledger.rebuild()
        assert found(ledger, "kestrel") == before
        assert holds_what_the_journal_gives(ledger)


@pytest.mark.usefixtures("database")
def test_an_index_that_was_ended_half_way_goes_on_with_the_next_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    from armsledger.projections.search import upkeep

    monkeypatch.setattr(upkeep, "ENTRIES_A_TRANSACTION", 2)
    with kestrels() as ledger:
        before = found(ledger, "kestrel")
        journal = ledger.journal()
        with journal.transaction() as transaction:
            upkeep.install_index(transaction.connection)
        upkeep._next_part(journal, lambda *_: None)
        assert index_state(ledger) == (2, False)
        assert found(ledger, "kestrel") == (before[0], False)
        take(ledger, paid("USD 1m", "deal/a"))
        assert index_state(ledger) == (ledger.position(), True)
        assert holds_what_the_journal_gives(ledger)


@pytest.mark.usefixtures("database")
def test_the_belief_before_is_searched_by_an_index_that_stands_there() -> None:
    with kestrels() as ledger:
        position = ledger.position()
        before = found(ledger, "kestrel", position)
        with ledger.journal().transaction() as transaction:  # as a program does that does not know the index
            transaction.connection.execute(
                "UPDATE read_model SET position = ? WHERE name = ?", (position - 1, SEARCH_INDEX)
            )
        assert found(ledger, "kestrel", position - 1)[1]
        assert found(ledger, "kestrel", position) == (before[0], False)


@pytest.mark.usefixtures("database")
def test_verifying_finds_an_index_that_somebody_changed() -> None:
    with kestrels() as ledger:
        assert ledger.verify().findings == ()
        with ledger.journal().transaction() as transaction:
            insert = index.INSERT[ledger.journal().reader.dialect.name]
            transaction.connection.execute(insert, (1 << index.VERSION_BITS, "1forged"))
        (finding,) = ledger.verify().findings
        assert finding.remedy == f"armsledger rebuild {SEARCH_INDEX}"
        ledger.rebuild(SEARCH_INDEX)
        assert ledger.verify().findings == ()


@pytest.mark.usefixtures("database")
def test_verifying_says_that_an_index_is_behind() -> None:
    with kestrels() as ledger:
        drop_index(ledger)
        verification = ledger.verify()
        assert (verification.findings, verification.behind) == ((), (SEARCH_INDEX,))


def test_copies_have_an_index_of_their_own(database: str, tmp_path: Path, postgres_address: Callable[[], str]) -> None:
    with kestrels() as ledger:
        before = found(ledger, "kestrel")
        ledger.export_jsonl(tmp_path / "all.jsonl")
        with Ledger(tmp_path / "taken.db") as taken:
            taken.import_jsonl(tmp_path / "all.jsonl")
            assert found(taken, "kestrel") == before
            assert holds_what_the_journal_gives(taken)
            taken.backup(tmp_path / "backup.db")
            with Ledger.restore(tmp_path / "backup.db", tmp_path / "restored.db") as restored:
                assert found(restored, "kestrel") == before
            other = postgres_address() if database == "postgresql" else str(tmp_path / "copy.db")
            taken.copy_to(other)
            with Ledger(other) as copy:
                assert found(copy, "kestrel") == before
                assert holds_what_the_journal_gives(copy)


@contextmanager
def without_fts5() -> Iterator[None]:
    """As with a Python whose SQLite was built without FTS5."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "_sqlite_has_fts5", lambda: False)
        yield


def test_without_fts5_ledgers_are_kept_and_the_entries_searched() -> None:
    with without_fts5(), kestrels() as ledger:
        assert ledger.journal().reader.dialect is SQLITE
        rows, is_indexed = found(ledger, "kestrel")
        assert [row["stream"] for row in rows] == ["deal/a"]
        assert not is_indexed
        assert [state.name for state in ledger.read_models() if not state.current] == []
        assert ledger.verify().findings == ()
        ledger.rebuild()


def test_an_index_that_cannot_be_kept_is_left_behind_and_the_entry_recorded(tmp_path: Path) -> None:
    notices: list[str] = []
    with Ledger(tmp_path / "a.db", recorded_by="tester", clock=Clock(), notice=notices.append) as ledger:
        take(ledger, *SOURCES, opened(items=["Kestrel"]))
        with ledger.journal().transaction() as transaction:
            transaction.connection.execute("DROP TABLE search_index_data")
        take(ledger, paid("USD 1m", note="the first tranche"))
        assert ledger.position() == len(SOURCES) + 2
        assert any(SEARCH_INDEX in notice for notice in notices)


def test_the_name_of_a_person_is_in_no_byte_of_the_index(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    said: Object = {"attribution": {"speaker": NAME, "role": "minister"}}
    corrected = {"attribution": {"speaker": f"{NAME} Junior", "role": "minister of state"}}
    with Ledger(path, recorded_by="tester", clock=Clock()) as ledger:
        take(ledger, *SOURCES, opened(**said), paid("USD 1m", id="payment", **said))
        take(
            ledger, entry("deal/x", "corrected", target="payment", set=corrected, reason="entry-error", on="2021-11-12")
        )
        vocabulary = _words(ledger)
        assert "3minister" in vocabulary
        assert not {word for word in vocabulary if "quill" in word or "ann" in word}
        ledger.forget(NAME)
        ledger.forget(f"{NAME} Junior")
        assert holds_what_the_journal_gives(ledger)
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir()).lower()
    assert b"quill" not in content


def _words(ledger: Ledger) -> set[str]:
    """All words of the index."""
    from armsledger.projections.search import verification

    reader = ledger.journal().reader
    with reader.snapshot(), verification._vocabulary(reader):
        return {word for word, _ in reader.each(verification.PAIRS["sqlite"])}
