"""Sources: how far each can be relied on, and how much rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from armsledger.domain.grade import Reliability
from armsledger.domain.source import Source, fold_source
from armsledger.domain.when import When
from armsledger.projections.rows import Row
from armsledger.projections.scene import Scene


@dataclass(frozen=True)
class SourceRow(Row):
    """A source; ``reliability`` is A to F as known, None where nobody has graded it; ``cited`` counts entries."""

    source: str
    publisher: str | None
    title: str | None
    published: When | None
    reliability: Reliability | None
    cited: int
    retrieved: When | None
    url: str | None
    sha256: str | None


def source_rows(scene: Scene, cited: Mapping[str, int]) -> Iterable[SourceRow]:
    """One row for a source; its grade is what is believed of it, whatever the day of the question."""
    if scene.kind != "source" or not scene.belief.occurrences:
        return
    source: Source = fold_source(scene.belief.occurrences)
    yield SourceRow(
        source=scene.key,
        publisher=source.publisher,
        title=source.title,
        published=source.published,
        reliability=source.reliability,
        cited=cited.get(scene.key, 0),
        retrieved=source.retrieved,
        url=source.url,
        sha256=source.sha256,
    )
