"""A connection to the server that is lost: recording goes on where it can, and nothing is lost or recorded twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from armsledger import Ledger
from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import LedgerUnreachable
from armsledger.storage.journal import Journal
from armsledger.storage.postgres.connection import PostgresConnection
from tests.application.book import SOURCES, opened, paid, take
from tests.application.lost import Cutter
from tests.postgres import Server
from tests.postgres import server as private_server
from tests.processes import PATIENCE_SECONDS
from tests.storage.drafts import draft, history

PAYMENT: dict[str, Any] = {"on": "2019", "amount": "USD 8m", "source": "wire"}


@pytest.fixture
def url(postgres_address: Callable[[], str]) -> str:
    """The address of a ledger with a deal in it."""
    address = postgres_address()
    with Ledger.create(address, recorded_by="tester") as ledger:
        take(ledger, *SOURCES, opened())
    return address


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """The same ledger, open."""
    with Ledger(url, recorded_by="tester", timeout_seconds=PATIENCE_SECONDS) as opened_one:
        opened_one.position()
        yield opened_one


class Saboteur:
    """Takes connections away, at once or just before or after a statement."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._url = url
        self._monkeypatch = monkeypatch
        self.struck = 0

    def end_all(self) -> None:
        """End every connection of the ledger's, and wait until they have ended."""
        with psycopg.connect(self._url, autocommit=True, application_name="saboteur") as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE application_name = 'armsledger' AND query NOT LIKE '%pg_stat_activity%'"
            )

    def strike(self, wanted: str, *, after: bool = False) -> None:
        """End all connections once, when a statement that begins so is sent."""
        original = PostgresConnection._run

        def run(connection: PostgresConnection, sql: str, parameters: Any) -> Any:
            strikes = sql.startswith(wanted) and not self.struck
            if strikes and not after:
                self.struck += 1
                self.end_all()
            cursor = original(connection, sql, parameters)
            if strikes and after:
                self.struck += 1
                connection.settle()
                self.end_all()
                raise psycopg.OperationalError("the connection was lost before the answer came")
            return cursor

        self._monkeypatch.setattr(PostgresConnection, "_run", run)


@pytest.fixture
def saboteur(url: str, monkeypatch: pytest.MonkeyPatch) -> Saboteur:
    """Who takes the ledger's connections away."""
    return Saboteur(url, monkeypatch)


def _payments(ledger: Ledger) -> int:
    return sum(row.event == "tranche-paid" for row in ledger.log("deal/x"))


def test_a_connection_lost_while_nothing_was_under_way_is_made_anew(ledger: Ledger, saboteur: Saboteur) -> None:
    ledger.record("deal/x", "tranche-paid", tranche=1, **PAYMENT)
    saboteur.end_all()
    ledger.record("deal/x", "tranche-paid", tranche=2, **PAYMENT)
    assert _payments(ledger) == 2
    saboteur.end_all()
    assert [row.deal for row in ledger.at().deals()] == ["x"]


@pytest.mark.parametrize("statement", ["BEGIN", "SELECT armsledger_append", "SAVEPOINT", "COMMIT"])
def test_one_lost_in_the_midst_of_an_append_is_tried_again(ledger: Ledger, saboteur: Saboteur, statement: str) -> None:
    saboteur.strike(statement)
    told = ledger.record("deal/x", "tranche-paid", tranche=1, **PAYMENT)
    assert saboteur.struck == 1
    assert (told.address, _payments(ledger)) == (ledger.log("deal/x")[-1].entry, 1)


