"""The journal as an application of the eventsourcing library."""

from __future__ import annotations

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Mapper
from eventsourcing.utils import Environment, EnvType

from armsledger.storage.database import Database
from armsledger.storage.event_store import JournalEventStore
from armsledger.storage.factory import JournalFactory
from armsledger.storage.mapper import Codec, JournalMapper
from armsledger.storage.recorder import JournalRecorder


class JournalApplication(Application[str]):
    """Wires recorder, mapper and event store: ``events`` to append, ``notification_log`` to follow."""

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

    def construct_event_store(self) -> JournalEventStore:
        """The journal's own."""
        return JournalEventStore(self.mapper, self.recorder)

    def construct_recorder(self) -> ApplicationRecorder:
        """The journal's own."""
        return self.journal_recorder
