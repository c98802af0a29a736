"""Rows that are set aside: written to a file of the same form with their errors, to be mended and imported again."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from armsledger.exchange.spreadsheets.cell import as_text
from armsledger.exchange.spreadsheets.dossier import SpreadsheetDossier

ERROR = "error"
"""The column that is added to those of the sheet."""


class RowAside(NamedTuple):
    """A row that is set aside: its place, and all that is wrong with it."""

    place: str
    errors: tuple[str, ...]


class RowsAside(NamedTuple):
    """The rows that are set aside, and the text of a file that holds them."""

    rows: tuple[RowAside, ...]
    text: str


def rows_aside(dossier: SpreadsheetDossier, errors: Mapping[int, Sequence[str]]) -> RowsAside:
    """The rows with errors, by their numbers, as a sheet that the same mapping reads."""
    out = StringIO()
    writer = csv.writer(out, delimiter=dossier.delimiter, lineterminator="\n")
    out.write("\n" * dossier.mapping.skip)
    header = [as_text(cell) for cell in dossier.header]
    names = [" ".join(name.split()) for name in header]
    has_column = ERROR in names
    if dossier.mapping.has_header:
        writer.writerow(header if has_column else [*header, ERROR])
    rows = []
    for number, place, cells in dossier.raw_rows(errors):
        texts = [as_text(cell) for cell in cells]
        texts += [""] * (len(header) - len(texts))
        told = "; ".join(errors[number])
        if has_column:
            texts[names.index(ERROR)] = told
        else:
            texts = [*(texts[: len(header)] if header else texts), told]
        writer.writerow(texts)
        rows.append(RowAside(place, tuple(errors[number])))
    return RowsAside(tuple(rows), _encodable(out.getvalue(), dossier.encoding))


def names_of_header(dossier: SpreadsheetDossier) -> list[str]:
    """The names of the columns."""
    return [" ".join(as_text(cell).split()) for cell in dossier.header]


def _encodable(text: str, encoding: str) -> str:
    """The text with question marks for what the encoding of the sheet cannot write; only errors have such signs."""
    return text.encode(encoding, "replace").decode(encoding)
