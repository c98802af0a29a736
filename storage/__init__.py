"""The journal: what was recorded, in one order without gaps, never changed afterwards.

`armsledger.storage.journal` is the way in. It loads eventsourcing only when something is written.
"""
