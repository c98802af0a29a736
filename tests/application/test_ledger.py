"""The ledger as an object: opened, closed, opened again, shared by threads and between objects."""

from __future__ import annotations

import gc
import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest

from armsledger import Ledger, LedgerError, View
from armsledger.application.session import default_address, default_recorder
from armsledger.domain.errors import UnknownSource, UsageError
from armsledger.storage.errors import LedgerExists, LedgerMissing, LedgerReadOnly, NotALedger, UnsupportedAddress
from tests.application.book import SEED, SOURCES, Clock, Object, book, entry, opened, paid, take
from tests.application.read_models import positions, tables
from tests.postgres import Server

WIRE = {"publisher": "Wire", "published": "2021-11-12"}


Place = TypeVar("Place", bound=str | Path)


def small(place: Place) -> Place:
    """A ledger with a deal in it."""
    with Ledger(place) as ledger:
        ledger.record("source/wire", "registered", **WIRE)
        record(ledger, opened())
    return place


def record(ledger: Ledger, given: Object) -> str:
    """Record one object; its address."""
    fields = dict(given)
    return ledger.record(fields.pop("stream"), fields.pop("event"), **fields).address


def everything(view: View) -> list[object]:
    """The answers to all questions that a view takes."""
    tables = (view.deals, view.payments, view.deliveries, view.sanctions, view.expectations, view.engagements)
    rows = [table().to_dicts() for table in (*tables, view.frameworks, view.sources, view.findings, view.log)]
    return [*rows, *(view.state(stream).to_dict() for stream in view.streams())]


# where it is


def test_without_an_address_it_is_the_environments_or_armsledger_db_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_address() == "armsledger.db"
    small(Path("armsledger.db"))
    with Ledger() as ledger:
        assert [row.deal for row in ledger.at().deals()] == ["x"]
    monkeypatch.setenv("ARMSLEDGER_LEDGER", "elsewhere.db")
    with pytest.raises(LedgerMissing, match=r"elsewhere\.db"):
        Ledger().at()


def test_an_address_may_be_a_url(path: Path) -> None:
    small(path)
    with Ledger(f"sqlite:///{path}") as ledger:
        assert len(ledger.at().deals()) == 1


def test_a_ledger_of_another_kind_is_refused_with_a_remedy() -> None:
    with pytest.raises(UnsupportedAddress, match="mysql is not a kind of ledger") as refusal:
        Ledger("mysql://user@host/name").at()
    assert "armsledger.db" in refusal.value.remedy


