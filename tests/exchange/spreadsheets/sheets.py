"""Sheets and mappings written down in tests, and what they are read as."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from armsledger.domain.errors import LedgerError
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.dossier import SpreadsheetDossier, open_spreadsheet
from armsledger.exchange.spreadsheets.mapping import read_mapping
from armsledger.exchange.spreadsheets.preview import object_of
from tests.exchange.dossiers.written import NOWHERE

PAID = """\
entries:
  - deal: {column: Deal}
    event: tranche-paid
    on: {column: Date}
    amount: {column: Amount, currency: USD}
    source: desk
"""
"""A mapping of payments."""


def dossier(mapping: str, sheet: str | bytes) -> SpreadsheetDossier:
    """A sheet that is standard input, by a mapping named m.yaml."""
    data = sheet.encode() if isinstance(sheet, str) else sheet
    return open_spreadsheet(None, read_mapping(mapping, "m.yaml"), NOWHERE, stdin=BytesIO(data))


def objects(mapping: str, sheet: str | bytes) -> list[dict[str, Any]]:
    """What the rows say, as objects of a dossier."""
    with dossier(mapping, sheet) as opened:
        return [object_of(proposed.proposal) for _, proposed in opened.proposals()]


def paid(*rows: str, settings: str = "", header: str = "Deal,Date,Amount") -> list[dict[str, Any]]:
    """What rows of payments say."""
    return objects(settings + PAID, "\n".join([header, *rows, ""]))


def field(spec: str, cell: str, *, name: str = "amount", event: str = "tranche-paid", settings: str = "") -> Any:
    """What one field is read as, from a column A that holds a cell and a column B that holds b."""
    entry = f"{{deal: {{column: D}}, event: {event}, on: 2019, source: desk, {name}: {spec}}}"
    quoted = cell.replace('"', '""')
    [read] = objects(f"{settings}entries:\n  - {entry}\n", f'D,A,B\nx,"{quoted}",b\n')
    return read.get(name)


def refused(attempt: Callable[[], object]) -> LedgerError | InvalidCell | None:
    """The refusal that an attempt ends with, if it does."""
    try:
        attempt()
    except (LedgerError, InvalidCell) as error:
        return error
    return None


def refusal(mapping: str, sheet: str | bytes = "A,B\na,b\n") -> str:
    """The message with which a mapping or a sheet is refused."""
    with pytest.raises(LedgerError) as caught:
        objects(mapping, sheet)
    assert caught.value.remedy
    return str(caught.value)
