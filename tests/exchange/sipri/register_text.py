"""Registers in SIPRI's layout as text, with invented rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from armsledger.application.codes import Codes
from armsledger.exchange.sipri.columns import DEALS_COLUMNS, REGISTER_COLUMNS
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.reader import read_releases
from armsledger.exchange.sipri.release import Release

FOLDER = Path(__file__).parent / "registers"
RELEASES = ("2024-03-18", "2025-03-13", "2026-03-10")
REGISTERS = {released: FOLDER / f"register-{released}.csv" for released in RELEASES}
FIVE_YEARS = {
    path.stem.removeprefix("register-"): path for path in sorted((FOLDER.parent / "five_years").glob("*.csv"))
}
"""Five yearly releases; the README beside them tells what happens in each."""
DEALS = FOLDER / "deals-2025-03-13.csv"
HEADER = ",".join(REGISTER_COLUMNS.values())
DEALS_HEAD = ",".join(DEALS_COLUMNS.values())
ROW = "India,Russia,2018,?,10,,Kestrel-4,SAM system,6,?,2021; 2022,New,By ship,65,650,390"
CELLS = (
    "recipient",
    "supplier",
    "year",
    "year_flag",
    "ordered",
    "ordered_flag",
    "designation",
    "description",
    "delivered",
    "delivered_flag",
    "years",
    "status",
    "comment",
    "unit",
    "order",
    "total",
)
NAMES = Names(Codes())


def row(**changes: str) -> str:
    """A row with some cells changed."""
    cells = dict(zip(CELLS, ROW.split(","), strict=True)) | changes
    return ",".join(cells[name] for name in CELLS)


def register(
    *rows: str, released: str = "2024-03-18", header: str = HEADER, which: str = "deliveries or orders"
) -> str:
    """A register of these rows, with a preamble."""
    first = (
        f"Transfers of major conventional arms from All countries to All countries . Deals with {which} made for"
        " year range 'Not specified' to 'Not specified' "
    )
    day = date.fromisoformat(released)
    return "\n".join([first, "", f"Data generated: {day.day} {day:%b} {day.year} 6:13:50 PM", header, *rows, ""])


def read(folder: Path, content: str | bytes, released: date | None = None, name: str = "register.csv") -> Release:
    """The one release that a text holds."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (release,) = read_releases([path], NAMES.party, released)
    return release


def words_of(release: Release) -> list[dict[str, Any]]:
    """The words of its rows."""
    return [one.words for one in release.rows]


def without(line: str, *cells: int) -> str:
    """A row without some cells, counted from 0."""
    return ",".join(cell for index, cell in enumerate(line.split(",")) if index not in cells)


def said(problems: Iterable[Any]) -> list[tuple[str, int, str | None]]:
    """What was done, in which line, to which column."""
    return [(problem.kind, problem.line, problem.column) for problem in problems]


flags = st.sampled_from(["", "?"])
parties = st.sampled_from(["India", "Russia", "Turkey", "Turkiye", "NATO**", "FAN (Chad)*", "unknown supplier(s)"])
designations = st.sampled_from(["Kestrel-4", "KM-6 ", "Garza", "kestrel-4"])
comments = st.sampled_from(
    ["", "By ship", " By air ", "Delivery planned 2022-2027", "delivery planned from 2026; aid", "Göksu"]
)
years = st.lists(st.integers(2015, 2023), min_size=1, max_size=3, unique=True).map(
    lambda found: "; ".join(map(str, sorted(found)))
)


@st.composite
def rows(draw: st.DrawFn) -> str:
    """A row that is well formed, of few parties and designations, so that keys coincide."""
    delivered = draw(st.integers(0, 3))
    return row(
        recipient=draw(parties),
        supplier=draw(parties),
        year=draw(st.sampled_from(["2014", "2015"])),
        year_flag=draw(flags),
        ordered=draw(st.sampled_from(["", "2", "3"])),
        ordered_flag=draw(flags),
        designation=draw(designations),
        description=draw(st.sampled_from(["SAM system", "air-defence system", "SAM"])),
        delivered=str(delivered),
        delivered_flag=draw(flags),
        years=draw(years) if delivered else "",
        status=draw(st.sampled_from(["New", "Second hand"])),
        comment=draw(comments),
        unit=draw(st.sampled_from(["", "65", "0.23"])),
        order=draw(st.sampled_from(["", "130"])),
        total=draw(st.sampled_from(["", "13.86"])),
    )


def data_lines(path: Path, encoding: str = "utf-8") -> Sequence[str]:
    """The lines of a register that are rows, those of broken rows put together."""
    lines = path.read_text(encoding=encoding).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(("Recipient,", "SIPRI AT")))
    found: list[str] = []
    for line in lines[start + 1 :]:
        if line.startswith(","):
            found[-1] += line
        elif line:
            found.append(line)
    return found


Check = Callable[[Release], None]
