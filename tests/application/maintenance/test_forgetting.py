"""Somebody is forgotten: their name is nowhere any more, and all else is as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.maintenance.persons import UnknownPerson
from armsledger.domain.errors import UsageError
from armsledger.projections import Projection, Row, pages, rebuild
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.read_models.expectations import EXPECTATIONS
from armsledger.projections.timeline import Span, Timeline, always
from armsledger.storage.erasure.persons import check_persons
from armsledger.storage.errors import LedgerMissing
from armsledger.storage.proofs.merkle import root_of
from tests.application.book import (
    ALL_TOLD,
    SOURCES,
    STORY,
    Clock,
    Object,
    book,
    delivered,
    entry,
    expected,
    opened,
    paid,
    states,
    take,
)
from tests.application.read_models import answers, folded, tables
from tests.postgres import Server
from tests.processes import python, started

ANN, BEN = 'Ann «Ä» "Quill" O\'Neill', "Ben Other"
QUILL = "Quill"
"""Part of the name, which stands in every spelling of it."""
NOTE = "as Ben Other put it elsewhere"

STATEMENTS: tuple[Object, ...] = (
    opened(),
    paid("USD 1m", tranche=1, id="payment", attribution={"speaker": ANN, "role": "minister"}),
    delivered("1 unit", attribution=BEN, note=NOTE),
    expected("delivered tranche=2", "2022", attribution=ANN, holder="the ministry"),
    expected("delivered tranche=3", "2023", attribution=BEN),
    entry("deal/y", "opened", on="2019", supplier="RUS", buyer="IND", attribution=ANN, id="other"),
    entry(
        "deal/x",
        "corrected",
        target="payment",
        set={"attribution": {"speaker": BEN}, "amount": "USD 2m"},
        reason="entry-error",
        attribution=ANN,
    ),
)
ANNS, BENS = 4, 3
"""In how many of these entries each is named."""


def filled(address: str | Path, **options: Any) -> Ledger:
    """A ledger that quotes two persons."""
    ledger = Ledger.create(address, clock=Clock(), recorded_by="tester", **options)
    take(ledger, *SOURCES, *STATEMENTS)
    return ledger


def stored(ledger: Ledger) -> list[tuple[Any, ...]]:
    """The journal as it is stored."""
    columns = "position, stream, version, entry_id, recorded_at, recorded_by, payload, hashes"
    return ledger.journal().reader.query(f"SELECT {columns} FROM journal ORDER BY position")


def root(ledger: Ledger, size: int | None = None) -> bytes:
    """The root of the tree over so many entries, by default over all."""
    return root_of(size or ledger.position(), {row[0]: bytes(row[-1]) for row in stored(ledger)}.__getitem__)


def erased(told: Any, name: str) -> Any:
    """The same with a name erased."""
    if isinstance(told, dict):
        return {key: erased(value, name) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [erased(value, name) for value in told]
    return told.replace(name, "erased") if isinstance(told, str) else told


def told(ledger: Ledger) -> list[Any]:
    """The states of all streams and all tables, as known now and at some positions; not who was forgotten."""
    views = [ledger.at("2022-12-31", known) for known in (None, 6, ledger.position())]
    rows = [[row.to_dict() for rows in answers(view).values() for row in rows] for view in views]
    tables = [[row for row in told if not str(row.get("entry")).startswith("person/")] for told in rows]
    return [states(ledger, "2022-12-31"), tables, [row.to_dict() for row in ledger.check()]]


def key_of(ledger: Ledger, name: str) -> bytes:
    """Somebody's key."""
    ((key,),) = ledger.journal().reader.query('SELECT "key" FROM person WHERE name = ?', name)
    return bytes(key)


def traces(folder: Path, *secrets: bytes, without: str = " ") -> list[str]:
    """The files of a folder in which a secret is found, and which; to be called with all connections closed."""
    files = [path for path in folder.rglob("*") if path.is_file() and without not in str(path)]
    return [f"{path.name}: {secret!r}" for path in files for secret in secrets if secret in path.read_bytes()]


def as_stored(name: str) -> tuple[bytes, ...]:
    """A name as files may hold it: as it is, in JSON, and in JSON within JSON; and its least usual part."""
    once = name.replace('"', '\\"')
    return name.encode(), once.encode(), once.replace("\\", "\\\\").replace('"', '\\"').encode(), b"Quill"


