"""Invented registers in both layouts, and the volumes in them, written down by hand before any of it was run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from armsledger import Ledger
from tests.exchange.sipri.register_text import DEALS_HEAD, register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from armsledger.application.volumes.sums import VolumeSum

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KESTREL = "India,Russia,2018,,10,,Kestrel-4,SAM system,6,?,2021; 2022,New,,65,650,390"
TERN = "India,France,2015,,4,,Tern,frigate,4,,2016; 2017; 2018; 2019,New,,30,120,120"
GANNET = "Egypt,France,2014,,3,,Gannet,combat aircraft,3,,2015; 2018,New,,12,36,36"
LARK = "Egypt,Russia,2010,?,20,,Lark,SSM,20,,2012,New,,0.5,10,10"
SWIFT = "India,Russia,2020,,5,,Swift,UAV,0,,,New,,2,10,0"
PLOVER = "Sudan,China,2016,,8,,Plover,APC,8,,2017,New,,,,"
WREN = "Sudan,China,2016,,1,,Wren,mortar,1,,2017,New,,0,0,0"
RAIL = "Sudan,Russia,2011,,,,Rail,APC,,?,2012; 2014,Second hand,,,,7"
CRANE = "Sudan,Russia,2013,,1,,Crane,tank,1,,2014; 2015,Second hand,,9,9,9"
FIRST = (KESTREL, TERN, GANNET, LARK, LARK, SWIFT, PLOVER, WREN, RAIL, CRANE)
"""A register by deal. The row of the Lark stands there twice, as two of Norway's to Ukraine do in SIPRI's."""
FIRST_DAY = "2024-03-18"
KESTREL_LATER = "India,Russia,2018,,10,,Kestrel-4,SAM system,9,,2021; 2022; 2024,New,,65,650,585"
FINCH = "Egypt,China,2023,,2,,Finch,UAV,2,,2024,New,,5,10,10"
SECOND = (KESTREL_LATER, TERN, LARK, SWIFT, PLOVER, WREN, RAIL, CRANE, FINCH)
"""The next release: three more of the Kestrel, no Gannet, and one row of the Lark."""
SECOND_DAY = "2025-03-13"
BY_YEAR = (
    "1,Russia,India,Kestrel-4,SAM system,Air defence systems,2018,No,3,Yes,2021,No,New,65,65,195,No",
    "1,Russia,India,Kestrel-4,SAM system,Air defence systems,2018,No,3,No,2022,Yes,New,65,65,195,No",
    "2,France,Egypt,Gannet,combat aircraft,Aircraft,2014,No,1,No,2015,No,New,12,12,12,No",
    "2,France,Egypt,Gannet,combat aircraft,Aircraft,2014,No,2,No,2018,No,New,12,12,24,No",
    "3,Russia,Egypt,Lark,SSM,Missiles,2010,Yes,20,No,2012,No,New,0.5,0.5,10,No",
    "4,Russia,Egypt,Lark,SSM,Missiles,2010,Yes,20,No,2012,No,New,0.5,0.5,10,No",
    "5,China,Sudan,Plover,APC,Armoured vehicles,2016,No,8,No,,No,New,0.5,0.5,4,No",
)
"""The same by year: what the other layout leaves open is told here, and the year of the Plover is not."""

BY_DEAL_TOO, BY_YEAR_TOO = (KESTREL, TERN, GANNET, SWIFT), BY_YEAR[:4]
"""One day's register in both layouts, which complete each other: the Tern stands in the first alone."""

Cell = tuple[Any, ...]
OF_FIRST: tuple[Cell, ...] = (
    ("EGY", 2012, "20", "20", 2, "exact"),
    ("EGY", 2015, "12", "24", 1, "bounds"),
    ("EGY", 2018, "12", "24", 1, "bounds"),
    ("IND", 2016, "30", "30", 1, "exact"),
    ("IND", 2017, "30", "30", 1, "exact"),
    ("IND", 2018, "30", "30", 1, "exact"),
    ("IND", 2019, "30", "30", 1, "exact"),
    ("IND", 2021, "65", "325", 1, "bounds"),
    ("IND", 2022, "65", "325", 1, "bounds"),
    ("SDN", 2012, "0", "7", 1, "bounds"),
    ("SDN", 2014, "0", "16", 2, "bounds"),
    ("SDN", 2015, "0", "9", 1, "bounds"),
    ("SDN", 2017, "0", None, 2, "at least"),
)
"""By buyer and year: of six Kestrels in two years one at least came in each; four Terns in four years came one by one;
of the Rail nobody knows the number, and a Crane cannot have come in two years; the Plover's volume is blank."""
OF_SECOND: tuple[Cell, ...] = (
    ("EGY", 2012, "10", "10", 1, "exact"),
    ("EGY", 2024, "10", "10", 1, "exact"),
    ("IND", 2016, "30", "30", 1, "exact"),
    ("IND", 2017, "30", "30", 1, "exact"),
    ("IND", 2018, "30", "30", 1, "exact"),
    ("IND", 2019, "30", "30", 1, "exact"),
    ("IND", 2021, "65", "455", 1, "bounds"),
    ("IND", 2022, "65", "455", 1, "bounds"),
    ("IND", 2024, "65", "455", 1, "bounds"),
    ("SDN", 2012, "0", "7", 1, "bounds"),
    ("SDN", 2014, "0", "16", 2, "bounds"),
    ("SDN", 2015, "0", "9", 1, "bounds"),
    ("SDN", 2017, "0", None, 2, "at least"),
)
OF_BY_YEAR: tuple[Cell, ...] = (
    ("EGY", 2012, "20", "20", 2, "exact"),
    ("EGY", 2015, "12", "12", 1, "exact"),
    ("EGY", 2018, "24", "24", 1, "exact"),
    ("IND", 2021, "195", "195", 1, "exact"),
    ("IND", 2022, "195", "195", 1, "exact"),
    ("SDN", None, "4", "4", 1, "exact"),
)
OF_BOTH: tuple[Cell, ...] = (
    ("EGY", 2015, "12", "12", 1, "exact"),
    ("EGY", 2018, "24", "24", 1, "exact"),
    ("IND", 2016, "30", "30", 1, "exact"),
    ("IND", 2017, "30", "30", 1, "exact"),
    ("IND", 2018, "30", "30", 1, "exact"),
    ("IND", 2019, "30", "30", 1, "exact"),
    ("IND", 2021, "195", "195", 1, "exact"),
    ("IND", 2022, "195", "195", 1, "exact"),
)


def deals_and_volumes(rows: Sequence[str], released: str = "2024-04-16") -> str:
    """A register by year of these rows."""
    return register(*rows, released=released, header=DEALS_HEAD)


@contextmanager
def ledger_of(*texts: str) -> Iterator[Ledger]:
    """A ledger that has taken registers of these texts, one after the other."""
    with TemporaryDirectory() as folder, Ledger.in_memory(recorded_by="tester", clock=lambda: NOW) as ledger:
        for number, text in enumerate(texts):
            path = Path(folder) / f"{number}.csv"
            path.write_text(text, encoding="utf-8")
            ledger.import_sipri(path)
        yield ledger


def told(row: VolumeSum) -> Cell:
    """What a sum tells, without its fields and its share: the bounds, the count, and which they are."""
    possible = row.possible_tiv
    return str(row.tiv), None if possible is None else str(possible), row.deliveries, row.precision
