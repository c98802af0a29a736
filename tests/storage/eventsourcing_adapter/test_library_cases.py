"""The eventsourcing library's own tests of recorders and factories."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import TestCase
from uuid import uuid4

import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, ProcessRecorder, TrackingRecorder
from eventsourcing.tests import persistence as library
from eventsourcing.utils import Environment

from armsledger.storage.address import parse_address
from armsledger.storage.creation import create_file, create_ledger
from armsledger.storage.database import Database
from armsledger.storage.eventsourcing_adapter.application import JournalFactory
from armsledger.storage.eventsourcing_adapter.recorder import JournalAggregateRecorder, JournalRecorder
from armsledger.storage.opening import open_database
from armsledger.storage.schema import utc_now


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The library's tests print their speed."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


class InMemory(TestCase):
    """A journal in memory, its streams named by text."""

    __test__ = True

    def setUp(self) -> None:
        super().setUp()
        self.database = self.open_database()
        self.addCleanup(self.database.close)

    def open_database(self) -> Database:
        return open_database(None)

    def new_originator_id(self) -> str:
        return f"deal/{uuid4()}"


class InFile(InMemory):
    """A journal in a file."""

    def open_database(self) -> Database:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name, "ledger.db")
        create_file(path, utc_now())
        return open_database(path)


class OnServer(InMemory):
    """A journal on a PostgreSQL server."""

    @pytest.fixture(autouse=True)
    def _server(self, postgres_address: Callable[[], str]) -> None:
        self.new_address = postgres_address

    def open_database(self) -> Database:
        place = parse_address(self.new_address())
        create_ledger(place, utc_now())
        return open_database(place)


class AsAggregateRecorder(library.AggregateRecorderTestCase):
    __test__ = False
    database: Database

    def create_recorder(self) -> AggregateRecorder:
        return JournalAggregateRecorder(self.database)


class AsApplicationRecorder(library.ApplicationRecorderTestCase[JournalRecorder]):
    __test__ = False
    database: Database

    def create_recorder(self) -> JournalRecorder:
        return JournalRecorder(self.database)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class AsTrackingRecorder(library.TrackingRecorderTestCase):
    __test__ = False
    database: Database

    def create_recorder(self) -> TrackingRecorder:
        return JournalRecorder(self.database)


class AsProcessRecorder(library.ProcessRecorderTestCase):
    __test__ = False
    database: Database

    def create_recorder(self) -> ProcessRecorder:
        return JournalRecorder(self.database)


class AsNonInterleaving(library.NonInterleavingNotificationIDsBaseCase):
    __test__ = False
    database: Database

    def create_recorder(self) -> ApplicationRecorder:
        return JournalRecorder(self.database)


class TestAggregateRecorderInFile(InFile, AsAggregateRecorder): ...


class TestAggregateRecorderInMemory(InMemory, AsAggregateRecorder): ...


class TestAggregateRecorderOnServer(OnServer, AsAggregateRecorder): ...


class TestApplicationRecorderInFile(InFile, AsApplicationRecorder): ...


class TestApplicationRecorderInMemory(InMemory, AsApplicationRecorder): ...


class TestApplicationRecorderOnServer(OnServer, AsApplicationRecorder): ...


class TestTrackingRecorderInFile(InFile, AsTrackingRecorder): ...


class TestTrackingRecorderInMemory(InMemory, AsTrackingRecorder): ...


class TestTrackingRecorderOnServer(OnServer, AsTrackingRecorder): ...


class TestProcessRecorderInFile(InFile, AsProcessRecorder): ...


class TestProcessRecorderInMemory(InMemory, AsProcessRecorder): ...


class TestProcessRecorderOnServer(OnServer, AsProcessRecorder): ...


class TestNonInterleavingInFile(InFile, AsNonInterleaving): ...


class TestNonInterleavingInMemory(InMemory, AsNonInterleaving): ...


class TestNonInterleavingOnServer(OnServer, AsNonInterleaving): ...


class RecorderOfOnesOwn(JournalRecorder):
    """What a user may derive."""


class TestFactoryInMemory(library.InfrastructureFactoryTestCase[JournalFactory]):
    def setUp(self) -> None:
        self.env = Environment("Test")
        self.env[JournalFactory.PERSISTENCE_MODULE] = "armsledger.storage.eventsourcing_adapter"
        self.env[JournalFactory.ADDRESS] = self.address()
        super().setUp()

    def address(self) -> str:
        return ":memory:"

    def expected_factory_class(self) -> type[JournalFactory]:
        return JournalFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return JournalAggregateRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return JournalRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return JournalRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return RecorderOfOnesOwn

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        return JournalRecorder


class TestFactoryInFile(TestFactoryInMemory):
    def address(self) -> str:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return f"sqlite:///{folder.name}/ledger.db"


class TestFactoryOnServer(TestFactoryInMemory):
    @pytest.fixture(autouse=True)
    def _server(self, postgres_address: Callable[[], str]) -> None:
        self.new_address = postgres_address

    def address(self) -> str:
        return self.new_address()
