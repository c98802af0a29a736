"""What an import of SIPRI's register came to, release by release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from armsledger.domain.values.party import Party
from armsledger.domain.values.words import Revision
from armsledger.exchange.sipri.layouts import is_told_by_year
from armsledger.exchange.sipri.matching import Ambiguity, Matches, Rename
from armsledger.exchange.sipri.names import is_starred
from armsledger.exchange.sipri.operations import Operation
from armsledger.exchange.sipri.release import Problem, Release
from armsledger.exchange.sipri.review import Pair
from armsledger.exchange.sipri.revision import Change, changes_of
from armsledger.exchange.sipri.row import RegisterRow, is_undelivered
from armsledger.exchange.sipri.same_day import DayRows

SWEEPING_PER_CENT: Final = 20
FEW: Final = 5
BY_A_DELIVERY: Final = frozenset(
    Change(column, "changed") for column in ("delivered", "years", "volume_delivered", "deliveries")
)
"""Changes that go together where another year of deliveries came, which is no artefact of a file."""


class SweepingChange(NamedTuple):
    """A change of one column in so many rows that it is more likely the file's than the facts'.

    ``how`` is `Change.how`; ``rows`` of all rows that are in both releases have it.
    """

    column: str
    how: str
    rows: int
    of: int


@dataclass
class ReleaseReport:
    """What one release came to. ``revisions`` and ``columns`` count changed rows by class and by column."""

    released: date
    source: str
    scope: str
    files: tuple[str, ...]
    encodings: tuple[str, ...]
    rows: int
    taken: int
    repaired: int
    set_aside: int
    duplicates: int
    problems: tuple[Problem, ...] = ()
    recorded: int = 0
    first: int = 0
    last: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    completed: int = 0
    """Deals of which an export says more than another of the same day."""
    unjoined: int = 0
    """Rows by year of delivery that may be any of several deals; they are left out."""
    unmarked: tuple[str, ...] = ()
    """Columns in which the file marks nothing as uncertain."""
    partly: int = 0
    """Deals of which the deliveries by year are not all that was delivered."""
    apart: tuple[tuple[RegisterRow, ...], ...] = ()
    """Rows of several periods that may be one deal, and were kept apart."""
    first_asked: int = 0
    """Of the new rows, those that no earlier export had a place for: their being there is no news."""
    vanished: int = 0
    vanished_orders: int = 0
    """Of the vanished rows, orders without deliveries."""
    reappeared: int = 0
    left_out: int = 0
    """Rows that the export leaves out by choice, such as orders; they stay as they are."""
    may_be: list[str] = field(default_factory=list)
    """The deals of which a row that was set aside may be the row; they stay as they are."""
    likely: int = 0
    proposals: int = 0
    """How many pairs of a deal and a new row may be one deal; `perhaps` names them."""
    renames: tuple[Rename, ...] = ()
    revisions: Counter[Revision] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)
    sweeping: tuple[SweepingChange, ...] = ()
    ambiguous: tuple[Ambiguity, ...] = ()
    is_first: bool = False
    dry_run: bool = False
    organisations: list[str] = field(default_factory=list)
    """The names in new rows that are taken as those of organisations, though the register does not mark them so."""

    @property
    def left_alone(self) -> int:
        """How many rows stay as they are though the file lacks them."""
        return self.left_out + len(self.may_be)

    @classmethod
    def of(cls, release: Release, source: str, distinct_rows: int, *, is_first: bool, dry_run: bool) -> ReleaseReport:
        """The report of a release that was read but not yet compared."""
        repaired, set_aside = release.count("repaired"), release.count("set aside")
        return cls(
            released=release.released,
            source=source,
            scope=str(release.scope),
            files=tuple(release.files),
            encodings=tuple(dict.fromkeys(release.encodings)),
            rows=release.records,
            taken=release.records - repaired - set_aside,
            repaired=repaired,
            set_aside=set_aside,
            duplicates=len(release.rows) - distinct_rows,
            problems=tuple(release.problems),
            unmarked=release.unmarked,
            is_first=is_first,
            dry_run=dry_run,
        )

    def count(self, operations: Sequence[Operation], matches: Matches) -> None:
        """Count what the release does."""
        pairs_by_change: Counter[Change] = Counter()
        for operation in operations:
            self.revisions.update(operation.classes)
            if operation.held is None:
                self.new += 1
                self.first_asked += not operation.classes
            elif operation.joins:
                self.completed += 1
            elif operation.row is None:
                self.vanished += 1
                self.vanished_orders += is_undelivered(operation.held.words)
            elif operation.held.gone:
                self.reappeared += 1
            elif operation.classes:
                self.changed += 1
                changes = changes_of(operation.held.words, operation.row.words)
                self.columns.update(change.column for change in changes)
                is_delivered = any(change.column in ("years", "deliveries") for change in changes)
                pairs_by_change.update(change for change in changes if not (is_delivered and change in BY_A_DELIVERY))
            else:
                self.unchanged += 1
        self.sweeping = _sweeping(pairs_by_change, self.changed + self.unchanged)
        rows = (operation.row for operation in operations if operation.held is None and operation.row is not None)
        pairs = {
            pair
            for row in rows
            for pair in ((row.buyer, row.words["recipient"]), (row.supplier, row.words["supplier"]))
        }
        self.organisations = sorted(
            party for party, words in pairs if Party.stored(party).is_taken_as_organisation and not is_starred(words)
        )
        self.ambiguous = tuple(matches.ambiguous)
        ambiguous = {row.number for ambiguity in matches.ambiguous for row in ambiguity.rows}
        self.likely = len(matches.perhaps.keys() - ambiguous)
        self.proposals = sum(map(len, matches.perhaps.values()))
        self.renames = tuple(matches.renames)

    def count_joined(self, joined: DayRows | None) -> None:
        """Count what came of joining several exports of one day."""
        if joined is not None:
            self.unjoined = len(joined.left_out)
            self.apart = joined.ambiguous
            by_year = (row.words for row in joined.rows if row.words.get("deliveries"))
            self.partly = sum(not is_told_by_year(words) for words in by_year)

    def would(self) -> str:
        """What the release would do, in numbers."""
        orders = f" ({self.vanished_orders:,} of them orders without deliveries)" if self.vanished_orders else ""
        left = f", {self.left_out:,} that it leaves out would stay" if self.left_out else ""
        return (
            f"{self.vanished:,} rows would vanish{orders}{left}, {self.changed:,} would change, "
            f"and {self.new:,} would be new"
        )

    def to_dict(self) -> dict[str, Any]:
        """The report in the types of JSON."""
        return {
            "released": self.released.isoformat(),
            "source": self.source,
            "scope": self.scope,
            "files": list(self.files),
            "encodings": list(self.encodings),
            "is_first": self.is_first,
            "rows": {
                "read": self.rows,
                "taken": self.taken,
                "repaired": self.repaired,
                "set_aside": self.set_aside,
                "duplicates": self.duplicates,
            },
            "deals": {
                "new": self.new,
                "first_asked": self.first_asked,
                "changed": self.changed,
                "unchanged": self.unchanged,
                "completed": self.completed,
                "partly_by_year": self.partly,
                "vanished": self.vanished,
                "vanished_orders": self.vanished_orders,
                "reappeared": self.reappeared,
                "left_alone": self.left_alone,
                "left_out": self.left_out,
            },
            "revisions": dict(self.revisions),
            "columns": dict(self.columns),
            "sweeping": [change._asdict() for change in self.sweeping],
            "ambiguous": [
                {"lines": [row.line for row in ambiguity.rows], "deals": list(ambiguity.deals)}
                for ambiguity in self.ambiguous
            ],
            "without_marks": list(self.unmarked),
            "left_out_by_year": self.unjoined,
            "kept_apart": [[{"line": row.line, "deal": row.deal} for row in rows] for rows in self.apart],
            "perhaps_renamed": self.likely,
            "renames": [{**rename._asdict(), "deals": list(rename.deals)} for rename in self.renames],
            "proposals": self.proposals,
            "recorded": self.recorded,
            "positions": [self.first, self.last] if self.recorded else None,
            "dry_run": self.dry_run,
            "organisations": self.organisations,
            "problems": [problem._asdict() for problem in self.problems],
        }


class SetAsideFile(NamedTuple):
    """A file of rows that could not be read, to be corrected and imported again."""

    release: date
    text: str
    rows: int


class Import(NamedTuple):
    """A report for each release, the rows that were set aside, and the pairs of a review if one was asked for."""

    reports: tuple[ReleaseReport, ...]
    set_aside: tuple[SetAsideFile, ...]
    review: tuple[Pair, ...] = ()


def _sweeping(changes: Counter[Change], pairs: int) -> tuple[SweepingChange, ...]:
    """The changes that a fifth of some pairs of rows have in common, the most frequent first."""
    limit = max(FEW, pairs * SWEEPING_PER_CENT / 100)
    return tuple(
        SweepingChange(change.column, change.how, count, pairs)
        for change, count in changes.most_common()
        if count >= limit
    )
