"""The table of ``armsledger deals`` as Rich writes it: ``python -m bench.by_rich LEDGER DAY``."""

from __future__ import annotations

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from armsledger import Ledger
from armsledger.cli.commands.tables import DEALS
from armsledger.cli.output import WIDE


def print_deals(path: str, day: str) -> None:
    """Print the deals of a ledger at a day."""
    columns, _ = DEALS.shape
    with Ledger(path) as ledger:
        rows = [row.to_words(columns) for row in ledger.at(day).deals()]
    shown = [name for name in columns if any(row[name] for row in rows)]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
    for name in shown:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[name]) for name in shown))
    Console(width=WIDE, highlight=False, no_color=True).print(table)


if __name__ == "__main__":
    print_deals(*sys.argv[1:])
