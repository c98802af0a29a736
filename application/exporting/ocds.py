"""Deals as a package of the Open Contracting Data Standard 1.1 (OCDS).

Each deal has a release for each instant at which its body changed, as it was believed at the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO
from urllib.parse import urlencode

from armsledger.application.exporting.standards import Chosen, Exporter, StandardExport, at_least_one
from armsledger.application.session import Session
from armsledger.application.view import View
from armsledger.domain.beliefs.belief import Belief, believe, cited, known_entries
from armsledger.domain.entry import Entry
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.states.source import Source, fold_source
from armsledger.domain.values.citation import CANNOT_BE_JUDGED, Reliability
from armsledger.exchange.standards.facts import facts_of
from armsledger.exchange.standards.losses import Loss
from armsledger.exchange.standards.ocds_body import body_of
from armsledger.exchange.standards.ocds_losses import MEANINGS, losses_of
from armsledger.exchange.standards.ocds_release import (
    OCDS_VERSION,
    BodyChange,
    compiled_release,
    releases_of,
    write_package,
)
from armsledger.exchange.standards.ocds_terms import EXTENSION, UNREGISTERED
from armsledger.projections.moments import BeliefChange, GradeChange, Instants, belief_changes, by_instant
from armsledger.storage.schema import instant_text

STANDARD: Final = "Open Contracting Data Standard 1.1.5"
PREFIX: Final = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


class Package(NamedTuple):
    """How a package of OCDS is made.

    With ``compiled`` it holds records, each deal's releases with the state that they result in. ``ocid_prefix`` begins
    the identifiers; ``publisher`` is a name, by default the ledger's id.
    """

    compiled: bool = False
    ocid_prefix: str = UNREGISTERED
    publisher: str | None = None


def export_ocds(
    session: Session,
    view: View,
    path: str | Path,
    chosen: Chosen | None = None,
    package: Package | None = None,
    *,
    losses: str | Path | None = None,
    replace: bool = False,
) -> StandardExport:
    """Write deals as a package. ``losses`` is the path of the report, by default beside the file.

    Raises UsageError, UnknownStream, NothingToExport, FileExists and NotWritable.
    """
    package = package or Package()
    if PREFIX.fullmatch(package.ocid_prefix) is None:
        raise UsageError(
            f"{quoted(package.ocid_prefix)} is no prefix of OCDS identifiers",
            remedy="write letters, digits and single hyphens, such as the prefix that you registered: ocds-a1b2c3",
        )
    exporter = Exporter(session, view, path, chosen or Chosen(), losses, replace)
    return exporter.write(STANDARD, MEANINGS, _Packing(exporter, package).write)


class _Packing:
    """A package that is being written."""

    def __init__(self, exporter: Exporter, package: Package) -> None:
        self._exporter = exporter
        self._package = package
        self._histories = _SourceHistories(exporter)

    def write(self, out: TextIO) -> None:
        """Write the package, and note what it cannot say."""
        exporter, about = self._exporter, self._exporter.about
        name = "records" if self._package.compiled else "releases"
        head = {
            "uri": _uri(about, name),
            "version": OCDS_VERSION,
            "publishedDate": exporter.reader.recorded_at(exporter.view.question.position) or "",
            "publisher": {"name": self._package.publisher or f"armsledger ledger {about['ledger']}"},
            EXTENSION: about,
        }
        members = at_least_one(self._members())
        exporter.counts[name] = 0
        exporter.counts[name] = write_package(head, name, members, out)
        if exporter.chosen.is_all:
            exporter.losses.take(self._left_out())

    def _members(self) -> Iterator[dict[str, Any]]:
        exporter = self._exporter
        exporter.counts["deals"] = 0
        for stream, entries, belief in exporter.deals():
            latest = facts_of(stream, belief, exporter.view.at)
            if not exporter.is_chosen(latest):
                continue
            exporter.losses.take(losses_of(latest, exporter.references))
            body = body_of(latest, exporter.references, self._package.ocid_prefix)
            if body is None:
                continue
            exporter.counts["deals"] += 1
            ocid = f"{self._package.ocid_prefix}-{latest.key}"
            releases = releases_of(ocid, self._changes(stream, entries))
            if not self._package.compiled:
                yield from releases
                continue
            held = list(releases)
            yield {"ocid": ocid, "releases": held, "compiledRelease": compiled_release(ocid, held[-1]["date"], body)}

    def _changes(self, stream: str, entries: Sequence[Entry]) -> Iterator[BodyChange]:
        """The body of a deal at the view's date, from each instant on at which the belief changed."""
        references = self._exporter.references
        for change, belief, sources in self._beliefs(entries):
            facts = facts_of(stream, belief, self._exporter.view.at)
            body = body_of(facts, references._replace(sources=sources), self._package.ocid_prefix)
            yield BodyChange(instant_text(change.instant), change.position, body)

    def _beliefs(self, entries: Sequence[Entry]) -> Iterator[tuple[BeliefChange, Belief, Mapping[str, Source]]]:
        """Each change of belief with what was believed from then on of the deal, and of the sources that it cites."""
        view, first_of = self._exporter.view, self._histories.first_of
        if view.known is not None and view.known_by == "asserted":
            known = known_entries(entries, view.question.cut)
            for change in belief_changes(known, (), first_of):
                yield change, believe(known[: change.entries], view.grades), self._exporter.references.sources
            return
        histories = {key: self._histories.of(key) for key in cited(entries)}
        grades: dict[str, Sequence[GradeChange]] = {
            key: [grade for grade, _ in history] for key, history in histories.items()
        }
        for change in belief_changes(entries, grades.values(), first_of):
            then = {key: graded for key, changes in grades.items() if (graded := _grade_at(changes, change))}
            yield change, believe(entries[: change.entries], then), _sources_at(histories, change)

    def _left_out(self) -> Iterator[Loss]:
        for kind in ("engagement", "framework"):
            for stream_day in self._exporter.view.stream_days(kind):
                if stream_day.bounds.possible is not None:
                    yield Loss(kind, stream_day.stream, "status", stream_day.bounds.possible.status)


