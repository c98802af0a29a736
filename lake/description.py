"""What a lake says of itself, once, in ``lake.json``: which ledger it is of, and by how many buckets it is divided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Final, NamedTuple

from armsledger.domain.errors import UsageError
from armsledger.lake.errors import LakeDamaged, NoLake
from armsledger.lake.folder import FIRST_FILE as FILE
from armsledger.lake.folder import Folder
from armsledger.storage.schema import is_instant

SCHEMA: Final = 1
"""Raised whenever a released file of a lake changes in a way that an older program must not read."""
DEFAULT_BUCKETS: Final = 64
MOST_BUCKETS: Final = 65_536
SOURCES: Final = 0
"""The bucket of all sources: every fold reads it."""
OF_SOURCES: Final = "source/"
HASHED_BYTES: Final = 8


class Description(NamedTuple):
    """Which ledger a lake is of, when that was made, and into how many buckets its streams are divided."""

    schema: int
    ledger_id: str
    created_at: str
    buckets: int

    @property
    def facts(self) -> dict[str, str]:
        """What makes the ledger this ledger, as `JournalReader.meta` has it."""
        return {"ledger_id": self.ledger_id, "created_at": self.created_at}

    def bucket_of(self, stream: str) -> int:
        """The bucket of a stream: 0 for a source, else 1 to the number of buckets."""
        if stream.startswith(OF_SOURCES):
            return SOURCES
        return 1 + int.from_bytes(sha256(stream.encode()).digest()[:HASHED_BYTES], "big") % self.buckets


def described(facts: Mapping[str, str], buckets: int | None) -> Description:
    """What the new lake of a ledger says; raises UsageError for a number of buckets that no lake has."""
    buckets = DEFAULT_BUCKETS if buckets is None else buckets
    if not 1 <= buckets <= MOST_BUCKETS:
        raise UsageError(
            f"a lake cannot have {buckets} buckets", remedy=f"name a number of 1 to {MOST_BUCKETS}: --buckets 64"
        )
    return Description(SCHEMA, facts.get("ledger_id", ""), facts.get("created_at", ""), buckets)


def read_description(folder: Folder) -> Description | None:
    """What a lake says of itself; None if there is none. Raises LakeDamaged, and NoLake for one of a later release."""
    data = folder.read(FILE)
    if data is None:
        return None
    try:
        told = json.loads(data)
        description = Description(*(told[name] for name in Description._fields))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise LakeDamaged(f"{folder.name}/{FILE}", "it does not say which ledger the lake is of") from None
    schema, ledger_id, created_at, buckets = description
    if type(schema) is int and schema > SCHEMA:
        what = f"the lake has schema {schema}, and this release reads up to {SCHEMA}"
        raise NoLake(folder.name, what, remedy="read it with a newer release of armsledger")
    is_number = type(buckets) is int and 1 <= buckets <= MOST_BUCKETS
    if schema != SCHEMA or type(ledger_id) is not str or not is_instant(created_at) or not is_number:
        raise LakeDamaged(f"{folder.name}/{FILE}", "what it says makes no sense")
    return description


def opened_lake(folder: Folder) -> Description:
    """What the lake in a folder says of itself; raises NoLake and LakeDamaged."""
    description = read_description(folder)
    if description is None:
        raise NoLake(folder.name)
    return description


def write_description(folder: Folder, description: Description) -> None:
    """Say once what a lake is."""
    folder.write(FILE, (json.dumps(description._asdict(), indent=2) + "\n").encode())
