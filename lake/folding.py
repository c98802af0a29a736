"""Computing read models from the segments of a lake, bucket by bucket, by the projections of the ledger.

A bucket is folded by one function (`fold_bucket`), in whichever process of whichever engine: it reads the bucket out of
all segments, writes a file for each read model, and gives back how many rows these have. Memory is bounded by a bucket.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.domain.values.stream import KINDS
from armsledger.lake.bucket import BucketReader, bucket_reader
from armsledger.lake.description import OF_SOURCES, SOURCES, opened_lake
from armsledger.lake.errors import LakeDamaged
from armsledger.lake.folder import folder_at
from armsledger.lake.persons import FILE as PERSONS
from armsledger.lake.persons import WRITES, read_persons
from armsledger.lake.read_models import ModelFile, note
from armsledger.lake.segments import segments_of
from armsledger.projections.moments import Instants, SourceGrades
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN, installed
from armsledger.projections.row_history import row_history
from armsledger.projections.unkept import WHOLE
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.errors import LedgerDamaged

OF_A_SOURCE: Final = OF_SOURCES.rstrip("/")


class Task(NamedTuple):
    """What is folded: the lake up to a position, where the read models go, and their names."""

    folder: str
    out: str
    position: int
    models: tuple[str, ...]


class Folded(NamedTuple):
    """How many rows a read model has in a bucket."""

    bucket: int
    model: str
    rows: int


def fold_bucket(task: Task, bucket: int) -> list[Folded]:
    """Fold a bucket and write its files; raises LakeDamaged and ProjectionFailed."""
    folder = folder_at(task.folder)
    description = opened_lake(folder)
    segments = [segment for segment in segments_of(folder) if segment.last <= task.position]
    projections = [projection for projection in (*BUILT_IN, *installed()) if projection.name in task.models]
    with seldom_collecting(), bucket_reader(folder, description, segments, bucket, read_persons(folder)) as reader:
        try:
            files = _fold(reader, bucket, projections)
        except LedgerDamaged as error:
            if isinstance(error.__cause__, KeyError):  # a seal without its person
                missing = f"it lacks the person {error.__cause__.args[0]}, whom an entry names"
                raise LakeDamaged(f"{folder.name}/{PERSONS}", missing, remedy=WRITES) from error
            raise LakeDamaged(folder.name, error.message) from error
    out = folder_at(task.out, folder.mode)
    note(out, task.position, bucket, {name: file.put(out, task.position, bucket) for name, file in files.items()})
    return [Folded(bucket, name, file.rows) for name, file in files.items()]


def _fold(reader: BucketReader, bucket: int, projections: list[Projection]) -> dict[str, ModelFile]:
    grades, instants = SourceGrades(reader), Instants(reader)
    files = {projection.name: ModelFile(projection) for projection in projections}
    kinds = [OF_A_SOURCE] if bucket == SOURCES else [kind for kind in KINDS if kind != OF_A_SOURCE]
    for kind in kinds:
        for stream, entries in reader.streams_grouped(kind):
            for name, rows in row_history(stream, entries, grades, instants, projections).items():
                files[name].add(stream, rows.rows, None if rows.oldest == WHOLE else rows.oldest)
    return files
