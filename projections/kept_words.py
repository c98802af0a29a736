"""The words that the rows of a read model ever had, whatever is believed now and on whatever day."""

from __future__ import annotations

import json
from collections.abc import Iterator

from armsledger.projections.codec import codec_of
from armsledger.projections.field_types import has_parts
from armsledger.projections.filter_sql import where
from armsledger.projections.filtering import Condition
from armsledger.projections.projection import Projection
from armsledger.projections.rows import UNREADABLE, ReadModelDamaged, kept_row
from armsledger.projections.schema import EXTRACTS
from armsledger.projections.tables import read_register
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.reader import JournalReader


def has_kept(reader: JournalReader, projection: Projection, condition: Condition) -> bool | None:
    """Whether a row ever fitted a condition; None if there are no rows, or the table cannot tell of all."""
    if not _can_tell(reader, projection) or not reader.query(f'SELECT 1 FROM "{projection.table}" LIMIT 1'):
        return None
    asked = where(projection.row, [condition], reader.dialect)
    sql = f'SELECT "row" FROM "{projection.table}"'
    if asked is not None:
        sql = f"{sql} WHERE {asked.sql}"
    with reader.snapshot():
        try:
            rows = reader.each(sql, *(() if asked is None else asked.parameters))
            if any(condition.fits(kept_row(projection.row, projection.name, text)) for (text,) in rows):
                return True
            return None if read_register(reader).has_unkept else False
        except LedgerFailed as error:  # the database itself finds no JSON there
            raise ReadModelDamaged(projection.name, error) from error


def kept_words(reader: JournalReader, projection: Projection, field: str) -> Iterator[str]:
    """The words that a field ever had."""
    if not _can_tell(reader, projection):
        return
    value = EXTRACTS[reader.dialect.name].value.format(index=codec_of(projection.row).indexes[field])
    try:
        for (text,) in reader.query(f'SELECT DISTINCT {value} FROM "{projection.table}" WHERE {value} IS NOT NULL'):
            yield from json.loads(text) if has_parts(projection.row, field) else (str(text),)
    except (LedgerFailed, *UNREADABLE) as error:
        raise ReadModelDamaged(projection.name, error) from error


def _can_tell(reader: JournalReader, projection: Projection) -> bool:
    return read_register(reader).is_current(projection, reader.head())
