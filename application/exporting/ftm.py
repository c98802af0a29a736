"""Streams as entities of FollowTheMoney (FtM), a JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

from armsledger.application.exporting.standards import Chosen, Exporter, StandardExport, at_least_one
from armsledger.application.session import Session
from armsledger.application.view import View
from armsledger.exchange.standards.facts import Facts, facts_of
from armsledger.exchange.standards.ftm_entities import entities_of
from armsledger.exchange.standards.ftm_entity import Entity
from armsledger.exchange.standards.ftm_links import Edge, edges_of
from armsledger.exchange.standards.ftm_losses import MEANINGS, losses_of
from armsledger.exchange.tables.text import write_json_lines

STANDARD: Final = "FollowTheMoney 4"


def export_ftm(
    session: Session,
    view: View,
    path: str | Path,
    chosen: Chosen | None = None,
    *,
    losses: str | Path | None = None,
    replace: bool = False,
) -> StandardExport:
    """Write the entities of deals, and of meetings and frameworks too if all deals are asked for.

    ``losses`` is the path of the report, by default beside the file. Raises UsageError, UnknownStream, NothingToExport,
    FileExists and NotWritable.
    """
    exporter = Exporter(session, view, path, chosen or Chosen(), losses, replace)

    def write(out: TextIO) -> None:
        exporter.counts["entities"] = 0
        write_json_lines(at_least_one(_entities(exporter)), out)

    return exporter.write(STANDARD, MEANINGS, write)


def _entities(exporter: Exporter) -> Iterator[Entity]:
    """The entities of all streams, each once; last the edges between deals, as both ends have to be there."""
    seen: set[str] = set()
    edges: list[Edge] = []
    exporter.counts["deals"] = 0
    for facts in chain(_deals(exporter), _other_streams(exporter)):
        exporter.losses.take(losses_of(facts, exporter.references))
        if facts.deal is not None:
            exporter.counts["deals"] += 1
        edges.extend(edges_of(facts))
        for entity in entities_of(facts, exporter.references):
            if entity["id"] not in seen:
                seen.add(entity["id"])
                exporter.counts["entities"] += 1
                yield entity
    for edge in edges:
        if edge.other in seen:
            exporter.counts["entities"] += 1
            yield edge.entity
        else:
            exporter.losses.take([edge.loss])


def _deals(exporter: Exporter) -> Iterator[Facts]:
    for stream, _, belief in exporter.deals():
        facts = facts_of(stream, belief, exporter.view.at)
        if exporter.is_chosen(facts):
            yield facts


def _other_streams(exporter: Exporter) -> Iterator[Facts]:
    if exporter.chosen.is_all:
        for kind in ("engagement", "framework"):
            for stream_day in exporter.view.stream_days(kind):
                yield facts_of(stream_day.stream, stream_day.belief, exporter.view.at)
