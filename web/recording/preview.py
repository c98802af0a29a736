"""Entries before they are recorded: each value as it was written and as it is read, and the findings that follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.web.recording.attempt import Attempt
from armsledger.web.recording.form_fields import FormField
from armsledger.web.recording.written import Pairs, Typed, Written, meant

if TYPE_CHECKING:
    from armsledger.web.recording.desk import Desk


RECORDED_ALREADY: Final = "All of it is recorded already."


class Line(NamedTuple):
    """A field of an entry as it was written, and how it is read where that differs."""

    label: str
    written: str
    read: str = ""


class Previewed(NamedTuple):
    """An entry that would be recorded; without an address where it is recorded already."""

    title: str
    stream: str
    address: str | None
    lines: tuple[Line, ...]


def preview(
    desk: Desk, form: str, path: str, pairs: Pairs, entries: Sequence[Previewed], tried: Attempt, source: str = ""
) -> str:
    """The page that shows entries of a source before they are recorded: how each value is read, and the findings."""
    assert tried.report is not None
    count = tried.report.recorded
    in_words = "the entry" if count == 1 else f"the {count} entries"
    told = f", as told by {source}" if source else ""
    organisations = [
        f"{name} is taken as an organisation; write the code or the name of a state if it is one, or org:{name}"
        for name in tried.report.organisations
    ]
    return desk.page(
        "preview.html",
        form,
        action=path,
        entries=entries,
        findings=tried.findings,
        notices=[*tried.report.notices, *organisations],
        pairs={name: value for name, value in pairs.items() if name not in ("token", "do")},
        count=count,
        count_in_words=in_words,
        headline=f"This is how {in_words} would stand in the ledger{told}."
        if count
        else "All of it is recorded already.",
    )


def previewed(number: int, written: Written, tried: Attempt, today: date) -> Previewed:
    """An entry of a form as it would be recorded."""
    lines = tuple(_lines_of(written, number, tried, today))
    return Previewed(written.event, written.stream, tried.address_of(number), lines)


def _lines_of(written: Written, number: int, tried: Attempt, today: date) -> Iterator[Line]:
    """The fields of an entry, with how each text is read where that differs from what was written."""
    readings = {one.field: (one.given, one.read) for one in tried.readings_of(number)}
    for one, typed in written.given:
        yield from _lines(one, one.name, typed, readings, today)


def _lines(
    one: FormField, path: str, typed: Typed, readings: Mapping[str, tuple[str, str]], today: date
) -> Iterator[Line]:
    if isinstance(typed, tuple):
        for row, parts in enumerate(typed):
            yield from _lines(one, f"{path}.{row}" if len(typed) > 1 else path, parts, readings, today)
    elif isinstance(typed, Mapping):
        for part in one.parts:
            text = typed.get(part.name, "").strip()
            if text:
                name = f"{path}.{part.name.rpartition('.')[2]}"
                yield Line(f"{one.label}: {part.label.lower()}", text, _read(name, text, readings))
    else:
        text = typed.strip()
        day = meant(one, typed, today) if one.takes == "date" else text
        read = _read(path, day, readings) or (day if day != text else "")
        yield Line(one.label, text, read)


def _read(path: str, text: str, readings: Mapping[str, tuple[str, str]]) -> str:
    """How a text is read, empty where it is read as it stands; of a list, all that is read otherwise."""
    if path in readings:
        return readings[path][1]
    within = [read for name, (_, read) in readings.items() if name.startswith(f"{path}.")]
    return ", ".join(within)
