"""Exports to standards of others, at a date and a belief, each with a report of what the standard cannot say.

Both files are written whole or not at all, and the same question of the same ledger gives the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

from armsledger.application.codes import Codes
from armsledger.application.exporting.about import About
from armsledger.application.names.iso import alpha_2_of, country_name
from armsledger.application.session import Session
from armsledger.application.view import View
from armsledger.domain.beliefs.belief import Belief, believe
from armsledger.domain.entry import Entry
from armsledger.domain.errors import InvalidValue, LedgerError, UsageError
from armsledger.domain.states.source import Source
from armsledger.domain.values.party import Party
from armsledger.exchange.atomic import STANDARD_OUTPUT, writing
from armsledger.exchange.standards.facts import Facts, References
from armsledger.exchange.standards.losses import Losses, LossKind
from armsledger.exchange.tables.text import json_text

LOSSES: Final = ".losses.json"
"""The report of losses is called as the exported file, with this behind it."""


class NothingToExport(LedgerError):
    """Nothing that was asked for is certain by the date."""


class Chosen(NamedTuple):
    """Which deals are exported: those of these keys, buyers and suppliers; all if nothing is named."""

    deals: Sequence[str] = ()
    buyers: Sequence[str] = ()
    suppliers: Sequence[str] = ()

    @property
    def is_all(self) -> bool:
        """Whether all deals are exported."""
        return not (self.deals or self.buyers or self.suppliers)


class StandardExport(NamedTuple):
    """What was written: the number of each kind of object, the losses by kind, and the path of their report, if any."""

    path: str
    counts: dict[str, int]
    losses: dict[LossKind, int]
    report: str | None
    about: dict[str, Any]


class Exporter:
    """One export: what it asks of the ledger, and the file and the report that it writes.

    ``losses`` and ``counts`` are filled while the file is written, and stand in the report.
    """

    def __init__(
        self, session: Session, view: View, path: str | Path, chosen: Chosen, report: str | Path | None, replace: bool
    ) -> None:
        self.view = view
        self.reader = session.reader()
        self.chosen = Chosen(
            [view.named(key, "deal").removeprefix("deal/") for key in dict.fromkeys(chosen.deals)],
            [_read_party(party) for party in chosen.buyers],
            [_read_party(party) for party in chosen.suppliers],
        )
        self.losses = Losses()
        self.counts: dict[str, int] = {}
        self._session = session
        self._path = str(path)
        self._report = _report_path(self._path, report)
        self._replace = replace
        for file in (self._path, self._report):
            if file is not None:
                session.check_not_own(file)

    def write(self, standard: str, meanings: Mapping[LossKind, str], write: Callable[[TextIO], None]) -> StandardExport:
        """Write the file, and the report, which says what each kind of loss means."""
        with self.reader.snapshot():
            if self._report is None:
                with writing(self._path, replace=self._replace, mode=self._session.file_mode) as out:
                    write(out)
            else:
                with (
                    writing(self._report, replace=self._replace, mode=self._session.file_mode) as report,
                    writing(self._path, replace=self._replace, mode=self._session.file_mode) as out,
                ):
                    write(out)
                    self._write_report(standard, meanings, report)
            return StandardExport(self._path, self.counts, dict(self.losses.counts), self._report, self.about)

    @cached_property
    def about(self) -> dict[str, Any]:
        """What was asked, and of which ledger."""
        asked = About.of(self._session, self.view.question)._asdict()
        made_by = asked.pop("made_by")
        fields = {**asked, **{name: list(keys) for name, keys in self.chosen._asdict().items()}, "made_by": made_by}
        return {name: value for name, value in fields.items() if value not in ("", [])}

    @cached_property
    def references(self) -> References:
        """The names and codes of states, and the sources that the view knows."""
        sources = {
            row.source: Source(
                publisher=row.publisher,
                title=row.title,
                url=row.url,
                published=row.published,
                retrieved=row.retrieved,
                sha256=row.sha256,
                reliability=row.reliability,
            )
            for row in self.view.sources()
        }
        return References(country_name, alpha_2_of, sources)

    def deals(self) -> Iterator[tuple[str, list[Entry], Belief]]:
        """The deals of the chosen keys, or all: their entries up to the position, and what is believed of them."""
        question = self.view.question
        if not self.chosen.deals:
            for stream, entries in self.reader.streams_grouped("deal", upto=question.position):
                yield stream, entries, believe(entries, self.view.grades, question.cut)
        for key in self.chosen.deals:
            stream = f"deal/{key}"
            belief = self.view.belief(stream)  # raises UnknownStream
            yield stream, self.reader.stream(stream, upto=question.position), belief

    def is_chosen(self, facts: Facts) -> bool:
        """Whether a deal is between chosen parties."""
        buyers, suppliers = self.chosen.buyers, self.chosen.suppliers
        if not facts.belief.entries:
            return False
        if not (buyers or suppliers):
            return True
        deal = facts.deal
        if deal is None:
            return False
        of_buyers = {deal.buyer, *deal.buyers}
        return (not buyers or not of_buyers.isdisjoint(buyers)) and (
            not suppliers or not {deal.supplier, *deal.suppliers}.isdisjoint(suppliers)
        )

    def _write_report(self, standard: str, meanings: Mapping[LossKind, str], out: TextIO) -> None:
        report = {
            "standard": standard,
            "file": Path(self._path).name,
            "asked": self.about,
            "exported": self.counts,
            "losses": self.losses.report(meanings),
        }
        out.write(json_text(report, indent=2))
        out.write("\n")


def at_least_one(objects: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The objects of an export; raises NothingToExport if there are none."""
    first = next(objects, None)
    if first is None:
        raise NothingToExport(
            "nothing that was asked for is certain by the date",
            remedy="ask for a later date (--at), a later belief (--known), or other deals ('armsledger deals')",
        )
    return chain((first,), objects)


def _report_path(path: str, report: str | Path | None) -> str | None:
    """The path of the report; raises UsageError if it is that of the export."""
    if report is None:
        return None if path == STANDARD_OUTPUT else f"{path}{LOSSES}"
    if os.path.realpath(report) == os.path.realpath(path):
        raise UsageError(f"{path} cannot hold both the export and its losses", remedy="name another file for --losses")
    return str(report)


def _read_party(text: str) -> Party:
    try:
        return Codes().party(Party.parse(text))
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error
