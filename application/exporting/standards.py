"""Exports to standards of others, at a date and a belief, each with a report of what the standard cannot say.

Both files are written whole or not at all, and the same question of the same ledger gives the same bytes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TextIO
from urllib.parse import urlencode

from armsledger.application.codes import Codes, country_name
from armsledger.application.maintenance.checkpointing import root_of
from armsledger.domain.beliefs.belief import Belief, believe, cited, known_entries
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError, UsageError, quoted
from armsledger.domain.states.source import Source, fold_source
from armsledger.domain.values.citation import CANNOT_BE_JUDGED
from armsledger.domain.values.party import Party
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.atomic import STANDARD_OUTPUT, writing
from armsledger.exchange.errors import NotWritable
from armsledger.exchange.standards import ftm, ocds
from armsledger.exchange.standards.facts import Facts, facts_of
from armsledger.exchange.standards.losses import Kind, Loss, Losses
from armsledger.exchange.standards.ocds_release import VERSION, Moment, compiled_release, releases_of, write_package
from armsledger.exchange.tables.csv import json_text, write_json_lines
from armsledger.projections.row_history import BeliefChange, GradeChange, Instants, belief_at, belief_changes
from armsledger.storage.errors import LedgerOutdated
from armsledger.storage.schema import instant_text

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.application.view import View

Standard = Literal["ocds", "ftm"]
LOSSES: Final = ".losses.json"
"""What the report's file is called, after the name of the exported one."""
PREFIX: Final = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
Other = Literal["engagement", "framework"]
OTHERS: Final[tuple[Other, ...]] = ("engagement", "framework")


class NothingToExport(LedgerError):
    """Nothing that was asked for is certain by the date."""


class Chosen(NamedTuple):
    """Which deals are exported: those of these keys, buyers and suppliers; nothing named is all."""

    deals: Sequence[str] = ()
    buyers: Sequence[str] = ()
    suppliers: Sequence[str] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.deals or self.buyers or self.suppliers)


class Package(NamedTuple):
    """What a package of OCDS is to be.

    With ``compiled`` it is of records, each deal's releases with what they come to. ``ocid_prefix`` is what
    identifiers begin with; ``publisher`` is a name, by default the ledger's id.
    """

    compiled: bool = False
    ocid_prefix: str = ocds.UNREGISTERED
    publisher: str | None = None


class Exported(NamedTuple):
    """What was written: how many of what, the losses by kind, and where their report is; None if it was not written."""

    path: str
    counts: dict[str, int]
    losses: dict[Kind, int]
    report: str | None
    about: dict[str, Any]


def export_ocds(
    session: Session,
    view: View,
    path: str | Path,
    chosen: Chosen | None = None,
    package: Package | None = None,
    *,
    losses: str | Path | None = None,
    replace: bool = False,
) -> Exported:
    """Write deals as a package of OCDS 1.1. ``losses`` is where the report goes, by default beside the file.

    Raises UsageError, UnknownStream, NothingToExport, FileExists and NotWritable.
    """
    package = package or Package()
    if PREFIX.fullmatch(package.ocid_prefix) is None:
        raise UsageError(
            f"{quoted(package.ocid_prefix)} is no prefix of OCDS identifiers",
            remedy="write letters, digits and single hyphens, such as the prefix that you registered: ocds-a1b2c3",
        )
    export = _Export(session, view, path, chosen or Chosen(), losses, replace)
    return export.write("ocds", lambda out: export.package_to(out, package))


def export_ftm(
    session: Session,
    view: View,
    path: str | Path,
    chosen: Chosen | None = None,
    *,
    losses: str | Path | None = None,
    replace: bool = False,
) -> Exported:
    """Write entities of FollowTheMoney, a JSON object a line: of deals, and if all are asked for, of meetings too.

    Raises UsageError, UnknownStream, NothingToExport, FileExists and NotWritable.
    """
    export = _Export(session, view, path, chosen or Chosen(), losses, replace)
    return export.write("ftm", export.entities_to)


class _Told(NamedTuple):
    """A source from an instant on: its grade, and all that is known of it."""

    judged: GradeChange
    source: Source