# what becomes of the ledger


def test_no_entry_changes_and_all_that_is_told_is_the_same_but_for_the_name(address: str) -> None:
    with filled(address) as ledger:
        before, tree, others = stored(ledger), root(ledger), told(ledger)
        done = ledger.forget(ANN)
        assert (done.entries, done.streams, done.forgotten_before) == (ANNS, 2, None)
        assert (stored(ledger)[:-1], root(ledger, len(before))) == (before, tree)
        assert [row.entry for row in ledger.log()[len(before) :]] == [f"person/{done.ids[0]}@1"]
        assert told(ledger) == erased(others, ANN)
        assert QUILL not in str(told(ledger))
        assert BEN in str(told(ledger))


def test_the_read_models_that_are_kept_are_those_that_would_be_built_anew(address: str) -> None:
    with filled(address) as ledger:
        ledger.forget(ANN)
        kept = tables(ledger)
        assert answers(ledger.at("2022-12-31")) == answers(folded(ledger.at("2022-12-31")))
        ledger.rebuild()
        assert tables(ledger) == kept
        assert QUILL not in str(kept)


def test_neither_name_nor_key_is_left_in_the_files(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    ledger.record("deal/x", "expected", what="delivered tranche=9", due="2024", attribution=ANN, source="wire")
    ledger.record("deal/x", "retracted", target="deal/x@7", reason="entry-error")  # rows with the name are closed
    key = key_of(ledger, ANN)
    ledger.close()
    assert traces(tmp_path, *as_stored(ANN)) != []
    with ledger:
        assert ledger.forget(ANN).left_in_files == ""
    assert traces(tmp_path, *as_stored(ANN), key) == []
    assert traces(tmp_path, BEN.encode()) != []


def test_neither_name_nor_key_is_left_while_another_connection_stays_open(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    key = key_of(ledger, ANN)
    with Ledger(tmp_path / "ledger.db") as other:
        assert QUILL in str(other.log().to_dicts())
        assert ledger.forget(ANN).left_in_files == ""
        assert (tmp_path / "ledger.db-wal").stat().st_size == 0
        assert QUILL not in str(other.log().to_dicts())
    ledger.close()
    assert traces(tmp_path, *as_stored(ANN), key) == []


def test_neither_name_nor_key_is_left_in_the_tables_files_on_a_server(
    postgres: Server, postgres_address: Callable[[], str]
) -> None:
    folder = postgres.folder / "data"
    with filled(postgres_address()) as ledger:
        key = key_of(ledger, ANN)
        _checkpoint(ledger)
        assert traces(folder, b"Quill", key, without="pg_wal") != []
        assert ledger.forget(ANN).left_in_files == ""
        _checkpoint(ledger)
        assert traces(folder, b"Quill", key, without="pg_wal") == []


def test_the_planners_statistics_on_a_server_keep_no_name(postgres_address: Callable[[], str]) -> None:
    with filled(postgres_address()) as ledger:
        for number in range(3):  # values that come up once only are not kept
            take(ledger, expected(f"delivered tranche={number + 4}", "2023", attribution=ANN))
        for table in ("person", "kept_expectations"):
            _outside(ledger, f"ANALYZE {table}")
        assert QUILL in _statistics(ledger)
        assert ledger.forget(ANN).left_in_files == ""
        assert QUILL not in _statistics(ledger)


def _statistics(ledger: Ledger) -> str:
    """What the planner remembers of the columns' values."""
    sql = "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE schemaname = current_schema()"
    return str(ledger.journal().reader.query(sql))


def _outside(ledger: Ledger, statement: str) -> None:
    """Run a statement outside of any transaction, over a connection that may write."""
    with ledger.journal().transaction() as transaction:
        connection = transaction.connection
    connection.execute(statement)


def _checkpoint(ledger: Ledger) -> None:
    with ledger.journal().reader.snapshot():
        pass
    ledger.journal().reader.connection.execute("CHECKPOINT")


def test_while_somebody_reads_the_log_cannot_be_emptied_and_it_is_said(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db", timeout_seconds=0.2) as ledger, Ledger(tmp_path / "ledger.db") as other:
        reader = other.journal().reader
        with reader.snapshot():
            reader.head()
            done = ledger.forget(ANN)
            assert "others have been reading" in done.left_in_files
            assert QUILL in str([entry.event for entry in reader.entries()])  # as of before
        again = ledger.forget(done.ids[0])
        assert (again.left_in_files, again.entries) == ("", ANNS)
        assert again.forgotten_before is not None


def test_a_ledger_in_memory_forgets_too() -> None:
    with book(*STATEMENTS) as ledger:
        tree, size = root(ledger), ledger.position()
        done = ledger.forget(ANN)
        assert (done.entries, done.left_in_files, root(ledger, size)) == (ANNS, "", tree)
        assert QUILL not in str(told(ledger))


def test_what_is_recorded_afterwards_follows_what_was_there(address: str) -> None:
    with filled(address) as ledger:
        ledger.forget(ANN)
        take(ledger, delivered("2 units", on="2021-09", attribution=BEN))
        assert [row.entries for row in ledger.persons()] == [BENS + 1, ANNS]
        assert answers(ledger.at("2022-12-31")) == answers(folded(ledger.at("2022-12-31")))


# the same dossier again


def test_the_same_dossier_again_adds_nothing_and_brings_no_name_back(address: str) -> None:
    with filled(address) as ledger:
        ledger.forget(ANN)
        ledger.forget(BEN)
        report = take(ledger, *SOURCES, *STATEMENTS)
        assert (report.recorded, report.known) == (0, len(SOURCES) + len(STATEMENTS))
        assert [row.name for row in ledger.persons()] == [None, None]


def test_both_examples_again_add_nothing_however_many_were_forgotten() -> None:
    with Ledger.in_memory(clock=Clock(ALL_TOLD)) as ledger:
        count = ledger.record_file(STORY).recorded
        for row in ledger.persons():
            ledger.forget(str(row.name))
        assert ledger.record_file(STORY)[:2] == (0, count)


def test_statements_that_differ_in_nothing_but_the_speaker_are_each_known_again() -> None:
    both = [delivered("1 unit", attribution=speaker) for speaker in (ANN, BEN, "Cy")]
    with book(opened(), *both) as ledger:
        assert [row.entry for row in ledger.log("deal/x")] == [f"deal/x@{version}" for version in (1, 2, 3, 4)]
        assert take(ledger, *reversed(both)).recorded == 0
        ledger.forget(BEN)
        assert take(ledger, *reversed(both)).recorded == 0
        assert [row.name for row in ledger.persons()] == [ANN, "Cy", None]


def test_the_id_of_an_entry_tells_nothing_of_who_is_quoted() -> None:
    ids = []
    for speaker in (ANN, BEN):
        with book(opened(), delivered("1 unit", attribution={"speaker": speaker, "role": "minister"})) as ledger:
            ids.append(ledger.log("deal/x")[1].id)
    assert ids[0] == ids[1]


def test_what_a_source_says_again_in_fewer_words_is_known_though_its_speaker_is_erased() -> None:
    with book(opened(), paid("USD 1m", tranche=1, payer="IND", attribution=ANN)) as ledger:
        ledger.forget(ANN)
        assert take(ledger, paid("USD 1m", tranche=1, attribution=ANN)).recorded == 0


def test_nobody_is_called_as_those_who_were_forgotten() -> None:
    with book(opened()) as ledger:
        for words in ({"attribution": "erased"}, {"attribution": {"speaker": "erased", "role": "minister"}}):
            with pytest.raises(Exception, match="'erased' stands for the name of somebody who was forgotten"):
                take(ledger, delivered("1 unit", **words))
        with pytest.raises(Exception, match=r"set\.attribution\.speaker"):
            ledger.correct("deal/x@1", set={"attribution": "erased"}, reason="entry-error")
        assert ledger.position() == len(SOURCES) + 1


# exports


def exported(ledger: Ledger, path: Path) -> Path:
    """The ledger's export."""
    ledger.export_jsonl(path, replace=True)
    return path


@pytest.mark.parametrize("forgotten", [(), (ANN,), (ANN, BEN)])
def test_a_ledger_restored_from_an_export_has_the_same_root_and_persons(
    forgotten: tuple[str, ...], address: str, tmp_path: Path
) -> None:
    with filled(address) as ledger, Ledger(tmp_path / "copy.db", clock=Clock(ALL_TOLD)) as copy:
        for name in forgotten:
            ledger.forget(name)
        copy.record_file(exported(ledger, tmp_path / "export.jsonl"))
        assert stored(copy) == stored(ledger)
        assert root(copy) == root(ledger)
        assert copy.persons().to_dicts() == ledger.persons().to_dicts()
        assert told(copy) == told(ledger)
        again = exported(copy, tmp_path / "again.jsonl")
        assert again.read_bytes() == (tmp_path / "export.jsonl").read_bytes()
        if forgotten:
            assert QUILL not in again.read_text(encoding="utf-8")


def test_a_restored_ledger_forgets_in_its_turn_and_keeps_its_earlier_root(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger, Ledger(tmp_path / "copy.db") as copy:
        copy.record_file(exported(ledger, tmp_path / "export.jsonl"))
        assert copy.forget(ANN).entries == ANNS
        assert root(copy, ledger.position()) == root(ledger)


def test_an_export_recorded_beside_other_entries_brings_no_keys_along(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger, Ledger.in_memory(clock=Clock(ALL_TOLD)) as other:
        other.record("source/else", "registered", publisher="Else")
        ledger.forget(BEN)
        other.record_file(exported(ledger, tmp_path / "export.jsonl"))
        assert key_of(other, ANN) != key_of(ledger, ANN)
        assert [(row.name, row.entries) for row in other.persons()] == [(ANN, ANNS), (None, BENS)]
        assert fits(other)


def test_who_was_forgotten_stays_so_when_an_older_export_is_recorded(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger, Ledger.in_memory(clock=Clock(ALL_TOLD)) as later:
        older = exported(ledger, tmp_path / "older.jsonl")
        lines = older.read_bytes().splitlines(keepends=True)
        later.record_stream(BytesIO(b"".join(lines[: len(SOURCES) + 2])), name="part.jsonl")
        later.forget(ANN)
        later.record_file(older)
        assert later.position() == ledger.position() + 1
        assert [row.name for row in later.persons()] == [BEN, None]
        assert QUILL not in str(told(later))
        assert ledger.record_file(older).recorded == 0


def test_an_export_of_after_is_known_to_a_ledger_that_still_knows_the_name(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger, Ledger(tmp_path / "copy.db", clock=Clock(ALL_TOLD)) as copy:
        copy.record_file(exported(ledger, tmp_path / "before.jsonl"))
        ledger.forget(ANN)
        assert copy.record_file(exported(ledger, tmp_path / "after.jsonl")).recorded == 0


@pytest.mark.parametrize(
    ("persons", "message"),
    [
        ([], "persons is no mapping"),
        ({"attribution.speaker": "Ann"}, "is no seal of a person"),
        ({"attribution.speaker": {"id": "0" * 32}}, "an id, and a key or a box"),
        ({"attribution.speaker": {"id": "0" * 32, "key": "AAAA", "box": "AAAA"}}, "an id, and a key or a box"),
        ({"attribution.speaker": {"id": "0" * 32, "key": "AAAA", "age": "5"}}, "an id, and a key or a box"),
        ({"attribution.speaker": {"id": "Ann", "key": "AAAA"}}, "'Ann' is no id of a person"),
        ({"attribution.speaker": {"id": "0" * 32, "key": "AAAA"}}, "has 32 bytes, not 3"),
        ({"attribution.speaker": {"id": "0" * 32, "key": "no base64"}}, "'no base64' is not base64"),
        ({"attribution.speaker": {"id": "0" * 32, "box": "AAAA"}}, "is no box of a name"),
    ],
)
def test_what_is_no_seal_is_refused_with_its_line(persons: Any, message: str) -> None:
    with book(opened()) as ledger, pytest.raises(Exception, match=message) as refused:
        take(ledger, delivered("1 unit", attribution=ANN, persons=persons))
    assert str(refused.value).startswith("dossier.jsonl:1: persons: ")


def fits(ledger: Ledger) -> bool:
    """Whether every seal opens to the name that is read."""
    from armsledger.storage.erasure.persons import all_persons

    ask = ledger.journal().reader.query
    rows = ask("SELECT position, entry_id, payload FROM journal ORDER BY position")
    return not list(check_persons(((row[0], row[1], row[2]) for row in rows), all_persons(ask)))


# one name in several spellings

COMPOSED, DECOMPOSED = "Jos\u00e9 Garc\u00eda", "Jose\u0301 Garci\u0301a"


def in_both_forms(folder: Path) -> Ledger:
    """A ledger of which an earlier release recorded one name in two normal forms, as the names of two persons."""
    with filled(folder / "before.db") as before:
        take(before, delivered("2 units", on="2021-08", tranche=8, attribution="Jos_ Garc_a", id="decomposed"))
        take(before, delivered("3 units", on="2021-09", attribution=COMPOSED, id="composed"))
        export = exported(before, folder / "before.jsonl").read_text(encoding="utf-8")
    lines = export.replace("Jos_ Garc_a", DECOMPOSED)
    ledger = Ledger(folder / "ledger.db", recorded_by="tester", clock=Clock())
    ledger.record_stream(BytesIO(lines.encode()), name="export.jsonl")
    return ledger


def test_one_name_in_two_normal_forms_is_forgotten_whole(tmp_path: Path) -> None:
    with in_both_forms(tmp_path) as ledger:
        both = {row.id for row in ledger.persons() if row.name in (COMPOSED, DECOMPOSED)}
        assert len(both) == 2
        done = ledger.forget("JOS\u00c9  garc\u00cda")
        assert (set(done.ids), done.entries, done.streams, done.left_in_files) == (both, 2, 1, "")
        assert [row.name for row in ledger.persons()] == [ANN, BEN, None, None]
    for path in tmp_path.glob("ledger.db*"):
        assert b"Garc" not in path.read_bytes()


def test_an_id_stands_for_its_name_in_every_spelling(tmp_path: Path) -> None:
    with in_both_forms(tmp_path) as ledger:
        (one,) = (row.id for row in ledger.persons() if row.name == DECOMPOSED)
        assert len(ledger.forget(one).ids) == 2


def test_what_was_recorded_before_names_were_composed_is_known_again(tmp_path: Path) -> None:
    with in_both_forms(tmp_path) as ledger:
        for id_ in ({"id": "decomposed"}, {}):
            again = delivered("2 units", on="2021-08", tranche=8, attribution=DECOMPOSED, **id_)
            assert (take(ledger, again).recorded, take(ledger, {**again, "attribution": COMPOSED}).recorded) == (0, 0)


def test_names_are_recorded_composed_from_now_on() -> None:
    with book(*STATEMENTS, delivered("2 units", on="2021-08", attribution=DECOMPOSED)) as ledger:
        ledger.correct("deal/x@2", set={"attribution": {"speaker": DECOMPOSED}}, reason="entry-error")
        assert [row.name for row in ledger.persons()] == [ANN, BEN, COMPOSED]
        assert DECOMPOSED not in str(ledger.log().to_dicts())


def test_who_is_called_nearly_so_is_named_and_not_forgotten() -> None:
    with book(*STATEMENTS, delivered("2 units", on="2021-08", attribution="B. Other")) as ledger:
        done = ledger.forget("ben other")
        assert [person.name for person in done.near] == ["B. Other"]
        assert [row.name for row in ledger.persons()] == [ANN, "B. Other", None]


@pytest.mark.parametrize(
    "note",
    [
        f"as {DECOMPOSED.upper()} put it",
        "as Jos\u00e9\nGarc\u00eda put it",
        'as "Jos\u00e9" Garc\u00eda put it',
        "jos\u00e9-garc\u00eda",
    ],
)
def test_a_text_that_holds_the_name_is_told_however_it_is_written_there(note: str) -> None:
    with book(opened(), delivered("2 units", attribution=COMPOSED, note=note)) as ledger:
        assert ledger.forget(COMPOSED).still_named == ("deal/x@2",)


def test_what_is_no_text_of_anybodys_is_not_taken_for_the_name() -> None:
    with book(opened(attribution="speaker"), delivered("2 units", attribution="on")) as ledger:
        assert ledger.forget("speaker").still_named == ()


# refusals


def test_whom_nobody_quotes_is_refused_with_who_is_called_nearly_so() -> None:
    with book(*STATEMENTS) as ledger:
        with pytest.raises(UnknownPerson, match="called nearly so, and perhaps others: 'Ben Other'"):
            ledger.forget("B. Other")
        ledger.forget(ANN)
        with pytest.raises(UnknownPerson, match="1 person was forgotten, whose name nobody can tell"):
            ledger.forget(ANN)
        with pytest.raises(UnknownPerson, match=r"in 1 place it is part of a text that is not sealed \(deal/x@3\)"):
            ledger.forget("elsewhere")
        assert [row.name for row in ledger.persons()] == [BEN, None]


def test_entries_that_hold_the_name_in_a_text_of_their_own_are_told(address: str) -> None:
    with filled(address) as ledger:
        assert ledger.forget(ANN).still_named == ()
        assert ledger.forget(BEN).still_named == ("deal/x@3",)
        assert NOTE in str(ledger.log().to_dicts())


def test_the_reason_is_kept_and_must_not_hold_the_name() -> None:
    with book(*STATEMENTS) as ledger:
        with pytest.raises(UsageError, match="the reason holds the name"):
            ledger.forget(BEN, reason="ben other asked for it")
        ledger.forget(BEN, reason="request 12")
        (row,) = (row for row in ledger.persons() if row.name is None)
        assert (row.forgotten_by, row.forgotten_at) == ("tester: request 12", "2026-11-22T12:00:00.000000Z")


@pytest.mark.parametrize(
    ("speaker", "recorder", "kept"),
    [
        ("Ann Other", "Ann Other", "themselves"),
        ("Ann Other", "ann  OTHER, desk 3", "themselves"),
        ("Ann", "\uff21nn", "themselves"),
        ("Ann", "Annabel", "Annabel"),
    ],
)
def test_a_recorder_who_is_forgotten_is_not_named_in_the_record_of_that(speaker: str, recorder: str, kept: str) -> None:
    with Ledger.in_memory(recorded_by=recorder, clock=Clock(ALL_TOLD)) as ledger:
        take(ledger, *SOURCES, opened(attribution=speaker))
        ledger.forget(speaker)
        assert [row.forgotten_by for row in ledger.persons()] == [kept]


@pytest.mark.parametrize("name", ["ben other", "Ben\u00a0Other", "BEN \n\u2009 OTHER", "\uff22en Other"])
@pytest.mark.parametrize(("forgotten", "refusal"), [(BEN, "the name that is to be"), (ANN, "the name of another")])
def test_a_reason_that_holds_a_name_is_refused_however_it_is_written(name: str, forgotten: str, refusal: str) -> None:
    with book(*STATEMENTS) as ledger:
        with pytest.raises(UsageError, match=refusal):
            ledger.forget(forgotten, reason=f"asked for by {name}.")
        assert {row.name for row in ledger.persons()} == {ANN, BEN}


def test_names_of_one_word_may_be_words_of_a_reason_and_are_told_once_they_are_forgotten() -> None:
    with book(*STATEMENTS, delivered("2 units", attribution="Major")) as ledger:
        first = ledger.forget(ANN, reason="a major request")
        done = ledger.forget("Major")
        assert done.still_named == (f"person/{first.ids[0]}@1",)


def test_where_there_is_no_ledger_none_is_made(tmp_path: Path) -> None:
    with Ledger(tmp_path / "none.db") as ledger, pytest.raises(LedgerMissing):
        ledger.forget(ANN)
    assert list(tmp_path.iterdir()) == []


# read models of others, and those that are being built


@dataclass(frozen=True)
class QuotedRow(Row):
    """Whom an entry quotes."""

    entry: str
    speaker: str


def quoted(timeline: Timeline) -> Iterator[Span]:
    """Whom the entries of a stream quote; nobody must be erased, or there is a mistake."""
    for found in timeline.belief.entries:
        speaker = str(found.event.attribution)
        if "erased" in speaker:
            raise RuntimeError("a mistake of somebody's")
        yield always(QuotedRow(found.address, speaker), f"{found.position:012}")


QUOTED = Projection("quoted", QuotedRow, quoted, ("deal",))


def test_a_projection_that_fails_keeps_no_name_and_hinders_nobody(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db", projections=(*BUILT_IN, QUOTED)) as ledger:
        reader = ledger.journal().reader
        assert QUILL in str(reader.query('SELECT "row" FROM kept_quoted'))
        ledger.forget(ANN)
        assert QUILL not in str(reader.query('SELECT "row" FROM kept_quoted'))
        assert reader.query("SELECT name FROM read_model WHERE name = 'quoted'") == []
        assert answers(ledger.at("2022-12-31")) == answers(folded(ledger.at("2022-12-31")))


def test_a_table_of_which_this_program_does_not_know_the_projection_loses_the_rows(tmp_path: Path) -> None:
    filled(tmp_path / "ledger.db", projections=(*BUILT_IN, QUOTED)).close()
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.forget(ANN)
        assert QUILL not in str(ledger.journal().reader.query('SELECT "row" FROM kept_quoted'))


def test_a_read_model_of_another_version_keeps_no_name(tmp_path: Path) -> None:
    newer = tuple(replace(p, version=p.version + 1) if p == EXPECTATIONS else p for p in BUILT_IN)
    filled(tmp_path / "ledger.db").close()
    with Ledger(tmp_path / "ledger.db", projections=newer, notice=lambda _: None) as ledger:
        ledger.forget(ANN)
        reader = ledger.journal().reader
        assert QUILL not in str(reader.query('SELECT "row" FROM kept_expectations'))
        assert reader.query("SELECT name FROM read_model WHERE name = 'expectations'") == []
        ledger.record("deal/x", "delivered", on="2021-08", quantity="1 unit", source="wire")
        assert answers(ledger.at("2022-12-31")) == answers(folded(ledger.at("2022-12-31")))


def test_a_table_of_somebodys_own_is_left_alone(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger:
        with ledger.journal().transaction() as transaction:
            transaction.connection.execute("CREATE TABLE kept_secret (stream TEXT, what TEXT)")
            transaction.connection.execute("INSERT INTO kept_secret VALUES ('deal/x', 'mine')")
            transaction.connection.execute("CREATE VIEW kept_view AS SELECT * FROM kept_secret")
        ledger.forget(ANN)
        assert ledger.journal().reader.query("SELECT * FROM kept_view") == [("deal/x", "mine")]


def test_a_rebuild_that_was_interrupted_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("armsledger.projections.rebuild.STREAMS_A_PAGE", 1)
    with filled(tmp_path / "ledger.db") as ledger:

        def interrupt(progress: Any) -> None:
            if progress.done > 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ledger.rebuild("expectations", report=interrupt, workers=0)
        reader = ledger.journal().reader
        assert QUILL in str(reader.query('SELECT "row" FROM building_expectations'))
        ledger.forget(ANN)
        assert reader.query("SELECT * FROM building_expectations") == []
        ledger.rebuild("expectations")
        assert answers(ledger.at("2022-12-31")) == answers(folded(ledger.at("2022-12-31")))


# other processes

WATCH = """
import sys
from armsledger import Ledger
with Ledger(sys.argv[1]) as ledger:
    while True:
        rows = str(ledger.log().to_dicts()) + str(ledger.at("2022-12-31").expectations().to_dicts())
        print("named" if "Quill" in rows else "erased", flush=True)
"""


def test_a_process_that_reads_all_the_time_sees_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with filled(path) as ledger, started([sys.executable, "-c", WATCH, str(path)]) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline() == "named\n"
        assert ledger.forget(ANN).left_in_files == ""
        lines = dropwhile("named\n".__eq__, watcher.stdout)
        assert list(islice(lines, 5)) == ["erased\n"] * 5
        watcher.kill()


def test_a_process_that_forgets_is_seen_by_a_ledger_that_stays_open(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger.db") as ledger:
        assert QUILL in str(told(ledger))
        python("-m", "armsledger", "forget", ANN, "--yes", "--ledger", tmp_path / "ledger.db")
        assert QUILL not in str(told(ledger))
        report = take(ledger, *SOURCES, *STATEMENTS)
        assert report.recorded == 0


def test_a_page_worked_out_before_somebody_was_forgotten_is_not_written_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "armsledger.db"
    begun: list[int | None] = []
    filled(path).close()
    work_out = pages.page_rows

    def built(*asked: Any) -> Any:
        """The page; meanwhile, once, somebody is forgotten and another program begins to build the same anew."""
        page = work_out(*asked)
        if not begun:
            with Ledger(path) as other:
                other.forget(ANN)
                begun.append(rebuild._begin(other.journal(), other.projections()))
        return page

    monkeypatch.setattr(pages, "page_rows", built)
    with Ledger(path) as ledger:
        ledger.rebuild(workers=0)
        assert begun
        assert fits(ledger)
    assert traces(tmp_path, *as_stored(ANN)) == []
