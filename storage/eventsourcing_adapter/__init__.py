"""The journal as infrastructure of the eventsourcing library.

For applications of one's own: ``PERSISTENCE_MODULE=armsledger.storage.eventsourcing_adapter``, with the
ledger's address in ``ARMSLEDGER_LEDGER``; a missing ledger is made unless ``CREATE_TABLE`` is false.
"""

from armsledger.storage.eventsourcing_adapter.application import JournalFactory

__all__ = ["JournalFactory"]
