"""Verifying read models: their rows are computed anew from the journal and compared with those that are kept.

Page by page, as in a rebuild, within one snapshot. Other processes may compute the pages, and may see a later journal
than the snapshot does; so a page that seems to differ is computed again within the snapshot before it counts as
different.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from armsledger.domain.errors import LedgerError
from armsledger.projections.moments import Instants, SourceGrades
from armsledger.projections.pages import Builder, Page, PageRows, page_builder, page_rows, pages_after
from armsledger.projections.projection import Projection, failing
from armsledger.projections.read_models.builtin import by_owner
from armsledger.projections.rebuild import STREAMS_A_PAGE
from armsledger.projections.row_history import row_history
from armsledger.projections.schema import COLUMNS, KEPT, NAMES, SEARCH_INDEX, STILL, KeptRow
from armsledger.projections.search.index import has_fts5
from armsledger.projections.search.verification import check_index, holdings_of_index
from armsledger.projections.tables import read_register, stamps_of, view_texts
from armsledger.projections.unkept import NOTHING, WHOLE, Noted, Oldest, noted_between
from armsledger.storage.address import Place
from armsledger.storage.connection import SQLITE
from armsledger.storage.errors import INTERRUPTED
from armsledger.storage.integrity.verification import Violation
from armsledger.storage.reader import JournalReader

Report = Callable[[int, int], None]
"""Told how many entries are done, and how many there are to do."""
StoredRows = list[tuple[Any, ...]]

ORDER: Final = "stream, believed, known_from, valid_from, slot, asserted_from"
BETWEEN: Final = "believed IN (0, 1) AND stream > ? AND stream <= ?"
STREAM: Final = list(COLUMNS).index("stream")
PAIRS_AT_ONCE: Final = 1000


class Digest(NamedTuple):
    """What a read model holds, in one hash: SHA-256 over its rows in their order, each as a JSON list and a comma.

    Of the index of search, which has no order, the sum of the hashes of what it holds (`Holdings`).
    """

    name: str
    rows: int
    sha256: str


class ReadModels(NamedTuple):
    """What verifying read models came to. No question is answered from those that are ``behind``: they are missing,
    another version's, or not in step."""

    digests: tuple[Digest, ...]
    behind: tuple[str, ...]
    violations: tuple[Violation, ...]


def verify_read_models(
    reader: JournalReader,
    projections: Sequence[Projection],
    report: Report = lambda *_: None,
    *,
    place: Place = None,
    workers: int | None = None,
) -> ReadModels:
    """Compare the read models that are in step with the journal; to be called within the reader's snapshot.

    ``workers`` is how many processes open the ledger at ``place`` and compute the rows (see `page_builder`).
    """
    head, models = reader.head(), read_register(reader)
    current = [p for p in projections if models.is_current(p, head)]
    behind = [p.name for p in projections if p not in current and head]
    digests, violations = list[Digest](), list(check_views(reader, projections))
    of_index: list[Digest] = []
    if models.indexed >= head > 0:
        try:
            holdings = holdings_of_index(reader)
            violations += check_index(holdings, reader)
        except INTERRUPTED:
            raise
        except LedgerError as error:
            where = "the index of search"
            violations.append(Violation(f"it cannot be compared: {error.message}", where, error.remedy))
        else:
            of_index = [Digest(SEARCH_INDEX, holdings.pairs, holdings.hex)]
    elif head and has_fts5(reader.connection):
        behind.append(SEARCH_INDEX)
    groups = by_owner(current)
    for number, group in enumerate(groups):
        comparison = Comparison(reader, group, cites=models.citing >= head, has_unkept=models.has_unkept)
        before, total = number * head, len(groups) * head
        try:
            with page_builder(reader, place, group, workers) as build, failing(group[0]):
                for done in comparison.run(build):
                    report(before + done, total)
        except INTERRUPTED:
            raise
        except LedgerError as error:
            where = f"the read models {', '.join(projection.name for projection in group)}"
            violations.append(Violation(f"their rows cannot be computed: {error.message}", where, error.remedy))
        else:
            digests += comparison.digests()
            violations += comparison.violations()
    return ReadModels((*digests, *of_index), tuple(behind), tuple(violations))


