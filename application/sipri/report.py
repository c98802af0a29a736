"""What an import of SIPRI's register came to, release by release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from armsledger.domain.events.register import Revision
from armsledger.domain.values.party import Party
from armsledger.exchange.sipri.matching import Ambiguity, Matches, Rename
from armsledger.exchange.sipri.names import is_starred
from armsledger.exchange.sipri.operations import Operation
from armsledger.exchange.sipri.release import Problem, Release
from armsledger.exchange.sipri.revision import changed_columns


@dataclass
class ReleaseReport:
    """What one release came to. ``revisions`` and ``columns`` count changed rows by class and by column."""

    released: date
    source: str
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
    vanished: int = 0
    reappeared: int = 0
    left_alone: int = 0
    may_be: list[str] = field(default_factory=list)
    likely: int = 0
    proposals: int = 0
    """How many pairs of a deal and a new row may be one deal; `perhaps` names them."""
    renames: tuple[Rename, ...] = ()
    revisions: Counter[Revision] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)
    ambiguous: tuple[Ambiguity, ...] = ()
    is_first: bool = False
    dry_run: bool = False
    organisations: list[str] = field(default_factory=list)
    """The names in new rows that are taken as those of organisations, though the register does not mark them so."""

    @classmethod
    def of(cls, release: Release, source: str, distinct_rows: int, *, is_first: bool, dry_run: bool) -> ReleaseReport:
        """The report of a release that was read but not yet compared."""
        repaired, set_aside = release.count("repaired"), release.count("set aside")
        return cls(
            released=release.released,
            source=source,
            files=tuple(release.files),
            encodings=tuple(dict.fromkeys(release.encodings)),
            rows=release.records,
            taken=release.records - repaired - set_aside,
            repaired=repaired,
            set_aside=set_aside,
            duplicates=len(release.rows) - distinct_rows,
            problems=tuple(release.problems),
            is_first=is_first,
            dry_run=dry_run,
        )

    def count(self, operations: Sequence[Operation], matches: Matches) -> None:
        """Count what the release does."""
        for operation in operations:
            self.revisions.update(operation.classes)
            if operation.held is None:
                self.new += 1
            elif operation.row is None:
                self.vanished += 1
            elif operation.held.gone:
                self.reappeared += 1
            elif operation.classes:
                self.changed += 1
                self.columns.update(changed_columns(operation.held.words, operation.row.words))
            else:
                self.unchanged += 1
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

    def to_dict(self) -> dict[str, Any]:
        """The report in the types of JSON."""
        return {
            "released": self.released.isoformat(),
            "source": self.source,
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
                "changed": self.changed,
                "unchanged": self.unchanged,
                "vanished": self.vanished,
                "reappeared": self.reappeared,
                "left_alone": self.left_alone,
            },
            "revisions": dict(self.revisions),
            "columns": dict(self.columns),
            "ambiguous": [
                {"lines": [row.line for row in ambiguity.rows], "deals": list(ambiguity.deals)}
                for ambiguity in self.ambiguous
            ],
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
    """A report for each release, and the rows that were set aside."""

    reports: tuple[ReleaseReport, ...]
    set_aside: tuple[SetAsideFile, ...]
