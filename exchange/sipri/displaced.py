"""Broken rows of which a program has moved the end elsewhere, as it sorted the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from armsledger.exchange.sipri.release import Problem, Release, SetAside
from armsledger.exchange.sipri.row import FLAG, VOLUMES, RegisterRow
from armsledger.exchange.sipri.text import Shape, end_of_row

ROUNDING: Final = Decimal("0.0051")
"""How far a volume of a unit may be off, as it has two places."""


class _End(NamedTuple):
    """A line that was set aside, and the end of a row that it holds: of the comment, and the volumes."""

    aside: SetAside
    comment: str
    volumes: dict[str, str]


def mend_displaced(release: Release, lines: Sequence[str], shape: Shape) -> None:
    """Give rows without volumes the ends that were set aside, where the numbers leave no doubt.

    Of the others, both are set aside, as one row each.
    """
    heads = [row for row in release.rows if not any(name in row.words for name in VOLUMES)]
    ends = [end for aside in release.set_aside if (end := _end(aside, shape)) is not None] if heads else []
    if not ends:
        return
    fitting = [(head, end) for head in heads for end in ends if _fits(head, end)]
    of_head, of_end = Counter(head.line for head, _ in fitting), Counter(end.aside.line for _, end in fitting)
    sure = [(head, end) for head, end in fitting if of_head[head.line] == 1 == of_end[end.aside.line]]
    for head, end in sure:
        _mend(release, head, end)
    mended, used = {head.line for head, _ in sure}, {end.aside.line for _, end in sure}
    for head in heads:
        places = [end.aside.line for one, end in fitting if one is head and end.aside.line not in used]
        if head.line not in mended and places:
            _set_aside(release, head, places, lines)
    left = len(ends) - len(sure)
    unsure = sum(row.line not in mended for row in heads if of_head[row.line])
    release.records -= len(sure) + min(left, unsure)  # a row of two lines is one


def _end(aside: SetAside, shape: Shape) -> _End | None:
    cells = end_of_row(aside.raw, shape)
    if cells is None:
        return None
    volumes = {name: cell.strip() for name, cell in zip(VOLUMES, cells[1:], strict=False) if cell.strip()}
    return _End(aside, cells[0], volumes)


def _fits(head: RegisterRow, end: _End) -> bool:
    """Whether the numbers of a row times the volume of a unit are the volumes of an end."""
    unit = end.volumes.get("volume_per_unit")
    if unit is None:
        return False
    for number, volume in (("ordered", "volume_ordered"), ("delivered", "volume_delivered")):
        digits = str(head.words.get(number, "")).rstrip(FLAG)
        if digits and volume in end.volumes:
            count = int(digits)
            if abs(count * Decimal(unit) - Decimal(end.volumes[volume])) > count * ROUNDING + ROUNDING:
                return False
    return True


def _mend(release: Release, head: RegisterRow, end: _End) -> None:
    comment = " ".join(part for part in (head.words.get("comment", "").strip(), end.comment.strip()) if part)
    head.words.update({**({"comment": comment} if comment else {}), **end.volumes})
    release.set_aside.remove(end.aside)
    release.problems = [
        problem for problem in release.problems if (problem.kind, problem.line) != ("set aside", end.aside.line)
    ]
    what = f"broken by a line break; its end stood in line {end.aside.line}"
    release.problems.append(Problem("repaired", release.files[0], head.line, None, what))


def _set_aside(release: Release, head: RegisterRow, places: Sequence[int], lines: Sequence[str]) -> None:
    release.rows = [row for row in release.rows if row.line != head.line]
    release.set_aside.append(SetAside(head.line, lines[head.line - 1]))
    where = ", ".join(map(str, places))
    what = f"it has no volumes, and its end may stand in line {where}, where no row begins"
    remedy = "put the two lines together; one of them alone is counted as no row"
    release.problems.append(Problem("set aside", release.files[0], head.line, None, what, remedy))
