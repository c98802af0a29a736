"""The tables of the journal, and the rules that its rows keep to.

Triggers enforce the rules (`armsledger.storage.sqlite.schema`, `armsledger.storage.postgres.schema`): they hold
against every program that opens the database, not only against this one.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, UniqueConstraint
from sqlalchemy import Text as AnyText
from sqlalchemy.dialects import postgresql

from armsledger.storage.format import SCHEMA_VERSION
from armsledger.storage.instant import to_text

metadata = MetaData()

Text = AnyText().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Texts are ordered by their code points, as SQLite orders them."""
Number = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits."""

journal = Table(
    "journal",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),  # 1, 2, 3, ... in the order of the commits
    Column("stream", Text, nullable=False),  # deal/india-s400
    Column("version", Integer, nullable=False),  # 1, 2, 3, ... within the stream
    Column("name", Text, nullable=False),  # deal.contract-signed
    Column("format", Integer, nullable=False),  # version of the payload's fields; 0: not of the catalogue
    Column("entry_id", Text, nullable=False, unique=True),
    Column("on_earliest", Text),  # ISO dates; NULL is open
    Column("on_latest", Text),
    Column("asserted_earliest", Text),
    Column("asserted_latest", Text),
    Column("source", Text),
    Column("recorded_at", Text, nullable=False),  # 2026-11-22T12:00:00.000000Z, never decreasing
    Column("recorded_by", Text, nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    Column(
        "hashes", LargeBinary, nullable=False
    ),  # what the entry adds to the Merkle tree: its leaf and what it completes
    UniqueConstraint("stream", "version"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

tracking = Table(
    "tracking",
    metadata,
    Column("application_name", Text, primary_key=True),
    Column("notification_id", Number, nullable=False),
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", Number, primary_key=True, autoincrement=False),  # how many entries were signed for
    Column("made_at", Text, primary_key=True),
    Column("note", Text, nullable=False),  # the signed note
    sqlite_with_rowid=False,
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),  # random: it tells nothing of the person
    Column("name", Text, unique=True),  # NULL once the person is forgotten, as the key is
    Column("key", LargeBinary),  # what the name is encrypted with in the entries
    Column("forgotten_at", Text),
    Column("forgotten_by", Text),
    sqlite_with_rowid=False,
)


class Rule(StrEnum):
    """What a row must keep to; the trigger's message, by which a refusal is recognised."""

    UNCHANGED = "the journal is append-only: what is recorded is never changed"
    POSITION = "the journal is append-only: the position does not come next"
    VERSION = "the version does not come next in its stream"
    ENTRY_ID = "the entry id is in the journal already"
    RECORDED_AT = "the time of recording is before that of the entry before"
    CHECKPOINT = "a checkpoint that was made is never changed"
    PERSON = "a person is forgotten, or stays as it is"
    IDENTITY = "what makes a ledger this ledger is never changed"


def first_facts(created_at: datetime) -> dict[str, str]:
    """What a new ledger says of itself."""
    return {
        "schema_version": str(SCHEMA_VERSION),
        "ledger_id": str(uuid4()),
        "created_at": to_text(created_at),
    }


# Which tables are a ledger's own, those of its read models among them: nobody else's triggers belong on them.

JOURNAL_TABLES: Final = frozenset(metadata.tables)
READ_MODEL_TABLES: Final = frozenset({"read_model", "citing"})
"""What read models there are, and which streams cite a source."""
READ_MODEL_PREFIXES: Final = ("kept_", "building_")
"""Begin the names of the tables of read models, and of those that are being built."""


def is_own(table: str) -> bool:
    """Whether a table is the ledger's or a read model's."""
    return table in JOURNAL_TABLES | READ_MODEL_TABLES or table.startswith(READ_MODEL_PREFIXES)