def test_entries_are_recorded_under_the_given_name_or_the_environments(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARMSLEDGER_RECORDED_BY", "archivist")
    assert default_recorder() == "archivist"
    with Ledger(place) as ledger:
        ledger.record("source/wire", "registered", **WIRE)
    with Ledger(place, recorded_by="analyst") as ledger:
        record(ledger, opened())
        assert [row.recorded_by for row in ledger.log()] == ["archivist", "analyst"]


def test_it_shows_where_it_is() -> None:
    assert repr(Ledger("some.db")) == "Ledger('some.db')"


# reading never writes


def test_a_question_to_a_ledger_that_does_not_exist_makes_none(path: Path) -> None:
    ledger = Ledger(path)
    for ask in (ledger.at, ledger.log, ledger.check, ledger.info, ledger.streams):
        with pytest.raises(LedgerMissing, match="there is no ledger at"):
            ask()
    assert (ledger.exists(), ledger.position()) == (False, 0)
    assert list(path.parent.iterdir()) == []


def test_reading_changes_no_byte_and_leaves_no_file(path: Path) -> None:
    small(path)
    before = (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
    with Ledger(path) as ledger:
        everything(ledger.at())
        ledger.replay("deal/x")
        ledger.compare(known=(1, None))
        ledger.info()
    assert (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) == before
    assert list(path.parent.iterdir()) == [path]


def test_a_ledger_that_may_only_be_read_is_read(path: Path) -> None:
    small(path).chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with Ledger(path) as ledger:
            assert len(ledger.at().deals()) == 1
            if os.getuid() != 0:  # for root everything can be written
                with pytest.raises(LedgerReadOnly, match="cannot be written"):
                    record(ledger, paid("USD 1m"))
    finally:
        path.parent.chmod(0o755)


def test_a_file_that_is_no_ledger_is_left_as_it_is(path: Path) -> None:
    path.write_text("a diary", encoding="utf-8")
    with pytest.raises(NotALedger, match="it is not an SQLite database"):
        Ledger(path).at()
    with pytest.raises(NotALedger, match="it is not an SQLite database"):
        Ledger(path).record("source/wire", "registered", **WIRE)
    assert path.read_text(encoding="utf-8") == "a diary"


# made, opened, closed


def test_the_first_entry_makes_the_ledger(path: Path) -> None:
    with Ledger(path) as ledger:
        assert ledger.record("source/wire", "registered", **WIRE).address == "source/wire@1"
        assert (ledger.exists(), ledger.position()) == (True, 1)
    assert list(path.parent.iterdir()) == [path]


def test_a_first_entry_that_is_refused_leaves_nothing_behind(path: Path) -> None:
    with Ledger(path) as ledger, pytest.raises(UnknownSource, match="no source 'wire' is registered"):
        record(ledger, opened())
    assert list(path.parent.iterdir()) == []


def test_create_makes_an_empty_ledger_and_never_another_over_it(path: Path) -> None:
    with Ledger.create(path, recorded_by="me", clock=Clock()) as ledger:
        assert (ledger.position(), ledger.streams(), len(ledger.at().deals())) == (0, [], 0)
        ledger.record("source/wire", "registered", **WIRE)
    with pytest.raises(LedgerExists, match="there is a file at"):
        Ledger.create(path)
    assert Ledger(path).position() == 1


def test_on_a_server_only_create_makes_a_ledger(postgres_address: Callable[[], str]) -> None:
    address = postgres_address()
    for use in (Ledger(address).at, lambda: Ledger(address).record("source/wire", "registered", **WIRE)):
        with pytest.raises(LedgerMissing, match="there is no ledger at postgresql://owner@") as refusal:
            use()
        assert "armsledger init" in refusal.value.remedy
    Ledger.create(address, recorded_by="me").close()
    with pytest.raises(LedgerExists, match="there is a ledger at"):
        Ledger.create(address)
    with Ledger(address) as ledger:
        assert (ledger.exists(), ledger.position(), ledger.streams(), len(ledger.at().deals())) == (True, 0, [], 0)
        assert ledger.record("source/wire", "registered", **WIRE).address == "source/wire@1"


def test_a_ledger_in_a_later_schema_of_the_search_path_is_another_one(postgres_address: Callable[[], str]) -> None:
    there = postgres_address()
    both = f"{postgres_address()}%2C{there.rpartition('%3D')[2]}"
    with Ledger.create(there) as other:
        take(other, *SOURCES, opened())
        kept = tables(other)
        with pytest.raises(LedgerMissing):
            Ledger(both).at()
        with Ledger.create(both) as ledger:
            ledger.record("source/wire", "registered", **WIRE)
            ledger.rebuild()
            assert ledger.streams() == ["source/wire"]
        assert tables(other) == kept
        assert positions(other) == {other.position()}


@pytest.mark.parametrize("name", ["MySchema", 'odd"name', "with space", "ümlaut", "select", "a'b"])
def test_a_schema_may_have_any_name(name: str, postgres: Server) -> None:
    quoted = '"{}"'.format(name.replace('"', '""'))
    option = quote(f"-csearch_path={quoted}".replace(" ", "\\ "))
    with psycopg.connect(postgres.url, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {quoted}".encode())
        with Ledger.create(f"{postgres.url}?options={option}") as ledger:
            take(ledger, *SOURCES, opened())
            ledger.rebuild()
            assert positions(ledger) == {5}
            assert ledger.info().size_bytes > 50_000
            assert ledger.verify().findings == ()
            ledger.grant_roles(f"r{uuid4().hex[:8]}")
        server.execute(f"DROP SCHEMA {quoted} CASCADE".encode())


def test_after_it_was_closed_it_opens_again_when_it_is_used(place: str) -> None:
    ledger = Ledger(small(place))
    for _ in range(2):
        assert len(ledger.at().deals()) == 1
        record(ledger, paid("USD 1m", id="payment"))
        ledger.close()
    ledger.close()
    assert len(ledger.at().payments()) == 1
    ledger.close()


def test_a_view_outlives_the_block_in_which_its_ledger_was_open(place: str) -> None:
    with Ledger(small(place)) as ledger:
        view = ledger.at("2021-11-12")
        before = everything(view)
    assert everything(view) == before
    ledger.close()


def test_a_view_is_not_cut_off_when_its_ledger_records(place: str) -> None:
    with Ledger(small(place)) as ledger:
        view = ledger.at()
        assert len(view.payments()) == 0
        record(ledger, paid("USD 1m"))
        assert len(view.payments()) == 0  # everything recorded, when it was asked
        assert len(ledger.at().payments()) == 1


def test_the_block_is_left_with_the_error_that_arose_in_it(path: Path) -> None:
    with pytest.raises(UsageError, match="is not a date"), Ledger(small(path)) as ledger:
        ledger.at("sometime")
    assert list(path.parent.iterdir()) == [path]


def test_a_ledger_in_memory_is_gone_when_it_is_closed_and_says_so() -> None:
    with Ledger.in_memory() as ledger:
        ledger.record("source/wire", "registered", **WIRE)
        view = ledger.at()
        assert [row.source for row in view.sources()] == ["wire"]
    for use in (view.sources, ledger.at, ledger.position, ledger.exists):
        with pytest.raises(UsageError, match="in memory, and is gone since it was closed") as refusal:
            use()
        assert "Ledger.in_memory()" in refusal.value.remedy
    with pytest.raises(UsageError, match="in memory"):
        ledger.record("source/wire", "registered", **WIRE)


def test_two_ledgers_in_memory_are_two() -> None:
    with Ledger.in_memory() as one, Ledger(":memory:") as other:
        one.record("source/wire", "registered", **WIRE)
        assert (one.position(), other.position()) == (1, 0)
        other.record("source/paper", "registered", **WIRE)
        assert one.streams() == ["source/wire"]


def test_no_connection_is_left_open(path: Path) -> None:
    with Ledger(small(path)) as ledger:
        ledger.at().deals()
        record(ledger, paid("USD 1m"))
    del ledger
    gc.collect()
    assert list(path.parent.iterdir()) == [path]  # SQLite removes its side files with the last connection


# shared


def test_two_objects_on_one_file_see_what_the_other_records(place: str) -> None:
    with Ledger(small(place)) as one, Ledger(place) as other:
        assert len(one.at().payments()) == len(other.at().payments()) == 0
        record(one, paid("USD 1m", tranche=1))
        assert len(other.at().payments()) == 1
        assert record(other, paid("USD 2m", tranche=2)) == "deal/x@3"
        assert [row.tranche for row in one.at().payments()] == [1, 2]


def test_an_entry_that_the_other_object_recorded_is_known(place: str) -> None:
    with Ledger(small(place)) as one, Ledger(place) as other:
        record(one, paid("USD 1m"))
        again = other.record("deal/x", "tranche-paid", on="2019-06-01", amount="USD 1m", source="wire")
        assert (again.address, again.known_before) == ("deal/x@2", True)


def test_threads_may_share_a_ledger_that_nobody_has_opened_yet(place: str | Path, tmp_path: Path) -> None:
    small(place)
    with Ledger(place) as ledger, ThreadPoolExecutor(8) as pool:
        start = threading.Barrier(8)

        def look(_: int) -> tuple[str, ...]:
            start.wait()
            return tuple(row.deal for row in ledger.at().deals())

        assert set(pool.map(look, range(8))) == {("x",)}
    assert list(tmp_path.iterdir()) == ([place] if isinstance(place, Path) else [])


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_threads_that_record_and_read_at_once_take_nothing_from_each_other(kind: str, place: str) -> None:
    ledger = Ledger(small(place)) if kind == "file" else book(opened())
    start = ledger.position()

    def work(number: int) -> int:
        recorded = ledger.record("deal/x", "tranche-paid", on="2019", tranche=number, amount="USD 1m", source="wire")
        assert not recorded.known_before
        (row,) = ledger.at().deals()
        assert row.paid[0].amount % 1_000_000 == 0
        return int(recorded.address.rpartition("@")[2])

    with ledger, ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(work, range(20)))
        assert sorted(versions) == list(range(2, 22))
        assert ledger.position() == start + 20


def test_a_view_is_shared_by_threads(place: str) -> None:
    with Ledger(place) as ledger, ThreadPoolExecutor(6) as pool:
        ledger.record_file(SEED)
        view = ledger.at("2021-11-12")
        answers = list(pool.map(lambda _: everything(view), range(12)))
        assert all(answer == answers[0] for answer in answers)


def test_the_findings_of_an_entry_are_its_own_however_many_record(place: str) -> None:
    with Ledger(small(place)) as ledger, ThreadPoolExecutor(4) as pool:
        ledger.record("source/paper", "registered", **WIRE)
        record(ledger, paid("USD 1m", tranche=0))

        def contradict(number: int) -> list[str]:
            record(ledger, opened(f"deal/y{number}", id=f"y{number}"))
            ours = ledger.record("deal/x", "tranche-paid", on="2019", tranche=0, amount="USD 2m", source="paper")
            return [finding.code for finding in ours.findings]

        assert sorted(pool.map(contradict, range(4))) == [[], [], [], ["tie"]]


# errors


def test_all_errors_are_of_one_tree_and_name_a_remedy(path: Path) -> None:
    ledger = book(opened())
    for mistake in (
        lambda: Ledger(path).at(),
        lambda: ledger.at("sometime"),
        lambda: ledger.at().deal("nothing"),
        lambda: ledger.at().deals(nothing=1),  # type: ignore[call-arg]  # that is the test
        lambda: ledger.record("deal/x", "nothing"),
        lambda: ledger.record("nothing", "opened"),
        lambda: ledger.record_file(path),
        lambda: take(ledger, entry("deal/x", "tranche-paid", on="2019", nothing=1)),
    ):
        with pytest.raises(LedgerError) as error:
            mistake()
        assert error.value.remedy
        assert error.value.remedy in str(error.value)


@pytest.mark.parametrize("stream", ["no thing", "@1", "deals/x", "deal/", "deal/a b", "deal/x@2"])
def test_a_stream_that_is_not_written_as_one_is_no_question(stream: str) -> None:
    ledger = book(opened())
    for ask in (ledger.at().state, ledger.log, ledger.check, ledger.replay, ledger.at().findings, ledger.at().side):
        with pytest.raises(UsageError, match="is not a stream"):
            ask(stream)
    with pytest.raises(UsageError, match="is not a stream"):
        ledger.compare(stream, known=(1, 2))
    with pytest.raises(UsageError, match="is not a stream"):
        ledger.record(stream, "opened")


@pytest.mark.parametrize("name", ["a\0b", "\udcff", "two\nlines"])
def test_a_recorder_whose_name_is_no_plain_text_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="not all plain text"):
        Ledger("armsledger.db", recorded_by=name)


def test_a_notice_in_the_log_is_one_line_whatever_it_quotes(caplog: pytest.LogCaptureFixture) -> None:
    with book() as ledger:
        ledger.session.give_notice("new deal x\x1b[31m\nerror: none\u202e\x9b")
    assert [record.getMessage() for record in caplog.records] == [r"new deal x\x1b[31m\nerror: none\u202e\x9b"]
