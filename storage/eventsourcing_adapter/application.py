"""The journal as an application of the eventsourcing library, and the factory for applications of others."""

from __future__ import annotations

from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    NotSupportedError,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from armsledger.storage.address import MEMORY, parse_address
from armsledger.storage.creation import create_ledger
from armsledger.storage.database import Database
from armsledger.storage.eventsourcing_adapter.mapper import Codec, JournalMapper
from armsledger.storage.eventsourcing_adapter.recorder import JournalAggregateRecorder, JournalRecorder
from armsledger.storage.opening import open_database


class JournalFactory(InfrastructureFactory[TrackingRecorder]):
    """Makes recorders that share one database."""

    ADDRESS = "ARMSLEDGER_LEDGER"
    CREATE_TABLE = "CREATE_TABLE"

    def __init__(self, env: Environment | EnvType | None = None, *, database: Database | None = None) -> None:
        super().__init__(env)
        self.database = database or self._open()

    def _open(self) -> Database:
        place = parse_address(self.env.get(self.ADDRESS) or MEMORY)
        if strtobool(self.env.get(self.CREATE_TABLE) or "yes"):
            create_ledger(place)
        return open_database(place)

    def aggregate_recorder(self, purpose: str = "events") -> JournalAggregateRecorder:
        """A recorder of streams without positions."""
        if purpose != "events":
            raise NotSupportedError(f"the journal has no {purpose}: its streams are short and quickly folded")
        return JournalAggregateRecorder(self.database)

    def application_recorder(self) -> JournalRecorder:
        """The recorder."""
        return JournalRecorder(self.database)

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        """The same recorder, or one of a class derived from it."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        chosen: type[TrackingRecorder] = tracking_recorder_class or (resolve_topic(topic) if topic else JournalRecorder)
        if not issubclass(chosen, JournalRecorder):
            raise NotSupportedError(f"{chosen.__qualname__} does not record in a journal")
        return chosen(self.database)

    def process_recorder(self) -> ProcessRecorder:
        """The same recorder."""
        return JournalRecorder(self.database)

    def close(self) -> None:
        """Close the database."""
        self.database.close()


class JournalApplication(Application[str]):
    """The library's face of a journal: ``events`` to append, ``notification_log`` to follow."""

    name = "armsledger"
    log_section_size = 1000  # also the most that the notification log gives at a time

    def __init__(self, database: Database, codec: Codec) -> None:
        self._database = database
        self._codec = codec
        self.journal_recorder = JournalRecorder(database)
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """No settings: a variable set for another program must not change how a ledger is stored."""
        return Environment(name)

    def construct_factory(self, env: Environment) -> JournalFactory:
        """The journal's own."""
        return JournalFactory(env, database=self._database)

    def construct_mapper(self) -> Mapper[str]:
        """The catalogue's own."""
        return JournalMapper(self._codec)

    def construct_recorder(self) -> ApplicationRecorder:
        """The journal's own."""
        return self.journal_recorder