def test_an_append_whose_acknowledgement_was_lost_is_not_recorded_twice(ledger: Ledger, saboteur: Saboteur) -> None:
    saboteur.strike("COMMIT", after=True)
    told = ledger.record("deal/x", "tranche-paid", tranche=1, **PAYMENT)
    assert saboteur.struck == 1
    assert (told.address, _payments(ledger)) == (ledger.log("deal/x")[-1].entry, 1)


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_a_dossier_is_recorded_whole_and_once(ledger: Ledger, saboteur: Saboteur, after: bool) -> None:
    before = ledger.position()
    saboteur.strike("COMMIT", after=after)
    report = take(ledger, *(paid("USD 1m", tranche=number) for number in range(30)))
    assert saboteur.struck == 1
    assert report.recorded + report.known == 30
    assert ledger.position() == before + 30


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_drafts_are_appended_once(url: str, saboteur: Saboteur, after: bool) -> None:
    with Journal.open(url, write=True, timeout_seconds=PATIENCE_SECONDS) as journal:
        head = journal.reader.head()
        saboteur.strike("COMMIT", after=after)
        entries = journal.append(history("deal/drafts", 3), recorded_by="me")
        assert saboteur.struck == 1
        assert [entry.position for entry in entries] == [head + 1, head + 2, head + 3]
        assert journal.reader.stream("deal/drafts") == entries


def test_within_a_transaction_the_loss_is_told(url: str, saboteur: Saboteur) -> None:
    with Journal.open(url, write=True) as journal:
        head = journal.reader.head()
        with pytest.raises(LedgerUnreachable):
            _append_and_lose(journal, saboteur)
        journal.append([draft("deal/three")], recorded_by="me")
        assert [entry.stream for entry in journal.reader.entries(after=head)] == ["deal/three"]


def _append_and_lose(journal: Journal, saboteur: Saboteur) -> None:
    with journal.transaction():
        journal.append([draft("deal/one")], recorded_by="me")
        saboteur.end_all()
        journal.append([draft("deal/two")], recorded_by="me")


def test_a_server_that_is_gone_is_waited_for_and_then_told(postgres: Server) -> None:
    with private_server(postgres.settings) as gone, Ledger.create(gone.url, timeout_seconds=1) as ledger:
        take(ledger, *SOURCES, opened())
        gone.stop()
        with pytest.raises(LedgerUnreachable) as loss:
            ledger.record("deal/x", "tranche-paid", **PAYMENT)
        assert "repeat" in loss.value.remedy
        gone.start()
        ledger.record("deal/x", "tranche-paid", **PAYMENT)
        assert _payments(ledger) == 1


def test_several_hosts_lead_to_the_one_that_takes_writes(postgres: Server) -> None:
    with private_server((*postgres.settings, "-c", "default_transaction_read_only=on")) as standby:
        schema = postgres.schema()
        hosts = f"127.0.0.1:1,127.0.0.1:{standby.port},127.0.0.1:{postgres.port}"
        options = f"target_session_attrs=read-write&options=-csearch_path%3D{schema}"
        address = f"postgresql://owner@{hosts}/postgres?{options}"
        with Ledger.create(address, recorded_by="tester") as ledger:
            take(ledger, *SOURCES, opened())
            assert ledger.position() == len(SOURCES) + 1
        postgres.drop(schema)


def test_a_server_that_takes_no_writes_says_so(postgres: Server, postgres_address: Callable[[], str]) -> None:
    address = postgres_address()
    Ledger.create(address).close()
    read_only = f"{address}%20-cdefault_transaction_read_only%3Don"
    with Ledger(read_only) as ledger, pytest.raises(LedgerError, match="takes no writes"):
        take(ledger, *SOURCES)


# Wherever a connection is lost, it is told as an error of ours


def _sql(ledger: Ledger) -> object:
    from sqlalchemy import select

    view = ledger.at()
    return ledger.execute(select(view.table("deals")))


def _within_a_snapshot(ledger: Ledger) -> object:
    reader = ledger.journal().reader
    with reader.snapshot():
        return reader.connection.execute("SELECT 1").fetchall(), reader.connection.execute("SELECT 2").fetchall()