class Comparison:
    """Some read models beside what the journal gives, page by page."""

    def __init__(
        self, reader: JournalReader, projections: Sequence[Projection], *, cites: bool, has_unkept: bool
    ) -> None:
        """``cites`` says whether it is known who cites a source, ``has_unkept`` whether anything is not kept."""
        self._has_unkept = has_unkept
        self._reader = reader
        self._projections = projections
        self._cites = cites
        self._rows = dict.fromkeys((projection.name for projection in projections), 0)
        self._hashes = {projection.name: sha256() for projection in projections}
        self._differences: dict[str, str] = {}
        self._uncited: str | None = None

    def run(self, build: Builder) -> Iterator[int]:
        """Compare all pages; gives how many entries are done."""
        done = 0
        for page, rows in build(pages_after(self._reader, "", STREAMS_A_PAGE)):
            self._compare(page, rows)
            done += rows.entries
            yield done
        for name, count in self._rows.items():
            ((stored,),) = self._reader.query(f'SELECT count(*) FROM "{KEPT}{name}"')
            if stored != count:
                self._differences.setdefault(name, f"it holds {stored - count} rows of no stream")

    def digests(self) -> list[Digest]:
        """One for each read model."""
        return [Digest(name, count, self._hashes[name].hexdigest()) for name, count in self._rows.items()]

    def violations(self) -> list[Violation]:
        """What differs."""
        violations = [_violation(name, difference) for name, difference in self._differences.items()]
        if self._uncited is not None:
            violations.append(Violation(self._uncited, "the table citing", "armsledger rebuild"))
        return violations

    def _compare(self, page: Page, computed: PageRows) -> None:
        noted = noted_between(self._reader.connection, page.after, page.last) if self._has_unkept else NOTHING
        for projection in self._projections:
            name = projection.name
            stored = self._stored(projection, page)
            self._add(name, stored)
            if name in self._differences:
                continue
            oldest = {stream: one for (model, stream), one in noted.oldest.items() if model == name}
            noted_otherwise = oldest.items() ^ computed.oldest.get(name, {}).items()
            suspects = {*_different_streams(stored, computed.rows[name]), *(stream for stream, _ in noted_otherwise)}
            if stream := self._first_difference(projection, suspects, stored, noted):
                self._differences[name] = f"its rows of {stream} are others than the journal gives"
        if self._cites and self._uncited is None:
            self._uncited = self._missing_pair(computed.citing, page)

    def _stored(self, projection: Projection, page: Page) -> StoredRows:
        sql = f'SELECT {NAMES} FROM "{projection.table}" WHERE {BETWEEN} ORDER BY {ORDER}'
        return self._reader.query(sql, page.after, page.last)

    def _add(self, name: str, rows: StoredRows) -> None:
        if rows:
            self._rows[name] += len(rows)
            self._hashes[name].update(to_json(rows, bytes_mode="hex")[1:-1] + b",")

    def _first_difference(
        self, projection: Projection, suspects: Iterable[str], stored: StoredRows, noted: Noted
    ) -> str | None:
        """The first of some streams whose rows are others than the journal gives, as far as they are kept."""
        rows: dict[str, StoredRows] = {}
        for row in stored:
            rows.setdefault(row[STREAM], []).append(row)
        grades, instants = SourceGrades(self._reader), Instants(self._reader)
        for stream in sorted(suspects):  # another process may have computed it, and later, or not as far back
            oldest = noted.oldest.get((projection.name, stream), WHOLE)
            entries, asked = self._reader.stream(stream), {projection.name: oldest}
            history = row_history(stream, entries, grades, instants, [projection], asked) if entries else {}
            given = history[projection.name].rows if history else []
            if noted.is_anything_of(projection.name, stream):
                until = noted.pending.get(stream)
                differs = _told(given, oldest, until) != _told(rows.get(stream, []), oldest, until)
            else:
                differs = {*given} != {*rows.get(stream, [])}
            if differs:
                return stream
        return None

    def _missing_pair(self, pairs: Sequence[tuple[str, str]], page: Page) -> str | None:
        """A source that a stream cites and that is not noted."""
        if self._are_noted(pairs):
            return None
        again = page_rows(self._reader, page, self._projections).citing
        missing = next((pair for pair in again if not self._are_noted([pair])), None)
        return None if missing is None else f"it does not say that {missing[1]} cites {missing[0]}"

    def _are_noted(self, pairs: Sequence[tuple[str, str]]) -> bool:
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            part = pairs[start : start + PAIRS_AT_ONCE]
            marks = ", ".join(["(?, ?)"] * len(part))
            sql = f"SELECT count(*) FROM citing WHERE (source, stream) IN (VALUES {marks})"
            if self._reader.query(sql, *(text for pair in part for text in pair))[0][0] != len(set(part)):
                return False
        return True


