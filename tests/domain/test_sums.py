"""Sums of increments go on from day to day: they are those that are made of each day alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger.domain.sums import Part, Tally


@st.composite
def increments(draw: st.DrawFn) -> list[Part]:
    """Increments by several sources, many of them near in time and alike, in the order of the fold."""
    days = st.tuples(st.integers(1, 90), st.sampled_from([0, 0, 0, 5, 40]))
    told = draw(st.lists(st.tuples(days, st.integers(0, 3), st.sampled_from("abcd")), max_size=30))
    spans = sorted(((first + more, first), count, source) for (first, more), count, source in told)
    return [
        Part(
            place=place,
            first=first,
            last=last,
            least=0 if draw(st.integers(0, 9)) == 0 else count,
            most=count,
            established=draw(st.integers(0, 9)) > 0,
            is_total=False,
            tranche=draw(st.sampled_from([None, None, 1, 2])),
            is_instalment=False,
            is_counted=True,
            sources=frozenset(source),
            grade=(source.upper(), 6),
            said=(last, str(place)),
            ids=frozenset([str(place)]),
            apart=frozenset(),
        )
        for place, ((last, first), count, source) in enumerate(spans)
    ]


@pytest.mark.parametrize("examples", [50, pytest.param(20_000, marks=pytest.mark.soak)])
def test_sums_that_go_on_are_those_of_each_day_alone(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(increments(), st.lists(st.integers(0, 140), min_size=1, max_size=8))
    def agree(parts: list[Part], days: list[int]) -> None:
        running, alone = Tally(parts), Tally(parts)
        alone._is_plain = False
        assert running._is_plain
        for day in days:
            assert running.certain(day) == alone.certain(day)
            assert running.possible(day) == alone.possible(day)

    agree()
