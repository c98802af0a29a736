"""Verifying read models: the rows are computed anew from the journal and compared with those that are kept.

Page by page, as in a rebuild, within one snapshot. Other processes may work the pages out; they may see a later journal
than the snapshot, so a page that seems to differ is worked out again within it before it is called different.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from hashlib import sha256
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.projections.model import KEPT, TIME_COLUMNS
from armsledger.projections.pages import Builder, Built, Page, built, here, pages_after
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.reading import citing_position, is_current, kept_models
from armsledger.projections.rebuild import ENTRIES_WORTH_WORKERS, MOST_WORKERS, STREAMS_A_PAGE, told
from armsledger.projections.row_history import ProjectionFailed
from armsledger.projections.tables import check_views
from armsledger.storage.address import Place
from armsledger.storage.proofs.verification import Violation
from armsledger.storage.reader import JournalReader

Report = Callable[[int, int], None]
"""Told how many entries are done, and how many there are to do."""
Rows = list[tuple[Any, ...]]

NAMES: Final = ", ".join(f'"{name}"' for name in TIME_COLUMNS)
ORDER: Final = "stream, believed, known_from, valid_from, slot"
BETWEEN: Final = "believed IN (0, 1) AND stream > ? AND stream <= ?"
STREAM: Final = list(TIME_COLUMNS).index("stream")
PAIRS_AT_ONCE: Final = 1000


class Digest(NamedTuple):
    """What a read model holds, in one hash: SHA-256 over its rows in their order, each as a JSON list and a comma."""

    name: str
    rows: int
    sha256: str


class ReadModels(NamedTuple):
    """What verifying read models came to. ``behind`` are those that no question is answered from, as they are missing,
    another version's, or not in step."""

    digests: tuple[Digest, ...]
    behind: tuple[str, ...]
    flaws: tuple[Violation, ...]


def verify_read_models(
    reader: JournalReader,
    projections: Sequence[Projection],
    report: Report = lambda *_: None,
    *,
    place: Place = None,
    workers: int | None = None,
) -> ReadModels:
    """Compare the read models that are in step with the journal; to be called within the reader's snapshot.

    ``workers`` is how many processes open the ledger at ``place`` and work out the rows: by default one for each core
    if the ledger is large. Without a place, it is done in this one.
    """
    head, kept = reader.head(), kept_models(reader)
    current = [p for p in projections if is_current(kept.get(p.name), p, head)]
    behind = tuple(p.name for p in projections if p not in current and head)
    digests, flaws = list[Digest](), list(check_views(reader, projections))
    groups = _groups(current)
    for number, group in enumerate(groups):
        comparison = Comparison(reader, group)
        count = partial(_count, report, number * head, len(groups) * head)
        with _builder(reader, place, group, workers) as builder:
            failure = _failure(comparison, builder, count)
        digests += comparison.digests() if failure is None else []
        flaws += comparison.flaws() if failure is None else [failure]
    return ReadModels(tuple(digests), behind, tuple(flaws))


def _count(report: Report, before: int, total: int, done: int) -> None:
    report(before + done, total)


def _groups(projections: Sequence[Projection]) -> list[list[Projection]]:
    """The built-in ones together, each of somebody's own by itself, as one may fail."""
    own = [projection for projection in projections if projection in BUILT_IN]
    return [group for group in (own, *([p] for p in projections if p not in BUILT_IN)) if group]


def _builder(
    reader: JournalReader, place: Place, group: Sequence[Projection], workers: int | None
) -> AbstractContextManager[Builder]:
    """Who works out the pages."""
    if workers is None:
        workers = min(os.cpu_count() or 1, MOST_WORKERS) if reader.head() >= ENTRIES_WORTH_WORKERS else 0
    if place is None or not (sys.executable and workers and group[0] in BUILT_IN):
        return here(reader, group)
    from armsledger.projections.pages import workers as in_processes

    return in_processes(place, group, workers)