class _Export:
    """One export under way."""

    def __init__(
        self,
        session: Session,
        view: View,
        path: str | Path,
        chosen: Chosen,
        report: str | Path | None,
        replace: bool,
    ) -> None:
        self._session = session
        self._view = view
        self._reader = session.journal().reader
        self._path = str(path)
        self._report = _report_path(self._path, report)
        self._replace = replace
        self._chosen = Chosen(
            [StreamId.parse(f"deal/{key}").key for key in dict.fromkeys(chosen.deals)],
            [_read_party(party) for party in chosen.buyers],
            [_read_party(party) for party in chosen.suppliers],
        )
        self._instants = Instants(self._reader)
        self._sources_told: dict[str, list[_Told]] = {}
        self._losses = Losses()
        self._counts: dict[str, int] = {}
        for one in (self._path, self._report):
            if one is not None and session.stands_at(one):
                raise NotWritable(one, "the ledger itself is there")

    def write(self, standard: Standard, write: Callable[[TextIO], None]) -> Exported:
        """Write the file, and the report of what it does not say."""
        with self._reader.snapshot():
            about = self._about()
            if self._report is None:
                with writing(self._path, replace=self._replace) as out:
                    write(out)
            else:
                with (
                    writing(self._report, replace=self._replace) as report,
                    writing(self._path, replace=self._replace) as out,
                ):
                    write(out)
                    self._write_report(standard, about, report)
        return Exported(self._path, self._counts, dict(self._losses.counts), self._report, about)

    def package_to(self, out: TextIO, package: Package) -> None:
        """Write a package of OCDS."""
        about = self._about()
        name = "records" if package.compiled else "releases"
        head = {
            "uri": _uri(about, name),
            "version": VERSION,
            "publishedDate": self._published(),
            "publisher": {"name": package.publisher or f"armsledger ledger {about['ledger']}"},
            ocds.EXTENSION: about,
        }
        members = _at_least_one(self._members(package))
        self._counts[name] = 0
        self._counts[name] = write_package(head, name, members, out)
        if self._chosen.is_all:
            for kind in OTHERS:
                self._losses.take(self._left_out(kind))

    def entities_to(self, out: TextIO) -> None:
        """Write entities of FtM."""
        self._counts["entities"] = 0
        write_json_lines(_at_least_one(self._entities()), out)

    def _members(self, package: Package) -> Iterator[dict[str, Any]]:
        world = ocds.World(country_name, self._sources())
        self._counts["deals"] = 0
        for stream, entries, belief in self._deals():
            latest = facts_of(stream, belief, self._view.at)
            if not self._is_chosen(latest):
                continue
            self._losses.take(ocds.losses_of(latest, world))
            body = ocds.body_of(latest, world)
            if body is None:
                continue
            self._counts["deals"] += 1
            ocid = f"{package.ocid_prefix}-{latest.key}"
            releases = releases_of(ocid, self._moments(stream, entries, world))
            if not package.compiled:
                yield from releases
                continue
            known = list(releases)
            yield {
                "ocid": ocid,
                "releases": known,
                "compiledRelease": compiled_release(ocid, known[-1]["date"], body),
            }

    def _moments(self, stream: str, entries: Sequence[Entry], latest: ocds.World) -> Iterator[Moment]:
        """What was believed of a deal at this view's date, from each instant on at which the belief changed."""
        for changed, belief, sources in self._beliefs(entries, latest.sources):
            facts = facts_of(stream, belief, self._view.at)
            body = ocds.body_of(facts, latest._replace(sources=sources))
            yield Moment(instant_text(changed.instant), changed.position, body)

    def _beliefs(
        self, entries: Sequence[Entry], latest: Mapping[str, Source]
    ) -> Iterator[tuple[BeliefChange, Belief, Mapping[str, Source]]]:
        """Each instant of change with what was believed of the deal, and of the sources that it cites."""
        if self._view.known is not None and self._view.known_by == "asserted":
            known = known_entries(entries, self._view.question.cut)
            for moment in belief_changes(known, (), self._instants.first_of):
                yield moment, believe(known[: moment.entries], self._view.grades), latest
            return
        told = {key: self._told(key) for key in cited(entries)}
        grades: dict[str, Sequence[GradeChange]] = {key: [one.judged for one in steps] for key, steps in told.items()}
        for moment in belief_changes(entries, grades.values(), self._instants.first_of):
            yield moment, belief_at(moment, entries, grades), _sources_at(told, moment)

    def _told(self, key: str) -> list[_Told]:
        """What was believed of a source from each instant on at which something was recorded of it."""
        told = self._sources_told.get(key)
        if told is None:
            entries = self._reader.stream(f"source/{key}", upto=self._view.question.position)
            told = self._sources_told[key] = list(_told(entries))
        return told

    def _entities(self) -> Iterator[ftm.Entity]:
        atlas = ftm.Atlas(country_name, _alpha_2, self._sources())
        seen: set[str] = set()
        self._counts["deals"] = 0
        for facts in chain(self._chosen_facts(), self._other_facts()):
            self._losses.take(ftm.losses_of(facts, atlas))
            if facts.deal is not None:
                self._counts["deals"] += 1
            for entity in ftm.entities_of(facts, atlas):
                if entity["id"] not in seen:
                    seen.add(entity["id"])
                    self._counts["entities"] += 1
                    yield entity

    def _chosen_facts(self) -> Iterator[Facts]:
        for stream, _, belief in self._deals():
            facts = facts_of(stream, belief, self._view.at)
            if self._is_chosen(facts):
                yield facts

    def _other_facts(self) -> Iterator[Facts]:
        if self._chosen.is_all:
            for kind in OTHERS:
                for stream_day in self._view.stream_days(kind):
                    yield facts_of(stream_day.stream, stream_day.belief, self._view.at)

    def _left_out(self, kind: Other) -> Iterator[Loss]:
        for stream_day in self._view.stream_days(kind):
            if stream_day.bounds.possible is not None:
                yield Loss(kind, stream_day.stream, "status", stream_day.bounds.possible.status)

    def _deals(self) -> Iterator[tuple[str, list[Entry], Belief]]:
        """The deals of the keys that were chosen, or all: their entries up to the position, and what is believed."""
        question = self._view.question
        if not self._chosen.deals:
            for stream, entries in self._reader.streams_grouped("deal", upto=question.position):
                yield stream, entries, believe(entries, self._view.grades, question.cut)
        for key in self._chosen.deals:
            stream = f"deal/{key}"
            belief = self._view.belief(stream)  # which raises UnknownStream
            yield stream, self._reader.stream(stream, upto=question.position), belief

    def _is_chosen(self, facts: Facts) -> bool:
        buyers, suppliers = self._chosen.buyers, self._chosen.suppliers
        if not facts.belief.entries:
            return False
        if not (buyers or suppliers):
            return True
        deal = facts.deal
        if deal is None:
            return False
        return (not buyers or deal.buyer in buyers) and (not suppliers or deal.supplier in suppliers)

    def _sources(self) -> Mapping[str, Source]:
        return {
            row.source: Source(
                publisher=row.publisher,
                title=row.title,
                url=row.url,
                published=row.published,
                retrieved=row.retrieved,
                sha256=row.sha256,
                reliability=row.reliability,
            )
            for row in self._view.sources()
        }

    def _about(self) -> dict[str, Any]:
        """What was asked, and of what."""
        question = self._view.question
        told = {
            "ledger": self._reader.meta().get("ledger_id", ""),
            "position": question.position,
            "root": _root(self._session, question.position),
            "at": question.day.isoformat(),
            "known": question.known or "everything recorded",
            "known_by": question.known_by,
            "deals": list(self._chosen.deals),
            "buyers": list(self._chosen.buyers),
            "suppliers": list(self._chosen.suppliers),
            "made_by": _made_by(),
        }
        return {name: value for name, value in told.items() if value not in ("", [])}

    def _published(self) -> str:
        """When the last entry that is known was recorded: the same question gives the same answer."""
        return self._reader.recorded_at(self._view.question.position) or ""

    def _write_report(self, standard: Standard, about: Mapping[str, Any], out: TextIO) -> None:
        meanings = ocds.MEANINGS if standard == "ocds" else ftm.MEANINGS
        report = {
            "standard": STANDARDS[standard],
            "file": Path(self._path).name,
            "asked": about,
            "exported": self._counts,
            "losses": self._losses.report(meanings),
        }
        out.write(json_text(report, indent=2))
        out.write("\n")


