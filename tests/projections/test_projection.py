"""What a projection is declared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from armsledger.domain.errors import UsageError
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row
from armsledger.projections.timeline import Span, Timeline, always


@dataclass(frozen=True)
class Named(Row):
    """The key of a stream."""

    deal: str


def spans(timeline: Timeline) -> Iterator[Span]:
    """One row for each deal."""
    yield always(Named(timeline.key))


def test_a_function_may_be_named_by_a_text_and_is_imported_when_rows_are_made() -> None:
    named = Projection("named", Named, f"{__name__}:spans")
    timeline: Any = SimpleNamespace(kind="deal", key="x")
    assert [span.row for span in named.of(timeline)] == [Named("x")]
    assert list(named.of(timeline)) == list(Projection("named", Named, spans).of(timeline))


@pytest.mark.parametrize("text", ["", "spans", "package.module", "package.module:", ":spans", "package module:spans"])
def test_a_text_that_names_no_function_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(UsageError, match="names no function") as refusal:
        Projection("named", Named, text)
    assert "package.module:name" in refusal.value.remedy
