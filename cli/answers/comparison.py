"""What changed between two beliefs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from armsledger.application.comparison import Comparison, Difference
from armsledger.cli.answers.words import words
from armsledger.cli.messages import printable
from armsledger.cli.output import print_line


def print_comparison(comparison: Comparison, revised: int = 0) -> None:
    """Print what changed, stream by stream: the old value, the new one, and the entries responsible.

    ``revised`` counts the deals that are told apart, because a release of a register has revised them.
    """
    earlier, later = comparison.earlier, comparison.later
    beliefs = f"known by {earlier.known or 'now'} -> by {later.known or 'now'}, by {later.known_by} date"
    print_line(f"the belief about {later.at}: {beliefs}", 2)
    if not comparison.differences:
        print("  nothing changed" if not revised else "  nothing changed but what a register says")
    for stream, differences in groupby(comparison.differences, key=lambda difference: difference.stream):
        print()
        print(printable(stream))
        for line in _lines(list(differences)):
            print_line(f"  {line}", 4)
    if comparison.entries:
        print("\nentries that only the later belief knows")
        for entry in comparison.entries:
            event = entry.event
            source = f", {event.source}" if event.source else ""
            print_line(f"  {entry.address:<40} {event.name} on {event.on}, asserted {event.asserted}{source}", 4)


def _lines(differences: Sequence[Difference]) -> Iterator[str]:
    """A line for each field; two where its bounds did not change alike."""
    by_field: dict[str, list[Difference]] = {}
    for difference in differences:
        by_field.setdefault(difference.field, []).append(difference)
    for field, both in by_field.items():
        alike = len(both) == 2 and (both[0].old, both[0].new) == (both[1].old, both[1].new)  # two bounds
        for difference in both[:1] if alike else both:
            bound = "" if alike else f" ({difference.bound})"
            old, new = (words(field, value) or "nothing" for value in (difference.old, difference.new))
            yield f"{field.replace('_', ' ')}{bound}: {old} -> {new}  [{', '.join(difference.entries)}]"