History = Sequence[tuple[GradeChange, Source]]
"""A source's grade and state, from each instant on at which something was recorded of it."""


class _SourceHistories:
    """What was believed of sources; each source is read once."""

    def __init__(self, exporter: Exporter) -> None:
        self._reader = exporter.reader
        self._position = exporter.view.question.position
        self._histories: dict[str, History] = {}
        self.first_of = Instants(exporter.reader).first_of

    def of(self, key: str) -> History:
        """The history of one source."""
        history = self._histories.get(key)
        if history is None:
            entries = self._reader.stream(f"source/{key}", upto=self._position)
            history = self._histories[key] = list(_history(entries))
        return history


def _history(entries: Sequence[Entry]) -> Iterator[tuple[GradeChange, Source]]:
    for count, entry in by_instant(entries):
        source = fold_source(believe(entries[:count], {}).occurrences)
        yield GradeChange(entry.recorded_at, entry.position, source.reliability or CANNOT_BE_JUDGED), source


def _grade_at(changes: Sequence[GradeChange], change: BeliefChange) -> Reliability | None:
    """The grade of a source at an instant; None before it was registered."""
    grades = [grade.grade for grade in changes if grade.since <= change.instant]
    return grades[-1] if grades else None


def _sources_at(histories: Mapping[str, History], change: BeliefChange) -> dict[str, Source]:
    """The sources as they were known at an instant."""
    known = {
        key: [source for grade, source in history if grade.since <= change.instant]
        for key, history in histories.items()
    }
    return {key: sources[-1] for key, sources in known.items() if sources}


def _uri(about: Mapping[str, Any], members: str) -> str:
    """A name of the package: the ledger, and what was asked of it."""
    asked = {name: value for name, value in about.items() if name not in ("ledger", "root", "made_by")}
    return f"urn:uuid:{about['ledger']}?={urlencode({'of': members, **asked}, doseq=True)}"
