"""The journal: what was recorded, in one order without gaps, never changed afterwards.

This package stays light on purpose. Import `armsledger.storage.journal` for the journal itself; it loads
SQLAlchemy and eventsourcing only when something is written.
"""

from armsledger.storage.completion import complete_streams

__all__ = ["complete_streams"]
