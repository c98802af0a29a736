"""Frameworks: the agreements within which deals are made, and how long they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsledger.domain.values.when import When
from armsledger.domain.values.words import FrameworkStatus
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class FrameworkRow(Row):
    """A framework agreement at a date; ``possible_status`` is the other bound.

    ``expected`` tells what was expected of it by then, and what came of that.
    """

    FILTERS: ClassVar = {"title": Looked(("title",), contained=True)}

    framework: str
    title: str | None
    parties: tuple[str, ...]
    status: FrameworkStatus | None
    possible_status: FrameworkStatus | None
    signed_on: When | None
    in_force_since: When | None
    renewed_on: When | None
    until: When | None
    ended_on: When | None
    expected: tuple[str, ...]


FRAMEWORKS = Projection(
    "frameworks",
    FrameworkRow,
    "armsledger.projections.spans.frameworks:framework_spans",
    ("framework",),
    version=3,
    one_a_day=True,
)
