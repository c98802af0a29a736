"""Answers: what a page gives, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from armsledger.charts.picture import NothingToDraw, Picture
from armsledger.domain.errors import InvalidValue, LedgerError, UnknownStream, UsageError
from armsledger.exchange.tables.text import csv_cell, json_text

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
CSV: Final = "text/csv; charset=utf-8; header=present"
SVG: Final = "image/svg+xml"
MEDIA: Final = {"html": HTML, "json": JSON, "csv": CSV, "svg": SVG}
ROWS_AT_ONCE: Final = 500


class Answer(NamedTuple):
    """The content of an answer, whole or in parts that are sent as they are made; ``name`` is that of a download.

    ``keeps`` says whether it stays the same for ever if the belief that it is of does.
    """

    media: str
    content: bytes | Iterable[bytes]
    status: int = 200
    name: str = ""
    keeps: bool = True


def html(text: str, status: int = 200) -> Answer:
    """A page."""
    return Answer(HTML, text.encode("utf-8", "replace"), status)


def svg(picture: Picture) -> Answer:
    """A drawing."""
    return Answer(SVG, picture.svg.encode())


def json_of(value: Any, status: int = 200) -> Answer:
    """A value as JSON, written as commands write it."""
    return Answer(JSON, f"{json_text(value, indent=2)}\n".encode(), status)


def json_list(rows: Iterable[Any], name: str) -> Answer:
    """Rows as a JSON list, an object a line; a long one is sent as it is made."""
    return Answer(JSON, _whole_if_short(_json_lines(rows)), name=f"{name}.json")


def _whole_if_short(parts: Iterator[bytes]) -> bytes | Iterable[bytes]:
    """A content of at most two parts as a whole, so that it can be kept; a longer one in its parts."""
    first = list(islice(parts, 3))
    return b"".join(first) if len(first) < 3 else chain(first, parts)


def _json_lines(rows: Iterable[Any]) -> Iterator[bytes]:
    yield b"["
    lines: list[str] = []
    before = "\n"
    for row in rows:
        lines.append(f"{before}{json_text(row)}")
        before = ",\n"
        if len(lines) == ROWS_AT_ONCE:
            yield "".join(lines).encode()
            lines.clear()
    yield f"{''.join(lines)}\n]\n".encode()


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> Answer:
    """Rows as CSV; many are sent as they are made."""
    return Answer(CSV, _whole_if_short(_csv_lines(columns, rows)), name=f"{name}.csv")


def _csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    import csv

    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([csv_cell(value) for value in row])
        if number % ROWS_AT_ONCE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


STATUSES: Final[Mapping[type[Exception], int]] = {
    UnknownStream: 404,
    NothingToDraw: 404,
    UsageError: 400,
    InvalidValue: 400,
}
"""What whoever asked can mend. All other errors are the ledger's, and its keeper's to mend."""


def status_of(error: LedgerError | InvalidValue) -> int:
    """The status of an error."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 503)