def _sent_row_by_row(ledger: Ledger) -> object:
    reader = ledger.journal().reader
    with reader.snapshot():
        return list(reader.each("SELECT generate_series(1, 10000)"))


DEEDS: dict[str, Callable[[Ledger, Path], object]] = {
    "ask for deals": lambda ledger, _: ledger.at().deals(),
    "ask in SQL": lambda ledger, _: _sql(ledger),
    "tell the log": lambda ledger, _: ledger.log(),
    "look within a snapshot": lambda ledger, _: _within_a_snapshot(ledger),
    "have rows sent": lambda ledger, _: _sent_row_by_row(ledger),
    "search": lambda ledger, _: ledger.at().search("x"),
    "say what it holds": lambda ledger, _: ledger.info(),
    "verify": lambda ledger, _: ledger.verify(),
    "examine": lambda ledger, _: ledger.examine(),
    "export entries": lambda ledger, folder: ledger.export_jsonl(folder / "all.jsonl", replace=True),
    "copy": lambda ledger, folder: ledger.backup(folder / "backup.db", replace=True),
    "record": lambda ledger, _: ledger.record("deal/x", "amended", on="2019", source="wire", note="Once more."),
    "record a dossier": lambda ledger, _: take(ledger, *(paid("USD 1m", tranche=number) for number in range(20))),
    "rebuild": lambda ledger, _: ledger.rebuild("deals", workers=0),
    "grant roles": lambda ledger, _: ledger.grant_roles(),
}
"""What users do with a ledger."""
SOME = ("ask in SQL", "look within a snapshot", "have rows sent", "examine", "record a dossier")
"""Those of them that go ways of their own."""


@pytest.mark.parametrize("deed", SOME)
def test_wherever_a_connection_is_lost_it_is_an_error_of_ours(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deed: str
) -> None:
    cutter = Cutter(url, monkeypatch)
    with Ledger(url, recorded_by="tester", timeout_seconds=0.5) as ledger:
        statements = _statements(cutter, partial(DEEDS[deed], ledger, tmp_path))
        for number in (2, statements // 2, statements):
            _lose(cutter, number, partial(DEEDS[deed], ledger, tmp_path))
        assert cutter.cuts >= 2


def test_a_lost_connection_is_no_verdict_on_the_ledger(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was told among the findings, as if the ledger were not as it should be."""
    cutter = Cutter(url, monkeypatch)
    with Ledger(url, timeout_seconds=0.5) as ledger:
        statements = _statements(cutter, lambda: ledger.verify(workers=0))
        lost = 0
        for number in range(2, statements + 1, 9):
            cutter.cut_before(number)
            try:
                assert ledger.verify(workers=0).findings == ()
            except LedgerUnreachable:
                lost += 1
        assert lost >= 3


@pytest.mark.soak
@pytest.mark.parametrize("deed", DEEDS)
def test_at_whichever_statement_it_is_lost(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deed: str
) -> None:
    cutter = Cutter(url, monkeypatch)
    with Ledger(url, recorded_by="tester", timeout_seconds=0.5) as ledger:
        statements = _statements(cutter, partial(DEEDS[deed], ledger, tmp_path))
        lost = sum(_lose(cutter, number, partial(DEEDS[deed], ledger, tmp_path)) for number in range(1, statements + 1))
        print(f"{deed}: connections ended before each of {statements} statements, {lost} times told, never otherwise")
        assert ledger.verify().findings == ()


def _statements(cutter: Cutter, deed: Callable[[], object]) -> int:
    """How many statements something takes once its ledger is open."""
    deed()
    cutter.cut_before(None)
    deed()
    return cutter.sent


def _lose(cutter: Cutter, number: int, deed: Callable[[], object]) -> bool:
    """Do something while the connections are ended before a statement; whether that was told, as an error of ours."""
    cutter.cut_before(number)
    try:
        deed()
    except LedgerError:
        return True
    finally:
        cutter.cut_before(None)
    return False
