"""Folding on Spark: a task for each bucket, which reads the lake and writes files itself.

The session is the user's: the active one, or the one that Spark's own configuration makes. Each executor needs this
package, and reaches the lake's folder under the same name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

from armsledger.exchange.tables.table import imported
from armsledger.lake.errors import SparkFailed
from armsledger.lake.folding import Folded, Task, fold_bucket

EXTRA: Final = "spark"
SCHEMA: Final = "bucket int, model string, rows long"
PYTHON: Final = "PYSPARK_PYTHON"


def fold_on_spark(task: Task, buckets: Sequence[int]) -> Iterator[list[Folded]]:
    """Fold buckets on a session of Spark's; raises UsageError if it is not installed, and SparkFailed."""
    sql: Any = imported("pyspark.sql", EXTRA)
    if not buckets:
        return
    if PYTHON not in os.environ and sql.SparkSession.getActiveSession() is None:
        os.environ[PYTHON] = sys.executable  # else it is whichever python3 the path has
    numbers = list(buckets)

    def fold_batches(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        for batch in batches:
            for place in batch.column(0).to_pylist():
                folded = fold_bucket(task, numbers[place])
                columns = zip(*folded, strict=True) if folded else ((), (), ())
                types = (pyarrow.int32(), pyarrow.string(), pyarrow.int64())
                arrays = [pyarrow.array(list(values), kind) for values, kind in zip(columns, types, strict=True)]
                yield pyarrow.RecordBatch.from_arrays(arrays, names=list(Folded._fields))

    try:
        session = sql.SparkSession.builder.getOrCreate()
        rows = session.range(0, len(numbers), 1, len(numbers)).mapInArrow(fold_batches, SCHEMA)
        answers = rows.collect()  # one job for all buckets: `toLocalIterator` would fold one after the other
    except Exception as error:  # those of Java, of its bridge, of Spark, and of our own tasks come as many classes
        raise SparkFailed(error) from error
    done: dict[int, list[Folded]] = {}
    for row in answers:
        done.setdefault(row["bucket"], []).append(Folded(row["bucket"], row["model"], row["rows"]))
    yield from done.values()