def _failure(comparison: Comparison, builder: Builder, report: Callable[[int], None]) -> Violation | None:
    """Compare everything; why that could not be done, if so."""
    names = ", ".join(projection.name for projection in comparison.projections)
    where = f"the read models {names}"
    try:
        comparison.run(builder, report)
    except told() as error:
        if not isinstance(error, LedgerError):
            raise
        return Violation(f"their rows cannot be computed: {error.message}", where, error.remedy)
    except Exception as error:  # a mistake in a projection of somebody's own
        if comparison.projections[0] in BUILT_IN:
            raise
        failed = ProjectionFailed(names, "its rows", error)
        return Violation(failed.message, where, failed.remedy)
    return None


class Comparison:
    """Some read models, page by page beside what the journal gives."""

    def __init__(self, reader: JournalReader, projections: Sequence[Projection]) -> None:
        self.projections = projections
        self._reader = reader
        self._rows = dict.fromkeys((projection.name for projection in projections), 0)
        self._hashes = {projection.name: sha256() for projection in projections}
        self._different: dict[str, str] = {}
        self._uncited: str | None = None
        self._cites = citing_position(reader) >= reader.head()

    def run(self, builder: Builder, report: Callable[[int], None]) -> None:
        """All pages."""
        done = 0
        for page, told_rows in builder.build(pages_after(self._reader, "", STREAMS_A_PAGE)):
            self._compare(page, told_rows)
            done += told_rows.entries
            report(done)
        for name, count in self._rows.items():
            ((found,),) = self._reader.query(f'SELECT count(*) FROM "{KEPT}{name}"')
            if found != count:
                self._different.setdefault(name, f"it holds {found - count} rows of no stream")

    def digests(self) -> list[Digest]:
        """One for each read model."""
        return [Digest(name, count, self._hashes[name].hexdigest()) for name, count in self._rows.items()]

    def flaws(self) -> list[Violation]:
        """What differs."""
        found = [_flaw(name, what) for name, what in self._different.items()]
        if self._uncited is not None:
            found.append(Violation(self._uncited, "the table citing", "armsledger rebuild"))
        return found

    def _compare(self, page: Page, computed: Built) -> None:
        for projection in self.projections:
            name = projection.name
            stored = self._stored(name, page)
            self._add(name, stored)
            if name not in self._different and (stream := self._first_difference(projection, page, stored, computed)):
                self._different[name] = f"its rows of {stream} are others than the journal gives"
        if self._cites and self._uncited is None:
            self._uncited = self._missing_pair(computed.citing, page)

    def _stored(self, name: str, page: Page) -> Rows:
        sql = f'SELECT {NAMES} FROM "{KEPT}{name}" WHERE {BETWEEN} ORDER BY {ORDER}'
        return self._reader.query(sql, page.after, page.last)

    def _add(self, name: str, rows: Rows) -> None:
        from pydantic_core import to_json

        if rows:
            self._rows[name] += len(rows)
            self._hashes[name].update(to_json(rows, bytes_mode="hex")[1:-1] + b",")

    def _first_difference(self, projection: Projection, page: Page, stored: Rows, computed: Built) -> str | None:
        """The first stream of a page whose rows differ."""
        if not _different_streams(stored, computed.rows[projection.name]):
            return None
        again = built(self._reader, page, [projection])  # the first time may have been by another process, and later
        return min(_different_streams(stored, again.rows[projection.name]), default=None)

    def _missing_pair(self, pairs: Sequence[tuple[str, str]], page: Page) -> str | None:
        """A source that a stream cites, which is not written down."""
        if self._known(pairs):
            return None
        again = built(self._reader, page, self.projections).citing
        missing = next((pair for pair in again if not self._known([pair])), None)
        return None if missing is None else f"it does not say that {missing[1]} cites {missing[0]}"

    def _known(self, pairs: Sequence[tuple[str, str]]) -> bool:
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            part = pairs[start : start + PAIRS_AT_ONCE]
            marks = ", ".join(["(?, ?)"] * len(part))
            sql = f"SELECT count(*) FROM citing WHERE (source, stream) IN (VALUES {marks})"
            if self._reader.query(sql, *(text for pair in part for text in pair))[0][0] != len(set(part)):
                return False
        return True


def _different_streams(stored: Rows, computed: Rows) -> set[str]:
    return {str(row[STREAM]) for row in set(stored) ^ set(computed)}


def _flaw(name: str, what: str) -> Violation:
    return Violation(what, f"the read model {name}", f"armsledger rebuild {name}")
