"""The tables of a ledger.

Triggers keep their rows to the rules (`armsledger.storage.sqlite.schema`, `armsledger.storage.postgres.schema`): they
hold against every program that opens the database, not only against this one.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, UniqueConstraint
from sqlalchemy import Text as AnyText

metadata = MetaData()

Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
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
    Column("login", Text),  # whom the server knew the recorder as; NULL in a file, and before there was this column
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

unpurged = Table(
    "unpurged",
    metadata,
    Column("name", Text, primary_key=True),  # a table of which the files may still hold what was erased
    Column("since", Text, nullable=False),
    sqlite_with_rowid=False,
)