def _different_streams(stored: StoredRows, computed: StoredRows) -> set[str]:
    return {str(row[STREAM]) for row in set(stored) ^ set(computed)}


def _told(rows: StoredRows, oldest: Oldest, until: int | None) -> set[tuple[Any, ...]]:
    """What rows tell of the beliefs that are kept: from where on, and by recording up to a position if rows are pending
    from there on; then they tell nothing by asserting."""
    told: set[tuple[Any, ...]] = set()
    last = STILL if until is None else until
    for row in map(KeptRow._make, rows):
        place = row.stream, row.valid_from, row.slot, row.valid_to, row.row
        known_from, known_to = max(row.known_from, oldest.position), min(row.known_to, last)
        if known_from < known_to:
            told.add((*place, known_from, known_to))
        asserted_from = max(row.asserted_from, oldest.day)
        if until is None and asserted_from < row.asserted_to:
            told.add((*place, asserted_from, row.asserted_to))
    return told


def _violation(name: str, what: str, remedy: str = "") -> Violation:
    return Violation(what, f"the read model {name}", remedy or f"armsledger rebuild {name}")


# whether the views are those that we make: whoever asks in SQL asks them, not the tables

VIEW_QUERY: Final = """
SELECT pg_get_viewdef(oid) FROM pg_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind = 'v' AND relname = ?"""
CAST_TO: Final = re.compile(r" AS (bigint|integer|boolean|double precision)\)")
OF_NO_ACCOUNT: Final = re.compile(r'[\s();"]|::text(?:\[\])?')
"""PostgreSQL writes a view's query anew: with other blanks, brackets and quotation marks, and the type of a list."""


def check_views(reader: JournalReader, projections: Sequence[Projection]) -> Iterator[Violation]:
    """The views that are missing or somebody's, of the read models that were built by these very projections."""
    relations = {name for (name,) in reader.query(reader.dialect.relations)}
    stamps = stamps_of(reader, relations)
    for projection in projections:
        name = projection.name
        if projection.table not in relations or stamps.get(name) != projection.stamp:
            continue
        for view, text in view_texts(projection, reader.dialect).items():
            if view not in relations:
                yield _violation(name, f"its view {view} is missing")
            elif not _is_ours(reader, projection, view, text):
                remedy = f"rename or drop what is called {view} now, then: armsledger rebuild {name}"
                yield _violation(name, f"its view {view} was changed", remedy)


def _is_ours(reader: JournalReader, projection: Projection, view: str, text: str) -> bool:
    """Whether what has the name of a read model's view is that view, to the letter.

    On PostgreSQL the text is a comment beside the view, which stays when the view is replaced: the two are compared.
    """
    if reader.query(reader.dialect.view, view) != [("view", text)]:
        return False
    if reader.dialect is SQLITE:
        return True
    ((query,),) = reader.query(VIEW_QUERY, view)
    return _bare(query, projection) == _bare(text.partition(" AS ")[2], projection)


def _bare(query: str, projection: Projection) -> str:
    """A view's query without what PostgreSQL writes otherwise than we do. Before version 16 it names the table too."""
    bare = OF_NO_ACCOUNT.sub("", CAST_TO.sub(r"::\1", query).replace("CAST(", ""))
    return bare.replace(f"{projection.table}.", "")
