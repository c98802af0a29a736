"""Folding a whole lake, with an engine: processes of this machine, or Spark.

Every file is written whole, and one that is there stays, so a fold that was ended at any moment goes on where it
stopped. What was folded is complete when ``_complete.json`` stands in the folder of a read model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.domain.near import did_you_mean
from armsledger.lake.description import SOURCES, Description, opened_lake
from armsledger.lake.errors import ForgottenMeanwhile, OtherReadModels
from armsledger.lake.folder import READ_MODELS, Folder, address_below, folder_at, name_of
from armsledger.lake.folding import Folded, Task, fold_bucket
from armsledger.lake.persons import Persons, read_persons
from armsledger.lake.read_models import BUCKETS, COMPLETE, OF_LAKE, file_name, noted_of
from armsledger.lake.segments import Segment, SegmentFile, segments_of
from armsledger.projections.pages import ENTRIES_WORTH_WORKERS
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN, installed
from armsledger.projections.workers import Worker, answering, cores, working
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.proofs.merkle import EMPTY_ROOT

Report = Callable[[int, int], None]
Engine = Callable[[Task, Sequence[int]], Iterator[list[Folded]]]
"""Folds buckets, in whatever order; gives what came of each."""
ENGINES: Final = ("local", "spark")
PROGRAM: Final = "from armsledger.lake.engines import work; work()"


class FoldedLake(NamedTuple):
    """What a fold came to: up to which position, the folder of the read models, and how many rows each has."""

    position: int
    folder: str
    rows: Mapping[str, int]


def fold(
    folder: str | Path,
    *,
    engine: str = "local",
    models: Iterable[str] = (),
    out: str | Path | None = None,
    workers: int | None = None,
    report: Report = lambda *_: None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> FoldedLake:
    """Compute read models (default: all) from the segments of a lake, into its ``read-models`` or the folder ``out``.

    ``engine`` is ``local``, with as many processes as ``workers`` says (default: one for each core if the lake is
    large; 0: this one), or ``spark``: the active session, or the one that Spark's configuration makes.
    ``timeout_seconds`` is how long to wait for another fold into the same folder. Raises NoLake, LakeDamaged, LakeBusy,
    OtherReadModels, ForgottenMeanwhile and UsageError.
    """
    run = _engine(engine, workers)
    projections = _projections(list(models))
    lake = folder_at(folder)
    description, segments = opened_lake(lake), segments_of(lake)
    target = str(out) if out is not None else address_below(folder, READ_MODELS)
    position = segments[-1].last if segments else 0
    results, buckets = folder_at(target, lake.mode), range(SOURCES, description.buckets + 1)
    task = Task(str(folder), target, position, tuple(projection.name for projection in projections))
    persons = read_persons(lake)
    with results.locked(timeout_seconds):
        results.sweep("")
        _take_over(results, position, _lake_told(lake, description, segments), is_own=out is None)
        waiting = _waiting(results, task, projections, buckets)
        for projection in projections:
            if waiting:
                results.remove(f"{position}/{projection.name}/{COMPLETE}")
        try:
            for done, _ in enumerate(run(task, waiting), len(buckets) - len(waiting) + 1):
                report(done, len(buckets))
        finally:
            _check_nobody_forgotten(lake, persons, results, task)
        rows = _complete(results, task, projections, buckets)
    if rows is None:
        raise ForgottenMeanwhile(lake.name)
    return FoldedLake(position, f"{results.name}/{position}", rows)


def _lake_told(lake: Folder, description: Description, segments: Sequence[Segment]) -> bytes:
    """What makes a lake the one of which read models are folded: its description, and the root over its entries."""
    root = EMPTY_ROOT
    if segments:
        with SegmentFile(lake, segments[-1], description) as file:
            root = file.facts.root
    return (json.dumps({**description._asdict(), "root": root.hex()}, indent=2) + "\n").encode()


def _take_over(results: Folder, position: int, told: bytes, *, is_own: bool) -> None:
    """See that all that was folded up to a position is of one lake; what a lake holds of another one is removed."""
    name = f"{position}/{OF_LAKE}"
    if results.read(name) == told:
        return
    if results.names(str(position)):
        if not is_own:
            raise OtherReadModels(f"{results.name}/{position}")
        results.remove(str(position))
    results.write(name, told)


def _engine(name: str, workers: int | None) -> Engine:
    if name == "local":
        return lambda task, buckets: _locally(task, buckets, workers)
    if name == "spark":
        from armsledger.lake.spark import fold_on_spark

        return fold_on_spark
    raise UsageError(f"there is no engine {name!r}", remedy=f"name one of {', '.join(ENGINES)}")


def _projections(names: Sequence[str]) -> list[Projection]:
    projections = {projection.name: projection for projection in (*BUILT_IN, *installed())}
    for name in names:
        if name not in projections:
            remedy = did_you_mean(name, projections) or f"there are {', '.join(projections)}"
            raise UsageError(f"there is no projection {name!r}", remedy=remedy)
    return [projections[name] for name in dict.fromkeys(names or projections)]


def _waiting(results: Folder, task: Task, projections: Sequence[Projection], buckets: Sequence[int]) -> list[int]:
    """The buckets of which not all is there, computed by these very projections."""
    sizes = {one.name: results.sizes(f"{task.position}/{one.name}") for one in projections}

    def is_done(bucket: int) -> bool:
        noted = noted_of(results, task.position, bucket)
        for one in projections:
            told = noted.get(one.name)
            if told is None or told.stamp != one.stamp:
                return False
            name = file_name(task.position, one.name, bucket).rpartition("/")[2]
            if sizes[one.name].get(name) != told.size:
                return False
        return True

    return [bucket for bucket in buckets if not is_done(bucket)]


def _complete(
    results: Folder, task: Task, projections: Sequence[Projection], buckets: Sequence[int]
) -> dict[str, int] | None:
    """Say that read models are complete; returns how many rows each has, None if some were removed meanwhile."""
    noted = [noted_of(results, task.position, bucket) for bucket in buckets]
    if any(one.name not in told for told in noted for one in projections):
        return None
    rows = {}
    for one in projections:
        rows[one.name] = sum(told[one.name].rows for told in noted)
        unkept = sum(told[one.name].unkept for told in noted)
        facts = {"position": task.position, "stamp": one.stamp, "rows": rows[one.name], "streams_not_whole": unkept}
        results.write(f"{task.position}/{one.name}/{COMPLETE}", (json.dumps(facts, indent=2) + "\n").encode())
    return rows


def _check_nobody_forgotten(lake: Folder, before: Persons, results: Folder, task: Task) -> None:
    """Remove what was folded, and raise ForgottenMeanwhile, if it may name somebody who was forgotten since."""
    named = {person for person, name in read_persons(lake) if name is not None}
    if any(name is not None and person not in named for person, name in before):
        for name in (*task.models, BUCKETS):
            results.remove(f"{task.position}/{name}")
        raise ForgottenMeanwhile(lake.name)


# processes of this machine


def _locally(task: Task, buckets: Sequence[int], workers: int | None) -> Iterator[list[Folded]]:
    if workers is None:
        workers = cores() if task.position >= ENTRIES_WORTH_WORKERS else 0
    if workers == 0 or len(buckets) < 2:
        yield from (fold_bucket(task, bucket) for bucket in buckets)
        return
    with working(min(workers, len(buckets)), lambda: Worker(name_of(task.folder), PROGRAM)) as in_order:
        for (_, bucket), (folded,) in in_order((tuple(task), bucket) for bucket in buckets):
            # one that was not folded is tried again here, where it is said what is wrong
            yield fold_bucket(task, bucket) if folded is None else [Folded(*one) for one in folded]


def work() -> None:
    """Fold buckets in a process of its own."""

    def answer(question: Any) -> tuple[list[tuple[Any, ...]] | None]:
        task, bucket = question
        try:
            return ([tuple(folded) for folded in fold_bucket(Task(*task), bucket)],)
        except LedgerError:
            return (None,)

    answering(answer)
