"""Entries as columns: what is read again is the entry that was written, to the letter, or it is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.lake.columns import batch_of, rows_of
from armsledger.lake.errors import NoPlaceInLake
from armsledger.storage.proofs.merkle import leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes
from armsledger.storage.schema import instant_text

LEAF = bytes(32)
GOOD = Record(
    7, "deal/x", 2, "deal.opened", 1, "a1", "2018-01-01", None, "2018", None, "wire", "", "ann", None, '{"on":"2018"}'
)._replace(asserted_earliest="2018-02-01", recorded_at="2026-11-22T12:00:00.000000Z")

texts = st.text(st.characters(exclude_categories=["Cs"]))
days = st.none() | st.dates().map(date.isoformat)
instants = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(
    lambda one: instant_text(one.replace(tzinfo=UTC))
)
whole = st.integers(0, 2**53 - 1)
records = st.builds(
    Record,
    st.integers(1, 2**53 - 1),
    texts,
    whole,
    texts,
    whole,
    texts,
    days,
    days,
    days,
    days,
    st.none() | texts,
    instants,
    texts,
    st.none() | texts,
    texts,
)


def columns(*records: Record) -> Any:
    return batch_of([(*record, LEAF) for record in records], [1] * len(records), [1] * len(records))


@given(st.lists(records, min_size=1, max_size=5))
def test_an_entry_that_is_read_again_has_the_same_record(written: list[Record]) -> None:
    read = [Record._make(row) for row in rows_of(columns(*written))]
    assert read == written
    assert [leaf_hash(record_bytes(row)) for row in read] == [leaf_hash(record_bytes(row)) for row in written]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("on_earliest", "2018-1-1"),
        ("on_latest", "20180101"),
        ("asserted_latest", "2018-02-30"),
        ("asserted_earliest", "soon"),
        ("recorded_at", "2026-11-22T12:00:00Z"),
        ("recorded_at", "2026-11-22 12:00:00.000000Z"),
        ("recorded_at", "2026-11-22T12:00:00.000000+01:00"),
        ("recorded_at", "yesterday"),
    ],
)
def test_a_date_that_would_be_read_as_another_text_is_refused_with_its_entry(column: str, value: str) -> None:
    with pytest.raises(NoPlaceInLake, match=rf"deal/x@2 \(position 7, id a1\) has no place .* {column} is '") as raised:
        columns(GOOD._replace(position=6, version=1), Record._make((GOOD._asdict() | {column: value}).values()))
    assert value in str(raised.value)


def test_days_and_times_are_typed() -> None:
    batch = columns(GOOD)
    (row,) = batch.to_pylist()
    assert (row["on_earliest"], row["on_latest"]) == (date(2018, 1, 1), None)
    assert row["recorded_at"] == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert (row["kind"], row["key"], row["bucket"]) == ("deal", "x", 1)
