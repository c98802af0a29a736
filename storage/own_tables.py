"""Which tables are a ledger's own, those of its read models among them: nobody else's triggers belong on them."""

from __future__ import annotations

from typing import Final

from armsledger.storage.schema import metadata

JOURNAL_TABLES: Final = frozenset(metadata.tables)
READ_MODEL_TABLES: Final = frozenset({"read_model", "citing"})
"""What read models there are, and which streams cite a source."""
READ_MODEL_PREFIXES: Final = ("kept_", "building_")
"""Begin the names of the tables of read models, and of those that are being built."""


def is_own(table: str) -> bool:
    """Whether a table is the ledger's or a read model's."""
    return table in JOURNAL_TABLES | READ_MODEL_TABLES or table.startswith(READ_MODEL_PREFIXES)
