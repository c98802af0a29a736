"""The record of an entry: the bytes of which the hash is its leaf of the Merkle tree, canonical JSON (RFC 8785).

They are a list of a tag and the fields of `Record`. An entry that a server's session recorded has the login of that
session in it, and the second tag; all others have the first, and no place for a login. The payload is the stored text
as a JSON string, not the object that it spells, so that the hash is of what is stored, to the letter. Canonical means
that there is only one way to write an entry: no blanks, no escape that is not needed, whole numbers of at most 53 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from armsledger.storage.proofs.errors import UnreadableRecord
from armsledger.storage.schema import FIRST_WITH_LOGINS

TAG = "armsledger/entry/1"
TAG_WITH_LOGIN = "armsledger/entry/2"
"""These name the form and its version, so that no other bytes that are ever hashed can be taken for a record."""
LARGEST_NUMBER = 2**53 - 1
LARGEST_RECORD_BYTES = 64 * 2**20
"""Nothing larger is parsed; entries are a few hundred bytes."""


class Record(NamedTuple):
    """An entry as the journal stores it, without the hashes beside it."""

    position: int
    stream: str
    version: int
    name: str
    format: int
    entry_id: str
    on_earliest: str | None
    on_latest: str | None
    asserted_earliest: str | None
    asserted_latest: str | None
    source: str | None
    recorded_at: str
    recorded_by: str
    login: str | None
    payload: str


LOGIN: Final = Record._fields.index("login")


def record_columns(schema_version: int) -> str:
    """What to select for records: a ledger of an earlier schema has no logins."""
    has_logins = schema_version >= FIRST_WITH_LOGINS
    return ", ".join(name if has_logins or name != "login" else "NULL AS login" for name in Record._fields)


def record_bytes(row: Sequence[str | int | None]) -> bytes:
    """The record of a row of the journal; raises UnreadableRecord for a row that the journal cannot hold.

    A tampered file can hold numbers for texts, or more than 53 bits. Such a row has no record.
    """
    if len(row) != len(Record._fields):
        raise UnreadableRecord(f"it has {len(row)} columns, not {len(Record._fields)}")
    has_login = row[LOGIN] is not None
    check, _, write = _codec(has_login=has_login)
    record = (TAG_WITH_LOGIN, *row) if has_login else (TAG, *row[:LOGIN], *row[LOGIN + 1 :])
    try:
        check(record)
        return write(record)
    except ValueError as error:
        raise UnreadableRecord(_first_mistake(error, has_login=has_login)) from None


def parse_record(data: bytes) -> Record:
    """The entry of a record; raises UnreadableRecord for any other bytes."""
    has_login = data.startswith(f'["{TAG_WITH_LOGIN}",'.encode())
    _, read, write = _codec(has_login=has_login)
    if len(data) > LARGEST_RECORD_BYTES:
        raise UnreadableRecord(f"it is {len(data)} bytes long, and more than {LARGEST_RECORD_BYTES} are not read")
    try:
        values = read(data)
    except ValueError as error:
        raise UnreadableRecord(_first_mistake(error, has_login=has_login)) from None
    if write(values) != data:
        raise UnreadableRecord("it is not in canonical form (RFC 8785)")
    return Record._make(values[1:] if has_login else (*values[1 : LOGIN + 1], None, *values[LOGIN + 1 :]))


Values = tuple[Any, ...]


@cache
def _codec(
    *, has_login: bool
) -> tuple[Callable[[Values], Values], Callable[[bytes], Values], Callable[[Values], bytes]]:
    """What checks, reads and writes a record: compiled once, twice as fast as the standard library.

    The compiled writer escapes what RFC 8785 escapes and nothing more; a test compares it with an implementation of
    the RFC.
    """
    from pydantic_core import SchemaSerializer, SchemaValidator, core_schema

    text = core_schema.str_schema(strict=True)
    counted = core_schema.int_schema(strict=True, ge=1, le=LARGEST_NUMBER)
    number = core_schema.int_schema(strict=True, ge=0, le=LARGEST_NUMBER)
    optional = core_schema.nullable_schema(text)
    tag = core_schema.literal_schema([TAG_WITH_LOGIN if has_login else TAG])
    identity = [counted, text, number, text, number, text]
    schema = core_schema.tuple_schema([tag, *identity, *[optional] * 5, text, text, *[text] * has_login, text])
    validator = SchemaValidator(schema)
    return validator.validate_python, validator.validate_json, SchemaSerializer(schema).to_json


def _first_mistake(error: ValueError, *, has_login: bool) -> str:
    """The first thing that is wrong with a record, in one line."""
    from pydantic_core import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    columns = ("tag", *(name for name in Record._fields if has_login or name != "login"))
    (place, *_) = first["loc"] or ("",)
    name = columns[place] if isinstance(place, int) and place < len(columns) else "record"
    return f"{name}: {first['msg']}"