STANDARDS: Final[Mapping[Standard, str]] = {
    "ocds": "Open Contracting Data Standard 1.1.5",
    "ftm": "FollowTheMoney 4",
}


def _told(entries: Sequence[Entry]) -> Iterator[_Told]:
    for count, entry in enumerate(entries, 1):
        if count == len(entries) or entries[count].recorded_at != entry.recorded_at:
            source = fold_source(believe(entries[:count], {}).occurrences)
            yield _Told(GradeChange(entry.recorded_at, entry.position, source.reliability or CANNOT_BE_JUDGED), source)


def _sources_at(told: Mapping[str, Sequence[_Told]], moment: BeliefChange) -> dict[str, Source]:
    """The sources as they were known at a moment."""
    known = {key: [one for one in steps if one.judged.since <= moment.instant] for key, steps in told.items()}
    return {key: steps[-1].source for key, steps in known.items() if steps}


def _at_least_one(members: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    first = next(members, None)
    if first is None:
        raise NothingToExport(
            "nothing that was asked for is certain by the date",
            remedy="ask for a later date (--at), a later belief (--known), or other deals ('armsledger deals')",
        )
    return chain((first,), members)


def _report_path(path: str, report: str | Path | None) -> str | None:
    """Where the report goes; raises UsageError if that is where the export goes."""
    if report is None:
        return None if path == STANDARD_OUTPUT else f"{path}{LOSSES}"
    if os.path.realpath(report) == os.path.realpath(path):
        raise UsageError(f"{path} cannot hold both the export and its losses", remedy="name another file for --losses")
    return str(report)


def _read_party(text: str) -> Party:
    try:
        return Codes().party(Party.parse(text))
    except ValueError as error:
        raise UsageError(f"{quoted(text)} is no party", remedy=str(error)) from error


def _alpha_2(code: str) -> str | None:
    """The two letters of a present state's code; None for a former one."""
    import pycountry

    record = pycountry.countries.get(alpha_3=code)
    return None if record is None else str(record.alpha_2)


def _uri(about: Mapping[str, Any], members: str) -> str:
    """A name of the package: the ledger, and what was asked of it."""
    asked = {name: value for name, value in about.items() if name not in ("ledger", "root", "made_by")}
    return f"urn:uuid:{about['ledger']}?={urlencode({'of': members, **asked}, doseq=True)}"


def _root(session: Session, position: int) -> str:
    try:
        return root_of(session, position).hex
    except LedgerOutdated:
        return ""


def _made_by() -> str:
    from armsledger.version import VERSION as OWN

    return f"armsledger {OWN}"
